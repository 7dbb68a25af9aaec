"""A training as a job: it learns, tells, is stopped and goes on, makes do with less memory, and says what came of it."""

import json
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.house.source import ROOT
from tests.worker.training.tiny import Ear, spec_in, talks, tiny_base, write_rows
from zishu_app.core.errors import DataError
from zishu_app.jobs.protocol import Progress
from zishu_app.worker.context import Context, JobStopped
from zishu_app.worker.training import loop


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_base(tmp_path_factory.mktemp("base"))


def test_it_learns_and_says_what_came_of_it(tmp_path: Path, base: Path) -> None:
    ear = Ear()
    result = loop.run(
        spec_in(
            tmp_path, base, epochs=4.0, held=True, evaluate_every=2, prompts=("Hello?",), persona="Be kind."
        ),
        ear.context(),
    )
    losses = ear.values("loss")
    assert result["steps"] == result["total_steps"] == len(losses) == 12
    assert losses[-1] < losses[0] and result["eval_loss"] < result["first_eval_loss"]
    assert result["first_loss"] == losses[0] and result["learnt_tokens"] < result["tokens"]
    rates = ear.values("learning_rate")
    assert rates[0] < rates[1] and rates[-1] < 0.001 and max(rates) == 0.01
    assert min(ear.values("memory_mb")) > 50 and result["peak_memory_mb"] == ear.values("memory_mb")[-1]
    progress = [one for one in ear.events if isinstance(one, Progress) and one.total == 12]
    assert [one.done for one in progress] == list(range(1, 13)) and progress[
        -1
    ].text == "round 4.0/4.0, 0:00 left"
    said = [json.loads(line) for line in (tmp_path / "said.jsonl").read_text().splitlines()]
    assert [one["step"] for one in said] == [0, 2, 4, 6, 8, 10, 12] and said[0]["prompt"] == "Hello?"
    assert [one.name for one in sorted((tmp_path / "checkpoints").iterdir())] == [
        "step-000010",
        "step-000012",
    ]
    assert result["reductions"] == [] and result["device"] in ("cpu", "cuda")


def test_the_adapter_is_one_of_peft_and_says_where_it_belongs(tmp_path: Path, base: Path) -> None:
    result = loop.run(spec_in(tmp_path, base), Ear().context())
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    adapter = Path(result["adapter"])
    about = json.loads((adapter / "zishu.json").read_text())
    assert (
        about["base_sha256"] == result["base_sha256"]
        and about["template_sha256"] == result["template_sha256"]
    )
    assert about["recipe"]["rank"] == 4 and "<|im_start|>" in about["chat_template"]
    plain = AutoModelForCausalLM.from_pretrained(base)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # PEFT asks transformers for something by its old name
        model = PeftModel.from_pretrained(plain, str(adapter))
    assert any(one.abs().sum() > 0 for name, one in model.named_parameters() if "lora_B" in name)


