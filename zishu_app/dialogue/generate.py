"""Many dialogues at once, each one turn at a time; everything that is said is on disk before the next call."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import count, takewhile
from pathlib import Path
from typing import Any, Literal

from zishu_app.core.errors import FATAL, BudgetReached, ModelUnreachable, ZishuError
from zishu_app.core.files import write_new
from zishu_app.core.streams import closing, merge
from zishu_app.dialogue.events import DialogueEvent, Ended, Failed, Opened, Written
from zishu_app.dialogue.mistakes.make import prepare
from zishu_app.dialogue.plan import Plan, plan_from_dict
from zishu_app.dialogue.product import as_text, build, file_name, is_of
from zishu_app.dialogue.speak import Sides, Stage, step
from zishu_app.dialogue.talk import Talk
from zishu_app.ledger.calls import Accounts
from zishu_app.ledger.runs import (
    PlannedTalk,
    accounting_of,
    end_talk,
    names_in,
    plan_talks,
    rename_talk,
    talks_of,
    turns_of,
)
from zishu_app.ledger.store import Store

log = logging.getLogger("zishu.dialogue")

#: dialogues that may fail to reach the endpoint before a single one was answered
UNREACHED = 3

#: what is done with a finished dialogue's file, e.g. distilling it; its events join the stream
After = Callable[[Path], AsyncIterator[Any]]

#: what a person may ask of one dialogue: another topic, or its end
Wish = Literal["shift", "end"]


@dataclass
class Work:
    """One run's dialogues and all that is needed to make them."""

    run_id: str
    store: Store
    accounts: Accounts
    sides: Sides
    concurrency: int
    after: After | None = None
    #: set from outside: stop at the next turn boundary
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    #: set from outside, by the number of the dialogue; taken out when it is done or can no longer be done
    asked: dict[int, Wish] = field(default_factory=dict)


async def write_plans(store: Store, run_id: str, plans: Sequence[Plan], folder: Path) -> list[PlannedTalk]:
    """Plan the dialogues of a run that are not planned yet, all in one commit: a kill leaves no part of them.

    Each gets a file name that is free on disk and in the ledger. Returns all talks of the run.
    """
    there = {talk.number for talk in talks_of(store, run_id)}
    missing = [plan for plan in plans if plan.number not in there]
    while missing:
        taken = names_in(store, str(folder)) | await asyncio.to_thread(_files_in, folder)
        if await plan_talks(store, run_id, _named(missing, folder, taken)):
            break
    return talks_of(store, run_id)


def _files_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()


def _named(plans: Iterable[Plan], folder: Path, taken: set[str]) -> list[PlannedTalk]:
    named = []
    for plan in plans:
        name = next(name for take in count(1) if (name := file_name(plan, take)) not in taken)
        taken.add(name)
        named.append(PlannedTalk(0, plan.number, plan.as_dict(), str(folder), name, "planned"))
    return named


async def generate(work: Work, talks: Sequence[PlannedTalk]) -> AsyncIterator[DialogueEvent | Any]:
    """Make all dialogues that are not done yet. Ends with exactly one `Ended`.

    Setting `work.stop` ends it at the next turn boundary; leaving the iterator ends it at once. Both can
    be continued with the same run.
    """
    # a dialogue that is written may still wait for what comes after it
    todo = [talk for talk in talks if work.after or talk.state != "done"]
    for language in {talk.plan["scenario"]["language"] for talk in todo if talk.plan["noise_rate"]}:
        await asyncio.to_thread(prepare, language)
    crew = _Crew(work)
    going_on = takewhile(lambda _: not work.stop.is_set(), todo)
    async with closing(merge((crew.make(talk) for talk in going_on), work.concurrency)) as events:
        async for event in events:
            yield event
    left = len(todo) - crew.done - crew.failed
    yield Ended(crew.done, crew.failed, left, crew.stopped, crew.hint)


