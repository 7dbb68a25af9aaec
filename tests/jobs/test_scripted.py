import asyncio

import pytest

from zishu_app.core.clock import ScriptedClock
from zishu_app.core.errors import JobFailed, JobLost
from zishu_app.jobs.base import result_of
from zishu_app.jobs.protocol import Cancelled, Done, Failed, Lost, Note, Queued, Started
from zishu_app.jobs.scripted import ScriptedLane
from zishu_app.jobs.specs import NoopSpec


async def test_it_tells_its_stories_in_order() -> None:
    lane = ScriptedLane([[Note("a"), Done({"n": 1})], [Failed("坏了", "修")]])
    job = await lane.submit(NoopSpec(steps=7))
    assert [event async for event in job] == [Queued(), Started(), Note("a"), Done({"n": 1})]
    with pytest.raises(JobFailed, match="坏了 修"):
        await result_of(await lane.submit(NoopSpec()))
    assert lane.specs == [NoopSpec(steps=7), NoopSpec()]


async def test_results() -> None:
    lane = ScriptedLane(lambda spec: [Done({"steps": spec.steps})] if spec.steps else [Lost("gone")])
    assert await result_of(await lane.submit(NoopSpec(steps=2))) == {"steps": 2}
    with pytest.raises(JobLost, match="gone"):
        await result_of(await lane.submit(NoopSpec(steps=0)))


async def test_a_story_without_ending_waits_to_be_cancelled() -> None:
    lane = ScriptedLane([[Note("a")]])
    job = await lane.submit(NoopSpec())
    listening = asyncio.create_task(anext(aiter(job)))
    await listening
    await job.cancel()
    assert [event async for event in job] == [Cancelled()]
    assert lane.cancelled == [job.id]


@pytest.mark.parametrize(("name", "cancelled"), [("quick", ["job-1"]), ("long", [])])
async def test_leaving_cancels_quick_jobs(name: str, cancelled: list[str]) -> None:
    lane = ScriptedLane([[Note("a"), Note("b")]])
    job = await lane.submit(NoopSpec(lane=name))
    events = aiter(job)
    await anext(events)
    await events.aclose()
    assert lane.cancelled == cancelled


async def test_attaching() -> None:
    lane = ScriptedLane([[Done()]])
    job = await lane.submit(NoopSpec(lane="long"))
    assert await lane.attach(job.id) is job
    with pytest.raises(JobLost):
        await lane.attach("job-9")


async def test_it_takes_its_time() -> None:
    clock = ScriptedClock()
    lane = ScriptedLane([[Done()]], pause=0.5, clock=clock)
    assert len([event async for event in await lane.submit(NoopSpec())]) == 3
    assert clock.slept == [0.5] * 3


async def test_closing_cancels_quick_jobs() -> None:
    lane = ScriptedLane([[], []])
    quick, long = await lane.submit(NoopSpec()), await lane.submit(NoopSpec(lane="long"))
    await lane.close()
    assert lane.closed and lane.cancelled == [quick.id] and long.id not in lane.cancelled
