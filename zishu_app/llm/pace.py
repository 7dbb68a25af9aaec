"""How many calls run at once at one endpoint: as many as it takes, found by trying (AIMD).

A burst of 429 answers lowers the limit once, to three quarters, and no new call starts until the cooldown is
over; 25 good answers raise it by one. Calls start in the order they came. Source: NeMo Data Designer.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from zishu_app.core.clock import Clock, SystemClock

#: good answers after which one more call may run
SUCCESSES_TO_GROW = 25
SHRINK = 0.75
#: seconds without new calls after a 429 that names no time
COOLDOWN = 2.0


class Pace:
    """The limit of one endpoint, shared by everything that calls it. One event loop."""

    def __init__(self, start: int, most: int | None = None, clock: Clock | None = None) -> None:
        self.limit = max(1, start)
        self.most = max(self.limit, most or 0)
        self.running = 0
        self._clock = clock or SystemClock()
        self._door = asyncio.Lock()
        self._queued = 0
        self._room = asyncio.Event()
        self._resume_at = self._clock.monotonic()
        self._successes = 0

    @property
    def waiting(self) -> int:
        """Calls that wait for their turn."""
        return self._queued

    @property
    def cooling(self) -> float:
        """Seconds until new calls may start again."""
        return max(0.0, self._resume_at - self._clock.monotonic())

    @contextlib.asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a turn and hold it."""
        await self.start()
        try:
            yield
        finally:
            self.end()

    async def start(self) -> None:
        """Wait for a turn; each must be given back by `end`."""
        if not self._queued and self.running < self.limit and not self.cooling:
            self.running += 1
            return
        self._queued += 1
        try:
            # the lock is a queue: its holder is the first in line and the only one who looks
            async with self._door:
                await self._first_in_line()
                self.running += 1
        finally:
            self._queued -= 1

    def end(self) -> None:
        """Give a turn back."""
        self.running -= 1
        self._room.set()

    def succeeded(self) -> None:
        """A call was answered."""
        self._successes += 1
        if self._successes >= SUCCESSES_TO_GROW:
            self._successes = 0
            if self.limit < self.most:
                self.limit += 1
                self._room.set()

    def limited(self, wait: float | None = None) -> None:
        """A call was answered 429; `wait`: seconds the endpoint asked for."""
        self._successes = 0
        burst = self.cooling > 0
        if not burst:
            self.limit = max(1, int(self.limit * SHRINK))
        self._resume_at = max(self._resume_at, self._clock.monotonic() + (wait or COOLDOWN))

    async def _first_in_line(self) -> None:
        while True:
            if pause := self.cooling:
                await self._clock.sleep(pause)
            elif self.running < self.limit:
                return
            else:
                self._room.clear()
                await self._room.wait()
