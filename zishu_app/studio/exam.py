"""She is examined, from what was asked for to a stream of events; the command line and the window begin here.

Who may sit: a base, a brain she has learnt, a training that is done and not yet a brain. What is learnt is held against
its base, which is examined once and not again for as long as nothing of it changes.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from zishu_app.brains.bases import NOTE, Converting
from zishu_app.brains.learnt import PREFIX, Learnt, keep, list_learnt
from zishu_app.core.errors import DataError
from zishu_app.core.paths import RESOURCES
from zishu_app.core.streams import closing
from zishu_app.core.texts import Language, t
from zishu_app.core.weights import weights_sha256
from zishu_app.house import House
from zishu_app.studio.bases import base_of
from zishu_app.studio.training import persona_of
from zishu_app.training.change import DELTA, Comparison, compare
from zishu_app.training.exam import Candidate, Desk, ExamEvent, Left, Paper, Sat, sit
from zishu_app.training.item_file import load_sets
from zishu_app.training.items import ItemSet, choose
from zishu_app.training.marks import Report, in_short, list_reports, mark_of, open_report
from zishu_app.training.material import EVALUATION
from zishu_app.training.runs import MATERIAL, TrainingRun, list_runs

#: what she reads beside the items: something general in each language
GENERAL = RESOURCES / "exams" / "texts"
#: how what was held out of a training is called, before a mark that changes when it does
HELD = "held-out"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for."""

    #: a base, `learnt/<id>`, a training's id; "": the newest brain she has learnt, else the built-in base
    brain: str = ""
    #: names of item sets, kinds, languages; none: all
    sets: Sequence[str] = ()
    #: hold it against this: an exam's id, or a brain; "base": what it was learnt on; "": nothing
    against: str = "base"
    #: by how much what is general may get worse
    delta: float = DELTA


@dataclass(frozen=True, slots=True)
class Examining:
    """Now it is the turn of this one; `kept`: its exam is known already."""

    who: Candidate
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Compared:
    """The ending, where there is something to hold it against."""

    comparison: Comparison


@dataclass(frozen=True, slots=True)
class Entrant:
    """A candidate with what belongs to it."""

    who: Candidate
    #: the name of its base, and the folder of that where it is not a base itself
    base: str
    ground: Path | None = None
    #: what was held out of its training
    held: Path | None = None
    brain: Learnt | None = field(default=None, compare=False)


async def examine(
    house: House, wish: Wish, stop: asyncio.Event | None = None
) -> AsyncIterator[Converting | Examining | ExamEvent | Compared]:
    """Ends with Left, Sat or, after that, Compared. Raises DataError, JobFailed, JobLost."""
    entrants: list[Entrant] = []
    async with closing(entrant_of(house, wish.brain)) as finding:
        async for found in finding:
            if isinstance(found, Converting):
                yield found
            else:
                entrants.append(found)
    [entrant] = entrants
    paper = await paper_of(house, wish.sets, entrant.held)
    reports: list[Report] = []
    async with closing(_both(house, wish, entrant, _Hall(paper, stop))) as events:
        async for event in events:
            if isinstance(event, Report):
                reports.append(event)
            else:
                yield event
    if len(reports) == 2:
        yield Compared(await asyncio.to_thread(compare, reports[0], reports[1], wish.delta))


@dataclass(frozen=True, slots=True)
class _Hall:
    """What everybody is asked, and what ends it."""

    paper: Paper
    stop: asyncio.Event | None


async def _both(
    house: House, wish: Wish, entrant: Entrant, hall: _Hall
) -> AsyncIterator[Converting | Examining | ExamEvent | Report]:
    """What it is held against, and then the entrant; the reports of both, in this order."""
    async with closing(_other(house, wish.against, entrant)) as others:
        async for other in others:
            if not isinstance(other, Candidate):
                yield other
                continue
            known = await asyncio.to_thread(_known, house, other, hall.paper)
            yield Examining(other, kept=known is not None)
            if known is not None:
                yield known
                continue
            async with closing(_sat(house, other, hall)) as events:
                async for event in events:
                    yield event.report if isinstance(event, Sat) else event
                    if isinstance(event, Left):
                        return
    yield Examining(entrant.who)
    async with closing(_sat(house, entrant.who, hall)) as last:
        async for event in last:
            yield event
            if isinstance(event, Sat):
                await _mark(entrant, event.report)
                yield event.report


async def _mark(entrant: Entrant, report: Report) -> None:
    """Her brain carries its marks."""
    if (brain := entrant.brain) is not None:
        await asyncio.to_thread(lambda: keep(brain, marks=in_short(report)))


