"""One judge and many: marks are stored before the next call, and nothing is ever paid for twice."""

from typing import Any

import pytest

from tests.books import calls
from tests.review.court import (
    DISTILLED,
    all_of,
    alone,
    asked_of,
    bench,
    case,
    draft,
    filled,
    heard,
    in_json,
    in_lines,
    judge,
    judging,
    mark,
    ratings,
    row,
    talk,
    tools,
)
from zishu_app.core.errors import AnswerCut, ModelUnreachable, OutOfCredit
from zishu_app.core.messages import Message
from zishu_app.dataset import acts
from zishu_app.dataset.scores import Marked
from zishu_app.dataset.store import Samples
from zishu_app.ledger.budget import Caps
from zishu_app.ledger.forms import Slip
from zishu_app.ledger.store import Store
from zishu_app.review.asking import Silent
from zishu_app.review.batch import Batch
from zishu_app.review.desk import Desk
from zishu_app.review.events import Asked, Found, Judged, JudgeEnded, NotJudged
from zishu_app.review.judge import judge_one
from zishu_app.review.material import Case
from zishu_app.review.rubric import CLEAR, FAITHFUL, criteria


async def one(store: Store, who: Any, asked: Case | None = None) -> list[Any]:
    return await heard(judge_one(asked or case(None, (), FAITHFUL, CLEAR), who, tools(store, who)))


async def test_marks_come_with_their_evidence(store: Store) -> None:
    (found,) = await one(store, judge([in_json(faithful=4, clear=2)], weight=2))
    assert isinstance(found, Marked)
    assert (found.who, found.weight, found.version, found.mean) == ("one/judge", 2, 0, 3)
    assert [(mark.criterion, mark.score) for mark in found.marks] == [("faithful", 4), ("clear", 2)]
    assert found.marks[0].evidence == "“faithful words”\nfaithful because"
    (call,) = calls(store)
    assert (call["purpose"], call["item"], call["state"]) == ("judge", "sample 7", "answered")


async def test_a_model_with_a_schema_gets_one_the_others_get_the_form(store: Store) -> None:
    able, plain = (
        judge([in_json(faithful=4, clear=2)]),
        judge([in_lines(faithful=3, clear=3)], "b/b", schema=False),
    )
    (first,), (second,) = await one(store, able), await one(store, plain)
    assert isinstance(first, Marked) and isinstance(second, Marked) and second.mean == 3
    (asked, options), (others, without) = asked_of(able)[0], asked_of(plain)[0]
    assert options.schema is not None and options.temperature == 0 and "Answer in JSON" in asked[1].content
    assert without.schema is None and "## Faithful\nEvidence:" in others[1].content
    assert "## Clear" in others[1].content


async def test_a_chinese_sample_is_judged_in_chinese(store: Store) -> None:
    who = judge([in_lines("zh", clear=5)], schema=False)
    chinese = Case(7, 0, "zh", (CLEAR,), (), tuple(enumerate(talk("猫是什么？", "一种动物。"))))
    (found,) = await one(store, who, chinese)
    assert isinstance(found, Marked) and found.mean == 5
    said = asked_of(who)[0][0]
    assert "[0] 用户: 猫是什么？" in said[1].content and "## 清楚\n依据" in said[1].content


async def test_it_is_asked_once_more_when_it_does_not_keep_the_form(store: Store) -> None:
    who = judge(["Four out of five, I would say.", in_json(faithful=4, clear=4)])
    slip, found = await one(store, who)
    assert slip == Slip("form") and isinstance(found, Marked)
    again = asked_of(who)[1][0]
    assert again[2] == Message("assistant", "Four out of five, I would say.")
    assert "all criteria" in again[3].content


async def test_a_model_that_never_keeps_the_form_did_not_judge_and_is_not_paid_again(store: Store) -> None:
    who = judge(["no", "never"])
    events = await one(store, who)
    assert [type(event) for event in events] == [Slip, Silent]
    assert "form" in events[-1].reason
    silent = judge([])
    assert await one(store, silent) == events
    assert asked_of(silent) == []


@pytest.mark.parametrize("errors", [[ModelUnreachable("gone")], [AnswerCut("cut"), AnswerCut("cut")]])
async def test_a_model_that_fails_did_not_judge_and_may_be_asked_later(store: Store, errors: Any) -> None:
    who = judge([in_json(faithful=4, clear=4)])
    who.speaker.model._faults = dict(enumerate(errors))
    events = await one(store, who)
    assert isinstance(events[-1], Silent) and events[-1].reason in ("gone", "cut")
    assert isinstance((await one(store, who))[-1], Marked)


async def test_what_every_call_would_meet_is_raised(store: Store) -> None:
    who = judge([all_of(4)])
    who.speaker.model._faults = {0: OutOfCredit("no money")}
    with pytest.raises(OutOfCredit):
        await one(store, who)


async def test_too_long_a_sample_is_not_asked_about(store: Store) -> None:
    who = judge([], context=800)
    long = case(tuple(enumerate(talk("Hi.", "x" * 4000))))
    (found,) = await one(store, who, long)
    assert isinstance(found, Silent) and "context" in found.reason
    assert asked_of(who) == []


