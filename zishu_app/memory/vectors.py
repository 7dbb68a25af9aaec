"""The vectors of what she remembers, as they lie in the file: the index is made anew from them when it is lost.

Every change to them counts up a number of the character and marks what it changed with it: what an index that stands at
an earlier number lacks is found without comparing anything.
"""

import sqlite3
import sys
from array import array
from collections.abc import Iterable
from dataclasses import dataclass

#: float32 values of length 1, and the model that made them
Made = tuple["array[float]", str]


@dataclass(frozen=True, slots=True)
class Marked:
    """A vector, and the number of the change that wrote it."""

    id: int
    mark: int
    vector: "array[float]"


def keep_vector(connection: sqlite3.Connection, character: str, number: int, made: Made) -> None:
    """The vector of a memory, in the place of the one it had."""
    vector, embedder = made
    connection.execute(
        "INSERT OR REPLACE INTO vectors (id, character, embedder, mark, vector) VALUES (?, ?, ?, ?, ?)",
        (number, character, embedder, changed(connection, character), packed(vector)),
    )


def keep_vectors(
    connection: sqlite3.Connection,
    character: str,
    made: Iterable[tuple[int, str, "array[float]"]],
    embedder: str,
) -> None:
    """Vectors for memories that had none of this model: number, the text that was read, vector.

    What says something else by now, or is gone, is passed over.
    """
    for number, text, vector in made:
        row = connection.execute("SELECT text FROM memories WHERE id = ?", (number,)).fetchone()
        if row is not None and row["text"] == text:
            keep_vector(connection, character, number, (vector, embedder))


def drop_vector(connection: sqlite3.Connection, character: str, number: int) -> None:
    """A memory goes, and the index must drop it."""
    connection.execute("DELETE FROM vectors WHERE id = ?", (number,))
    connection.execute(
        "INSERT OR REPLACE INTO gone VALUES (?, ?, ?)", (number, character, changed(connection, character))
    )


def changed(connection: sqlite3.Connection, character: str) -> int:
    """Count up: the index must follow. The new number."""
    row = connection.execute(
        "INSERT INTO counters VALUES (?, 1) ON CONFLICT DO UPDATE SET changes = changes + 1 RETURNING changes",
        (character,),
    ).fetchone()
    return int(row["changes"])


def changes(connection: sqlite3.Connection, character: str) -> int:
    """How often something changed that the index must follow."""
    row = connection.execute("SELECT changes FROM counters WHERE character = ?", (character,)).fetchone()
    return int(row["changes"]) if row else 0


def vectors_since(
    connection: sqlite3.Connection, character: str, embedder: str, mark: int, most: int
) -> list[Marked]:
    """Vectors that were written after `mark`, in that order."""
    rows = connection.execute(
        "SELECT id, mark, vector FROM vectors WHERE character = ? AND mark > ? AND embedder = ?"
        " ORDER BY mark LIMIT ?",
        (character, mark, embedder, most),
    )
    return [Marked(row["id"], row["mark"], unpacked(row["vector"])) for row in rows]


def newest_since(
    connection: sqlite3.Connection, character: str, embedder: str, mark: int, most: int
) -> list[Marked]:
    """The same, the newest of them where there are more than `most`."""
    rows = connection.execute(
        "SELECT id, mark, vector FROM vectors WHERE character = ? AND mark > ? AND embedder = ?"
        " ORDER BY mark DESC LIMIT ?",
        (character, mark, embedder, most),
    )
    return [Marked(row["id"], row["mark"], unpacked(row["vector"])) for row in rows]


def gone_since(connection: sqlite3.Connection, character: str, mark: int) -> list[int]:
    """Numbers of memories that went after `mark`."""
    rows = connection.execute("SELECT id FROM gone WHERE character = ? AND mark > ?", (character, mark))
    return [row["id"] for row in rows]


def without_vector(
    connection: sqlite3.Connection, character: str, embedder: str, most: int
) -> list[tuple[int, str]]:
    """Number and text of memories this model has not read yet."""
    rows = connection.execute(
        "SELECT m.id, m.text FROM memories m LEFT JOIN vectors v ON v.id = m.id AND v.embedder = ?"
        " WHERE m.character = ? AND v.id IS NULL ORDER BY m.id LIMIT ?",
        (embedder, character, most),
    )
    return [(row["id"], row["text"]) for row in rows]


def packed(vector: "array[float]") -> bytes:
    """As it lies in the file and goes to the lane."""
    if sys.byteorder == "big":
        vector = array("f", vector)
        vector.byteswap()
    return vector.tobytes()


def unpacked(data: bytes) -> "array[float]":
    """The opposite of `packed`."""
    vector = array("f")
    vector.frombytes(data)
    if sys.byteorder == "big":
        vector.byteswap()
    return vector