@dataclass
class _Crew:
    """What the dialogues of a run have in common while they are made."""

    work: Work
    done: int = 0
    failed: int = 0
    unreached: int = 0
    answered: bool = False
    stopped: str = ""
    hint: str = ""

    async def make(self, planned: PlannedTalk) -> AsyncIterator[DialogueEvent | Any]:
        """One dialogue from where it stands to its file."""
        try:
            async for event in self._rounds(planned):
                yield event
        except ZishuError as error:
            if (failed := await self._failed(planned, error)) is not None:
                yield failed
        finally:
            self.work.asked.pop(planned.number, None)

    async def _rounds(self, planned: PlannedTalk) -> AsyncIterator[DialogueEvent | Any]:
        work = self.work
        if planned.state == "done":
            self.done += 1
            async for event in self._after(Path(planned.folder) / planned.file):
                yield event
            return
        plan = plan_from_dict(planned.plan)
        talk = Talk(plan, turns_of(work.store, planned.id))
        yield Opened(plan.number, plan.scenario.name, plan.rounds, talk.rounds)
        stage = Stage(work.run_id, planned.id, talk, work.sides, work.accounts)
        if await asyncio.to_thread(_ended_before, planned, talk):
            work.asked[plan.number] = "end"
        while not self._over(talk):
            if work.stop.is_set():
                return
            async for event in step(stage, shift=work.asked.get(plan.number) == "shift"):
                yield event
            self._granted(talk)
            self.answered = self.answered or bool(talk.rounds)
        path = await _write(work, planned, talk)
        self.done += 1
        yield Written(plan.number, path, talk.rounds, talk.ended)
        async for event in self._after(path):
            yield event

    def _over(self, talk: Talk) -> bool:
        """Whether nothing more is to be said: by itself, or because a person ends it after a whole round."""
        ended = self.work.asked.get(talk.plan.number) == "end" and talk.rounds > 0
        return talk.next_side is None or (ended and talk.next_side == "user")

    def _granted(self, talk: Talk) -> None:
        """A wish for another topic is done when the message that opens it is stored."""
        if talk.turns[-1].extra.get("by_hand") and self.work.asked.get(talk.plan.number) == "shift":
            del self.work.asked[talk.plan.number]

    async def _after(self, path: Path) -> AsyncIterator[Any]:
        if self.work.after is not None:
            async for event in self.work.after(path):
                yield event

    async def _failed(self, planned: PlannedTalk, error: ZishuError) -> Failed | None:
        log.info("dialogue %d failed: %s", planned.number, type(error).__name__)
        if isinstance(error, BudgetReached):
            self._stop(error)  # not this dialogue's fault: it stays as planned
            return None
        self.failed += 1
        await end_talk(self.work.store, planned.id, "failed", error.message)
        self.unreached += isinstance(error, ModelUnreachable)
        if isinstance(error, FATAL) or (self.unreached >= UNREACHED and not self.answered):
            self._stop(error)
        return Failed(planned.number, error.message, error.hint)

    def _stop(self, error: ZishuError) -> None:
        if not self.stopped:
            self.stopped, self.hint = error.message, error.hint
        self.work.stop.set()


def _ended_before(planned: PlannedTalk, talk: Talk) -> bool:
    """Whether a person ended it, and a kill came between its file and the note of it: the file tells."""
    return talk.rounds > 0 and is_of(Path(planned.folder) / planned.file, talk)


async def _write(work: Work, planned: PlannedTalk, talk: Talk) -> Path:
    """Write the file under its planned name; a name taken meanwhile by somebody else is left alone."""
    folder = Path(planned.folder)
    product = build(talk, accounting_of(work.store, work.run_id, str(planned.number)), work.run_id)
    path, takes = folder / planned.file, count(2)
    while not await asyncio.to_thread(write_new, path, as_text(product)):
        if await asyncio.to_thread(is_of, path, talk):  # written just before a kill, and not yet noted
            break
        # claimed in the ledger first: a free name may be another talk's that is not written yet
        while not await rename_talk(work.store, planned.id, name := file_name(talk.plan, next(takes))):
            continue
        path = folder / name
    await end_talk(work.store, planned.id, "done")
    return path
