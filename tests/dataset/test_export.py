"""Files that other programs read: what stands in them, and that they are whole or not there."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest

from zishu_app.core import files
from zishu_app.core.errors import DataError
from zishu_app.core.texts import set_language
from zishu_app.dataset.export import BATCH, Exported, ExportEvent, Unfit, Unsaid, Wrote, export
from zishu_app.dataset.find import Filter
from zishu_app.dataset.forms import FORMS, Form
from zishu_app.dataset.sample import Draft, SampleMessage, fingerprint, message
from zishu_app.dataset.store import Samples, add, open_samples

ALL = Filter()
SYSTEM = message("system", "你是老师。")
ROUND = (message("user", "一？"), message("assistant", "好。"))


@pytest.fixture
def samples(tmp_path: Path) -> Iterator[Samples]:
    """In a folder of its own: the one beside it is looked at."""
    opened = open_samples(tmp_path / "home" / "samples.sqlite")
    yield opened
    opened.close()


def draft(*messages: SampleMessage, **more: Any) -> Draft:
    key = fingerprint(messages, more)
    return Draft(
        **({"key": key, "kind": "imported", "language": "zh", "title": "标题", "messages": messages} | more)
    )


async def put(samples: Samples, *drafts: Draft) -> None:
    await add(samples, drafts, 0)


async def exported(samples: Samples, form: Form, path: Path, wanted: Filter = ALL) -> list[ExportEvent]:
    events = [event async for event in export(samples, wanted, form, path)]
    assert [isinstance(event, Exported) for event in events].count(True) == 1
    return events


def records(path: Path) -> list[dict[str, Any]]:
    """The file's records, without what is ours alone."""
    text = path.read_text(encoding="utf-8")
    found = json.loads(text) if path.suffix == ".json" else [json.loads(line) for line in text.splitlines()]
    assert all(isinstance(one.pop("zishu"), str) for one in found)
    return list(found)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def test_openai_messages_are_lines_with_weights(samples: Samples, tmp_path: Path) -> None:
    unlearnt = message("assistant", "不学。", loss=False)
    await put(samples, draft(SYSTEM, *ROUND), draft(ROUND[0], unlearnt, *ROUND))
    path = tmp_path / "out" / "a.jsonl"

    events = await exported(samples, "openai", path)

    assert records(path) == [
        {
            "messages": [
                {"role": "system", "content": "你是老师。"},
                {"role": "user", "content": "一？"},
                {"role": "assistant", "content": "好。", "weight": 1},
            ]
        },
        {
            "messages": [
                {"role": "user", "content": "一？"},
                {"role": "assistant", "content": "不学。", "weight": 0},
                {"role": "user", "content": "一？"},
                {"role": "assistant", "content": "好。", "weight": 1},
            ]
        },
    ]
    assert events == [Wrote(2, 2, 0), Exported(path, 2, 0, path.stat().st_size, ())]
    assert names(path.parent) == ["a.jsonl"]


async def test_where_every_answer_is_learnt_from_there_are_no_weights(
    samples: Samples, tmp_path: Path
) -> None:
    await put(samples, draft(message("user", 'is "loss":false JSON?'), ROUND[1]))
    await exported(samples, "openai", tmp_path / "a.jsonl")
    assert [list(one) for one in records(tmp_path / "a.jsonl")[0]["messages"]] == [["role", "content"]] * 2


async def test_sharegpt_is_a_list_with_what_llama_factory_wants_to_know(
    samples: Samples, tmp_path: Path
) -> None:
    await put(samples, draft(SYSTEM, *ROUND), draft(*ROUND))
    path = tmp_path / "对话.json"

    events = await exported(samples, "sharegpt", path)

    said = [{"from": "human", "value": "一？"}, {"from": "gpt", "value": "好。"}]
    assert records(path) == [
        {"conversations": said, "system": "你是老师。"},
        {"conversations": said, "system": ""},
    ]
    info = tmp_path / "dataset_info.json"
    assert info.read_bytes().isascii()
    assert json.loads(info.read_text()) == {
        "对话": {
            "file_name": "对话.json",
            "formatting": "sharegpt",
            "columns": {"messages": "conversations", "system": "system"},
            "tags": {
                "role_tag": "from",
                "content_tag": "value",
                "user_tag": "human",
                "assistant_tag": "gpt",
            },
        }
    }
    assert isinstance(events[-1], Exported)
    assert events[-1].beside == (info,)


