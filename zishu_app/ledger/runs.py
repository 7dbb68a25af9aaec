"""Runs and what they hold: planned talks, their turns, and the parts of what is distilled."""

import json
import os
import secrets
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psutil

from zishu_app.core.clock import Clock
from zishu_app.core.errors import DataError, UsageError
from zishu_app.core.texts import t
from zishu_app.ledger.budget import Amount
from zishu_app.ledger.store import Statement, Store


@dataclass(frozen=True, slots=True)
class Run:
    """One `zishu generate` or `zishu distill`, and all it needs to go on."""

    id: str
    kind: str
    recipe: Mapping[str, Any]
    state: str
    created: str


@dataclass(frozen=True, slots=True)
class PlannedTalk:
    """A talk of a run: its plan and the file it will become."""

    id: int
    number: int
    plan: Mapping[str, Any]
    folder: str
    file: str
    state: str
    reason: str = ""
    #: the run it is of; empty before it is in the ledger
    run_id: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """One stored step of a talk. `kind`: user, assistant or summary."""

    step: int
    kind: str
    content: str
    extra: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Spending:
    """What the calls of a run took, and which models were asked."""

    amount: Amount = Amount()  # noqa: RUF009 - a frozen value
    #: empty where no price is known
    currency: str = ""
    models: tuple[str, ...] = ()


async def start_run(store: Store, kind: str, recipe: Mapping[str, Any], clock: Clock) -> Run:
    """A new run, worked on by this process."""
    now = clock.now()
    run = Run(f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(3)}", kind, recipe, "running", now.isoformat())
    pid, started = _this_process()
    await store.write(
        (
            "INSERT INTO runs (id, kind, recipe, state, created, pid, pid_started) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (run.id, kind, _json(recipe), run.state, run.created, pid, started),
        )
    )
    return run


async def continue_run(store: Store, kind: str, run_id: str = "") -> Run:
    """Take up a run that was stopped or killed: the one named, else the newest that is not done.

    Raises UsageError when there is none, or when another process is still at it.
    """
    where, values = ("id = ?", (run_id,)) if run_id else ("state != 'done'", ())
    rows = store.read(f"SELECT * FROM runs WHERE kind = ? AND {where} ORDER BY rowid DESC", (kind, *values))  # noqa: S608
    free = [row for row in rows if not _alive(row)]
    if not free:
        raise _nothing_to_continue(rows)
    row, (pid, started) = free[0], _this_process()
    changed = await store.write(
        (
            "UPDATE runs SET state = 'running', pid = ?, pid_started = ? WHERE id = ? AND pid IS ?",
            (pid, started, row["id"], row["pid"]),
        )
    )
    if changed != [1]:
        raise _nothing_to_continue(rows)
    return Run(row["id"], row["kind"], json.loads(row["recipe"]), "running", row["created"])


async def change_recipe(store: Store, run_id: str, recipe: Mapping[str, Any]) -> None:
    """What the run goes on with from now on, and is shown with."""
    await store.write(("UPDATE runs SET recipe = ? WHERE id = ?", (_json(recipe), run_id)))


async def end_run(store: Store, run: Run, state: str, reason: str, clock: Clock) -> None:
    """`state`: done, stopped or failed."""
    await store.write(
        (
            "UPDATE runs SET state = ?, reason = ?, ended = ?, pid = NULL, pid_started = NULL WHERE id = ?",
            (state, reason, clock.now().isoformat(), run.id),
        )
    )


async def lose_open_calls(store: Store, run_id: str) -> int:
    """Calls that were in flight when the run was killed: they are asked again. Return how many."""
    changed = await store.write(
        ("UPDATE calls SET state = 'lost' WHERE run_id = ? AND state = 'open'", (run_id,))
    )
    return changed[0]


def spent(store: Store, run_id: str) -> Amount:
    """What the calls of a run took so far; calls lost in flight count with their reservation."""
    found = spending_of(store, [run_id]).get(run_id)
    return found.amount if found else Amount()


def spending_of(store: Store, run_ids: Sequence[str]) -> dict[str, Spending]:
    """What the calls of each of these runs took; runs without a call are left out."""
    rows = store.read(
        "SELECT * FROM spending WHERE run_id IN (SELECT value FROM json_each(?)) ORDER BY run_id, model",
        (json.dumps(list(run_ids)),),
    )
    found: dict[str, Spending] = {}
    for row in rows:
        one = found.get(row["run_id"], Spending())
        amount = one.amount + Amount(row["tokens"], None if row["unpriced"] else row["micros"])
        currency = one.currency or row["currency"] or ""
        found[row["run_id"]] = Spending(amount, currency, (*one.models, row["model"]))
    return found


