"""Which door opens: the window where there is a display, else the tour or a reason."""

import argparse
import os
import subprocess
import sys
from pathlib import Path

import pytest

from zishu_app.cli import start, tour
from zishu_app.cli.main import main
from zishu_app.core import qt_libraries

ROOT = Path(__file__).resolve().parents[2]
linux = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a display")


class ScriptedWindow:
    """A window that is closed at once."""

    def __init__(self, error: ImportError | None = None) -> None:
        self.opened: list[argparse.Namespace] = []
        self.error = error

    def __call__(self, given: argparse.Namespace) -> int:
        self.opened.append(given)
        if self.error:
            raise self.error
        return 0


@pytest.fixture
def window(monkeypatch: pytest.MonkeyPatch) -> ScriptedWindow:
    """On a system that has all Qt needs."""
    monkeypatch.setattr(qt_libraries, "missing_for_window", lambda environment: [])
    return ScriptedWindow()


@pytest.fixture(autouse=True)
def toured(monkeypatch: pytest.MonkeyPatch) -> list[argparse.Namespace]:
    """No display, and a tour that only says that it was taken."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    taken: list[argparse.Namespace] = []
    monkeypatch.setattr(tour, "run", lambda given: taken.append(given) or 0)
    return taken


@pytest.fixture
def display(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")


@pytest.mark.usefixtures("display")
@pytest.mark.parametrize("command", [[], ["studio"], ["--mode", "desktop", "--accessory", "turtle"]])
def test_on_a_display_the_window_opens(command: list[str], window: ScriptedWindow, home: Path) -> None:
    assert main([*command, "--home", "there"], window) == 0
    assert [given.home for given in window.opened] == ["there"]
    assert window.opened[0].accessory == ("turtle" if "--accessory" in command else None)


@linux
def test_without_a_display_it_is_the_tour(
    window: ScriptedWindow, toured: list[argparse.Namespace], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([], window) == 0
    assert window.opened == []
    assert (toured[0].lang, toured[0].rounds, toured[0].json) == (None, 3, False)
    assert capsys.readouterr().err == "There is no display here. So this is the tour.\n"


@linux
@pytest.mark.parametrize("command", [["studio"], ["--mode", "desktop"]])
def test_without_a_display_what_was_asked_for_by_name_is_an_error(
    command: list[str],
    window: ScriptedWindow,
    toured: list[argparse.Namespace],
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(command, window) == 2
    assert (window.opened, toured) == ([], [])
    assert capsys.readouterr().err.splitlines() == [
        "Error: There is no display here.",
        "  → Open it on a desktop; here there are: `zishu chat`, `zishu tour`, `zishu generate`, `zishu distill`.",
    ]


@linux
def test_a_display_that_does_not_answer_is_none(
    window: ScriptedWindow, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DISPLAY", ":65000")
    assert main(["studio"], window) == 2
    assert "The display :65000 does not answer." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("environment", "there"),
    [
        ({"DISPLAY": ":0"}, True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, True),
        ({"QT_QPA_PLATFORM": "offscreen"}, True),
        ({"QT_QPA_PLATFORM": "minimal:x"}, True),
        ({"QT_QPA_PLATFORM": "xcb"}, False),
        ({"DISPLAY": ""}, False),
    ],
)
def test_what_counts_as_a_display(
    environment: dict[str, str], there: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "platform", "linux")
    assert start.has_display() is there
    monkeypatch.setattr(sys, "platform", "darwin")
    assert start.has_display()


@pytest.mark.usefixtures("display")
def test_modes_that_are_not_built_say_so(window: ScriptedWindow, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--mode", "voice"], window) == 2
    assert 'The mode "voice" is not built yet.' in capsys.readouterr().err
    assert main(["--mode", "desktop", "studio"], window) == 2
    assert "--mode does not go with a command." in capsys.readouterr().err
    assert window.opened == []


@pytest.mark.usefixtures("display")
def test_missing_libraries_are_told_before_qt_is_loaded(
    window: ScriptedWindow, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(qt_libraries, "missing_for_window", lambda environment: ["libEGL.so.1"])
    monkeypatch.setattr(qt_libraries, "what_to_do", lambda sonames: "sudo apt-get install -y libegl1")
    assert main([], window) == 1
    assert window.opened == []
    assert capsys.readouterr().err.splitlines() == [
        "Error: The window cannot open: this system lacks what Qt needs: libEGL.so.1.",
        "  → sudo apt-get install -y libegl1",
    ]


@pytest.mark.usefixtures("display", "window")
@pytest.mark.parametrize("name", ["PySide6.QtGui", "shiboken6", None])  # None: as qasync raises it
def test_a_qt_that_does_not_load_is_told_without_a_traceback(
    name: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = ImportError("libnew.so.1: cannot open shared object file", name=name)
    assert main([], ScriptedWindow(broken)) == 1
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 2
    assert "Qt does not load (libnew.so.1: cannot open shared object file)" in told[0]
    assert "zishu doctor" in told[1]


@pytest.mark.usefixtures("display", "window")
def test_a_fault_of_ours_is_not_blamed_on_qt(
    expects_log: list[object], capsys: pytest.CaptureFixture[str]
) -> None:
    ours = ImportError("cannot import name 'x'", name="zishu_app.ui.main")
    assert main([], ScriptedWindow(ours)) == 1
    assert "this is our fault" in capsys.readouterr().err


@pytest.mark.usefixtures("display", "window")
def test_half_an_installation_is_left_to_the_door() -> None:
    with pytest.raises(ModuleNotFoundError):
        main(["studio"], ScriptedWindow(ModuleNotFoundError("No module named 'PySide6'", name="PySide6")))


def test_the_door_tells_which_part_is_missing() -> None:
    """As a user sees it: no traceback, and what to run."""
    code = """
import sys
from zishu_app.__main__ import main
from zishu_app.cli import start
start.PARTS = ("no_such_qt",)
sys.exit(main())
"""
    ended = subprocess.run(
        [sys.executable, "-c", code, "studio"],
        cwd=ROOT,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert ended.returncode == 1
    assert ended.stderr.splitlines()[1:] == [
        "The part no_such_qt is missing; run: python3 packaging/start.py --repair"
    ]
