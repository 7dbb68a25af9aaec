"""What of our own work has become samples already.

A mark is written in the same commit as the samples it stands for, so a kill leaves both or neither; and whoever looks
for what is missing reads marks, not texts.
"""

import json
import sqlite3
from collections.abc import Sequence

from zishu_app.dataset.sample import Draft
from zishu_app.dataset.store import Samples, insert


async def take(samples: Samples, drafts: Sequence[Draft], now: int, mark: str) -> int:
    """Add samples, and remember that it was done; how many of them were new."""

    def do(connection: sqlite3.Connection) -> int:
        connection.execute("INSERT OR IGNORE INTO taken VALUES (?)", (mark,))
        return sum(insert(connection, draft, now) is not None for draft in drafts)

    return await samples.change(do)


async def remember(samples: Samples, marks: Sequence[str]) -> None:
    """Nothing is left to be taken of these."""
    await samples.write(*(("INSERT OR IGNORE INTO taken VALUES (?)", (mark,)) for mark in marks))


def not_taken(samples: Samples, marks: Sequence[str]) -> list[str]:
    """Those of the marks that are not there, in their order."""
    rows = samples.read(
        "SELECT what FROM taken WHERE what IN (SELECT value FROM json_each(?))", (json.dumps(list(marks)),)
    )
    there = {row["what"] for row in rows}
    return [mark for mark in marks if mark not in there]
