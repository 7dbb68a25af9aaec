"""Keeps the line to a lane: makes it when it is needed, brings each event to its job, and when the line breaks
finds out for every job on it what became of it.
"""

import asyncio
import contextlib
from collections.abc import Coroutine
from typing import Any, Protocol

from zishu_app.core.errors import DataError, WorkerUnavailable, ZishuError
from zishu_app.core.texts import language, t
from zishu_app.jobs import journal, process
from zishu_app.jobs.link import Link, connect
from zishu_app.jobs.process import LanePlan
from zishu_app.jobs.protocol import SPEAKS, Address, Cancelled, Ending, Event, Lost, event_from_dict
from zishu_app.jobs.specs import Spec, spec_to_dict

#: times a lane is looked for and started before we give up
ATTEMPTS = 3


class Listening(Protocol):
    """What the switchboard knows of a job."""

    id: str
    spec: Spec | None
    link: Link | None
    heard: int
    given: int
    asked: bool

    @property
    def goes_on(self) -> bool:
        """Whether its story is on disk too."""

    def hear(self, event: Event) -> None:
        """The next event."""


class Switchboard:
    """One line at a time, all jobs of this program on it."""

    def __init__(self, plan: LanePlan, answer_seconds: float) -> None:
        self._plan = plan
        self._answer_seconds = answer_seconds
        self._door = asyncio.Lock()
        self._link: Link | None = None
        #: who is on the line, by id
        self.jobs: dict[str, Listening] = {}
        self._asked: dict[str, asyncio.Future[bool]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def give(self, job: Listening) -> None:
        """Submit a job. Raises WorkerUnavailable, or DataError when it is too large."""
        assert job.spec is not None
        link = await self._linked()
        link.say({"submit": job.id, "spec": spec_to_dict(job.spec), "language": language()})
        job.given += 1
        job.link = link
        self.jobs[job.id] = job

    async def follow(self, job: Listening) -> None:
        """Hear a job from the event on that it has not heard yet: from the lane, or from its journal."""
        address = await asyncio.to_thread(process.find, self._plan)
        async with self._door:
            link = await self._reach(address)
        if link and await self._is_known(job, link):
            return
        job.link = None
        self.jobs.pop(job.id, None)
        await asyncio.to_thread(process.bury, self._plan)
        folder = self._plan.home.runs / job.id
        for event in await asyncio.to_thread(journal.read_events, folder, job.heard):
            job.hear(event)
        if job.heard:  # no ending in the journal: its process is there, but does not speak with us
            job.hear(Lost(t("联系不上运行它的进程。", "The process that runs it cannot be reached.")))

    async def close(self) -> list[Listening]:
        """Hang up; give the jobs that were on the line."""
        jobs = list(self.jobs.values())
        self.jobs.clear()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._link:
            await self._link.close()
        self._link = None
        return jobs

    async def _linked(self) -> Link:
        """The line to the lane, started if need be. Raises WorkerUnavailable."""
        async with self._door:
            if self._link and self._link.open:
                return self._link
            bad = await asyncio.to_thread(process.find, self._plan)
            for _ in range(ATTEMPTS):
                if link := await self._reach(bad):
                    return link
                bad = await asyncio.to_thread(process.ensure, self._plan, bad)
            if link := await self._reach(bad):
                return link
        raise WorkerUnavailable(
            t("工作进程启动了，但联系不上。", "The worker was started, but cannot be reached."),
            t(
                "检查安全软件是否拦截本机（127.0.0.1）的连接。",
                "Check whether security software blocks connections to this machine itself (127.0.0.1).",
            ),
        )

    async def _reach(self, address: Address | None) -> Link | None:
        """The line we have, or one to `address` if there is somebody who speaks as we do."""
        if self._link and self._link.open:
            return self._link
        if address is None or address.speaks != SPEAKS:
            return None
        self._link = link = await connect(address, self._answer_seconds)
        if link:
            _keep(self._tasks, self._listen(link))
        return link

    async def _is_known(self, job: Listening, link: Link) -> bool:
        """Ask the lane for the rest of a job; whether it knows it."""
        job.link = link
        self.jobs[job.id] = job
        answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._asked[job.id] = answer
        link.say({"attach": job.id, "from": job.heard})
        try:
            return await answer
        finally:
            self._asked.pop(job.id, None)

    async def _listen(self, link: Link) -> None:
        with contextlib.suppress(DataError):
            async for said in link.lines():
                self._take(said, link)
                if link.bye:
                    break
        link.open = False
        for answer in self._asked.values():
            if not answer.done():
                answer.set_result(False)
        reason = link.bye or await _why(self._plan, link)
        await link.close()
        for job in [job for job in self.jobs.values() if job.link is link]:
            _keep(self._tasks, self._recover(job, reason))

    def _take(self, said: dict[str, Any], link: Link) -> None:
        """One line of the lane. Raises DataError when it cannot be understood."""
        match said:
            case {"job": str(job_id), "event": dict(event)} if job_id in self.jobs:
                job, told = self.jobs[job_id], event_from_dict(event)
                job.hear(told)
                if isinstance(told, Ending):
                    self.jobs.pop(job.id, None)
            case {"known": str(job_id)} | {"unknown": str(job_id)} if job_id in self._asked:
                self._asked[job_id].set_result("known" in said)
            case {"bye": str(reason)}:
                link.bye = reason or "bye"

    async def _recover(self, job: Listening, reason: str) -> None:
        """What becomes of a job whose line broke: a lane that left without having seen it does not count."""
        self.jobs.pop(job.id, None)
        unseen = not job.heard and job.given == 1
        try:
            if unseen and not job.asked:
                await self.give(job)
            elif job.goes_on and not unseen:
                await self.follow(job)
        except (ZishuError, OSError) as error:
            reason = str(error)
        if job.id not in self.jobs:
            job.hear(Cancelled() if unseen and job.asked else Lost(reason))


def _keep(tasks: set[asyncio.Task[None]], work: Coroutine[Any, Any, None]) -> None:
    """Run beside; the loop itself holds tasks only weakly."""
    task = asyncio.get_running_loop().create_task(work)
    tasks.add(task)
    task.add_done_callback(tasks.discard)


async def _why(plan: LanePlan, link: Link) -> str:
    """Why the line broke without a word."""
    code = await asyncio.to_thread(process.how_it_ended, plan, link.address.pid)
    return t(f"工作进程意外结束{code}。", f"The worker process ended unexpectedly{code}.")
