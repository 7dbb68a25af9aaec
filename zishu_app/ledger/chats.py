"""Chats with her, in the ledger: one run a character, one talk a sitting, every turn on disk before the next call.

Several programs may hold the same talk at once (she on the desktop, and the command line): the number of a turn is given
by the file, not by whoever writes it. Kinds of turns: what the person said (`user`), what she said (`assistant`), what
she was stopped in (`partial`), and notes of what came before (`summary`).
"""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from zishu_app.core.clock import Clock
from zishu_app.ledger.runs import Run, Turn, end_run, start_run
from zishu_app.ledger.store import Statement, Store

KIND = "chat"
#: seconds of silence after which a new sitting begins
PAUSE = 6 * 3600
#: what she was stopped in
PARTIAL = "partial"


@dataclass(frozen=True, slots=True)
class Said:
    """A turn of a chat as its history shows it."""

    talk: int
    step: int
    kind: str
    content: str
    extra: Mapping[str, Any]


async def chat_run(store: Store, character: str, clock: Clock) -> Run:
    """The run all chats with a character belong to; begun with the first of them.

    It is never anybody's work that could be gone on with, so it counts as done from the beginning.
    """
    for row in store.read("SELECT * FROM runs WHERE kind = ? ORDER BY rowid", (KIND,)):
        recipe = json.loads(row["recipe"])
        if recipe.get("character") == character:
            return Run(row["id"], KIND, recipe, row["state"], row["created"])
    run = await start_run(store, KIND, {"character": character}, clock)
    await end_run(store, run, "done", "", clock)
    return run


async def sitting(store: Store, run: Run, clock: Clock) -> int:
    """The talk that goes on, or a new one after a long silence."""
    now = clock.now()
    rows = store.read("SELECT id FROM talks WHERE run_id = ? ORDER BY number DESC LIMIT 1", (run.id,))
    if rows:
        talk = int(rows[0]["id"])
        last = last_at(store, talk)
        if last is None or (now - last).total_seconds() < PAUSE:
            return talk
    return await new_sitting(store, run, clock)


async def new_sitting(store: Store, run: Run, clock: Clock) -> int:
    """A talk that begins now; the former ones stay in the history."""
    now = clock.now().isoformat()
    await store.write(
        (
            "INSERT INTO talks (run_id, number, plan, folder, file, state)"
            " SELECT ?, COALESCE(MAX(number), -1) + 1, ?, ?, ? || '#' || (COALESCE(MAX(number), -1) + 1), 'planned'"
            " FROM talks WHERE run_id = ?",
            (run.id, json.dumps({"began": now}), f"chat:{run.id}", now, run.id),
        )
    )
    rows = store.read("SELECT id FROM talks WHERE run_id = ? ORDER BY number DESC LIMIT 1", (run.id,))
    return int(rows[0]["id"])


def asked_last(store: Store, run: Run) -> int | None:
    """The talk in which the person spoke last; None: they never did."""
    rows = store.read(
        "SELECT turns.talk_id FROM turns JOIN talks ON talks.id = turns.talk_id"
        " WHERE talks.run_id = ? AND turns.kind = 'user' ORDER BY turns.talk_id DESC LIMIT 1",
        (run.id,),
    )
    return int(rows[0]["talk_id"]) if rows else None


def last_at(store: Store, talk: int) -> datetime | None:
    """When the last turn of a talk was said."""
    rows = store.read("SELECT extra FROM turns WHERE talk_id = ? ORDER BY step DESC LIMIT 1", (talk,))
    at = json.loads(rows[0]["extra"]).get("at") if rows else None
    return datetime.fromisoformat(at) if isinstance(at, str) else None


async def say(store: Store, talk: int, kind: str, content: str, extra: Mapping[str, Any]) -> int:
    """Store a turn; its step."""

    def do(connection: sqlite3.Connection) -> int:
        connection.execute(*add_turn(talk, kind, content, extra))
        row = connection.execute("SELECT MAX(step) AS step FROM turns WHERE talk_id = ?", (talk,)).fetchone()
        return int(row["step"])

    return await store.change(do)


