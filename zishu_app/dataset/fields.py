"""The fields of a sample that a person can change: read as they stand, written anew."""

import sqlite3
from dataclasses import dataclass
from typing import Any

from zishu_app.core.errors import DataError
from zishu_app.core.texts import t
from zishu_app.dataset.sample import VERDICTS
from zishu_app.dataset.scores import rank, rescore
from zishu_app.dataset.store import messages_from_text, name, set_messages, set_tags, tags_of


@dataclass(frozen=True, slots=True)
class Change:
    """What is to stand in a field of a sample.

    Fields and their values: "verdict" [verdict, reason, reviewer, seconds or None]; "flagged" 0 or 1; "tags" a list;
    "version" a number (see `new_version`); "rating:<criterion>" 1 to 5, or None.
    """

    sample: int
    field: str
    value: Any


def read(connection: sqlite3.Connection, number: int, field: str) -> Any:
    """What stands there. Raises DataError for a sample that is not there."""
    row = connection.execute("SELECT * FROM samples WHERE id = ?", (number,)).fetchone()
    if row is None:
        raise unknown(number)
    if field == "verdict":
        return [
            VERDICTS[row["verdict"]],
            _text(connection, row["reason"]),
            _text(connection, row["reviewer"]),
            row["decided"],
        ]
    if field == "tags":
        return list(tags_of(connection, [number]).get(number, ()))
    if field.startswith("rating:"):
        rated = connection.execute(
            "SELECT score FROM ratings WHERE sample = ? AND who = '' AND criterion = ?"
            " ORDER BY version DESC LIMIT 1",
            (number, field.partition(":")[2]),
        ).fetchone()
        return None if rated is None else rated["score"]
    return row[field]


def write(connection: sqlite3.Connection, change: Change) -> None:
    """Write it, within a transaction of the writing thread; `acts` remembers what stood there."""
    number, value = change.sample, change.value
    if change.field == "verdict":
        given, reason, reviewer, decided = value
        connection.execute(
            "UPDATE samples SET verdict = ?, reason = ?, reviewer = ?, decided = ? WHERE id = ?",
            (VERDICTS.index(given), name(connection, reason), name(connection, reviewer), decided, number),
        )
        rank(connection, number)
    elif change.field == "tags":
        set_tags(connection, number, value)
    elif change.field == "version":
        row = connection.execute(
            "SELECT messages FROM versions WHERE sample = ? AND number = ?", (number, value)
        ).fetchone()
        set_messages(connection, number, messages_from_text(row["messages"]))
        connection.execute("UPDATE samples SET version = ? WHERE id = ?", (value, number))
        rescore(connection, number)  # what the judges said of one version they did not say of another
    elif change.field.startswith("rating:"):
        _rate(connection, number, change.field.partition(":")[2], value)
    else:
        connection.execute("UPDATE samples SET flagged = ? WHERE id = ?", (value, number))


def _rate(connection: sqlite3.Connection, number: int, criterion: str, score: int | None) -> None:
    """The person's mark for a criterion, given to the version in force; None takes it away."""
    connection.execute(
        "DELETE FROM ratings WHERE sample = ? AND who = '' AND criterion = ?", (number, criterion)
    )
    if score is not None:
        connection.execute(
            "INSERT INTO ratings SELECT id, '', ?, version, ?, '', 1, (SELECT MAX(at) FROM acts)"
            " FROM samples WHERE id = ?",
            (criterion, score, number),
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


def _text(connection: sqlite3.Connection, number: int) -> str:
    return str(connection.execute("SELECT text FROM names WHERE id = ?", (number,)).fetchone()["text"])
