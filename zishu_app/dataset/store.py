"""The data set's file: samples go in, each once, and are read again as they stand now.

`Samples` is an open data set (`open_samples`); reading takes a connection, so that a thread can bring its own
(`Database.reading`) and see one state of the file for as long as it reads.
"""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from zishu_app.core.database import Database
from zishu_app.core.terms import terms
from zishu_app.dataset.sample import (
    KINDS,
    LANGUAGES,
    VERDICTS,
    Draft,
    Sample,
    SampleMessage,
    Source,
    message_from_dict,
)
from zishu_app.dataset.schema import DATASET

#: an open data set
Samples = Database

#: characters of a sample that a list shows
LEAD = 120

#: everything of a sample but its tags, which are read apart
_WHOLE = """
    SELECT s.*, b.title, b.messages, b.provenance, b.source, scenario.text AS scenario_name,
        reason.text AS reason_text, reviewer.text AS reviewer_name
    FROM samples s JOIN bodies b ON b.id = s.id
        JOIN names scenario ON scenario.id = s.scenario
        JOIN names reason ON reason.id = s.reason
        JOIN names reviewer ON reviewer.id = s.reviewer
    WHERE s.id IN (SELECT value FROM json_each(?))
"""


def open_samples(path: Path) -> Samples:
    """The data set at `path`, made if it is not there. Raises DataError where it cannot be read."""
    return Database(path, DATASET)


async def add(samples: Samples, drafts: Sequence[Draft], now: int) -> list[int | None]:
    """Add samples in one commit; the number of each, or None where it was there already.

    `now`: seconds since 1970. Nothing of a sample that is there is touched, whatever became of it.
    """
    return await samples.change(lambda connection: [insert(connection, draft, now) for draft in drafts])


def insert(connection: sqlite3.Connection, draft: Draft, now: int) -> int | None:
    """One sample, within a transaction of the writing thread."""
    length, turns = measure(draft.messages)
    came = connection.execute(
        "INSERT OR IGNORE INTO samples (key, kind, language, scenario, verdict, created, length, turns)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            bytes.fromhex(draft.key),
            KINDS.index(draft.kind),
            LANGUAGES.index(draft.language),
            name(connection, draft.scenario),
            VERDICTS.index(draft.verdict),
            now,
            length,
            turns,
        ),
    )
    if not came.rowcount or came.lastrowid is None:
        return None
    number = came.lastrowid
    connection.execute(
        "INSERT INTO bodies (id, title, lead, messages, provenance, source) VALUES (?, ?, ?, ?, ?, ?)",
        (
            number,
            draft.title,
            lead(draft.messages),
            messages_as_text(draft.messages),
            as_text(draft.provenance),
            _source(connection, draft.source) if draft.source else None,
        ),
    )
    connection.execute(
        "INSERT INTO words (rowid, body) VALUES (?, ?)", (number, searchable(draft.title, draft.messages))
    )
    set_tags(connection, number, draft.tags)
    return number


def get(connection: sqlite3.Connection, number: int) -> Sample | None:
    """A sample as it stands; None where there is none of that number."""
    return next(iter(get_many(connection, [number])), None)


def get_many(connection: sqlite3.Connection, numbers: Sequence[int]) -> list[Sample]:
    """Samples in the order asked for; numbers that do not exist are left out."""
    wanted = json.dumps(list(numbers))
    rows = {row["id"]: row for row in connection.execute(_WHOLE, (wanted,))}
    tags = tags_of(connection, numbers)
    return [_sample(rows[number], tags.get(number, ())) for number in numbers if number in rows]


def find_keys(connection: sqlite3.Connection, keys: Iterable[str]) -> dict[str, int]:
    """The samples that are there already: key -> number."""
    found = {}
    for key in keys:
        row = connection.execute("SELECT id FROM samples WHERE key = ?", (bytes.fromhex(key),)).fetchone()
        if row:
            found[key] = int(row["id"])
    return found


def source_of(connection: sqlite3.Connection, number: int) -> Source | None:
    """A source by its number (`Sample.source`)."""
    row = connection.execute("SELECT * FROM sources WHERE id = ?", (number,)).fetchone()
    if row is None:
        return None
    return Source(
        row["key"].hex(),
        row["name"],
        messages_from_text(row["messages"]),
        json.loads(row["provenance"]),
    )


def siblings(connection: sqlite3.Connection, source: int) -> list[int]:
    """The samples that were distilled from one source, in the order they came."""
    return [row["id"] for row in connection.execute("SELECT id FROM bodies WHERE source = ?", (source,))]


