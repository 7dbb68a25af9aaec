"""What starts her at login: a desktop entry, a value in the Run key, a launch agent. Each is written whole, or taken away.

Off until the person switches it on. It names the program and the home folder by their full paths, because nobody's PATH
and environment are known at login.
"""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from zishu_app.core.errors import DataError
from zishu_app.core.files import write_text
from zishu_app.core.texts import t

#: under which the value, the entry and the agent are known
NAME, AGENT = "zishu", "zishu.desktop-pet"


class AtLogin(Protocol):
    """Where a system keeps what is started at login."""

    def is_on(self) -> bool:
        """Whether she is among it."""
        ...

    def put(self, command: Sequence[str]) -> None:
        """Have this started. Raises OSError."""
        ...

    def take_away(self) -> None:
        """Do not start her any more. Raises OSError."""
        ...


def set_login(place: AtLogin, command: Sequence[str], on: bool) -> None:
    """Switch it. Raises DataError in words."""
    try:
        if on:
            place.put(command)
        else:
            place.take_away()
    except OSError as error:
        raise DataError(
            t(
                f"登录时启动没有设好：{error.strerror or error}。",
                f"The start at login could not be set: {error.strerror or error}.",
            ),
            t("请检查该位置是否可写。", "See whether that place can be written to."),
        ) from error


def command(home: Path, executable: str = sys.executable) -> list[str]:
    """What is to be started: the program that runs now, without a console where there is a choice, on this home."""
    python = Path(executable)
    quiet = python.with_name("pythonw.exe")
    if python.name.lower() == "python.exe" and quiet.exists():
        python = quiet
    return [str(python), "-m", "zishu_app", "--mode", "desktop", "--home", str(home.absolute())]


class DesktopEntry:
    """The autostart folder of the freedesktop.org desktops."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        base = environment.get("XDG_CONFIG_HOME") or Path(environment.get("HOME", "~")) / ".config"
        self.path = Path(base).expanduser() / "autostart" / f"{NAME}.desktop"

    def is_on(self) -> bool:
        """See AtLogin. An entry that a desktop's own settings switched off stays, marked as hidden."""
        try:
            lines = self.path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            return False
        values = dict(line.split("=", 1) for line in lines if "=" in line)
        off = values.get("Hidden") == "true" or values.get("X-GNOME-Autostart-enabled") == "false"
        return not off and bool(values.get("Exec"))

    def put(self, command: Sequence[str]) -> None:
        """See AtLogin."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        lines = (
            "[Desktop Entry]",
            "Type=Application",
            "Name=Zishu",
            "Name[zh_CN]=紫舒老师",
            "Comment=She lives on the desktop",
            "Comment[zh_CN]=住在桌面上的紫舒老师",
            "Exec=" + " ".join(map(_quoted, command)),
            "Terminal=false",
            "X-GNOME-Autostart-enabled=true",
        )
        write_text(self.path, "\n".join(lines) + "\n")

    def take_away(self) -> None:
        """See AtLogin."""
        self.path.unlink(missing_ok=True)


def _quoted(word: str) -> str:
    """A word of Exec: quoted, and escaped twice over, once as a string of the file and once as an argument."""
    inner = word.replace("%", "%%")
    for sign in ("\\", '"', "`", "$"):
        inner = inner.replace(sign, "\\" + sign)
    return '"' + inner.replace("\\", "\\\\") + '"'


class Registry(Protocol):
    """The part of the Windows registry that is needed: texts under the user's Run key."""

    def read(self, name: str) -> str | None:
        """A value; None: there is none."""
        ...

    def write(self, name: str, value: str) -> None:
        """Raises OSError."""
        ...

    def remove(self, name: str) -> None:
        """No matter whether it is there. Raises OSError."""
        ...


class RunKey:
    """HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Run."""

    def __init__(self, registry: Registry | None = None) -> None:
        self._registry = registry or UserRegistry()

    def is_on(self) -> bool:
        """See AtLogin."""
        return bool(self._registry.read(NAME))

    def put(self, command: Sequence[str]) -> None:
        """See AtLogin."""
        self._registry.write(NAME, subprocess.list2cmdline(command))

    def take_away(self) -> None:
        """See AtLogin."""
        self._registry.remove(NAME)


class UserRegistry:
    """The registry itself, by the standard library's `winreg`, which is there on Windows only."""

    FOLDER = r"Software\Microsoft\Windows\CurrentVersion\Run"

    def __init__(self, winreg: Any = None) -> None:
        self._reg: Any = winreg or import_module("winreg")

    def read(self, name: str) -> str | None:
        """See Registry."""
        try:
            with self._reg.OpenKey(self._reg.HKEY_CURRENT_USER, self.FOLDER) as key:
                return str(self._reg.QueryValueEx(key, name)[0])
        except FileNotFoundError:
            return None

    def write(self, name: str, value: str) -> None:
        """See Registry."""
        with self._reg.CreateKey(self._reg.HKEY_CURRENT_USER, self.FOLDER) as key:
            self._reg.SetValueEx(key, name, 0, self._reg.REG_SZ, value)

    def remove(self, name: str) -> None:
        """See Registry."""
        try:
            with self._reg.OpenKey(
                self._reg.HKEY_CURRENT_USER, self.FOLDER, 0, self._reg.KEY_SET_VALUE
            ) as key:
                self._reg.DeleteValue(key, name)
        except FileNotFoundError:
            return


class LaunchAgent:
    """A property list in ~/Library/LaunchAgents, read by launchd at login."""

    def __init__(self, home: Path | None = None) -> None:
        self.path = (home or Path.home()) / "Library" / "LaunchAgents" / f"{AGENT}.plist"

    def is_on(self) -> bool:
        """See AtLogin."""
        import plistlib  # brings a reader of XML, and is asked for on macOS only

        try:
            found = plistlib.loads(self.path.read_bytes())
        except (OSError, plistlib.InvalidFileException, ValueError):
            return False
        return isinstance(found, dict) and bool(found.get("RunAtLoad")) and not found.get("Disabled")

    def put(self, command: Sequence[str]) -> None:
        """See AtLogin."""
        import plistlib

        self.path.parent.mkdir(parents=True, exist_ok=True)
        agent = {
            "Label": AGENT,
            "ProgramArguments": list(command),
            "RunAtLoad": True,
            "ProcessType": "Interactive",
        }
        write_text(self.path, plistlib.dumps(agent).decode())

    def take_away(self) -> None:
        """See AtLogin."""
        self.path.unlink(missing_ok=True)
