"""Finding, starting and ending the process of a lane. Blocking; the client calls it in a thread.

One process a lane and home folder, whoever starts it: `<home>/worker/<lane>.lock` is held while somebody looks
for it or starts it, `<home>/worker/<lane>.json` says where it listens.
"""

import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import psutil
from filelock import FileLock, Timeout

from zishu_app.core.errors import WorkerUnavailable
from zishu_app.core.paths import SHIPPED, Home
from zishu_app.core.texts import language, t
from zishu_app.jobs import journal
from zishu_app.jobs.protocol import SPEAKS, Address, encode
from zishu_app.jobs.specs import LaneName

#: bytes of a lane's log beyond which a new one is begun
MOST_LOG = 2 * 1024 * 1024
#: lines of the log that are shown when a lane does not start
SHOWN_LINES = 8
#: seconds a lane of another version has to leave when it has no job
LEAVE_SECONDS = 5.0

# our folder comes last on the path, so that the packages of another environment win over ours
_BOOT = "import runpy, sys; sys.path.append(sys.argv.pop(1)); runpy.run_module('zishu_app.worker', None, '__main__', True)"

#: Threads of llama.cpp wait for each other after every step. With OpenMP's default of long spinning a busy machine
#: answers slowly (15 tokens/s where short spinning gave 40; 20 times slower in an earlier trial); without any, an
#: idle one gives a third of its speed (24 tokens/s; as set here 77). One run each, the built-in model, two cores.
#: GNU's OpenMP spins shortly, others sleep.
CALM_THREADS = {"OMP_WAIT_POLICY": "PASSIVE", "GOMP_SPINCOUNT": "1000"}

_children: dict[int, subprocess.Popen[bytes]] = {}


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds of waiting."""

    #: for a started lane to be there
    start: float = 60.0
    #: of a lane that nobody needs, until it leaves
    idle: float = 300.0
    #: of a lane with a model that nobody asks for, until it lets go of it
    model_idle: float = 900.0
    #: of a lane with a job that does not stop when asked, until it ends itself
    grace: float = 20.0


@dataclass(frozen=True, slots=True)
class LanePlan:
    """Which lane, and how it is started."""

    home: Home
    name: LaneName
    #: interpreter of another environment; None: this one
    python: str | None = None
    patience: Patience = Patience()

    @property
    def log(self) -> Path:
        """What the process and its libraries print."""
        return self.home.logs / f"worker-{self.name}.log"


def find(plan: LanePlan) -> Address | None:
    """Where the lane says it is; None: it is not there. It may have died without tidying up."""
    try:
        return Address(**json.loads((plan.home.lanes / f"{plan.name}.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def running(plan: LanePlan) -> int | None:
    """The number of the lane's process; None: there is none."""
    known = find(plan)
    return known.pid if known is not None and _is_lane(plan, known.pid) else None


def ensure(plan: LanePlan, bad: Address | None) -> Address:
    """A lane that is there, started if need be. `bad` did not answer: it is ended. Raises WorkerUnavailable."""
    with _lock(plan):
        known = find(plan)
        if known is not None and known.speaks != SPEAKS:
            _ask_to_leave(plan, known)
        elif known is not None and known != bad and _is_lane(plan, known.pid):
            return known
        elif known is not None:
            end(plan, known.pid, patience=2.0)
        (plan.home.lanes / f"{plan.name}.json").unlink(missing_ok=True)
        _bury(plan)
        return _start(plan)


def end(plan: LanePlan, pid: int, patience: float) -> None:
    """Terminate a lane's process, and kill it if it is still there after `patience` seconds."""
    for blow in (psutil.Process.terminate, psutil.Process.kill):
        if not _is_lane(plan, pid):
            return
        with contextlib.suppress(psutil.NoSuchProcess):
            blow(psutil.Process(pid))
        is_gone(plan, pid, patience)


def is_gone(plan: LanePlan, pid: int, patience: float) -> bool:
    """Whether the process has ended, waiting up to `patience` seconds for it."""
    until = time.monotonic() + patience
    while _is_lane(plan, pid):
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def bury(plan: LanePlan) -> None:
    """Give the jobs of a lane that died their ending, so that whoever reads their journal is not left waiting."""
    with _lock(plan):
        _bury(plan)


def how_it_ended(plan: LanePlan, pid: int) -> str:
    """The exit code of a lane that this process started, for the reason that is told; "" if it is not known."""
    child = _children.get(pid)
    if child is None or not is_gone(plan, pid, patience=1.0):
        return ""
    with contextlib.suppress(subprocess.TimeoutExpired):
        code = child.wait(1.0)
        return t(f"（退出码 {code}）", f" (exit code {code})")
    return ""


def _bury(plan: LanePlan) -> None:
    reason = t("运行它的进程已不在。", "The process that ran it is gone.")
    journal.bury(plan.home.runs, plan.name, lambda pid: _is_lane(plan, pid), reason)


