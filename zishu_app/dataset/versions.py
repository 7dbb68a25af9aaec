"""The versions a sample's messages have had: each edit adds one, none is ever lost."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from zishu_app.dataset.fields import Change, unknown
from zishu_app.dataset.sample import SampleMessage
from zishu_app.dataset.store import messages_as_text, messages_from_text


def new_version(
    connection: sqlite3.Connection,
    number: int,
    messages: Sequence[SampleMessage],
    why: str,
    by: tuple[str, int],
) -> Change:
    """Keep other messages beside those in force; the change that puts them in force.

    The first edit keeps the messages as they came, as version 0. Raises DataError for a sample that is not there.
    """
    row = connection.execute(
        "SELECT b.messages, s.created FROM bodies b JOIN samples s USING (id) WHERE id = ?", (number,)
    ).fetchone()
    if row is None:
        raise unknown(number)
    connection.execute(
        "INSERT OR IGNORE INTO versions VALUES (?, 0, ?, '', '', ?)",
        (number, row["messages"], row["created"]),
    )
    last = connection.execute("SELECT MAX(number) AS n FROM versions WHERE sample = ?", (number,)).fetchone()
    version, (who, now) = int(last["n"]) + 1, by
    connection.execute(
        "INSERT INTO versions VALUES (?, ?, ?, ?, ?, ?)",
        (number, version, messages_as_text(messages), why, who, now),
    )
    return Change(number, "version", version)


@dataclass(frozen=True, slots=True)
class Version:
    """Messages a sample has or had."""

    number: int
    messages: tuple[SampleMessage, ...]
    why: str
    who: str
    at: int


def versions_of(connection: sqlite3.Connection, number: int) -> list[Version]:
    """All versions, the first one first; none where the sample was never edited."""
    return [
        Version(row["number"], messages_from_text(row["messages"]), row["why"], row["who"], row["at"])
        for row in connection.execute("SELECT * FROM versions WHERE sample = ? ORDER BY number", (number,))
    ]
