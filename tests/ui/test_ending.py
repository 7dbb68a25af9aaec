"""Ended by a signal the program ends softly: what the window remembers is written, and it says that all went well."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from typing import Any

import pytest

from tests.house.source import ROOT
from tests.ui.conftest import USUAL, Run, Settle
from zishu_app.core.paths import Home
from zishu_app.ui.ending import ends_softly

#: the program as it is started, with a word when it is open
PROGRAM = """
import argparse, os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # started in the background, the tests do not listen to it
os.environ["QT_API"] = "pyside6"
from zishu_app.ui import main
from zishu_app.ui.program import Program
opened = Program.open
def open(program, *given):
    opened(program, *given)
    print("open", flush=True)
Program.open = open
sys.exit(main.run(argparse.Namespace(home=sys.argv[1], command=None, mode=sys.argv[2], accessory=None)))
"""

posix = pytest.mark.skipif(os.name != "posix", reason="signals come otherwise there")


@posix
@pytest.mark.parametrize(
    ("mode", "number"), [("studio", signal.SIGTERM), ("studio", signal.SIGINT), ("desktop", signal.SIGTERM)]
)
def test_a_signal_ends_it_as_its_menu_does(home: Home, mode: str, number: signal.Signals) -> None:
    command = [sys.executable, "-c", PROGRAM, str(home.root), mode]
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "open\n"
            process.send_signal(number)
            _, said = process.communicate(timeout=30)
        finally:
            process.kill()
    assert process.returncode == 0
    assert [line for line in said.splitlines() if not line.startswith(USUAL)] == []
    assert json.loads(home.companion.read_text(encoding="utf-8"))["program"] == {"studio": mode == "studio"}
    if mode == "studio":
        assert json.loads((home.root / "window.json").read_text(encoding="utf-8"))["page"] == "welcome"


@posix
@pytest.mark.parametrize("by_loop", [True, False])
def test_the_first_signal_ends_and_what_was_before_is_put_back(
    run: Run[Any], settle: Settle, monkeypatch: pytest.MonkeyPatch, *, by_loop: bool
) -> None:
    before, ended = signal.getsignal(signal.SIGTERM), list[signal.Handlers]()

    async def go() -> None:
        loop = asyncio.get_running_loop()

        def no(*_: object) -> None:
            raise NotImplementedError

        if not by_loop:  # as on Windows
            monkeypatch.setattr(loop, "add_signal_handler", no)
        with ends_softly(lambda: ended.append(signal.getsignal(signal.SIGTERM))):
            assert signal.getsignal(signal.SIGTERM) != before
            os.kill(os.getpid(), signal.SIGTERM)
            await settle(lambda: ended)

    run(go())
    assert ended == [signal.SIG_DFL], "the second one does not wait"
    assert signal.getsignal(signal.SIGTERM) == before


@posix
def test_who_started_it_deaf_is_obeyed(run: Run[Any]) -> None:
    async def go() -> None:
        with ends_softly(lambda: None):
            assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN

    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        run(go())
    finally:
        signal.signal(signal.SIGHUP, before)
