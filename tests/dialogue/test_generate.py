"""Whole runs, with models that are pure functions: files, stops, faults, and going on."""

import asyncio
import json
import random
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.books import PRICE, accounts_on, calls, scripted
from tests.dialogue.cast import (
    CREATED,
    Studio,
    bare,
    curious,
    learned,
    models,
    plans,
    polite,
    sides,
    sides_of,
)
from zishu_app.core.errors import AnswerCut, ContextExceeded, ModelRefused, ModelUnreachable
from zishu_app.core.streams import closing
from zishu_app.core.texts import Language
from zishu_app.dialogue.events import Ended, Failed, Opened, Said, Streamed, Written
from zishu_app.dialogue.mistakes.make import Mistake, restore
from zishu_app.dialogue.speak import Sides
from zishu_app.ledger.budget import Caps
from zishu_app.ledger.runs import turns_of

SEEDS_KEYS = ["scenario", "conversation", "total_rounds", "created_at"]
SCENARIO_KEYS = ["name", "description", "user_prompt", "ai_role", "user_followups"]


def ordinary(language: Language = "zh") -> Sides:
    return sides_of(curious(language), learned(language))


def read(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))


def products(studio: Studio) -> dict[str, dict[str, Any]]:
    return {path.name: bare(read(path)) for path in studio.files()}


async def whole(folder: Path, who: Sides, *args: Any, **options: Any) -> Studio:
    studio = Studio(folder, who)
    await studio.plan(plans(*args, **options))
    await studio.events()
    return studio


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_file_has_the_seeds_keys(tmp_path: Path, language: Language) -> None:
    studio = await whole(tmp_path, ordinary(language), 2, language, rounds=(3, 6))
    assert len(studio.files()) == 2
    for path in studio.files():
        product = read(path)
        assert list(product) == [*SEEDS_KEYS, "metadata"]
        assert list(product["scenario"]) == SCENARIO_KEYS
        assert product["created_at"] == CREATED and re.fullmatch(r"[\d-]{10}T[\d:]{8}", product["created_at"])
        assert path.name == f"{product['scenario']['name']}_20260112_165404.json"
        talk = product["conversation"]
        assert talk[0] == {"role": "user", "content": product["scenario"]["user_prompt"]}
        assert [message["role"] for message in talk] == ["user", "assistant"] * product["total_rounds"]
        assert 3 <= product["total_rounds"] <= 6
        metadata = product["metadata"]
        assert metadata["language"] == language and metadata["ended"] == "rounds"
        assert metadata["accounting"]["calls"] == len(talk) - 1
        assert metadata["accounting"]["models"] == {
            "user": "scripted/user",
            "assistant": "scripted/assistant",
        }
        assert "notes" in metadata and "\\u" not in path.read_text(encoding="utf-8")
    studio.close()


async def test_events_tell_all_of_it_and_end_once(tmp_path: Path) -> None:
    studio = Studio(tmp_path, ordinary())
    await studio.plan(plans(2, rounds=(3, 3)))
    events = await studio.events()
    assert [type(event) for event in events].count(Ended) == 1 and events[-1] == Ended(2, 0, 0)
    for number in (0, 1):
        mine = [event for event in events[:-1] if event.number == number]
        assert isinstance(mine[0], Opened) and isinstance(mine[-1], Written)
        said = [event for event in mine if isinstance(event, Said)]
        assert [event.side for event in said] == ["user", "assistant"] * 3
        assert [event.rounds_done for event in said] == [0, 1, 1, 2, 2, 3]
        streamed = [event.text for event in mine if isinstance(event, Streamed) and event.side == "assistant"]
        assert "".join(streamed) == "".join(event.content for event in said if event.side == "assistant")
    studio.close()


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_mistakes_are_as_many_as_wished_and_can_be_taken_out(
    tmp_path: Path, language: Language
) -> None:
    studio = await whole(tmp_path, ordinary(language), 2, language, rounds=(50, 50))
    for path in studio.files():
        product = read(path)
        noise = product["metadata"]["noise"]
        assert noise["user_messages"] == 50 and abs(noise["measured"] - 0.12) <= 0.02
        mistakes = product["metadata"]["mistakes"]
        assert len({mistake["message"] for mistake in mistakes}) == noise["with_mistakes"]
        assert all(product["conversation"][mistake["message"]]["role"] == "user" for mistake in mistakes)
        for number in {mistake["message"] for mistake in mistakes}:
            mine = [dict(one) for one in mistakes if one["message"] == number]
            made = [Mistake(one["start"], one["end"], one["original"], one["kind"]) for one in mine]
            marred = product["conversation"][number]["content"]
            clean = restore(marred, made)
            assert clean != marred and clean in said_by_user(studio)
    studio.close()


