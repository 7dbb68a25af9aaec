"""What was found wanting goes back to the teacher; it is kept only where it is better, and everything stays."""

import json
from typing import Any

import pytest

from tests.books import PRICE, calls, scripted, speaker
from tests.review.court import (
    alone,
    asked_of,
    bench,
    draft,
    filled,
    heard,
    judge,
    judging,
    mark,
    ratings,
    row,
)
from zishu_app.core.errors import BudgetReached
from zishu_app.dataset import acts
from zishu_app.dataset.sample import Sample
from zishu_app.dataset.store import Samples, get
from zishu_app.dataset.versions import Version, versions_of
from zishu_app.ledger.budget import Caps
from zishu_app.ledger.store import Store
from zishu_app.llm.base import Limits
from zishu_app.review.batch import Batch
from zishu_app.review.bench import Bench, Slipped
from zishu_app.review.desk import Desk
from zishu_app.review.events import Judged, JudgeEnded, Refined, Refining
from zishu_app.review.refine import Teacher, nothing_wrong, refine


def quality(asked: str) -> int:
    """The mark stands in the text itself; of several the last, which is the result's."""
    return max((score for score in range(1, 6) if f"quality {score}" in asked), default=2)


def better(a: str, b: str) -> str:
    return "same" if quality(a) == quality(b) else "A" if quality(a) > quality(b) else "B"


def fair(**more: Any) -> Any:
    return judge(judging(quality, better), **more)


def writes(*texts: str, **limits: Any) -> Any:
    """A teacher that writes these as the assistant's message, one after another."""
    replies = [json.dumps({"messages": [{"number": 1, "content": text}]}) for text in texts]
    return scripted(replies, name="a/teacher", limits=Limits(**({"schema": True} | limits)))


def teacher(model: Any, rounds: int = 2, **more: Any) -> Teacher:
    return Teacher(speaker(model, PRICE), more.pop("enough", 3.5), rounds, **more)


async def judged(
    samples: Samples, store: Store, *judges: Any, score: int = 2, **more: Any
) -> tuple[Bench, int]:
    """A sample with marks, and the bench before which it comes."""
    (number,) = await filled(samples, draft(0, **more))
    for one in judges:
        await mark(samples, number, one.name, dict.fromkeys(("faithful", "complete", "clear"), score))
    return bench(samples, store, *judges), number


def text(samples: Samples, number: int) -> str:
    with samples.reading() as connection:
        sample = get(connection, number)
        assert sample is not None
        return sample.messages[-1].content


def versions(samples: Samples, number: int) -> list[Version]:
    with samples.reading() as connection:
        return versions_of(connection, number)


def history(samples: Samples) -> list[acts.Act]:
    with samples.reading() as connection:
        return acts.history(connection)


async def test_a_better_version_is_kept_as_an_act_of_the_teacher(samples: Samples, store: Store) -> None:
    at, number = await judged(samples, store, fair())
    model = writes("quality 5")
    events = await heard(refine(at, teacher(model), number))
    assert events == [Refining(number, 1), Refined(number, 1, 2, 5, kept=True)]
    assert text(samples, number) == "quality 5" and row(samples, number)["score"] == 5
    first, second = versions(samples, number)
    assert first.number == 0 and (second.why, second.who) == ("refine", "a/teacher")
    (act,) = history(samples)
    assert (act.what, act.who) == ("refine", "a/teacher")
    assert {name: act.detail[name] for name in ("round", "before", "after")} == {
        "round": 1,
        "before": 2,
        "after": 5,
    }
    asked = model.calls[0][0][1].content
    assert "Faithful, 2 of 5: “faithful words” — faithful because" in asked
    assert sorted(call["purpose"] for call in calls(store)) == ["compare", "compare", "judge", "refine"]
    assert {call["item"] for call in calls(store)} == {f"sample {number}"}


async def test_it_can_be_undone_and_is_then_not_forced_upon_the_person_again(
    samples: Samples, store: Store
) -> None:
    at, number = await judged(samples, store, fair())
    model = writes("quality 5")
    await heard(refine(at, teacher(model), number))
    _ = [part async for part in acts.undo(samples)]
    assert text(samples, number).startswith("Sleep (0)") and row(samples, number)["score"] == 2
    events = await heard(refine(at, teacher(writes("quality 5"), rounds=1), number))
    assert isinstance(events[-1], Refined) and not events[-1].kept and "taken back" in events[-1].reason
    assert text(samples, number).startswith("Sleep (0)") and len(versions(samples, number)) == 2


