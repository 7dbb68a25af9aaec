"""Many samples before the judges: each is judged, and refined where that was asked for; one that fails stops nothing."""

import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from zishu_app.core.errors import FATAL, BudgetReached, ZishuError
from zishu_app.core.streams import closing, merge
from zishu_app.core.texts import t
from zishu_app.dataset.sample import Sample, Source
from zishu_app.dataset.scores import Marked, Score
from zishu_app.review.asking import Silent
from zishu_app.review.bench import Bench, Slipped, judge_case
from zishu_app.review.events import Asked, Found, Judged, JudgeEnded, JudgeEvent, NotJudged, Refined, Refining
from zishu_app.review.material import case_of
from zishu_app.review.refine import Teacher, refine

log = logging.getLogger("zishu.review")


@dataclass
class Batch:
    """What is judged, and by whom. `teacher`: who refines; None: nobody. `done`: samples this run has done before."""

    bench: Bench
    at_once: int = 1
    teacher: Teacher | None = None
    done: int = 0
    failed: int = 0
    stopped: str = ""
    hint: str = ""

    async def run(self, numbers: Sequence[int]) -> AsyncIterator[JudgeEvent]:
        """Judge these samples. Ends with one `JudgeEnded`; what the ledger already holds is not asked for again."""
        total = len(numbers) + self.done
        yield Found(total, self.done)
        going_on = takewhile(lambda _: not self.bench.stop.is_set(), numbers)
        async with closing(merge((self._one(number) for number in going_on), self.at_once)) as events:
            async for event in events:
                yield event
        left = total - self.done - self.failed
        yield JudgeEnded(self.done, self.failed, left, self.stopped, self.hint)

    async def _one(self, number: int) -> AsyncIterator[JudgeEvent]:
        try:
            sample, source = await self.bench.look(number)
            if sample is None:
                self.failed += 1
                yield NotJudged(number, "", t("没有这个样本。", "There is no such sample."))
                return
            async with closing(self._judge(sample, source)) as events:
                async for event in events:
                    yield event
        except ZishuError as error:
            log.info("judging failed: %s", type(error).__name__)
            self._note(error)
            if not isinstance(error, BudgetReached):
                self.failed += 1
                yield NotJudged(number, "", error.message, error.hint)

    async def _judge(self, sample: Sample, source: Source | None) -> AsyncIterator[JudgeEvent]:
        marked: list[Marked] = []
        score: Score | None = None
        async with closing(judge_case(self.bench, case_of(sample, source, self.bench.criteria))) as events:
            async for event in events:
                if isinstance(event, Score):
                    score = event
                elif isinstance(event, Marked):
                    marked.append(event)
                else:
                    yield told(sample.id, event)
        if score is None:
            return  # it was to stop: the rest of the panel is asked when it goes on
        if score.score is None:
            self.failed += 1
            return
        yield Judged(sample.id, sample.version, tuple(marked), score.score, score.spread)
        if self.teacher is not None:
            async with closing(refine(self.bench, self.teacher, sample.id)) as more:
                async for one in more:
                    yield one if isinstance(one, Refining | Refined) else told(sample.id, one)
        if self.teacher is None or not self.bench.stop.is_set():
            self.done += 1

    def _note(self, error: ZishuError) -> None:
        if isinstance(error, FATAL):
            if not self.stopped:
                self.stopped, self.hint = error.message, error.hint
            self.bench.stop.set()


def told(sample: int, event: Slipped | Silent) -> Asked | NotJudged:
    """An event of one question, with the sample it belongs to."""
    if isinstance(event, Slipped):
        return Asked(sample, event.who, event.reason, event.delay)
    return NotJudged(sample, event.who, event.reason, event.hint)
