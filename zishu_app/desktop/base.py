"""The opening to the system's desktop: what Qt does not tell, and she must know to be well mannered.

Each system has a file of its own behind it, see `here.open_desktop`. Whatever cannot be known is None, and what cannot be
done is told by `cannot`, once, with the reason.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from zishu_app.core.texts import t

#: left, top, width, height
Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Cannot:
    """Something that is not possible here, and why."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Hotkey:
    """A combination of keys that is heard wherever the keyboard is; or why it is not."""

    combination: str
    why_not: str = ""


class Desktop(Protocol):
    """The desktop of one system. Questions are answered within some milliseconds, and may be asked in any thread."""

    def full_screen(self, x: int, y: int) -> str | None:
        """The name of a program that fills the screen with this point (in pixels of the system); None: there is none."""
        ...

    def idle_seconds(self) -> float | None:
        """How long neither keys nor the pointer were used; None: not known."""
        ...

    def on_power(self) -> bool:
        """Whether it runs on mains; also true where that is not known."""
        ...

    def do_not_disturb(self) -> bool:
        """Whether the system was asked to be quiet."""
        ...

    def has_compositor(self) -> bool:
        """Whether windows can be translucent."""
        ...

    def shape(self, window: int, parts: Sequence[Box]) -> bool:
        """A window of ours is a figure and no rectangle: only these parts of it (in its own pixels) take clicks, and
        nobody draws a shadow around it. False where the system sees that by itself, or where only a mask would do.
        """
        ...

    def starts_at_login(self) -> bool:
        """Whether she comes when the person logs in."""
        ...

    def start_at_login(self, on: bool) -> None:
        """Have her come, or not. Raises DataError where the system does not take it."""
        ...

    def listen(self, combination: str, call: Callable[[], object]) -> Hotkey:
        """Call `call`, in a thread of its own, whenever these keys are pressed, until `forget`."""
        ...

    def forget(self, hotkey: Hotkey) -> None:
        """Do not listen to it any more."""
        ...

    def cannot(self) -> list[Cannot]:
        """What is not possible on this system; and hotkeys that were asked for and cannot be had."""
        ...

    def close(self) -> None:
        """Let go of everything."""
        ...


def refused(hotkeys: Iterable[Hotkey]) -> list[Cannot]:
    """Hotkeys that cannot be had, for `Desktop.cannot`."""
    return [
        Cannot(t(f"快捷键 {one.combination}", f"The hotkey {one.combination}"), one.why_not)
        for one in hotkeys
        if one.why_not
    ]
