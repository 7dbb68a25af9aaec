"""Where she stands, so that she is found again: a screen, and a point of it as shares. Pure.

Pixels alone would lose her when a screen goes, is turned, or is scaled otherwise.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

#: share of her that stays on the screen when she peeks from its edge: one eye
PEEK = 0.47
#: share of her that must be beyond an edge for her to hide behind it
BEYOND = 0.25


@dataclass(frozen=True, slots=True)
class Area:
    """The part of a screen that is free for windows, in pixels of the whole desktop."""

    name: str
    left: int
    top: int
    width: int
    height: int

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies on it."""
        return self.left <= x < self.left + self.width and self.top <= y < self.top + self.height


@dataclass(frozen=True, slots=True)
class Place:
    """The middle of her feet: which screen, and how far to the right and down, each from 0 to 1."""

    screen: str = ""
    across: float = 0.9
    down: float = 1.0
    #: she hides behind this edge and peeks: "left", "right" or ""
    edge: str = ""

    def as_dict(self) -> dict[str, Any]:
        """For the file that remembers it."""
        return {"screen": self.screen, "across": self.across, "down": self.down, "edge": self.edge}


def place_from(value: object) -> Place:
    """The opposite of `Place.as_dict`; whatever cannot be read is as at the first start."""
    if not isinstance(value, Mapping):
        return Place()
    across, down = value.get("across"), value.get("down")
    edge, screen = value.get("edge"), value.get("screen")
    return Place(
        screen if isinstance(screen, str) else "",
        min(max(float(across), 0.0), 1.0) if isinstance(across, int | float) else 0.9,
        min(max(float(down), 0.0), 1.0) if isinstance(down, int | float) else 1.0,
        edge if edge in ("left", "right") else "",
    )


def corner(place: Place, areas: Sequence[Area], size: tuple[int, int]) -> tuple[int, int]:
    """Her upper left corner: on her screen, or on the first one where hers is gone; always in sight."""
    area = next((one for one in areas if one.name == place.screen), areas[0])
    width, height = size
    x = area.left + place.across * area.width - width / 2
    y = area.top + place.down * area.height - height
    if place.edge == "left":
        x = area.left - width + round(width * PEEK)
    elif place.edge == "right":
        x = area.left + area.width - round(width * PEEK)
    else:
        x = min(max(x, area.left), area.left + max(area.width - width, 0))
    return round(x), round(min(max(y, area.top), area.top + max(area.height - height, 0)))


def found(x: float, y: float, areas: Sequence[Area], size: tuple[int, int]) -> Place:
    """The place of an upper left corner; near an edge with nothing beyond it she goes behind it and peeks."""
    width, height = size
    middle = (x + width / 2, y + height - 1)
    area = next((one for one in areas if one.holds(*middle)), _nearest(middle, areas))
    across = (middle[0] - area.left) / area.width
    down = (y + height - area.top) / area.height
    return Place(
        area.name, min(max(across, 0.0), 1.0), min(max(down, 0.0), 1.0), _edge(x, area, areas, width)
    )


def _edge(x: float, area: Area, areas: Sequence[Area], width: int) -> str:
    def beyond(px: float) -> bool:
        return any(one is not area and one.left <= px < one.left + one.width for one in areas)

    if x < area.left - width * BEYOND and not beyond(area.left - 1):
        return "left"
    right = area.left + area.width
    if x + width > right + width * BEYOND and not beyond(right + 1):
        return "right"
    return ""


def _nearest(point: tuple[float, float], areas: Sequence[Area]) -> Area:
    def far(area: Area) -> float:
        x = min(max(point[0], area.left), area.left + area.width)
        y = min(max(point[1], area.top), area.top + area.height)
        return (x - point[0]) ** 2 + (y - point[1]) ** 2

    return min(areas, key=far)
