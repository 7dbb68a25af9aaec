"""Sitting an exam, as events: what is asked of which brain, and the report that comes of it. A job of the long lane.

An exam that nobody waits for any more is of no use to anybody: leaving the stream stops it.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from zishu_app.core.errors import DataError, JobFailed, JobLost
from zishu_app.core.streams import closing
from zishu_app.core.texts import t
from zishu_app.jobs.base import Job, JobLane
from zishu_app.jobs.protocol import Cancelled, Done, Failed, Lost, Note, Progress
from zishu_app.jobs.specs import ExamSpec
from zishu_app.training.items import Item, ItemSet, twice
from zishu_app.training.marks import Report, mark_of, scored, write_report


@dataclass(frozen=True, slots=True)
class Candidate:
    """Who sits it: a base, a base with what was learnt on it, or a model that was a base and has learnt as a whole."""

    #: what it is asked for by, and what people call it
    brain: str
    name: str
    base: Path
    adapter: Path | None = None
    #: sha256 of the weights that a model of its own began with; "": those of `base`
    began_with: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """What is asked."""

    sets: Sequence[ItemSet]
    #: files of rows whose perplexity is taken, by a name of theirs
    texts: Mapping[str, Path] = field(default_factory=dict)
    #: by language: said before the items that ask for it
    personas: Mapping[str, str] = field(default_factory=dict)

    @property
    def persona(self) -> str:
        """By language a mark that changes when it does."""
        return " ".join(f"{name}:{mark_of(said)}" for name, said in sorted(self.personas.items()))

    def plain(self) -> tuple[dict[str, Any], ...]:
        """All items as the worker takes them: with her persona itself instead of the wish for it."""
        return tuple(self._plain(item, one.language) for one in self.sets for item in one.items)

    def _plain(self, item: Item, language: str) -> dict[str, Any]:
        return item.as_dict() | ({"system": self.personas.get(language, "")} if item.system else {})


@dataclass(frozen=True, slots=True)
class Sitting:
    """So much of so much; `text`: what is done now."""

    done: int
    total: int
    text: str


@dataclass(frozen=True, slots=True)
class Noted:
    """A sentence for the person."""

    text: str


@dataclass(frozen=True, slots=True)
class Sat:
    """The good ending: the report, which is on disk."""

    report: Report


@dataclass(frozen=True, slots=True)
class Left:
    """The other ending: it was stopped, and nothing came of it."""


ExamEvent = Sitting | Noted | Sat | Left


@dataclass(frozen=True, slots=True)
class Desk:
    """Where exams are kept, and what time it is (local, ISO)."""

    folder: Path
    now: str


async def sit(
    lane: JobLane, who: Candidate, paper: Paper, desk: Desk, stop: asyncio.Event | None = None
) -> AsyncIterator[ExamEvent]:
    """Have it sat. Ends with Sat or Left. Raises DataError (nothing is asked, or one thing twice), JobFailed, JobLost."""
    _require_questions(paper)
    spec = ExamSpec(
        str(who.base),
        str(who.adapter) if who.adapter else "",
        paper.plain(),
        {name: str(path) for name, path in paper.texts.items()},
    )
    job = await lane.submit(spec)
    async with closing(_heard(job, stop)) as events:
        async for event in events:
            if isinstance(event, Done):
                report = report_of(who, paper, desk.now, event.result)
                await asyncio.to_thread(write_report, desk.folder, report)
                yield Sat(report)
            else:
                yield event


def report_of(who: Candidate, paper: Paper, now: str, result: Mapping[str, Any]) -> Report:
    """What the worker told, as it is kept."""
    return Report(
        id=name_for(now, who.brain),
        created=now,
        brain=who.brain,
        name=who.name,
        base_sha256=who.began_with or result["base_sha256"],
        template_sha256=result["template_sha256"],
        persona=paper.persona,
        items=scored(paper.sets, result["items"]),
        texts={
            name: tuple((float(one), int(count)) for one, count in samples)
            for name, samples in result["texts"].items()
        },
        seconds=float(result["seconds"]),
        device=str(result["device"]),
    )


def name_for(created: str, brain: str) -> str:
    """Of a report's file: in the order of time when listed, and to be typed."""
    stamp = re.sub(r"[^0-9]", "", created)[:14]
    return f"{stamp[:8]}-{stamp[8:]}-{re.sub(r'[^a-z0-9]+', '-', brain.lower()).strip('-')[-40:] or 'brain'}"


async def _heard(job: Job, stop: asyncio.Event | None) -> AsyncIterator[Sitting | Noted | Left | Done]:
    over = False
    watcher = asyncio.create_task(_stopped(job, stop)) if stop else None
    try:
        async with closing(job.__aiter__()) as events:
            async for event in events:
                match event:
                    case Progress(done, total, text):
                        yield Sitting(int(done), int(total), text)
                    case Note(text):
                        yield Noted(text)
                    case Done():
                        over = True
                        yield event
                        return
                    case Cancelled():
                        over = True
                        yield Left()
                        return
                    case Failed(message, hint):
                        over = True
                        raise JobFailed(message, hint)
                    case Lost(reason):
                        over = True
                        raise JobLost(reason)
        raise JobLost(t("考试的进程已经不在。", "The process of the exam is gone."))
    finally:
        if watcher:
            watcher.cancel()
        if not over:
            await job.cancel()


async def _stopped(job: Job, stop: asyncio.Event) -> None:
    await stop.wait()
    await job.cancel()


def _require_questions(paper: Paper) -> None:
    if not paper.texts and not any(one.items for one in paper.sets):
        raise DataError(
            t("没有可考的题目。", "There is nothing to be examined."),
            t("选一个有题目的题集。", "Choose a set that has items."),
        )
    if repeated := twice(paper.sets):
        raise DataError(
            t(f"题目编号重复：{'，'.join(repeated)}。", f"Items with the same id: {', '.join(repeated)}."),
            t("给其中一个换一个编号。", "Give one of them another id."),
        )