@pytest.mark.skipif(not hasattr(__import__("os"), "fork"), reason="asks for a system that can fork")
def test_killed_at_any_moment_it_goes_on_to_the_same_losses(tmp_path: Path, base: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "tests.worker.training.killed", str(tmp_path), str(base)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert ended.returncode == 0, ended.stderr[-2000:]
    found = json.loads((tmp_path / "losses.json").read_text())
    whole = found.pop("whole")
    assert len(whole) == 9 and len(found) == 3
    for losses in found.values():
        assert losses == pytest.approx(whole, abs=1e-5)


def stopping(after: int) -> tuple[Ear, Context]:
    """A context that is told to stop at the micro step number `after`."""
    ear = Ear()
    context = ear.context()
    asked = [0]
    check = context.check_cancelled

    def counted() -> None:
        asked[0] += 1
        if asked[0] == after:
            context.cancel()
        check()

    context.check_cancelled = counted  # type: ignore[method-assign]
    return ear, context


@pytest.mark.parametrize("after", [20, 22])
def test_stopped_within_a_step_it_leaves_a_checkpoint_and_goes_on(
    tmp_path: Path, base: Path, after: int
) -> None:
    whole = Ear()
    loop.run(spec_in(tmp_path / "whole", base), whole.context())
    spec = spec_in(tmp_path / "halves", base, save_every=0)
    first, context = stopping(after)
    with pytest.raises(JobStopped):
        loop.run(spec, context)
    assert 0 < len(first.values("loss")) < len(whole.values("loss"))
    second = Ear()
    result = loop.run(spec, second.context())
    together = first.values("loss") + second.values("loss")
    assert together == pytest.approx(whole.values("loss"), abs=1e-5)
    assert result["steps"] == len(together) and "goes on after step" in second.notes()[0]


def test_stopped_while_she_is_asked_it_waits_for_no_more_answers(
    tmp_path: Path, base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = spec_in(tmp_path, base, save_every=3, prompts=("Who are you?", "And I?", "A joke?"))
    ear, asked = Ear(), list[str]()
    context = ear.context()

    def answer(_self: Any, _model: Any, prompt: str, _persona: str) -> str:
        asked.append(prompt)
        if len(asked) == 4:  # the first one after step 3
            context.cancel()
        return "I am Zishu."

    monkeypatch.setattr("zishu_app.worker.training.answer.Speaker._answer", answer)
    with pytest.raises(JobStopped):
        loop.run(spec, context)
    assert (len(asked), len(ear.values("loss"))) == (4, 3)
    loop.run(spec, Ear().context())
    said = [json.loads(line) for line in (tmp_path / "said.jsonl").read_text("utf-8").splitlines()]
    assert [one["step"] for one in said] == [0, 0, 0, 3, 3, 3, 6, 6, 6]


def test_what_is_not_the_same_any_more_does_not_go_on(tmp_path: Path, base: Path) -> None:
    loop.run(spec_in(tmp_path, base), Ear().context())
    with pytest.raises(DataError, match="not those of the checkpoint"):
        loop.run(spec_in(tmp_path, base, rank=2), Ear().context())
    # how often it is saved is of no account; and what is done is done
    result = loop.run(spec_in(tmp_path, base, save_every=5), Ear().context())
    assert result["steps"] == result["total_steps"]


def test_her_answers_leave_the_training_as_it_was(tmp_path: Path, base: Path) -> None:
    silent, asked = Ear(), Ear()
    loop.run(spec_in(tmp_path / "silent", base, save_every=1), silent.context())
    loop.run(spec_in(tmp_path / "asked", base, save_every=1, prompts=("Hello?", "你好")), asked.context())
    assert asked.values("loss") == silent.values("loss")


def test_it_ends_when_nothing_is_gained_and_keeps_the_best(tmp_path: Path, base: Path) -> None:
    ear = Ear()
    result = loop.run(
        spec_in(tmp_path, base, epochs=30.0, learning_rate=0.3, held=True, evaluate_every=1, patience=2),
        ear.context(),
    )
    seen = ear.values("eval_loss")
    assert result["stopped_early"] and result["steps"] == len(seen) - 1 == result["best_step"] + 2
    assert result["eval_loss"] == min(seen) == seen[result["best_step"]]


class Short:
    """Memory for so many tokens at once, fewer where all is kept."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, error: BaseException, most: Callable[[Any], bool]
    ) -> None:
        from zishu_app.worker.training import step

        self.rows: list[int] = []
        original = step.loss_sum

        def checked(heart: Any, row: Any) -> Any:
            if not most(heart, row):  # type: ignore[call-arg]
                raise error
            self.rows.append(row.ids.numel())
            return original(heart, row)

        monkeypatch.setattr(step, "loss_sum", checked)


def test_less_at_once_changes_nothing(tmp_path: Path, base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    plain = Ear()
    loop.run(spec_in(tmp_path / "plain", base, dropout=0.0, batch=2), plain.context())
    Short(monkeypatch, torch.OutOfMemoryError("CUDA out of memory"), lambda _, row: row.ids.numel() <= 80)
    short = Ear()
    result = loop.run(spec_in(tmp_path / "short", base, dropout=0.0, batch=2), short.context())
    assert short.values("loss") == pytest.approx(plain.values("loss"), abs=1e-4)
    assert result["reductions"] == short.notes() and all(
        "half as much at once" in one for one in short.notes()
    )
    assert short.notes()


def test_then_less_is_kept_then_less_is_read_then_it_is_said(
    tmp_path: Path, base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate 99 bytes")
    most = [0]
    Short(monkeypatch, error, lambda _, row: row.ids.numel() <= most[0])
    long = [
        {"role": "user", "content": "Hello?"},
        {"role": "assistant", "content": "I am fine, thank you. " * 5},
    ]
    rows = write_rows(tmp_path / "long.jsonl", [*talks(3), {"messages": long * 3}])
    spec = spec_in(tmp_path / "a", base, longest=256, train=str(rows), accumulation=1, batch=8)
    most[0] = 140
    ear = Ear()
    result = loop.run(spec, ear.context())
    told = "\n".join(ear.notes())
    assert "half as much at once" in told and "every second layer" in told and "all layers" in told
    assert "1 sample loses text" in told and result["reductions"] == ear.notes()
    state = json.loads((tmp_path / "a/checkpoints/step-000002/state.json").read_text())
    assert state["fit"]["checkpointing"] == "all" and state["fit"]["longest"] <= 140
    most[0] = 10
    with pytest.raises(DataError, match="not even one sample"):
        loop.run(spec_in(tmp_path / "b", base), Ear().context())


def test_a_bug_is_no_lack_of_memory(tmp_path: Path, base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Short(monkeypatch, RuntimeError("shapes do not match"), lambda *_: False)
    with pytest.raises(RuntimeError, match="shapes"):
        loop.run(spec_in(tmp_path, base), Ear().context())


def test_tried_out_it_measures_and_keeps_nothing_else(tmp_path: Path, base: Path) -> None:
    result = loop.run(spec_in(tmp_path, base, dry=True, prompts=("Hello?",)), Ear().context())
    assert json.loads((tmp_path / "dry.json").read_text()) == result
    assert sorted(one.name for one in tmp_path.iterdir()) == ["dry.json", "material"]
    assert result["seconds_per_step"] > 0 and result["peak_memory_mb"] > 50 and result["total_steps"] == 6
    assert result["tokens"] <= 2 * 128 and result["seconds"] > 0


def test_from_what_was_learnt_before(tmp_path: Path, base: Path) -> None:
    first = Ear()
    adapter = loop.run(spec_in(tmp_path / "first", base, epochs=6.0), first.context())["adapter"]
    second = Ear()
    loop.run(spec_in(tmp_path / "second", base, adapter=adapter, learning_rate=0.001), second.context())
    assert second.values("loss")[0] < first.values("loss")[0] - 0.5
    other = tiny_base(tmp_path / "other", seed=5)
    with pytest.raises(DataError, match="another base"):
        loop.run(spec_in(tmp_path / "third", other, adapter=adapter), Ear().context())


@pytest.mark.parametrize(
    "changes",
    [
        {"precision": "bf16"},
        {"precision": "bf16", "dora": True},
        {"precision": "nf4"},
        {"precision": "int8"},
        {"method": "full", "precision": "bf16", "learning_rate": 0.002},
        {"optimizer": "adafactor", "rslora": True},
        {"attention": "eager", "checkpointing": "selective", "packing": False},
        {"targets": ["q_proj", "v_proj"], "schedule": "linear"},
    ],
    ids=lambda changes: "-".join(map(str, changes.values())),
)
def test_every_way_learns(tmp_path: Path, base: Path, changes: dict[str, Any]) -> None:
    ear = Ear()
    result = loop.run(spec_in(tmp_path, base, epochs=4.0, prompts=("Hello?",), **changes), ear.context())
    losses = ear.values("loss")
    assert losses[-1] < losses[0] - 0.1 and (Path(result["adapter"]) / "zishu.json").is_file()
    # and on a checkpoint of each it can go on
    again = loop.run(spec_in(tmp_path, base, epochs=4.0, prompts=("Hello?",), **changes), Ear().context())
    assert again["loss"] == result["loss"]


def test_another_optimizer_than_asked_for_is_told(tmp_path: Path, base: Path) -> None:
    import torch

    if torch.cuda.is_available():
        pytest.skip("asks for a machine without a graphics card")
    ear = Ear()
    loop.run(spec_in(tmp_path, base, optimizer="paged_adamw_8bit", max_steps=1), ear.context())
    assert ear.notes() == ["Paged 8-bit AdamW works on a graphics card only; AdamW is used."]


def test_what_cannot_be_learnt_from_is_said_before_anything_is_loaded(tmp_path: Path, base: Path) -> None:
    rows = [{"messages": [{"role": "user", "content": "Hello?"}]}]
    spec = spec_in(tmp_path, base, train=str(write_rows(tmp_path / "none.jsonl", rows)))
    with pytest.raises(DataError, match="not one token"):
        loop.run(spec, Ear().context())
    with pytest.raises(DataError, match="cannot be read"):
        loop.run(spec_in(tmp_path, base, train=str(tmp_path / "nowhere.jsonl")), Ear().context())


def test_gradients_that_are_no_numbers_end_it(tmp_path: Path, base: Path) -> None:
    with pytest.raises(DataError, match="come apart"):
        loop.run(spec_in(tmp_path, base, learning_rate=1e30, clip=0.0, epochs=9.0), Ear().context())


def test_no_code_of_a_base_is_run(tmp_path: Path) -> None:
    foreign = tiny_base(tmp_path / "foreign")
    config = json.loads((foreign / "config.json").read_text())
    config |= {"model_type": "own", "auto_map": {"AutoModelForCausalLM": "own.Own"}}
    (foreign / "config.json").write_text(json.dumps(config))
    (foreign / "own.py").write_text("raise SystemExit('run')")
    with pytest.raises(DataError, match="no foreign code"):
        loop.run(spec_in(tmp_path, foreign), Ear().context())
