"""What every rule offers: a place in a clean text, and what could stand there by mistake."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """`new` in place of [start, end) of the clean text. `weight`: how believable, 1 for a mistake everyone makes."""

    start: int
    end: int
    new: str
    weight: float = 1.0
