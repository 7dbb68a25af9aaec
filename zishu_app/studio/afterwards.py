"""What is done when she has answered, beside the talk: nobody waits for it, one exchange is done after the other."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from zishu_app.core.errors import ZishuError

log = logging.getLogger("zishu.companion")

#: seconds that what still goes on is given at the end
PATIENCE_S = 2.0


@dataclass
class Afterwards:
    """Work in a row, each piece of it on its own: one that fails is told in the log and stops no other."""

    _going: set["asyncio.Task[None]"] = field(default_factory=set)
    _one_by_one: asyncio.Lock = field(default_factory=asyncio.Lock)

    def do(self, *work: Callable[[], Awaitable[object]]) -> None:
        """Begin it; returns at once."""
        task = asyncio.ensure_future(self._do(work))
        self._going.add(task)
        task.add_done_callback(self._going.discard)

    async def done(self) -> None:
        """Wait for all of it: for tests, and for who wants to show what came of it."""
        while self._going:
            await asyncio.wait(self._going)

    async def close(self, patience: float = PATIENCE_S) -> None:
        """Wait a moment, then give up what is left."""
        if self._going:
            await asyncio.wait(self._going, timeout=patience)
        left = list(self._going)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def _do(self, work: tuple[Callable[[], Awaitable[object]], ...]) -> None:
        async with self._one_by_one:
            for one in work:
                try:
                    await one()
                except ZishuError as error:  # the next exchange makes up for it
                    log.info("after an answer: %s", error.message)
