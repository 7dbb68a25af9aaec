"""Agreement of judge and person: kappa by hand, over one criterion and all, of one model and of all together."""

import math
import random
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zishu_app.core.texts import set_language
from zishu_app.dataset.store import Samples
from zishu_app.review.agreement import (
    ALL,
    COMMON,
    PANEL,
    Agreement,
    Matrix,
    agreements,
    calibration,
    kappa,
    may_accept,
    spearman,
)

cells = st.lists(st.lists(st.integers(0, 9), min_size=5, max_size=5), min_size=5, max_size=5)


def matrix(*pairs: tuple[int, int]) -> Matrix:
    """Out of the person's and the judge's marks."""
    counts = [[0] * 5 for _ in range(5)]
    for person, judge in pairs:
        counts[person - 1][judge - 1] += 1
    return tuple(map(tuple, counts))


def test_kappa_by_hand() -> None:
    # always the same
    assert kappa(matrix((1, 1), (3, 3), (5, 5))) == 1
    # always the opposite end: apart 2 x 16, by chance (16 + 16) / 2 x 2 / 2 = 16 -> 1 - 32 / 16
    assert kappa(matrix((1, 5), (5, 1))) == -1
    # as chance would have it: rows and columns independent
    assert kappa(matrix((1, 1), (1, 5), (5, 1), (5, 5))) == 0
    # persons 1 2 3 4 5, judge 2 2 3 4 4: apart 1 + 1 = 2; by chance sum of (i - j)^2 over all 25 pairs / 5:
    # for j = 2 (twice): 1 + 0 + 1 + 4 + 9 = 15 -> 30; j = 3: 4 + 1 + 0 + 1 + 4 = 10; j = 4 (twice): 15 -> 30
    # together 70 / 5 = 14; kappa = 1 - 2 / 14
    assert kappa(matrix((1, 2), (2, 2), (3, 3), (4, 4), (5, 4))) == pytest.approx(1 - 2 / 14)
    # four marks of two kinds: apart 1; rows 3: 2, 4: 2; columns 3: 3, 4: 1; by chance (2 x 1 + 2 x 3) / 4 = 2
    assert kappa(matrix((3, 3), (3, 3), (4, 3), (4, 4))) == pytest.approx(0.5)


def test_kappa_says_nothing_where_there_is_nothing_to_say() -> None:
    assert kappa(matrix()) is None
    assert kappa(matrix(*[(4, 4)] * 90)) is None
    assert kappa(matrix(*[(4, 4)] * 90, (4, 3))) == 0, "the person gives one mark only: chance does as well"


def by_definition(counts: Matrix) -> float:
    """Observed and expected shares, each weighted with 1 - d^2 / 16: the other way to write it."""
    n = sum(map(sum, counts))
    rows = [sum(row) / n for row in counts]
    columns = [sum(row[j] for row in counts) / n for j in range(5)]
    weights = [[1 - (i - j) ** 2 / 16 for j in range(5)] for i in range(5)]
    seen = sum(weights[i][j] * counts[i][j] / n for i in range(5) for j in range(5))
    chance = sum(weights[i][j] * rows[i] * columns[j] for i in range(5) for j in range(5))
    return (seen - chance) / (1 - chance)


@given(cells)
def test_kappa_is_what_its_definition_says(counts: list[list[int]]) -> None:
    made = tuple(map(tuple, counts))
    found = kappa(made)
    if found is not None:
        assert found == pytest.approx(by_definition(made), abs=1e-9) and -1 - 1e-9 <= found <= 1
        turned = tuple(zip(*made, strict=True))
        assert kappa(turned) == pytest.approx(found), "who is asked first does not matter"
        backwards = tuple(row[::-1] for row in made[::-1])
        assert kappa(backwards) == pytest.approx(found)


def test_spearman_by_hand() -> None:
    assert spearman(matrix((1, 2), (3, 3), (5, 4))) == pytest.approx(1), "the same order"
    assert spearman(matrix((1, 5), (3, 3), (5, 1))) == pytest.approx(-1)
    # ranks 1, 2.5, 2.5, 4 against 2, 2, 2, 4; from their mean: sum of xy = 0.75 + 2.25, of x^2 = 4.5, of y^2 = 3
    assert spearman(matrix((1, 2), (2, 2), (2, 2), (5, 3))) == pytest.approx(3 / math.sqrt(4.5 * 3))
    assert spearman(matrix((1, 2), (3, 2))) is None and spearman(matrix()) is None


def test_the_figures_of_an_agreement() -> None:
    one = Agreement("a/b", "clear", matrix((3, 4), (3, 3), (5, 3), (1, 2)))
    assert (one.common, one.same, one.difference) == (4, 0.25, 0.0)
    assert one.matrix[2] == (0, 0, 1, 1, 0) and one.kappa is not None and one.spearman is not None
    nothing = Agreement("a/b", "clear", matrix())
    assert (nothing.common, nothing.same, nothing.difference, nothing.kappa) == (0, 0, 0, None)


Given = tuple[int, str, str, int, int, float]


