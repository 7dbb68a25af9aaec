"""Many event streams as one."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")

#: events that may wait for a slow reader before the streams are held back
WAITING = 1024


async def merge(sources: Iterable[AsyncIterator[T]], at_once: int) -> AsyncIterator[T]:
    """Events of all streams as they come, `at_once` streams at a time, begun in their order.

    `sources` may be a generator: a stream is only taken when its turn comes. An error in one stream ends
    all of them and is raised; so does leaving the iterator.
    """
    events: asyncio.Queue[T] = asyncio.Queue(WAITING)
    pile = iter(sources)
    workers = {asyncio.create_task(_drain(pile, events)) for _ in range(max(at_once, 1))}
    ending = asyncio.create_task(_all_of(workers))
    try:
        while not (ending.done() and events.empty()):
            event = asyncio.ensure_future(events.get())
            await asyncio.wait({event, ending}, return_when=asyncio.FIRST_COMPLETED)
            if event.done():
                yield event.result()
            else:
                event.cancel()
        ending.result()
    finally:
        for task in workers | {ending}:
            task.cancel()
        await asyncio.gather(*workers, ending, return_exceptions=True)


async def _drain(pile: Iterator[AsyncIterator[T]], events: asyncio.Queue[T]) -> None:
    """Take one stream after another."""
    for source in pile:
        async for event in source:
            await events.put(event)


async def _all_of(workers: set[asyncio.Task[None]]) -> None:
    """End when all workers have ended, or with the first error."""
    await asyncio.gather(*workers)
