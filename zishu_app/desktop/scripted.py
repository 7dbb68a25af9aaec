"""A desktop for tests: it is as it is told, and remembers what was asked of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from zishu_app.desktop.base import Box, Cannot, Hotkey


@dataclass
class ScriptedDesktop:
    """See `base.Desktop`. `press` presses keys."""

    filling: str | None = None
    idle: float | None = 0.0
    power: bool = True
    quiet: bool = False
    compositor: bool = True
    login: bool = False
    #: combinations somebody else has
    taken: tuple[str, ...] = ()
    hindrances: list[Cannot] = field(default_factory=list)
    asked: list[tuple[int, int]] = field(default_factory=list)
    heard: dict[str, Callable[[], object]] = field(default_factory=dict)
    shaping: bool = False
    shapes: list[tuple[int, int]] = field(default_factory=list)
    closed: bool = False

    def full_screen(self, x: int, y: int) -> str | None:
        """See Desktop."""
        self.asked.append((x, y))
        return self.filling

    def idle_seconds(self) -> float | None:
        """See Desktop."""
        return self.idle

    def on_power(self) -> bool:
        """See Desktop."""
        return self.power

    def do_not_disturb(self) -> bool:
        """See Desktop."""
        return self.quiet

    def has_compositor(self) -> bool:
        """See Desktop."""
        return self.compositor

    def shape(self, window: int, parts: Sequence[Box]) -> bool:
        """See Desktop."""
        self.shapes.append((window, len(parts)))
        return self.shaping

    def starts_at_login(self) -> bool:
        """See Desktop."""
        return self.login

    def start_at_login(self, on: bool) -> None:
        """See Desktop."""
        self.login = on

    def listen(self, combination: str, call: Callable[[], object]) -> Hotkey:
        """See Desktop."""
        if combination in self.taken:
            return Hotkey(combination, "taken")
        self.heard[combination] = call
        return Hotkey(combination)

    def forget(self, hotkey: Hotkey) -> None:
        """See Desktop."""
        self.heard.pop(hotkey.combination, None)

    def press(self, combination: str) -> None:
        """Somebody presses these keys."""
        self.heard[combination]()

    def cannot(self) -> list[Cannot]:
        """See Desktop."""
        return self.hindrances

    def close(self) -> None:
        """See Desktop."""
        self.closed = True