async def rate(samples: Samples, *rows: Given) -> None:
    """(sample, who, criterion, version, score, weight)"""
    await samples.change(
        lambda connection: connection.executemany(
            "INSERT INTO ratings (sample, who, criterion, version, score, weight, evidence, at)"
            " VALUES (?, ?, ?, ?, ?, ?, '', 0)",
            rows,
        )
    )


async def found(samples: Samples, *judges: str) -> dict[tuple[str, str], Agreement]:
    with samples.reading() as connection:
        return {(one.who, one.criterion): one for one in agreements(connection, judges)}


async def test_only_marks_for_the_same_are_held_against_each_other(samples: Samples) -> None:
    await rate(
        samples,
        (1, "", "clear", 0, 4, 1),
        (1, "a/a", "clear", 0, 3, 1),  # in common
        (1, "a/a", "faithful", 0, 1, 1),  # another criterion
        (2, "", "clear", 1, 5, 1),
        (2, "a/a", "clear", 0, 5, 1),  # another version
        (3, "a/a", "clear", 0, 5, 1),  # the person has not seen it
        (4, "", "clear", 0, 5, 1),  # nor the judge this one
        (5, "", "clear", 0, 2, 1),
        (5, "b/b", "clear", 0, 2, 0),  # counts no more
    )
    told = await found(samples)
    assert set(told) == {("a/a", ALL), ("a/a", "clear"), (PANEL, ALL), (PANEL, "clear")}
    assert all(one.matrix == matrix((4, 3)) for one in told.values())


async def test_all_together_are_their_weighted_median_rounded_to_the_worse(samples: Samples) -> None:
    await rate(
        samples,
        (1, "", "clear", 0, 3, 1),
        (1, "a/a", "clear", 0, 2, 1),
        (1, "b/b", "clear", 0, 5, 1),  # 3.5: 3
        (2, "", "clear", 0, 5, 1),
        (2, "a/a", "clear", 0, 2, 1),
        (2, "b/b", "clear", 0, 5, 2),  # b weighs more: 5
        (2, "", "faithful", 0, 1, 1),
        (2, "b/b", "faithful", 0, 4, 2),  # the only one
    )
    told = await found(samples)
    assert told[PANEL, "clear"].matrix == matrix((3, 3), (5, 5))
    assert told[PANEL, ALL].matrix == matrix((3, 3), (5, 5), (1, 4))
    assert told["a/a", ALL].matrix == matrix((3, 2), (5, 2))
    assert told["b/b", ALL].matrix == matrix((3, 5), (5, 5), (1, 4))
    only = await found(samples, "a/a")
    assert {who for who, _ in only} == {"a/a", PANEL}
    assert only[PANEL, ALL].matrix == only["a/a", ALL].matrix


def of(pairs: list[tuple[int, int]], who: str = PANEL) -> list[Agreement]:
    return [Agreement(who, ALL, matrix(*pairs))]


GOOD = [(1, 1), (2, 2), (3, 3), (4, 4), (5, 5)] * 10


@pytest.mark.parametrize(
    ("pairs", "calibrated", "said"),
    [
        (GOOD, True, "50 marks in common, and kappa is 1.00"),
        (GOOD[:-1], False, "49 marks in common; it takes 50"),
        ([], False, "0 marks in common"),
        (GOOD[:1], False, "1 mark in common"),
        ([(4, 4)] * 80, False, "All marks are the same"),
        ([(1, 5), (5, 1)] * 40, False, "kappa is -1.00, below 0.6"),
        ([(1, 1), (5, 5), (1, 5), (5, 5), (1, 1)] * 20, True, "kappa is 0.6"),
        ([(3, 4), (4, 3), (3, 3), (4, 4)] * 20, False, "kappa is 0.00"),
    ],
)
def test_a_judge_is_calibrated_from_fifty_marks_and_kappa_on(
    pairs: list[tuple[int, int]], calibrated: bool, said: str
) -> None:
    made = calibration(of(pairs))
    assert made.calibrated == calibrated and said in made.reason and made.common == len(pairs)
    set_language("zh")
    assert calibration(of(pairs)).reason != made.reason


def test_each_judge_is_calibrated_by_itself() -> None:
    both = [*of(GOOD, "a/a"), *of([(1, 5), (5, 1)] * 40, "b/b")]
    assert calibration(both, "a/a").calibrated
    assert not calibration(both, "b/b").calibrated
    assert calibration(both, "c/c").common == 0


async def test_it_is_quick_with_a_hundred_thousand_marks(samples: Samples) -> None:
    dice = random.Random(1)
    rows: list[Any] = []
    for number in range(8_000):
        for criterion in ("faithful", "complete", "clear", "in_character"):
            mine = dice.randint(1, 5)
            rows.append((number, "", criterion, 0, mine, 1))
            for who in ("a/a", "b/b"):
                rows.append((number, who, criterion, 0, min(5, max(1, mine + dice.randint(-1, 1))), 1))
    await rate(samples, *rows)
    with samples.reading() as connection:
        began = time.perf_counter()
        made = may_accept(connection, ["a/a", "b/b"])
        assert time.perf_counter() - began < 3, "measured: a third of a second"
    assert made.calibrated and made.common == 32_000 > COMMON
