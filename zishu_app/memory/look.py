"""Looking at what she remembers: one by one, as a list, searched and filtered. Blocking; for a thread.

What the person said word for word ("said") is in no list and no count: it is read where it was said, in the chats.
"""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from zishu_app.core.terms import query
from zishu_app.memory.store import Kind, Memory, TurnKey, told

#: how a list is sorted, pinned ones first in any case
Order = Literal["changed", "created", "uses", "importance"]
_ORDERS: dict[Order, str] = {
    "changed": "m.changed DESC",
    "created": "m.created DESC",
    "uses": "m.uses DESC, m.used DESC",
    "importance": "m.importance * m.confidence DESC, m.changed DESC",
}


@dataclass(frozen=True, slots=True)
class Sought:
    """What a list shows. `text`: full-text search; `kinds`: none means all; `past`: what is so no longer as well."""

    text: str = ""
    kinds: tuple[Kind, ...] = ()
    past: bool = True
    pinned_only: bool = False
    order: Order = "changed"


def get(connection: sqlite3.Connection, number: int) -> Memory | None:
    """A memory by its number."""
    row = connection.execute("SELECT * FROM memories WHERE id = ?", (number,)).fetchone()
    return None if row is None else told(row)


def get_many(connection: sqlite3.Connection, numbers: Sequence[int], character: str) -> list[Memory]:
    """Memories of a character by their numbers, in that order; those that are gone are left out."""
    rows = connection.execute(
        # "+": by their numbers, and not through all of the character's
        "SELECT * FROM memories WHERE id IN (SELECT value FROM json_each(?)) AND +character = ?",
        (json.dumps(list(numbers)), character),
    )
    found = {row["id"]: told(row) for row in rows}
    return [found[number] for number in numbers if number in found]


def search(
    connection: sqlite3.Connection, character: str, sought: Sought = Sought(), start: int = 0, most: int = 200
) -> list[Memory]:
    """Memories of a character, pinned ones first and then in the order that is asked for; `start` of them passed over."""
    where, values = _where(character, sought)
    rows = connection.execute(
        f"SELECT m.* FROM {_from(sought)} WHERE {where}"  # noqa: S608
        f" ORDER BY m.pinned DESC, {_ORDERS[sought.order]}, m.id DESC LIMIT ? OFFSET ?",
        (*values, most, start),
    )
    return [told(row) for row in rows]


def count(connection: sqlite3.Connection, character: str, sought: Sought = Sought()) -> int:
    """How many a list shows."""
    where, values = _where(character, sought)
    sql = f"SELECT COUNT(*) AS n FROM {_from(sought)} WHERE {where}"  # noqa: S608
    return int(connection.execute(sql, values).fetchone()["n"])


def history_of(connection: sqlite3.Connection, number: int) -> list[tuple[int, str, str]]:
    """What it said before: since when (seconds since 1970), the text, why it was changed."""
    rows = connection.execute("SELECT at, text, why FROM history WHERE memory = ? ORDER BY at", (number,))
    return [(row["at"], row["text"], row["why"]) for row in rows]


def origins_of(connection: sqlite3.Connection, number: int) -> list[TurnKey]:
    """The turns of the ledger it came from, the first one first."""
    rows = connection.execute(
        "SELECT talk, step FROM origins WHERE memory = ? ORDER BY talk, step", (number,)
    )
    return [(row["talk"], row["step"]) for row in rows]


def is_merged(connection: sqlite3.Connection, number: int) -> bool:
    """Whether another memory went into it, and can be taken out again."""
    row = connection.execute("SELECT 1 FROM merged WHERE memory = ? LIMIT 1", (number,)).fetchone()
    return row is not None


def of_turn(connection: sqlite3.Connection, character: str, turn: TurnKey) -> list[int]:
    """Memories that came from a turn."""
    rows = connection.execute(
        "SELECT memory FROM origins JOIN memories ON id = memory"
        " WHERE talk = ? AND step = ? AND character = ? AND kind != 'said' ORDER BY memory",
        (*turn, character),
    )
    return [row["memory"] for row in rows]


