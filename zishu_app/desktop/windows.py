"""Windows: user32, shell32 and kernel32 by ctypes; the registry for the start at login."""

import ctypes
from collections.abc import Callable, Sequence
from ctypes import Structure, byref, c_int, c_long, c_ubyte, c_uint, c_ulong, c_void_p, sizeof
from typing import Any, Protocol

from zishu_app.core.errors import SettingsError
from zishu_app.desktop.base import Box, Cannot, Hotkey, refused
from zishu_app.desktop.combination import combination
from zishu_app.desktop.login import AtLogin, RunKey, set_login
from zishu_app.desktop.windows_keys import WindowsKeys

#: answers of SHQueryUserNotificationState: something fills the screen, a game, a talk is given; quiet hours
_BUSY, _GAME, _TALK, _QUIET = 2, 3, 4, 6
#: windows of the shell itself, which fill the screen by their nature
_SHELL = ("Progman", "WorkerW", "Shell_TrayWnd")

#: left, top, right, bottom
Edges = tuple[int, int, int, int]


class Calls(Protocol):
    """What is asked of Windows."""

    def notification_state(self) -> int:
        """As SHQueryUserNotificationState; 0 where it fails."""
        ...

    def foreground(self) -> tuple[str, str, Edges, Edges]:
        """The window in front: its title, its class, where it is, and where its screen is (left, top, right, bottom)."""
        ...

    def idle_ms(self) -> int:
        """Milliseconds since the last key or movement; -1 where it fails."""
        ...

    def on_mains(self) -> bool:
        """Whether it is plugged in, or has no battery."""
        ...


class WindowsDesktop:
    """See `base.Desktop`. `command`: what is started at login."""

    def __init__(
        self, command: Sequence[str], calls: Calls | None = None, login: AtLogin | None = None
    ) -> None:
        self._command = command
        self._calls: Calls = calls or User32()
        self._login: AtLogin = login or RunKey()
        self._keys: WindowsKeys | None = None
        self._asked: dict[str, Hotkey] = {}

    def full_screen(self, x: int, y: int) -> str | None:
        """See Desktop. Asked of the window in front, because the notification state is told late or not at all by
        newer versions; it is what knows of games that own the screen.
        """
        title, kind, box, screen = self._calls.foreground()
        left, top, right, bottom = screen
        here = left <= x < right and top <= y < bottom
        covers = box[0] <= left and box[1] <= top and box[2] >= right and box[3] >= bottom
        if here and covers and kind not in _SHELL:
            return title or kind or "?"
        busy = here and self._calls.notification_state() in (_GAME, _TALK)
        return (title or "?") if busy else None

    def idle_seconds(self) -> float | None:
        """See Desktop."""
        found = self._calls.idle_ms()
        return found / 1000 if found >= 0 else None

    def on_power(self) -> bool:
        """See Desktop."""
        return self._calls.on_mains()

    def do_not_disturb(self) -> bool:
        """See Desktop."""
        return self._calls.notification_state() in (_BUSY, _GAME, _TALK, _QUIET)

    def has_compositor(self) -> bool:
        """See Desktop. Always, since Windows 8."""
        return True

    def shape(self, _window: int, _parts: Sequence[Box]) -> bool:
        """See Desktop. A layered window takes no clicks where it is transparent."""
        return False

    def starts_at_login(self) -> bool:
        """See Desktop."""
        return self._login.is_on()

    def start_at_login(self, on: bool) -> None:
        """See Desktop."""
        set_login(self._login, self._command, on)

    def listen(self, combination_: str, call: Callable[[], object]) -> Hotkey:
        """See Desktop."""
        self._asked[combination_] = Hotkey(combination_, self._take(combination_, call))
        return self._asked[combination_]

    def _take(self, written: str, call: Callable[[], object]) -> str:
        """Why it cannot be had, or ""."""
        try:
            keys = combination(written)
        except SettingsError as error:
            return str(error)
        if self._keys is None:
            self._keys = WindowsKeys()
        return self._keys.take(keys, call)

    def forget(self, hotkey: Hotkey) -> None:
        """See Desktop."""
        self._asked.pop(hotkey.combination, None)
        if self._keys is not None and not hotkey.why_not:
            self._keys.let_go(combination(hotkey.combination))

    def cannot(self) -> list[Cannot]:
        """See Desktop."""
        return refused(self._asked.values())

    def close(self) -> None:
        """See Desktop."""
        if self._keys is not None:
            self._keys.close()
            self._keys = None


class _Input(Structure):
    _fields_ = (("size", c_uint), ("time", c_ulong))


class _Rect(Structure):
    _fields_ = (("left", c_long), ("top", c_long), ("right", c_long), ("bottom", c_long))

    def box(self) -> Edges:
        """As plain numbers."""
        return self.left, self.top, self.right, self.bottom


class _Monitor(Structure):
    _fields_ = (("size", c_ulong), ("whole", _Rect), ("work", _Rect), ("flags", c_ulong))


class _Power(Structure):
    _fields_ = (
        ("line", c_ubyte),
        ("flag", c_ubyte),
        ("percent", c_ubyte),
        ("saver", c_ubyte),
        ("rest", c_ulong * 2),
    )


class User32:
    """The calls themselves. On 64 bits there is one calling convention, so the plain loader does."""

    def __init__(self, load: Callable[[str], Any] = ctypes.CDLL) -> None:
        self._user, self._kernel, self._shell = load("user32"), load("kernel32"), load("shell32")
        self._user.GetForegroundWindow.restype = c_void_p
        self._user.MonitorFromWindow.restype = c_void_p
        self._user.MonitorFromWindow.argtypes = (c_void_p, c_ulong)
        self._user.GetMonitorInfoW.argtypes = (c_void_p, c_void_p)
        self._user.GetWindowRect.argtypes = (c_void_p, c_void_p)
        self._user.GetWindowTextW.argtypes = self._user.GetClassNameW.argtypes = (c_void_p, c_void_p, c_int)
        self._kernel.GetTickCount.restype = c_ulong

    def notification_state(self) -> int:
        """See Calls."""
        state = c_int()
        return state.value if self._shell.SHQueryUserNotificationState(byref(state)) == 0 else 0

    def foreground(self) -> tuple[str, str, Edges, Edges]:
        """See Calls."""
        window = self._user.GetForegroundWindow()
        box, monitor = _Rect(), _Monitor()
        monitor.size = sizeof(_Monitor)
        nearest = 2
        self._user.GetWindowRect(window, byref(box))
        self._user.GetMonitorInfoW(self._user.MonitorFromWindow(window, nearest), byref(monitor))
        title, kind = ctypes.create_unicode_buffer(256), ctypes.create_unicode_buffer(256)
        self._user.GetWindowTextW(window, title, 256)
        self._user.GetClassNameW(window, kind, 256)
        return title.value, kind.value, box.box(), monitor.whole.box()

    def idle_ms(self) -> int:
        """See Calls. Both clocks begin anew after 49 days."""
        last = _Input(sizeof(_Input), 0)
        if not self._user.GetLastInputInfo(byref(last)):
            return -1
        return int((self._kernel.GetTickCount() - last.time) % 2**32)

    def on_mains(self) -> bool:
        """See Calls. 0 is the battery; 255 stands for what is not known."""
        power = _Power()
        return not self._kernel.GetSystemPowerStatus(byref(power)) or power.line != 0
