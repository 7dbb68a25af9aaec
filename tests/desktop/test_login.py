"""The start at login, on three systems: switched on and off, and what is started is this program on this home."""

import plistlib
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zishu_app.core.errors import DataError
from zishu_app.desktop.login import (
    AtLogin,
    DesktopEntry,
    LaunchAgent,
    RunKey,
    UserRegistry,
    _quoted,
    command,
    set_login,
)

STARTED = ["/opt/a b/python", "-m", "zishu_app", "--home", '/homes/me/100% "mine" $HOME']


class Key:
    def __enter__(self) -> "Key":
        return self

    def __exit__(self, *_: object) -> None:
        return None


class ScriptedWinreg:
    """As `winreg`, with one key."""

    HKEY_CURRENT_USER, KEY_SET_VALUE, REG_SZ = 1, 2, 1

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self.there = False

    def OpenKey(self, *_: Any) -> Key:  # noqa: N802 - as winreg has it
        if not self.there:
            raise FileNotFoundError
        return Key()

    def CreateKey(self, *_: Any) -> Key:  # noqa: N802 - as winreg has it
        self.there = True
        return Key()

    def QueryValueEx(self, _key: Key, name: str) -> tuple[str, int]:  # noqa: N802 - as winreg has it
        if name not in self.values:
            raise FileNotFoundError
        return self.values[name], 1

    def SetValueEx(self, _key: Key, name: str, *rest: Any) -> None:  # noqa: N802 - as winreg has it
        self.values[name] = rest[-1]

    def DeleteValue(self, _key: Key, name: str) -> None:  # noqa: N802 - as winreg has it
        if self.values.pop(name, None) is None:
            raise FileNotFoundError


def places(folder: Path) -> list[AtLogin]:
    return [
        DesktopEntry({"HOME": str(folder)}),
        LaunchAgent(folder),
        RunKey(UserRegistry(ScriptedWinreg())),
    ]


@pytest.mark.parametrize("number", range(3))
def test_on_and_off(tmp_path: Path, number: int) -> None:
    place = places(tmp_path)[number]
    assert not place.is_on()
    set_login(place, STARTED, False)
    set_login(place, STARTED, True)
    set_login(place, STARTED, True)
    assert place.is_on()
    set_login(place, STARTED, False)
    assert not place.is_on()


def test_a_desktop_entry_that_any_desktop_reads(tmp_path: Path) -> None:
    entry = DesktopEntry({"XDG_CONFIG_HOME": str(tmp_path / "conf"), "HOME": "/elsewhere"})
    entry.put(STARTED)
    assert entry.path == tmp_path / "conf" / "autostart" / "zishu.desktop"
    lines = entry.path.read_text(encoding="utf-8").splitlines()
    assert lines[:2] == ["[Desktop Entry]", "Type=Application"]
    assert "Name[zh_CN]=紫舒老师" in lines
    for switched_off in ("Hidden=true", "X-GNOME-Autostart-enabled=false"):
        entry.path.write_text("\n".join([*lines, switched_off]))
        assert not entry.is_on(), "switched off in the desktop's own settings"
    entry.path.write_bytes(b"\xff\xfe")
    assert not entry.is_on()


def read_exec(line: str) -> list[str]:
    """As the specification has it: a string is unescaped first, then its quoted arguments, then its field codes."""
    string = re.sub(r"\\(.)", r"\1", line.replace("\\s", " "))
    words = re.findall(r'"((?:[^"\\]|\\.)*)"(?: |$)', string, re.DOTALL)
    return [re.sub(r"\\(.)", r"\1", one).replace("%%", "%") for one in words]


@given(st.lists(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1), min_size=1))
def test_every_argument_comes_through_the_quoting_of_a_desktop_entry(words: list[str]) -> None:
    assert read_exec(" ".join(map(_quoted, words))) == words


def test_a_launch_agent(tmp_path: Path) -> None:
    agent = LaunchAgent(tmp_path)
    agent.put(STARTED)
    value = plistlib.loads(agent.path.read_bytes())
    assert (value["ProgramArguments"], value["RunAtLoad"]) == (STARTED, True)
    agent.path.write_text("not a list")
    assert not agent.is_on()


def test_the_run_key_holds_one_command_line() -> None:
    winreg = ScriptedWinreg()
    RunKey(UserRegistry(winreg)).put([r"C:\Program Files\py\pythonw.exe", "-m", "zishu_app"])
    assert winreg.values == {"zishu": r'"C:\Program Files\py\pythonw.exe" -m zishu_app'}


def test_what_is_started(tmp_path: Path) -> None:
    started = command(tmp_path)
    assert started == [sys.executable, "-m", "zishu_app", "--mode", "desktop", "--home", str(tmp_path)]
    (tmp_path / "pythonw.exe").touch()
    assert command(tmp_path, str(tmp_path / "python.exe"))[0] == str(tmp_path / "pythonw.exe")


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    class Full:
        def is_on(self) -> bool:
            return False

        def put(self, command: Sequence[str]) -> None:
            raise PermissionError(13, "Permission denied")

        def take_away(self) -> None:
            return None

    with pytest.raises(DataError, match="Permission denied"):
        set_login(Full(), STARTED, True)
