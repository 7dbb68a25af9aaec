"""Our own work goes into the data set by itself: every dialogue, every distilled chunk and every final summary.

While a run goes on, each is added as soon as it is known to be on disk (`hear`); when a run is taken up, what was
finished before it was killed (`make_up`); and what was made before there was a data set, or in another process that was
killed, when somebody looks (`catch_up`). All three come to the same keys and marks, so nothing is added twice.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zishu_app.core.errors import DataError
from zishu_app.dataset.distillate import Distillate, read_distillate
from zishu_app.dataset.origin import dialogue_draft, distilled_drafts
from zishu_app.dataset.sample import Draft
from zishu_app.dataset.store import Samples
from zishu_app.dataset.taken import not_taken, remember, take
from zishu_app.dataset.talks import Place, Talk, conversation_of, read_record
from zishu_app.dialogue import talk as dialogue
from zishu_app.dialogue.events import Written
from zishu_app.dialogue.plan import plan_from_dict
from zishu_app.dialogue.product import build
from zishu_app.distill.events import FileSkipped, FileWritten
from zishu_app.house import House
from zishu_app.ledger.answers import calls_of_parts, calls_of_turns
from zishu_app.ledger.runs import (
    PlannedTalk,
    accounting_of,
    done_talks,
    find_run,
    find_talk,
    stamps_of,
    talks_in_file,
    turns_of,
)
from zishu_app.ledger.store import Store
from zishu_app.studio.places import results_of

#: what comes out of a tour is found by this
TOUR = "tour"


@dataclass(frozen=True, slots=True)
class Caught:
    """So many of our own dialogues and results of earlier runs were looked at, and so many samples came of them."""

    done: int
    total: int
    added: int


@dataclass(frozen=True, slots=True)
class CaughtUp:
    """The one ending of catching up: nothing is missing any more, unless it was `stopped`."""

    added: int
    stopped: bool = False


async def hear(house: House, run_id: str, event: Any) -> None:
    """Add what an event of a run says is on disk; everything else is ignored. Raises DataError where the data set
    cannot be written, which stops the run as a ledger does that cannot be written.
    """
    if isinstance(event, Written):
        await _take_talks(house, run_id, [event.number])
    elif isinstance(event, FileWritten | FileSkipped):
        await _take_result(house, event.path)


async def make_up(house: House, run_id: str) -> None:
    """Add the dialogues a run finished before it was killed and that did not come so far; its results are heard of
    again while it goes on.
    """
    await _take_talks(house, run_id, await asyncio.to_thread(done_talks, house.store, run_id))


async def catch_up(house: House, stop: asyncio.Event | None = None) -> AsyncIterator[Caught | CaughtUp]:
    """Add what earlier runs made and what is no sample yet. Ends with one `CaughtUp`.

    Where nothing is new it takes as long as listing the runs. `stop` ends it after the one it is at.
    """
    samples, store, stop = house.samples, house.store, stop or asyncio.Event()
    runs = await asyncio.to_thread(_runs_left, store, samples)
    todo = await asyncio.to_thread(_left_of, store, samples, [run_id for run_id, _ in runs])
    added = 0
    for done, one in enumerate(todo, 1):
        if stop.is_set():
            yield CaughtUp(added, stopped=True)
            return
        if isinstance(one, Path):
            added += await _take_result(house, one)
        else:
            added += await _take_talks(house, *one)
        yield Caught(done, len(todo), added)
    if runs:
        await remember(samples, [mark for _, mark in runs])
    yield CaughtUp(added)


#: a dialogue of a run, or a result
_Left = tuple[str, list[int]] | Path


def _runs_left(store: Store, samples: Samples) -> list[tuple[str, str]]:
    """Runs that may have made something since somebody last looked, each with the mark that says that nobody need."""
    marks = {f"run {run_id} {stamp}": run_id for run_id, stamp in stamps_of(store).items()}
    return [(marks[mark], mark) for mark in not_taken(samples, list(marks))]


def _left_of(store: Store, samples: Samples, run_ids: Sequence[str]) -> list[_Left]:
    """Everything of these runs that is no sample yet; reads folders, not files."""
    left: list[_Left] = []
    results: dict[Path, None] = {}
    for run_id in run_ids:
        marks = {_talk_mark(run_id, number): number for number in done_talks(store, run_id)}
        left += [(run_id, [marks[mark]]) for mark in not_taken(samples, list(marks))]
        run = find_run(store, run_id)
        if run.kind == "distill" or run.recipe.get("distil"):
            results |= dict.fromkeys(results_of(run.recipe))
    marked = {mark: path for path in results if (mark := _file_mark(path))}
    return [*left, *(marked[mark] for mark in not_taken(samples, list(marked)))]


async def _take_talks(house: House, run_id: str, numbers: Iterable[int]) -> int:
    samples, added = house.samples, 0
    for number in numbers:
        mark = _talk_mark(run_id, number)
        if await asyncio.to_thread(not_taken, samples, [mark]):
            draft = await asyncio.to_thread(_dialogue, house, run_id, number)
            added += await take(samples, [draft], _now(house), mark)
    return added


async def _take_result(house: House, path: Path) -> int:
    samples = house.samples
    mark = await asyncio.to_thread(_file_mark, path)
    if not mark or not await asyncio.to_thread(not_taken, samples, [mark]):
        return 0
    drafts = await asyncio.to_thread(lambda: list(_distilled(house, path)))
    return await take(samples, drafts, _now(house), mark)


def _talk_mark(run_id: str, number: int) -> str:
    return f"talk {run_id} {number}"


def _file_mark(path: Path) -> str:
    """A result that was made anew is another one. Empty where there is none."""
    try:
        found = path.stat()
    except OSError:
        return ""
    return f"file {found.st_mtime_ns} {found.st_size} {path.absolute()}"


def _now(house: House) -> int:
    return int(house.clock.now().timestamp())


def _dialogue(house: House, run_id: str, number: int) -> Draft:
    planned = find_talk(house.store, run_id, number)
    if planned is None:  # events tell of talks that are in the ledger
        raise LookupError(f"no dialogue {number} in run {run_id}")
    tags = (TOUR,) if _of_tour(house, Path(planned.folder)) else ()
    return dialogue_draft(_talk(house.store, planned), calls_of_turns(house.store, planned.id), tags)


def _talk(store: Store, planned: PlannedTalk) -> Talk:
    """A finished dialogue as its file has it, whatever became of the file."""
    held = dialogue.Talk(plan_from_dict(planned.plan), turns_of(store, planned.id))
    accounting = accounting_of(store, planned.run_id, str(planned.number))
    product = build(held, accounting, planned.run_id)
    return read_record(product, Place(Path(planned.folder) / planned.file, alone=True))


def _distilled(house: House, path: Path) -> Iterator[Draft]:
    """The samples of a result that was made here; none of a file that is none, or is somebody else's."""
    try:
        made = read_distillate(json.loads(path.read_text(encoding="utf-8")), Place(path, alone=True))
    except (OSError, ValueError, DataError):
        return
    calls = calls_of_parts(house.store, str(made.about.get("item", "")))
    if calls:
        tags = (TOUR,) if _of_tour(house, path) else ()
        yield from distilled_drafts(made, calls, _source(house.store, made), tags)


def _source(store: Store, made: Distillate) -> Talk | None:
    """The dialogue a result rests on, where it was made here: it tells of mistakes and shifts."""
    for planned in talks_in_file(store, str(made.about.get("source", ""))):
        talk = _talk(store, planned)
        if conversation_of(talk.messages) == made.conversation:
            return talk
    return None


def _of_tour(house: House, path: Path) -> bool:
    return path.is_relative_to(house.home.tour)
