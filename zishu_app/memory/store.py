"""What she remembers: the truth, in SQLite. The index of vectors (memory/index) can be lost and made anew from it.

Reading takes a connection, so that a thread can bring its own (`Database.reading`); see memory/look for lists and search.
"""

import sqlite3
from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from zishu_app.core.database import Database
from zishu_app.core.errors import DataError
from zishu_app.core.terms import terms
from zishu_app.core.texts import t
from zishu_app.memory.schema import MEMORY
from zishu_app.memory.vectors import changed, drop_vector, keep_vector

Kind = Literal["fact", "preference", "event", "promise", "said"]
#: what memories are about; "said" is no such kind but what the person said word for word, where no model could say what of
#: it is worth remembering: it is recalled, and shown in no list
KINDS: tuple[Kind, ...] = ("fact", "preference", "event", "promise")

#: why a memory says something else than before
Why = Literal["update", "edit", "merge"]

#: an open memory
Memories = Database

#: a turn of the ledger: talk and step
TurnKey = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Memory:
    """One thing she remembers."""

    id: int
    text: str
    kind: Kind
    #: what it answers, and how; empty: nothing in particular. See noticing/slots
    slot: str
    value: str
    #: 0 to 1
    importance: float
    confidence: float
    #: seconds since 1970
    created: int
    changed: int
    used: int | None
    uses: int
    pinned: bool
    #: it was so until then; None: it still is
    until: int | None


@dataclass(frozen=True, slots=True)
class Noted:
    """Something to be remembered: about the person in the third person, "The user likes tea"."""

    text: str
    kind: Kind = "fact"
    importance: float = 0.5
    confidence: float = 0.8
    slot: str = ""
    value: str = ""
    turn: TurnKey | None = None
    #: a memory whose words stand in it too: where that goes, it goes
    beside: int | None = None
    vector: "array[float] | None" = None
    embedder: str = ""


def open_memory(path: Path) -> Memories:
    """The memory at `path`, made if it is not there. Raises DataError where it cannot be read."""
    return Database(path, MEMORY)


async def add(memories: Memories, character: str, noted: Noted, now: int) -> int:
    """Keep something new; its number."""
    return await memories.change(lambda connection: insert(connection, character, noted, now))


def insert(connection: sqlite3.Connection, character: str, noted: Noted, now: int) -> int:
    """See `add`; within a transaction of the writing thread."""
    made = connection.execute(
        "INSERT INTO memories (character, text, kind, slot, value, importance, confidence, created, changed)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            character, noted.text, noted.kind, noted.slot, noted.value,
            noted.importance, noted.confidence, now, now,
        ),
    )  # fmt: skip
    number = int(made.lastrowid or 0)
    connection.execute("INSERT INTO words (rowid, body) VALUES (?, ?)", (number, terms(noted.text)))
    came_from(connection, number, noted.turn)
    connection.execute(
        "INSERT OR IGNORE INTO origins SELECT ?, talk, step FROM origins WHERE memory = ?",
        (number, noted.beside),
    )
    _vector_of(connection, character, number, noted)
    return number


async def rewrite(memories: Memories, number: int, noted: Noted, why: Why, now: int) -> None:
    """Say it otherwise; what it said before stays in its history. Raises DataError where it is not there."""
    await memories.change(lambda connection: say_anew(connection, number, noted, why, now))


def say_anew(connection: sqlite3.Connection, number: int, noted: Noted, why: Why, now: int) -> None:
    """See `rewrite`; within a transaction of the writing thread."""
    row = needed(connection, number)
    if row["text"] != noted.text:
        connection.execute(
            "INSERT OR REPLACE INTO history VALUES (?, ?, ?, ?)", (number, row["changed"], row["text"], why)
        )
        _reword(connection, row, noted.text)
    connection.execute(
        "UPDATE memories SET text = ?, kind = ?, slot = ?, value = ?, importance = MAX(importance, ?),"
        " confidence = ?, changed = ? WHERE id = ?",
        (
            noted.text, noted.kind, noted.slot or row["slot"], noted.value or row["value"],
            noted.importance, noted.confidence, now, number,
        ),
    )  # fmt: skip
    came_from(connection, number, noted.turn)
    _vector_of(connection, row["character"], number, noted)


def confirm(connection: sqlite3.Connection, number: int, noted: Noted) -> None:
    """It was said once more: surer than before, and of no less importance."""
    connection.execute(
        "UPDATE memories SET confidence = MAX(confidence, 1 - (1 - confidence) * (1 - ?)),"
        " importance = MAX(importance, ?) WHERE id = ?",
        (noted.confidence, noted.importance, number),
    )
    came_from(connection, number, noted.turn)