async def entrant_of(house: House, name: str) -> AsyncIterator[Converting | Entrant]:
    """Who is meant, see `Wish`; ends with it. Raises DataError."""
    learnt = await asyncio.to_thread(list_learnt, house.home.brains)
    found = [one for one in learnt if name in (one.spec, one.id, one.name)] or (
        learnt[:1] if not name else []
    )
    if found:
        yield await asyncio.to_thread(_of_learnt, house, found[0])
        return
    if name.startswith(PREFIX):
        raise DataError(
            t(f"没有学成的大脑“{name}”。", f'She has learnt no brain "{name}".'),
            t("`zishu brains list` 看有哪些。", "`zishu brains list` shows them."),
        )
    trainings = await asyncio.to_thread(list_runs, house.home.trainings)
    run = next((one for one in trainings if one.id == name), None)
    if run:
        yield await asyncio.to_thread(_of_run, run)
        return
    async with closing(base_of(house, name)) as making:
        async for one in making:
            yield (
                one if isinstance(one, Converting) else Entrant(Candidate(one.id, one.id, one.folder), one.id)
            )


def _of_learnt(house: House, brain: Learnt) -> Entrant:
    who = Candidate(brain.spec, brain.name, *brain.loaded)
    if brain.whole:
        who = _of_its_own(who)
    held = _held(house.home.trainings / brain.run) if brain.run else None
    return Entrant(who, brain.base, Path(brain.base_folder), held, brain)


def _of_run(run: TrainingRun) -> Entrant:
    if run.state != "done":
        raise DataError(
            t(f"训练 {run.id} 还没有完成。", f"The training {run.id} is not done."),
            t(f"`zishu runs resume {run.id}` 接着练。", f"`zishu runs resume {run.id}` goes on with it."),
        )
    base = Path(run.base_folder)
    who = Candidate(run.id, run.id, base, run.adapter)
    if run.whole:
        who = _of_its_own(replace(who, base=run.adapter, adapter=None))
    return Entrant(who, run.base, base, _held(run.folder))


def _of_its_own(model: Candidate) -> Candidate:
    """With the weights it began with, by which it is told what it can be held against. Raises DataError."""
    try:
        told = json.loads((model.base / NOTE).read_text(encoding="utf-8"))
        return replace(model, began_with=str(told["base_sha256"]))
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise DataError(
            t(f"{model.base} 里的 {NOTE} 读不了。", f"{NOTE} in {model.base} cannot be read."),
            t("重新训练一次。", "Train it anew."),
        ) from error


def _held(run: Path) -> Path | None:
    path = run / MATERIAL / EVALUATION
    return path if path.is_file() and path.stat().st_size else None


async def paper_of(house: House, names: Sequence[str], held: Path | None) -> Paper:
    """What is asked: the sets called so, and what is read beside them. Raises DataError."""
    sets = choose(await asyncio.to_thread(load_sets, house.home.exams), names)
    languages: tuple[Language, ...] = tuple(dict.fromkeys(one.language for one in sets))
    texts = {f"general.{one}": GENERAL / f"general.{one}.jsonl" for one in languages}
    if held:
        mark = mark_of(await asyncio.to_thread(held.read_text, "utf-8"))
        texts[f"{HELD}.{mark}"] = held
    personas: dict[str, str] = {
        one: await persona_of(house, one) for one in languages if _asks_her(sets, one)
    }
    return Paper(sets, texts, personas)


def _asks_her(sets: Sequence[ItemSet], language: Language) -> bool:
    return any(item.system for one in sets if one.language == language for item in one.items)


async def sets_of(house: House) -> list[ItemSet]:
    """All item sets. Raises DataError for a file with mistakes."""
    return await asyncio.to_thread(load_sets, house.home.exams)


async def reports_of(house: House) -> list[Report]:
    """All exams, the newest first."""
    return await asyncio.to_thread(list_reports, house.home.exam_reports)


async def _other(
    house: House, against: str, entrant: Entrant
) -> AsyncIterator[Converting | Candidate | Report]:
    """What it is held against. A base is held against nothing but what is named."""
    if not against or (against == "base" and entrant.ground is None):
        return
    if against == "base":
        assert entrant.ground is not None, "see above"
        yield Candidate(entrant.base, entrant.base, entrant.ground)
        return
    reports = await reports_of(house)
    if against == "last" or any(one.id == against for one in reports):
        yield await asyncio.to_thread(open_report, house.home.exam_reports, against)
        return
    async with closing(entrant_of(house, against)) as finding:
        async for found in finding:
            yield found.who if isinstance(found, Entrant) else found


def _known(house: House, who: Candidate, paper: Paper) -> Report | None:
    """The newest exam of a base in which just this was asked: with other items beside them, the same ones come out with
    other errors of rounding. What has an adapter is always examined anew.
    """
    if who.adapter:
        return None
    sha256 = weights_sha256(who.base)
    items = {(item.id, mark_of(item)) for one in paper.sets for item in one.items}
    for one in list_reports(house.home.exam_reports):
        same = (one.brain, one.base_sha256, one.persona) == (who.brain, sha256, paper.persona)
        asked = {(item.id, item.mark) for item in one.items}
        if same and items == asked and set(paper.texts) <= set(one.texts):
            return one
    return None


async def _sat(house: House, who: Candidate, hall: _Hall) -> AsyncIterator[ExamEvent]:
    desk = Desk(house.home.exam_reports, house.clock.now().isoformat())
    async with closing(sit(house.lane("long"), who, hall.paper, desk, hall.stop)) as events:
        async for event in events:
            yield event
