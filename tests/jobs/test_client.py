import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing

import psutil
import pytest

from tests.jobs.lanes import OpenLane, lane_pids
from tests.jobs.test_process import until
from zishu_app.core.errors import DataError, JobFailed, JobLost
from zishu_app.core.messages import Message
from zishu_app.core.paths import SHIPPED, Home
from zishu_app.core.texts import set_language
from zishu_app.jobs.base import result_of
from zishu_app.jobs.client import Lane, LaneJob, Times
from zishu_app.jobs.journal import read_events, read_record
from zishu_app.jobs.protocol import (
    MAX_LINE,
    Cancelled,
    Done,
    Ending,
    Event,
    Failed,
    JobRecord,
    Lost,
    Metric,
    Progress,
    Queued,
    Started,
)
from zishu_app.jobs.specs import ChatSpec, NoopSpec


async def story(job: LaneJob) -> list[Event]:
    events = [event async for event in job]
    assert [isinstance(event, Ending) for event in events] == [False] * (len(events) - 1) + [True]
    return events


async def hear(job: LaneJob, kind: type) -> AsyncGenerator[Event, None]:
    """Listen until an event of this kind; the rest of the story. Who lets go of it, leaves the job."""
    events = aiter(job)
    while not isinstance(await anext(events), kind):
        pass
    return events


async def test_events_in_order_and_one_ending(quick: Lane) -> None:
    events = await story(await quick.submit(NoopSpec(steps=2)))
    assert events[:-1] == [
        Queued(),
        Started(),
        Progress(1, 2),
        Metric(1, {"loss": 1.0}),
        Progress(2, 2),
        Metric(2, {"loss": 0.5}),
    ]
    assert isinstance(events[-1], Done) and events[-1].result["steps"] == 2


async def test_a_job_that_fails_leaves_the_worker_alive(quick: Lane) -> None:
    pid = (await result_of(await quick.submit(NoopSpec())))["pid"]
    text = "第三步失败：文件“语料.jsonl”坏了 🌸\n第二行"
    failed = (await story(await quick.submit(NoopSpec(fail_at=1, fail_text=text))))[-1]
    assert failed == Failed(text, "", "job_failed")
    with pytest.raises(JobFailed, match="语料"):
        await result_of(await quick.submit(NoopSpec(fail_at=0, fail_text=text)))
    assert (await result_of(await quick.submit(NoopSpec())))["pid"] == pid


async def test_a_bug_is_told_and_its_traceback_is_in_the_log(quick: Lane, shared_home: Home) -> None:
    failed = (await story(await quick.submit(NoopSpec(fail_at=0))))[-1]
    assert isinstance(failed, Failed) and failed.code == "bug" and "ZeroDivisionError: noop" in failed.message
    assert "Traceback" in (shared_home.logs / "worker-quick.log").read_text("utf-8", "replace")


async def test_the_lane_speaks_the_users_language(opened: OpenLane, shared_home: Home) -> None:
    set_language("zh")
    try:
        failed = (await story(await opened(shared_home).submit(NoopSpec(fail_at=0))))[-1]
    finally:
        set_language("en")
    assert isinstance(failed, Failed) and "任务内部出错" in failed.message


async def test_the_lane_follows_when_the_language_is_changed(opened: OpenLane, shared_home: Home) -> None:
    lane, told = opened(shared_home), []
    try:
        for language in ("en", "zh", "en"):
            set_language(language)  # type: ignore[arg-type]
            told.append((await story(await lane.submit(NoopSpec(fail_at=0))))[-1])
    finally:
        set_language("en")
    assert ["任务内部出错" in one.message for one in told if isinstance(one, Failed)] == [False, True, False]


async def test_noise_of_libraries_does_not_matter(quick: Lane, shared_home: Home) -> None:
    assert len(await story(await quick.submit(NoopSpec(steps=3, noise=True)))) == 9
    assert b"noise from below" in (shared_home.logs / "worker-quick.log").read_bytes()


async def test_quick_jobs_run_side_by_side(quick: Lane) -> None:
    events = await hear(await quick.submit(NoopSpec(steps=1, seconds=20)), Started)
    assert (await result_of(await quick.submit(NoopSpec())))["steps"] == 3
    await events.aclose()


async def test_cancel(quick: Lane) -> None:
    job = await quick.submit(NoopSpec(steps=1000, seconds=0.02))
    async with aclosing(aiter(job)) as events:
        async for event in events:
            if isinstance(event, Metric):
                await job.cancel()
            last = event
    assert last == Cancelled()
    await job.cancel()  # of one that has ended: nothing


