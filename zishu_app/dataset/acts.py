"""What a person does to samples: kept act by act, undone and done again without limit, also after a restart.

An act is its changes; a change is a field of a sample, what stood there before, and what stands there since. Nothing is
overwritten by an act that the act does not remember. Acts of very many samples go in parts (`bulk`): a kill leaves a
whole number of parts and the act itself marked as going, and `go_on` takes it up again.
"""

import asyncio
import functools
import json
import sqlite3
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zishu_app.core.clock import Clock
from zishu_app.dataset.fields import Change, read_many, write_many
from zishu_app.dataset.find import Filter, count, filter_from_dict, ids_of
from zishu_app.dataset.sample import Verdict
from zishu_app.dataset.store import Samples, as_text

#: changes of one part of an act: a verdict given meanwhile waits no longer than a part takes
PART = 4_000


@dataclass(frozen=True, slots=True)
class Act:
    """One act as the history tells it."""

    id: int
    at: int
    who: str
    #: 'accept', 'reject', 'rate', 'edit' ...
    what: str
    #: what else is said of it
    detail: Mapping[str, Any]
    #: 'done', 'undone' (can be done again), 'dropped' (another act came instead); in parts: 'going' (what a filter
    #: finds), 'undoing', 'redoing'
    state: str
    #: samples it changed
    total: int
    #: the first of them
    sample: int | None


@dataclass(frozen=True, slots=True)
class Part:
    """So many of about so many changes are done. `act` is whole where `finished`."""

    done: int
    total: int
    act: Act
    finished: bool = False


async def do(
    samples: Samples, what: str, changes: Sequence[Change], who: str, clock: Clock, **detail: Any
) -> Act:
    """An act of a few changes. What had been undone can no longer be done again."""
    now = int(clock.now().timestamp())
    return await samples.change(lambda connection: record(connection, what, changes, (who, now), detail))


def record(
    connection: sqlite3.Connection,
    what: str,
    changes: Iterable[Change],
    by: tuple[str, int],
    detail: Mapping[str, Any],
) -> Act:
    """See `do`; within a transaction of the writing thread. `by`: who, and when in seconds since 1970."""
    act = _begin(connection, what, by, detail, "done")
    by_field: dict[str, dict[int, Any]] = {}
    for change in changes:
        by_field.setdefault(change.field, {})[change.sample] = change.value
    for field, values in by_field.items():
        _put(connection, act, field, values)
    _count(connection, act)
    return _act(connection, act)


def verdict(number: int, given: Verdict, reason: str, by: tuple[str, int]) -> Change:
    """The change that decides on a sample; `pending` takes the decision back."""
    who, now = by
    return Change(number, "verdict", [given, reason, *(("", None) if given == "pending" else (who, now))])


async def undo(samples: Samples) -> AsyncIterator[Part]:
    """Take the last act back, whatever it was, in parts; nothing comes where there is nothing left."""
    async for part in _turned(samples, back=True):
        yield part


async def redo(samples: Samples) -> AsyncIterator[Part]:
    """Do what was undone last once more; nothing comes where there is nothing."""
    async for part in _turned(samples, back=False):
        yield part


def next_undo(connection: sqlite3.Connection) -> Act | None:
    """The act that `undo` would take back: one that is being undone or redone, or else the last."""
    return _one(connection, _TURNING) or _one(connection, "state IN ('done', 'going') ORDER BY id DESC")


def next_redo(connection: sqlite3.Connection) -> Act | None:
    """The act that `redo` would do again: one that is being undone or redone, or else what was undone last."""
    return _one(connection, _TURNING) or _one(connection, "state = 'undone' ORDER BY id")


def history(connection: sqlite3.Connection, most: int = 200, sample: int | None = None) -> list[Act]:
    """Acts, the newest first; those of one sample where one is named."""
    where, values = (
        ("1", ())
        if sample is None
        else (
            "id IN (SELECT act FROM changes WHERE sample = ?)",
            (sample,),
        )
    )
    rows = connection.execute(f"{_ACTS} WHERE {where} ORDER BY id DESC LIMIT ?", (*values, most))
    return [_told(row) for row in rows]


def changes_of(connection: sqlite3.Connection, act: int, most: int = 100) -> list[tuple[Change, Any]]:
    """What an act changed, and what stood there before."""
    return [
        (Change(row["sample"], row["field"], json.loads(row["after"])), json.loads(row["before"]))
        for row in connection.execute("SELECT * FROM changes WHERE act = ? LIMIT ?", (act, most))
    ]


def was_done(connection: sqlite3.Connection, change: Change) -> bool:
    """Whether some act has made this change, be it in force still or taken back."""
    row = connection.execute(
        "SELECT 1 FROM changes WHERE sample = ? AND field = ? AND after = ? LIMIT 1",
        (change.sample, change.field, as_text(change.value)),
    ).fetchone()
    return row is not None


