"""Samples that say the same in other words: embedded, compared, grouped around the best."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Sequence
from dataclasses import dataclass

from zishu_app.core.streams import aside, closing
from zishu_app.dataset.likeness.compared import Compared, compared
from zishu_app.dataset.likeness.groups import Group, Parts, around_the_best, best_first
from zishu_app.dataset.likeness.meanings import MOST, Meanings
from zishu_app.dataset.likeness.search import Searching
from zishu_app.dataset.store import Samples

#: texts in, a vector for each out
Embed = Callable[[Sequence[str]], Awaitable[Sequence[Sequence[float]]]]

#: texts embedded at once, and characters of each
TOGETHER, LONGEST = 64, 2_000


@dataclass(frozen=True, slots=True)
class Alike:
    """The end of a search by meaning."""

    groups: list[Group]
    #: samples that were not looked at: there are more than can be compared
    left_out: int


async def alike(
    samples: Samples, ids: Sequence[int], threshold: float, embed: Embed, stop: asyncio.Event
) -> AsyncIterator[Searching | Alike]:
    """Groups among these samples, the newest of them where there are more than `MOST`. The last event is `Alike`.

    Samples distilled from one source are not compared, see likeness/compared.
    """
    newest = sorted(ids)[-MOST:]
    meanings, read = Meanings(), list[Compared]()
    for begin in range(0, len(newest), TOGETHER):
        if stop.is_set():
            break
        part = await asyncio.to_thread(_read, samples, newest[begin : begin + TOGETHER])
        if part:
            meanings.add(await embed([f"{one.question}\n{one.answer}"[:LONGEST].strip() for one in part]))
            read += part
        yield Searching("embed", begin + TOGETHER, max(len(newest), begin + TOGETHER))
    async with closing(aside(_grouped(samples, read, meanings, threshold, stop))) as events:
        async for event in events:
            yield event if isinstance(event, Searching) else Alike(event, len(ids) - len(newest))


def _read(samples: Samples, ids: Sequence[int]) -> list[Compared]:
    with samples.reading() as connection:
        return compared(connection, ids)


def _grouped(
    samples: Samples, read: Sequence[Compared], meanings: Meanings, threshold: float, stop: asyncio.Event
) -> Generator[Searching | list[Group]]:
    places = {one.id: place for place, one in enumerate(read)}

    def likeness(one: int, other: int) -> float:
        first, second = read[places[one]], read[places[other]]
        if first.source and first.source == second.source:
            return 0.0
        cosine = min(meanings.cosine(places[one], places[other]), 1.0)
        return cosine if cosine >= threshold else 0.0

    parts = Parts()
    for done, pairs in meanings.pairs(threshold):
        for one, other in pairs:
            if likeness(read[one].id, read[other].id):
                parts.join(read[one].id, read[other].id)
        yield Searching("meanings", done, len(read))
        if stop.is_set():
            break
    with samples.reading() as connection:
        hanging = [best_first(connection, part) for part in parts.all()]
    yield [group for ids in hanging for group in around_the_best(ids, {}, likeness, "alike")]