def tags_of(connection: sqlite3.Connection, numbers: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """The tags of these samples, by number."""
    found: dict[int, list[str]] = {}
    rows = connection.execute(
        "SELECT sample, text FROM tags JOIN names ON names.id = tag"
        " WHERE sample IN (SELECT value FROM json_each(?)) ORDER BY sample, text",
        (json.dumps(list(numbers)),),
    )
    for row in rows:
        found.setdefault(row["sample"], []).append(row["text"])
    return {number: tuple(tags) for number, tags in found.items()}


def hold_unlearnt(connection: sqlite3.Connection, numbers: Sequence[int]) -> bool:
    """Whether one of these samples holds an answer that is not to be learnt from."""
    row = connection.execute(
        "SELECT EXISTS(SELECT 1 FROM bodies WHERE id IN (SELECT value FROM json_each(?))"
        " AND instr(messages, ?)) AS found",
        # as `messages_as_text` writes it; within a text the quotation marks would be escaped
        (json.dumps(list(numbers)), '"loss":false'),
    ).fetchone()
    return bool(row["found"])


def set_tags(connection: sqlite3.Connection, number: int, tags: Iterable[str]) -> None:
    """Give a sample these tags and no others."""
    connection.execute("DELETE FROM tags WHERE sample = ?", (number,))
    for tag in dict.fromkeys(filter(None, (one.strip() for one in tags))):
        connection.execute("INSERT OR IGNORE INTO tags VALUES (?, ?)", (name(connection, tag), number))


def set_messages(connection: sqlite3.Connection, number: int, messages: Sequence[SampleMessage]) -> None:
    """Put other messages in force; what they are found by follows. The caller has kept the former ones."""
    row = connection.execute("SELECT title, messages FROM bodies WHERE id = ?", (number,)).fetchone()
    # a contentless index forgets only what it is told again
    before = searchable(row["title"], messages_from_text(row["messages"]))
    connection.execute("INSERT INTO words (words, rowid, body) VALUES ('delete', ?, ?)", (number, before))
    connection.execute(
        "INSERT INTO words (rowid, body) VALUES (?, ?)", (number, searchable(row["title"], messages))
    )
    connection.execute(
        "UPDATE bodies SET messages = ?, lead = ? WHERE id = ?",
        (messages_as_text(messages), lead(messages), number),
    )
    length, turns = measure(messages)
    connection.execute("UPDATE samples SET length = ?, turns = ? WHERE id = ?", (length, turns, number))


def name(connection: sqlite3.Connection, text: str) -> int:
    """The number of a text in `names`, which gets one if it has none."""
    connection.execute("INSERT OR IGNORE INTO names (text) VALUES (?)", (text,))
    return int(connection.execute("SELECT id FROM names WHERE text = ?", (text,)).fetchone()["id"])


def measure(messages: Sequence[SampleMessage]) -> tuple[int, int]:
    """Characters and messages."""
    return sum(len(one.content) for one in messages), len(messages)


def lead(messages: Iterable[SampleMessage]) -> str:
    """How the first message begins that is no system message, in one line."""
    first = next((one.content for one in messages if one.role != "system"), "")
    return " ".join(first[:400].split())[:LEAD]


def searchable(title: str, messages: Iterable[SampleMessage]) -> str:
    """What a sample is found by."""
    return terms("\n".join([title, *(one.content for one in messages)]))


def messages_as_text(messages: Iterable[SampleMessage]) -> str:
    """As they lie in the file."""
    return as_text([one.as_dict() for one in messages])


def messages_from_text(text: str) -> tuple[SampleMessage, ...]:
    """The opposite of `messages_as_text`."""
    return tuple(message_from_dict(one) for one in json.loads(text))


def as_text(value: Any) -> str:
    """JSON as it lies in the file."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _source(connection: sqlite3.Connection, source: Source) -> int:
    connection.execute(
        "INSERT OR IGNORE INTO sources (key, name, messages, provenance) VALUES (?, ?, ?, ?)",
        (
            bytes.fromhex(source.key),
            source.name,
            messages_as_text(source.messages),
            as_text(source.provenance),
        ),
    )
    row = connection.execute("SELECT id FROM sources WHERE key = ?", (bytes.fromhex(source.key),)).fetchone()
    return int(row["id"])


def _sample(row: sqlite3.Row, tags: tuple[str, ...]) -> Sample:
    return Sample(
        id=row["id"],
        key=row["key"].hex(),
        kind=KINDS[row["kind"]],
        language=LANGUAGES[row["language"]],
        title=row["title"],
        messages=messages_from_text(row["messages"]),
        scenario=row["scenario_name"],
        tags=tags,
        provenance=json.loads(row["provenance"]),
        source=row["source"],
        verdict=VERDICTS[row["verdict"]],
        reason=row["reason_text"],
        reviewer=row["reviewer_name"],
        flagged=bool(row["flagged"]),
        score=row["score"],
        spread=row["spread"],
        stars=row["stars"],
        created=row["created"],
        decided=row["decided"],
        version=row["version"],
    )