async def test_where_the_score_does_not_rise_it_is_not_kept_and_stays_all_the_same(
    samples: Samples, store: Store
) -> None:
    at, number = await judged(samples, store, fair())
    events = await heard(refine(at, teacher(writes("quality 1", "quality 2 still")), number))
    ended = [event for event in events if isinstance(event, Refined)]
    assert [(one.round, one.after, one.kept) for one in ended] == [(1, 1, False), (2, 2, False)]
    assert "did not rise" in ended[0].reason
    assert text(samples, number).startswith("Sleep (0)") and row(samples, number)["score"] == 2
    assert [one.messages[-1].content for one in versions(samples, number)][1:] == [
        "quality 1",
        "quality 2 still",
    ]
    assert [one["score"] for one in ratings(samples, number)] == [2, 2, 2, 1, 1, 1, 2, 2, 2], (
        "marks of all versions"
    )
    assert history(samples) == []


async def test_the_second_round_is_told_why_the_first_was_turned_down(samples: Samples, store: Store) -> None:
    at, number = await judged(samples, store, fair())
    model = writes("quality 1", "quality 4")
    events = await heard(refine(at, teacher(model), number))
    assert isinstance(events[-1], Refined) and events[-1] == Refined(number, 2, 2, 4, kept=True)
    assert "turned down: The score did not rise" in model.calls[1][0][1].content
    assert text(samples, number) == "quality 4"


async def test_the_second_round_goes_on_from_what_was_kept(samples: Samples, store: Store) -> None:
    at, number = await judged(samples, store, fair())
    model = writes("quality 3", "quality 4")
    events = await heard(refine(at, teacher(model), number))
    assert [(one.before, one.after, one.kept) for one in events if isinstance(one, Refined)] == [
        (2, 3, True),
        (3, 4, True),
    ]
    assert "quality 3" in model.calls[1][0][1].content and "turned down" not in model.calls[1][0][1].content
    assert len(versions(samples, number)) == 3


async def test_two_rounds_and_no_more(samples: Samples, store: Store) -> None:
    at, number = await judged(samples, store, fair(), score=1)
    model = writes("quality 2", "quality 3", "quality 5")
    await heard(refine(at, teacher(model), number))
    assert len(model.calls) == 2 and text(samples, number) == "quality 3"


async def test_a_higher_score_is_not_enough_where_the_judges_prefer_the_old_one(
    samples: Samples, store: Store
) -> None:
    at, number = await judged(samples, store, judge(judging(quality, lambda a, b: "A")))
    events = await heard(refine(at, teacher(writes("quality 5"), rounds=1), number))
    assert isinstance(events[-1], Refined) and not events[-1].kept and "side by side" in events[-1].reason
    assert text(samples, number).startswith("Sleep (0)") and row(samples, number)["score"] == 2


async def test_what_breaks_a_check_is_not_even_judged(samples: Samples, store: Store) -> None:
    def passes(sample: Sample) -> list[str]:
        return ["always"] + (["too good"] if "quality 5" in sample.messages[-1].content else [])

    who = fair()
    at, number = await judged(samples, store, who)
    events = await heard(refine(at, teacher(writes("quality 5", "quality 4"), passes=passes), number))
    first, second = (event for event in events if isinstance(event, Refined))
    assert (first.kept, first.after, first.reason) == (False, None, "too good"), (
        "what was wrong before is no reason"
    )
    assert second.kept and text(samples, number) == "quality 4"
    assert len([call for call in calls(store) if call["purpose"] == "judge"]) == 1
    assert len(versions(samples, number)) == 3


@pytest.mark.parametrize(
    "reply", ["I would rather not.", json.dumps({"messages": [{"number": 0, "content": "x"}]})]
)
async def test_a_teacher_that_keeps_no_form_changes_nothing(
    samples: Samples, store: Store, reply: str
) -> None:
    at, number = await judged(samples, store, fair())
    model = scripted([reply, reply], name="a/teacher", limits=Limits(schema=True))
    events = await heard(refine(at, teacher(model), number))
    assert [type(event) for event in events] == [Refining, Slipped, Refined]
    assert not events[-1].kept and "form" in events[-1].reason and versions(samples, number) == []  # type: ignore[union-attr]


