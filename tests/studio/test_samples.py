"""Our own work goes into the data set by itself, once, whatever happens in between."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.teacher import Teacher
from zishu_app.core.errors import DataError
from zishu_app.core.keys import Keys
from zishu_app.core.paths import Home
from zishu_app.core.settings import load_settings
from zishu_app.dataset.find import Filter, count, ids_of, tag_counts
from zishu_app.dataset.sample import Sample
from zishu_app.dataset.store import get_many, siblings, source_of
from zishu_app.dialogue.events import Said, Written
from zishu_app.distill.events import FileWritten
from zishu_app.house import House
from zishu_app.ledger.runs import Run
from zishu_app.studio import distill, generate
from zishu_app.studio.guide import Guide
from zishu_app.studio.runs import keeping, order, start, take_up
from zishu_app.studio.samples import Caught, CaughtUp, catch_up
from zishu_app.studio.tour import play


@pytest.fixture
async def teacher() -> AsyncIterator[Teacher]:
    async with Teacher(tokens=12) as made:
        yield made


@pytest.fixture
async def house(home: Home, teacher: Teacher) -> AsyncIterator[House]:
    flags = {
        "teacher.model": "loopback",
        "teacher.base_url": teacher.base_url,
        "dialogue.num_conversations": 3,
        "dialogue.min_rounds": 3,
        "dialogue.max_rounds": 4,
        "dialogue.noise_rate": 0.5,
        "distill.max_tokens": 300,
        "distill.overlap_tokens": 20,
    }
    async with House(home, load_settings(home, flags, environment={}), Keys(home.keys)) as made:
        await asyncio.to_thread(lambda: made.catalog)  # files are read, once
        yield made


def recipe(folder: Path, *, distil: bool = True) -> dict[str, Any]:
    return {
        "language": "zh",
        "scenarios": [],
        "seed": 5,
        "conversation_dir": str(folder / "talks"),
        "distilled_dir": str(folder / "short"),
        "distil": distil,
        "max_cost": None,
        "max_total_tokens": None,
    }


async def begin(house: House, wanted: dict[str, Any]) -> tuple[Run, Any]:
    asked = order(house.settings, wanted)
    run = await start(house, generate.KIND, asked)
    scenarios = await asyncio.to_thread(generate.scenarios_of, house, "zh")
    plans = await asyncio.to_thread(generate.plans_of, house, asked, scenarios[0])
    return run, await generate.ready(house, run, asked, plans, asyncio.Event())


async def made(house: House, wanted: dict[str, Any]) -> list[Any]:
    """A whole run."""
    run, going = await begin(house, wanted)
    async with keeping(house, run):
        return [event async for event in going.events()]


def samples_of(house: House, **wanted: Any) -> list[Sample]:
    with house.samples.reading() as connection:
        return get_many(connection, ids_of(connection, Filter(**wanted)))


def files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.json"))


async def caught_up(house: House) -> list[Caught | CaughtUp]:
    return [event async for event in catch_up(house)]


async def forget(house: House) -> None:
    """As if what was made had been made before there was a data set."""
    await house.samples.write(
        ("DELETE FROM samples", ()),
        ("DELETE FROM bodies", ()),
        ("DELETE FROM tags", ()),
        ("DELETE FROM sources", ()),
        ("DELETE FROM taken", ()),
    )


async def test_everything_a_run_makes_is_there_when_its_event_comes(house: House, tmp_path: Path) -> None:
    run, going = await begin(house, recipe(tmp_path))
    dialogues = chunks = 0
    async with keeping(house, run):
        async for event in going.events():
            if isinstance(event, Written):
                dialogues += 1
                assert len(samples_of(house, kinds=("dialogue",))) >= dialogues
            if isinstance(event, FileWritten):
                chunks += json.loads(event.path.read_text(encoding="utf-8"))["total_chunks"]
                assert len(samples_of(house, kinds=("distilled",))) >= chunks + 1
    assert dialogues == 3
    assert len(samples_of(house, kinds=("dialogue",))) == 3
    assert len(samples_of(house, kinds=("distilled",))) == chunks + 3
    assert {one.verdict for one in samples_of(house)} == {"pending"}


async def test_provenance_goes_down_to_the_calls_of_the_ledger(house: House, tmp_path: Path) -> None:
    await made(house, recipe(tmp_path))
    told = [call for sample in samples_of(house) for call in sample.provenance["calls"]]
    rows = house.store.read("SELECT * FROM calls WHERE state = 'answered'")
    assert {call["call"]: call["tokens"] for call in told} == {
        row["id"]: row["booked_tokens"] for row in rows
    }
    for sample in samples_of(house, kinds=("dialogue",)):
        assert sample.provenance["run"] and sample.provenance["accounting"]["run"]
        assert [one["message"] for one in sample.provenance["calls"]] == list(range(2, len(sample.messages)))


async def test_what_was_distilled_lies_beside_its_source(house: House, tmp_path: Path) -> None:
    await made(house, recipe(tmp_path))
    dialogues = {one.provenance["conversation"]: one for one in samples_of(house, kinds=("dialogue",))}
    short = samples_of(house, kinds=("distilled",))
    assert {one.provenance["conversation"] for one in short} == set(dialogues)
    with house.samples.reading() as connection:
        for one in short:
            assert one.source is not None
            source = source_of(connection, one.source)
            dialogue = dialogues[one.provenance["conversation"]]
            assert source is not None
            assert [m.content for m in source.messages] == [m.content for m in dialogue.messages[1:]]
            assert [m["message"] + 1 for m in source.provenance["mistakes"]] == [
                m["message"] for m in dialogue.provenance["mistakes"]
            ]
            assert len(siblings(connection, one.source)) == one.provenance["chunks"] + 1
    assert any(one.provenance["mistakes"] for one in dialogues.values())


async def test_going_on_adds_what_was_finished_and_never_came(house: House, tmp_path: Path) -> None:
    """Killed between the file and the sample: the run says that it goes on, and nobody is at it."""
    run, going = await begin(house, recipe(tmp_path))
    stream = going.events()
    async for event in stream:
        if isinstance(event, FileWritten):
            break
    await stream.aclose()
    await house.store.write(("UPDATE runs SET pid = NULL", ()))
    await forget(house)
    run, asked = await take_up(house, generate.KIND, run.id, {}, {})
    async with keeping(house, run):
        going = await generate.ready(house, run, asked, None, asyncio.Event())
        async for _ in going.events():
            pass
    undisturbed = len(samples_of(house))
    await forget(house)
    await made(house, recipe(tmp_path / "calm"))
    assert undisturbed == len(samples_of(house))


async def test_going_on_adds_nothing_twice(house: House, tmp_path: Path) -> None:
    run, going = await begin(house, recipe(tmp_path))
    async with keeping(house, run) as closing:
        async for event in going.events():
            if isinstance(event, Said) and event.rounds_done == 2:
                going.work.stop.set()
        closing.state = "stopped"
    assert await take_up_and_finish(house, run) == {(1,)}
    await house.store.write(("UPDATE runs SET state = 'stopped'", ()))
    assert await take_up_and_finish(house, run) == {(1,)}


async def take_up_and_finish(house: House, run: Run) -> set[tuple[int, ...]]:
    """How often each sample is there."""
    run, asked = await take_up(house, generate.KIND, run.id, {}, {})
    async with keeping(house, run):
        going = await generate.ready(house, run, asked, None, asyncio.Event())
        async for _ in going.events():
            pass
    assert len(samples_of(house, kinds=("dialogue",))) == 3
    rows = house.samples.read("SELECT COUNT(*) AS n FROM samples GROUP BY key")
    return {(row["n"],) for row in rows}


async def test_files_of_ones_own_become_samples_when_they_are_distilled(house: House, tmp_path: Path) -> None:
    path = tmp_path / "talk.json"
    said = [
        {"role": role, "content": f"{n}. " + "说" * 90} for n in range(8) for role in ("user", "assistant")
    ]
    path.write_text(json.dumps({"name": "自己的", "messages": said}), encoding="utf-8")
    wanted = {"inputs": [str(path)], "output": str(tmp_path / "out"), "batch": True, "language": None}
    for _ in range(2):  # the second time it is skipped
        asked = order(house.settings, wanted | {"max_cost": None, "max_total_tokens": None})
        run = await start(house, distill.KIND, asked)
        async with keeping(house, run):
            going = await distill.ready(house, run, asked, asyncio.Event())
            async for _event in going.events():
                pass
        samples = samples_of(house)
        assert len(samples) == samples[0].provenance["chunks"] + 1 > 2
        assert {one.scenario for one in samples} == {""}
        assert samples[0].title.startswith("自己的")
        await forget(house)
    assert len(await caught_up(house)) == 2
    assert len(samples_of(house)) == len(samples)


async def test_what_was_made_before_comes_when_somebody_looks(house: House, tmp_path: Path) -> None:
    await made(house, recipe(tmp_path))
    before = {(one.key, one.kind, one.title) for one in samples_of(house)}
    await forget(house)
    events = await caught_up(house)
    assert [type(one) for one in events] == [Caught] * 6 + [CaughtUp]
    assert events[-1] == CaughtUp(len(before))
    assert {(one.key, one.kind, one.title) for one in samples_of(house)} == before
    assert await caught_up(house) == [CaughtUp(0)]


async def test_dialogues_come_also_where_their_files_are_gone(house: House, tmp_path: Path) -> None:
    await made(house, recipe(tmp_path))
    await forget(house)
    for path in [*files(tmp_path / "talks"), *files(tmp_path / "short")[:1]]:
        path.unlink()
    await caught_up(house)
    assert len(samples_of(house, kinds=("dialogue",))) == 3
    assert len({one.provenance["conversation"] for one in samples_of(house, kinds=("distilled",))}) == 2


async def test_where_nothing_is_new_looking_takes_milliseconds(house: House, tmp_path: Path) -> None:
    await made(house, recipe(tmp_path))
    rows = house.store.read("SELECT * FROM runs")
    values = list(rows[0])
    await house.store.write(
        *(
            (f"INSERT INTO runs VALUES ({', '.join('?' * len(values))})", [f"old-{n}", *values[1:]])
            for n in range(1000)
        )
    )
    assert (await caught_up(house))[-1] == CaughtUp(0)
    began = time.perf_counter()
    assert await caught_up(house) == [CaughtUp(0)]
    assert time.perf_counter() - began < 0.1


async def test_looking_stops_when_it_is_told_to(house: House, tmp_path: Path) -> None:
    await made(house, recipe(tmp_path))
    await forget(house)
    stop = asyncio.Event()
    events = []
    async for event in catch_up(house, stop):
        events.append(event)
        stop.set()
    assert events == [Caught(1, 6, 1), CaughtUp(1, stopped=True)]
    assert (await caught_up(house))[-1].added > 1
    assert len(samples_of(house, kinds=("dialogue",))) == 3


async def test_a_run_that_goes_on_elsewhere_is_left_to_itself(house: House, tmp_path: Path) -> None:
    run, going = await begin(house, recipe(tmp_path))
    async for event in going.events():
        if isinstance(event, Written):
            break
    await forget(house)
    assert await caught_up(house) == [CaughtUp(0)]
    async with keeping(house, run):
        pass
    assert (await caught_up(house))[-1].added > 0


async def test_results_of_somebody_else_are_not_taken(house: House, tmp_path: Path) -> None:
    await made(house, recipe(tmp_path))
    await forget(house)
    short = files(tmp_path / "short")
    product = json.loads(short[0].read_text(encoding="utf-8"))
    product["metadata"]["item"] = "f" * 24
    short[0].write_text(json.dumps(product), encoding="utf-8")
    short[1].write_text("{broken", encoding="utf-8")
    await caught_up(house)
    assert len({one.provenance["conversation"] for one in samples_of(house, kinds=("distilled",))}) == 1


async def test_a_tour_can_be_told_from_the_rest(house: House, teacher: Teacher, tmp_path: Path) -> None:
    async for _ in play(house, Guide("m", teacher.base_url, "zh"), asyncio.Event()):
        pass
    await made(house, recipe(tmp_path, distil=False))
    with house.samples.reading() as connection:
        assert set(tag_counts(connection)) == {"tour"}
        assert count(connection, Filter(tags=("tour",))).n == len(samples_of(house)) - 3


async def test_a_data_set_that_cannot_be_opened_is_told_before_anything_is_paid(
    house: House, teacher: Teacher, tmp_path: Path
) -> None:
    house.home.samples.write_text("this is no data set " * 100)
    with pytest.raises(DataError) as caught:
        await made(house, recipe(tmp_path))
    assert "samples.sqlite" in str(caught.value)
    assert teacher.calls == 0
