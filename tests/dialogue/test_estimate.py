"""What was said before the start holds in the end."""

from pathlib import Path

import pytest

from tests.books import PRICE, StrictModel, calls
from tests.dialogue.cast import Studio, curious, learned, models, named, ordinary, plans, sides
from zishu_app.core.texts import Language
from zishu_app.dialogue.estimate import ANSWER, USER, estimate, length
from zishu_app.ledger.budget import Amount
from zishu_app.ledger.forecast import Estimate, add, spread


def talkers(language: Language, context: int, ends: tuple[int, int]) -> tuple[StrictModel, StrictModel]:
    """Two models whose messages have the lengths the estimate calls ordinary, from end to end of its range."""
    lengths = [(USER[ends[0]], USER[ends[1]]), (ANSWER[ends[0]], ANSWER[ends[1]])]
    sayings = (curious(language), learned(language, 30))
    return named(
        *(ordinary(language, say, *size) for say, size in zip(sayings, lengths, strict=True)), context=context
    )


@pytest.mark.parametrize("ends", [(0, 1), (0, 0), (1, 1)], ids=["mixed", "short", "long"])
@pytest.mark.parametrize(("context", "history"), [(32_768, 6000), (4000, 6000), (32_768, 1500)])
async def test_the_range_holds_what_a_run_of_ordinary_lengths_took(
    tmp_path: Path, ends: tuple[int, int], context: int, history: int
) -> None:
    who = sides(*talkers("zh", context, ends), PRICE, history=history)
    wanted = plans(1, rounds=(40, 40), noise=0.0)
    low, high = estimate(wanted, who)
    assert low.calls <= high.calls and low.amount.tokens < high.amount.tokens
    studio = Studio(tmp_path, who)
    await studio.plan(wanted)
    await studio.events()
    taken = studio.accounts.budget.spent
    assert low.calls <= len(calls(studio.store)) <= high.calls
    assert low.amount.tokens <= taken.tokens <= high.amount.tokens
    assert (low.amount.micros or 0) <= (taken.micros or 0) <= (high.amount.micros or 0)
    studio.close()


def test_money_follows_the_tokens() -> None:
    user, assistant = models("zh")
    low, high = estimate(plans(3), sides(user, assistant, PRICE))
    assert low.amount.micros is not None and high.amount.micros is not None
    assert low.amount.tokens < low.amount.micros < 2 * low.amount.tokens
    assert estimate(plans(3), sides(user, assistant))[0].amount.micros is None
    assert estimate([], sides(user, assistant, PRICE)) == (Estimate(), Estimate())


def test_length_is_that_of_the_dialogue_alone() -> None:
    user, assistant = models("zh")
    short, long = length(plans(1, rounds=(40, 40))[0], sides(user, assistant))
    assert 40 * 100 < short < long < 40 * 1000


def test_time_is_shared_by_those_at_work_and_bound_by_the_longest() -> None:
    work = (Estimate(100, Amount(1, 1)), Estimate(200, Amount(2, 2)))
    alone, together, bound = (
        spread(work, at_once, longest) for at_once, longest in ((1, 20), (10, 20), (100, 20))
    )
    assert alone[0].seconds == 150 and alone[1].seconds == 3000
    assert together[0].seconds == 30 and together[1].seconds == 300
    assert bound[1].seconds == 300 and alone[0].amount == Amount(1, 1)
    assert add(work, work)[1].calls == 400
