"""The fields of a sample that a person can change: read as they stand, written anew."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zishu_app.core.errors import DataError
from zishu_app.core.texts import t
from zishu_app.dataset.sample import CHECK_TAG, VERDICTS
from zishu_app.dataset.scores import by_person, rank, rescore
from zishu_app.dataset.store import as_text, messages_from_text, name, set_messages, set_tags, tags_of


@dataclass(frozen=True, slots=True)
class Change:
    """What is to stand in a field of a sample.

    Fields and their values: "verdict" [verdict, reason, reviewer, seconds or None]; "flagged" 0 or 1; "tags" a list,
    without those of checks; "version" a number (see `new_version`); "rating:<criterion>" 1 to 5, or None; [1 to 5,
    version] where the mark was given to another version than the one in force.
    """

    sample: int
    field: str
    value: Any


def read(connection: sqlite3.Connection, number: int, field: str) -> Any:
    """What stands there, of a mark the number alone. Raises DataError for a sample that is not there."""
    value = read_many(connection, field, [number])[number]
    return value[0] if field.startswith("rating:") and isinstance(value, list) else value


def read_many(connection: sqlite3.Connection, field: str, numbers: Sequence[int]) -> dict[int, Any]:
    """What stands in a field of each of these samples. Raises DataError where one is not there."""
    wanted = as_text(list(numbers))
    if field == "verdict":
        rows = connection.execute(_VERDICTS_OF, (wanted,))
        found = {row[0]: [VERDICTS[row[1]], row[2], row[3], row[4]] for row in rows}
    elif field.startswith("rating:"):
        rows = connection.execute(_RATINGS_OF, (field.partition(":")[2], wanted))
        found = {row[0]: row[1] if row[2] in (None, row[3]) else [row[1], row[2]] for row in rows}
    else:
        column = "0" if field == "tags" else field
        sql = f"SELECT id, {column} FROM samples WHERE id IN (SELECT value FROM json_each(?))"  # noqa: S608
        found = dict(map(tuple, connection.execute(sql, (wanted,))))
    if field == "tags":
        tags = tags_of(connection, numbers)
        found = {number: _of_people(tags.get(number, ())) for number in found}
    for number in numbers:
        if number not in found:
            raise unknown(number)
    return found


_VERDICTS_OF = """
    SELECT s.id, s.verdict, reason.text, reviewer.text, s.decided
    FROM samples s JOIN names reason ON reason.id = s.reason JOIN names reviewer ON reviewer.id = s.reviewer
    WHERE s.id IN (SELECT value FROM json_each(?))
"""
_RATINGS_OF = """
    SELECT s.id, r.score, r.version, s.version
    FROM samples s LEFT JOIN ratings r ON r.sample = s.id AND r.who = '' AND r.criterion = ?
    WHERE s.id IN (SELECT value FROM json_each(?))
"""


def write_many(connection: sqlite3.Connection, field: str, values: Mapping[int, Any]) -> None:
    """Write a field of samples, within a transaction of the writing thread; `acts` remembers what stood there."""
    if field == "verdict":
        _decide(connection, values)
    elif field == "flagged":
        for value, numbers in _alike(values).items():
            connection.execute(f"UPDATE samples SET flagged = ? {_THESE}", (value, as_text(numbers)))  # noqa: S608
    elif field == "tags":
        _tag(connection, values)
    elif field == "version":
        for number, value in values.items():
            _put_in_force(connection, number, value)
    else:
        for number, value in values.items():
            _rate(connection, number, field.partition(":")[2], value)


#: one statement for samples that get the same: a trigger costs five times as much where each has a statement of its own
_THESE = "WHERE id IN (SELECT value FROM json_each(?))"


def _alike(values: Mapping[int, Any]) -> dict[Any, list[int]]:
    """Value -> the samples that get it."""
    found: dict[Any, list[int]] = {}
    for number, value in values.items():
        found.setdefault(tuple(value) if isinstance(value, list) else value, []).append(number)
    return found


def _decide(connection: sqlite3.Connection, values: Mapping[int, Any]) -> None:
    ranked: list[int] = []
    for (given, reason, reviewer, decided), numbers in _alike(values).items():
        settled = by_person(given, reviewer)  # has no priority any more: see scores
        connection.execute(
            "UPDATE samples SET verdict = ?, reason = ?, reviewer = ?, decided = ?"  # noqa: S608
            f"{', priority = 0' if settled else ''} {_THESE}",
            (
                VERDICTS.index(given),
                name(connection, reason),
                name(connection, reviewer),
                decided,
                as_text(numbers),
            ),
        )
        ranked += [] if settled else numbers
    rank(connection, ranked)


def _tag(connection: sqlite3.Connection, values: Mapping[int, Sequence[str]]) -> None:
    """The tags of people; those of checks stay as they are, for they say how a sample is now."""
    there = tags_of(connection, list(values))
    for number, tags in values.items():
        checked = [tag for tag in there.get(number, ()) if tag.startswith(CHECK_TAG)]
        set_tags(connection, number, [*_of_people(tags), *checked])


def _of_people(tags: Sequence[str]) -> list[str]:
    return [tag for tag in tags if not tag.startswith(CHECK_TAG)]


def _put_in_force(connection: sqlite3.Connection, number: int, version: int) -> None:
    row = connection.execute(
        "SELECT messages FROM versions WHERE sample = ? AND number = ?", (number, version)
    ).fetchone()
    if row is None:
        raise DataError(
            t(f"样本 {number} 没有第 {version} 版。", f"Sample {number} has no version {version}."),
            t("用 `zishu dataset show` 查看它的版本。", "`zishu dataset show` shows its versions."),
        )
    set_messages(connection, number, messages_from_text(row["messages"]))
    connection.execute("UPDATE samples SET version = ? WHERE id = ?", (version, number))
    rescore(connection, number)  # what the judges said of one version they did not say of another


def _rate(connection: sqlite3.Connection, number: int, criterion: str, value: Any) -> None:
    """The person's mark for a criterion, one for all versions together; None takes it away."""
    score, version = value if isinstance(value, (list, tuple)) else (value, None)
    connection.execute(
        "DELETE FROM ratings WHERE sample = ? AND who = '' AND criterion = ?", (number, criterion)
    )
    if score is not None:
        connection.execute(
            "INSERT INTO ratings SELECT id, '', ?, IFNULL(?, version), ?, '', 1, (SELECT MAX(at) FROM acts)"
            " FROM samples WHERE id = ?",
            (criterion, version, score, number),
        )
    connection.execute(
        "UPDATE samples SET stars = (SELECT AVG(score) FROM ratings WHERE sample = samples.id AND who = '')"
        " WHERE id = ?",
        (number,),
    )


def unknown(number: int) -> DataError:
    """There is no such sample."""
    return DataError(
        t(f"没有编号为 {number} 的样本。", f"There is no sample {number}."),
        t("用 `zishu dataset list` 查看编号。", "`zishu dataset list` shows the numbers."),
    )