async def test_where_nothing_is_to_be_judged_nobody_is_asked(store: Store) -> None:
    who = judge([])
    empty = [Case(7, 0, "en", (), (), case().result), Case(7, 0, "en", (CLEAR,), (), ())]
    for nothing in empty:
        (found,) = await one(store, who, nothing)
        assert isinstance(found, Silent) and asked_of(who) == []


async def test_other_criteria_another_model_or_another_text_are_another_question(store: Store) -> None:
    answers = judging(lambda _: 3)
    asked = [
        (judge(answers), case(None, (), CLEAR)),
        (judge(answers), case(None, (), CLEAR, FAITHFUL)),
        (judge(answers), case(None, (), criteria("温柔")[0])),
        (judge(answers, "two/judge"), case(None, (), CLEAR)),
        (judge(answers), case(tuple(enumerate(talk("Hi.", "Ho."))), (), CLEAR)),
        (judge(answers, schema=False), case(None, (), CLEAR)),
    ]
    for who, what in asked:
        await one(store, who, what)
        await one(store, who, what)
        assert len(asked_of(who)) == 1
    assert len(calls(store)) == len(asked)


# many samples


async def run(samples: Samples, store: Store, *judges: Any, numbers: Any, **more: Any) -> list[Any]:
    at_once = more.pop("at_once", 2)
    made = bench(samples, store, *judges, **more)
    return await heard(Batch(made, at_once).run(numbers))


def by_number(asked: str) -> int:
    """The sample's own number decides its mark."""
    return 1 + next(n for n in range(9) if f"({n})" in asked) % 5


async def test_two_judges_and_what_their_marks_come_to(samples: Samples, store: Store) -> None:
    numbers = await filled(samples, *(draft(n) for n in range(4)))
    strict, mild = judge(judging(by_number)), judge(judging(lambda _: 5), "two/judge", 3)
    events = await run(samples, store, strict, mild, numbers=numbers)
    assert events[0] == Found(4) and events[-1] == JudgeEnded(4, 0, 0)
    judged = {event.sample: event for event in events if isinstance(event, Judged)}
    assert [(judged[n].score, judged[n].spread) for n in numbers] == [(5, 4), (5, 3), (5, 2), (5, 1)]
    assert [one.who for one in judged[numbers[0]].scores] == ["one/judge", "two/judge"]
    stored = row(samples, numbers[1])
    assert (stored["score"], stored["spread"]) == (5, 3) and stored["priority"] > 0
    kept = ratings(samples, numbers[1])
    assert [(one["who"], one["criterion"], one["score"], one["weight"]) for one in kept[:3]] == [
        ("one/judge", name, 2, 1) for name in sorted(DISTILLED)
    ]
    assert {one["weight"] for one in kept[3:]} == {3} and kept[0]["evidence"].endswith("because")
    assert {call["purpose"] for call in calls(store)} == {"judge"}


async def test_judged_before_costs_nothing_and_says_the_same(samples: Samples, store: Store) -> None:
    numbers = await filled(samples, draft(0), alone(1))
    first = await run(samples, store, judge(judging(by_number)), numbers=numbers)
    again = judge([])
    second = await run(samples, store, again, numbers=numbers)
    assert asked_of(again) == []
    assert sorted(map(repr, first)) == sorted(map(repr, second))
    assert len(calls(store)) == 2


async def test_marks_that_were_lost_with_a_kill_are_made_of_the_kept_reply(
    samples: Samples, store: Store
) -> None:
    """Killed after the ledger's commit and before the data set's: the reply is there, the marks are not."""
    (number,) = await filled(samples, draft(0))
    await run(samples, store, judge([all_of(4)]), numbers=[number])

    def lose(connection: Any) -> None:
        connection.execute("DELETE FROM ratings")
        connection.execute("UPDATE samples SET score = NULL, spread = NULL, priority = 0")

    await samples.change(lose)
    await run(samples, store, judge([]), numbers=[number])
    assert row(samples, number)["score"] == 4 and len(ratings(samples, number)) == 3


async def test_an_edited_sample_is_judged_anew_and_the_old_marks_stay_with_the_old_version(
    samples: Samples, store: Store
) -> None:
    (number,) = await filled(samples, draft(0))
    made = bench(samples, store, judge([all_of(2), all_of(5)]))
    await heard(Batch(made).run([number]))
    await Desk(samples, "me", made.clock).rewrite(number, 1, "Better.")
    assert row(samples, number)["score"] is None
    (judged,) = [one for one in await heard(Batch(made).run([number])) if isinstance(one, Judged)]
    assert (judged.version, judged.score) == (1, 5)
    assert [one["score"] for one in ratings(samples, number)] == [2, 2, 2, 5, 5, 5]
    _ = [part async for part in acts.undo(samples)]
    assert row(samples, number)["score"] == 2


async def test_marks_that_come_late_go_to_the_version_they_were_given_to(
    samples: Samples, store: Store
) -> None:
    (number,) = await filled(samples, draft(0))
    made = bench(samples, store, judge([all_of(2)]))
    await heard(Batch(made).run([number]))
    await Desk(samples, "me", made.clock).rewrite(number, 1, "Better.")
    await mark(samples, number, "two/judge", {"clear": 5}, version=0)
    assert row(samples, number)["score"] is None


