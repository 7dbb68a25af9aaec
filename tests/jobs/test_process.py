import asyncio
import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from pathlib import Path

import psutil
import pytest

from tests.jobs.lanes import OpenLane, lane_pids
from zishu_app.core.errors import WorkerUnavailable
from zishu_app.core.files import write_json
from zishu_app.core.paths import SHIPPED, Home
from zishu_app.jobs import process
from zishu_app.jobs.base import result_of
from zishu_app.jobs.client import Times
from zishu_app.jobs.process import LanePlan, find
from zishu_app.jobs.protocol import SPEAKS, Address
from zishu_app.jobs.specs import NoopSpec

posix = pytest.mark.skipif(sys.platform == "win32", reason="shell scripts and process groups")

CLIENT = """
import asyncio, sys
from zishu_app.core.paths import Home
from zishu_app.jobs.base import result_of
from zishu_app.jobs.client import open_lane
from zishu_app.jobs.specs import NoopSpec
from pathlib import Path

async def main():
    lane = open_lane(Home(Path(sys.argv[1])), "quick", idle_seconds=60)
    print((await result_of(await lane.submit(NoopSpec())))["pid"], flush=True)
    await asyncio.sleep(float(sys.argv[2]))
    await lane.close()

asyncio.run(main())
"""


def start_client(home: Home, seconds: float, **given: object) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", CLIENT, str(home.root), str(seconds)]
    env = {**os.environ, "PYTHONPATH": str(SHIPPED)}
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env, **given)


async def until(is_so: Callable[[], bool], seconds: float = 10.0) -> None:
    async with asyncio.timeout(seconds):
        while not is_so():  # noqa: ASYNC110 - it waits for another process
            await asyncio.sleep(0.02)


async def pid_of(opened: OpenLane, home: Home, **given: object) -> int:
    return (await result_of(await opened(home, **given).submit(NoopSpec())))["pid"]


async def test_ten_at_once_get_one_lane(opened: OpenLane, own_home: Home) -> None:
    programs = [await asyncio.to_thread(start_client, own_home, 0) for _ in range(3)]
    tasks: list[Awaitable[int]] = [pid_of(opened, own_home) for _ in range(10)]
    pids = set(await asyncio.gather(*tasks))
    said = {int((await asyncio.to_thread(program.communicate))[0]) for program in programs}
    assert pids == said
    assert lane_pids(own_home) == list(pids)


async def test_nothing_is_started_before_the_first_job(opened: OpenLane, own_home: Home) -> None:
    opened(own_home)
    await asyncio.sleep(0.1)
    assert lane_pids(own_home) == []


async def test_where_it_listens_is_for_the_user_only(opened: OpenLane, own_home: Home) -> None:
    pid = await pid_of(opened, own_home)
    path = own_home.lanes / "quick.json"
    said = json.loads(path.read_text(encoding="utf-8"))
    assert (said["pid"], said["speaks"]) == (pid, SPEAKS) and len(said["token"]) == 64
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    [listening] = psutil.Process(pid).net_connections(kind="tcp")[:1]
    assert listening.laddr.ip == "127.0.0.1"


async def test_it_leaves_when_the_last_program_has_gone(opened: OpenLane, own_home: Home) -> None:
    first, second = opened(own_home, idle_seconds=0.4), opened(own_home)
    pid = (await result_of(await first.submit(NoopSpec())))["pid"]
    await result_of(await second.submit(NoopSpec()))
    await first.close()
    await asyncio.sleep(0.8)
    assert lane_pids(own_home) == [pid]
    await second.close()
    await until(lambda: not lane_pids(own_home))
    assert not (own_home.lanes / "quick.json").exists()
    assert await pid_of(opened, own_home) != pid


async def test_a_stale_file_is_no_obstacle(opened: OpenLane, own_home: Home) -> None:
    # the number belongs to a living process that is no lane: it must not be touched
    command = [sys.executable, "-c", "import time; time.sleep(60)"]
    stranger = await asyncio.to_thread(subprocess.Popen, command)
    try:
        stale = Address(1, "0" * 64, stranger.pid, SPEAKS)
        await asyncio.to_thread(write_json, own_home.lanes / "quick.json", asdict(stale))
        assert await pid_of(opened, own_home) in lane_pids(own_home)
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


@pytest.mark.parametrize("text", ["{", '{"port": 1}'])
async def test_a_broken_file_is_no_obstacle(opened: OpenLane, own_home: Home, text: str) -> None:
    own_home.lanes.mkdir(parents=True)
    (own_home.lanes / "quick.json").write_text(text, encoding="utf-8")
    assert await pid_of(opened, own_home) in lane_pids(own_home)


