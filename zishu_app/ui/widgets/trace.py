"""A long row of measured values, kept so that a picture of it costs as much as the picture is wide, however long it is.

Beside the values themselves lie the least and the greatest of every 4, 16, 64 ... of them, kept up as values come: of
100 000 points a picture of 600 pixels reads some hundred buckets, and no spike is lost. Knows no Qt.
"""

import math
from array import array
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field

#: values of the level below in a bucket
EACH = 4
#: values of a smooth line that count as they are
FEW = 8


@dataclass(frozen=True, slots=True)
class Bucket:
    """Values beside each other: from which step to which, the least and the greatest. No finite one: `low` > `high`."""

    first: int
    last: int
    low: float
    high: float


@dataclass(slots=True)
class _Level:
    lows: "array[float]" = field(default_factory=lambda: array("d"))
    highs: "array[float]" = field(default_factory=lambda: array("d"))


class Trace:
    """Values in the order of their steps. A step that comes again takes back everything from there on: a training that
    goes on from a checkpoint does some steps twice, and the later ones count.
    """

    def __init__(self) -> None:
        self._steps = array("q")
        self._values = array("d")
        self._levels: list[_Level] = []
        #: steps whose value is no number: a loss that has diverged
        self.broken: list[int] = []
        #: changes with every change
        self.changes = 0

    def __len__(self) -> int:
        return len(self._steps)

    @property
    def last(self) -> float | None:
        """The newest value."""
        return self._values[-1] if self._values else None

    @property
    def first_step(self) -> int | None:
        """The step of the oldest value."""
        return self._steps[0] if self._steps else None

    @property
    def last_step(self) -> int | None:
        """The step of the newest value."""
        return self._steps[-1] if self._steps else None

    def put(self, step: int, value: float) -> None:
        """A value at a step."""
        if self._steps and step <= self._steps[-1]:
            self.cut(step)
        self._steps.append(step)
        self._values.append(value)
        self._count(len(self._steps) - 1)
        self.changes += 1

    def cut(self, step: int) -> None:
        """Take back everything from `step` on."""
        place = bisect_left(self._steps, step)
        if place == len(self._steps):
            return
        del self._steps[place:], self._values[place:]
        self._levels, self.broken = [], []
        for number in range(place):
            self._count(number)
        self.changes += 1

    def near(self, step: float) -> tuple[int, float] | None:
        """The step nearest to one, and its value."""
        if not self._steps:
            return None
        place = bisect_left(self._steps, step)
        around = [one for one in (place - 1, place) if 0 <= one < len(self._steps)]
        best = min(around, key=lambda one: abs(self._steps[one] - step))
        return self._steps[best], self._values[best]

    def at(self, step: int) -> float | None:
        """The value at a step."""
        place = bisect_left(self._steps, step)
        there = place < len(self._steps) and self._steps[place] == step
        return self._values[place] if there else None

    def next_to(self, step: int, by: int) -> int | None:
        """The step that comes `by` values after one (before: negative), at most the first or last one."""
        if not self._steps:
            return None
        place = bisect_left(self._steps, step)
        return self._steps[min(max(place + by, 0), len(self._steps) - 1)]

    def buckets(self, first: float, last: float, most: int) -> list[Bucket]:
        """At most `most` buckets with all values from one step to another, and a few beside them at both ends."""
        start = max(bisect_left(self._steps, first) - 1, 0)
        stop = min(bisect_right(self._steps, last) + 1, len(self._steps))
        level, wide = 0, 1
        while (stop - start) / wide > max(most, 1) and level < len(self._levels):
            level, wide = level + 1, wide * EACH
        return [self._bucket(level, wide, one) for one in range(start // wide, -(-stop // wide))]

    def _bucket(self, level: int, wide: int, number: int) -> Bucket:
        left, right = number * wide, min((number + 1) * wide, len(self._steps)) - 1
        if level == 0:
            value = self._values[number]
            lies = math.isfinite(value)
            low, high = (value, value) if lies else (math.inf, -math.inf)
        else:
            low, high = self._levels[level - 1].lows[number], self._levels[level - 1].highs[number]
        return Bucket(self._steps[left], self._steps[right], low, high)

    def _count(self, number: int) -> None:
        """Keep the levels up with value `number`, which is the newest."""
        value = self._values[number]
        lies = math.isfinite(value)
        low, high = (value, value) if lies else (math.inf, -math.inf)
        if not lies:
            self.broken.append(self._steps[number])
        wide, level = EACH, 0
        while number + 1 >= wide:
            if level == len(self._levels):
                self._levels.append(self._level(wide, number + 1))
            else:
                self._join(self._levels[level], number // wide, low, high)
            wide, level = wide * EACH, level + 1

    def _join(self, level: _Level, bucket: int, low: float, high: float) -> None:
        if bucket == len(level.lows):
            level.lows.append(low)
            level.highs.append(high)
        else:
            level.lows[bucket] = min(level.lows[bucket], low)
            level.highs[bucket] = max(level.highs[bucket], high)

    def _level(self, wide: int, count: int) -> _Level:
        """A level that is begun: over the first `count` values."""
        level = _Level()
        for number in range(count):
            value = self._values[number]
            lies = math.isfinite(value)
            self._join(level, number // wide, value if lies else math.inf, value if lies else -math.inf)
        return level


class Smoothed:
    """A trace of values that jump, and beside it one that shows where they go: each new value counts by `weight`, and while
    there are few, by more.
    """

    def __init__(self, weight: float = 0.06) -> None:
        self.raw, self.smooth = Trace(), Trace()
        self._weight = weight

    def put(self, step: int, value: float) -> None:
        """A value at a step."""
        self.raw.put(step, value)
        if self.smooth.last_step is not None and step <= self.smooth.last_step:
            self.smooth.cut(step)
        if not math.isfinite(value):
            return
        before, number = self.smooth.last, len(self.smooth) + 1
        share = max(min(FEW / number, 1.0), self._weight)
        self.smooth.put(step, value if before is None else before + share * (value - before))
