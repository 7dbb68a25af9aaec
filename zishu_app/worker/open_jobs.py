"""The jobs a lane holds: each runs in a thread that does nothing else, and everything it tells passes through the lane's loop."""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from zishu_app.core.errors import DataError
from zishu_app.jobs.protocol import Cancelled, Ending, Event, Failed, Lost, Queued, Started, event_to_dict
from zishu_app.jobs.specs import Spec, is_journaled
from zishu_app.worker.context import Context
from zishu_app.worker.hands import Hands
from zishu_app.worker.journal import Record

log = logging.getLogger("zishu.worker")

#: endings of quick jobs that are remembered for someone who attaches late
REMEMBERED = 64

#: does the work and gives the ending; raises nothing
Run = Callable[[Spec, Context], Ending]
#: told of each event of a job: its id, the event. Raises DataError for an event that does not fit a line
Listener = Callable[[str, dict[str, Any]], None]


@dataclass
class OpenJob:
    """A job that has not ended."""

    id: str
    spec: Spec
    record: Record
    context: Context
    owner: Listener
    listeners: list[Listener] = field(default_factory=list)
    begun: float = field(default_factory=time.monotonic)
    started: bool = False
    #: when it was asked to stop
    asked: float | None = None


class OpenJobs:
    """All jobs of one lane, `at_once` of them running; the others wait in their order. Lives in the lane's loop."""

    def __init__(self, run: Run, at_once: int) -> None:
        self._run = run
        self._at_once = at_once
        self._hands = Hands()
        self._loop = asyncio.get_running_loop()
        self._ended: dict[str, Record] = {}
        self.open: dict[str, OpenJob] = {}

    def submit(self, job_id: str, spec: Spec, record: Record, owner: Listener) -> None:
        """Take a job. `owner` hears all of it."""

        def emit(event: Event) -> None:
            self._loop.call_soon_threadsafe(self._deliver, job, event)

        job = OpenJob(job_id, spec, record, Context(emit), owner, [owner])
        self.open[job_id] = job
        self._deliver(job, Queued())
        self._start_next()

    def cancel(self, job_id: str) -> None:
        """Ask a job to stop; one that waits ends at once."""
        job = self.open.get(job_id)
        if job is None or job.asked is not None:
            return
        job.asked = time.monotonic()
        if job.started:
            job.context.cancel()
        else:
            self._deliver(job, Cancelled())

    def attach(self, job_id: str, start: int, listener: Listener) -> list[dict[str, Any]] | None:
        """A job's events from number `start` on; `listener` is told those to come. None: not known here."""
        job = self.open.get(job_id)
        record = job.record if job else self._ended.get(job_id)
        if job:
            job.listeners.append(listener)
        return record.replay(start) if record else None

    def forget(self, listener: Listener) -> None:
        """A connection is gone: its quick jobs are asked to stop, its long ones go on."""
        for job in list(self.open.values()):
            if listener in job.listeners:
                job.listeners.remove(listener)
            if job.owner == listener and not is_journaled(job.spec):
                self.cancel(job.id)

    def lose(self, reason: str) -> None:
        """The process is about to end: so do its jobs."""
        for job in list(self.open.values()):
            self._deliver(job, Lost(reason))

    def _start_next(self) -> None:
        running = sum(job.started for job in self.open.values())
        waiting = [job for job in self.open.values() if not job.started]
        for job in waiting[: max(self._at_once - running, 0)]:
            job.started = True
            self._deliver(job, Started())
            self._hands.do(job.id, partial(self._work, job))

    def _work(self, job: OpenJob) -> None:
        """In the job's thread."""
        ending = self._run(job.spec, job.context)
        self._loop.call_soon_threadsafe(self._deliver, job, ending)

    def _deliver(self, job: OpenJob, event: Event) -> None:
        """The one place through which a job speaks; after its ending it has no more to say."""
        if job.id not in self.open:
            return
        value = event_to_dict(event)
        try:
            job.record.add(event)
            for listener in list(job.listeners):
                listener(job.id, value)
        except (DataError, TypeError, ValueError) as error:  # too long, or not made of plain values
            job.context.cancel()
            self._deliver(job, Failed(str(error), code="data_error"))
            return
        if isinstance(event, Ending):
            self._end(job, value["type"])

    def _end(self, job: OpenJob, ending: str) -> None:
        del self.open[job.id]
        if not is_journaled(job.spec):
            self._ended[job.id] = job.record
            while len(self._ended) > REMEMBERED:
                del self._ended[next(iter(self._ended))]
        log.info("%s %s ended: %s after %.1f s", job.spec.kind, job.id, ending, time.monotonic() - job.begun)
        self._start_next()
