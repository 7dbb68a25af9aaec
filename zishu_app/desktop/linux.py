"""Linux: the X server answers most of it. Under Wayland programs may know little of each other, and that is told."""

import contextlib
import os
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from zishu_app.core.errors import SettingsError
from zishu_app.core.texts import t
from zishu_app.desktop.asked import Ask, ask
from zishu_app.desktop.base import Box, Cannot, Hotkey, refused
from zishu_app.desktop.combination import combination
from zishu_app.desktop.login import DesktopEntry, set_login
from zishu_app.desktop.x11 import X11
from zishu_app.desktop.x11_keys import X11Keys

#: how each desktop is asked whether it is to be quiet, and what it answers then
_QUIET: dict[str, tuple[tuple[str, ...], str]] = {
    "GNOME": (("gsettings", "get", "org.gnome.desktop.notifications", "show-banners"), "false"),
    "X-CINNAMON": (
        ("gsettings", "get", "org.cinnamon.desktop.notifications", "display-notifications"),
        "false",
    ),
    "XFCE": (("xfconf-query", "-c", "xfce4-notifyd", "-p", "/do-not-disturb"), "true"),
    "KDE": (
        (
            "busctl", "--user", "get-property", "org.freedesktop.Notifications",
            "/org/freedesktop/Notifications", "org.freedesktop.Notifications", "Inhibited",
        ),
        "b true",
    ),
}  # fmt: skip
_IDLE = ("loginctl", "show-session", "auto", "-p", "IdleHint", "-p", "IdleSinceHint")


class LinuxDesktop:
    """See `base.Desktop`. `command`: what is started at login."""

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str] = os.environ,
        *,
        supplies: Path = Path("/sys/class/power_supply"),
        tool: Ask = ask,
    ) -> None:
        self._command, self._environment = command, environment
        self._supplies, self._tool = supplies, tool
        self._login = DesktopEntry(environment)
        self._keys: X11Keys | None = None
        self._asked: dict[str, Hotkey] = {}
        kind = environment.get("XDG_SESSION_TYPE", "")
        self._wayland = kind == "wayland" or bool(environment.get("WAYLAND_DISPLAY"))
        self._x11: X11 | None = None
        if display := environment.get("DISPLAY"):
            with contextlib.suppress(OSError):  # nobody answers there, or this system has no libxcb
                self._x11 = X11(display)

    @property
    def _drawn_by_x(self) -> bool:
        """Whether her own windows are drawn by an X server, be it one inside Wayland."""
        platform = self._environment.get("QT_QPA_PLATFORM", "").partition(":")[0]
        return self._x11 is not None and (platform == "xcb" or not (platform or self._wayland))

    def full_screen(self, x: int, y: int) -> str | None:
        """See Desktop. Under Wayland only programs that an X server draws are seen, which most games are."""
        return self._x11.full_screen(x, y) if self._x11 else None

    def idle_seconds(self) -> float | None:
        """See Desktop. An X server inside Wayland hears its own programs only, so there logind is asked."""
        return self._x11.idle_seconds() if self._x11 and not self._wayland else self._idle_by_logind()

    def _idle_by_logind(self) -> float | None:
        said = dict(line.split("=", 1) for line in self._tool(_IDLE).splitlines() if "=" in line)
        if said.get("IdleHint") == "no":
            return 0.0
        since = said.get("IdleSinceHint", "")
        return max(time.time() - int(since) / 1e6, 0.0) if since.isdigit() and int(since) else None

    def on_power(self) -> bool:
        """See Desktop. A battery that is not being used up is as good as mains."""
        supplies = list(self._supplies.iterdir()) if self._supplies.is_dir() else []
        mains = [_read(one / "online") for one in supplies if _read(one / "type") in ("Mains", "USB")]
        if "1" in mains:
            return True
        batteries = [
            _read(one / "status")
            for one in supplies
            if _read(one / "type") == "Battery" and _read(one / "scope") != "Device"
        ]
        return "Discharging" not in batteries

    def do_not_disturb(self) -> bool:
        """See Desktop."""
        for name in self._environment.get("XDG_CURRENT_DESKTOP", "").upper().split(":"):
            if name in _QUIET:
                command, quiet = _QUIET[name]
                return self._tool(command) == quiet
        return False

    def has_compositor(self) -> bool:
        """See Desktop. Wayland is one."""
        return self._x11.has_compositor() if self._x11 and self._drawn_by_x else self._wayland

    def shape(self, window: int, parts: Sequence[Box]) -> bool:
        """See Desktop."""
        return self._x11.shape(window, parts) if self._x11 and self._drawn_by_x else False

    def starts_at_login(self) -> bool:
        """See Desktop."""
        return self._login.is_on()

    def start_at_login(self, on: bool) -> None:
        """See Desktop."""
        set_login(self._login, self._command, on)

    def listen(self, combination_: str, call: Callable[[], object]) -> Hotkey:
        """See Desktop."""
        self._asked[combination_] = Hotkey(combination_, self._grab(combination_, call))
        return self._asked[combination_]

    def _grab(self, written: str, call: Callable[[], object]) -> str:
        """Why it cannot be had, or ""."""
        try:
            keys = combination(written)
        except SettingsError as error:
            return str(error)
        if self._wayland or self._x11 is None:
            return _no_keys()
        if self._keys is None:
            self._keys = X11Keys(self._environment["DISPLAY"])
        return self._keys.grab(keys, call)

    def forget(self, hotkey: Hotkey) -> None:
        """See Desktop."""
        self._asked.pop(hotkey.combination, None)
        if self._keys is not None and not hotkey.why_not:
            self._keys.let_go(combination(hotkey.combination))

    def cannot(self) -> list[Cannot]:
        """See Desktop."""
        if not self._wayland:
            return refused(self._asked.values())
        found = [
            Cannot(t("全局快捷键", "Global hotkeys"), _no_keys()),
            Cannot(
                t("给部分全屏程序让位", "Hiding from some full-screen programs"),
                t(
                    "Wayland 不告诉程序别的窗口是否全屏；只有通过 XWayland 显示的程序看得到。",
                    "Wayland tells no program whether others fill the screen; only those drawn through XWayland are seen.",
                ),
            ),
        ]
        if not self._drawn_by_x:
            found.append(
                Cannot(
                    t("记住位置、下落、保持最前", "Remembering her place, falling, staying on top"),
                    t(
                        "Wayland 不让窗口决定自己的位置。有 XWayland 时，设置环境变量 QT_QPA_PLATFORM=xcb 即可。",
                        "Wayland lets no window choose its place. Where there is XWayland, set QT_QPA_PLATFORM=xcb.",
                    ),
                )
            )
        return found

    def close(self) -> None:
        """See Desktop."""
        for one in (self._keys, self._x11):
            if one is not None:
                one.close()
        self._keys = None


def _no_keys() -> str:
    return t(
        "Wayland 不让程序监听其他程序的按键。可在系统设置里给命令 zishu --mode desktop 指定快捷键。",
        "Wayland lets no program hear the keys of others. In the system's settings, give the command"
        " zishu --mode desktop a shortcut.",
    )


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
