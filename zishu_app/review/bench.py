"""Judging a sample of the data set by all judges: what each gave is stored before the next one is asked."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from zishu_app.core.clock import Clock
from zishu_app.core.streams import closing
from zishu_app.dataset.sample import Sample, Source
from zishu_app.dataset.scores import Marked, Score, keep_marks
from zishu_app.dataset.store import Samples, get, source_of
from zishu_app.ledger.forms import Slip
from zishu_app.review.asking import Silent, Tools
from zishu_app.review.judge import judge_one
from zishu_app.review.material import Case
from zishu_app.review.rubric import Criterion


@dataclass(frozen=True)
class Bench:
    """The data set, who judges it, and by what."""

    samples: Samples
    clock: Clock
    criteria: tuple[Criterion, ...]
    tools: Tools
    #: set from outside: no further question is asked
    stop: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def now(self) -> int:
        """Seconds since 1970."""
        return int(self.clock.now().timestamp())

    async def look(self, number: int) -> tuple[Sample | None, Source | None]:
        """A sample as it stands, and what it was made from."""
        return await asyncio.to_thread(self._look, number)

    def _look(self, number: int) -> tuple[Sample | None, Source | None]:
        with self.samples.reading() as connection:
            sample = get(connection, number)
            source = source_of(connection, sample.source) if sample and sample.source else None
            return sample, source


@dataclass(frozen=True, slots=True)
class Slipped:
    """A judge's attempt failed or was not in the form ("form"); another one follows."""

    who: str
    reason: str
    delay: float


async def judge_case(bench: Bench, case: Case) -> AsyncIterator[Slipped | Marked | Silent | Score]:
    """All judges, one after the other. Ends with the `Score`, or without one where it was to stop.

    Raises BudgetReached and whatever else every further call would meet too.
    """
    score = Score(None, None)
    for judge in bench.tools.judges:
        if bench.stop.is_set():
            return
        async with closing(judge_one(case, judge, bench.tools)) as events:
            async for event in events:
                if isinstance(event, Marked):
                    score = await _kept(bench, case.sample, event)
                yield Slipped(judge.name, event.reason, event.delay) if isinstance(event, Slip) else event
    yield score


async def _kept(bench: Bench, number: int, given: Marked) -> Score:
    panel, now = bench.tools.names, bench.now
    return await bench.samples.change(lambda connection: keep_marks(connection, number, given, panel, now))