async def test_alpaca_has_former_rounds_as_history(samples: Samples, tmp_path: Path) -> None:
    await put(
        samples, draft(SYSTEM, message("user", "在吗"), message("assistant", "在"), *ROUND), draft(*ROUND)
    )
    path = tmp_path / "a.json"

    await exported(samples, "alpaca", path)

    asked = {"instruction": "一？", "input": "", "output": "好。"}
    assert records(path) == [
        asked | {"history": [["在吗", "在"]], "system": "你是老师。"},
        asked | {"history": [], "system": ""},
    ]
    columns = json.loads((tmp_path / "dataset_info.json").read_text())["a"]["columns"]
    assert columns["history"] == "history"
    assert columns["system"] == "system"


async def test_parquet_has_columns_of_its_own(samples: Samples, tmp_path: Path) -> None:
    await put(samples, draft(*ROUND, scenario="入门", tags=("好", "新")), draft(SYSTEM, *ROUND))
    path = tmp_path / "a.parquet"

    await exported(samples, "parquet", path)

    table = pyarrow.parquet.read_table(path)
    assert table.column_names == ["messages", "kind", "language", "title", "scenario", "tags", "zishu"]
    first = table.to_pylist()[0]
    assert first["messages"] == [
        {"role": "user", "content": "一？", "weight": None},
        {"role": "assistant", "content": "好。", "weight": 1},
    ]
    assert (first["kind"], first["scenario"], first["tags"]) == ("imported", "入门", ["好", "新"])


UNFIT: list[tuple[Sequence[SampleMessage], str, str]] = [
    ((ROUND[1], *ROUND), "第 1 条消息应是用户的", "message 1 should be the user's"),
    ((SYSTEM, ROUND[0], *ROUND), "第 3 条消息应是助手的", "message 3 should be the assistant's"),
    ((*ROUND, ROUND[0]), "最后一句没有回答", "its last message has no answer"),
    ((*ROUND, SYSTEM, *ROUND), "第 3 条消息应是用户的", "message 3 should be the user's"),
    ((SYSTEM,), "没有一问一答", "it has no question with its answer"),
]


@pytest.mark.parametrize("form", ["sharegpt", "alpaca"])
async def test_what_does_not_fit_is_left_out_and_told(samples: Samples, tmp_path: Path, form: Form) -> None:
    await put(samples, *(draft(*messages) for messages, _, _ in UNFIT), draft(*ROUND))
    for language, said in (("zh", [zh for _, zh, _ in UNFIT]), ("en", [en for _, _, en in UNFIT])):
        set_language(language)  # type: ignore[arg-type]
        events = await exported(samples, form, tmp_path / "a.json")
        unfit = [event for event in events if isinstance(event, Unfit)]
        assert [event.sample for event in unfit] == [1, 2, 3, 4, 5]
        assert all(reason in event.message for reason, event in zip(said, unfit, strict=True))
        assert all("openai" in event.hint for event in unfit)
    assert events[-2] == Wrote(6, 6, 5)
    assert len(records(tmp_path / "a.json")) == 1


@pytest.mark.parametrize("form", FORMS)
async def test_what_a_form_cannot_say_is_counted(samples: Samples, tmp_path: Path, form: Form) -> None:
    await put(samples, draft(ROUND[0], message("assistant", "不学。", loss=False), *ROUND), draft(*ROUND))
    events = await exported(samples, form, tmp_path / "a")
    unsaid = [event.samples for event in events if isinstance(event, Unsaid)]
    assert unsaid == ([1] if form in ("sharegpt", "alpaca") else [])


async def test_only_what_the_filter_finds(samples: Samples, tmp_path: Path) -> None:
    await put(
        samples,
        draft(*ROUND, verdict="accepted"),
        draft(*ROUND),
        draft(*ROUND, verdict="rejected", title="x"),
    )
    path = tmp_path / "a.jsonl"
    await exported(samples, "openai", path, Filter(verdicts=("accepted",)))
    assert len(records(path)) == 1
    await exported(samples, "openai", path)
    assert len(records(path)) == 3


@pytest.mark.parametrize("form", FORMS)
async def test_many_in_batches(samples: Samples, tmp_path: Path, form: Form) -> None:
    await put(samples, *(draft(message("user", f"{n}？"), ROUND[1]) for n in range(2 * BATCH + 1)))
    events = await exported(samples, form, tmp_path / "a")
    done = [event.done for event in events if isinstance(event, Wrote)]
    assert done == [BATCH, 2 * BATCH, 2 * BATCH + 1]
    assert isinstance(events[-1], Exported)
    assert events[-1].written == 2 * BATCH + 1


