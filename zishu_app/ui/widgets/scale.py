"""An axis: from where to where it goes, which round numbers stand at it, and how they are written. Knows no Qt."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """From `low` to `high`, with numbers every `step`."""

    low: float
    high: float
    step: float

    @property
    def marks(self) -> list[float]:
        """The numbers that stand at it."""
        first = math.ceil(self.low / self.step - 1e-9)
        last = math.floor(self.high / self.step + 1e-9)
        return [number * self.step for number in range(first, last + 1)]

    def share(self, value: float) -> float:
        """Where a value lies: 0 at the low end, 1 at the high one."""
        return (value - self.low) / (self.high - self.low)

    def told(self, value: float) -> str:
        """A number at the axis: as many decimals as its steps need."""
        size = max(abs(self.low), abs(self.high))
        if size and (size < 1e-3 or size >= 1e7):
            return f"{value:.1e}".replace("e-0", "e-").replace("e+0", "e") if value else "0"
        decimals = max(-math.floor(math.log10(self.step) + 1e-9), 0)
        return f"{value:,.{decimals}f}"


def scale(low: float, high: float, marks: int = 3, *, whole: bool = False) -> Scale:
    """A scale that holds all from `low` to `high`, with about so many numbers. `whole`: whole numbers only."""
    if not math.isfinite(low) or not math.isfinite(high) or low > high:
        low, high = 0.0, 1.0
    wide = high - low
    if wide <= max(abs(high), abs(low)) * 1e-9 or wide < 1e-12:  # one value alone
        wide = max(abs(high) * 0.2, 1e-9) if high else 1.0
        low, high = low - wide / 2, high + wide / 2
    rough = wide / max(marks, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough * 0.999)
    if whole:
        step = max(round(step), 1)
    return Scale(low, high, float(step))


def room_around(low: float, high: float, share: float = 0.06) -> tuple[float, float]:
    """A little more than what is there, so that no line lies upon the edge; below zero only where something is."""
    around = (high - low) * share
    lower = low - around
    return (max(lower, 0.0) if low >= 0 else lower), high + around
