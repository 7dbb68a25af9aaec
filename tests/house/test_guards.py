"""What tests/conftest.py promises every other test."""

import _socket
import asyncio
import inspect
import logging
import os
import re
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import keyring
import keyring.errors
import pytest
from blockbuster import BlockingError

from tests.blocking import OURS
from tests.house.source import ROOT
from tests.loopback import NetworkAsked
from zishu_app.core.files import write_text
from zishu_app.core.log import start_log
from zishu_app.core.paths import Home, open_home
from zishu_app.core.texts import language, set_language

#: as if it stood in the program
FAULTY = """
import asyncio, time
from pathlib import Path

async def sleeps():
    time.sleep(0.001)

async def reads(path):
    return path.read_text()

async def reads_aside(path):
    return await asyncio.to_thread(path.read_text)

def reads_when_called(path):
    return path.read_text()
"""

#: tests that fail, each for its own reason, and tests that pass
SOME_TESTS = """
import logging, socket
import pytest

def test_warns():
    logging.getLogger("zishu.x").warning("something is wrong")

def test_swallows():
    try:
        socket.getaddrinfo("example.com", 80)
    except AssertionError:
        pass

def test_expects_in_vain(expects_log):
    pass

def test_informs():
    logging.getLogger("zishu.x").info("all is well")
    logging.getLogger("other").warning("not ours")

def test_expects(expects_log):
    logging.getLogger("zishu.x").warning("something is wrong")
    assert [record.getMessage() for record in expects_log] == ["something is wrong"]
"""


def faulty() -> dict[str, Any]:
    scope: dict[str, Any] = {}
    exec(compile(FAULTY, f"{OURS}/faulty.py", "exec"), scope)
    return scope


def test_the_home_is_the_tests_own(home: Home) -> None:
    assert open_home() == home
    assert list(home.root.iterdir()) == []


def test_no_key_no_setting_and_no_proxy_of_the_surroundings() -> None:
    names = [
        name for name in os.environ if name.startswith("ZISHU_") or name.endswith(("_API_KEY", "_PROXY"))
    ]
    assert names == ["ZISHU_HOME"]


def test_there_is_no_keyring() -> None:
    with pytest.raises(keyring.errors.NoKeyringError):
        keyring.get_password("zishu", "anything")


def test_another_machine_is_not_reached(no_network: list[str]) -> None:
    with socket.socket() as one, pytest.raises(NetworkAsked):
        one.connect(("192.0.2.1", 80))
    with pytest.raises(NetworkAsked):
        socket.getaddrinfo("example.com", 443)
    with pytest.raises(NetworkAsked):
        socket.create_connection(("example.com", 443))
    assert len(no_network) == 3
    no_network.clear()


async def test_another_machine_is_not_reached_from_a_loop_either(no_network: list[str]) -> None:
    with pytest.raises(NetworkAsked):
        await asyncio.open_connection("example.com", 443)
    with pytest.raises(NetworkAsked):
        await asyncio.open_connection("192.0.2.1", 443)
    no_network.clear()


def test_this_machine_is_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(("localhost", server.getsockname()[1])).close()
    with pytest.raises(socket.gaierror):
        socket.getaddrinfo("no-such-host.invalid", 443)


async def test_our_code_may_not_hold_up_the_loop(tmp_path: Path) -> None:
    ours, path = faulty(), tmp_path / "x.txt"
    path.write_text("read")
    for coroutine in (ours["sleeps"](), ours["reads"](path)):
        with pytest.raises(BlockingError):
            await coroutine
    with pytest.raises(BlockingError):
        await asyncio.create_task(ours["reads"](path))
    assert await ours["reads_aside"](path) == "read"


async def test_a_test_may_read_a_file(tmp_path: Path) -> None:
    write_text(tmp_path / "x.txt", "read")
    assert (tmp_path / "x.txt").read_text() == "read"
    assert faulty()["reads_when_called"](tmp_path / "x.txt") == "read"


@pytest.mark.may_block("to see that the marker is heard")
async def test_the_marker_lets_a_test_block(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("read")
    assert await faulty()["reads"](tmp_path / "x.txt") == "read"


@pytest.mark.parametrize("_", [1, 2])
def test_language_and_log_are_as_new(_: int, tmp_path: Path) -> None:
    assert language() == "en"
    assert not any(isinstance(one, logging.FileHandler) for one in logging.getLogger("zishu").handlers)
    set_language("zh")
    start_log(tmp_path, logging.DEBUG)


def test_what_should_fail_fails_and_the_rest_does_not(tmp_path: Path) -> None:
    (tmp_path / "test_some.py").write_text(SOME_TESTS)
    command = [sys.executable, "-m", "pytest", "-q", "-rA", "-p", "tests.conftest", "-p", "no:cacheprovider"]
    ended = subprocess.run(
        [*command, "-c", str(ROOT / "pyproject.toml"), "--rootdir", str(tmp_path), str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    wrong = set(re.findall(r"^(?:FAILED|ERROR) \S+::(\w+)", ended.stdout, re.MULTILINE))
    assert wrong == {"test_warns", "test_swallows", "test_expects_in_vain"}, ended.stdout
    assert "something is wrong" in ended.stdout and "the address of example.com" in ended.stdout


@pytest.mark.parametrize("number", [1, 2])
async def test_guards_stand_over_each_other(number: int) -> None:
    assert number and socket.socket.connect.__name__ == "wrapper", "blocking is looked at above the network"


async def test_a_test_takes_back_its_own_changes_alone(
    monkeypatch: pytest.MonkeyPatch, home: Home, no_network: list[str]
) -> None:
    monkeypatch.setenv("ZISHU_SOMETHING", "of this test")
    monkeypatch.undo()
    assert os.environ["ZISHU_HOME"] == str(home.root) and "ZISHU_SOMETHING" not in os.environ
    with pytest.raises(NetworkAsked):
        socket.getaddrinfo("example.com", 443)
    no_network.clear()


def test_no_guard_is_left_behind_by_another_test() -> None:
    """Taken down in another order than put up, each async test left one more layer on every connection."""
    door = inspect.getclosurevars(socket.socket.connect).nonlocals["real"]
    assert door is _socket.socket.connect
