"""Windows and macOS, by libraries that answer as theirs do; and which desktop is opened where."""

import queue
import sys
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from zishu_app.desktop import here
from zishu_app.desktop.combination import combination
from zishu_app.desktop.linux import LinuxDesktop
from zishu_app.desktop.macos import MacDesktop
from zishu_app.desktop.scripted import ScriptedDesktop
from zishu_app.desktop.windows import Edges, User32, WindowsDesktop
from zishu_app.desktop.windows_keys import WindowsKeys

SCREEN = (0, 0, 1920, 1080)


class Login:
    def __init__(self) -> None:
        self.command: list[str] = []

    def is_on(self) -> bool:
        return bool(self.command)

    def put(self, command: Any) -> None:
        self.command = list(command)

    def take_away(self) -> None:
        self.command = []


class Calls:
    """A Windows that is as it is told."""

    def __init__(self) -> None:
        self.state, self.idle, self.mains = 5, 1500, True
        self.front: tuple[str, str, Edges, Edges] = ("Editor", "Notepad", (10, 10, 500, 400), SCREEN)

    def notification_state(self) -> int:
        return self.state

    def foreground(self) -> tuple[str, str, Edges, Edges]:
        return self.front

    def idle_ms(self) -> int:
        return self.idle

    def on_mains(self) -> bool:
        return self.mains


def windows() -> tuple[WindowsDesktop, Calls]:
    calls = Calls()
    return WindowsDesktop(["zishu"], calls, Login()), calls


def test_full_screen_on_windows() -> None:
    desktop, calls = windows()
    assert desktop.full_screen(100, 100) is None
    calls.front = ("A film", "Player", SCREEN, SCREEN)
    assert desktop.full_screen(100, 100) == "A film"
    assert desktop.full_screen(2000, 100) is None, "on the other screen"
    calls.front = ("", "WorkerW", SCREEN, SCREEN)
    assert desktop.full_screen(100, 100) is None, "the desktop itself fills the screen"
    calls.state = 3
    assert desktop.full_screen(100, 100) == "?", "a game that owns the screen"


@pytest.mark.parametrize(("state", "quiet"), [(0, False), (5, False), (2, True), (4, True), (6, True)])
def test_quiet_on_windows(state: int, quiet: bool) -> None:
    desktop, calls = windows()
    calls.state = state
    assert desktop.do_not_disturb() is quiet


def test_the_rest_on_windows() -> None:
    desktop, calls = windows()
    assert desktop.idle_seconds() == 1.5
    calls.idle = -1
    assert desktop.idle_seconds() is None
    assert (desktop.on_power(), desktop.has_compositor(), desktop.cannot()) == (True, True, [])
    assert not desktop.shape(1, [(0, 0, 1, 1)])
    assert not desktop.starts_at_login()
    desktop.start_at_login(True)
    assert desktop.starts_at_login()
    assert desktop.listen("Z", lambda: None).why_not
    desktop.close()


class Library:
    """A DLL: each function takes what is set on it, as those of ctypes do."""

    def __init__(self, **functions: Any) -> None:
        for name, function in functions.items():
            setattr(self, name, SimpleCall(function))

    def __getattr__(self, name: str) -> "SimpleCall":
        raise AttributeError(name)


class SimpleCall(SimpleNamespace):
    def __init__(self, function: Any) -> None:
        super().__init__(restype=None, argtypes=None)
        self._function = function

    def __call__(self, *given: Any) -> Any:
        return self._function(*given)


