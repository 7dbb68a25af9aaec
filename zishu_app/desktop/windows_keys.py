"""Global hotkeys of Windows. They are sent to the thread that asked for them, so one thread asks and listens."""

import ctypes
import queue
import threading
from collections.abc import Callable
from ctypes import POINTER, Structure, byref, c_int, c_long, c_size_t, c_ssize_t, c_uint, c_ulong, c_void_p
from dataclasses import dataclass, field
from typing import Any

from zishu_app.core.texts import t
from zishu_app.desktop.combination import Combination

_HOTKEY, _WAKE = 0x0312, 0x8000
#: modifiers; the last one: a key that is held down counts once
_BITS = {"Alt": 1, "Ctrl": 2, "Shift": 4, "Meta": 8}
_ONCE = 0x4000
_NAMED = {
    "Space": 0x20, "Tab": 0x09, "Home": 0x24, "End": 0x23, "Insert": 0x2D, "Delete": 0x2E, "Pause": 0x13,
    **{f"F{number}": 0x6F + number for number in range(1, 25)},
}  # fmt: skip

Call = Callable[[], object]


class _Message(Structure):
    _fields_ = (
        ("window", c_void_p),
        ("kind", c_uint),
        ("number", c_size_t),
        ("more", c_ssize_t),
        ("time", c_ulong),
        ("x", c_long),
        ("y", c_long),
        ("private", c_ulong),
    )


@dataclass
class _Wish:
    """What the thread is to do; `keys` None: end."""

    keys: Combination | None
    call: Call | None
    done: "queue.SimpleQueue[str]" = field(default_factory=queue.SimpleQueue)


class WindowsKeys:
    """Listens until it is closed."""

    def __init__(self, load: Callable[[str], Any] = ctypes.CDLL) -> None:
        self._user, self._kernel = load("user32"), load("kernel32")
        self._user.GetMessageW.argtypes = (POINTER(_Message), c_void_p, c_uint, c_uint)
        self._user.PostThreadMessageW.argtypes = (c_ulong, c_uint, c_size_t, c_ssize_t)
        self._user.RegisterHotKey.argtypes = (c_void_p, c_int, c_uint, c_uint)
        self._user.UnregisterHotKey.argtypes = (c_void_p, c_int)
        self._wishes: queue.SimpleQueue[_Wish] = queue.SimpleQueue()
        self._calls: dict[int, tuple[Combination, Call]] = {}
        self._count = 0
        self._number = 0
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._hear, name="hotkeys", daemon=True)
        self._thread.start()
        self._ready.wait(2)

    def take(self, keys: Combination, call: Call) -> str:
        """Listen to them; why it is not possible, or ""."""
        return self._ask(_Wish(keys, call))

    def let_go(self, keys: Combination) -> None:
        """Do not listen to them any more."""
        self._ask(_Wish(keys, None))

    def close(self) -> None:
        """End the thread; Windows frees the keys with it."""
        self._ask(_Wish(None, None))
        self._thread.join(2)

    def _ask(self, wish: _Wish) -> str:
        self._wishes.put(wish)
        self._user.PostThreadMessageW(self._number, _WAKE, 0, 0)
        try:
            return wish.done.get(timeout=2)
        except queue.Empty:
            return t("系统没有回应。", "The system did not answer.")

    def _hear(self) -> None:
        message = _Message()
        self._number = self._kernel.GetCurrentThreadId()
        self._user.PeekMessageW(
            byref(message), None, 0, 0, 0
        )  # from here on the thread can be sent something
        self._ready.set()
        while self._user.GetMessageW(byref(message), None, 0, 0) > 0:
            if message.kind == _HOTKEY and message.number in self._calls:
                self._calls[message.number][1]()
            while not self._wishes.empty():
                wish = self._wishes.get()
                if wish.keys is None:
                    wish.done.put("")
                    return
                wish.done.put(self._do(wish.keys, wish.call))

    def _do(self, keys: Combination, call: Call | None) -> str:
        for number in [number for number, (one, _) in self._calls.items() if one == keys]:
            self._user.UnregisterHotKey(None, number)
            del self._calls[number]
        if call is None:
            return ""
        self._count += 1
        bits = sum(_BITS[one] for one in keys.modifiers) | _ONCE
        if not self._user.RegisterHotKey(None, self._count, bits, _NAMED.get(keys.key) or ord(keys.key)):
            return t("已被其他程序占用。", "Another program has it.")  # there is hardly another reason
        self._calls[self._count] = (keys, call)
        return ""
