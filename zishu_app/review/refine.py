"""What judges found wrong goes back to the teacher; what it writes is kept only where it is better.

Better means all of it: the checks that passed before still pass, the score rises, and the judges who are shown both
versions, in both orders, prefer the new one. Every version stays with the sample, those that were turned down too, and
what is kept is an act like any other: it can be undone. A person's decision, and a person's own words, are left alone.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace

from zishu_app.core.prompts import prompt
from zishu_app.core.streams import closing
from zishu_app.core.texts import t
from zishu_app.dataset import acts
from zishu_app.dataset.fields import Change
from zishu_app.dataset.sample import Sample, SampleMessage
from zishu_app.dataset.scores import Marked, Score, marks_of
from zishu_app.dataset.store import get
from zishu_app.dataset.versions import new_version, versions_of
from zishu_app.ledger.calls import Speaker
from zishu_app.ledger.forms import Sheet, Slip
from zishu_app.review.asking import Heard, Silent, hear, prepared, remembering, work_of
from zishu_app.review.bench import Bench, Slipped, judge_case
from zishu_app.review.compare import compare_two
from zishu_app.review.events import Refined, Refining
from zishu_app.review.material import Case, case_of, result_of
from zishu_app.review.rewriting import Rewritten, failures, numbers, read_rewritten, request, rewritten

#: how much the score must rise at least
RISE = 0.25

#: what is wrong with a sample, in words
Passes = Callable[[Sample], list[str]]


def nothing_wrong(sample: Sample) -> list[str]:  # noqa: ARG001 - a check that checks nothing
    """For whoever has no checks."""
    return []


@dataclass(frozen=True)
class Teacher:
    """Who writes anew, and what the result has to pass."""

    speaker: Speaker
    #: a sample that has this score is good enough
    enough: float
    #: most rounds
    rounds: int
    temperature: float = 0.3
    passes: Passes = nothing_wrong


RefineEvent = Refining | Slipped | Silent | Refined


@dataclass
class _Round:
    """One attempt: what it begins with, and what came of it."""

    number: int
    sample: Sample
    case: Case
    before: float
    wrong: str
    #: why the attempt before was turned down
    tried: str
    new: Rewritten | None = None
    version: int = 0
    after: float | None = None
    reason: str = ""

    @property
    def messages(self) -> tuple[SampleMessage, ...]:
        """As they would be."""
        return rewritten(self.sample.messages, self.new or {})

    def ended(self, *, kept: bool) -> Refined:
        """As it is told."""
        return Refined(self.sample.id, self.number, self.before, self.after, kept, self.reason)


async def refine(bench: Bench, teacher: Teacher, sample: int) -> AsyncIterator[RefineEvent]:
    """Have a judged sample made better: a `Refining` and a `Refined` for each round, none where there is no need.

    Ends at once where it was to stop. Raises BudgetReached and whatever else every further call would meet too.
    """
    tried = ""
    for number in range(1, teacher.rounds + 1):
        at = None if bench.stop.is_set() else await _begun(bench, teacher, sample, (number, tried))
        if at is None:
            return
        yield Refining(sample, number)
        async with closing(_attempt(bench, teacher, at)) as events:
            async for event in events:
                yield event
        if bench.stop.is_set() and at.after is None and not at.reason:
            return
        kept = not at.reason and await _keep(bench, teacher, at)
        yield at.ended(kept=kept)
        if at.new is None or (kept and (at.after or 0) >= teacher.enough):
            return
        tried = at.reason


async def _begun(bench: Bench, teacher: Teacher, sample: int, place: tuple[int, str]) -> _Round | None:
    """The next round; None where there is nothing to be done, or it is a person's."""
    found, source = await bench.look(sample)
    if found is None or found.score is None or found.score >= teacher.enough or found.verdict != "pending":
        return None
    given, edited = await asyncio.to_thread(_known, bench, found)
    case = case_of(found, source, bench.criteria)
    wrong = failures(case, given)
    if edited or not wrong:
        return None
    number, tried = place
    return _Round(number, found, case, found.score, wrong, tried)


def _known(bench: Bench, sample: Sample) -> tuple[list[Marked], bool]:
    """What the judges gave to the version in force, and whether a person wrote it."""
    with bench.samples.reading() as connection:
        why = {one.number: one.why for one in versions_of(connection, sample.id)}
        edited = why.get(sample.version, "") not in ("", "refine")
        return marks_of(connection, sample.id, sample.version), edited


