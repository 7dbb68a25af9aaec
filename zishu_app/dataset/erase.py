"""Samples that are to be forgotten, and not only to be put into the bin: afterwards no byte of them is in the file.

Everything else of the data set can be taken back; this cannot. It is for what a person tells her to forget, which must
then not teach her either. What was exported, or frozen into a version, lies elsewhere: `held_in` tells which versions.
"""

import json
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any

from zishu_app.dataset.sample import KINDS
from zishu_app.dataset.store import Samples, as_text, get, searchable

#: a turn of a chat in the ledger: talk and step
ChatTurn = tuple[int, int]

#: kinds of samples that are made of chats
OF_CHATS = ("correction", "dialogue")


def samples_of_turns(connection: sqlite3.Connection, turns: Collection[ChatTurn]) -> list[int]:
    """The samples in which one of these turns of a chat stands, as what she said or as what led up to it."""
    wanted = set(turns)
    rows = connection.execute(
        "SELECT s.id, b.provenance FROM samples s JOIN bodies b ON b.id = s.id"
        " WHERE s.kind IN (SELECT value FROM json_each(?)) AND instr(b.provenance, '\"turns\":') ORDER BY s.id",
        (as_text([KINDS.index(kind) for kind in OF_CHATS]),),
    )
    return [row["id"] for row in rows if wanted.intersection(_turns(json.loads(row["provenance"])))]


async def erase(samples: Samples, numbers: Sequence[int]) -> int:
    """Take samples out for good, with all their versions, marks and acts; how many there were.

    The file is written anew, see `Database.scrub`: with very many samples that takes its time.
    """
    if not numbers:
        return 0
    erased = await samples.change(lambda connection: sum(_erase(connection, number) for number in numbers))
    if erased:
        await samples.change(_tidy)
        await samples.scrub()
    return erased


def held_in(folder: Path, keys: Iterable[str]) -> list[str]:
    """The frozen versions in `folder` that hold samples with these keys: a version is never changed, only deleted."""
    wanted = [key.encode() for key in keys]
    if not wanted or not folder.is_dir():
        return []
    return sorted(
        version.name
        for version in folder.iterdir()
        if version.is_dir() and any(_holds(path, wanted) for path in version.glob("*.jsonl"))
    )


def _turns(provenance: Any) -> set[ChatTurn]:
    """The turns a sample holds."""
    told = provenance.get("turns") if isinstance(provenance, dict) else None
    pairs = [one for one in told or () if isinstance(one, list) and len(one) == 2]
    return {(int(talk), int(step)) for talk, step in pairs if isinstance(talk, int) and isinstance(step, int)}


def _erase(connection: sqlite3.Connection, number: int) -> bool:
    sample = get(connection, number)
    if sample is None:
        return False
    # a contentless index forgets only what it is told again
    found_by = searchable(sample.title, sample.messages)
    connection.execute("INSERT INTO words (words, rowid, body) VALUES ('delete', ?, ?)", (number, found_by))
    connection.execute(
        "UPDATE facets SET n = n - 1 WHERE (kind, language, scenario, verdict) ="
        " (SELECT kind, language, scenario, verdict FROM samples WHERE id = ?)",
        (number,),
    )
    for table in ("versions", "tags", "ratings", "changes"):
        connection.execute(f"DELETE FROM {table} WHERE sample = ?", (number,))  # noqa: S608
    connection.execute("DELETE FROM bodies WHERE id = ?", (number,))
    connection.execute("DELETE FROM samples WHERE id = ?", (number,))
    if sample.source is not None:
        connection.execute(
            "DELETE FROM sources WHERE id = ? AND NOT EXISTS (SELECT 1 FROM bodies WHERE source = sources.id)",
            (sample.source,),
        )
    return True


def _tidy(connection: sqlite3.Connection) -> None:
    """Acts that changed nothing else, texts that nothing else bears, words that no sample has."""
    connection.execute("DELETE FROM acts WHERE total > 0 AND id NOT IN (SELECT act FROM changes)")
    connection.execute(
        "UPDATE acts SET total = (SELECT COUNT(DISTINCT sample) FROM changes WHERE act = acts.id) WHERE state = 'done'"
    )
    connection.execute("DELETE FROM facets WHERE n = 0")
    connection.execute(
        "DELETE FROM names WHERE id != 0 AND id NOT IN (SELECT scenario FROM samples UNION SELECT reason FROM samples"
        " UNION SELECT reviewer FROM samples UNION SELECT tag FROM tags UNION SELECT scenario FROM facets)"
    )
    # what was deleted stays among its words until all of it is merged
    connection.execute("INSERT INTO words (words) VALUES ('optimize')")


def _holds(path: Path, keys: Sequence[bytes]) -> bool:
    with path.open("rb") as file:
        return any(key in line for line in file for key in keys)
