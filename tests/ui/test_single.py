"""One window a home: the second start rings and ends, and a window that was killed leaves no lock behind."""

import argparse
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from tests.house.source import ROOT
from tests.ui.conftest import Run, Settle
from zishu_app.core.paths import Home, open_home
from zishu_app.ui import main
from zishu_app.ui.single import Single, Start, start_of

#: opens nothing but the lock, and answers the bell
CHILD = """
import sys
from PySide6.QtCore import QCoreApplication
from zishu_app.core.paths import open_home
from zishu_app.ui.single import Single
app = QCoreApplication([])
single = Single(open_home(sys.argv[1]))
print("taken" if single.take() else "refused", flush=True)
single.on_ring(lambda wish: print("rung", wish, flush=True))
sys.exit(app.exec())
"""

Child = "subprocess.Popen[str]"


@pytest.fixture
def child(home: Home) -> Iterator[Callable[[], Any]]:
    """Another start of the program on this test's home; all are ended afterwards."""
    begun: list[subprocess.Popen[str]] = []

    def begin() -> "subprocess.Popen[str]":
        command = [sys.executable, "-c", CHILD, str(home.root)]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        begun.append(subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True))
        return begun[-1]

    yield begin
    for process in begun:
        process.kill()
        process.communicate()


def start(home: Home, **asked: Any) -> int:
    """The program itself, as a user starts it."""
    home.settings.write_text('language = "en"\n[window]\ntheme = "light"\n', encoding="utf-8")
    return main.run(argparse.Namespace(home=str(home.root), **asked))


def said(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_the_second_is_refused_and_its_ring_is_heard(
    app: QApplication, home: Home, run: Run[Any], settle: Settle
) -> None:
    first, second, rung = Single(home), Single(home), []
    assert first.take()
    first.on_ring(rung.append)
    assert not second.take()
    assert second.ring("desktop turtle")
    run(settle(lambda: rung))
    assert rung == ["desktop turtle"]
    first.leave()


def test_when_the_first_has_left_the_next_may_open(app: QApplication, home: Home) -> None:
    first, second = Single(home), Single(home)
    assert first.take()
    first.leave()
    assert second.take()
    second.leave()


def test_another_home_has_a_window_of_its_own(app: QApplication, home: Home, tmp_path: Path) -> None:
    first, other = Single(home), Single(open_home(tmp_path / "other home 家"))
    assert first.take()
    assert other.take()
    first.leave()
    other.leave()


def test_where_nobody_answers_the_ring_says_so(app: QApplication, home: Home) -> None:
    assert not Single(home).ring()


def test_another_process_has_the_window_until_it_is_killed(
    app: QApplication, home: Home, child: Callable[[], Any]
) -> None:
    first = child()
    assert said(first) == "taken"
    own = Single(home)
    assert not own.take()
    assert own.ring()
    assert said(first) == "rung show"

    first.kill()
    first.wait()

    assert not own.ring(), "the bell is gone with it"
    assert own.take(), "and the lock too"
    own.leave()


def test_after_a_kill_the_next_window_hears_the_bell_again(
    app: QApplication, home: Home, child: Callable[[], Any]
) -> None:
    """The socket of the killed one still lies in the folder of the system, and must not be in the way."""
    first = child()
    assert said(first) == "taken"
    first.kill()
    first.wait()
    second = child()
    assert said(second) == "taken"
    assert Single(home).ring()
    assert said(second) == "rung show"


@pytest.mark.parametrize(
    ("asked", "heard"),
    [
        ({}, "rung show"),
        ({"command": "studio", "mode": None}, "rung studio"),
        ({"command": None, "mode": "desktop", "accessory": "turtle"}, "rung desktop turtle"),
    ],
)
def test_the_program_started_twice_tells_what_for_and_ends(
    app: QApplication, home: Home, child: Callable[[], Any], asked: dict[str, Any], heard: str
) -> None:
    first = child()
    assert said(first) == "taken"
    assert start(home, **asked) == 0
    assert said(first) == heard


@pytest.mark.parametrize("start", [Start(), Start("studio"), Start("desktop", "my_hat")])
def test_a_start_is_told_in_a_line(start: Start) -> None:
    assert start_of(start.wish()) == start
    assert "\n" not in start.wish()


def test_whatever_else_is_sent_is_a_plain_start() -> None:
    assert start_of("") == start_of("show") == Start()
    assert start_of("format c:") == Start("", "c:")
    assert start_of("desktop  ") == Start("desktop")


def test_a_window_that_does_not_answer_is_told(
    app: QApplication, home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    held = Single(home)
    held.take()
    held._server.close()
    assert start(home) == 1
    assert "does not answer" in capsys.readouterr().err
    held.leave()