def _is_lane(plan: LanePlan, pid: int) -> bool:
    """Whether this process is the lane of this home, and not one that got the number of a dead one.

    The command line tells; the time of its start would not do, it moves when the clock is set.
    """
    try:
        process = psutil.Process(pid)
        words = process.cmdline()
        return process.status() != psutil.STATUS_ZOMBIE and words[-4:] == _last_words(plan)
    except psutil.Error:
        return False


def _ask_to_leave(plan: LanePlan, old: Address) -> None:
    """A lane of another version makes room as soon as it has no job. Raises WorkerUnavailable while it has."""
    hello = {"hello": SPEAKS, "token": old.token, "leave": True}
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", old.port), 2.0) as line:
        line.sendall(encode(hello))
        line.settimeout(2.0)
        line.recv(1)  # it has heard; closing earlier could take the words back
    if not is_gone(plan, old.pid, patience=LEAVE_SECONDS):
        raise WorkerUnavailable(
            t(
                f"另一个版本（{old.speaks}）的工作进程还有任务在运行。",
                f"A worker of another version ({old.speaks}) still has a job running.",
            ),
            t("等它结束，或结束那个任务后再试。", "Wait until it is done, or end that job, then try again."),
        )


def _start(plan: LanePlan) -> Address:
    log = _open_log(plan)
    before = plan.log.stat().st_size
    with log:
        try:
            child = subprocess.Popen(
                _command(plan),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**CALM_THREADS, **os.environ},
                start_new_session=sys.platform != "win32",
                creationflags=_windows_flags(),
            )
        except OSError as error:
            raise _unavailable(plan, str(error), before) from error
    _children[child.pid] = child
    # collected as soon as it ends; otherwise it stays a zombie for as long as this program lives
    threading.Thread(target=child.wait, name="lane", daemon=True).start()
    return _wait_for(plan, child, before)


def _wait_for(plan: LanePlan, child: "subprocess.Popen[bytes]", before: int) -> Address:
    until = time.monotonic() + plan.patience.start
    while time.monotonic() < until:
        address = find(plan)
        if address is not None:
            return address
        code = child.poll()
        if code is not None:
            raise _unavailable(plan, t(f"退出码 {code}", f"exit code {code}"), before)
        time.sleep(0.01)
    child.kill()
    late = t(f"{plan.patience.start:.0f} 秒内没有就绪", f"not ready within {plan.patience.start:.0f} s")
    raise _unavailable(plan, late, before)


def _command(plan: LanePlan) -> list[str]:
    """-P: the folder it is started in is not searched for modules; -u: what libraries print is not held back."""
    python = [plan.python or sys.executable, "-P", "-u", "-X", "utf8", "-c", _BOOT, str(SHIPPED)]
    given = plan.patience
    idle = ["--idle", str(given.idle), "--model-idle", str(given.model_idle), "--grace", str(given.grace)]
    return [*python, *idle, "--language", language(), *_last_words(plan)]


def _last_words(plan: LanePlan) -> list[str]:
    """The end of a lane's command line, by which it is known."""
    return ["--lane", plan.name, "--home", str(plan.home.root)]


def _windows_flags() -> int:
    """No Ctrl-C of the starting terminal, and no window; 0 where there are no such flags."""
    names = ("CREATE_NEW_PROCESS_GROUP", "CREATE_NO_WINDOW")
    return sum(getattr(subprocess, name, 0) for name in names)


def _open_log(plan: LanePlan) -> BinaryIO:
    """The lane's log, opened for appending; a long one is put aside first."""
    plan.home.logs.mkdir(parents=True, exist_ok=True)
    # not there yet, or (Windows) a lane that is just leaving holds it open
    with contextlib.suppress(OSError):
        if plan.log.stat().st_size > MOST_LOG:
            plan.log.replace(plan.log.with_suffix(".old.log"))
    return plan.log.open("ab")


@contextmanager
def _lock(plan: LanePlan) -> Iterator[None]:
    """Nobody else looks for this lane or starts it meanwhile."""
    plan.home.lanes.mkdir(parents=True, exist_ok=True)
    lock = FileLock(plan.home.lanes / f"{plan.name}.lock", timeout=plan.patience.start + 30)
    try:
        with lock:
            yield
    except Timeout as error:
        raise WorkerUnavailable(
            t(f"另一个程序一直占着 {lock.lock_file}。", f"Another program holds {lock.lock_file}."),
            t("关闭它后再试。", "Close it and try again."),
        ) from error


def _unavailable(plan: LanePlan, why: str, before: int) -> WorkerUnavailable:
    """The error for a lane that did not start, with what its log says since byte `before`."""
    words = plan.log.read_bytes()[before:].decode("utf-8", "replace")
    lines = "\n".join(words.rstrip().splitlines()[-SHOWN_LINES:])
    command = plan.python or sys.executable
    return WorkerUnavailable(
        t(f"工作进程无法启动（{command}）：{why}。", f"The worker cannot be started ({command}): {why}.")
        + (f"\n{lines}" if lines else ""),
        t(f"完整记录在 {plan.log}。", f"The whole log is in {plan.log}."),
    )
