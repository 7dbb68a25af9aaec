"""Two memories become one: what both said stays in its history, and where both came from. It can be taken back.

Both are written down as they were, beside the one that is left, and go with it: what was forgotten comes back by no undoing.
What was said of it since the merge stays with the one it went into.
"""

import json
import sqlite3
from dataclasses import dataclass, replace
from typing import Any

from zishu_app.core.errors import DataError
from zishu_app.core.texts import t
from zishu_app.memory.look import history_of, origins_of
from zishu_app.memory.mind import Mind
from zishu_app.memory.remember import vectors_for
from zishu_app.memory.store import Noted, came_from, erase, needed, put_back, reword, say_anew, told

#: of a memory that is as the merge left it, what is as before again
_AGAIN = ("kind", "slot", "value", "importance", "confidence", "changed")


@dataclass(frozen=True, slots=True)
class Was:
    """A memory as it was: its row, what it had said before, where it came from, and merges of its own."""

    row: dict[str, Any]
    history: list[tuple[int, str, str]]
    origins: list[tuple[int, int]]
    merged: list[str]


@dataclass(frozen=True, slots=True)
class Merge:
    """Both as they were, and what the one that is left said then."""

    kept: Was
    other: Was
    said: str

    def as_text(self) -> str:
        """JSON."""
        both = [[was.row, was.history, was.origins, was.merged] for was in (self.kept, self.other)]
        return json.dumps({"both": both, "said": self.said}, ensure_ascii=False)


def merge_from_text(text: str) -> Merge:
    """The opposite of `Merge.as_text`."""
    value = json.loads(text)
    kept, other = (
        Was(
            row,
            [(at, said, why) for at, said, why in history],
            [(talk, step) for talk, step in origins],
            merged,
        )
        for row, history, origins, merged in value["both"]
    )
    return Merge(kept, other, value["said"])


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
        was = Merge(_as_it_is(file, kept), _as_it_is(file, other), said)
        first, second = needed(file, kept), told(needed(file, other))
        noted = Noted(said, first["kind"], second.importance, max(first["confidence"], second.confidence))
        noted = replace(noted, slot=first["slot"] or second.slot, value=first["value"] or second.value)
        if vector:
            noted = replace(noted, vector=vector[0], embedder=vector[1])
        erase(file, other)
        say_anew(file, kept, noted, "merge", now)
        _put_history(file, kept, _told_by_other(was))
        file.execute("UPDATE memories SET pinned = MAX(pinned, ?) WHERE id = ?", (int(second.pinned), kept))
        for turn in was.other.origins:
            came_from(file, kept, turn)
        file.execute("INSERT INTO merged (memory, what) VALUES (?, ?)", (kept, was.as_text()))

    await mind.memories.change(write)


async def take_apart(mind: Mind, kept: int) -> int:
    """Take back the last merge of a memory; the number of the one that is there again.

    Raises DataError where it is gone, or nothing went into it.
    """
    return await mind.memories.change(lambda file: _apart(file, kept))


def _apart(file: sqlite3.Connection, kept: int) -> int:
    row = needed(file, kept)
    last = file.execute(
        "SELECT id, what FROM merged WHERE memory = ? ORDER BY id DESC LIMIT 1", (kept,)
    ).fetchone()
    if last is None:
        raise DataError(
            t("没有记忆并进过这一条。", "Nothing was merged into this memory."),
            t("刷新列表再看。", "Look at the list again."),
        )
    was = merge_from_text(last["what"])
    file.execute("DELETE FROM merged WHERE id = ?", (last["id"],))
    came = [(at, text) for at, text, _ in _told_by_other(was)]
    if row["text"] == was.said:  # nobody has said it otherwise since
        _as_before(file, row, was.kept.row)
        came.append((was.kept.row["changed"], was.kept.row["text"]))
    own = {(at, text) for at, text, _ in was.kept.history}
    file.executemany(
        "DELETE FROM history WHERE memory = ? AND at = ? AND text = ?",
        [(kept, *one) for one in came if one not in own],
    )
    turns = [turn for turn in was.other.origins if turn not in was.kept.origins]
    file.executemany(
        "DELETE FROM origins WHERE memory = ? AND talk = ? AND step = ?", [(kept, *turn) for turn in turns]
    )
    _bring_back(file, was.other)
    return int(was.other.row["id"])


def _as_before(file: sqlite3.Connection, row: sqlite3.Row, before: dict[str, Any]) -> None:
    """The one that is left, as it was; how often it came to mind since is kept."""
    number = row["id"]
    if row["text"] != before["text"]:
        reword(file, number, before["text"])
    values = [before[name] for name in _AGAIN]
    again = ", ".join(f"{name} = ?" for name in _AGAIN)
    file.execute(
        f"UPDATE memories SET {again}, pinned = MIN(pinned, ?) WHERE id = ?",
        (*values, before["pinned"], number),
    )  # noqa: S608


def _bring_back(file: sqlite3.Connection, was: Was) -> None:
    number = was.row["id"]
    put_back(file, was.row)
    _put_history(file, number, was.history)
    for turn in was.origins:
        came_from(file, number, turn)
    file.executemany(
        "INSERT INTO merged (memory, what) VALUES (?, ?)", [(number, what) for what in was.merged]
    )


def _as_it_is(file: sqlite3.Connection, number: int) -> Was:
    merged = file.execute("SELECT what FROM merged WHERE memory = ? ORDER BY id", (number,))
    return Was(
        dict(needed(file, number)),
        history_of(file, number),
        origins_of(file, number),
        [row["what"] for row in merged],
    )


def _told_by_other(was: Merge) -> list[tuple[int, str, str]]:
    """What the one that is left has in its history because of the other."""
    return [*was.other.history, (was.other.row["changed"], was.other.row["text"], "merge")]


def _put_history(file: sqlite3.Connection, number: int, said: list[tuple[int, str, str]]) -> None:
    file.executemany(
        "INSERT OR IGNORE INTO history VALUES (?, ?, ?, ?)",
        [(number, at, what, why) for at, what, why in said],
    )
