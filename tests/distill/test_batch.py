"""Many talks to many files: names, what is skipped, what is bad, and going on."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from tests.books import RUN, accounts_again, calls, scripted, speaker
from tests.distill.desk import conversation, faithful, talk, tools, way
from zishu_app.core.errors import DataError, ModelRefused, ModelUnreachable
from zishu_app.dataset.talks import Talk
from zishu_app.distill.batch import Batch, find_sources
from zishu_app.distill.distil import Tools
from zishu_app.distill.events import (
    BatchEnded,
    Distilled,
    FileFailed,
    FileSkipped,
    FileWritten,
    Left,
    PartDone,
)
from zishu_app.ledger.store import Store, open_ledger


class Library:
    """A folder of talks, one of results, and a model."""

    def __init__(self, folder: Path, store: Store, model: Any = None) -> None:
        self.sources, self.results = folder / "talks", folder / "distilled"
        self.sources.mkdir(exist_ok=True)
        self.store, self.model = store, model or scripted(faithful())

    def add(self, name: str, one: Talk) -> Path:
        return conversation(self.sources / name, one)

    def batch(self, **more: Any) -> Batch:
        return Batch(way(**more.pop("changes", {})), tools(self.store, self.model), self.results, **more)

    async def run(self, **more: Any) -> list[Any]:
        return [event async for event in self.batch(**more).run(sorted(self.sources.iterdir()))]

    def names(self) -> list[str]:
        return sorted(path.name for path in self.results.glob("*"))


@pytest.fixture
def library(tmp_path: Path, store: Store) -> Library:
    return Library(tmp_path, store)


def of_kind(events: list[Any], kind: type) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


def conversation_in(path: Path) -> str:
    return str(json.loads(path.read_text(encoding="utf-8"))["metadata"]["conversation"])


async def test_each_scenario_has_its_file(library: Library) -> None:
    library.add("a.json", talk(4, name="机器学习"))
    library.add("b.json", talk(6, name="daily"))
    events = await library.run()
    assert library.names() == ["distilled_daily.json", "distilled_机器学习.json"]
    assert events[-1] == BatchEnded(2, 0, 0, 0) and len(of_kind(events, BatchEnded)) == 1
    assert [event.flagged for event in of_kind(events, FileWritten)] == [0, 0]


async def test_another_conversation_of_a_scenario_gets_its_stamp(library: Library) -> None:
    library.add("a.json", talk(4))
    library.add("b.json", talk(6))
    library.add("c.json", talk(8))
    library.add("d.json", talk(10, made="2026-02-01T08:00:00"))
    await library.run(at_once=3)
    stem = "distilled_机器学习"
    assert library.names() == sorted(
        [
            f"{stem}.json",
            f"{stem}_20260112_165404.json",
            f"{stem}_20260112_165404_2.json",
            f"{stem}_20260201_080000.json",
        ]
    )
    assert len({conversation_in(path) for path in library.results.iterdir()}) == 4


async def test_a_talk_that_does_not_say_when_it_was_made_gets_a_stamp_of_its_own(library: Library) -> None:
    library.add("a.json", talk(4))
    library.add("b.json", talk(6, made=None))
    await library.run()
    assert len(library.names()) == 2


async def test_what_is_done_is_skipped_and_costs_nothing(library: Library) -> None:
    for number in range(3):
        library.add(f"{number}.json", talk(4 + 2 * number))
    await library.run()
    before, asked = library.names(), len(library.model.calls)
    events = await library.run()
    assert events[-1] == BatchEnded(0, 3, 0, 0) and len(of_kind(events, FileSkipped)) == 3
    assert library.names() == before and len(library.model.calls) == asked


async def test_the_same_talk_in_another_way_keeps_the_earlier_result(library: Library) -> None:
    library.add("a.json", talk(20))
    await library.run()
    (path,) = library.results.iterdir()
    first = path.read_text(encoding="utf-8")
    events = await library.run(changes={"max_tokens": 300})
    assert events[-1].written == 1
    assert library.names() == [path.name, path.name + ".bak"]
    assert (
        path.with_name(path.name + ".bak").read_text(encoding="utf-8")
        == first
        != path.read_text(encoding="utf-8")
    )


async def test_a_file_of_somebody_else_is_left_alone(library: Library) -> None:
    library.results.mkdir()
    (library.results / "distilled_机器学习.json").write_text("mine")
    library.add("a.json", talk(4))
    await library.run()
    assert (library.results / "distilled_机器学习.json").read_text() == "mine"
    assert library.names() == ["distilled_机器学习.json", "distilled_机器学习_20260112_165404.json"]


async def test_a_bad_file_is_named_and_counted_and_stops_nothing(library: Library) -> None:
    library.add("a.json", talk(4))
    (library.sources / "b.json").write_text("{not json")
    lines = [
        json.dumps({"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]}),
        "[1]",
    ]
    (library.sources / "c.jsonl").write_text("\n".join(lines))
    events = await library.run()
    assert events[-1] == BatchEnded(2, 0, 2, 0)
    failed = of_kind(events, FileFailed)
    assert [event.source.name for event in failed] == ["b.json", "c.jsonl"]
    assert all(event.reason and event.hint for event in failed) and "2" in failed[1].reason


async def test_a_talk_that_fails_stops_nothing(library: Library) -> None:
    library.model = scripted(faithful(), faults={0: ModelUnreachable("gone", "try later")})
    library.add("a.json", talk(4))
    library.add("b.json", talk(6))
    events = await library.run()
    assert events[-1] == BatchEnded(1, 0, 1, 0)
    (failed,) = of_kind(events, FileFailed)
    assert (failed.source.name, failed.reason, failed.hint) == ("a.json", "gone", "try later")


async def test_what_every_talk_would_meet_stops_it(library: Library) -> None:
    library.model = scripted(
        faithful(), faults=dict.fromkeys(range(9), ModelRefused("no such model", "choose"))
    )
    for number in range(4):
        library.add(f"{number}.json", talk(4 + 2 * number))
    assert (await library.run())[-1] == BatchEnded(0, 0, 1, 3, "no such model", "choose")


async def test_a_stop_leaves_the_talk_in_hand_between_two_chunks(library: Library) -> None:
    """No failure: it is left like those that were not begun, and asked for again is only what was not answered."""
    library.model.piece = 4  # answers take a while
    for number in range(4):
        library.add(f"{number}.json", talk(80 + 2 * number))
    sources = sorted(library.sources.iterdir())
    batch, told = library.batch(), []
    async for event in batch.run(sources):
        told.append(event)
        if isinstance(event, PartDone):
            batch.stop.set()
    (left,) = of_kind(told, Left)
    assert told[-1] == BatchEnded(0, 0, 0, 4) and not of_kind(told, FileWritten)
    # what is in flight beside the first is finished and kept
    assert 1 <= left.done == len(of_kind(told, PartDone)) < left.chunks
    assert [row["state"] for row in calls(library.store)] == ["answered"] * left.done

    again = Tools(RUN, speaker(library.model), await accounts_again(library.store), 3)
    events = [event async for event in Batch(way(), again, library.results).run(sources)]
    assert events[-1] == BatchEnded(4, 0, 0, 0)
    parts = library.store.read("SELECT COUNT(*) FROM parts")[0][0]
    assert len(calls(library.store)) == parts


@pytest.mark.parametrize("moment", [1, 4, 9, 14, 20])
async def test_cut_off_anywhere_it_goes_on(library: Library, tmp_path: Path, moment: int) -> None:
    for number in range(4):
        library.add(f"{number}.json", talk(20 + 2 * number))
    calm_store = open_ledger(tmp_path / "calm.sqlite")
    (tmp_path / "calm").mkdir()
    calm = Library(tmp_path / "calm", calm_store)
    calm.sources = library.sources
    await calm.run(at_once=2)
    task = asyncio.create_task(library.run(at_once=2))
    while not task.done() and library.store.read("SELECT COUNT(*) FROM parts")[0][0] < moment:  # noqa: ASYNC110
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    again = Tools(RUN, speaker(library.model), await accounts_again(library.store), 3)
    batch = Batch(way(), again, library.results, at_once=2)
    events = [event async for event in batch.run(sorted(library.sources.iterdir()))]
    assert events[-1].written + events[-1].skipped == 4
    assert library.names() == calm.names()
    for name in library.names():
        made, wanted = (
            json.loads((one.results / name).read_text(encoding="utf-8")) for one in (library, calm)
        )
        made["metadata"].pop("accounting"), wanted["metadata"].pop("accounting")
        assert made == wanted
    answered = [row for row in calls(library.store) if row["state"] == "answered"]
    assert len(answered) == len(calls(calm_store))
    calm_store.close()


async def test_one_file_can_be_given_a_name(library: Library, tmp_path: Path) -> None:
    source = library.add("a.json", talk(4))
    output = tmp_path / "out" / "short.json"
    for expected in (1, 0):
        batch = library.batch(output=output)
        events = [event async for event in batch.run([source])]
        assert events[-1].written == expected
    assert output.is_file() and not library.results.exists()


async def test_several_talks_of_one_file_do_not_overwrite_each_other(
    library: Library, tmp_path: Path
) -> None:
    pairs = [
        [{"role": "user", "content": f"q{n}"}, {"role": "assistant", "content": f"a{n}"}] for n in range(3)
    ]
    source = library.sources / "many.jsonl"
    source.write_text("\n".join(json.dumps({"messages": pair}) for pair in pairs))
    output = tmp_path / "short.json"
    batch = library.batch(output=output, at_once=2)
    events = [event async for event in batch.run([source])]
    written = {event.path for event in of_kind(events, FileWritten)}
    assert events[-1].written == len(written) == 3 and output in written
    assert len({conversation_in(path) for path in written}) == 3
    assert not output.with_name("short.json.bak").exists()


async def test_a_name_may_be_anything(library: Library) -> None:
    names = ["a/b\\c:*?", "标题" * 90, ". .", "x" * 500, "CON"]
    for number, name in enumerate(names):
        library.add(f"{number}.json", talk(4 + 2 * number, name=name))
    events = await library.run()
    assert events[-1] == BatchEnded(len(names), 0, 0, 0)
    assert len(library.names()) == len(names)


async def test_the_same_talk_twice_is_asked_once(library: Library) -> None:
    for name in ("a.json", "b.json"):
        library.add(name, talk(20))
    events = await library.run(at_once=2)
    assert events[-1] == BatchEnded(1, 1, 0, 0)
    assert library.names() == ["distilled_机器学习.json"]
    asked = [(row["item"], row["purpose"], row["step"]) for row in calls(library.store)]
    assert len({(purpose, step) for _, purpose, step in asked}) == len(asked)


async def test_talks_can_be_added_one_by_one(library: Library) -> None:
    batch = library.batch()
    for number in range(3):
        path = library.add(f"{number}.json", talk(4 + 2 * number))
        events = [event async for event in batch.add([path])]
        assert isinstance(events[-1], FileWritten) and len(of_kind(events, Distilled)) == 1
    assert (batch.written, batch.left) == (3, 0)


async def test_added_at_the_same_time_they_get_names_of_their_own(library: Library) -> None:
    batch = library.batch()
    paths = [library.add(f"{number}.json", talk(4 + 2 * number)) for number in range(4)]

    async def add(path: Path) -> None:
        async for _ in batch.add([path]):
            continue

    await asyncio.gather(*(add(path) for path in paths))
    assert (
        len(library.names()) == 4 and len({conversation_in(path) for path in library.results.iterdir()}) == 4
    )


def test_sources_are_found(tmp_path: Path) -> None:
    for name in ("b.json", "a.JSONL", "distilled_a.json", ".hidden.json", "notes.txt"):
        (tmp_path / name).touch()
    (tmp_path / "folder.json").mkdir()
    assert [path.name for path in find_sources(tmp_path, batch=True)] == ["a.JSONL", "b.json"]
    assert find_sources(tmp_path / "b.json", batch=False) == [tmp_path / "b.json"]


@pytest.mark.parametrize(
    ("name", "batch"), [("", False), ("missing", True), ("missing", False), ("empty", True)]
)
def test_no_sources_are_told(tmp_path: Path, name: str, batch: bool) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError) as caught:
        find_sources(tmp_path / name, batch=batch)
    assert caught.value.hint


async def test_a_talk_without_a_file_is_distilled_as_one_with(library: Library, tmp_path: Path) -> None:
    one, other = talk(4, source=tmp_path / "gone.json"), talk(6, name="daily")
    path = library.add("daily.json", other)
    model = scripted(faithful())
    batch = Batch(way(), tools(library.store, model), library.results)
    events = [event async for event in batch.run([one, path])]
    assert events[-1] == BatchEnded(2, 0, 0, 0)
    assert library.names() == ["distilled_daily.json", "distilled_机器学习.json"]
    again = library.add("back.json", one)
    asked = len(model.calls)
    events = [
        event async for event in Batch(way(), tools(library.store, model), library.results).run([again])
    ]
    assert len(of_kind(events, FileSkipped)) == 1 and len(model.calls) == asked