def came_from(connection: sqlite3.Connection, number: int, turn: TurnKey | None) -> None:
    """The turn a memory, or what it says now, came from."""
    if turn is not None:
        connection.execute("INSERT OR IGNORE INTO origins VALUES (?, ?, ?)", (number, *turn))


async def end(memories: Memories, number: int, now: int) -> None:
    """It was so until now. Raises DataError where it is not there."""
    await _set(memories, number, lambda connection: was_until(connection, number, now))


def was_until(connection: sqlite3.Connection, number: int, now: int) -> None:
    """See `end`; what has ended already keeps its end."""
    connection.execute("UPDATE memories SET until = ? WHERE id = ? AND until IS NULL", (now, number))


async def hold_again(memories: Memories, number: int) -> None:
    """It is so still: the opposite of `end`. Raises DataError where it is not there."""
    await _set(
        memories,
        number,
        lambda connection: connection.execute("UPDATE memories SET until = NULL WHERE id = ?", (number,)),
    )


async def pin(memories: Memories, number: int, *, on: bool) -> None:
    """Always in mind, or no longer. Raises DataError where it is not there."""
    await _set(
        memories,
        number,
        lambda connection: connection.execute(
            "UPDATE memories SET pinned = ? WHERE id = ?", (int(on), number)
        ),
    )


async def used(memories: Memories, numbers: Sequence[int], now: int) -> None:
    """They were in mind for an answer."""
    await memories.write(
        *(("UPDATE memories SET used = ?, uses = uses + 1 WHERE id = ?", (now, number)) for number in numbers)
    )


def needed(connection: sqlite3.Connection, number: int) -> sqlite3.Row:
    """The row of a memory. Raises DataError where it is not there."""
    row: sqlite3.Row | None = connection.execute("SELECT * FROM memories WHERE id = ?", (number,)).fetchone()
    if row is None:
        raise DataError(
            t("这条记忆已经不在了。", "This memory is gone."), t("刷新列表再看。", "Look at the list again.")
        )
    return row


def erase(connection: sqlite3.Connection, number: int) -> None:
    """Take a memory out of every table; see memory/forget for what else that needs."""
    row = needed(connection, number)
    _reword(connection, row, None)
    for table in ("history", "origins", "merged"):
        connection.execute(f"DELETE FROM {table} WHERE memory = ?", (number,))  # noqa: S608
    drop_vector(connection, row["character"], number)
    connection.execute("DELETE FROM memories WHERE id = ?", (number,))


def put_back(connection: sqlite3.Connection, row: Mapping[str, Any]) -> None:
    """A row that was taken out, with its number; its vector is made anew by the next `follow`."""
    columns = ", ".join(row)
    connection.execute(
        f"INSERT INTO memories ({columns}) VALUES ({', '.join('?' * len(row))})",  # noqa: S608
        tuple(row.values()),
    )
    connection.execute("INSERT INTO words (rowid, body) VALUES (?, ?)", (row["id"], terms(row["text"])))
    connection.execute("DELETE FROM gone WHERE id = ?", (row["id"],))
    changed(connection, row["character"])


def reword(connection: sqlite3.Connection, number: int, text: str) -> None:
    """Have a memory say something else as if it had always said it. Raises DataError where it is not there."""
    row = needed(connection, number)
    _reword(connection, row, text)
    connection.execute("UPDATE memories SET text = ? WHERE id = ?", (text, number))
    connection.execute("DELETE FROM vectors WHERE id = ?", (number,))
    changed(connection, row["character"])


def told(row: sqlite3.Row) -> Memory:
    """A row as a memory."""
    return Memory(
        row["id"], row["text"], row["kind"], row["slot"], row["value"], row["importance"], row["confidence"],
        row["created"], row["changed"], row["used"], row["uses"], bool(row["pinned"]), row["until"],
    )  # fmt: skip


def _vector_of(connection: sqlite3.Connection, character: str, number: int, noted: Noted) -> None:
    """The vector that was made of the text; without one, what the index knows of it is out of date."""
    if noted.vector is not None:
        keep_vector(connection, character, number, (noted.vector, noted.embedder))
    else:
        connection.execute("DELETE FROM vectors WHERE id = ?", (number,))
        changed(connection, character)


def _reword(connection: sqlite3.Connection, row: sqlite3.Row, text: str | None) -> None:
    """What it is found by; a contentless index forgets only what it is told again."""
    connection.execute(
        "INSERT INTO words (words, rowid, body) VALUES ('delete', ?, ?)", (row["id"], terms(row["text"]))
    )
    if text is not None:
        connection.execute("INSERT INTO words (rowid, body) VALUES (?, ?)", (row["id"], terms(text)))


async def _set(memories: Memories, number: int, change: Callable[[sqlite3.Connection], object]) -> None:
    def do(connection: sqlite3.Connection) -> None:
        needed(connection, number)
        change(connection)

    await memories.change(do)
