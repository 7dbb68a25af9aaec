"""Time, as an opening: the scripted twin makes stamps and waits repeatable."""

import asyncio
import time
from datetime import datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """What rooms may know of time."""

    def now(self) -> datetime:
        """Local time without zone, as the files carry it."""

    def monotonic(self) -> float:
        """Seconds that only grow."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""


class SystemClock:
    """The real one."""

    def now(self) -> datetime:
        """Local time without zone, whole seconds."""
        return datetime.now().replace(microsecond=0)

    def monotonic(self) -> float:
        """Seconds that only grow."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


class ScriptedClock:
    """Stands still until it sleeps; a sleep passes at once and is remembered."""

    def __init__(self, start: datetime = datetime(2026, 1, 12, 16, 54, 4)) -> None:
        self._start = start
        self._passed = 0.0
        self.slept: list[float] = []

    def now(self) -> datetime:
        """Start plus what was slept, whole seconds."""
        return self._start.replace(microsecond=0) + timedelta(seconds=int(self._passed))

    def monotonic(self) -> float:
        """Seconds slept so far."""
        return self._passed

    async def sleep(self, seconds: float) -> None:
        """Pass `seconds` at once."""
        self.slept.append(seconds)
        self._passed += seconds
        await asyncio.sleep(0)
