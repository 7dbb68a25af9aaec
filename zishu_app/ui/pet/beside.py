"""Where what belongs to her goes: a bubble over her head, or beside or below her where there is no room. Pure."""

from dataclasses import dataclass
from typing import Literal

from zishu_app.ui.pet.place import Area

Side = Literal["above", "left", "right", "below"]

#: pixels between her and what stands beside her, and from the edge of the screen
GAP, MARGIN = 2, 6


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels of the whole desktop."""

    left: int
    top: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """The first pixel beyond it."""
        return self.left + self.width

    @property
    def bottom(self) -> int:
        """The first pixel below it."""
        return self.top + self.height


@dataclass(frozen=True, slots=True)
class Beside:
    """Where a bubble goes, and where its tail points from: pixels along the side that faces her."""

    left: int
    top: int
    side: Side
    tail: int


def bubble(her: Box, size: tuple[int, int], area: Area) -> Beside:
    """Over her head where there is room, else beside it where there is more, else below her."""
    width, height = size
    middle = her.left + her.width // 2
    left = _within(middle - width // 2, width, area.left, area.left + area.width)
    if her.top - GAP - height >= area.top + MARGIN:
        return Beside(left, her.top - GAP - height, "above", middle - left)
    free_left, free_right = her.left - area.left, area.left + area.width - her.right
    if max(free_left, free_right) >= width + GAP + MARGIN:
        head = her.top + her.height // 3
        top = _within(head - height // 2, height, area.top, area.top + area.height)
        if free_left >= free_right:
            return Beside(her.left - GAP - width, top, "left", head - top)
        return Beside(her.right + GAP, top, "right", head - top)
    top = _within(her.bottom + GAP, height, area.top, area.top + area.height)
    return Beside(left, top, "below", middle - left)


def entry(her: Box, size: tuple[int, int], area: Area) -> tuple[int, int]:
    """Right under her feet, or over them where the screen ends."""
    width, height = size
    left = _within(her.left + her.width // 2 - width // 2, width, area.left, area.left + area.width)
    return left, _within(her.bottom + GAP, height, area.top, area.top + area.height)


def _within(wanted: int, size: int, low: int, high: int) -> int:
    return min(max(wanted, low + MARGIN), max(high - MARGIN - size, low + MARGIN))