def said_by_user(studio: Studio) -> set[str]:
    """What the user's model really said: asked again, it says the same."""
    model = studio.who.user.model
    return {curious_answer(model, messages, options) for messages, options in model.calls}  # type: ignore[attr-defined]


def curious_answer(model: Any, messages: Any, options: Any) -> str:
    return str(model._answer(messages, options))


async def test_no_noise_is_none(tmp_path: Path) -> None:
    studio = await whole(tmp_path, ordinary(), 1, rounds=(20, 20), noise=0.0)
    metadata = read(studio.files()[0])["metadata"]
    assert metadata["mistakes"] == [] and metadata["noise"]["measured"] == 0.0
    studio.close()


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_two_polite_machines_are_ended_politely(tmp_path: Path, language: Language) -> None:
    studio = await whole(tmp_path, sides_of(*polite(language)), 1, language, rounds=(60, 60), noise=0.0)
    product = read(studio.files()[0])
    metadata = product["metadata"]
    assert metadata["ended"] == "stalled" and product["total_rounds"] < 30
    assert [(one["kind"], one["in_a_row"]) for one in metadata["shifts"]] == [
        ("shift", 1), ("shift", 2), ("shift", 3), ("farewell", 3),
    ]  # fmt: skip
    assert all(one["reason"] and len(one["signals"]) >= 2 for one in metadata["shifts"])
    assert product["conversation"][-1]["role"] == "assistant"
    assert metadata["shifts"][-1]["message"] == len(product["conversation"]) - 2
    told = [messages[-1].content for messages, _ in studio.who.user.model.calls]  # type: ignore[attr-defined]
    assert metadata["shifts"][0]["to"] in told[metadata["shifts"][0]["message"] // 2 - 1]
    studio.close()


@pytest.mark.parametrize(("context", "tokens"), [(3000, 60), (2000, 200), (1400, 400)])
async def test_a_small_context_is_never_passed(tmp_path: Path, context: int, tokens: int) -> None:
    user, assistant = models("zh", context, tokens)
    studio = await whole(tmp_path, sides(user, assistant), 1, rounds=(25, 25))
    assert user.too_long == [] and assistant.too_long == []
    metadata = read(studio.files()[0])["metadata"]
    assert metadata["notes"] and metadata["left_out"]
    covers = [note["covers"] for note in metadata["notes"]]
    assert covers == sorted(set(covers))
    steps = {note["step"]: note["covers"] for note in metadata["notes"]}
    for one in metadata["left_out"]:
        assert one["before"] <= steps[one["notes"]]  # everything that was left out is in the notes
    studio.close()


async def test_unequal_contexts_are_both_kept(tmp_path: Path) -> None:
    (user, _), (_, assistant) = models("zh", 1500, 100), models("zh", 8000, 100)
    studio = await whole(tmp_path, sides(user, assistant), 1, rounds=(25, 25))
    assert user.too_long == [] and assistant.too_long == [] and user.calls
    studio.close()
    (tmp_path / "other").mkdir()
    (user, _), (_, assistant) = models("zh", 8000, 100), models("zh", 1500, 100)
    studio = await whole(tmp_path / "other", sides(user, assistant), 1, rounds=(25, 25))
    assert user.too_long == [] and assistant.too_long == []
    studio.close()


async def test_a_cut_answer_is_asked_again_with_room_the_model_has(tmp_path: Path) -> None:
    user, assistant = models("zh", 1500, 100)
    assistant._faults = {number: AnswerCut("cut") for number in range(1, 40, 3)}
    studio = await whole(tmp_path, sides(user, assistant), 1, rounds=(12, 12))
    assert assistant.too_long == [] and len(studio.files()) == 1
    pairs = zip(assistant.calls, assistant.calls[1:], strict=False)
    again = [(before[1], after[1]) for before, after in pairs if before[0] == after[0]]
    assert again and all(
        after.seed != before.seed and after.max_tokens >= before.max_tokens for before, after in again
    )
    assert any(after.max_tokens > before.max_tokens for before, after in again)
    studio.close()


async def test_a_seed_makes_all_repeatable(tmp_path: Path) -> None:
    made = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        studio = await whole(tmp_path / name, ordinary(), 3, rounds=(4, 8))
        made.append(products(studio))
        studio.close()
    assert made[0] == made[1] and len(made[0]) == 3


async def test_many_at_once_are_the_same_as_one_by_one(tmp_path: Path) -> None:
    made = []
    for at_once in (1, 6):
        (tmp_path / str(at_once)).mkdir()
        studio = Studio(tmp_path / str(at_once), ordinary())
        await studio.plan(plans(6, rounds=(3, 6)))
        await studio.events(at_once)
        made.append(products(studio))
        studio.close()
    assert made[0] == made[1]


async def test_a_stop_ends_at_a_turn_boundary_and_can_be_continued(tmp_path: Path) -> None:
    studio = Studio(tmp_path, ordinary())
    await studio.plan(plans(3, rounds=(6, 6)))
    work, said, after = studio.work(2), 0, 0
    from zishu_app.dialogue.generate import generate

    async for event in generate(work, studio.talks):
        if isinstance(event, Said):
            after += work.stop.is_set()
            said += 1
            if said == 5:
                work.stop.set()
        ending = event
    assert ending == Ended(0, 0, 3) and after <= 4 and studio.files() == []
    stored = sum(len(turns_of(studio.store, talk.id)) for talk in studio.talks)
    assert stored == said and {row["state"] for row in calls(studio.store)} == {"answered"}
    again = studio.again()
    assert (await again.events())[-1] == Ended(3, 0, 0)
    assert len(calls(again.store)) == 3 * 11  # nothing was asked twice
    again.close()


async def test_an_error_in_one_leaves_the_others(tmp_path: Path) -> None:
    assistant = scripted(
        learned("zh"), name="scripted/assistant", faults={4: ContextExceeded("too long", "shorter")}
    )
    who = sides(scripted(curious("zh")), assistant)
    studio = Studio(tmp_path, who)
    await studio.plan(plans(3, rounds=(3, 3)))
    events = await studio.events(1)
    assert [event for event in events if isinstance(event, Failed)] == [Failed(1, "too long", "shorter")]
    assert events[-1] == Ended(2, 1, 0) and len(studio.files()) == 2
    again = studio.again()
    assert [talk.state for talk in again.talks] == ["done", "failed", "done"]
    assert again.talks[1].reason == "too long"
    assert (await again.events())[-1] == Ended(1, 0, 0)
    assert len(again.files()) == 3
    again.close()


@pytest.mark.parametrize("error", [ModelRefused("no such model", "choose another")])
async def test_what_every_dialogue_would_meet_stops_the_run(tmp_path: Path, error: ModelRefused) -> None:
    assistant = scripted(learned("zh"), faults=dict.fromkeys(range(100), error))
    studio = Studio(tmp_path, sides(scripted(curious("zh")), assistant))
    await studio.plan(plans(9, rounds=(3, 3)))
    ending = (await studio.events(1))[-1]
    assert ending == Ended(0, 1, 8, "no such model", "choose another")
    assert len(assistant.calls) == 1
    studio.close()


async def test_an_endpoint_that_nobody_reaches_stops_the_run(tmp_path: Path) -> None:
    assistant = scripted(learned("zh"), faults=dict.fromkeys(range(100), ModelUnreachable("nobody there")))
    studio = Studio(tmp_path, sides(scripted(curious("zh")), assistant))
    await studio.plan(plans(9, rounds=(3, 3)))
    ending = (await studio.events(1))[-1]
    assert isinstance(ending, Ended) and ending.failed == 3 and ending.left == 6 and ending.stopped
    studio.close()


async def test_the_limit_stops_it_and_a_higher_one_lets_it_go_on(tmp_path: Path) -> None:
    user, assistant = models("zh")
    studio = Studio(tmp_path, sides(user, assistant, PRICE), Caps(micros=30_000, currency="CNY"))
    await studio.plan(plans(4, rounds=(8, 8)))
    ending = (await studio.events())[-1]
    assert isinstance(ending, Ended) and "CNY" in ending.stopped and ending.failed == 0 and ending.left > 0
    assert (studio.accounts.budget.spent.micros or 0) <= 30_000
    assert all(row["state"] == "answered" for row in calls(studio.store))
    again = studio.again()
    assert again.accounts.budget.spent == studio.accounts.budget.spent
    again.accounts = accounts_on(again.store, Caps(micros=10**9, currency="CNY"))
    assert (await again.events())[-1] == Ended(4 - ending.done, 0, 0)
    assert len(calls(again.store)) == 4 * 15
    again.close()


async def test_what_comes_after_a_dialogue_joins_in_and_is_made_up_for(tmp_path: Path) -> None:
    async def after(path: Path) -> AsyncIterator[str]:
        yield f"after {path.name}"

    studio = Studio(tmp_path, ordinary())
    await studio.plan(plans(2, rounds=(2, 2)))
    first = await studio.events()
    assert not [event for event in first if isinstance(event, str)]
    again = studio.again()
    events = await again.events(after=after)
    assert sorted(events[:-1]) == sorted(f"after {path.name}" for path in again.files())
    assert events[-1] == Ended(2, 0, 0)
    again.close()


async def test_a_name_taken_before_and_meanwhile_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "conversations"
    folder.mkdir()
    scenario = plans(1)[0].scenario.name
    first, second = f"{scenario}_20260112_165404.json", f"{scenario}_20260112_165404_2.json"
    (folder / first).write_text("mine")
    studio = Studio(tmp_path, ordinary())
    await studio.plan([plan for plan in plans(40, rounds=(2, 2)) if plan.scenario.name == scenario][:3])
    assert [talk.file for talk in studio.talks] == [f"{scenario}_20260112_165404_{n}.json" for n in (2, 3, 4)]
    (folder / second).write_text("also mine")
    ending = (await studio.events(1))[-1]
    assert ending == Ended(3, 0, 0)
    assert (folder / first).read_text() == "mine" and (folder / second).read_text() == "also mine"
    again = studio.again()
    files = [talk.file for talk in again.talks]
    assert len(set(files)) == 3 and {read(folder / name)["metadata"]["number"] for name in files} == {
        talk.number for talk in again.talks
    }
    again.close()


async def test_a_file_written_just_before_a_kill_is_not_written_twice(tmp_path: Path) -> None:
    studio = await whole(tmp_path, ordinary(), 2, rounds=(2, 2))
    await studio.store.write(("UPDATE talks SET state = 'planned'", ()))
    again = studio.again()
    assert (await again.events())[-1] == Ended(2, 0, 0)
    assert len(again.files()) == 2
    again.close()


async def test_planning_again_adds_what_a_kill_left_out(tmp_path: Path) -> None:
    studio = Studio(tmp_path, ordinary())
    await studio.plan(plans(3, rounds=(2, 2)))
    await studio.events()
    again = studio.again()
    await again.plan(plans(5, rounds=(2, 2)))
    assert [talk.number for talk in again.talks] == [0, 1, 2, 3, 4]
    assert [talk.state for talk in again.talks] == ["done"] * 3 + ["planned"] * 2
    assert (await again.events())[-1] == Ended(2, 0, 0)
    again.close()


async def test_plans_are_written_all_or_none(tmp_path: Path) -> None:
    studio = Studio(tmp_path, ordinary())
    task = asyncio.create_task(studio.plan(plans(60, rounds=(2, 2))))
    counts = set()
    while not task.done():
        counts.add(studio.store.read("SELECT COUNT(*) FROM talks")[0][0])
        await asyncio.sleep(0)
    await task
    assert counts <= {0, 60}
    studio.close()


SHORT = {"rounds": (3, 7), "noise": 0.3}


async def _run_until(studio: Studio, turns: int, how: str) -> None:
    """Let a run go until that many turns were said, then end it in the middle of whatever it does."""
    if how == "left":
        said = 0
        async with closing(studio.make(3)) as events:
            async for event in events:
                said += isinstance(event, Said)
                if said >= turns:
                    return
        return
    task = asyncio.create_task(studio.events(3))
    while not task.done() and studio.store.read("SELECT COUNT(*) FROM turns")[0][0] < turns:  # noqa: ASYNC110
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@pytest.mark.parametrize("how", ["cancelled", "left"])
@pytest.mark.parametrize("seed", range(6))
async def test_cut_off_anywhere_it_goes_on_as_if_nothing_had_happened(
    tmp_path: Path, seed: int, how: str
) -> None:
    (tmp_path / "calm").mkdir()
    user, assistant = models("zh", 1600, 80)
    calm = await whole(tmp_path / "calm", sides(user, assistant), 3, **SHORT)
    undisturbed = len(calls(calm.store))
    dice = random.Random(seed)
    studio = Studio(tmp_path, sides(*models("zh", 1600, 80)))
    await studio.plan(plans(3, **SHORT))
    cuts, turns = 0, 0
    while cuts < 4:
        turns += dice.randint(1, 9)
        await _run_until(studio, turns if how == "cancelled" else dice.randint(1, 9), how)
        cuts += 1
        studio = studio.again()
    assert (await studio.events(3))[-1].done >= 0
    assert products(studio) == products(calm)
    rows = calls(studio.store)
    answered = [(row["item"], row["purpose"], row["step"]) for row in rows if row["state"] == "answered"]
    assert len(answered) == len(set(answered)) == undisturbed  # no stored turn was asked again
    assert len(rows) - undisturbed <= cuts * 3  # at most one call in flight a dialogue and cut
    studio.close()
    calm.close()


async def test_an_event_loop_is_left_clean(tmp_path: Path) -> None:
    studio = Studio(tmp_path, ordinary())
    await studio.plan(plans(4, rounds=(6, 6)))
    async with closing(studio.make(4)) as events:
        async for event in events:
            if isinstance(event, Said):
                break
    assert asyncio.all_tasks() == {asyncio.current_task()}
    assert studio.accounts.budget._calls == 0
    studio.close()
