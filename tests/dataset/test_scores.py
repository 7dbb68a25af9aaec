"""What the marks of judges come to: a median, how far they are apart, a place in the queue; and when they change."""

import statistics
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zishu_app.core.clock import ScriptedClock
from zishu_app.dataset import acts
from zishu_app.dataset.fields import Change
from zishu_app.dataset.find import count, ids_of, page
from zishu_app.dataset.sample import Draft, fingerprint, message
from zishu_app.dataset.scores import (
    ACCEPT_FROM,
    Mark,
    Marked,
    Score,
    by_person,
    disagreement,
    information,
    keep_marks,
    marks_of,
    priority,
    score_at,
    score_of,
    weighted_median,
)
from zishu_app.dataset.store import Samples, add, get
from zishu_app.dataset.versions import new_version
from zishu_app.dataset.wanted import Filter

marks = st.floats(1, 5, allow_nan=False)
weights = st.floats(0.01, 100, allow_nan=False)
pairs = st.lists(st.tuples(marks, weights), min_size=1, max_size=8)
CLOCK = ScriptedClock()


@pytest.mark.parametrize(
    ("values", "median"),
    [
        ([(3, 1)], 3),
        ([(2, 1), (4, 1)], 3),
        ([(2, 1), (4, 2)], 4),
        ([(2, 2), (4, 1)], 2),
        ([(1, 1), (2, 1), (5, 1)], 2),
        ([(1, 1), (2, 1), (5, 2)], 3.5),  # half the weight on each side
        ([(5, 0.1), (1, 0.1), (3, 0.2)], 3),
    ],
)
def test_the_weighted_median_by_hand(values: list[tuple[float, float]], median: float) -> None:
    assert weighted_median(values) == median


@given(pairs)
def test_a_median_lies_among_its_values_whatever_their_order(values: list[tuple[float, float]]) -> None:
    found = weighted_median(values)
    assert min(values)[0] <= found <= max(values)[0]
    assert weighted_median(list(reversed(values))) == found


@given(st.lists(marks, min_size=1, max_size=9))
def test_with_equal_weights_it_is_the_median(values: list[float]) -> None:
    assert weighted_median([(value, 2.5) for value in values]) == pytest.approx(statistics.median(values))


@given(pairs)
def test_half_the_weight_at_most_lies_beyond_it(values: list[tuple[float, float]]) -> None:
    found, whole = weighted_median(values), sum(weight for _, weight in values)
    below = sum(weight for value, weight in values if value < found)
    above = sum(weight for value, weight in values if value > found)
    assert max(below, above) <= whole / 2 * (1 + 1e-9)


def test_with_one_judge_nobody_is_apart() -> None:
    assert score_of([(3.5, 1)]) == Score(3.5, None)
    assert score_of([(3.5, 1), (3.5, 1)]) == Score(3.5, 0)
    assert score_of([(1, 1), (3, 5), (4.5, 1)]) == Score(3, 3.5)
    assert score_of([]) == Score(None, None)


def test_a_decision_is_most_open_where_it_tips() -> None:
    assert information(ACCEPT_FROM) == 1
    assert [round(information(score), 2) for score in (5.0, 3.5, 3.0, 1.0)] == [0.42, 0.79, 0.42, 0.01]


@given(marks, marks)
def test_the_nearer_to_acceptance_the_more_a_decision_tells(one: float, other: float) -> None:
    near, far = sorted((one, other), key=lambda score: abs(score - ACCEPT_FROM))
    assert 0 < information(far) <= information(near) + 1e-12 <= 1 + 1e-11


@given(st.floats(0, 4), st.floats(0, 4))
def test_the_further_apart_the_judges_the_sooner(one: float, other: float) -> None:
    near, far = sorted((one, other))
    assert 0 < disagreement(near) <= disagreement(far) <= 1
    assert disagreement(0) < disagreement(None) < disagreement(2)


def test_priority_is_their_product_and_nothing_where_a_person_decided() -> None:
    assert priority(Score(4.0, 4.0), decided=False) == 1
    assert priority(Score(3.5, 1.0), decided=False) == pytest.approx(1.5 / 4.5 * information(3.5))
    assert priority(Score(4.0, 4.0), decided=True) == 0
    assert priority(Score(None, None), decided=False) == 0


@pytest.mark.parametrize(
    ("verdict", "reviewer", "person"),
    [
        ("pending", "", False),
        ("accepted", "me", True),
        ("rejected", "", True),
        ("accepted", "judge: a/b", False),
    ],
)
def test_a_judge_is_no_person(verdict: Any, reviewer: str, person: bool) -> None:
    assert by_person(verdict, reviewer) == person


async def sample(samples: Samples) -> int:
    said = (message("user", "a question"), message("assistant", "an answer"))
    made = Draft(fingerprint("one"), "dialogue", "en", "one", said)
    return (await add(samples, [made], 1))[0] or 0


async def give(
    samples: Samples, number: int, who: str, *scores: int, panel: Sequence[str] = ("a", "b"), version: int = 0
) -> Score:
    given_now = tuple(Mark(f"criterion {n}", score, "because") for n, score in enumerate(scores))
    marked = Marked(who, 2.0 if who == "b" else 1.0, version, given_now)
    return await samples.change(lambda connection: keep_marks(connection, number, marked, panel, 9))


