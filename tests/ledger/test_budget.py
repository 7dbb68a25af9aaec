"""By our count the limit is never passed, whatever calls run beside each other."""

import asyncio
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zishu_app.core.errors import BudgetReached, PriceUnknown
from zishu_app.ledger.budget import Amount, Budget, Caps


@dataclass(frozen=True)
class Call:
    """A call to be: what it reserves, what it takes of it, how many steps of the loop it lasts, if it is left."""

    worst: int
    taken: int
    steps: int
    left: bool


CALLS = st.builds(
    lambda worst, share, steps, left: Call(worst, round(worst * share), steps, left),
    st.integers(1, 60),
    st.floats(0, 1),
    st.integers(0, 4),
    st.booleans(),
)


async def _make(budget: Budget, call: Call, seen: list[int]) -> str:
    try:
        reserved = await budget.reserve(Amount(call.worst, call.worst * 3))
    except BudgetReached:
        return "reached"
    taken = reserved
    try:
        for _ in range(call.steps):
            await asyncio.sleep(0)
        taken = Amount(call.taken, call.taken * 3)
        return "done"
    finally:
        budget.settle(reserved, taken)
        seen.append(budget.spent.tokens)


async def _all(calls: list[Call], caps: Caps) -> tuple[Budget, list[str], list[int]]:
    budget, seen = Budget(caps), list[int]()
    tasks = [asyncio.create_task(_make(budget, call, seen)) for call in calls]
    await asyncio.sleep(0)
    for task, call in zip(tasks, calls, strict=True):
        if call.left:
            task.cancel()
            await asyncio.sleep(0)
    async with asyncio.timeout(5):
        results = await asyncio.gather(*tasks, return_exceptions=True)
    return budget, [result if isinstance(result, str) else "left" for result in results], seen


@settings(max_examples=150, deadline=None)
@given(st.lists(CALLS, max_size=12), st.integers(1, 150), st.booleans())
def test_the_limit_is_never_passed_and_nobody_waits_for_ever(
    calls: list[Call], cap: int, money: bool
) -> None:
    caps = Caps(micros=cap * 3) if money else Caps(tokens=cap)
    budget, results, seen = asyncio.run(_all(calls, caps))
    assert all(spent <= cap for spent in seen)
    assert budget.spent.tokens == (seen[-1] if seen else 0)
    # what was reserved is free again: the rest of the limit can be spent to the last token
    rest = cap - budget.spent.tokens
    if rest:
        asyncio.run(budget.reserve(Amount(rest, rest * 3)))
    with pytest.raises(BudgetReached):
        asyncio.run(Budget(caps, budget.spent).reserve(Amount(rest + 1, rest * 3 + 3)))
    assert len(results) == len(calls)


async def test_it_waits_while_a_call_in_flight_may_leave_enough() -> None:
    budget = Budget(Caps(tokens=100))
    first = await budget.reserve(Amount(80))
    second = asyncio.create_task(budget.reserve(Amount(60)))
    await asyncio.sleep(0)
    assert not second.done()
    budget.settle(first, Amount(30))
    assert await second == Amount(60)


async def test_who_waits_is_told_when_it_cannot_be_any_more() -> None:
    budget = Budget(Caps(tokens=100))
    first = await budget.reserve(Amount(80))
    second = asyncio.create_task(budget.reserve(Amount(60)))
    await asyncio.sleep(0)
    budget.settle(first, Amount(80))
    with pytest.raises(BudgetReached) as caught:
        await second
    assert "80" in caught.value.message and "100" in caught.value.message and "go on" in caught.value.hint


async def test_what_can_never_fit_does_not_wait() -> None:
    budget = Budget(Caps(tokens=100), Amount(50))
    await budget.reserve(Amount(10))
    with pytest.raises(BudgetReached):
        await asyncio.wait_for(budget.reserve(Amount(51)), 1)


async def test_a_waiter_that_is_cancelled_leaves_its_place_to_the_next() -> None:
    budget = Budget(Caps(tokens=100))
    first = await budget.reserve(Amount(100))
    given_up, next_one = (asyncio.create_task(budget.reserve(Amount(100))) for _ in range(2))
    await asyncio.sleep(0)
    budget.settle(first, Amount(0))
    given_up.cancel()  # woken and cancelled in the same moment
    assert await asyncio.wait_for(next_one, 1) == Amount(100)


async def test_no_limit_lets_everything_pass() -> None:
    budget = Budget(Caps())
    await budget.reserve(Amount(10**12, None))
    budget.settle(Amount(10**12, None), Amount(5, None))
    assert budget.spent == Amount(5, None)


def test_money_that_nobody_knows_cannot_be_limited() -> None:
    """A run begun with an unpriced model and continued with a limit in money."""
    with pytest.raises(PriceUnknown) as caught:
        Budget(Caps(micros=1_000_000, currency="CNY"), Amount(500, None))
    assert "--max-total-tokens" in caught.value.hint
