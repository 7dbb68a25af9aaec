"""The opening to the worker lanes: a spec in, a job out that tells its story as events."""

from collections.abc import AsyncGenerator
from typing import Any, Protocol

from zishu_app.core.errors import JobFailed, JobLost
from zishu_app.core.texts import t
from zishu_app.jobs.protocol import Cancelled, Done, Ending, Event, Failed, Lost
from zishu_app.jobs.specs import Spec


class Job(Protocol):
    """One piece of work in a lane."""

    id: str

    def __aiter__(self) -> AsyncGenerator[Event, None]:
        """Its events as they come, each told once; ends after exactly one ending.

        Leaving the iterator before the ending (or cancelling the task) cancels a quick job that this
        program submitted; a long job goes on and can be iterated further.
        """

    async def cancel(self) -> None:
        """Ask it to stop, then end its process if it does not; returns when the job has ended."""


class JobLane(Protocol):
    """Where jobs are given."""

    async def submit(self, spec: Spec) -> Job:
        """Give a job. Raises WorkerUnavailable when the lane cannot be started."""

    async def attach(self, job_id: str) -> Job:
        """A job given earlier, by this or another program, from its first event; one that this program hears at this
        moment is that one, to be cancelled. Raises JobLost if unknown.
        """

    async def close(self) -> None:
        """Let go of the lane: quick jobs of this program are cancelled, long ones go on."""


async def result_of(job: Job) -> dict[str, Any]:
    """Wait for the ending: what the job gives, or its error. Raises JobFailed, JobLost."""
    async for event in job:
        if isinstance(event, Ending):
            return result_in(event)
    raise JobLost(t("任务没有结尾。", "The job has no ending."))


def result_in(ending: Ending) -> dict[str, Any]:
    """What the job gives, or its error. Raises JobFailed, JobLost."""
    match ending:
        case Done(result):
            return result
        case Failed(message, hint):
            raise JobFailed(message, hint)
        case Cancelled():
            raise JobFailed(t("任务已取消。", "The job was cancelled."))
        case Lost(reason):
            raise JobLost(reason)
