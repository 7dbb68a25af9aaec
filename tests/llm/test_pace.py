import asyncio
from collections.abc import Awaitable

import pytest

from zishu_app.core.clock import ScriptedClock
from zishu_app.llm.pace import Pace


async def settle() -> None:
    """Let every task go as far as it can."""
    for _ in range(20):
        await asyncio.sleep(0)


class Callers:
    """Tasks that wait for a turn, and the order in which they got one."""

    def __init__(self, pace: Pace) -> None:
        self.pace = pace
        self.order: list[int] = []
        self.tasks: list[asyncio.Task[None]] = []

    async def come(self, count: int) -> None:
        for _ in range(count):
            self.tasks.append(asyncio.create_task(self._wait(len(self.tasks))))
        await settle()

    async def _wait(self, number: int) -> None:
        await self.pace.start()
        self.order.append(number)


class HeldClock(ScriptedClock):
    """Sleeps until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.go = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        await self.go.wait()
        await super().sleep(seconds)


async def soon(waiting: Awaitable[None]) -> None:
    await asyncio.wait_for(waiting, 1)


async def test_limit_holds_and_turns_come_in_order() -> None:
    pace = Pace(2)
    callers = Callers(pace)
    await callers.come(5)
    assert callers.order == [0, 1] and (pace.running, pace.waiting) == (2, 3)
    pace.end()
    await settle()
    assert callers.order == [0, 1, 2]
    pace.end()
    pace.end()
    await settle()
    assert callers.order == [0, 1, 2, 3, 4] and pace.waiting == 0


async def test_who_comes_later_does_not_overtake() -> None:
    pace = Pace(1)
    callers = Callers(pace)
    await callers.come(2)
    pace.end()
    # the turn is free now, but number 1 has been waiting for it
    await callers.come(1)
    assert callers.order == [0, 1]


async def test_turn_is_given_back_on_errors() -> None:
    pace = Pace(1)
    with pytest.raises(ValueError, match="x"):
        async with pace.turn():
            assert pace.running == 1
            raise ValueError("x")
    assert pace.running == 0


async def test_burst_lowers_the_limit_once() -> None:
    clock = ScriptedClock()
    pace = Pace(16, clock=clock)
    for _ in range(5):
        pace.limited()
    assert pace.limit == 12 and pace.cooling == 2.0
    await clock.sleep(2)
    pace.limited()
    assert pace.limit == 9


async def test_limit_does_not_fall_below_one() -> None:
    clock = ScriptedClock()
    pace = Pace(2, clock=clock)
    for _ in range(4):
        pace.limited()
        await clock.sleep(5)
    assert pace.limit == 1


async def test_no_new_call_starts_during_the_cooldown() -> None:
    clock = HeldClock()
    pace = Pace(8, clock=clock)
    pace.limited(5.0)
    callers = Callers(pace)
    await callers.come(3)
    assert callers.order == [] and pace.cooling == 5
    clock.go.set()
    await settle()
    assert callers.order == [0, 1, 2] and clock.slept == [5.0]


async def test_longer_wait_within_a_burst_counts() -> None:
    clock = ScriptedClock()
    pace = Pace(8, clock=clock)
    pace.limited(3)
    pace.limited(10)
    pace.limited(1)
    assert pace.cooling == 10 and pace.limit == 6


async def test_cooldown_that_begins_while_one_waits_for_room_holds() -> None:
    clock = HeldClock()
    pace = Pace(1, clock=clock)
    callers = Callers(pace)
    await callers.come(2)
    pace.limited()
    pace.end()
    await settle()
    assert callers.order == [0]
    clock.go.set()
    await settle()
    assert callers.order == [0, 1]


async def test_25_answers_raise_the_limit_by_one_up_to_the_most() -> None:
    pace = Pace(2, 4)
    for _ in range(24):
        pace.succeeded()
    assert pace.limit == 2
    pace.succeeded()
    assert pace.limit == 3
    for _ in range(100):
        pace.succeeded()
    assert pace.limit == 4


async def test_limit_grows_back_after_a_burst_but_not_above_its_start() -> None:
    clock = ScriptedClock()
    pace = Pace(4, clock=clock)
    for _ in range(20):
        pace.succeeded()
    pace.limited()
    assert pace.limit == 3
    for _ in range(24):
        pace.succeeded()
    assert pace.limit == 3
    for _ in range(60):
        pace.succeeded()
    assert pace.limit == 4


async def test_growth_lets_one_more_in() -> None:
    pace = Pace(1, 2)
    callers = Callers(pace)
    await callers.come(2)
    for _ in range(25):
        pace.succeeded()
    await settle()
    assert callers.order == [0, 1]


async def test_lowered_limit_lets_running_calls_end_first() -> None:
    clock = ScriptedClock()
    pace = Pace(4, clock=clock)
    callers = Callers(pace)
    await callers.come(5)
    pace.limited()
    await clock.sleep(2)
    pace.end()
    await settle()
    assert callers.order == [0, 1, 2, 3] and pace.running == 3
    pace.end()
    await settle()
    assert callers.order == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("leaving", [1, 2, 3])
async def test_cancelled_waiter_loses_nothing_and_holds_up_nobody(leaving: int) -> None:
    pace = Pace(1)
    callers = Callers(pace)
    await callers.come(4)
    callers.tasks[leaving].cancel()
    await settle()
    for _ in range(3):
        pace.end()
        await settle()
    assert callers.order == [n for n in range(4) if n != leaving]
    assert (pace.running, pace.waiting) == (0, 0)


async def test_cancelled_in_the_moment_its_turn_comes() -> None:
    pace = Pace(1)
    callers = Callers(pace)
    await callers.come(3)
    pace.end()
    callers.tasks[1].cancel()
    await settle()
    running = pace.running
    assert running == 1, "the turn goes to 1 before it hears of it, or on to 2, but it is not lost"
    assert callers.order in ([0, 2], [0, 1])


async def test_cancelled_during_the_cooldown() -> None:
    clock = HeldClock()
    pace = Pace(2, clock=clock)
    pace.limited()
    callers = Callers(pace)
    await callers.come(2)
    callers.tasks[0].cancel()
    await settle()
    clock.go.set()
    await settle()
    assert callers.order == [1]


async def test_everything_gets_through_under_pressure() -> None:
    clock = ScriptedClock()
    pace = Pace(4, 8, clock)
    most = 0

    async def call(number: int) -> None:
        nonlocal most
        async with pace.turn():
            most = max(most, pace.running)
            await asyncio.sleep(0)
            if number % 40 == 0:
                pace.limited()
            else:
                pace.succeeded()

    async with asyncio.timeout(5):
        await asyncio.gather(*(call(number) for number in range(500)))
    assert pace.running == pace.waiting == 0 and 1 < most <= 8
