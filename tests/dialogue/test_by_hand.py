"""What a person asks of a dialogue while it runs: another topic, or its end; and the score beside every turn."""

import asyncio
import json
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.dialogue.cast import Answer, Studio, bare, curious, learned, models, plans, polite, sides, sides_of
from tests.dialogue.test_talk import Growing
from zishu_app.core.errors import ContextExceeded
from zishu_app.core.messages import Message
from zishu_app.core.streams import closing
from zishu_app.dialogue.events import Ended, Failed, Said, Written
from zishu_app.dialogue.generate import Wish
from zishu_app.dialogue.talk import RECOVERED, SHIFTS
from zishu_app.ledger.runs import turns_of
from zishu_app.llm.base import Options

#: which call of a side, from 1, and what is asked of which dialogue while it is under way
Wishes = dict[int, tuple[int, Wish]]


def wishing(answer: Answer, asked: dict[int, Wish], wishes: Wishes) -> Answer:
    """The same side; while it is asked, a person wishes something."""
    calls = count(1)

    def heard(messages: Sequence[Message], options: Options) -> str:
        asked.update([wishes[call]] if (call := next(calls)) in wishes else [])
        return answer(messages, options)

    return heard


class Wished:
    """A studio where a person asks for something while the user's side or the assistant's is called."""

    def __init__(self, folder: Path, *, user: Wishes | None = None, assistant: Wishes | None = None) -> None:
        self.asked: dict[int, Wish] = {}
        who = sides_of(
            wishing(curious("zh"), self.asked, user or {}),
            wishing(learned("zh"), self.asked, assistant or {}),
        )
        folder.mkdir(exist_ok=True)
        self.studio = Studio(folder, who)

    async def make(self, count: int = 1, rounds: int = 9) -> list[Any]:
        await self.studio.plan(plans(count, rounds=(rounds, rounds)))
        return await self.go_on()

    async def go_on(self) -> list[Any]:
        events = await self.studio.events(1, asked=self.asked)
        assert self.asked == {}
        return events

    def products(self) -> list[dict[str, Any]]:
        return products(self.studio)


def products(studio: Studio) -> list[dict[str, Any]]:
    found = [bare(json.loads(path.read_text(encoding="utf-8"))) for path in studio.files()]
    return sorted(found, key=lambda product: product["metadata"]["number"])


def written(events: Sequence[Any]) -> list[tuple[int, str]]:
    return [(event.rounds, event.ended) for event in events if isinstance(event, Written)]


async def test_a_shift_by_hand_stands_with_its_turn_and_in_the_file(tmp_path: Path) -> None:
    wished = Wished(tmp_path, assistant={3: (0, "shift")})
    events, studio = await wished.make(), wished.studio
    (product,) = wished.products()
    (shift,) = product["metadata"]["shifts"]
    assert shift == {
        "message": 6,
        "kind": "shift",
        "to": shift["to"],
        "reason": "Shifted by hand.",
        "signals": [],
        "in_a_row": 1,
        "by_hand": True,
    }
    assert shift["to"] in product["scenario"]["user_followups"] and written(events) == [(9, "rounds")]
    turn = turns_of(studio.store, studio.talks[0].id)[6]
    assert turn.extra["steer"] == "shift" and turn.extra["by_hand"] is True
    heard = [event.content for event in events if isinstance(event, Said) and event.extra.get("by_hand")]
    assert heard == [product["conversation"][6]["content"]]
    told = [messages[-1].content for messages, _ in studio.who.user.model.calls]  # type: ignore[attr-defined]
    assert shift["to"] in told[2]
    studio.close()


async def test_a_shift_asked_while_a_message_is_written_is_for_the_next(tmp_path: Path) -> None:
    wished = Wished(tmp_path, user={2: (0, "shift")})
    await wished.make()
    assert [shift["message"] for shift in wished.products()[0]["metadata"]["shifts"]] == [6]
    wished.studio.close()


