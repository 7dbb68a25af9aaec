"""What an X server and its window manager tell: full screen, idle time, compositor."""

import os
import struct
import threading
from collections.abc import Iterable, Sequence

from zishu_app.desktop.base import Box
from zishu_app.desktop.xcb import Connection

#: requests of the core protocol
_GEOMETRY, _CHANGE_PROPERTY, _SELECTION_OWNER, _TRANSLATE = 14, 18, 23, 40
#: of the extension for shapes: a request, and its words
_RECTANGLES, _SET, _INPUT, _UNSORTED = 1, 0, 2, 0
#: windows that lie over others by their nature
_OVER = ("_NET_WM_WINDOW_TYPE_DOCK", "_NET_WM_WINDOW_TYPE_NOTIFICATION", "_NET_WM_WINDOW_TYPE_TOOLTIP")
#: a window on this desktop is on all of them
_EVERYWHERE = 0xFFFFFFFF


class X11:
    """One connection to the X server, used by whoever asks, one at a time. Raises OSError where nobody answers."""

    def __init__(self, display: str | None = None) -> None:
        self._server = Connection(display)
        self._door = threading.Lock()

    def close(self) -> None:
        """Let go of it. Whoever asks afterwards learns nothing."""
        with self._door:
            self._server.close()

    def full_screen(self, x: int, y: int) -> str | None:
        """The program that fills the screen at this point, unless a common window lies over it there."""
        with self._door:
            if self._server.broken:
                return None
            order = self._server.words(self._server.root, "_NET_CLIENT_LIST_STACKING")[::-1]
            filling = [one for one in order if self._has(one, "_NET_WM_STATE", "_NET_WM_STATE_FULLSCREEN")]
            return self._at(x, y, order, set(filling)) if filling else None

    def idle_seconds(self) -> float | None:
        """By the screen saver's clock."""
        with self._door:
            if self._server.broken:
                return None
            reply = self._server.ask(1, struct.pack("=I", self._server.root), extension="MIT-SCREEN-SAVER")
        return float(struct.unpack_from("=I", reply, 16)[0]) / 1000 if reply else None

    def has_compositor(self) -> bool:
        """Whoever composes owns a selection named after the screen."""
        with self._door:
            if self._server.broken:
                return False
            name = self._server.atom(f"_NET_WM_CM_S{self._server.screen}")
            reply = self._server.ask(_SELECTION_OWNER, struct.pack("=I", name))
        return bool(reply and struct.unpack_from("=I", reply, 8)[0])

    def shape(self, window: int, parts: Sequence[Box]) -> bool:
        """Give a window its input shape; and the property by which picom knows that it wants no shadow."""
        rows = b"".join(struct.pack("=hhHH", *one) for one in parts)
        head = struct.pack("=BBBxIhh", _SET, _INPUT, _UNSORTED, window, 0, 0)
        with self._door:
            if self._server.broken:
                return False
            name, number = self._server.atom("_COMPTON_SHADOW"), self._server.atom("CARDINAL")
            body = struct.pack("=IIIB3xII", window, name, number, 32, 1, 0)
            self._server.tell(_CHANGE_PROPERTY, body)
            return self._server.tell(_RECTANGLES, head + rows, extension="SHAPE") == 0

    def _at(self, x: int, y: int, order: Iterable[int], filling: set[int]) -> str | None:
        """The topmost common window at a point, if it fills the screen."""
        here = self._server.words(self._server.root, "_NET_CURRENT_DESKTOP")
        for window in order:
            desktop = self._server.words(window, "_NET_WM_DESKTOP")
            elsewhere = bool(here and desktop and desktop[0] not in (here[0], _EVERYWHERE))
            if elsewhere or self._is_ours(window) or not self._holds(window, x, y):
                continue
            if self._has(window, "_NET_WM_STATE", "_NET_WM_STATE_HIDDEN"):
                continue
            if window in filling:
                return self._name(window)
            if not self._has(window, "_NET_WM_WINDOW_TYPE", *_OVER):
                return None
        return None

    def _has(self, window: int, what: str, *names: str) -> bool:
        wanted = {self._server.atom(name) for name in names}
        return bool(wanted & set(self._server.words(window, what)))

    def _is_ours(self, window: int) -> bool:
        return os.getpid() in self._server.words(window, "_NET_WM_PID")

    def _holds(self, window: int, x: int, y: int) -> bool:
        size = self._server.ask(_GEOMETRY, struct.pack("=I", window))
        place = self._server.ask(_TRANSLATE, struct.pack("=IIhh", window, self._server.root, 0, 0))
        if not size or not place:
            return False
        width, height = struct.unpack_from("=HH", size, 16)
        left, top = struct.unpack_from("=hh", place, 12)
        return bool(left <= x < left + width and top <= y < top + height)

    def _name(self, window: int) -> str:
        kind = self._server.property_of(window, "WM_CLASS").decode(errors="replace").split("\0")
        title = self._server.property_of(window, "_NET_WM_NAME").decode(errors="replace")
        return next((one for one in (*kind[1:], title) if one), "?")