def add_turn(
    talk: int, kind: str, content: str, extra: Mapping[str, Any], call_id: str | None = None
) -> Statement:
    """The statement that stores a turn behind all others of its talk."""
    return (
        "INSERT INTO turns (talk_id, step, kind, content, extra, call_id)"
        " SELECT ?, COALESCE(MAX(step), -1) + 1, ?, ?, ?, ? FROM turns WHERE talk_id = ?",
        (talk, kind, content, json.dumps(dict(extra), ensure_ascii=False), call_id, talk),
    )


def supersede(talk: int, to: int) -> Statement:
    """The statement that marks former answers to a turn: one that was asked for once more takes their place."""
    return (
        "UPDATE turns SET extra = json_set(extra, '$.superseded', json('true')) WHERE talk_id = ?"
        " AND kind = 'assistant' AND json_extract(extra, '$.to') = ?",
        (talk, to),
    )


def step_of(store: Store, talk: int, call_id: str) -> int | None:
    """The step of the turn a call became."""
    rows = store.read("SELECT step FROM turns WHERE talk_id = ? AND call_id = ?", (talk, call_id))
    return int(rows[0]["step"]) if rows else None


def history(
    store: Store, run_id: str, text: str = "", before: tuple[int, int] | None = None, most: int = 100
) -> list[Said]:
    """What was said, the newest first; `text`: only turns in which it stands; `before`: older than this turn."""
    found = " AND instr(lower(turns.content), lower(?)) > 0" if text else ""
    values = (run_id, text) if text else (run_id,)
    return _page(store, f"talks.run_id = ? AND turns.kind != 'summary'{found}", values, before, most)


def disliked(store: Store, run_id: str, before: tuple[int, int] | None = None, most: int = 100) -> list[Said]:
    """Answers of hers that were called bad and never put right, the newest first."""
    return _page(store, _DISLIKED, (run_id,), before, most)


def count_disliked(store: Store, run_id: str) -> int:
    """How many those are."""
    rows = store.read(f"SELECT COUNT(*) AS n {_FROM} WHERE {_DISLIKED}", (run_id,))  # noqa: S608 - both are ours
    return int(rows[0]["n"])


_FROM = "FROM turns JOIN talks ON talks.id = turns.talk_id"
_DISLIKED = (
    "talks.run_id = ? AND turns.kind = 'assistant' AND json_extract(turns.extra, '$.rating') = -1"
    " AND json_extract(turns.extra, '$.corrected') IS NULL AND json_extract(turns.extra, '$.superseded') IS NULL"
)


def _page(
    store: Store, where: str, values: tuple[Any, ...], before: tuple[int, int] | None, most: int
) -> list[Said]:
    older = " AND (turns.talk_id, turns.step) < (?, ?)" if before is not None else ""
    rows = store.read(
        f"SELECT turns.* {_FROM} WHERE {where}{older} ORDER BY turns.talk_id DESC, turns.step DESC LIMIT ?",  # noqa: S608
        (*values, *(before or ()), most),
    )
    return [
        Said(row["talk_id"], row["step"], row["kind"], row["content"], json.loads(row["extra"]))
        for row in rows
    ]


def change_extra(talk: int, step: int, changes: Mapping[str, Any]) -> Statement:
    """The statement that notes something more beside a turn, e.g. how it was rated; None takes it away."""
    return (
        "UPDATE turns SET extra = json_patch(extra, ?) WHERE talk_id = ? AND step = ?",
        (json.dumps(dict(changes), ensure_ascii=False), talk, step),
    )


def blot_out(talk: int, step: int, text: str) -> Statement:
    """The statement that puts something else in the place of what was said: what is forgotten stands nowhere."""
    return (
        "UPDATE turns SET content = ?, extra = json_remove(extra, '$.corrected') WHERE talk_id = ? AND step = ?",
        (text, talk, step),
    )


def turn_of(store: Store, talk: int, step: int) -> Turn | None:
    """One turn."""
    rows = store.read("SELECT * FROM turns WHERE talk_id = ? AND step = ?", (talk, step))
    return (
        Turn(rows[0]["step"], rows[0]["kind"], rows[0]["content"], json.loads(rows[0]["extra"]))
        if rows
        else None
    )