def columns(samples: Samples, number: int) -> tuple[Any, ...]:
    return tuple(samples.read("SELECT score, spread, priority FROM samples WHERE id = ?", (number,))[0])


async def test_marks_are_kept_and_the_sample_is_scored(samples: Samples) -> None:
    number = await sample(samples)
    assert await give(samples, number, "a", 2, 4) == Score(3, None)
    assert await give(samples, number, "b", 5, 5) == Score(5, 2)  # b weighs twice as much
    assert columns(samples, number) == (5, 2, priority(Score(5, 2), decided=False))
    with samples.reading() as connection:
        found = marks_of(connection, number, 0)
    assert [(one.who, one.weight, one.mean) for one in found] == [("a", 1, 3), ("b", 2, 5)]
    assert found[0].marks[1] == Mark("criterion 1", 4, "because")


async def test_judged_again_the_new_marks_stand_for_the_old_ones(samples: Samples) -> None:
    number = await sample(samples)
    await give(samples, number, "a", 2, 4, 1)
    assert await give(samples, number, "a", 5, 5) == Score(5, None)
    assert len(samples.read("SELECT * FROM ratings")) == 2


async def test_who_has_left_the_panel_counts_no_more_and_comes_back(samples: Samples) -> None:
    number = await sample(samples)
    await give(samples, number, "a", 1)
    await give(samples, number, "b", 5)
    assert await give(samples, number, "b", 5, panel=("b",)) == Score(5, None)
    assert len(samples.read("SELECT * FROM ratings WHERE who = 'a' AND weight = 0")) == 1
    assert await give(samples, number, "a", 1) == Score(5, 4)


async def test_a_persons_marks_are_left_alone(samples: Samples) -> None:
    number = await sample(samples)
    await acts.do(samples, "rate", [Change(number, "rating:clear", 4)], "me", CLOCK)
    await give(samples, number, "a", 2)
    assert columns(samples, number)[:2] == (2, None)
    (mine,) = samples.read("SELECT score, weight FROM ratings WHERE who = ''")
    assert tuple(mine) == (4, 1)


async def test_another_version_has_a_score_of_its_own(samples: Samples) -> None:
    number = await sample(samples)
    await give(samples, number, "a", 2)
    said = (message("user", "a question"), message("assistant", "a better answer"))

    def edit(connection: Any) -> None:
        change = new_version(connection, number, said, "edit", ("me", 2))
        acts.record(connection, "edit", [change], ("me", 2), {})

    await samples.change(edit)
    assert columns(samples, number) == (None, None, 0), "nobody has judged this one"
    assert await give(samples, number, "a", 5, version=1) == Score(5, None)
    assert columns(samples, number)[0] == 5
    assert [part async for part in acts.undo(samples)][-1].finished
    assert columns(samples, number) == (2, None, priority(Score(2, None), decided=False))
    assert await give(samples, number, "b", 4, version=1) == Score(4, 1), "of the version that was judged"
    assert columns(samples, number)[0] == 2, "that is not in force"
    assert [part async for part in acts.redo(samples)][-1].finished
    assert columns(samples, number)[:2] == (4, 1)
    with samples.reading() as connection:
        assert score_at(connection, number, 0) == Score(2, None)


async def test_what_is_decided_leaves_the_queue_and_comes_back_to_it(samples: Samples) -> None:
    number = await sample(samples)
    await give(samples, number, "a", 4)
    queued = columns(samples, number)[2]
    assert queued > 0
    await acts.do(samples, "accept", [acts.verdict(number, "accepted", "", ("me", 1))], "me", CLOCK)
    assert columns(samples, number)[2] == 0
    await give(samples, number, "b", 5)
    assert columns(samples, number)[2] == 0
    _ = [part async for part in acts.undo(samples)]
    assert columns(samples, number)[2] > 0
    by_judge = acts.verdict(number, "accepted", "", ("judge: a", 1))
    await acts.do(samples, "accept", [by_judge], "judge: a", CLOCK)
    assert columns(samples, number)[2] > 0, "a person may still look at it"
    with samples.reading() as connection:
        found = get(connection, number)
    assert found is not None and found.score == 5 and found.spread == 1


async def test_samples_are_found_by_who_judged_them(samples: Samples) -> None:
    numbers = [
        (await add(samples, [Draft(fingerprint(n), "dialogue", "en", "one", (message("user", "q"),))], 1))[0]
        or 0
        for n in range(4)
    ]
    only_a, both, left, nobody = numbers
    await give(samples, only_a, "a", 5)
    await give(samples, both, "a", 5)
    await give(samples, both, "b", 5)
    await give(samples, left, "b", 5)
    await give(samples, left, "a", 5, panel=("a",))
    await acts.do(samples, "rate", [Change(only_a, "rating:clear", 4)], "me", CLOCK)
    with samples.reading() as connection:

        def found(*judges: str) -> list[int]:
            wanted = Filter(judged_by=judges)
            numbers = ids_of(connection, wanted)
            assert count(connection, wanted).n == len(numbers)
            assert [row.id for row in page(connection, wanted, "oldest")] == numbers
            return numbers

        assert found("a") == [only_a, left]
        assert found("a", "b") == [only_a, both, left]
        assert found("c") == []
        assert found() == sorted(numbers) and nobody in numbers