def calls_of(store: Store, run_id: str) -> dict[str, int]:
    """How many calls of a run are in which state, and `retries` in all."""
    rows = store.read(
        "SELECT state, COUNT(*) AS n, SUM(retries) AS retries FROM calls WHERE run_id = ? GROUP BY state",
        (run_id,),
    )
    found = {row["state"]: row["n"] for row in rows}
    return found | {"retries": sum(row["retries"] for row in rows)}


def accounting_of(store: Store, run_id: str, item: str) -> dict[str, Any]:
    """What the calls for one item of a run took: calls, tokens, money, models, retries, and calls repeated
    after a kill.
    """
    rows = store.read(
        "SELECT purpose, model, state, retries, prompt_tokens, completion_tokens, booked_tokens, micros, currency"
        " FROM calls WHERE run_id = ? AND item = ?",
        (run_id, item),
    )
    answered = [row for row in rows if row["state"] == "answered"]
    priced = [row["micros"] for row in rows if row["micros"] is not None]
    return {
        "models": {row["purpose"]: row["model"] for row in answered},
        "calls": len(answered),
        "failed_calls": sum(row["state"] == "failed" for row in rows),
        "repeated_after_kill": sum(row["state"] == "lost" for row in rows),
        "retries": sum(row["retries"] for row in rows),
        "prompt_tokens": sum(row["prompt_tokens"] or 0 for row in answered),
        "completion_tokens": sum(row["completion_tokens"] or 0 for row in answered),
        "booked_tokens": sum(row["booked_tokens"] for row in rows),
        "money": round(sum(priced) / 1e6, 6) if priced else None,
        "currency": next((row["currency"] for row in answered if row["currency"]), None),
    }


def answered_by(store: Store, run_id: str, purpose: str) -> dict[str, int]:
    """Each item of a run, and how many models have answered for this purpose in it."""
    rows = store.read(
        "SELECT item, COUNT(DISTINCT model) AS n FROM calls"
        " WHERE run_id = ? AND purpose = ? AND state = 'answered' GROUP BY item",
        (run_id, purpose),
    )
    return {row["item"]: row["n"] for row in rows}


async def plan_talks(store: Store, run_id: str, talks: Sequence[PlannedTalk]) -> bool:
    """Write plans down, all or none; False when a file name is taken by another talk."""
    statements = [
        (
            "INSERT INTO talks (run_id, number, plan, folder, file, state, scenario)"
            " VALUES (?, ?, ?, ?, ?, 'planned', ?)",
            (run_id, talk.number, _json(talk.plan), talk.folder, talk.file, _scenario_of(talk.plan)),
        )
        for talk in talks
    ]
    return await _unless_taken(store, *statements)


def _scenario_of(plan: Mapping[str, Any]) -> str:
    """The scenario's name, for lists."""
    scenario = plan.get("scenario")
    return str(scenario.get("name", "")) if isinstance(scenario, Mapping) else ""


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


async def rename_talk(store: Store, talk_id: int, file: str) -> bool:
    """Give a talk another file name; False when that is another talk's."""
    return await _unless_taken(store, ("UPDATE talks SET file = ? WHERE id = ?", (file, talk_id)))


async def _unless_taken(store: Store, *statements: Statement) -> bool:
    try:
        await store.write(*statements)
    except sqlite3.IntegrityError:
        return False
    return True


def names_in(store: Store, folder: str) -> set[str]:
    """File names in a folder that talks of any run have or will have."""
    return {row["file"] for row in store.read("SELECT file FROM talks WHERE folder = ?", (folder,))}


def talks_of(store: Store, run_id: str) -> list[PlannedTalk]:
    """The talks of a run in their order."""
    rows = store.read("SELECT * FROM talks WHERE run_id = ? ORDER BY number", (run_id,))
    return [_planned(row) for row in rows]


def find_talk(store: Store, run_id: str, number: int) -> PlannedTalk | None:
    """One talk of a run; None where there is none of that number."""
    rows = store.read("SELECT * FROM talks WHERE run_id = ? AND number = ?", (run_id, number))
    return _planned(rows[0]) if rows else None


