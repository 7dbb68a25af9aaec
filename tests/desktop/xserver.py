"""An X server of the tests' own, with windows that say of themselves what a window manager would.

There is no window manager in it: what one would write to the root window is written by the test.
"""

import os
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from zishu_app.desktop.xcb import Connection

_CREATE, _MAP, _INTERN, _CHANGE = 1, 8, 16, 18
_OWN_SELECTION, _SEND_EVENT = 22, 25


@contextmanager
def x_server() -> Iterator[str]:
    """The name of its display."""
    end, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "800x600x24", "-nolisten", "tcp", "-noreset"]
    server = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(end) as told:
        display = f":{told.readline().strip()}"
    try:
        yield display
    finally:
        server.terminate()
        server.wait(5)


class Manager:
    """Plays the window manager."""

    def __init__(self, display: str) -> None:
        self.server = Connection(display)
        self._base = struct.unpack_from("=I", self.server.setup, 12)[0]
        self._made: list[int] = []

    def close(self) -> None:
        self.server.close()

    def atom(self, name: str) -> int:
        reply = self.server.ask(_INTERN, struct.pack("=HH", len(name), 0) + name.encode())
        return int(struct.unpack_from("=I", reply, 8)[0])

    def window(
        self, name: str, box: tuple[int, int, int, int] = (0, 0, 800, 600), **properties: list[int]
    ) -> int:
        """A window over all others. `properties`: lists of numbers, atoms by `atom`."""
        made = self._base + 100 + len(self._made)
        body = struct.pack("=IIhhHHHHII", made, self.server.root, *box, 0, 1, 0, 0)
        assert self.server.tell(_CREATE, body) == 0
        self.server.tell(_MAP, struct.pack("=I", made))
        self._write(made, "WM_CLASS", "STRING", f"{name}\0{name.capitalize()}\0".encode())
        for what, numbers in properties.items():
            self.put(made, what, numbers)
        self._made.append(made)
        self.put(self.server.root, "_NET_CLIENT_LIST_STACKING", self._made, "WINDOW")
        return made

    def put(self, window: int, what: str, numbers: list[int], kind: str = "ATOM") -> None:
        self._write(window, what, kind, struct.pack(f"={len(numbers)}I", *numbers), 32)

    def compose(self) -> None:
        """Do as a compositor does."""
        owner = self._made[0] if self._made else self.window("compositor")
        self.server.tell(_OWN_SELECTION, struct.pack("=III", owner, self.atom("_NET_WM_CM_S0"), 0))

    def gone(self, window: int) -> None:
        """It is still in the list, and is no more."""
        self.server.tell(4, struct.pack("=I", window))

    def _write(self, window: int, what: str, kind: str, data: bytes, bits: int = 8) -> None:
        count = len(data) * 8 // bits
        body = struct.pack("=IIIB3xI", window, self.atom(what), self.atom(kind), bits, count)
        assert self.server.tell(_CHANGE, body + data) == 0