@dataclass(frozen=True, slots=True)
class Decisions:
    """What was decided since a moment, and is so still."""

    #: samples that were decided one by one
    single: int
    #: the others: in bulk, by judges, several in one command
    bulk: int
    #: when single ones were decided, in rising order
    times: list[int]


def decisions(connection: sqlite3.Connection, since: int) -> Decisions:
    """What was decided since then."""
    done = connection.execute("SELECT COUNT(*) FROM samples WHERE decided >= ?", (since,)).fetchone()[0]
    # acts are numbered as time goes: those of today stand at the end
    rows = connection.execute(
        "SELECT at, sample FROM acts CROSS JOIN changes ON act = acts.id AND field = 'verdict'"
        " WHERE acts.id > IFNULL((SELECT id FROM acts WHERE at < ? ORDER BY id DESC LIMIT 1), 0)"
        " AND state = 'done' AND total = 1 AND what IN ('accept', 'reject', 'remove')"
        " AND json_extract(detail, '$.filter') IS NULL ORDER BY acts.id",
        (since,),
    ).fetchall()
    single = connection.execute(
        "SELECT COUNT(*) FROM samples WHERE decided >= ? AND id IN (SELECT value FROM json_each(?))",
        (since, as_text(sorted({row["sample"] for row in rows}))),
    ).fetchone()[0]
    return Decisions(int(single), int(done - single), [row["at"] for row in rows])


async def bulk(
    samples: Samples, what: str, wanted: Filter, change: Change, by: tuple[str, int]
) -> AsyncIterator[Part]:
    """The same change to all samples that a filter finds now (`change.sample` is not looked at), in parts.

    The last event says that it is finished. Leaving the iterator stops it after a part: see `unfinished`.
    """

    expected = await asyncio.to_thread(_expected, samples, wanted)

    def begin(connection: sqlite3.Connection) -> Act:
        row = connection.execute("SELECT IFNULL(MAX(id), 0) AS last FROM samples").fetchone()
        detail = {
            "filter": wanted.as_dict(),
            "field": change.field,
            "value": change.value,
            "expected": expected,
            "upto": row["last"],
            "at": 0,
        }
        return _act(connection, _begin(connection, what, by, detail, "going"))

    async for part in go_on(samples, await samples.change(begin)):
        yield part


def _expected(samples: Samples, wanted: Filter) -> int:
    with samples.reading() as connection:
        return count(connection, wanted).n


async def go_on(samples: Samples, act: Act) -> AsyncIterator[Part]:
    """An act that goes in parts, from where it stands to its end."""
    part = Part(0, 0, act)
    while not part.finished:
        part = await samples.change(lambda connection: _step(connection, act.id))
        yield part


async def take_back(samples: Samples, act: Act) -> AsyncIterator[Part]:
    """Give up an unfinished act: every sample gets back what it had before it, unless something came after."""
    await samples.change(lambda connection: _set(connection, act, "undoing", _LAST))
    async for part in go_on(samples, act):
        yield part


def unfinished(connection: sqlite3.Connection) -> Act | None:
    """An act that was stopped or killed between two of its parts."""
    return _one(connection, "state IN ('going', 'undoing', 'redoing') ORDER BY id DESC")


#: beyond every sample's number
_LAST = 1 << 62
_ACTS = "SELECT *, (SELECT MIN(sample) FROM changes WHERE act = acts.id) AS sample FROM acts"
_TURNING = "state IN ('undoing', 'redoing') ORDER BY id DESC"


def _begin(
    connection: sqlite3.Connection, what: str, by: tuple[str, int], detail: Mapping[str, Any], state: str
) -> int:
    connection.execute("UPDATE acts SET state = 'dropped' WHERE state = 'undone'")
    made = connection.execute(
        "INSERT INTO acts (at, who, what, detail, state, total) VALUES (?, ?, ?, ?, ?, 0)",
        (by[1], by[0], what, as_text(detail), state),
    )
    return int(made.lastrowid or 0)


def _put(connection: sqlite3.Connection, act: int, field: str, values: Mapping[int, Any]) -> int:
    """Change a field and remember what stood there; what changes nothing is not remembered. How many it changed."""
    before = read_many(connection, field, list(values))
    values = {number: value for number, value in values.items() if before[number] != value}
    connection.executemany(
        "INSERT INTO changes VALUES (?, ?, ?, ?, ?)",
        [(act, number, field, _kept(before[number]), _kept(value)) for number, value in values.items()],
    )
    write_many(connection, field, values)
    return len(values)


def _kept(value: Any) -> str:
    return _as_text(tuple(value) if isinstance(value, list) else value)


# in an act on very many samples most values are the same, and JSON would take longer than the file
_as_text = functools.lru_cache(as_text)
_read = functools.lru_cache(json.loads)


async def _turned(samples: Samples, *, back: bool) -> AsyncIterator[Part]:
    def begin(connection: sqlite3.Connection) -> Act | None:
        act = next_undo(connection) if back else next_redo(connection)
        if act is not None:
            _set(connection, act, "undoing" if back else "redoing", _LAST if back else 0)
        return act

    act = await samples.change(begin)
    if act is not None:
        async for part in go_on(samples, act):
            yield part


