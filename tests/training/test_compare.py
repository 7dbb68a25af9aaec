"""A blind comparison: nobody can see which brain is which, and what is preferred is counted and kept right."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zishu_app.core.texts import set_language
from zishu_app.dataset.preferences import preference_of
from zishu_app.dataset.sample import Sample
from zishu_app.training.compare import Blind, Result, blind, wilson

PROMPTS = [f"prompt {number}" for number in range(10)]


def made(seed: int = 7, count: int = 10) -> Blind:
    return blind(("old", "new"), PROMPTS[:count], [(f"old {n}", f"new {n}") for n in range(count)], seed)


def by_hand(one: Blind, prefer: str) -> Blind:
    """Somebody who always prefers the answers that begin so."""
    for place in range(len(one.order())):
        shown = one.shown(place)
        one = one.judged(place, "left" if shown.left.startswith(prefer) else "right")
    return one


@given(st.integers(0, 10_000))
def test_every_pair_is_shown_once_and_sides_do_not_change(seed: int) -> None:
    one = made(seed)
    shown = [one.shown(place) for place in range(10)]
    assert sorted(each.prompt for each in shown) == PROMPTS
    assert [each.number for each in shown] == list(range(1, 11))
    for each in shown:
        number = each.prompt.split()[1]
        assert {each.left, each.right} == {f"old {number}", f"new {number}"}
    assert [one.judged(0, "same").shown(place).left for place in range(10)] == [each.left for each in shown]


def test_sides_are_drawn() -> None:
    sides = [made(seed).swapped(0) for seed in range(400)]
    assert 160 < sum(sides) < 240
    assert 30 < sum(sum(made(seed).swapped(n) for n in range(10)) for seed in range(10)) < 70


@given(st.integers(0, 10_000), st.sampled_from(["old", "new"]))
def test_who_is_always_preferred_wins(seed: int, prefer: str) -> None:
    result = by_hand(made(seed), prefer).result()
    assert (result.former, result.latter) == ((10, 0) if prefer == "old" else (0, 10))
    assert result.better == ("former" if prefer == "old" else "latter")
    assert result.left == 0


def test_a_verdict_can_be_changed_and_taken_back() -> None:
    one = made()
    assert one.next_place() == 0
    judged = one.judged(0, "bad").judged(1, "same")
    assert (judged.result().bad, judged.result().same, judged.result().left) == (1, 1, 8)
    assert judged.next_place() == 2
    assert judged.shown(0).verdict == "bad"
    assert judged.judged(0, None).next_place() == 0
    assert one.verdicts == {}, "a step back is the one before"
    changed = judged.judged(0, "left")
    assert changed.result().decided == 1
    with pytest.raises(IndexError):
        one.shown(10)


def test_answers_that_do_not_differ_are_not_shown() -> None:
    one = blind(("old", "new"), PROMPTS[:3], [("a", "a "), ("b", "c"), ("", "d")], 1)
    assert len(one.order()) == 2
    assert one.result().alike == 1
    assert one.shown(0).total == 2
    assert by_hand(one, "zzz").next_place() is None


@given(st.integers(0, 60), st.integers(0, 60))
def test_the_interval_holds_the_share(won: int, lost: int) -> None:
    low, high = wilson(won, won + lost)
    assert 0 <= low <= high <= 1
    if won + lost:
        assert low - 1e-12 <= won / (won + lost) <= high + 1e-12
        other = wilson(lost, won + lost)
        assert (1 - other[1], 1 - other[0]) == pytest.approx((low, high))


def test_the_interval_is_wilsons() -> None:
    assert wilson(8, 10) == pytest.approx((0.541, 0.931), abs=0.002)
    assert wilson(0, 0) == (0, 1)


def test_a_result_in_words() -> None:
    assert Result(0, 0, 3, 1, 0, 0).told() == "No pair is decided yet."
    assert "not enough to say" in Result(4, 6, 0, 0, 0, 0).told()
    assert "The new one is better" in Result(1, 9, 0, 0, 0, 0).told()
    assert "The former one is better" in Result(9, 0, 0, 0, 0, 0).told()
    set_language("zh")
    assert "新的更好" in Result(1, 9, 0, 0, 0, 0).told()


def _sample(draft: Any) -> Sample:
    fields = {
        name: getattr(draft, name) for name in ("key", "kind", "language", "title", "messages", "provenance")
    }
    known = dict.fromkeys(Sample.__dataclass_fields__)
    return Sample(**(known | fields))


def test_decided_pairs_become_preferences() -> None:
    one = made(count=4)
    number = one.order()[0]
    judged = by_hand(one, "new").judged(1, "same").judged(2, "bad").judged(3, None)
    [draft] = list(judged.drafts("You are kind.", "en"))
    assert draft.kind == "correction"
    assert draft.provenance["brain"] == "new"
    assert [(said.role, said.loss) for said in draft.messages] == [
        ("system", False),
        ("user", False),
        ("assistant", True),
    ]
    preference = preference_of(_sample(draft))
    assert preference is not None
    assert preference["chosen"] == [{"role": "assistant", "content": f"new {number}"}]
    assert preference["rejected"] == [{"role": "assistant", "content": f"old {number}"}]
    [again] = list(judged.drafts("", "en"))
    assert (again.key, len(again.messages)) == (draft.key, 2)


def test_an_answer_that_says_nothing_teaches_nothing() -> None:
    one = blind(("old", "new"), ["p"], [("", "x")], 3)
    left_is_empty = one.shown(0).left == ""
    assert list(one.judged(0, "left" if left_is_empty else "right").drafts("", "en")) == []
