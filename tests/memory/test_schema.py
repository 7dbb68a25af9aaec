"""A file of any age is brought to today's form."""

import sqlite3
from pathlib import Path

from zishu_app.memory.schema import STEPS
from zishu_app.memory.store import open_memory
from zishu_app.memory.vectors import vectors_since


def test_vectors_of_an_older_file_know_whose_they_are(tmp_path: Path) -> None:
    path = tmp_path / "memory.sqlite"
    connection = sqlite3.connect(path)
    connection.executescript(STEPS[0])
    for number, whose in ((1, "her"), (2, "another")):
        connection.execute(
            "INSERT INTO memories (id, character, text, kind, importance, confidence, created, changed)"
            " VALUES (?, ?, 'x', 'fact', 1, 1, 1, 1)",
            (number, whose),
        )
        connection.execute("INSERT INTO vectors VALUES (?, 'e', ?, x'0000803f')", (number, number))
    connection.execute("PRAGMA user_version = 1")
    connection.commit()
    connection.close()
    memories = open_memory(path)
    with memories.reading() as file:
        assert [(one.id, list(one.vector)) for one in vectors_since(file, "her", "e", 0, 9)] == [(1, [1.0])]
        assert file.execute("PRAGMA user_version").fetchone()[0] == len(STEPS)
    memories.close()