async def test_an_older_lane_makes_room(opened: OpenLane, own_home: Home) -> None:
    old = await pid_of(opened, own_home)
    await asyncio.to_thread(pretend_older, own_home)
    assert await pid_of(opened, own_home) != old
    assert old not in lane_pids(own_home)


async def test_an_older_lane_with_a_job_is_left_in_peace(
    opened: OpenLane, own_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "LEAVE_SECONDS", 0.3)
    job = await opened(own_home).submit(NoopSpec(steps=20, seconds=0.1))
    await asyncio.to_thread(pretend_older, own_home)
    with pytest.raises(WorkerUnavailable, match="0/0.0.1"):
        await opened(own_home).submit(NoopSpec())
    assert (await result_of(job))["steps"] == 20


def pretend_older(home: Home) -> None:
    path = home.lanes / "quick.json"
    said = json.loads(path.read_text(encoding="utf-8"))
    write_json(path, {**said, "speaks": "0/0.0.1"}, private=True)


@posix
async def test_ctrl_c_in_the_command_does_not_reach_the_lane(own_home: Home) -> None:
    given = {"start_new_session": True, "stderr": subprocess.DEVNULL}
    program = await asyncio.to_thread(start_client, own_home, 60, **given)
    assert program.stdout
    pid = int(await asyncio.to_thread(program.stdout.readline))
    os.killpg(program.pid, signal.SIGINT)
    await asyncio.to_thread(program.communicate)
    await asyncio.sleep(0.2)
    assert lane_pids(own_home) == [pid]


async def test_an_interpreter_that_is_not_there(opened: OpenLane, own_home: Home) -> None:
    with pytest.raises(WorkerUnavailable, match="no-such-python") as caught:
        await opened(own_home, python="/nowhere/no-such-python").submit(NoopSpec())
    assert "worker-quick.log" in caught.value.hint


@posix
async def test_an_interpreter_that_cannot(opened: OpenLane, own_home: Home, tmp_path: Path) -> None:
    own_home.logs.mkdir(parents=True)
    (own_home.logs / "worker-quick.log").write_text("of an earlier day\n", encoding="utf-8")
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho 没有 torch >&2\nexit 3\n", encoding="utf-8")
    python.chmod(0o755)
    with pytest.raises(WorkerUnavailable, match="exit code 3") as caught:
        await opened(own_home, python=str(python)).submit(NoopSpec())
    assert "没有 torch" in caught.value.message
    assert "earlier day" not in caught.value.message


@posix
async def test_an_interpreter_that_takes_forever(opened: OpenLane, own_home: Home, tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\nexec sleep 60\n", encoding="utf-8")
    python.chmod(0o755)
    with pytest.raises(WorkerUnavailable, match="not ready"):
        await opened(own_home, python=str(python), times=Times(start=0.2)).submit(NoopSpec())


@posix
async def test_another_interpreter_of_ours(opened: OpenLane, own_home: Home, tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\necho another one\nexec {sys.executable} "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    assert await pid_of(opened, own_home, python=str(python)) in lane_pids(own_home)
    assert b"another one" in (own_home.logs / "worker-quick.log").read_bytes()


async def test_a_long_log_is_put_aside(
    opened: OpenLane, own_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "MOST_LOG", 10)
    own_home.logs.mkdir(parents=True)
    (own_home.logs / "worker-quick.log").write_text("of an earlier day\n", encoding="utf-8")
    await pid_of(opened, own_home)
    assert b"earlier" not in (own_home.logs / "worker-quick.log").read_bytes()
    assert b"earlier" in (own_home.logs / "worker-quick.old.log").read_bytes()


async def test_a_wrong_token_is_refused(opened: OpenLane, own_home: Home) -> None:
    await pid_of(opened, own_home)
    address = await asyncio.to_thread(find, LanePlan(own_home, "quick"))
    assert address
    for hello in (
        b'{"hello": "%s", "token": "wrong"}\n' % SPEAKS.encode(),
        b'{"hello": "%s"}\n' % SPEAKS.encode(),
        b"GET / HTTP/1.1\r\n",
        b"\xff\xff\n",
        b"[]\n",
    ):
        reader, writer = await asyncio.open_connection("127.0.0.1", address.port)
        writer.write(hello + b'{"submit": "x", "spec": {"kind": "noop"}}\n')
        assert await reader.read() == b""
        writer.close()
    assert len(address.token) == 64
