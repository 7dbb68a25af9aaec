"""Many event streams as one."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")

#: events that may wait for a slow reader before the streams are held back
WAITING = 1024


@contextlib.asynccontextmanager
async def closing(stream: AsyncIterator[T]) -> AsyncIterator[AsyncIterator[T]]:
    """The stream, ended at once when it is left, and not whenever the garbage collector comes by."""
    try:
        yield stream
    finally:
        if isinstance(stream, AsyncGenerator):
            await stream.aclose()


async def aside(work: Generator[T]) -> AsyncIterator[T]:
    """What a plain generator makes, each step of it in a thread. Leaving the iterator ends it between two steps."""
    try:
        while True:
            step = asyncio.ensure_future(asyncio.to_thread(next, work, _OVER))
            try:
                event = await asyncio.shield(step)
            except asyncio.CancelledError:
                await asyncio.wait([step])  # a generator that runs cannot be closed
                if not step.cancelled():
                    step.exception()  # looked at, so that nobody misses it
                raise
            if isinstance(event, _End):
                return
            yield event
    finally:
        await asyncio.to_thread(work.close)


class _End:
    """Put after the last event."""


_OVER = _End()


async def merge(sources: Iterable[AsyncIterator[T]], at_once: int) -> AsyncIterator[T]:
    """Events of all streams as they come, `at_once` streams at a time, begun in their order.

    `sources` may be a generator: a stream is only taken when its turn comes. An error in one stream ends
    all of them and is raised; so does leaving the iterator.
    """
    events: asyncio.Queue[T | _End] = asyncio.Queue(WAITING)
    pile = iter(sources)
    workers = [asyncio.create_task(_drain(pile, events)) for _ in range(max(at_once, 1))]
    ending = asyncio.create_task(_end_after(workers, events))
    try:
        while not isinstance(event := await events.get(), _End):
            yield event
        for worker in workers:
            if worker.done():
                worker.result()
    finally:
        for task in (*workers, ending):
            task.cancel()
        await asyncio.gather(*workers, ending, return_exceptions=True)


async def _drain(pile: Iterator[AsyncIterator[T]], events: "asyncio.Queue[T | _End]") -> None:
    """Take one stream after another."""
    for source in pile:
        async with closing(source):
            async for event in source:
                await events.put(event)


async def _end_after(workers: list["asyncio.Task[None]"], events: "asyncio.Queue[T | _End]") -> None:
    """Say that it is over when all workers have ended, or with the first error."""
    await asyncio.wait(workers, return_when=asyncio.FIRST_EXCEPTION)
    await events.put(_End())