def test_what_windows_answers_is_read() -> None:
    def put(**values: Any) -> Any:
        def fill(*given: Any) -> int:
            for name, value in values.items():
                setattr(given[-1]._obj, name, value)
            return 1

        return fill

    def title(_window: int, buffer: Any, _most: int) -> int:
        buffer.value = "Tea"
        return 3

    user = Library(
        GetForegroundWindow=lambda: 7,
        MonitorFromWindow=lambda *_: 8,
        GetMonitorInfoW=lambda *_: 1,
        GetWindowRect=put(left=1, top=2, right=3, bottom=4),
        GetWindowTextW=title,
        GetClassNameW=title,
        GetLastInputInfo=put(time=2**32 - 500),
    )
    kernel = Library(GetTickCount=lambda: 1000, GetSystemPowerStatus=put(line=0))
    shell = Library(SHQueryUserNotificationState=lambda state: setattr(state._obj, "value", 4) or 0)
    calls = User32({"user32": user, "kernel32": kernel, "shell32": shell}.__getitem__)
    assert calls.foreground() == ("Tea", "Tea", (1, 2, 3, 4), (0, 0, 0, 0))
    assert calls.idle_ms() == 1500, "the clock has begun anew meanwhile"
    assert (calls.on_mains(), calls.notification_state()) == (False, 4)


class Messages:
    """A thread's messages, and the hotkeys Windows was asked for."""

    def __init__(self) -> None:
        self.queue: queue.SimpleQueue[tuple[int, int]] = queue.SimpleQueue()
        self.taken: dict[int, tuple[int, int]] = {}
        self.foreign: set[tuple[int, int]] = set()

    def libraries(self) -> Any:
        user = Library(
            GetMessageW=self._get,
            PeekMessageW=lambda *_: 0,
            PostThreadMessageW=lambda _thread, kind, number, _more: self.queue.put((kind, number)) or 1,
            RegisterHotKey=self._register,
            UnregisterHotKey=lambda _window, number: bool(self.taken.pop(number, None)),
        )
        return {"user32": user, "kernel32": Library(GetCurrentThreadId=lambda: 5)}.__getitem__

    def _get(self, message: Any, *_: Any) -> int:
        message._obj.kind, message._obj.number = self.queue.get()
        return 1

    def _register(self, _window: None, number: int, bits: int, key: int) -> int:
        if (bits, key) in self.foreign:
            return 0
        self.taken[number] = (bits, key)
        return 1


def test_hotkeys_on_windows() -> None:
    messages, heard = Messages(), threading.Semaphore(0)
    keys = WindowsKeys(messages.libraries())
    talk = combination("Ctrl+Alt+Z")
    assert keys.take(talk, heard.release) == ""
    ((number, (bits, key)),) = messages.taken.items()
    assert (bits, key) == (0x4003, ord("Z"))
    messages.queue.put((0x0312, number))
    assert heard.acquire(timeout=5)
    messages.foreign.add((0x4004 | 2, 0x70))
    assert keys.take(combination("Ctrl+Shift+F1"), heard.release) == "Another program has it."
    keys.let_go(talk)
    assert messages.taken == {}
    keys.close()
    keys.close()


def test_macos() -> None:
    power = ["Now drawing from 'Battery Power'\n -InternalBattery-0"]
    graphics = Library(CGEventSourceSecondsSinceLastEventType=lambda *_: 12.5)
    desktop = MacDesktop(["zishu"], tool=lambda _: power[0], login=Login(), load=lambda _: graphics)
    assert desktop.idle_seconds() == 12.5
    assert not desktop.on_power()
    power[0] = "Now drawing from 'AC Power'"
    assert desktop.on_power()
    desktop.start_at_login(True)
    assert desktop.starts_at_login()
    assert desktop.listen("Ctrl+Alt+Z", lambda: None).why_not == desktop.cannot()[0].why
    assert desktop.full_screen(0, 0) is None
    assert not desktop.shape(1, [])
    desktop.close()


@pytest.mark.skipif(sys.platform != "linux", reason="each system opens its own")
def test_which_one_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    desktop = here.open_desktop(tmp_path)
    assert isinstance(desktop, LinuxDesktop)
    desktop.close()


def test_the_scripted_one_keeps_to_the_opening() -> None:
    desktop = ScriptedDesktop(taken=("F1",))
    pressed: list[str] = []
    hotkey = desktop.listen("F2", lambda: pressed.append("F2"))
    desktop.press("F2")
    assert (pressed, desktop.listen("F1", lambda: None).why_not) == (["F2"], "taken")
    desktop.forget(hotkey)
    assert desktop.heard == {}
