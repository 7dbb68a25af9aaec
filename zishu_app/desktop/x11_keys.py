"""Global hotkeys of an X server: keys are grabbed at the root window, and heard in a thread with a connection of its own."""

import os
import select
import struct
import threading
from collections.abc import Callable

from zishu_app.core.texts import t
from zishu_app.desktop.combination import Combination
from zishu_app.desktop.xcb import Connection

#: requests of the core protocol
_GRAB_KEY, _UNGRAB_KEY, _KEYBOARD_MAPPING = 33, 34, 101
#: an event of the core protocol, and the error of what somebody else has grabbed
_KEY_PRESS, _KEY_RELEASE, _BAD_ACCESS = 2, 3, 10
_ASYNC, _OWNER_EVENTS = 1, 1
#: bits of modifiers, and of those that are on without being meant: caps lock and num lock
_BITS = {"Shift": 1, "Ctrl": 4, "Alt": 8, "Meta": 64}
_LOCKS = (0, 2, 16, 18)
_MEANT = 1 | 4 | 8 | 64
#: what X calls keys that are no letters and no figures
_NAMED = {
    "Space": 0x20, "Tab": 0xFF09, "Home": 0xFF50, "End": 0xFF57, "Insert": 0xFF63, "Delete": 0xFFFF, "Pause": 0xFF13,
    **{f"F{number}": 0xFFBD + number for number in range(1, 25)},
}  # fmt: skip

#: what the thread is told
_LOOK, _END = b"l", b"e"

Call = Callable[[], object]


class X11Keys:
    """Listens until it is closed. Raises OSError where no X server answers."""

    def __init__(self, display: str | None = None) -> None:
        self._server = Connection(display)
        self._calls: dict[tuple[int, int], Call] = {}
        #: when each key was let go, by the server's clock
        self._released: dict[int, int] = {}
        self._door = threading.Lock()
        self._end, self._stop = os.pipe()
        self._thread = threading.Thread(target=self._hear, name="hotkeys", daemon=True)
        self._thread.start()

    def grab(self, keys: Combination, call: Call) -> str:
        """Listen to them; why it is not possible, or ""."""
        code = self._code(keys.key)
        if not code:
            return t("这个键盘上没有这个键。", "This keyboard has no such key.")
        bits = sum(_BITS[one] for one in keys.modifiers)
        for locks in _LOCKS:
            error = self._server.tell(_GRAB_KEY, self._body(bits | locks, code), data=_OWNER_EVENTS)
            if error:
                self._ungrab(bits, code)
                taken = t("已被其他程序占用。", "Another program has it.")
                return taken if error == _BAD_ACCESS else t("系统没有接受。", "The system did not take it.")
        with self._door:
            self._calls[code, bits] = call
        self._look()
        return ""

    def let_go(self, keys: Combination) -> None:
        """Do not listen to them any more."""
        bits, code = sum(_BITS[one] for one in keys.modifiers), self._code(keys.key)
        with self._door:
            self._calls.pop((code, bits), None)
        self._ungrab(bits, code)
        self._look()

    def close(self) -> None:
        """End the thread; the server frees the keys with the connection."""
        if self._thread.is_alive():
            os.write(self._stop, _END)
            self._thread.join(2)
        for one in (self._end, self._stop):
            os.close(one)
        self._server.close()

    def _body(self, bits: int, code: int) -> bytes:
        return struct.pack("=IHBBB3x", self._server.root, bits, code, _ASYNC, _ASYNC)

    def _ungrab(self, bits: int, code: int) -> None:
        for locks in _LOCKS:
            self._server.tell(_UNGRAB_KEY, struct.pack("=IH2x", self._server.root, bits | locks), data=code)

    def _code(self, key: str) -> int:
        """The key that writes it, by the keyboard as it is laid out now; 0: there is none."""
        first, last = self._server.keys
        reply = self._server.ask(_KEYBOARD_MAPPING, struct.pack("=BB2x", first, last - first + 1))
        if not reply:
            return 0
        each = reply[1]
        signs = struct.unpack_from(f"={(last - first + 1) * each}I", reply, 32)
        wanted = _NAMED.get(key) or ord(key.lower())
        for column in range(each):
            for number in range(last - first + 1):
                if signs[number * each + column] == wanted:
                    return first + number
        return 0

    def _look(self) -> None:
        """Whoever waits for an answer may have read an event that came before it: have the thread look."""
        os.write(self._stop, _LOOK)

    def _hear(self) -> None:
        while True:
            ready, _, _ = select.select([self._server.fileno, self._end], [], [])
            told = os.read(self._end, 64) if self._end in ready else b""
            if _END in told or self._server.broken:
                return
            while event := self._server.event():
                self._heard(event)

    def _heard(self, event: bytes) -> None:
        """A key that is held down is let go and pressed again at the same moment, over and over: it counts once."""
        kind, code = event[0] & 0x7F, event[1]
        when, bits = struct.unpack_from("=I", event, 4)[0], struct.unpack_from("=H", event, 28)[0] & _MEANT
        if kind == _KEY_RELEASE:
            self._released[code] = when
        elif kind == _KEY_PRESS and when - self._released.get(code, -2) > 1:
            with self._door:
                call = self._calls.get((code, bits))
            if call is not None:
                call()