async def test_a_teacher_that_writes_the_same_again_changes_nothing(samples: Samples, store: Store) -> None:
    at, number = await judged(samples, store, fair())
    events = await heard(refine(at, teacher(writes(text(samples, number))), number))
    assert isinstance(events[-1], Refined) and "changed nothing" in events[-1].reason
    assert versions(samples, number) == []


async def test_what_is_good_enough_or_not_judged_or_decided_or_a_persons_is_left_alone(
    samples: Samples, store: Store
) -> None:
    at, good = await judged(samples, store, fair(), score=4)
    unjudged, decided, edited = await filled(samples, draft(1), draft(2), draft(3))
    desk = Desk(samples, "me", at.clock)
    await desk.rewrite(edited, 1, "my own words")
    for number in (decided, edited):
        await mark(samples, number, "one/judge", {"clear": 2})
    await desk.decide(decided, "accepted")
    model = writes()
    for number in (good, unjudged, decided, edited, 99):
        assert await heard(refine(at, teacher(model), number)) == []
    assert model.calls == []


async def test_decided_meanwhile_it_is_not_kept(samples: Samples, store: Store) -> None:
    at, number = await judged(samples, store, fair())
    events = []
    async for event in refine(at, teacher(writes("quality 5")), number):
        events.append(event)
        if isinstance(event, Refining):
            await Desk(samples, "me", at.clock).decide(number, "accepted")
    assert isinstance(events[-1], Refined) and not events[-1].kept
    assert "meanwhile" in events[-1].reason and text(samples, number).startswith("Sleep (0)")


async def test_gone_on_with_nothing_is_paid_for_twice(samples: Samples, store: Store) -> None:
    """Killed right before the new version was put in force: everything is there but the act."""
    at, number = await judged(samples, store, fair())
    await heard(refine(at, teacher(writes("quality 5")), number))
    paid = len(calls(store))

    def lose(connection: Any) -> None:
        connection.execute("DELETE FROM changes")
        connection.execute("DELETE FROM acts")

    _ = [part async for part in acts.undo(samples)]
    await samples.change(lose)
    silent = judge([])
    again = bench(samples, store, silent)
    events = await heard(refine(again, teacher(writes()), number))
    assert events[-1] == Refined(number, 1, 2, 5, kept=True)
    assert len(calls(store)) == paid and asked_of(silent) == [] and len(versions(samples, number)) == 2


async def test_stopped_nothing_else_is_begun(samples: Samples, store: Store) -> None:
    at, number = await judged(samples, store, fair())
    at.stop.set()
    assert await heard(refine(at, teacher(writes("quality 5")), number)) == []


async def test_the_limit_is_passed_on(samples: Samples, store: Store) -> None:
    _, number = await judged(samples, store, fair())
    poor = bench(samples, store, fair(), caps=Caps(tokens=50))
    with pytest.raises(BudgetReached):
        await heard(refine(poor, teacher(writes("quality 5")), number))
    assert versions(samples, number) == []


async def test_in_a_talk_only_the_messages_that_were_written_anew_change(
    samples: Samples, store: Store
) -> None:
    (number,) = await filled(samples, alone(0, "Hi (0).", "quality 3 yes", "And?", "quality 2 no"))
    await mark(samples, number, "one/judge", {"clear": 2})
    at = bench(samples, store, fair())
    model = writes("quality 5")
    await heard(refine(at, teacher(model, rounds=1), number))
    with samples.reading() as connection:
        sample = get(connection, number)
    assert sample is not None
    assert [one.content for one in sample.messages] == ["Hi (0).", "quality 5", "And?", "quality 2 no"]


async def test_judged_and_refined_in_one_run(samples: Samples, store: Store) -> None:
    numbers = await filled(samples, draft(0), alone(1, "Hi.", "quality 4"))
    made = Batch(bench(samples, store, fair()), teacher=teacher(writes("quality 5")))
    events = await heard(made.run(numbers))
    kinds = [type(event) for event in events if isinstance(event, Judged | Refining | Refined | JudgeEnded)]
    assert kinds == [Judged, Refining, Refined, Judged, JudgeEnded]
    assert events[-1] == JudgeEnded(2, 0, 0)
    assert [row(samples, number)["score"] for number in numbers] == [5, 4]


def test_without_checks_nothing_is_wrong() -> None:
    assert nothing_wrong(None) == []  # type: ignore[arg-type]
