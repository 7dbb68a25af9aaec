"""What was said in chats is put out of the ledger: turns whole or sentence by sentence, and what was noted beside them."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zishu_app.ledger.chats import KIND
from zishu_app.ledger.store import Store

#: a turn: talk and step
TurnKey = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Stored:
    """A turn of a chat, as it may have to be changed."""

    talk: int
    step: int
    kind: str
    content: str
    extra: Mapping[str, Any]


#: what is to stand in a turn: its text and what is noted beside it; None where it stays as it is
Blotting = Callable[[Stored], tuple[str, Mapping[str, Any]] | None]


def chats_of(store: Store, character: str) -> list[str]:
    """The runs of all chats with a character."""
    rows = store.read("SELECT id, recipe FROM runs WHERE kind = ? ORDER BY rowid", (KIND,))
    return [row["id"] for row in rows if json.loads(row["recipe"]).get("character") == character]


async def blot(store: Store, runs: Sequence[str], since: TurnKey, how: Blotting) -> list[TurnKey]:
    """Change the turns of these runs from `since` on as `how` says; those that were changed.

    Chats are read in a thread, and what was said meanwhile is read again in the end.
    """
    blotted: dict[TurnKey, None] = {}
    while changes := await store.ask(lambda file: list(_changes(file, runs, since, how))):
        blotted |= dict.fromkeys((turn.talk, turn.step) for turn, _, _ in changes)
        await store.write(
            *(
                (
                    "UPDATE turns SET content = ?, extra = ? WHERE talk_id = ? AND step = ?",
                    (text, json.dumps(dict(extra), ensure_ascii=False), turn.talk, turn.step),
                )
                for turn, text, extra in changes
            )
        )
    return list(blotted)


def told_by(
    connection: sqlite3.Connection, runs: Sequence[str], since: TurnKey, how: Blotting
) -> list[TurnKey]:
    """The turns `blot` would change."""
    return [(turn.talk, turn.step) for turn, _, _ in _changes(connection, runs, since, how)]


async def drop_answers(store: Store, items: Sequence[str]) -> int:
    """Delete the stored replies that were asked for about these items (see `Asker.item`); how many there were."""
    changed = await store.write(
        (
            "DELETE FROM parts WHERE call_id IN"
            " (SELECT id FROM calls WHERE item IN (SELECT value FROM json_each(?)))",
            (json.dumps(list(items)),),
        )
    )
    return changed[0]


async def shorten_errors(store: Store, runs: Sequence[str], holds: Callable[[str], bool]) -> int:
    """Of calls whose endpoint quoted what was said, only the kind of their error stays; how many there were."""
    rows = await store.ask(
        lambda file: file.execute(
            "SELECT id, error FROM calls WHERE error != '' AND run_id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(runs)),),
        ).fetchall()
    )
    quoting = [(row["error"].partition(":")[0], row["id"]) for row in rows if holds(row["error"])]
    if quoting:
        await store.write(*(("UPDATE calls SET error = ? WHERE id = ?", values) for values in quoting))
    return len(quoting)


def _changes(
    connection: sqlite3.Connection, runs: Sequence[str], since: TurnKey, how: Blotting
) -> Iterable[tuple[Stored, str, Mapping[str, Any]]]:
    rows = connection.execute(
        "SELECT turns.* FROM turns JOIN talks ON talks.id = turns.talk_id"
        " WHERE talks.run_id IN (SELECT value FROM json_each(?)) AND (turns.talk_id, turns.step) >= (?, ?)"
        " ORDER BY turns.talk_id, turns.step",
        (json.dumps(list(runs)), *since),
    )
    for row in rows:
        turn = Stored(row["talk_id"], row["step"], row["kind"], row["content"], json.loads(row["extra"]))
        said = how(turn)
        if said is not None and said != (turn.content, turn.extra):
            yield turn, *said