async def test_a_shift_asked_again_while_it_is_made_is_one(tmp_path: Path) -> None:
    wished = Wished(tmp_path, assistant={3: (0, "shift")}, user={3: (0, "shift")})
    await wished.make()
    assert [shift["message"] for shift in wished.products()[0]["metadata"]["shifts"]] == [6]
    wished.studio.close()


async def test_a_shift_waits_while_notes_are_taken(tmp_path: Path) -> None:
    (tmp_path / "calm").mkdir()
    calm = Studio(tmp_path / "calm", sides(*models("zh", 1600, 80)))
    await calm.plan(plans(1, rounds=(20, 20)))
    await calm.events()
    kinds = [turn.kind for turn in turns_of(calm.store, calm.talks[0].id)]
    place = next(n for n, kind in enumerate(kinds) if kind == "summary" and kinds[n - 1] == "assistant")
    studio = Studio(tmp_path, sides(*models("zh", 1600, 80)))
    asked: dict[int, Wish] = {}
    model = studio.who.assistant.model
    call = sum(kind != "user" for kind in kinds[:place])
    model._answer = wishing(model._answer, asked, {call: (0, "shift")})  # type: ignore[attr-defined]
    await studio.plan(plans(1, rounds=(20, 20)))
    await studio.events(1, asked=asked)
    turns = turns_of(studio.store, studio.talks[0].id)
    assert turns[place].kind == "summary"
    assert [turn.step for turn in turns if turn.extra.get("by_hand")] == [place + 1] and asked == {}
    studio.close()
    calm.close()


async def test_an_automatic_shift_says_nothing_of_a_hand(tmp_path: Path) -> None:
    studio = Studio(tmp_path, sides_of(*polite("zh")))
    await studio.plan(plans(1, rounds=(60, 60), noise=0.0))
    await studio.events()
    shifts = products(studio)[0]["metadata"]["shifts"]
    assert shifts and all("by_hand" not in shift for shift in shifts)
    studio.close()


@pytest.mark.parametrize("turns", [2, 6, 7, 8, 13])
async def test_going_on_after_a_stop_gives_the_same_file(tmp_path: Path, turns: int) -> None:
    """Wherever it was cut off: a shift that is stored is never lost, one that is not is asked again."""
    calm = Wished(tmp_path / "calm", assistant={3: (0, "shift")})
    await calm.make()
    wished = Wished(tmp_path / "cut", assistant={3: (0, "shift")})
    task = asyncio.create_task(wished.make())
    while wished.studio.store.read("SELECT COUNT(*) FROM turns")[0][0] < turns:  # noqa: ASYNC110
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    stored = turns_of(wished.studio.store, wished.studio.talks[0].id)
    wished.asked.clear()
    wished.studio = wished.studio.again()
    if not any(turn.extra.get("by_hand") for turn in stored):
        wished.studio.close()
        wished = Wished(
            tmp_path / "cut", assistant={3 - sum(t.kind == "assistant" for t in stored): (0, "shift")}
        )
        if sum(turn.kind == "assistant" for turn in stored) == 3:
            wished.asked[0] = "shift"
    await wished.go_on()
    assert wished.products() == calm.products()
    wished.studio.close()
    calm.studio.close()


@pytest.mark.parametrize("side", ["user", "assistant"])
async def test_an_end_comes_after_a_whole_round(tmp_path: Path, side: str) -> None:
    # dialogue 0 takes nine calls of the assistant's side, eight of the user's
    call = {"assistant": 9 + 4, "user": 8 + 3}[side]
    wished = Wished(tmp_path, **{side: {call: (1, "end")}})  # type: ignore[arg-type]
    events = await wished.make(2)
    assert written(events) == [(9, "rounds"), (4, "by_hand")] and events[-1] == Ended(2, 0, 0)
    one = wished.products()[1]
    assert one["metadata"]["ended"] == "by_hand" and one["metadata"]["planned_rounds"] == 9
    assert one["total_rounds"] == 4 and len(one["conversation"]) == 8
    again = wished.studio.again()
    assert [talk.state for talk in again.talks] == ["done", "done"]
    assert await again.events() == [Ended(0, 0, 0)]
    again.close()


