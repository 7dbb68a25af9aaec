"""An order to judge becomes a run: estimated, worked on, stopped, gone on with, and listed like any other."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.review.court import alone, asked_of, draft, filled, judging, mark, row
from tests.review.court import judge as scripted_judge
from tests.review.test_refine import better, quality, writes
from zishu_app.core.errors import PriceUnknown, SettingsError, UsageError
from zishu_app.core.keys import Keys
from zishu_app.core.paths import Home
from zishu_app.core.settings import load_settings
from zishu_app.dataset.find import Filter
from zishu_app.house import House
from zishu_app.ledger.calls import Speaker
from zishu_app.ledger.overview import find_run, list_runs, unfinished
from zishu_app.ledger.runs import calls_of
from zishu_app.llm.catalog import Chosen
from zishu_app.review.desk import Desk
from zishu_app.review.events import Found, Judged, JudgeEnded, JudgeEvent, Refined
from zishu_app.studio import judge
from zishu_app.studio.runs import keeping, start, take_up

FLAGS = {
    "review.judges": "ollama/qwen2.5:7b=2, openai/gpt-4.1-mini",
    "teacher.model": "deepseek",
    "dialogue.concurrency": 2,
}


class Models:
    """What the house hands out in place of real models."""

    def __init__(self) -> None:
        answers = judging(quality, better)
        self.first = scripted_judge(answers, "ollama/qwen2.5:7b")
        self.second = scripted_judge(answers, "openai/gpt-4.1-mini")
        self.teacher = Speaker(writes(*(f"quality {n}" for n in (4, 5, 5, 5))), self.first.speaker.counter)

    async def speaker(self, _: House, chosen: Chosen, at_once: int = 0) -> Speaker:
        known = {one.name: one.speaker for one in (self.first, self.second)}
        return known.get(chosen.name, self.teacher)

    @property
    def asked(self) -> int:
        return len(asked_of(self.first)) + len(asked_of(self.second))


@pytest.fixture
def models(monkeypatch: pytest.MonkeyPatch) -> Models:
    made = Models()
    monkeypatch.setattr(
        House, "speaker", lambda house, chosen, at_once=0: made.speaker(house, chosen, at_once)
    )
    return made


@pytest.fixture
async def house(home: Home) -> AsyncIterator[House]:
    async with House(home, load_settings(home, FLAGS, environment={}), Keys(home.keys)) as made:
        await asyncio.to_thread(lambda: made.catalog)  # files are read, once
        yield made


async def renewed(house: House, **flags: Any) -> None:
    """Other settings; with their files read beside the loop."""
    more = {name.replace("__", "."): value for name, value in flags.items()}
    house.renew(load_settings(house.home, FLAGS | more, environment={}))
    await asyncio.to_thread(lambda: house.catalog)


def wanted(**more: Any) -> dict[str, Any]:
    return {"filter": {}, "refine": False, "max_cost": None, "max_total_tokens": None, **more}


async def work(house: House, run: Any, asked: Any, stop: asyncio.Event | None = None) -> list[JudgeEvent]:
    """As a door works on a run; stopped after the first sample where `stop` is given."""
    events: list[JudgeEvent] = []
    async with keeping(house, run) as closing:
        going = await judge.ready(house, run, asked, stop or asyncio.Event())
        async for event in going.events():
            events.append(event)
            if stop is not None and isinstance(event, Judged):
                stop.set()
        going.outcome.close(run, closing)
    return events


async def judged(house: House, **more: Any) -> list[JudgeEvent]:
    asked = judge.judging(house.settings, wanted(**more))
    return await work(house, await start(house, judge.KIND, asked), asked)


async def test_all_that_a_filter_finds_is_judged(house: House, models: Models) -> None:
    mine, other = await filled(house.samples, draft(0), alone(1, "Hi.", "quality 4", language="zh"))
    events = await judged(house, filter=Filter(languages=("en",)).as_dict())
    assert events[-1] == JudgeEnded(1, 0, 0)
    (one,) = [event for event in events if isinstance(event, Judged)]
    assert (one.sample, one.score, one.spread) == (mine, 2, 0)
    assert [(marked.who, marked.weight) for marked in one.scores] == [
        ("ollama/qwen2.5:7b", 2),
        ("openai/gpt-4.1-mini", 1),
    ]
    assert row(house.samples, other)["score"] is None


async def test_samples_may_be_named(house: House, models: Models) -> None:
    numbers = await filled(house.samples, *(draft(n) for n in range(4)))
    events = await judged(house, ids=[numbers[2], numbers[0], numbers[2]], filter=None)
    assert {event.sample for event in events if isinstance(event, Judged)} == {numbers[0], numbers[2]}
    assert events[-1] == JudgeEnded(2, 0, 0)


async def test_the_run_is_listed_with_what_it_took(house: House, models: Models) -> None:
    await filled(house.samples, draft(0))
    await judged(house)
    (run,) = list_runs(house.store)
    assert (run.kind, run.state, run.talks) == ("judge", "done", 0) and run.tokens > 0
    assert run.models == ("ollama/qwen2.5:7b", "openai/gpt-4.1-mini")
    assert run.recipe["settings"]["review.judges"] == FLAGS["review.judges"]
    assert list_runs(house.store, "judge", "qwen2.5") == [run] == list_runs(house.store, search=run.id[:8])
    assert find_run(house.store, "judge", run.id) == run
    assert unfinished(house.store) == []


async def test_stopped_it_goes_on_and_nothing_is_paid_for_twice(house: House, models: Models) -> None:
    await filled(house.samples, *(draft(n) for n in range(6)))
    asked = judge.judging(house.settings, wanted())
    events = await work(house, await start(house, judge.KIND, asked), asked, asyncio.Event())
    ended = events[-1]
    assert isinstance(ended, JudgeEnded) and ended.left > 0
    (left,) = unfinished(house.store)
    assert (left.kind, left.state) == ("judge", "stopped")
    await renewed(house, review__judges="openai/gpt-4.1-mini")
    run, again = await take_up(house, judge.KIND, "", {}, {})
    assert run.id == left.id and again.settings.review.judges == FLAGS["review.judges"], "as it was begun"
    events = await work(house, run, again)
    assert events[0] == Found(6, ended.done) and events[-1] == JudgeEnded(6, 0, 0)
    assert len([event for event in events if isinstance(event, Judged)]) == ended.left
    assert models.asked == calls_of(house.store, run.id)["answered"] == 12
    assert list_runs(house.store)[0].state == "done"


async def test_at_its_limit_it_stops_and_goes_on_with_another(house: House, models: Models) -> None:
    await filled(house.samples, *(draft(n) for n in range(4)))
    one = models.first.speaker.worst(1000, 800).tokens
    asked = judge.judging(house.settings, wanted(max_total_tokens=3 * one))
    events = await work(house, await start(house, judge.KIND, asked), asked)
    ended = events[-1]
    assert isinstance(ended, JudgeEnded) and ended.stopped and ended.left > 0
    assert list_runs(house.store)[0].tokens <= 3 * one
    run, again = await take_up(house, judge.KIND, "", {}, {"max_total_tokens": None})
    assert (await work(house, run, again))[-1] == JudgeEnded(4, 0, 0)
    assert models.asked == 8


async def test_a_limit_in_money_needs_the_price_of_all(house: House, models: Models) -> None:
    await filled(house.samples, draft(0))
    with pytest.raises(PriceUnknown, match="a/teacher"):
        await judged(house, refine=True, max_cost=1.0)
    assert list_runs(house.store)[0].state == "stopped"
    assert (await judged(house, max_cost=1.0))[-1] == JudgeEnded(1, 0, 0)


async def test_what_is_found_wanting_is_refined_and_checked(house: House, models: Models) -> None:
    (number,) = await filled(house.samples, draft(0))
    events = await judged(house, refine=True)
    (refined,) = [event for event in events if isinstance(event, Refined)]
    assert (refined.before, refined.after, refined.kept) == (2, 4, True), refined.reason
    assert row(house.samples, number)["score"] == 4
    assert events[-1] == JudgeEnded(1, 0, 0)


async def test_a_check_that_breaks_is_told_in_words(house: House, models: Models) -> None:
    await renewed(house, dataset__shortest=20)
    await filled(house.samples, draft(0))
    events = await judged(house, refine=True)
    refined = [event for event in events if isinstance(event, Refined)]
    assert [one.kept for one in refined] == [False, False] and "Too short" in refined[0].reason


async def test_no_rounds_no_teacher(house: House, models: Models) -> None:
    await renewed(house, review__refine_rounds=0)
    await filled(house.samples, draft(0))
    assert not [event for event in await judged(house, refine=True) if isinstance(event, Refined)]


async def estimated(house: House, **more: Any) -> Any:
    asked = judge.judging(house.settings, wanted(**more))
    sides = await judge.sides_of(house, asked)
    numbers = await asyncio.to_thread(judge.numbers_of, house.samples, asked.recipe)
    return await asyncio.to_thread(judge.forecast, house, asked, numbers, sides)


async def test_an_estimate_holds_what_it_takes(house: House, models: Models) -> None:
    await filled(house.samples, *(draft(n) for n in range(5)))
    low, high = await estimated(house)
    assert low.calls == high.calls == 10 and 0 < low.amount.tokens < high.amount.tokens
    assert low.amount.micros and 0 < low.seconds < high.seconds
    await judged(house)
    took = list_runs(house.store)[0]
    assert low.amount.tokens < took.tokens <= high.amount.tokens, "no usage is told, so all is booked"
    low, high = await estimated(house)
    assert low.calls == high.calls == 0 == high.seconds, "all of it is in the ledger"


async def test_refining_is_estimated_at_the_high_end_only(house: House, models: Models) -> None:
    await filled(house.samples, *(draft(n) for n in range(5)))
    low, high = await estimated(house, refine=True)
    # a round: the teacher, both judges again, and both orders of each
    assert low.calls == 10 and high.calls == 10 + 5 * 2 * (1 + 2 + 4)
    assert high.amount.micros is None, "the teacher's price is not known"


async def test_of_many_samples_some_are_read_and_the_rest_is_like_them(
    house: House, models: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    await filled(house.samples, *(draft(n) for n in range(30)))
    exact = await estimated(house)
    monkeypatch.setattr(judge, "MEASURED", 7)
    low, high = await estimated(house)
    assert (low.calls, high.calls) == (60, 60)
    assert high.amount.tokens == pytest.approx(exact[1].amount.tokens, rel=0.02)
    assert (await estimated(house, ids=[], filter=None))[1].calls == 0


@pytest.mark.parametrize(
    ("judges", "error", "said"),
    [
        ("", UsageError, "No judging model is chosen"),
        ("ollama=x", SettingsError, "entry 1"),
        ("nobody/knows", SettingsError, "not known"),
        ("openai, openai/gpt-4.1-mini", UsageError, "named twice"),
    ],
)
async def test_who_cannot_judge_is_told(
    house: House, models: Models, judges: str, error: type[Exception], said: str
) -> None:
    await renewed(house, review__judges=judges)
    with pytest.raises(error, match=said):
        await judge.sides_of(house, judge.judging(house.settings, wanted()))


def test_a_judge_is_suggested_and_one_too_close_is_warned_of(house: House) -> None:
    found = judge.suggestion(house)
    assert found is not None and found.family != "DeepSeek"
    house.keys.store("zhipu", "0" * 32 + "." + "a" * 16)
    found = judge.suggestion(house)
    assert found is not None and found.family == "GLM", "its key is there"
    assert judge.warnings(house) == []
    house.renew(load_settings(house.home, FLAGS | {"review.judges": "deepseek"}, environment={}))
    assert "both teaches and judges" in judge.warnings(house)[0]
    house.renew(load_settings(house.home, FLAGS | {"review.judges": "builtin"}, environment={}))
    assert ["too small" in one for one in judge.warnings(house)] == [True]


async def test_marks_that_stand_already_are_not_an_order(house: House, models: Models) -> None:
    """A filter on what is not judged yet finds less when the run goes on, and that is right."""
    first, second = await filled(house.samples, draft(0), draft(1))
    await mark(house.samples, first, "ollama/qwen2.5:7b", {"clear": 3})
    events = await judged(house, filter=Filter(judged=False).as_dict())
    assert {event.sample for event in events if isinstance(event, Judged)} == {second}


async def test_what_was_done_is_done_again_where_it_was_edited_or_may_become_better(
    house: House, models: Models
) -> None:
    numbers = await filled(house.samples, *(draft(n) for n in range(2)), alone(2, "Hi.", "quality 4"))
    asked = judge.judging(house.settings, wanted(refine=True))
    run = await start(house, judge.KIND, asked)
    stop = asyncio.Event()
    async with keeping(house, run) as closing:
        going = await judge.ready(house, run, asked, stop)
        going.batch.teacher = None  # stopped after the judging, before anything was refined
        assert [event async for event in going.events()][-1] == JudgeEnded(3, 0, 0)
        closing.state = "stopped"
    await Desk(house.samples, "me", house.clock).rewrite(numbers[1], 1, "quality 5 by hand")
    run, again = await take_up(house, judge.KIND, "", {}, {})
    events = await work(house, run, again)
    assert events[0] == Found(3, 1), "good enough as it is"
    assert {event.sample for event in events if isinstance(event, Judged)} == set(numbers[:2])
    assert [event.sample for event in events if isinstance(event, Refined)] == [numbers[0]]
    assert events[-1] == JudgeEnded(3, 0, 0)
