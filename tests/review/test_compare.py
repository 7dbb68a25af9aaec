"""Two versions are shown in both orders, and only a preference that survives the swap counts."""

import json
from typing import Any

import pytest

from tests.books import calls
from tests.review.court import asked_of, case, heard, judge, judging, talk, tools
from zishu_app.ledger.forms import Slip
from zishu_app.ledger.store import Store
from zishu_app.review.asking import Silent
from zishu_app.review.compare import Compared, Vote, compare_two, read_choice

OLD = tuple(enumerate(talk("What is a cat?", "No idea.")))
NEW = tuple(enumerate(talk("What is a cat?", "An animal that purrs.")))


def prefers(word: str) -> Any:
    """Whatever holds the word."""
    return judging(lambda _: 3, lambda a, b: "A" if word in a else "B" if word in b else "same")


async def compare(store: Store, *judges: Any, source: Any = ()) -> Compared:
    events = await heard(compare_two(case(OLD, source), NEW, tools(store, *judges)))
    assert isinstance(events[-1], Compared)
    return events[-1]


async def test_a_preference_that_survives_the_swap_counts(store: Store) -> None:
    who = judge(prefers("purrs"))
    found = await compare(store, who)
    assert found == Compared((Vote("one/judge", 1, "second"),)) and found.better == "second"
    (straight, _), (swapped, _) = asked_of(who)
    assert straight[1].content.index("No idea") < straight[1].content.index("purrs")
    assert swapped[1].content.index("purrs") < swapped[1].content.index("No idea")
    assert [call["purpose"] for call in calls(store)] == ["compare"] * 2


async def test_the_old_one_may_be_better(store: Store) -> None:
    assert (await compare(store, judge(prefers("No idea")))).better == "first"


@pytest.mark.parametrize("always", ["A", "B", "same"])
async def test_who_looks_at_the_place_and_not_at_the_text_has_said_nothing(store: Store, always: str) -> None:
    found = await compare(store, judge(judging(lambda _: 3, lambda a, b: always)))
    assert found.votes == (Vote("one/judge", 1, ""),) and found.better == ""


async def test_weights_decide_among_judges(store: Store) -> None:
    judges = [
        judge(prefers("purrs"), "a/a", 2),
        judge(prefers("No idea"), "b/b", 1),
        judge(judging(lambda _: 3, lambda a, b: "A"), "c/c", 9),  # by the place: no word in it
    ]
    assert (await compare(store, *judges)).better == "second"
    even = [judge(prefers("purrs"), "a/a", 2), judge(prefers("No idea"), "b/b", 2)]
    assert (await compare(store, *even)).better == ""


async def test_a_judge_that_keeps_no_form_has_no_vote_and_is_not_asked_in_the_other_order(
    store: Store,
) -> None:
    who = judge(["Both are fine.", "Really."])
    events = await heard(compare_two(case(OLD), NEW, tools(store, who)))
    assert events[0] == Slip("form")
    ended = events[-1]
    assert isinstance(ended, Compared) and ended.votes == () and ended.better == ""
    assert [one.who for one in ended.silent] == ["one/judge"] and len(asked_of(who)) == 2


async def test_compared_before_costs_nothing(store: Store) -> None:
    first = await compare(store, judge(prefers("purrs")))
    again = judge([])
    assert await compare(store, again) == first and asked_of(again) == []


async def test_the_source_is_shown_as_far_as_there_is_room(store: Store) -> None:
    source = tuple(enumerate(talk(*(f"said {n} " * 20 for n in range(60)))))
    who = judge(prefers("purrs"), context=2500)
    assert (await compare(store, who, source=source)).better == "second"
    said = asked_of(who)[0][0][1].content
    assert "said 0 " in said and "are left out here" in said and "said 30 " not in said
    assert "Result A:" in said


async def test_two_versions_that_do_not_fit_are_not_compared(store: Store) -> None:
    who = judge([], context=600)
    long = tuple(enumerate(talk("What is a cat?", "x" * 2000)))
    events = await heard(compare_two(case(long), NEW, tools(store, who)))
    assert isinstance(events[-1], Compared) and isinstance(events[-1].silent[0], Silent)
    assert asked_of(who) == []


@pytest.mark.parametrize(
    ("reply", "choice"),
    [
        (json.dumps({"evidence": "x", "better": "A"}), "A"),
        (json.dumps({"evidence": "x", "better": "b"}), "B"),
        (json.dumps({"evidence": "x", "better": "same"}), "same"),
        (json.dumps({"evidence": "", "better": "A"}), None),
        (json.dumps({"better": "A"}), None),
        (json.dumps({"evidence": "x", "better": "C"}), None),
        ("Evidence: “x” shows it.\nBetter: A", "A"),
        ("Evidence: x\n**Better:** B.", "B"),
        ("Evidence: x\nBetter: Version A", "A"),
        ("依据：“甲”说明了这一点\n更好：B", "B"),
        ("依据：甲\n更好：一样", "same"),
        ("Evidence: I like better A grades.\nBetter: B", "B"),
        ("Better: A", None),
        ("Evidence: x\nBetter: another", None),
        ("", None),
    ],
)
def test_choices_that_are_read(reply: str, choice: str | None) -> None:
    assert read_choice(reply) == choice
