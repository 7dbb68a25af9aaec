"""Memories go out as a JSON file and come in again: all of a character, with what they said before and until when they held.

Vectors and places in the ledger stay here: they mean nothing elsewhere. What comes in is weighed like everything that is
noted, so that a file taken in twice adds nothing.
"""

import json
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zishu_app.core.errors import DataError
from zishu_app.core.files import write_json
from zishu_app.core.texts import t
from zishu_app.memory.look import Sought, history_of, search
from zishu_app.memory.mind import Mind
from zishu_app.memory.store import KINDS, Memory, Noted, insert
from zishu_app.memory.weigh import Known, squeezed, weigh

#: of the file; a program that reads a higher number than its own refuses
FORMAT = 1
#: bytes of a file, and characters of a memory
MOST_BYTES, LONGEST = 50_000_000, 2_000
_EVERY = 1 << 40


@dataclass(frozen=True, slots=True)
class TakenIn:
    """So many were new, so many were known."""

    new: int
    known: int


async def export_memories(mind: Mind, path: Path) -> int:
    """Write all memories of a character to `path`; how many. Raises OSError."""

    def write(file: sqlite3.Connection) -> int:
        memories = search(file, mind.character, Sought(), most=_EVERY)
        told = [_told(file, one) for one in reversed(memories)]
        write_json(path, {"format": FORMAT, "character": mind.character, "memories": told})
        return len(told)

    return await mind.memories.ask(write)


async def import_memories(mind: Mind, path: Path) -> TakenIn:
    """Take in what a file of `export_memories` holds, in one commit. Raises DataError where it is none.

    Her index follows with the next `follow`.
    """
    entries = await mind.memories.ask(lambda _: _read(path))

    def write(file: sqlite3.Connection) -> TakenIn:
        known = search(file, mind.character, Sought(), most=_EVERY)
        there = {(squeezed(one.text), one.until is None) for one in known}
        slots: dict[str, list[Memory]] = {}
        for one in known:
            if one.slot and one.until is None:
                slots.setdefault(one.slot, []).append(one)
        new = sum(_take_in(file, mind.character, entry, there, slots) for entry in entries)
        return TakenIn(new, len(entries) - new)

    return await mind.memories.change(write)


def _told(file: sqlite3.Connection, memory: Memory) -> dict[str, Any]:
    told: dict[str, Any] = {
        "text": memory.text,
        "kind": memory.kind,
        "importance": memory.importance,
        "confidence": memory.confidence,
        "created": memory.created,
        "changed": memory.changed,
    }
    if memory.slot:
        told |= {"slot": memory.slot, "value": memory.value}
    if memory.pinned:
        told["pinned"] = True
    if memory.until is not None:
        told["until"] = memory.until
    if before := history_of(file, memory.id):
        told["history"] = [{"at": at, "text": text, "why": why} for at, text, why in before]
    return told


def _take_in(
    file: sqlite3.Connection,
    character: str,
    entry: dict[str, Any],
    there: set[tuple[str, bool]],
    slots: dict[str, list[Memory]],
) -> bool:
    """One memory; False: it is known, or what is known answers the same otherwise."""
    key = squeezed(entry["text"]), entry["until"] is None
    noted = Noted(
        entry["text"], entry["kind"], entry["importance"], entry["confidence"], entry["slot"], entry["value"]
    )
    answered = entry["until"] is None and weigh(noted, map(Known, slots.get(noted.slot, ()))).what != "new"
    if key in there or answered:
        return False
    there.add(key)
    number = insert(file, character, noted, entry["created"])
    file.execute(
        "UPDATE memories SET changed = ?, until = ?, pinned = ? WHERE id = ?",
        (entry["changed"], entry["until"], int(entry["pinned"]), number),
    )
    file.executemany(
        "INSERT OR IGNORE INTO history VALUES (?, ?, ?, ?)",
        [(number, one["at"], one["text"], one["why"]) for one in entry["history"]],
    )
    return True


def _read(path: Path) -> list[dict[str, Any]]:
    """The entries of a file, each checked. Raises DataError."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise _not_ours(path, t("文件太大", "it is too large"))
        value = json.loads(path.read_text(encoding="utf-8"))
        if value["format"] > FORMAT:
            raise DataError(
                t(f"{path} 来自更新版本的程序。", f"{path} was written by a newer version of the program."),
                t("请升级程序。", "Update the program."),
            )
        return [_checked(one) for one in value["memories"]]
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise _not_ours(path, f"{type(error).__name__}: {error}") from error


def _checked(entry: dict[str, Any]) -> dict[str, Any]:
    """Raises ValueError, KeyError or TypeError."""
    text = entry["text"]
    if not isinstance(text, str) or not text.strip() or len(text) > LONGEST or entry["kind"] not in KINDS:
        raise ValueError(str(text)[:40])
    return {
        "text": text.strip(),
        "kind": entry["kind"],
        "importance": min(max(float(entry["importance"]), 0.0), 1.0),
        "confidence": min(max(float(entry["confidence"]), 0.0), 1.0),
        "created": int(entry["created"]),
        "changed": int(entry["changed"]),
        "slot": str(entry.get("slot", "")),
        "value": str(entry.get("value", "")),
        "pinned": bool(entry.get("pinned", False)),
        "until": None if entry.get("until") is None else int(entry["until"]),
        "history": [
            {"at": int(one["at"]), "text": str(one["text"]), "why": str(one["why"])}
            for one in entry.get("history", ())
        ],
    }


def _not_ours(path: Path, why: str) -> DataError:
    return DataError(
        t(f"{path} 不是导出的记忆：{why}。", f"{path} is no export of memories: {why}."),
        t("选择用“导出记忆”得到的文件。", "Choose a file that was made by exporting memories."),
    )