def latest(connection: sqlite3.Connection, character: str) -> Memory | None:
    """What was remembered, or remembered otherwise, last."""
    row = connection.execute(
        "SELECT * FROM memories WHERE character = ? AND kind != 'said' ORDER BY changed DESC, id DESC LIMIT 1",
        (character,),
    ).fetchone()
    return None if row is None else told(row)


def in_slot(connection: sqlite3.Connection, character: str, slot: str) -> list[Memory]:
    """What answers the same and is so still."""
    rows = connection.execute(
        "SELECT * FROM memories WHERE character = ? AND slot = ? AND slot != '' AND until IS NULL ORDER BY id",
        (character, slot),
    )
    return [told(row) for row in rows]


def pinned_of(connection: sqlite3.Connection, character: str) -> list[Memory]:
    """What is always in mind, the latest first."""
    rows = connection.execute(
        "SELECT * FROM memories WHERE pinned = 1 AND character = ? ORDER BY changed DESC, id DESC",
        (character,),
    )
    return [told(row) for row in rows]


def weightiest(connection: sqlite3.Connection, character: str, most: int) -> list[Memory]:
    """What matters most and is so still."""
    rows = connection.execute(
        "SELECT * FROM memories WHERE character = ? AND until IS NULL AND kind != 'said'"
        " ORDER BY importance * confidence DESC, changed DESC LIMIT ?",
        (character, most),
    )
    return [told(row) for row in rows]


def said_in(connection: sqlite3.Connection, character: str, turns: Sequence[TurnKey]) -> list[int]:
    """What is kept word for word of these turns."""
    rows = connection.execute(
        "SELECT memory FROM origins JOIN memories ON memories.id = memory"
        " JOIN json_each(?) t ON talk = json_extract(t.value, '$[0]') AND step = json_extract(t.value, '$[1]')"
        " WHERE character = ? AND kind = 'said' ORDER BY memory",
        (json.dumps(list(turns)), character),
    )
    return [row["memory"] for row in rows]


def before_in_talk(
    connection: sqlite3.Connection, character: str, turn: TurnKey, most: int
) -> tuple[int, str] | None:
    """What was kept last of the `most` steps of the talk before a turn: number and text."""
    talk, step = turn
    row = connection.execute(
        "SELECT id, text FROM origins JOIN memories ON id = memory WHERE talk = ? AND step < ? AND step >= ? AND character = ?"
        " ORDER BY step DESC, kind = 'said' DESC LIMIT 1",
        (talk, step, step - most, character),
    ).fetchone()
    return (row["id"], row["text"]) if row else None


def outdated(connection: sqlite3.Connection, numbers: Sequence[int]) -> set[int]:
    """Which of these came from a turn that something came from that is so no longer."""
    rows = connection.execute(
        "SELECT mine.memory FROM json_each(?) asked CROSS JOIN origins mine ON mine.memory = asked.value"
        " JOIN origins theirs ON (theirs.talk, theirs.step) = (mine.talk, mine.step)"
        " JOIN memories m ON m.id = theirs.memory WHERE m.until IS NOT NULL",
        (json.dumps(list(numbers)),),
    )
    return {row["memory"] for row in rows}


def characters(connection: sqlite3.Connection) -> list[str]:
    """Who remembers anything."""
    rows = connection.execute("SELECT DISTINCT character FROM memories ORDER BY character")
    return [row["character"] for row in rows]


def _from(sought: Sought) -> str:
    # the few that hold the words first, and then their rows
    return "words CROSS JOIN memories m ON m.id = words.rowid" if query(sought.text) else "memories m"


def _where(character: str, sought: Sought) -> tuple[str, list[object]]:
    where, bound = ["m.character = ?", "m.kind != 'said'"], list[object]([character])
    if asked := query(sought.text):
        where.append("words MATCH ?")
        bound.append(asked)
    if sought.kinds:
        where.append("m.kind IN (SELECT value FROM json_each(?))")
        bound.append(json.dumps(sought.kinds))
    if not sought.past:
        where.append("m.until IS NULL")
    if sought.pinned_only:
        where.append("m.pinned = 1")
    return " AND ".join(where), bound