async def test_one_silent_judge_leaves_the_score_to_the_others(samples: Samples, store: Store) -> None:
    (number,) = await filled(samples, draft(0))
    events = await run(samples, store, judge(["no", "no"]), judge([all_of(4)], "two/judge"), numbers=[number])
    assert [type(event) for event in events] == [Found, Asked, NotJudged, Judged, JudgeEnded]
    assert events[1] == Asked(number, "one/judge", "form", 0.0)
    assert events[2].who == "one/judge" and events[3].spread is None
    assert events[-1] == JudgeEnded(1, 0, 0)


async def test_where_all_are_silent_the_sample_has_failed(samples: Samples, store: Store) -> None:
    first, second = await filled(samples, draft(0), draft(1))
    events = await run(samples, store, judge(["no", "no", all_of(4)]), numbers=[first, second], at_once=1)
    assert events[-1] == JudgeEnded(1, 1, 0)
    assert row(samples, first)["score"] is None and row(samples, second)["score"] == 4


async def test_a_number_that_is_no_sample_is_told(samples: Samples, store: Store) -> None:
    events = await run(samples, store, judge([]), numbers=[99])
    assert events[1].reason == "There is no such sample." and events[-1] == JudgeEnded(0, 1, 0)


async def test_at_the_limit_it_stops_and_goes_on_where_it_stopped(samples: Samples, store: Store) -> None:
    numbers = await filled(samples, *(draft(n) for n in range(4)))
    first = judge(judging(by_number), schema=False, context=4000)
    one_call = first.speaker.worst(900, 650)
    events = await run(samples, store, first, numbers=numbers, caps=Caps(tokens=int(one_call.tokens * 2.2)))
    ended = events[-1]
    assert isinstance(ended, JudgeEnded) and ended.stopped and ended.hint and ended.failed == 0
    assert 0 < ended.done < 4 and ended.done + ended.left == 4
    second = judge(judging(by_number), schema=False, context=4000)
    events = await run(samples, store, second, numbers=numbers)
    assert events[-1] == JudgeEnded(4, 0, 0)
    assert len(asked_of(first)) + len(asked_of(second)) == 4, "none was asked twice"
    assert len([one for one in calls(store) if one["state"] == "answered"]) == 4


async def test_stopped_by_hand_what_is_in_flight_is_kept_and_nothing_else_begun(
    samples: Samples, store: Store
) -> None:
    numbers = await filled(samples, *(draft(n) for n in range(6)))
    who, other = judge(judging(by_number)), judge(judging(by_number), "two/judge")
    made = bench(samples, store, who, other)
    events = []
    async for event in Batch(made, at_once=1).run(numbers):
        events.append(event)
        if isinstance(event, Judged):
            made.stop.set()
    ended = events[-1]
    assert isinstance(ended, JudgeEnded) and ended.done == 1 and ended.left == 5 and not ended.stopped
    asked = len(asked_of(who)) + len(asked_of(other))
    assert asked <= 3, "the one that was judged, and one call in flight"
    assert len([one for one in calls(store) if one["state"] == "answered"]) == asked
    again = bench(samples, store, judge(judging(by_number)), judge(judging(by_number), "two/judge"))
    assert (await heard(Batch(again, at_once=3).run(numbers)))[-1] == JudgeEnded(6, 0, 0)
    assert len(calls(store)) == 12


async def test_where_no_further_call_can_be_made_the_run_stops(samples: Samples, store: Store) -> None:
    numbers = await filled(samples, *(draft(n) for n in range(3)))
    who = judge([all_of(4)])
    who.speaker.model._faults = {0: OutOfCredit("no money", "pay")}
    events = await heard(Batch(bench(samples, store, who)).run(numbers))
    assert events[-1] == JudgeEnded(0, 1, 2, "no money", "pay")


async def test_a_person_is_not_touched_by_being_judged(samples: Samples, store: Store) -> None:
    (number,) = await filled(samples, draft(0))
    made = bench(samples, store, judge([all_of(2)]))
    desk = Desk(samples, "me", made.clock)
    await desk.rate(number, "clear", 5)
    await desk.decide(number, "accepted")
    await heard(Batch(made).run([number]))
    stored = row(samples, number)
    assert (stored["verdict"], stored["stars"], stored["score"], stored["priority"]) == (1, 5, 2, 0)
    with samples.reading() as connection:
        assert [act.what for act in acts.history(connection)] == ["accept", "rate"], "judging is no act"


async def test_the_smallest_models_get_texts_that_fit_even_a_token_a_letter(store: Store) -> None:
    who = judge([in_json(faithful=4, clear=2)], terse=True)
    await one(store, who)
    options = asked_of(who)[0][1]
    assert options.schema is not None
    texts = [options.schema["properties"][name]["properties"] for name in ("faithful", "clear")]
    assert (
        sum(one[label]["maxLength"] for one in texts for label in ("evidence", "reason"))
        < options.max_tokens / 2
    )
