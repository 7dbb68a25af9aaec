"""Reminders and focus timers, kept with what she remembers: set, waited for, told once, also after a restart."""

import sqlite3
from dataclasses import dataclass
from typing import Literal

from zishu_app.memory.store import Memories

Kind = Literal["reminder", "focus", "break"]


@dataclass(frozen=True, slots=True)
class Reminder:
    """Something she will say."""

    id: int
    text: str
    #: seconds since 1970
    due: int
    kind: Kind


async def set_reminder(memories: Memories, character: str, text: str, due: int, kind: Kind) -> Reminder:
    """She will say it then. A focus takes the place of one that is going on."""

    def do(connection: sqlite3.Connection) -> int:
        if kind != "reminder":
            _drop_focus(connection, character)
        made = connection.execute(
            "INSERT INTO reminders (character, text, due, kind, state) VALUES (?, ?, ?, ?, 'waiting')",
            (character, text, due, kind),
        )
        return int(made.lastrowid or 0)

    return Reminder(await memories.change(do), text, due, kind)


async def stop_focus(memories: Memories, character: str) -> bool:
    """Whether there was one going on."""
    return await memories.change(lambda connection: _drop_focus(connection, character))


async def told(memories: Memories, number: int) -> None:
    """She has said it."""
    await memories.write(("UPDATE reminders SET state = 'told' WHERE id = ?", (number,)))


async def drop(memories: Memories, number: int) -> None:
    """It is no longer wanted."""
    await memories.write(("UPDATE reminders SET state = 'dropped' WHERE id = ?", (number,)))


def waiting(memories: Memories, character: str, until: int | None = None) -> list[Reminder]:
    """What she has still to say, the next one first; `until`: only what is due by then."""
    rows = memories.read(
        "SELECT * FROM reminders WHERE character = ? AND state = 'waiting' AND due <= ? ORDER BY due, id",
        (character, 1 << 62 if until is None else until),
    )
    return [Reminder(row["id"], row["text"], row["due"], row["kind"]) for row in rows]


def _drop_focus(connection: sqlite3.Connection, character: str) -> bool:
    gone = connection.execute(
        "UPDATE reminders SET state = 'dropped' WHERE character = ? AND state = 'waiting' AND kind != 'reminder'",
        (character,),
    )
    return gone.rowcount > 0
