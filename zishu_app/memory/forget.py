"""Forgetting: afterwards the bytes are in no file under the home folder, free pages, journals and index included.

What goes with a memory: its history, its vector, the person's turns it came from, every later sentence of the chats that
gives it away (hers, the person's and the notes), samples made of such turns, frozen versions that hold such a sample, and
what judges said of them. It cannot be undone, so the person is asked once, with `what_goes` in sight.

What is to go is written down first and struck out last: whoever is killed in between goes on with `finish`. Every file that
was touched is written anew (core/scrub): some tenths of a second for an ordinary home, minutes where the data set of a
million samples has to be.
"""

import asyncio
import json
import sqlite3
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from zishu_app.core.database import Database
from zishu_app.core.texts import t
from zishu_app.core.words import cut
from zishu_app.ledger.blot import Stored, TurnKey, blot, chats_of, drop_answers, shorten_errors, told_by
from zishu_app.ledger.store import Store
from zishu_app.memory.look import history_of, latest, of_turn, origins_of, said_in
from zishu_app.memory.mind import Mind
from zishu_app.memory.store import erase, needed
from zishu_app.memory.traces import Said, Traces, traces

#: runs of chats, touched turns, what gives it away -> numbers of samples, names of frozen versions
Samples = Callable[
    [tuple[str, ...], frozenset[TurnKey], Callable[[str], bool]],
    Awaitable[tuple[tuple[int, ...], tuple[str, ...]]],
]


@dataclass(frozen=True)
class Elsewhere:
    """Where else it may stand: the ledger, and the data set, of which this room knows nothing."""

    store: Store
    #: says what would go; takes it out; leaves nothing of what went
    find_samples: Samples | None = None
    erase_samples: Samples | None = None
    scrub_samples: Callable[[], Awaitable[None]] | None = None


@dataclass(frozen=True, slots=True)
class Doomed:
    """What is to be forgotten, as it is written down until it is gone."""

    numbers: tuple[int, ...]
    said: tuple[Said, ...]
    #: what was said when it was learnt
    turns: tuple[TurnKey, ...]

    def as_text(self) -> str:
        """JSON."""
        said = [[one.text, one.slot, one.value, one.kind] for one in self.said]
        return json.dumps({"numbers": self.numbers, "said": said, "turns": self.turns}, ensure_ascii=False)