async def test_leaving_cancels_a_quick_job(quick: Lane, shared_home: Home) -> None:
    job = await quick.submit(NoopSpec(steps=1000, seconds=0.02))
    async for _ in job:
        break
    await until(lambda: ended(shared_home, job.id) == "cancelled")


async def test_cancelling_the_listening_task_cancels_a_quick_job(quick: Lane, shared_home: Home) -> None:
    job = await quick.submit(NoopSpec(steps=1000, seconds=0.02))
    listening = asyncio.create_task(story(job))
    await asyncio.sleep(0.1)
    listening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await listening
    await until(lambda: ended(shared_home, job.id) == "cancelled")


async def test_closing_the_line_cancels_its_quick_jobs(opened: OpenLane, shared_home: Home) -> None:
    lane = opened(shared_home)
    job = await lane.submit(NoopSpec(steps=1000, seconds=0.02))
    events = await hear(job, Started)
    await lane.close()
    assert [event async for event in events][-1] == Cancelled()
    await until(lambda: ended(shared_home, job.id) == "cancelled")


def ended(home: Home, job_id: str) -> str:
    """How a job ended, as the lane's log tells."""
    log = (home.logs / "worker-quick.log").read_text("utf-8", "replace")
    return next(
        (line.split("ended: ")[1].split()[0] for line in log.splitlines() if f"{job_id} ended" in line), ""
    )


async def test_a_program_that_is_killed_takes_its_quick_jobs_along(opened: OpenLane, own_home: Home) -> None:
    code = (
        "import asyncio, sys; from pathlib import Path\n"
        "from zishu_app.core.paths import Home; from zishu_app.jobs.client import open_lane\n"
        "from zishu_app.jobs.specs import NoopSpec\n"
        "async def main():\n"
        "    lane = open_lane(Home(Path(sys.argv[1])), 'quick')\n"
        "    job = await lane.submit(NoopSpec(steps=1000, seconds=0.02))\n"
        "    async for event in job: print(job.id, flush=True)\n"
        "asyncio.run(main())"
    )
    env = {**os.environ, "PYTHONPATH": str(SHIPPED)}
    command = [sys.executable, "-c", code, str(own_home.root)]
    program = await asyncio.to_thread(subprocess.Popen, command, stdout=subprocess.PIPE, text=True, env=env)
    assert program.stdout
    job_id = (await asyncio.to_thread(program.stdout.readline)).strip()
    program.kill()
    await asyncio.to_thread(program.communicate)
    await until(lambda: ended(own_home, job_id) == "cancelled")


async def test_a_lane_that_dies_loses_its_jobs_and_a_new_one_serves(opened: OpenLane, own_home: Home) -> None:
    lane = opened(own_home)
    waiting = await lane.submit(NoopSpec(steps=1, seconds=30))
    pid = (await result_of(await lane.submit(NoopSpec())))["pid"]
    dying = await lane.submit(NoopSpec(die_at=1))
    lost = (await story(dying))[-1]
    assert isinstance(lost, Lost) and "exit code 9" in lost.reason
    assert isinstance((await story(waiting))[-1], Lost)
    with pytest.raises(JobLost, match="unexpectedly"):
        await result_of(await lane.submit(NoopSpec(die_at=0)))
    assert (await result_of(await lane.submit(NoopSpec())))["pid"] != pid


async def test_a_job_that_hangs_loses_its_process(opened: OpenLane, own_home: Home) -> None:
    lane = opened(own_home)
    job = await lane.submit(NoopSpec(hang_at=1))
    events = await hear(job, Metric)
    loop = asyncio.get_running_loop()
    begun = loop.time()
    await job.cancel()
    assert 0.35 <= loop.time() - begun < 5  # asked first, and not for ever
    assert [type(event) async for event in events] == [Lost]
    assert lane_pids(own_home) == []
    assert (await result_of(await lane.submit(NoopSpec())))["steps"] == 3


@pytest.mark.skipif(sys.platform == "win32", reason="SIGSTOP")
async def test_a_process_that_does_not_even_die_is_killed(opened: OpenLane, own_home: Home) -> None:
    job = await opened(own_home).submit(NoopSpec(steps=1000, seconds=0.05))
    events = await hear(job, Metric)
    [pid] = lane_pids(own_home)
    os.kill(pid, signal.SIGSTOP)
    await job.cancel()
    lost = [event async for event in events][-1]
    assert isinstance(lost, Lost) and "exit code -9" in lost.reason
    assert not psutil.pid_exists(pid)


