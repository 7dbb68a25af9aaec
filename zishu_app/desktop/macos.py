"""macOS: CoreGraphics by ctypes, `pmset` for the power, a launch agent for the start at login."""

import ctypes
from collections.abc import Callable, Sequence
from ctypes import c_double, c_int32, c_uint32
from typing import Any

from zishu_app.core.errors import SettingsError
from zishu_app.core.texts import t
from zishu_app.desktop.asked import Ask, ask
from zishu_app.desktop.base import Box, Cannot, Hotkey
from zishu_app.desktop.combination import combination
from zishu_app.desktop.login import AtLogin, LaunchAgent, set_login

_GRAPHICS = "/System/Library/Frameworks/CoreGraphics.framework/CoreGraphics"
#: all devices of the session, any kind of event
_SESSION, _ANY = 0, 0xFFFFFFFF


class MacDesktop:
    """See `base.Desktop`. `command`: what is started at login."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        tool: Ask = ask,
        login: AtLogin | None = None,
        load: Callable[[str], Any] = ctypes.CDLL,
    ) -> None:
        self._command, self._tool = command, tool
        self._login: AtLogin = login or LaunchAgent()
        self._graphics = load(_GRAPHICS)
        self._graphics.CGEventSourceSecondsSinceLastEventType.restype = c_double
        self._graphics.CGEventSourceSecondsSinceLastEventType.argtypes = (c_int32, c_uint32)

    def full_screen(self, _x: int, _y: int) -> str | None:
        """See Desktop. A program that fills the screen has a space of its own, into which she does not follow."""
        return None

    def idle_seconds(self) -> float | None:
        """See Desktop."""
        return float(self._graphics.CGEventSourceSecondsSinceLastEventType(_SESSION, _ANY))

    def on_power(self) -> bool:
        """See Desktop."""
        return "Battery Power" not in self._tool(("pmset", "-g", "batt")).partition("\n")[0]

    def do_not_disturb(self) -> bool:
        """See Desktop. The system tells nobody."""
        return False

    def has_compositor(self) -> bool:
        """See Desktop."""
        return True

    def shape(self, _window: int, _parts: Sequence[Box]) -> bool:
        """See Desktop. A window takes no clicks where it is transparent."""
        return False

    def starts_at_login(self) -> bool:
        """See Desktop."""
        return self._login.is_on()

    def start_at_login(self, on: bool) -> None:
        """See Desktop."""
        set_login(self._login, self._command, on)

    def listen(self, combination_: str, _call: Callable[[], object]) -> Hotkey:
        """See Desktop."""
        try:
            combination(combination_)
        except SettingsError as error:
            return Hotkey(combination_, str(error))
        return Hotkey(combination_, _no_keys())

    def forget(self, hotkey: Hotkey) -> None:
        """See Desktop."""

    def cannot(self) -> list[Cannot]:
        """See Desktop."""
        quiet = t("跟随系统的勿扰", "Following the system's do-not-disturb")
        why = t(
            "macOS 不告诉程序专注模式是否打开；请用她自己的“勿扰”。",
            "macOS tells no program whether a focus is on; she has a do-not-disturb of her own.",
        )
        return [Cannot(t("全局快捷键", "Global hotkeys"), _no_keys()), Cannot(quiet, why)]

    def close(self) -> None:
        """See Desktop."""


def _no_keys() -> str:
    return t(
        "在 macOS 上还没有做好：系统要求先授予监听键盘的权限。请用菜单栏图标。",
        "Not made for macOS yet: it asks for the permission to watch the keyboard. Her icon in the menu bar does the same.",
    )
