"""A training from its start to its end, as events. It is a job of the long lane: leaving the stream does not end it, and
whoever comes later follows it from its first event.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from zishu_app.core.errors import JobFailed, JobLost
from zishu_app.core.texts import t
from zishu_app.jobs import journal
from zishu_app.jobs.base import Job, JobLane
from zishu_app.jobs.protocol import Cancelled, Done, Ending, Event, Failed, Lost, Metric, Note, Progress
from zishu_app.jobs.specs import TrainSpec
from zishu_app.training.material import EVALUATION, TRAIN
from zishu_app.training.runs import FILE, MATERIAL, TrainingRun, save

#: seconds that a lane has to write down a job it was given
PATIENCE = 20.0


@dataclass(frozen=True, slots=True)
class Going:
    """It is under way, as the job `job`."""

    run: TrainingRun
    job: str


@dataclass(frozen=True, slots=True)
class Stepped:
    """So many steps of so many; `text` says what is done now and how long it will take."""

    done: int
    total: int
    text: str


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured at a step, by name."""

    step: int
    values: dict[str, float]


@dataclass(frozen=True, slots=True)
class Noted:
    """A sentence for the person: memory was short, say, and what was done about it."""

    text: str


@dataclass(frozen=True, slots=True)
class Trained:
    """The good ending: the adapter is there, see `TrainingRun.result`."""

    run: TrainingRun


@dataclass(frozen=True, slots=True)
class Halted:
    """The other ending: it was stopped, and can go on from its last checkpoint."""

    run: TrainingRun


TrainingEvent = Going | Stepped | Measured | Noted | Trained | Halted


@dataclass(frozen=True, slots=True)
class Asking:
    """What she is asked at every checkpoint."""

    prompts: Sequence[str] = ()
    persona: str = ""


async def train(lane: JobLane, run: TrainingRun, asking: Asking) -> AsyncIterator[TrainingEvent]:
    """Begin, or go on from the last checkpoint. Ends with Trained or Halted. Raises JobFailed, JobLost."""
    job = await lane.submit(await asyncio.to_thread(spec_of, run, asking))
    going = {"state": "running", "jobs": (*run.jobs, job.id), "why": ""}
    run = await asyncio.to_thread(lambda: save(run, **going))
    async for event in _heard(job, run):
        yield event


async def follow(lane: JobLane, run: TrainingRun) -> AsyncIterator[TrainingEvent]:
    """One that is under way, begun by whatever program. As `train`."""
    job = await lane.attach(run.jobs[-1])
    async for event in _heard(job, run):
        yield event


async def halt(lane: JobLane, run: TrainingRun) -> None:
    """Stop it; it writes a checkpoint first. Whoever follows it hears Halted."""
    if run.jobs:
        with contextlib.suppress(JobLost):
            job = await lane.attach(run.jobs[-1])
            await job.cancel()


def settled(run: TrainingRun, jobs: Path) -> TrainingRun:
    """As it really stands: one that was said to be running, and whose job has ended meanwhile, is not."""
    if run.state != "running" or not run.jobs:
        return run
    folder = jobs / run.jobs[-1]
    events = journal.read_events(folder)
    last = events[-1] if events else None
    if isinstance(last, Ending):
        return _ended(run, last)
    if journal.read_record(folder) or _is_new(run):
        return run
    return _ended(run, Lost(_gone()))


def _is_new(run: TrainingRun) -> bool:
    """Its job was given a moment ago: the lane may not have written it down yet."""
    return time.time() - (run.folder / FILE).stat().st_mtime < PATIENCE


def spec_of(run: TrainingRun, asking: Asking, *, dry: bool = False) -> TrainSpec:
    """What the worker is given."""
    material = run.folder / MATERIAL
    held = material / EVALUATION
    return TrainSpec(
        folder=str(run.folder),
        recipe=run.recipe.model_dump(mode="json"),
        base=run.base_folder,
        train=str(material / TRAIN),
        evaluation=str(held) if held.is_file() and held.stat().st_size else "",
        adapter=run.adapter_from,
        prompts=() if dry else tuple(asking.prompts),
        persona=asking.persona,
        dry=dry,
    )


async def _heard(job: Job, run: TrainingRun) -> AsyncIterator[TrainingEvent]:
    yield Going(run, job.id)
    async with contextlib.aclosing(job.__aiter__()) as events:
        async for event in events:
            if isinstance(event, Ending):
                run = await asyncio.to_thread(_ended, run, event)
                yield _ending(run, event)
                return
            if told := _told(event):
                yield told
    raise JobLost(_gone())


def _told(event: Event) -> TrainingEvent | None:
    match event:
        case Progress(done, total, text):
            return Stepped(int(done), int(total), text)
        case Metric(step, values):
            return Measured(step, values)
        case Note(text):
            return Noted(text)
        case _:
            return None


def _ended(run: TrainingRun, ending: Ending) -> TrainingRun:
    """Write down how it came out."""
    match ending:
        case Done(result):
            return save(run, state="done", result=result, why="")
        case Cancelled():
            return save(run, state="paused", why="")
        case Failed(message):
            return save(run, state="failed", why=message)
        case Lost(reason):
            return save(run, state="lost", why=reason)


def _ending(run: TrainingRun, ending: Ending) -> TrainingEvent:
    match ending:
        case Failed(message, hint):
            raise JobFailed(message, hint)
        case Lost(reason):
            raise JobLost(
                reason,
                t(
                    f"`zishu runs resume {run.id}` 从最后一个存档接着练。",
                    f"`zishu runs resume {run.id}` goes on from the last checkpoint.",
                ),
            )
        case Done():
            return Trained(run)
        case _:
            return Halted(run)


def _gone() -> str:
    return t("训练的进程已经不在。", "The process of the training is gone.")
