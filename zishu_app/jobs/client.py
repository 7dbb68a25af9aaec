"""The program's side of a worker lane: give a job, hear its events, stop it, find it again later."""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import datetime

from zishu_app.core.errors import JobLost
from zishu_app.core.paths import Home
from zishu_app.core.texts import t
from zishu_app.jobs import process
from zishu_app.jobs.link import Link
from zishu_app.jobs.process import LanePlan, Patience
from zishu_app.jobs.protocol import Cancelled, Ending, Event, Lost
from zishu_app.jobs.specs import LaneName, Spec, is_journaled, lane_of
from zishu_app.jobs.switchboard import Switchboard


@dataclass(frozen=True, slots=True)
class Times:
    """How patient a program is, in seconds."""

    #: until a started lane is there
    start: float = 60.0
    #: until a lane that was spoken to is taken for dead; loading a big model keeps it silent for long
    answer: float = 120.0
    #: until a job that was asked to stop loses its process; where nobody waits for it, twice that
    ask: float = 10.0
    #: as many times that for a job of the long lane: on a busy machine a step and a checkpoint take their time
    longer: float = 6.0
    #: from asking the process to end to killing it
    terminate: float = 5.0
    #: until a model that nobody asks for is let go
    model_idle: float = 900.0

    def patience(self, lane: LaneName) -> float:
        """Seconds a job of a lane has to stop when asked."""
        return self.ask * (self.longer if lane == "long" else 1.0)


def open_lane(
    home: Home,
    name: LaneName,
    *,
    python: str | None = None,
    idle_seconds: float = 300.0,
    times: Times | None = None,
) -> "Lane":
    """The lane `name` of this home. Nothing is started before the first job; `python` is the interpreter then.

    `idle_seconds` after the last program has gone the lane leaves.
    """
    times = times or Times()
    patience = Patience(times.start, idle_seconds, times.model_idle, 2 * times.patience(name))
    plan = LanePlan(home, name, python, patience)
    return Lane(plan, times)


class LaneJob:
    """Implements `Job`."""

    def __init__(self, lane: "Lane", job_id: str, spec: Spec | None) -> None:
        self.id = job_id
        #: None: submitted by somebody else
        self.spec = spec
        #: the line over which it is heard
        self.link: Link | None = None
        #: events heard so far
        self.heard = 0
        #: times it was given to a lane
        self.given = 0
        #: it was asked to stop
        self.asked = False
        self.over = asyncio.Event()
        #: somebody hears its events at this moment
        self.is_heard = False
        self._lane = lane
        self._events: asyncio.Queue[Event] = asyncio.Queue()

    @property
    def goes_on(self) -> bool:
        """Whether it outlives its listener: long jobs do, and jobs of others."""
        return self.spec is None or is_journaled(self.spec)

    async def __aiter__(self) -> AsyncGenerator[Event, None]:
        """See `Job`."""
        self.is_heard = True
        try:
            while not (self.over.is_set() and self._events.empty()):
                event = await self._next()
                yield event
                if isinstance(event, Ending):
                    return
        finally:
            self.is_heard = False
            if not self.over.is_set() and not self.goes_on:
                self._lane.drop(self)

    async def cancel(self) -> None:
        """See `Job`."""
        await self._lane.cancel(self)

    def hear(self, event: Event) -> None:
        """Told by the lane."""
        if self.over.is_set():
            return
        self.heard += 1
        self._events.put_nowait(event)
        if isinstance(event, Ending):
            self.over.set()

    async def _next(self) -> Event:
        """The next event. A lane that does not even say that it has the job is taken for dead."""
        if not self.heard:
            try:
                async with asyncio.timeout(self._lane.times.answer):
                    return await self._events.get()
            except TimeoutError:
                await self._lane.end_process(self)
        return await self._events.get()


class Lane:
    """Implements `JobLane`. Belongs to one event loop."""

    def __init__(self, plan: LanePlan, times: Times) -> None:
        self.times = times
        self._switchboard = Switchboard(plan, times.answer)
        self._plan = plan

    async def submit(self, spec: Spec) -> LaneJob:
        """See `JobLane`. Raises ValueError for a job of the other lane, DataError for one that is too large."""
        if lane_of(spec) != self._plan.name:
            raise ValueError(f"a job of the {lane_of(spec)} lane was given to the {self._plan.name} lane")
        job = LaneJob(self, _new_id(spec), spec)
        await self._switchboard.give(job)
        return job

    async def attach(self, job_id: str) -> LaneJob:
        """See `JobLane`. One that this program hears already is that one: the line brings each event only once."""
        known = self._switchboard.jobs.get(job_id)
        if isinstance(known, LaneJob) and known.is_heard:
            return known
        job = LaneJob(self, job_id, None)
        await self._switchboard.follow(job)
        if not job.heard and not job.link:
            raise JobLost(t(f"没有任务 {job_id}。", f"There is no job {job_id}."))
        return job

    async def close(self) -> None:
        """See `JobLane`. Iterators of open jobs end."""
        for job in await self._switchboard.close():
            gone = t("已与任务断开，它仍在运行。", "Let go of the job; it goes on.")
            job.hear(Lost(gone) if job.goes_on else Cancelled())

    def drop(self, job: LaneJob) -> None:
        """Nobody listens any more: ask it to stop and forget it. The lane sees to it that it does."""
        if job.link:
            job.link.say({"cancel": job.id})
        job.hear(Cancelled())
        self._switchboard.jobs.pop(job.id, None)

    async def cancel(self, job: LaneJob) -> None:
        """See `Job.cancel`."""
        if job.over.is_set():
            return
        job.asked = True
        if job.link:
            job.link.say({"cancel": job.id})
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.times.patience(self._plan.name)):
                await job.over.wait()
                return
        await self.end_process(job)
        await job.over.wait()

    async def end_process(self, job: LaneJob) -> None:
        """Terminate, then kill the process that should be working at `job`."""
        if job.link:
            pid = job.link.address.pid
            await asyncio.to_thread(process.end, self._plan, pid, self.times.terminate)


def _new_id(spec: Spec) -> str:
    """Unique, and in the order of time when folders are listed by name."""
    return f"{datetime.now():%Y%m%d-%H%M%S}-{spec.kind}-{secrets.token_hex(4)}"