async def test_a_hanging_job_that_nobody_waits_for_ends_its_lane(opened: OpenLane, own_home: Home) -> None:
    lane = opened(own_home, times=Times(ask=0.2))
    job = await lane.submit(NoopSpec(hang_at=1))
    async for event in job:
        if isinstance(event, Metric):
            break
    await until(lambda: not lane_pids(own_home))
    assert (await result_of(await lane.submit(NoopSpec())))["steps"] == 3


@pytest.mark.skipif(sys.platform == "win32", reason="SIGSTOP")
async def test_a_lane_that_says_nothing_is_replaced(opened: OpenLane, own_home: Home) -> None:
    lane = opened(own_home, times=Times(answer=0.5, terminate=0.2))
    pid = (await result_of(await lane.submit(NoopSpec())))["pid"]
    os.kill(pid, signal.SIGSTOP)
    assert (await result_of(await lane.submit(NoopSpec())))["pid"] != pid
    assert not psutil.pid_exists(pid)


@pytest.mark.may_block(reason="the loop must not notice that the lane has gone")
async def test_a_lane_that_left_between_two_jobs_is_no_error(opened: OpenLane, own_home: Home) -> None:
    lane = opened(own_home)
    pid = (await result_of(await lane.submit(NoopSpec())))["pid"]
    psutil.Process(pid).kill()
    while lane_pids(own_home):
        time.sleep(0.01)  # noqa: ASYNC251
    # this loop has not had a turn since: the line still looks open
    jobs = await asyncio.gather(*(lane.submit(NoopSpec()) for _ in range(3)))
    results = [await result_of(job) for job in jobs]
    assert {result["pid"] for result in results} == set(lane_pids(own_home)) and pid not in lane_pids(
        own_home
    )


async def test_a_long_job_outlives_the_program_and_is_found_again(
    opened: OpenLane, shared_home: Home
) -> None:
    first = opened(shared_home, "long")
    job = await first.submit(NoopSpec("long", steps=8, seconds=0.05))
    await hear(job, Metric)
    await first.close()
    assert isinstance((await story(job))[-1], Lost)  # this listener has let go; the job goes on
    found = await opened(shared_home, "long").attach(job.id)
    events = await story(found)
    assert isinstance(events[-1], Done) and len(events) == 2 + 2 * 8 + 1
    record, journal = await on_disk(shared_home, job.id)
    assert record and (record.ending, record.lane, record.spec["steps"]) == ("done", "long", 8)
    assert journal == events
    late = await opened(shared_home, "long").attach(job.id)
    assert await story(late) == events


async def test_who_is_listening_hears_of_a_stop_that_another_part_of_the_program_asked_for(
    opened: OpenLane, shared_home: Home
) -> None:
    lane = opened(shared_home, "long")
    job = await lane.submit(NoopSpec(lane="long", steps=1000, seconds=0.05))
    async with aclosing(await hear(job, Progress)) as events:
        await (await lane.attach(job.id)).cancel()
        rest = [event async for event in events]
    assert isinstance(rest[-1], Cancelled)


async def test_somebody_else_may_listen_to_a_quick_job(
    opened: OpenLane, shared_home: Home, quick: Lane
) -> None:
    job = await quick.submit(NoopSpec(steps=6, seconds=0.05))
    others = [await opened(shared_home).attach(job.id) for _ in range(2)]
    await (await hear(others[0], Started)).aclose()  # it was not his to stop
    assert await story(job) == await story(others[1])


async def on_disk(home: Home, job_id: str) -> tuple[JobRecord | None, list[Event]]:
    folder = home.runs / job_id
    return await asyncio.to_thread(lambda: (read_record(folder), read_events(folder)))


async def test_two_listeners_hear_the_same(opened: OpenLane, shared_home: Home) -> None:
    job = await opened(shared_home, "long").submit(NoopSpec("long", steps=6, seconds=0.05))
    other = await opened(shared_home, "long").attach(job.id)
    assert await story(job) == await story(other)


