"""What a version would hold if it were frozen now: samples on each side, and leaks that would be left out."""

import asyncio
from collections.abc import AsyncIterator, Generator, Mapping
from dataclasses import dataclass
from pathlib import Path

from zishu_app.core.streams import aside, closing
from zishu_app.dataset.freeze import earlier_of
from zishu_app.dataset.making import Freezing, Making, Options
from zishu_app.dataset.split import Split
from zishu_app.dataset.store import Samples


@dataclass(frozen=True, slots=True)
class Foreseen:
    """The ending: as it would be."""

    samples: Mapping[Split, int]
    #: samples that would be left out of training because they are kept for evaluation: "exact", "near"
    left_out: Mapping[str, int]


async def foresee(
    samples: Samples, folder: Path, options: Options, stop: asyncio.Event
) -> AsyncIterator[Freezing | Foreseen]:
    """The first two steps of freezing, of which nothing is written. Ends with Foreseen, or with nothing once `stop` is set.

    Raises DataError where there is nothing to freeze, or all of it would be left out.
    """
    async with closing(aside(_foresee(samples, folder, options))) as events:
        async for event in events:
            if stop.is_set():
                return
            yield event


def _foresee(samples: Samples, folder: Path, options: Options) -> Generator[Freezing | Foreseen]:
    with samples.reading() as connection:
        making = Making(connection, folder, options)
        yield from making.read(earlier_of(folder, options.seed))
        yield from making.compare()
        yield Foreseen(*making.expected())