def done_talks(store: Store, run_id: str) -> list[int]:
    """The numbers of a run's talks that have their file; plans are not read."""
    rows = store.read(
        "SELECT number FROM talks WHERE run_id = ? AND state = 'done' ORDER BY number", (run_id,)
    )
    return [row["number"] for row in rows]


def talks_in_file(store: Store, file: str) -> list[PlannedTalk]:
    """Finished talks whose file has this name, in whichever folder."""
    found = store.read("SELECT id FROM talks WHERE state = 'done' AND file = ?", (file,))  # walks an index
    ids = json.dumps([row["id"] for row in found])
    rows = store.read("SELECT * FROM talks WHERE id IN (SELECT value FROM json_each(?))", (ids,))
    return [_planned(row) for row in rows]


def _planned(row: sqlite3.Row) -> PlannedTalk:
    return PlannedTalk(
        row["id"],
        row["number"],
        json.loads(row["plan"]),
        row["folder"],
        row["file"],
        row["state"],
        row["reason"],
        row["run_id"],
    )


async def end_talk(store: Store, talk_id: int, state: str, reason: str = "") -> None:
    """`state`: done or failed."""
    await store.write(("UPDATE talks SET state = ?, reason = ? WHERE id = ?", (state, reason, talk_id)))


def turns_of(store: Store, talk_id: int) -> list[Turn]:
    """The stored turns of a talk in their order."""
    rows = store.read("SELECT * FROM turns WHERE talk_id = ? ORDER BY step", (talk_id,))
    return [Turn(row["step"], row["kind"], row["content"], json.loads(row["extra"])) for row in rows]


def keep_turn(talk_id: int, turn: Turn, call_id: str | None) -> Statement:
    """The statement that stores a turn."""
    return (
        "INSERT INTO turns (talk_id, step, kind, content, extra, call_id) VALUES (?, ?, ?, ?, ?, ?)",
        (talk_id, turn.step, turn.kind, turn.content, _json(turn.extra), call_id),
    )


def parts_of(store: Store, item: str) -> dict[str, Any]:
    """What is already distilled of an item, by key."""
    rows = store.read("SELECT key, value FROM parts WHERE item = ?", (item,))
    return {row["key"]: json.loads(row["value"]) for row in rows}


def keep_part(item: str, key: str, value: Any, call_id: str) -> Statement:
    """The statement that stores a distilled part; a second program doing the same work changes nothing."""
    return (
        "INSERT OR REPLACE INTO parts (item, key, value, call_id) VALUES (?, ?, ?, ?)",
        (item, key, _json(value), call_id),
    )


def _this_process() -> tuple[int, float]:
    return os.getpid(), psutil.Process().create_time()


def _alive(row: sqlite3.Row) -> bool:
    """Whether the process that works on a run still lives; a process number may have gone to another."""
    if row["pid"] is None:
        return False
    try:
        return bool(abs(psutil.Process(row["pid"]).create_time() - row["pid_started"]) < 1)
    except psutil.Error:
        return False


def stamps_of(store: Store) -> dict[str, str]:
    """Runs nobody works on at this moment, each with a stamp that changes whenever somebody has."""
    rows = store.read("SELECT id, kind, state, ended, pid, pid_started FROM runs ORDER BY rowid")
    return {
        row["id"]: f"{row['ended']} {row['pid_started']}"
        for row in rows
        if row["state"] != "running" or is_interrupted(row)
    }


def find_run(store: Store, run_id: str) -> Run:
    """A run that is in the ledger, by its id."""
    row = store.read("SELECT * FROM runs WHERE id = ?", (run_id,))[0]
    return Run(row["id"], row["kind"], json.loads(row["recipe"]), row["state"], row["created"])


def is_interrupted(row: sqlite3.Row) -> bool:
    """Whether a run says that it is going on, and the process that was at it is gone."""
    return row["state"] == "running" and not _alive(row)


def _nothing_to_continue(rows: Sequence[sqlite3.Row]) -> UsageError | DataError:
    if rows:
        return UsageError(
            t(
                f"运行 {rows[0]['id']} 仍在另一个进程中进行。",
                f"Run {rows[0]['id']} is still going on in another process.",
            ),
            t("等它结束，或先停止它。", "Wait for it, or stop it first."),
        )
    return UsageError(
        t("没有可以继续的运行。", "There is no run to continue."),
        t("去掉 --continue 开始新的。", "Leave --continue out to start a new one."),
    )