async def test_long_jobs_wait_for_each_other(opened: OpenLane, shared_home: Home) -> None:
    lane = opened(shared_home, "long")
    first = await lane.submit(NoopSpec("long", steps=1, seconds=30))
    second, third = [await lane.submit(NoopSpec("long")) for _ in range(2)]
    await hear(first, Started)
    await third.cancel()
    assert await story(third) == [Queued(), Cancelled()]
    await first.cancel()
    assert isinstance((await story(second))[-1], Done)


async def test_leaving_a_long_job_leaves_it_running(opened: OpenLane, shared_home: Home) -> None:
    job = await opened(shared_home, "long").submit(NoopSpec("long", steps=5, seconds=0.05))
    async for event in job:
        if isinstance(event, Metric):
            break
    rest = await story(job)
    assert isinstance(rest[0], Progress) and isinstance(rest[-1], Done)


@pytest.mark.skipif(sys.platform == "win32", reason="classes of priority there are no numbers")
async def test_what_takes_hours_lets_her_go_first(opened: OpenLane, own_home: Home) -> None:
    nice = {}
    for name in ("quick", "long"):
        job = await opened(own_home, name).submit(NoopSpec(name))
        nice[name] = psutil.Process((await result_of(job))["pid"]).nice()
    assert nice["long"] >= min(nice["quick"] + 10, 19)


async def test_a_long_job_whose_lane_dies_is_lost_in_the_journal_too(
    opened: OpenLane, own_home: Home
) -> None:
    lane = opened(own_home, "long")
    job = await lane.submit(NoopSpec("long", die_at=2))
    other = await opened(own_home, "long").attach(job.id)
    for listening in (job, other):
        assert isinstance((await story(listening))[-1], Lost)
    record, journal = await on_disk(own_home, job.id)
    assert [type(event) for event in journal].count(Lost) == 1 and isinstance(journal[-1], Lost)
    assert record and record.ending == "lost"
    assert (await result_of(await lane.submit(NoopSpec("long"))))["steps"] == 3


async def test_a_job_nobody_was_listening_to_is_buried_by_the_next(opened: OpenLane, own_home: Home) -> None:
    lane = opened(own_home, "long")
    job = await lane.submit(NoopSpec("long", steps=1, seconds=30))
    await hear(job, Started)
    await lane.close()
    [pid] = lane_pids(own_home)
    psutil.Process(pid).kill()
    await until(lambda: not lane_pids(own_home))
    found = await opened(own_home, "long").attach(job.id)
    assert isinstance((await story(found))[-1], Lost)


async def test_a_terminated_lane_writes_the_endings_itself(opened: OpenLane, own_home: Home) -> None:
    lane = opened(own_home, "long")
    job = await lane.submit(NoopSpec("long", steps=1, seconds=30))
    await hear(job, Started)
    [pid] = lane_pids(own_home)
    psutil.Process(pid).terminate()
    lost = (await story(job))[-1]
    assert isinstance(lost, Lost)
    assert (await on_disk(own_home, job.id))[1][-1] == lost


async def test_a_job_nobody_knows(opened: OpenLane, own_home: Home, quick: Lane) -> None:
    with pytest.raises(JobLost, match="no-such-job"):
        await opened(own_home, "long").attach("no-such-job")
    await result_of(await quick.submit(NoopSpec()))
    with pytest.raises(JobLost, match="no-such-job"):
        await quick.attach("no-such-job")


async def test_quick_jobs_leave_nothing_on_disk(quick: Lane, shared_home: Home) -> None:
    job = await quick.submit(NoopSpec())
    await story(job)
    assert not (shared_home.runs / job.id).exists()
    assert len(await story(await quick.attach(job.id))) == 1  # the ending is all that is remembered


async def test_what_a_journal_looks_like(opened: OpenLane, shared_home: Home) -> None:
    job = await opened(shared_home, "long").submit(NoopSpec("long", steps=1))
    await story(job)
    lines = (shared_home.runs / job.id / "events.jsonl").read_text("utf-8").splitlines()
    first = json.loads(lines[0])
    assert first["event"] == {"type": "queued"} and first["at"] > 1.7e9


async def test_a_job_that_is_too_large(quick: Lane) -> None:
    spec = ChatSpec("x.gguf", (Message("user", "长" * (MAX_LINE // 3 + 1)),))
    with pytest.raises(DataError, match="too long"):
        await quick.submit(spec)


async def test_a_job_of_the_other_lane(quick: Lane) -> None:
    with pytest.raises(ValueError, match="long"):
        await quick.submit(NoopSpec("long"))
