"""The X-ray of samples, as the quick lane gives it."""

from pathlib import Path

import pytest

from tests.worker.training.bases import SMOL, base_folder, byte_tokenizer
from zishu_app.core.errors import DataError
from zishu_app.jobs.client import Lane
from zishu_app.jobs.protocol import Done
from zishu_app.jobs.specs import XraySpec
from zishu_app.worker.context import Context, JobStopped
from zishu_app.worker.training.xray import run

ROW = {
    "messages": [
        {"role": "user", "content": "你好 <|im_end|>"},
        {"role": "assistant", "content": "😀 fine"},
        {"role": "user", "content": "more"},
        {"role": "assistant", "content": "Thank you."},
    ]
}


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return base_folder(tmp_path / "base", "smol", byte_tokenizer())


def seen(base: Path, *rows: dict[str, object], longest: int = 2048) -> list[dict[str, object]]:
    samples: list[dict[str, object]] = run(XraySpec(str(base), rows, longest), Context(lambda _: None))[
        "samples"
    ]
    return samples


def of(sample: dict[str, object], kind: str) -> str:
    return "".join(text for text, one in sample["tokens"] if one == kind)  # type: ignore[attr-defined]


def test_every_token_has_its_colour_and_together_they_are_the_text(base: Path) -> None:
    (sample,) = seen(base, ROW)
    whole = "".join(text for text, _ in sample["tokens"])  # type: ignore[attr-defined]
    assert whole.endswith("<|im_end|>\n") and "user\n你好 <|im_end|><|im_end|>\n" in whole
    assert of(sample, "learnt") == "😀 fine<|im_end|>Thank you.<|im_end|>"
    assert of(sample, "cut") == "" and sample["faults"] == []
    assert [sample[kind] for kind in ("learnt", "context", "cut")] == [
        sum(one == kind for _, one in sample["tokens"])  # type: ignore[attr-defined]
        for kind in ("learnt", "context", "cut")
    ]


def test_what_is_too_long_is_cut_and_said(base: Path) -> None:
    (whole,) = seen(base, ROW)
    (sample,) = seen(base, ROW, longest=len(whole["tokens"]) - 3)  # type: ignore[arg-type]
    assert of(sample, "learnt") == "😀 fine<|im_end|>"
    assert (
        of(sample, "cut")
        == "\n<|im_start|>user\nmore<|im_end|>\n<|im_start|>assistant\nThank you.<|im_end|>\n"
    )
    (fault,) = sample["faults"]  # type: ignore[misc]
    assert "2 messages" in fault


def test_a_base_that_changed_is_read_again(base: Path) -> None:
    seen(base, ROW)
    (base / "chat_template.jinja").write_text(SMOL.replace("helpful", "sleepy"), encoding="utf-8")
    assert "sleepy" in of(seen(base, ROW)[0], "context")


def test_no_base_and_no_time(base: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError):
        seen(tmp_path, ROW)
    context = Context(lambda _: None)
    context.cancel()
    with pytest.raises(JobStopped):
        run(XraySpec(str(base), (ROW,)), context)


async def test_over_the_line(base: Path, quick: Lane) -> None:
    events = [event async for event in await quick.submit(XraySpec(str(base), (ROW,)))]
    assert isinstance(events[-1], Done)
    (sample,) = events[-1].result["samples"]
    assert of(sample, "learnt") == "😀 fine<|im_end|>Thank you.<|im_end|>"
