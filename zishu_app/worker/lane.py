"""A lane: listens on this machine only, takes jobs from whoever knows the token, and leaves when nobody needs it."""

import asyncio
import contextlib
import hmac
import logging
import os
import secrets
import signal
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from zishu_app.core.errors import DataError, ZishuError
from zishu_app.core.files import write_json
from zishu_app.core.paths import Home
from zishu_app.core.texts import set_language, t
from zishu_app.jobs.protocol import (
    JOB_ID,
    MAX_LINE,
    SPEAKS,
    Address,
    Failed,
    decode,
    encode,
    event_to_dict,
)
from zishu_app.jobs.specs import LaneName, is_journaled, spec_from_dict, spec_to_dict
from zishu_app.worker.journal import Journal, Memory, Record, new_record
from zishu_app.worker.open_jobs import OpenJobs, Run

log = logging.getLogger("zishu.worker")

#: jobs running at once; training takes the whole machine, chats wait for their model's slots anyway
AT_ONCE: dict[LaneName, int] = {"quick": 32, "long": 1}
#: seconds for the first line of a connection
HELLO_SECONDS = 10.0
#: bytes that may wait for a program that does not read; then it is let go
MOST_WAITING = 64 * 1024 * 1024

#: lets go of what has been idle for so many seconds; True: something hangs, the process should end
Rest = Callable[[float], bool]


@dataclass(frozen=True, slots=True)
class Plan:
    """What the lane was started with."""

    name: LaneName
    home: Home
    #: without connections and jobs for so long: leave
    idle_seconds: float
    #: a model nobody asked for so long is let go
    model_idle_seconds: float
    #: a job that does not stop within so long of being asked ends the process
    grace_seconds: float


class Connection:
    """One program that has shown the token."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer

    def hear(self, job_id: str, event: dict[str, Any]) -> None:
        """A `Listener`."""
        self.say({"job": job_id, "event": event})

    def say(self, value: dict[str, Any]) -> None:
        """Send one line. Raises DataError when it is too long."""
        line = encode(value)
        if self._writer.is_closing():
            return
        self._writer.write(line)
        if self._writer.transport.get_write_buffer_size() > MOST_WAITING:
            log.error("a program does not read what it asked for; its connection is closed")
            self._writer.transport.abort()


class Lane:
    """The process's one object; made inside the event loop."""

    def __init__(self, plan: Plan, run: Run, rest: Rest) -> None:
        self._plan = plan
        self._jobs = OpenJobs(run, AT_ONCE[plan.name])
        self._rest = rest
        self._token = secrets.token_hex(32)
        self._connections: set[Connection] = set()
        self._leaving = asyncio.Event()
        self._asked_to_leave = False
        self._last_used = time.monotonic()

    @property
    def _file(self) -> Path:
        return self._plan.home.lanes / f"{self._plan.name}.json"

    async def serve(self) -> None:
        """Work until nobody needs it any more."""
        server = await asyncio.start_server(self._meet, "127.0.0.1", 0, limit=MAX_LINE)
        port = server.sockets[0].getsockname()[1]
        if sys.platform != "win32":
            loop = asyncio.get_running_loop()
            loop.add_signal_handler(signal.SIGTERM, self._leave, t("工作进程被终止", "the worker was ended"))
        write_json(self._file, asdict(Address(port, self._token, os.getpid(), SPEAKS)), private=True)
        log.info("%s lane of %s is here, pid %d", self._plan.name, self._plan.home.root, os.getpid())
        try:
            await self._watch()
        finally:
            self._leave("end")
            server.close()
            await asyncio.sleep(0.05)  # what was said last gets on its way

    async def _watch(self) -> None:
        """Look now and then whether to go on."""
        pause = min(self._plan.idle_seconds / 4, 1.0)
        while not self._leaving.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._leaving.wait(), pause)
            if reason := self._reason_to_leave():
                self._leave(reason)

    def _reason_to_leave(self) -> str:
        if self._jobs.open or self._connections:
            self._last_used = time.monotonic()
        overdue = time.monotonic() - self._plan.grace_seconds
        hanging = any(job.asked is not None and job.asked < overdue for job in self._jobs.open.values())
        if self._rest(self._plan.model_idle_seconds) or hanging:
            return t("任务没有响应", "a job did not respond")
        if self._asked_to_leave and not self._jobs.open:
            return "asked"
        idle = time.monotonic() - self._last_used
        return "idle" if idle > self._plan.idle_seconds else ""

    def _leave(self, reason: str) -> None:
        if self._leaving.is_set():
            return
        log.info("leaving: %s", reason)
        self._leaving.set()
        with contextlib.suppress(OSError, DataError):
            if decode(self._file.read_bytes()).get("token") == self._token:
                self._file.unlink()
        self._jobs.lose(reason)
        for connection in self._connections:
            connection.say({"bye": reason})

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection from its first line to its last."""
        connection = Connection(writer)
        try:
            if await self._knows_token(reader, connection):
                self._connections.add(connection)
                await self._listen(reader, connection)
        except (ConnectionError, TimeoutError, ValueError, DataError) as error:
            # ValueError: a line longer than MAX_LINE
            log.warning("a connection broke: %s", type(error).__name__)
        finally:
            self._connections.discard(connection)
            self._jobs.forget(connection.hear)
            writer.close()

    async def _knows_token(self, reader: asyncio.StreamReader, connection: Connection) -> bool:
        async with asyncio.timeout(HELLO_SECONDS):
            said = decode(await reader.readline())
        if not hmac.compare_digest(str(said.get("token")).encode(), self._token.encode()):
            log.warning("a connection with a wrong token was refused")
            return False
        _speak(said)
        self._asked_to_leave |= bool(said.get("leave"))
        connection.say({"welcome": SPEAKS, "pid": os.getpid()})
        return said.get("hello") == SPEAKS

    async def _listen(self, reader: asyncio.StreamReader, connection: Connection) -> None:
        while line := await reader.readline():
            said = decode(line)
            if self._leaving.is_set():
                return
            match said:
                case {"submit": str(job_id), "spec": dict(spec)} if JOB_ID.fullmatch(job_id):
                    _speak(said)
                    self._submit(job_id, spec, connection)
                case {"cancel": str(job_id)}:
                    self._jobs.cancel(job_id)
                case {"attach": str(job_id), "from": int(start)}:
                    events = self._jobs.attach(job_id, start, connection.hear)
                    connection.say({"unknown" if events is None else "known": job_id})
                    for event in events or ():
                        connection.hear(job_id, event)

    def _submit(self, job_id: str, given: dict[str, Any], connection: Connection) -> None:
        try:
            spec = spec_from_dict(given)
            record: Record = Memory()
            if is_journaled(spec):
                about = new_record(job_id, self._plan.name, os.getpid(), spec_to_dict(spec))
                record = Journal(self._plan.home.runs / job_id, about)
        except (ZishuError, OSError) as error:
            hint = error.hint if isinstance(error, ZishuError) else ""
            connection.hear(job_id, event_to_dict(Failed(str(error), hint, "data_error")))
            return
        self._jobs.submit(job_id, spec, record, connection.hear)


def _speak(said: Mapping[str, Any]) -> None:
    """What is told from now on is told in the language of whoever spoke last."""
    if "language" in said:
        set_language("zh" if said["language"] == "zh" else "en")