async def test_an_end_asked_before_anything_was_said_waits_for_the_first_round(tmp_path: Path) -> None:
    wished = Wished(tmp_path)
    wished.asked[0] = "end"
    assert written(await wished.make()) == [(1, "by_hand")]
    wished.studio.close()


async def test_an_end_takes_the_place_of_a_shift(tmp_path: Path) -> None:
    wished = Wished(tmp_path, assistant={3: (0, "end")}, user={2: (0, "shift")})
    assert written(await wished.make()) == [(3, "by_hand")]
    wished.studio.close()


async def test_an_end_goes_before_a_stop(tmp_path: Path) -> None:
    wished, stop = Wished(tmp_path), asyncio.Event()

    def both(messages: Sequence[Message], options: Options) -> str:
        wished.asked[0] = "end"
        stop.set()
        return learned("zh")(messages, options)

    wished.studio.who = sides_of(curious("zh"), both)
    await wished.studio.plan(plans(1, rounds=(9, 9)))
    events = await wished.studio.events(1, asked=wished.asked, stop=stop)
    assert written(events) == [(1, "by_hand")] and events[-1] == Ended(1, 0, 0)
    wished.studio.close()


@pytest.mark.parametrize("wish", ["shift", "end"])
async def test_a_wish_that_comes_too_late_changes_nothing(tmp_path: Path, wish: Wish) -> None:
    wished = Wished(tmp_path, assistant={9: (0, wish)})
    assert written(await wished.make()) == [(9, "rounds")]
    assert wished.products()[0]["metadata"]["shifts"] == []
    wished.studio.close()


async def test_a_wish_for_a_dialogue_that_fails_goes_with_it(tmp_path: Path) -> None:
    wished = Wished(tmp_path, assistant={1: (0, "shift")})
    model = wished.studio.who.user.model
    model._faults = {0: ContextExceeded("too long", "shorter")}  # type: ignore[attr-defined]
    events = await wished.make()
    assert [type(event) for event in events[-2:]] == [Failed, Ended]
    wished.studio.close()


async def test_what_was_ended_by_hand_stays_so_when_a_kill_came_before_the_note(tmp_path: Path) -> None:
    wished = Wished(tmp_path, assistant={2: (0, "end")})
    await wished.make()
    before = wished.products()
    await wished.studio.store.write(("UPDATE talks SET state = 'planned'", ()))
    wished.studio = wished.studio.again()
    assert written(await wished.go_on()) == [(2, "by_hand")] and wished.products() == before
    wished.studio.close()


async def test_an_end_that_was_killed_can_be_asked_again(tmp_path: Path) -> None:
    wished = Wished(tmp_path, user={2: (0, "end")})
    await wished.studio.plan(plans(1, rounds=(9, 9)))
    async with closing(wished.studio.make(1, asked=wished.asked)) as events:
        async for event in events:
            if isinstance(event, Said) and (event.side, event.rounds_done) == ("user", 1):
                break
    assert wished.asked == {} and wished.studio.files() == []
    wished.studio = wished.studio.again()
    wished.asked[0] = "end"
    ((rounds, ended),) = written(await wished.go_on())
    assert rounds in (2, 3) and ended == "by_hand"
    wished.studio.close()


def by_hand(growing: Growing, stalled: bool) -> dict[str, Any]:
    """A round that a person shifts."""
    record = growing.talk.direct(shift=True).record()
    growing.say("user", "谢谢，再见！" if stalled else "换个话题吧", record)
    growing.say("assistant", "不客气，再见！", {})
    return record