def _step(connection: sqlite3.Connection, number: int) -> Part:
    """The next part of an act."""
    act = _act(connection, number)
    if act.state == "going":
        return _forward(connection, act)
    if act.state in ("undoing", "redoing"):
        return _turn(connection, act, back=act.state == "undoing")
    return Part(act.total, act.total, act, finished=True)


def _forward(connection: sqlite3.Connection, act: Act) -> Part:
    """What a filter finds is changed, from the lowest number to the highest, but for what was changed since it began."""
    detail = act.detail
    ids = ids_of(connection, filter_from_dict(detail["filter"]), detail["at"], PART)
    ids = [one for one in ids if one <= detail["upto"]]
    touched = _touched_since(connection, act, ids)
    values = {one: detail["value"] for one in ids if (one, detail["field"]) not in touched}
    changed = _put(connection, act.id, detail["field"], values)
    connection.execute("UPDATE acts SET total = total + ? WHERE id = ?", (changed, act.id))
    finished = len(ids) < PART
    act = _set(connection, act, "done" if finished else "going", ids[-1] if ids else detail["at"])
    return Part(act.total, act.total if finished else max(detail["expected"], act.total), act, finished)


def _turn(connection: sqlite3.Connection, act: Act, *, back: bool) -> Part:
    """What was changed is changed back, from the last sample to the first; or once more, the other way round."""
    column, way, order = ("before", "<=", "DESC") if back else ("after", ">=", "ASC")
    at = act.detail["at"]
    # the samples of one part, each with all its changes
    rows = connection.execute(
        f"SELECT sample, field, {column} AS value FROM changes WHERE act = ? AND sample IN ("  # noqa: S608
        f"SELECT DISTINCT sample FROM changes WHERE act = ? AND sample {way} ? ORDER BY sample {order} LIMIT ?)",
        (act.id, act.id, at, PART),
    ).fetchall()
    samples = sorted({row["sample"] for row in rows})
    since = _touched_since(connection, act, samples)
    values: dict[str, dict[int, Any]] = {}
    for sample, field, value in rows:
        if (sample, field) in since:
            # what came after it stays; only, it now stands on something else
            connection.execute(
                "UPDATE changes SET before = ? WHERE act = ? AND sample = ? AND field = ?",
                (value, since[sample, field], sample, field),
            )
        else:
            values.setdefault(field, {})[sample] = _read(value)
    for field, given in values.items():
        write_many(connection, field, given)
    finished = len(samples) < PART
    ended = "done" if not back else "dropped" if _later(connection, act) else "undone"
    after = (samples[0] - 1 if back else samples[-1] + 1) if samples else at
    done = int(act.detail.get("turned", 0)) + len(samples)
    act = _set(connection, act, ended if finished else act.state, after, 0 if finished else done)
    return Part(done, act.total, act, finished)


def _later(connection: sqlite3.Connection, act: Act) -> bool:
    """Whether another act, in force still, came after this one."""
    return _one(connection, f"id > {act.id} AND state IN ('done', 'going')") is not None


def _touched_since(
    connection: sqlite3.Connection, act: Act, samples: Sequence[int]
) -> dict[tuple[int, str], int]:
    """What was changed, and is in force, since an act began: (sample, field) -> the first act that did it."""
    if not _later(connection, act):
        return {}
    rows = connection.execute(
        "SELECT sample, field, MIN(act) FROM changes JOIN acts ON acts.id = act"
        " WHERE sample IN (SELECT value FROM json_each(?)) AND act > ? AND state IN ('done', 'going')"
        " GROUP BY sample, field",
        (as_text(samples), act.id),
    )
    return {(row[0], row[1]): row[2] for row in rows}


def _set(connection: sqlite3.Connection, act: Act, state: str, at: int, turned: int = 0) -> Act:
    """How far an act is: its state, the sample it goes on from, and how many samples were turned."""
    detail = as_text({**act.detail, "at": at, "turned": turned})
    connection.execute("UPDATE acts SET state = ?, detail = ? WHERE id = ?", (state, detail, act.id))
    return _act(connection, act.id)


def _count(connection: sqlite3.Connection, act: int) -> None:
    connection.execute(
        "UPDATE acts SET total = (SELECT COUNT(DISTINCT sample) FROM changes WHERE act = ?) WHERE id = ?",
        (act, act),
    )


def _one(connection: sqlite3.Connection, where: str) -> Act | None:
    row = connection.execute(f"{_ACTS} WHERE {where} LIMIT 1").fetchone()
    return None if row is None else _told(row)


def _act(connection: sqlite3.Connection, number: int) -> Act:
    return _told(connection.execute(f"{_ACTS} WHERE id = ?", (number,)).fetchone())


def _told(row: sqlite3.Row) -> Act:
    return Act(
        row["id"],
        row["at"],
        row["who"],
        row["what"],
        json.loads(row["detail"]),
        row["state"],
        row["total"],
        row["sample"],
    )
