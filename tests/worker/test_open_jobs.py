import asyncio
from typing import Any

from zishu_app.jobs.protocol import Cancelled, Done, Ending, encode
from zishu_app.jobs.specs import NoopSpec, Spec
from zishu_app.worker import open_jobs
from zishu_app.worker.context import Context, JobStopped
from zishu_app.worker.journal import Memory
from zishu_app.worker.open_jobs import OpenJobs, Run


class Ear:
    """Hears what a connection would."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.over = asyncio.Event()

    def hear(self, job_id: str, event: dict[str, Any]) -> None:
        encode(event)
        self.events.append(event)
        if event["type"] in ("done", "failed", "cancelled", "lost"):
            self.over.set()


async def outcome(run: Run) -> list[dict[str, Any]]:
    ear = Ear()
    OpenJobs(run, 1).submit("a", NoopSpec(), Memory(), ear.hear)
    await asyncio.wait_for(ear.over.wait(), 5)
    return ear.events


async def test_a_result_that_is_not_plain_is_a_failure() -> None:
    events = await outcome(lambda spec, context: Done({"model": object()}))
    assert [event["type"] for event in events] == ["queued", "started", "failed"]
    assert "object" in events[-1]["message"]


async def test_a_piece_that_is_too_long_stops_the_job() -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()

    def run(spec: Spec, context: Context) -> Ending:
        context.piece("长" * 3_000_000)
        context.cancelled.wait(5)
        try:
            context.check_cancelled()
        except JobStopped:
            loop.call_soon_threadsafe(stopped.set)
        return Cancelled()

    events = await outcome(run)
    assert [event["type"] for event in events] == ["queued", "started", "failed"]
    await asyncio.wait_for(stopped.wait(), 5)


async def test_only_the_last_endings_are_remembered() -> None:
    jobs, ear = OpenJobs(lambda spec, context: Done(), 1), Ear()
    for number in range(open_jobs.REMEMBERED + 2):
        ear.over.clear()
        jobs.submit(str(number), NoopSpec(), Memory(), ear.hear)
        await asyncio.wait_for(ear.over.wait(), 5)
    assert jobs.attach("0", 0, ear.hear) is None and jobs.attach("1", 0, ear.hear) is None
    assert jobs.attach("2", 0, ear.hear) == [{"type": "done", "result": {}}]
    assert not jobs.open
