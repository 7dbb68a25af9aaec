"""A lane that does what it was told to do: for tests of rooms and for work on the window without a worker."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence

from zishu_app.core.clock import Clock, SystemClock
from zishu_app.core.errors import JobLost
from zishu_app.core.texts import t
from zishu_app.jobs.protocol import Cancelled, Ending, Event, Queued, Started
from zishu_app.jobs.specs import Spec, is_journaled

Story = Iterable[Event]
Stories = Sequence[Story] | Callable[[Spec], Story]


class ScriptedJob:
    """Implements `Job`: Queued, Started, then its story; one without an ending waits to be cancelled."""

    def __init__(self, job_id: str, spec: Spec, story: Story, lane: "ScriptedLane") -> None:
        self.id = job_id
        self.spec = spec
        self.over = False
        self.asked = asyncio.Event()
        self._story = iter([Queued(), Started(), *story])
        self._lane = lane

    async def __aiter__(self) -> AsyncGenerator[Event, None]:
        """See `Job`."""
        try:
            while not self.over:
                event = await self._next()
                self.over = isinstance(event, Ending)
                yield event
        finally:
            if not self.over and not is_journaled(self.spec):
                await self.cancel()

    async def cancel(self) -> None:
        """See `Job`. It stops at its next event."""
        if not self.over and not self.asked.is_set():
            self.asked.set()
            self._lane.cancelled.append(self.id)

    async def _next(self) -> Event:
        if self._lane.pause:
            await self._lane.clock.sleep(self._lane.pause)
        event = None if self.asked.is_set() else next(self._story, None)
        if event is None:
            await self.asked.wait()
            return Cancelled()
        return event


class ScriptedLane:
    """Implements `JobLane`. Stories come from a list, one a job, or from a function of the spec.

    `pause` seconds pass before each event.
    """

    def __init__(self, stories: Stories = (), *, pause: float = 0.0, clock: Clock | None = None) -> None:
        self.pause = pause
        self.clock: Clock = clock or SystemClock()
        #: what it was given, job by job
        self.specs: list[Spec] = []
        #: ids of the jobs that were asked to stop
        self.cancelled: list[str] = []
        self.closed = False
        self._stories = stories
        self._jobs: dict[str, ScriptedJob] = {}

    async def submit(self, spec: Spec) -> ScriptedJob:
        """See `JobLane`."""
        number = len(self.specs)
        self.specs.append(spec)
        story = self._stories(spec) if callable(self._stories) else self._stories[number]
        job = ScriptedJob(f"job-{number + 1}", spec, story, self)
        self._jobs[job.id] = job
        return job

    async def attach(self, job_id: str) -> ScriptedJob:
        """See `JobLane`; the job that was submitted, as far as it has been heard."""
        if job_id not in self._jobs:
            raise JobLost(t(f"没有任务 {job_id}。", f"There is no job {job_id}."))
        return self._jobs[job_id]

    async def close(self) -> None:
        """See `JobLane`."""
        self.closed = True
        for job in self._jobs.values():
            if not is_journaled(job.spec):
                await job.cancel()
