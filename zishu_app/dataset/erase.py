"""Samples are taken out of the file for good, with every version, mark, decision and judgement: what is forgotten stands
nowhere. Everything else that goes only goes into the bin.

The file is scrubbed afterwards (core/scrub), which takes as long as writing it anew; frozen versions that hold such a
sample are removed whole, for nothing in them may be changed.
"""

import asyncio
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from zishu_app.dataset.frozen import list_frozen
from zishu_app.dataset.store import Samples, messages_from_text, searchable


@dataclass(frozen=True, slots=True)
class Meant:
    """Which samples: those made of talks of these runs that have one of these turns in them, or hold such a text."""

    runs: tuple[str, ...]
    #: talk and step
    turns: frozenset[tuple[int, int]]
    holds: Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Gone:
    """What is meant, or was taken out: the numbers of the samples, and the frozen versions by name."""

    samples: tuple[int, ...]
    versions: tuple[str, ...]


async def find(samples: Samples, folder: Path, meant: Meant) -> Gone:
    """What `erase` would take out. `folder`: of the frozen versions."""
    numbers = await samples.ask(lambda file: tuple(_meant(file, meant)))
    keys = await samples.ask(lambda file: _keys(file, numbers))
    return Gone(numbers, await asyncio.to_thread(lambda: tuple(_frozen_with(folder, keys))))


async def erase(samples: Samples, folder: Path, meant: Meant) -> Gone:
    """Take them out of the file and every frozen version that holds one from the disk."""
    gone = await find(samples, folder, meant)
    # the versions first: once the samples are gone nobody would find them
    await asyncio.to_thread(_remove_versions, folder, gone.versions)
    if gone.samples:
        await samples.change(lambda file: _erase(file, gone.samples))
        await samples.scrub()
    return gone


def _meant(connection: sqlite3.Connection, meant: Meant) -> Iterator[int]:
    rows = connection.execute(
        "SELECT id, provenance FROM bodies WHERE json_extract(provenance, '$.run') IN"
        " (SELECT value FROM json_each(?)) ORDER BY id",
        (json.dumps(meant.runs),),
    ).fetchall()
    for row in rows:
        about = json.loads(row["provenance"])
        turns = {tuple(one) for one in [*about.get("turns", ()), about.get("turn", ())] if len(one) == 2}
        if turns & meant.turns or any(map(meant.holds, _texts(connection, row["id"]))):
            yield row["id"]


def _texts(connection: sqlite3.Connection, number: int) -> Iterator[str]:
    """Everything that is said in a sample and about it."""
    row = connection.execute("SELECT * FROM bodies WHERE id = ?", (number,)).fetchone()
    yield row["title"]
    yield row["messages"]
    yield row["provenance"]
    for table, column in (("versions", "messages"), ("ratings", "evidence")):
        found = connection.execute(f"SELECT {column} AS text FROM {table} WHERE sample = ?", (number,))  # noqa: S608
        yield from (one["text"] for one in found)
    yield from (
        one["text"]
        for one in connection.execute(
            "SELECT text FROM names WHERE id IN (SELECT reason FROM samples WHERE id = ?"
            " UNION SELECT tag FROM tags WHERE sample = ?)",
            (number, number),
        )
    )


def _keys(connection: sqlite3.Connection, numbers: Sequence[int]) -> list[str]:
    rows = connection.execute(
        "SELECT key FROM samples WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(list(numbers)),)
    )
    return [row["key"].hex() for row in rows]


def _erase(connection: sqlite3.Connection, numbers: Sequence[int]) -> None:
    """Within a transaction of the writing thread."""
    for number in numbers:
        _erase_one(connection, number)
    # a contentless index keeps the terms of what was deleted until its parts are merged
    connection.execute("INSERT INTO words (words) VALUES ('optimize')")


def _erase_one(connection: sqlite3.Connection, number: int) -> None:
    body = connection.execute("SELECT * FROM bodies WHERE id = ?", (number,)).fetchone()
    if body is None:  # another program was faster
        return
    found = searchable(body["title"], messages_from_text(body["messages"]))
    connection.execute("INSERT INTO words (words, rowid, body) VALUES ('delete', ?, ?)", (number, found))
    acts = [row["act"] for row in connection.execute("SELECT act FROM changes WHERE sample = ?", (number,))]
    names = _names(connection, number)
    connection.execute(
        "UPDATE facets SET n = n - 1 WHERE (kind, language, scenario, verdict) ="
        " (SELECT kind, language, scenario, verdict FROM samples WHERE id = ?)",
        (number,),
    )
    for table in ("changes", "tags", "versions", "ratings"):
        connection.execute(f"DELETE FROM {table} WHERE sample = ?", (number,))  # noqa: S608
    connection.execute("DELETE FROM bodies WHERE id = ?", (number,))
    connection.execute("DELETE FROM samples WHERE id = ?", (number,))
    # an act that changed nothing else tells of nothing any more, and what it tells may be a part of the text
    connection.executemany(
        "DELETE FROM acts WHERE id = ? AND NOT EXISTS (SELECT 1 FROM changes WHERE act = acts.id)",
        [(act,) for act in acts],
    )
    _drop_unused(connection, names, body["source"])


def _names(connection: sqlite3.Connection, number: int) -> list[int]:
    """The numbers of its reasons and tags, of those it had before too."""
    rows = connection.execute(
        "SELECT reason AS name FROM samples WHERE id = ? UNION SELECT tag FROM tags WHERE sample = ?",
        (number, number),
    )
    found = {row["name"] for row in rows if row["name"]}
    rows = connection.execute(
        "SELECT field, before, after FROM changes WHERE sample = ? AND field IN ('verdict', 'tags')",
        (number,),
    )
    had = [value for row in rows for side in ("before", "after") for value in json.loads(row[side])]
    rows = connection.execute(
        "SELECT id FROM names WHERE text IN (SELECT value FROM json_each(?)) AND text != ''",
        (json.dumps([one for one in had if isinstance(one, str)]),),
    )
    return sorted(found | {row["id"] for row in rows})


def _drop_unused(connection: sqlite3.Connection, names: Sequence[int], source: int | None) -> None:
    """Reasons and tags nobody else has, and a source nothing else rests on."""
    for name in names:
        used = connection.execute(
            "SELECT EXISTS(SELECT 1 FROM tags WHERE tag = ?1) OR EXISTS("
            "SELECT 1 FROM samples WHERE ?1 IN (reason, reviewer, scenario)) AS used",
            (name,),
        ).fetchone()
        if not used["used"]:
            connection.execute("DELETE FROM names WHERE id = ?", (name,))
    if source is not None:
        connection.execute(
            "DELETE FROM sources WHERE id = ? AND NOT EXISTS (SELECT 1 FROM bodies WHERE source = sources.id)",
            (source,),
        )


def _frozen_with(folder: Path, keys: Sequence[str]) -> Iterator[str]:
    """Frozen versions in whose files one of these keys stands."""
    wanted = [key.encode() for key in keys]
    for version in list_frozen(folder) if wanted else ():
        files = [version.folder / name for name in version.files]
        if any(_has(file, wanted) for file in files if file.is_file()):
            yield version.folder.name


def _has(file: Path, wanted: Sequence[bytes]) -> bool:
    with file.open("rb") as lines:
        return any(key in line for line in lines for key in wanted)


def _remove_versions(folder: Path, names: Sequence[str]) -> None:
    for name in names:
        for file in (folder / name).iterdir():
            file.chmod(0o600)  # Windows removes nothing that is read-only
        shutil.rmtree(folder / name)