def doomed_from_text(text: str) -> Doomed:
    """The opposite of `Doomed.as_text`."""
    value = json.loads(text)
    return Doomed(
        tuple(value["numbers"]),
        tuple(Said(*one) for one in value["said"]),
        tuple((talk, step) for talk, step in value["turns"]),
    )


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What goes, or has gone: memories, turns of chats, samples, frozen versions by name."""

    memories: tuple[int, ...] = ()
    turns: tuple[TurnKey, ...] = ()
    samples: tuple[int, ...] = ()
    versions: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Work:
    """One forgetting under way."""

    doomed: Doomed
    runs: tuple[str, ...]
    traces: Traces

    def since(self) -> TurnKey:
        """Nothing gives it away before it was said."""
        return min(self.doomed.turns, default=(0, 0))


async def what_goes(
    mind: Mind, elsewhere: Elsewhere, numbers: Sequence[int], turns: Sequence[TurnKey] = ()
) -> Forgotten:
    """What `forget` would take away, for the question whether to. Raises DataError for a memory that is gone."""
    doomed = await mind.memories.ask(lambda file: _doomed(file, numbers, turns))
    work = await _work(mind, elsewhere, doomed)
    touched = await _touched(elsewhere, work)
    samples = await _samples(elsewhere.find_samples, work, touched)
    return Forgotten(doomed.numbers, tuple(sorted(touched)), *samples)


async def forget(
    mind: Mind, elsewhere: Elsewhere, numbers: Sequence[int], turns: Sequence[TurnKey] = ()
) -> Forgotten:
    """Forget memories, and what was said in these turns. Final. Raises DataError where a file cannot be written.

    `turns`: besides those the memories came from; e.g. the one in which it was asked for. Her index is made anew by the
    next `follow`.
    """
    doomed = await mind.memories.change(lambda file: _begin(file, mind.character, numbers, turns))
    return await _carry_out(mind, elsewhere, doomed)


async def forget_that(mind: Mind, elsewhere: Elsewhere, that: TurnKey, asked: TurnKey) -> Forgotten:
    """ "Forget that": what was said in turn `that`, and whatever was remembered of it; where nothing was, only the turn.

    `asked`: the turn in which it was asked for; it may say it once more.
    """
    numbers = await mind.memories.ask(lambda file: of_turn(file, mind.character, that))
    return await forget(mind, elsewhere, numbers, [that, asked])


async def forget_last(mind: Mind, elsewhere: Elsewhere) -> Forgotten | None:
    """What was remembered last; None where nothing is."""
    last = await mind.memories.ask(lambda file: latest(file, mind.character))
    return None if last is None else await forget(mind, elsewhere, [last.id])


async def finish(mind: Mind, elsewhere: Elsewhere) -> int:
    """Go on with what was begun when the program was killed; how many that were. For every start."""
    rows = await mind.memories.ask(
        lambda file: file.execute(
            "SELECT what FROM forgetting WHERE character = ? ORDER BY id", (mind.character,)
        ).fetchall()
    )
    for row in rows:
        await _carry_out(mind, elsewhere, doomed_from_text(row["what"]))
    if rows:  # what was done before the kill may lie there still
        await elsewhere.store.scrub()
        if elsewhere.scrub_samples:
            await elsewhere.scrub_samples()
    return len(rows)


def _doomed(file: sqlite3.Connection, numbers: Sequence[int], turns: Sequence[TurnKey]) -> Doomed:
    said: list[Said] = []
    origins: dict[TurnKey, None] = dict.fromkeys(tuple(turns))
    for number in dict.fromkeys(numbers):
        row = needed(file, number)
        said.append(Said(row["text"], row["slot"], row["value"], row["kind"]))
        said += [Said(text, kind=row["kind"]) for _, text, _ in history_of(file, number)]
        origins |= dict.fromkeys(origins_of(file, number))
    return Doomed(tuple(dict.fromkeys(numbers)), tuple(said), tuple(origins))


def _begin(
    file: sqlite3.Connection, character: str, numbers: Sequence[int], turns: Sequence[TurnKey]
) -> Doomed:
    """Write down what is to go, and take it out of her memory: from now on nobody recalls it."""
    doomed = _doomed(file, numbers, turns)
    file.execute("INSERT INTO forgetting (character, what) VALUES (?, ?)", (character, doomed.as_text()))
    for number in doomed.numbers:
        erase(file, number)
    return doomed


async def _carry_out(mind: Mind, elsewhere: Elsewhere, doomed: Doomed) -> Forgotten:
    work = await _work(mind, elsewhere, doomed)
    touched = await _touched(elsewhere, work)
    # in this order: what says what else has to go, goes after it, so that one can go on after a kill
    samples, versions = await _samples(elsewhere.find_samples, work, touched)
    dropped = await drop_answers(elsewhere.store, [f"sample {number}" for number in samples])
    if samples or versions:
        await _samples(elsewhere.erase_samples, work, touched)
    blotted = await blot(elsewhere.store, work.runs, work.since(), _Blotter(work))
    quoted = await shorten_errors(elsewhere.store, work.runs, work.traces.in_any)
    if blotted or dropped or quoted:
        await elsewhere.store.scrub()
    said = await mind.memories.change(lambda file: _erase_said(file, mind.character, touched, work.traces))
    if doomed.numbers or said:
        await mind.index.forget_all(mind.character)
    await mind.memories.change(lambda file: _strike_out(file, doomed))
    await mind.memories.scrub()
    return Forgotten(doomed.numbers, tuple(sorted(touched)), samples, versions)


async def _work(mind: Mind, elsewhere: Elsewhere, doomed: Doomed) -> _Work:
    def read() -> _Work:
        runs = tuple(chats_of(elsewhere.store, mind.character))
        return _Work(
            doomed, runs, traces(doomed.said, list(_contents(elsewhere.store, doomed.turns)), _words)
        )

    # in a thread: it reads the ledger, and the dictionary where that was not asked for yet
    return await asyncio.to_thread(read)


async def _touched(elsewhere: Elsewhere, work: _Work) -> frozenset[TurnKey]:
    """The turns that say something of it."""
    blotter = _Blotter(work)
    found = await elsewhere.store.ask(lambda file: told_by(file, work.runs, work.since(), blotter))
    return frozenset([*work.doomed.turns, *found])


def _contents(store: Database, turns: Sequence[TurnKey]) -> Iterator[str]:
    for turn in turns:
        rows = store.read("SELECT content FROM turns WHERE talk_id = ? AND step = ?", turn)
        yield from (row["content"] for row in rows if row["content"] != _mark())


def _words(run: str) -> Iterator[str]:
    return (run[begin:end] for begin, end in cut(run))


@dataclass
class _Blotter:
    """Says what is left of a turn. Turns come in their order: what she says right after is near."""

    work: _Work
    #: the turn that was blotted whole last, as long as it is being answered
    near: int | None = field(default=None)

    def __call__(self, turn: Stored) -> tuple[str, Mapping[str, Any]] | None:
        """See `ledger.blot.Blotting`."""
        if (turn.talk, turn.step) in self.work.doomed.turns:
            self.near = turn.talk
            return _mark(), self._extra(turn.extra, near=True)
        if turn.kind == "user" or turn.talk != self.near:
            self.near = None
        near = self.near is not None
        content = self.work.traces.without(turn.content, _mark(), near=near)
        return content, self._extra(turn.extra, near=near)

    def _extra(self, extra: Mapping[str, Any], *, near: bool) -> dict[str, Any]:
        """What is noted beside a turn, without what gives it away; what she saw goes as a whole."""
        return {
            name: self._cleaned(value, near=near)
            for name, value in extra.items()
            if name != "seen" or not self.work.traces.in_any(json.dumps(value, ensure_ascii=False))
        }

    def _cleaned(self, value: Any, *, near: bool) -> Any:
        if isinstance(value, str):
            return self.work.traces.without(value, _mark(), near=near)
        if isinstance(value, list):
            return [self._cleaned(one, near=near) for one in value]
        if isinstance(value, dict):
            return {name: self._cleaned(one, near=near) for name, one in value.items()}
        return value


async def _samples(
    ask: Samples | None, work: _Work, turns: frozenset[TurnKey]
) -> tuple[tuple[int, ...], tuple[str, ...]]:
    return await ask(work.runs, turns, work.traces.in_any) if ask and work.runs else ((), ())


def _erase_said(
    file: sqlite3.Connection, character: str, turns: frozenset[TurnKey], gives_away: Traces
) -> int:
    """What is kept word for word of these turns, or gives it away; how many."""
    rows = file.execute("SELECT id, text FROM memories WHERE character = ? AND kind = 'said'", (character,))
    numbers = {row["id"] for row in rows if gives_away.in_any(row["text"])}
    numbers |= set(said_in(file, character, sorted(turns)))
    for number in numbers:
        erase(file, number)
    return len(numbers)


def _strike_out(file: sqlite3.Connection, doomed: Doomed) -> None:
    file.execute("DELETE FROM forgetting WHERE what = ?", (doomed.as_text(),))
    # a contentless index keeps the terms of what was deleted until its parts are merged
    file.execute("INSERT INTO words (words) VALUES ('optimize')")


def _mark() -> str:
    """What stands in the place of what was forgotten."""
    return t("（已忘记）", "(forgotten)")
