"""Two memories become one: what both said stays in its history, and where both came from."""

import sqlite3
from dataclasses import replace

from zishu_app.core.errors import DataError
from zishu_app.core.texts import t
from zishu_app.memory.look import history_of, origins_of
from zishu_app.memory.mind import Mind
from zishu_app.memory.remember import vectors_for
from zishu_app.memory.store import Noted, came_from, erase, needed, say_anew, told


async def merge(mind: Mind, kept: int, other: int, text: str = "") -> None:
    """`other` goes into `kept`, which says `text` from now on (empty: what it said).

    Raises DataError where one of them is gone, or both are the same.
    """
    if kept == other:
        raise DataError(
            t("这是同一条记忆。", "That is one and the same memory."), t("选择两条。", "Choose two of them.")
        )
    row = await mind.memories.ask(lambda file: needed(file, kept))
    said = text.strip() or row["text"]
    [vector] = await vectors_for(mind, [said])
    now = mind.now()

    def write(file: sqlite3.Connection) -> None:
        first, second = needed(file, kept), told(needed(file, other))
        noted = Noted(said, first["kind"], second.importance, max(first["confidence"], second.confidence))
        noted = replace(noted, slot=first["slot"] or second.slot, value=first["value"] or second.value)
        if vector:
            noted = replace(noted, vector=vector[0], embedder=vector[1])
        before = [*history_of(file, other), (second.changed, second.text, "merge")]
        turns = origins_of(file, other)
        erase(file, other)
        say_anew(file, kept, noted, "merge", now)
        file.executemany(
            "INSERT OR IGNORE INTO history VALUES (?, ?, ?, ?)",
            [(kept, at, what, why) for at, what, why in before],
        )
        file.execute("UPDATE memories SET pinned = MAX(pinned, ?) WHERE id = ?", (int(second.pinned), kept))
        for turn in turns:
            came_from(file, kept, turn)

    await mind.memories.change(write)