async def _attempt(bench: Bench, teacher: Teacher, at: _Round) -> AsyncIterator[Slipped | Silent]:
    """Have it written, checked, judged and compared; what turns it down first stands in `at.reason`."""
    async with closing(_write(bench, teacher, at)) as slips:
        async for slip in slips:
            yield slip
    if at.reason:
        return
    at.version = await bench.samples.change(lambda connection: _lay_by(connection, bench, teacher, at))
    at.reason = await asyncio.to_thread(_newly_wrong, teacher.passes, at)
    if at.reason:
        return
    async with closing(_judge(bench, at)) as events:
        async for event in events:
            yield event
    if at.after is None or at.reason:
        return
    async with closing(_compare(bench, at)) as more:
        async for event in more:
            yield event


async def _write(bench: Bench, teacher: Teacher, at: _Round) -> AsyncIterator[Slipped]:
    """Ask the teacher. What it wrote is in `at.new`."""
    speaker, case = remembering(teacher.speaker), at.case
    found = (at.wrong, at.tried)
    what = await prepared(speaker, lambda: request(case, speaker, found, teacher.temperature))
    if what is None:
        at.reason = t(
            "这个样本放不进老师模型的上下文。", "The sample does not fit into the teacher's context."
        )
        return
    allowed = numbers(case)
    sheet = Sheet(
        "refine",
        what.messages,
        what.options,
        lambda reply: read_rewritten(reply, allowed),
        prompt(case.language, "refine.again"),
    )
    work = work_of(case.subject, speaker, bench.tools, what)
    async with closing(hear(work, sheet)) as events:
        async for event in events:
            if isinstance(event, Slip):
                yield Slipped(speaker.model.name, event.reason, event.delay)
            elif isinstance(event, Heard):
                at.new = event.value
            else:
                at.reason = event.reason
    if at.new is not None and at.messages == at.sample.messages:
        at.new, at.reason = None, t("老师模型没有改动任何内容。", "The teacher changed nothing.")


async def _judge(bench: Bench, at: _Round) -> AsyncIterator[Slipped | Silent]:
    """Have the new version judged; its score is in `at.after`."""
    sample = at.sample
    result = result_of(at.messages, compared=bool(at.case.source))
    case = Case(sample.id, at.version, sample.language, at.case.criteria, at.case.source, result)
    async with closing(judge_case(bench, case)) as events:
        async for event in events:
            if isinstance(event, Score):
                at.after = event.score
                if event.score is None:
                    at.reason = t("新的版本没有人评。", "Nobody judged the new version.")
            elif not isinstance(event, Marked):
                yield event
    if at.after is not None and at.after < at.before + RISE:
        at.reason = t(
            f"分数没有明显提高（{at.before:.1f} → {at.after:.1f}）。",
            f"The score did not rise enough ({at.before:.1f} to {at.after:.1f}).",
        )


async def _compare(bench: Bench, at: _Round) -> AsyncIterator[Slipped | Silent]:
    """Have both versions compared, in both orders."""
    other = result_of(at.messages, compared=bool(at.case.source))
    async with closing(compare_two(at.case, other, bench.tools)) as events:
        async for event in events:
            if isinstance(event, Slip):
                yield Slipped("", event.reason, event.delay)
                continue
            for silent in event.silent:
                yield silent
            if event.better != "second":
                at.reason = t(
                    "放在一起比较时，新的版本没有胜出。",
                    "Shown side by side, the new version was not preferred.",
                )


def _newly_wrong(passes: Passes, at: _Round) -> str:
    """What is wrong with the new version and was not with the one before."""
    before = set(passes(at.sample))
    now = passes(replace(at.sample, messages=at.messages))
    return t("；", "; ").join(one for one in dict.fromkeys(now) if one not in before)


def _lay_by(connection: sqlite3.Connection, bench: Bench, teacher: Teacher, at: _Round) -> int:
    """Keep the new version beside the one in force; one that was laid by before a stop is found again."""
    for one in versions_of(connection, at.sample.id):
        if one.messages == at.messages:
            return one.number
    by = (teacher.speaker.model.name, bench.now)
    return int(new_version(connection, at.sample.id, at.messages, "refine", by).value)


async def _keep(bench: Bench, teacher: Teacher, at: _Round) -> bool:
    """Put the new version in force, unless somebody was at the sample meanwhile, or has taken it back before."""
    sample, change = at.sample, Change(at.sample.id, "version", at.version)
    detail = {"round": at.number, "before": at.before, "after": at.after}

    def do(connection: sqlite3.Connection) -> str:
        now = get(connection, sample.id)
        if now is None or (now.version, now.verdict) != (sample.version, sample.verdict):
            return t("期间有人动过这个样本。", "Somebody was at the sample meanwhile.")
        if acts.was_done(connection, change):
            return t("这个版本用过，后来被撤下了。", "This version was in force before and was taken back.")
        acts.record(connection, "refine", [change], (teacher.speaker.model.name, bench.now), detail)
        return ""

    at.reason = await bench.samples.change(do)
    return not at.reason
