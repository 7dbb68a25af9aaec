"""Acts: whatever was done can be taken back to the first state, and done again to the last, also after a restart."""

import asyncio
import random
from collections import Counter
from pathlib import Path

import pytest

from tests.dataset.deeds import act, state, through
from tests.dataset.made import TAGS, draft, fill
from zishu_app.core.clock import ScriptedClock
from zishu_app.core.errors import DataError
from zishu_app.dataset import acts
from zishu_app.dataset.fields import Change
from zishu_app.dataset.find import Filter, Group, groups, ids_of, tag_counts
from zishu_app.dataset.sample import VERDICTS, Sample
from zishu_app.dataset.store import Samples, add, get, get_many, open_samples
from zishu_app.review.desk import Desk

MANY = 40
ALL = Filter(verdicts=VERDICTS)


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bulk act of a few samples goes in several parts."""
    monkeypatch.setattr(acts, "PART", 5)


@pytest.fixture
def desk(samples: Samples) -> Desk:
    return Desk(samples, "小林", ScriptedClock())


def sample(samples: Samples, number: int) -> Sample:
    with samples.reading() as connection:
        found = get(connection, number)
    assert found is not None
    return found


def verdicts(samples: Samples) -> list[str]:
    with samples.reading() as connection:
        return [one.verdict for one in get_many(connection, range(MANY + 1))]


async def turns(samples: Samples, *, back: bool) -> int:
    """Undo everything, or do everything again; how many acts that were."""
    count = 0
    while await through(acts.undo(samples) if back else acts.redo(samples)):
        count += 1
    return count


def counted_rightly(samples: Samples) -> bool:
    with samples.reading() as connection:
        every = get_many(connection, ids_of(connection, ALL))
        found = Counter(Group(one.kind, one.language, one.scenario, one.verdict, 0) for one in every)
        tags = Counter(tag for one in every for tag in one.tags)
        return tags == tag_counts(connection) and {
            Group(one.kind, one.language, one.scenario, one.verdict, n) for one, n in found.items()
        } == set(groups(connection))


@pytest.mark.parametrize("seed", range(12))
async def test_all_undone_is_the_first_state_and_all_redone_the_last(tmp_path: Path, seed: int) -> None:
    samples, dice = open_samples(tmp_path / "samples.sqlite"), random.Random(seed)
    await fill(samples, MANY, seed)
    first = state(samples)
    desk = Desk(samples, "小林", ScriptedClock())
    done = []
    for _ in range(40):
        done += filter(None, [await act(desk, dice, MANY)])
        await desk.clock.sleep(1)
        if dice.random() < 0.2:  # back and forth in between
            await through(acts.undo(samples))
            if dice.random() < 0.5:
                await through(acts.redo(samples))
            else:
                done = done[:-1]
    last = state(samples)
    assert counted_rightly(samples)
    await asyncio.to_thread(samples.close)
    samples = open_samples(tmp_path / "samples.sqlite")
    assert await turns(samples, back=True) == len(done)
    assert state(samples, MANY) == first
    with samples.reading() as connection:
        born = get_many(connection, range(MANY + 1, 10 * MANY))
    assert {one.verdict for one in born} <= {"removed"}
    assert counted_rightly(samples)
    await asyncio.to_thread(samples.close)
    samples = open_samples(tmp_path / "samples.sqlite")
    assert await turns(samples, back=False) == len(done)
    assert state(samples) == last
    assert counted_rightly(samples)
    await asyncio.to_thread(samples.close)


@pytest.mark.parametrize("seed", range(4))
async def test_many_at_once_are_the_same_as_one_by_one(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    wanted = Filter(tags=(dice.choice(TAGS),), verdicts=(dice.choice(VERDICTS), "pending"))
    states = []
    for way in ("bulk", "single"):
        samples = open_samples(tmp_path / f"{way}.sqlite")
        await fill(samples, MANY, seed)
        desk = Desk(samples, "小林", ScriptedClock())
        if way == "bulk":
            (*_, last) = await through(desk.decide_all(wanted, "rejected", "太短"))
            assert last.finished and last.done == last.total == last.act.total
        else:
            with samples.reading() as connection:
                numbers = ids_of(connection, wanted)
            for number in numbers:
                await desk.decide(number, "rejected", "太短")
            assert last.done <= len(numbers)  # what stood there already is not counted
        states.append(state(samples))
        await asyncio.to_thread(samples.close)
    assert states[0] == states[1]


async def test_a_bulk_act_tells_how_far_it_is(samples: Samples, desk: Desk) -> None:
    await fill(samples, MANY)
    with samples.reading() as connection:
        many = len(ids_of(connection, Filter(verdicts=("pending",))))
    parts = await through(desk.decide_all(Filter(verdicts=("pending",)), "accepted"))
    assert [part.done for part in parts[:-1]] == list(range(5, many + 1, 5))[: len(parts) - 1]
    assert {part.total for part in parts} == {many}
    assert [part.finished for part in parts] == [False] * (len(parts) - 1) + [True]


async def test_nothing_found_is_an_act_of_nothing(samples: Samples, desk: Desk) -> None:
    await fill(samples, 5)
    (part,) = await through(desk.decide_all(Filter(text="nowhere"), "accepted"))
    assert part.finished and part.done == part.act.total == 0


async def test_what_comes_while_a_bulk_act_goes_on_is_not_touched(samples: Samples, desk: Desk) -> None:
    await fill(samples, MANY)
    parts = desk.decide_all(ALL, "rejected")
    await anext(parts)
    (new,) = await add(samples, [draft(1000)], 1)
    await desk.decide(MANY, "accepted", "meanwhile")
    await through(parts)
    assert sample(samples, MANY).reason == "meanwhile"
    assert sample(samples, new or 0).verdict == draft(1000).verdict
    assert Counter(verdicts(samples))["rejected"] >= MANY - 1


async def test_what_was_stopped_goes_on(samples: Samples, desk: Desk) -> None:
    await fill(samples, MANY)
    parts = desk.decide_all(ALL, "rejected")
    await anext(parts)
    await parts.aclose()  # type: ignore[attr-defined]
    with samples.reading() as connection:
        left = acts.unfinished(connection)
    assert left is not None and left.state == "going" and Counter(verdicts(samples))["rejected"] < MANY
    await through(acts.go_on(samples, left))
    assert set(verdicts(samples)) == {"rejected"}
    with samples.reading() as connection:
        assert acts.unfinished(connection) is None


@pytest.mark.parametrize("seed", range(6))
async def test_what_was_stopped_is_taken_back_and_what_came_after_stays(
    samples: Samples, desk: Desk, seed: int
) -> None:
    dice = random.Random(seed)
    await fill(samples, MANY, seed)
    first = verdicts(samples)
    parts = desk.decide_all(ALL, "rejected", "bulk")
    for _ in range(dice.randint(1, 8)):
        await anext(parts)
    await parts.aclose()  # type: ignore[attr-defined]
    later = {number: dice.choice(VERDICTS) for number in dice.sample(range(1, MANY + 1), 8)}
    for number, verdict in later.items():
        await desk.decide(number, verdict, "later")
    with samples.reading() as connection:
        left = acts.unfinished(connection)
    assert left is not None
    await through(acts.take_back(samples, left))
    assert verdicts(samples) == [later.get(at, verdict) for at, verdict in enumerate(first, 1)]
    with samples.reading() as connection:
        assert acts.next_redo(connection) is None  # it stands below what came after
    assert await turns(samples, back=True) == len(later)
    assert verdicts(samples) == first


async def test_undo_takes_back_what_goes_on(samples: Samples, desk: Desk) -> None:
    """Also when whoever drives it goes on driving: it ends undone, and he hears of the end."""
    await fill(samples, MANY)
    first = verdicts(samples)
    parts = desk.decide_all(ALL, "rejected")
    await anext(parts)
    undoing = acts.undo(samples)
    assert (await anext(undoing)).act.state == "undoing"
    (*_, last) = await through(parts)
    assert last.finished and last.act.state == "undone"
    await through(undoing)
    assert verdicts(samples) == first
    await through(acts.redo(samples))  # it knows what it had reached
    assert Counter(verdicts(samples))["rejected"] >= 5


async def test_half_undone_is_turned_round_by_redo(samples: Samples, desk: Desk) -> None:
    await fill(samples, MANY)
    await through(desk.decide_all(ALL, "rejected"))
    undoing = acts.undo(samples)
    await anext(undoing)
    await undoing.aclose()  # type: ignore[attr-defined]
    await through(acts.redo(samples))
    assert set(verdicts(samples)) == {"rejected"}
    with samples.reading() as connection:
        assert acts.unfinished(connection) is None


async def test_a_decision_while_a_bulk_act_is_undone_stays_and_stands_on_what_was_before(
    samples: Samples, desk: Desk
) -> None:
    await fill(samples, MANY)
    first = verdicts(samples)
    await through(desk.decide_all(ALL, "rejected"))
    undoing = acts.undo(samples)
    await anext(undoing)  # the last samples are undone, the first are not
    for number in (1, MANY):
        await desk.decide(number, "accepted", "meanwhile")
    await through(undoing)
    assert verdicts(samples) == ["accepted", *first[1:-1], "accepted"]
    assert await turns(samples, back=True) == 2
    assert verdicts(samples) == first
    assert await turns(samples, back=False) == 2  # the bulk act gave way to them


async def test_what_was_undone_is_dropped_when_something_else_is_done(samples: Samples, desk: Desk) -> None:
    await fill(samples, 3)
    await desk.flag(1, on=True)
    await through(acts.undo(samples))
    await desk.flag(2, on=True)
    assert await turns(samples, back=False) == 0
    with samples.reading() as connection:
        assert [one.state for one in acts.history(connection)] == ["done", "dropped"]


async def test_what_changes_nothing_is_an_act_without_changes(samples: Samples, desk: Desk) -> None:
    await fill(samples, 3)
    await desk.rate(1, "clear", 4)
    again = await desk.rate(1, "clear", 4)
    assert again.total == 0
    with samples.reading() as connection:
        assert acts.changes_of(connection, again.id) == []


async def test_a_mark_given_to_an_earlier_version_comes_back_to_it(samples: Samples, desk: Desk) -> None:
    await fill(samples, 3)
    await desk.rate(1, "clear", 4)
    await desk.put(1, sample(samples, 1).messages[:2])
    await desk.rate(1, "clear", 4)  # the same mark, for another text
    marks = "SELECT version, score FROM ratings WHERE who = '' AND sample = 1"
    assert [tuple(row) for row in samples.read(marks)] == [(1, 4)]
    await through(acts.undo(samples))
    assert [tuple(row) for row in samples.read(marks)] == [(0, 4)]
    assert sample(samples, 1).stars == 4.0


async def test_history_tells_acts_and_their_changes(samples: Samples, desk: Desk) -> None:
    await fill(samples, 5)
    await desk.tag(2, ["b", "a"])
    await desk.decide(3, "rejected", "太短")
    with samples.reading() as connection:
        decided, tagged = acts.history(connection)
        assert (decided.what, decided.who, decided.total, decided.sample) == ("reject", "小林", 1, 3)
        assert acts.history(connection, sample=2) == [tagged]
        ((change, before),) = acts.changes_of(connection, tagged.id)
        assert change == Change(2, "tags", ["a", "b"]) and before == list(draft_tags(samples, tagged))
        assert acts.was_done(connection, change)
        assert acts.next_undo(connection) == decided and acts.next_redo(connection) is None


def draft_tags(samples: Samples, tagged: acts.Act) -> list[str]:
    """What stood there, as the file tells."""
    import json

    return list(json.loads(samples.read("SELECT before FROM changes WHERE act = ?", (tagged.id,))[0][0]))


@pytest.mark.parametrize("field", ["verdict", "flagged", "tags", "rating:clear", "version"])
async def test_a_sample_that_is_not_there_is_named(samples: Samples, field: str) -> None:
    with pytest.raises(DataError, match="77"):
        await acts.do(samples, "x", [Change(77, field, None)], "w", ScriptedClock())
    assert samples.read("SELECT COUNT(*) FROM acts")[0][0] == 0


async def test_one_refused_change_undoes_the_whole_act_and_no_other(samples: Samples, desk: Desk) -> None:
    await fill(samples, 5)
    given = [Change(1, "flagged", 1), Change(2, "version", 9)]
    results = await asyncio.gather(
        desk.decide(3, "rejected"),
        acts.do(samples, "x", given, "w", ScriptedClock()),
        desk.decide(4, "rejected"),
        return_exceptions=True,
    )
    assert [type(one) for one in results] == [acts.Act, DataError, acts.Act]
    assert [sample(samples, number).verdict for number in (3, 4)] == ["rejected", "rejected"]
    assert (
        samples.read("SELECT COUNT(*) FROM changes WHERE act NOT IN (?, ?)", (results[0].id, results[2].id))[
            0
        ][0]
        == 0
    )


async def test_two_programs_decide_on_many_at_once(samples: Samples, desk: Desk) -> None:
    await fill(samples, MANY)
    first = verdicts(samples)
    other = Desk(open_samples(samples.path), "Alex", ScriptedClock())
    await asyncio.gather(
        through(desk.decide_all(Filter(verdicts=("pending",)), "accepted")),
        through(other.decide_all(Filter(verdicts=("pending", "accepted")), "rejected")),
        other.flag(1, on=True),
        desk.flag(2, on=True),
    )
    assert {one for one, before in zip(verdicts(samples), first, strict=True) if before == "pending"} <= {
        "rejected",
        "accepted",
    }
    assert sample(samples, 1).flagged and sample(samples, 2).flagged and counted_rightly(samples)
    await asyncio.to_thread(other.samples.close)
    assert await turns(samples, back=True) >= 2
    assert verdicts(samples) == first


async def test_a_disk_that_is_full_stops_an_act_between_two_parts(samples: Samples, desk: Desk) -> None:
    await fill(samples, MANY)
    first = verdicts(samples)
    pages = samples.read("PRAGMA page_count")[0][0]
    await samples.write((f"PRAGMA max_page_count = {pages}", ()))
    long = "太短" * 2_000
    with pytest.raises(DataError, match="the disk is full"):
        await through(desk.decide_all(ALL, "rejected", long))
    stopped = verdicts(samples)
    await samples.write(("PRAGMA max_page_count = 1000000", ()))
    with samples.reading() as connection:
        left = acts.unfinished(connection)
    if left is None:  # not even the act itself found room
        assert stopped == first
        await through(desk.decide_all(ALL, "rejected", long))
    else:
        at = left.detail["at"]
        assert set(stopped[:at]) <= {"rejected"} and stopped[at:] == first[at:]  # no part is done by half
        await through(acts.go_on(samples, left))
    assert set(verdicts(samples)) == {"rejected"}
    await through(acts.undo(samples))
    assert verdicts(samples) == first


async def test_what_was_decided_one_by_one_is_told_apart_from_what_was_decided_in_bulk(
    samples: Samples, desk: Desk
) -> None:
    await fill(samples, MANY)
    await through(desk.decide_all(ALL, "pending"))
    began = int(desk.clock.now().timestamp())

    def told() -> acts.Decisions:
        with samples.reading() as connection:
            return acts.decisions(connection, began)

    assert told() == acts.Decisions(0, 0, [])
    await desk.decide(1, "accepted")
    await desk.clock.sleep(20)
    await desk.decide(2, "rejected", "太短")
    assert told() == acts.Decisions(2, 0, [began, began + 20])
    await through(desk.decide_all(Filter(verdicts=("pending",)), "rejected"))
    assert told() == acts.Decisions(2, MANY - 2, [began, began + 20])
    # a second look at one is one sample, and a second decision
    await desk.clock.sleep(20)
    await desk.decide(3, "accepted")
    await desk.decide(1, "rejected")
    assert told() == acts.Decisions(3, MANY - 3, [began, began + 20, began + 40, began + 40])
    # a bulk act that finds only one is none of a person who reads
    await desk.flag(4, on=True)
    await through(desk.decide_all(Filter(flagged=True), "accepted"))
    assert told().times[-1] == began + 40 and told().single == 3
    # what was taken back was not done
    await desk.decide(2, "pending")
    assert (told().single, told().bulk) == (2, MANY - 3)
    for _ in range(2):
        await through(acts.undo(samples))
    assert told().single == 3


async def test_decisions_of_another_day_are_not_looked_at(samples: Samples, desk: Desk) -> None:
    await fill(samples, MANY)
    await through(desk.decide_all(ALL, "pending"))
    await desk.decide(1, "accepted")
    await through(desk.decide_all(Filter(verdicts=("pending",)), "rejected"))
    await desk.clock.sleep(86_400)
    today = int(desk.clock.now().timestamp())
    await desk.decide(2, "accepted")
    with samples.reading() as connection:
        assert acts.decisions(connection, today) == acts.Decisions(1, 0, [today])
