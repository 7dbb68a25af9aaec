"""Many streams as one: nothing lost, nothing left running."""

import asyncio
import threading
from collections.abc import AsyncIterator, Generator

import pytest

from zishu_app.core import streams
from zishu_app.core.streams import aside, closing, merge


class Sources:
    """Streams of (number, event) that note who began and who ended."""

    def __init__(self, events: int, *, failing: int | None = None) -> None:
        self.events, self.failing = events, failing
        self.begun: list[int] = []
        self.open: set[int] = set()
        self.most = 0

    async def one(self, number: int) -> AsyncIterator[tuple[int, int]]:
        self.begun.append(number)
        self.open.add(number)
        self.most = max(self.most, len(self.open))
        try:
            for event in range(self.events):
                await asyncio.sleep(0)
                if number == self.failing and event == self.events - 1:
                    raise LookupError(number)
                yield number, event
        finally:
            self.open.discard(number)


async def test_every_event_comes_once_and_each_stream_keeps_its_order() -> None:
    sources = Sources(50)
    got = [event async for event in merge((sources.one(n) for n in range(7)), 3)]
    assert sorted(got) == [(n, event) for n in range(7) for event in range(50)]
    for number in range(7):
        assert [event for n, event in got if n == number] == list(range(50))
    assert sources.most == 3 and sources.begun == list(range(7)) and not sources.open


@pytest.mark.parametrize("count", [0, 1])
async def test_no_stream_at_all_ends_at_once(count: int) -> None:
    sources = Sources(0)
    assert [event async for event in merge((sources.one(n) for n in range(count)), 4)] == []


async def test_an_error_comes_after_what_was_before_it_and_ends_all() -> None:
    sources, got = Sources(5, failing=1), []
    with pytest.raises(LookupError):
        async for event in merge((sources.one(n) for n in range(20)), 2):
            got.append(event)
    assert (1, 3) in got and not sources.open
    assert len(sources.begun) < 20


async def test_a_slow_reader_holds_the_streams_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "WAITING", 2)
    sources, got = Sources(30), []
    async for event in merge([sources.one(0), sources.one(1)], 2):
        got.append(event)
        await asyncio.sleep(0)
    assert len(got) == 60


@pytest.mark.parametrize("waiting", [1, 1024])
async def test_leaving_ends_every_stream_and_leaves_no_task(
    monkeypatch: pytest.MonkeyPatch, waiting: int
) -> None:
    monkeypatch.setattr(streams, "WAITING", waiting)
    sources = Sources(1000)
    async with closing(merge((sources.one(n) for n in range(9)), 4)) as events:
        async for _ in events:
            await asyncio.sleep(0)
            break
    assert not sources.open
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_cancelling_the_reader_leaves_no_task() -> None:
    sources = Sources(1)

    async def silent() -> AsyncIterator[tuple[int, int]]:
        await asyncio.sleep(60)
        yield 0, 0

    async def read() -> None:
        async for _ in merge([silent(), sources.one(1)], 2):
            continue

    task = asyncio.create_task(read())
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == {asyncio.current_task()}


class Steps:
    """A plain generator that notes where it runs and whether it was ended."""

    def __init__(self, events: int, *, failing: bool = False) -> None:
        self.events, self.failing = events, failing
        self.threads: set[int] = set()
        self.ended = False
        self.held = threading.Event()
        self.go = threading.Event()
        self.go.set()

    def run(self) -> Generator[int]:
        try:
            for event in range(self.events):
                self.threads.add(threading.get_ident())
                self.held.set()
                self.go.wait(10)
                if self.failing and event == self.events - 1:
                    raise LookupError(event)
                yield event
        finally:
            self.ended = True


async def test_steps_of_a_generator_run_aside_and_in_order() -> None:
    steps = Steps(20)
    assert [event async for event in aside(steps.run())] == list(range(20))
    assert steps.ended and threading.get_ident() not in steps.threads


async def test_an_error_of_a_step_is_raised_after_what_came_before() -> None:
    steps, got = Steps(3, failing=True), []
    with pytest.raises(LookupError):
        async for event in aside(steps.run()):
            got.append(event)
    assert got == [0, 1] and steps.ended


async def test_leaving_ends_the_generator() -> None:
    steps = Steps(1000)
    async with closing(aside(steps.run())) as events:
        async for event in events:
            if event == 3:
                break
    assert steps.ended


async def test_cancelled_in_a_step_the_step_is_finished_and_the_generator_ended() -> None:
    steps = Steps(1000)
    steps.go.clear()

    async def read() -> None:
        async with closing(aside(steps.run())) as events:
            async for _ in events:
                pass

    task = asyncio.create_task(read())
    await asyncio.to_thread(steps.held.wait, 10)
    task.cancel()
    await asyncio.sleep(0.01)
    assert not task.done() and not steps.ended
    steps.go.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert steps.ended