def test_a_shift_by_hand_is_no_failed_one_of_the_radars() -> None:
    growing = Growing(100)
    shifts = []
    while growing.talk.next_side:
        steer = growing.round(stalled=True)
        shifts.append(steer) if steer in ("shift", "farewell") else None
        if steer == "shift" and len(shifts) == 1:
            assert by_hand(growing, stalled=True)["shift"] == 2
    steered = [(t.extra["steer"], t.extra["shift"]) for t in growing.talk.turns if "reason" in t.extra]
    assert steered == [("shift", 1), ("shift", 2), ("shift", 2), ("shift", 3), ("farewell", SHIFTS)]
    assert [bool(t.extra.get("by_hand")) for t in growing.talk.turns if "reason" in t.extra] == [
        False, True, False, False, False,
    ]  # fmt: skip


def test_any_number_of_shifts_by_hand_do_not_end_it() -> None:
    growing = Growing(100)
    for _ in range(3 * SHIFTS):
        assert by_hand(growing, stalled=True)["shift"] == 1
    assert growing.talk.next_side == "user"
    assert len({t.extra["goal"] for t in growing.talk.turns if "goal" in t.extra}) >= 3 * SHIFTS - 1


def test_a_shift_by_hand_goes_before_the_farewell() -> None:
    growing = Growing(100)
    while growing.talk.direct().steer != "farewell":
        growing.round(stalled=True)
    assert by_hand(growing, stalled=False)["shift"] == SHIFTS + 1
    for _ in range(RECOVERED + 1):
        assert growing.round() != "farewell"


def test_a_wish_changes_nothing_in_the_direction_but_the_topic() -> None:
    growing = Growing()
    plain, asked = growing.talk.direct(), growing.talk.direct(shift=True)
    assert (plain.style, plain.stall) == (asked.style, asked.stall)


async def test_every_turn_a_model_made_for_the_user_carries_its_score(tmp_path: Path) -> None:
    studio = Studio(tmp_path, sides_of(*polite("zh")))
    await studio.plan(plans(1, rounds=(60, 60), noise=0.0))
    heard = [event for event in await studio.events() if isinstance(event, Said)]
    scores = [event.extra.get("stall", 0.0) for event in heard if event.side == "user"]
    turns = [turn for turn in turns_of(studio.store, studio.talks[0].id) if turn.kind == "user"]
    assert scores == [turn.extra.get("stall", 0.0) for turn in turns]
    assert scores[:3] == [0.0, 0.0, 0.0] and max(scores) >= 0.5
    assert all(0 <= score <= 1 and round(score, 3) == score for score in scores)
    assert not any(turn.extra.get("stall") == 0 for turn in turns)
    shifted = [event.extra for event in heard if event.extra.get("reason")]
    assert shifted and all(extra["stall"] >= 0.5 for extra in shifted)
    assert not any("stall" in event.extra for event in heard if event.side != "user")
    studio.close()


async def test_the_score_changes_no_file_and_nothing_that_follows(tmp_path: Path) -> None:
    """Taken out in the middle of a talk, it is missed by nobody."""
    (tmp_path / "calm").mkdir()
    calm, studio = (Studio(folder, sides_of(*polite("en"))) for folder in (tmp_path / "calm", tmp_path))
    for one in (calm, studio):
        await one.plan(plans(1, "en", rounds=(60, 60)))
    await calm.events()
    assert '"stall"' not in calm.files()[0].read_text(encoding="utf-8")
    task = asyncio.create_task(studio.events())
    while studio.store.read("SELECT COUNT(*) FROM turns")[0][0] < 14:  # noqa: ASYNC110
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    changed = await studio.store.write(
        ("UPDATE turns SET extra = json_remove(extra, '$.stall') WHERE extra LIKE '%stall%'", ())
    )
    assert changed[0] > 1
    again = studio.again()
    await again.events()
    assert products(again) == products(calm)
    again.close()
    calm.close()