async def test_nothing_to_export_writes_nothing(samples: Samples, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    with pytest.raises(DataError, match="no samples to export"):
        await exported(samples, "openai", path)
    await put(samples, draft(SYSTEM))
    with pytest.raises(DataError, match="None of the samples fits"):
        await exported(samples, "sharegpt", path)
    assert names(tmp_path) == ["home"]


@pytest.mark.skipif(os.name == "nt" or not hasattr(os, "geteuid"), reason="folders of POSIX")
async def test_a_place_that_cannot_be_written_to(samples: Samples, tmp_path: Path) -> None:
    await put(samples, draft(*ROUND))
    with pytest.raises(DataError, match="is a folder"):
        await exported(samples, "openai", tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match="cannot be written"):
        await exported(samples, "openai", tmp_path / "file" / "a.jsonl")


async def test_other_entries_of_dataset_info_stay(samples: Samples, tmp_path: Path) -> None:
    await put(samples, draft(*ROUND))
    info = tmp_path / "dataset_info.json"
    theirs = {"identity": {"file_name": "identity.json"}, "a": {"file_name": "别的.json"}}
    info.write_text(json.dumps(theirs), encoding="utf-8")

    await exported(samples, "sharegpt", tmp_path / "a.json")
    await exported(samples, "alpaca", tmp_path / "b.json")
    await exported(samples, "sharegpt", tmp_path / "b.json")

    found = json.loads(info.read_text(encoding="utf-8"))
    assert found.items() >= theirs.items()
    assert list(found) == ["identity", "a", "a.json", "b"]
    assert found["b"]["formatting"] == "sharegpt"


@pytest.mark.parametrize("broken", ["[]", "{oops"])
async def test_a_broken_dataset_info_is_told_before_anything_is_written(
    samples: Samples, tmp_path: Path, broken: str
) -> None:
    await put(samples, draft(*ROUND))
    info = tmp_path / "dataset_info.json"
    info.write_text(broken)
    with pytest.raises(DataError, match="is not a valid JSON object"):
        await exported(samples, "sharegpt", tmp_path / "a.json")
    assert names(tmp_path) == ["dataset_info.json", "home"]
    assert info.read_text() == broken


@pytest.mark.parametrize("form", FORMS)
async def test_a_stop_leaves_what_was_there(samples: Samples, tmp_path: Path, form: Form) -> None:
    await put(samples, *(draft(message("user", f"{n}？"), ROUND[1]) for n in range(BATCH + 1)))
    path, stop = tmp_path / "a", asyncio.Event()
    path.write_text("before")
    stop.set()

    events = [event async for event in export(samples, ALL, form, path, stop)]

    assert events == [Wrote(BATCH, BATCH + 1, 0), Exported(path, 0, 0, 0, (), stopped=True)]
    assert path.read_text() == "before"
    assert names(tmp_path) == ["a", "home"]


async def test_leaving_the_iterator_leaves_no_file(samples: Samples, tmp_path: Path) -> None:
    await put(samples, *(draft(message("user", f"{n}？"), ROUND[1]) for n in range(BATCH + 1)))
    stream = export(samples, ALL, "openai", tmp_path / "a")
    await anext(aiter(stream))
    await stream.aclose()  # type: ignore[attr-defined]
    assert names(tmp_path) == ["home"]


#: exports until its second batch is written, and waits there to be killed
EXPORTER = """
import asyncio, sys
from pathlib import Path
from zishu_app.dataset.export import export
from zishu_app.dataset.find import Filter
from zishu_app.dataset.store import open_samples

async def main():
    samples = open_samples(Path(sys.argv[1]))
    batches = 0
    async for event in export(samples, Filter(), sys.argv[3], Path(sys.argv[2])):
        batches += 1
        if batches == 2:
            print("ready", flush=True)
            sys.stdin.readline()

asyncio.run(main())
"""


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.may_block(reason="waits for a process that it kills")
async def test_killed_in_the_middle_there_is_no_half_file(
    samples: Samples, tmp_path: Path, form: Form
) -> None:
    await put(samples, *(draft(message("user", f"{n}？"), ROUND[1]) for n in range(4 * BATCH)))
    folder = tmp_path / "out"
    path = folder / "a.json"
    kill_while_writing(samples, path, form)

    left = names(folder)
    assert [name for name in left if not name.endswith(".tmp")] == []
    assert len(left) == 1, "what was begun lies under a temporary name"

    await exported(samples, form, path)

    assert [name for name in names(folder) if name != "dataset_info.json"] == ["a.json"]
    assert path.stat().st_size > 10_000


def kill_while_writing(samples: Samples, path: Path, form: Form) -> None:
    """Kill an export after its second batch of four."""
    environment = os.environ | {"PYTHONPATH": str(Path(files.__file__).parents[2])}
    arguments = [sys.executable, "-c", EXPORTER, str(samples.path), str(path), form]
    pipe = subprocess.PIPE
    with subprocess.Popen(arguments, stdin=pipe, stdout=pipe, env=environment) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == b"ready"
        process.kill()
