"""Answered calls, and what was made of each: how a sample's provenance gets down to single calls."""

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from zishu_app.ledger.store import Store


@dataclass(frozen=True, slots=True)
class AnsweredCall:
    """One answer: who gave it to which question, and what it took."""

    id: str
    run: str
    #: 'user', 'assistant', 'summary', 'extract', 'final'
    purpose: str
    model: str
    #: temperature, longest answer ...
    params: dict[str, Any]
    seed: int | None
    #: as the endpoint told; None where it did not
    prompt_tokens: int | None
    completion_tokens: int | None
    #: what the budget counted, failed attempts included
    tokens: int
    #: in `currency`, with failed attempts; None: no known price
    money: float | None
    currency: str
    seconds: float | None


def calls_of_turns(store: Store, talk_id: int) -> list[tuple[int | None, AnsweredCall]]:
    """The calls a dialogue was made by, in their order, each with the number of the message it became (from 0).

    None instead of a number: notes on what the models could no longer be shown.
    """
    rows = store.read(
        f"SELECT turns.kind, {_CALL} FROM turns LEFT JOIN calls ON calls.id = turns.call_id"  # noqa: S608
        " WHERE talk_id = ? ORDER BY turns.step",
        (talk_id,),
    )
    found: list[tuple[int | None, AnsweredCall]] = []
    spoken = 0
    for row in rows:
        said = row["kind"] != "summary"
        if row["id"] is not None:  # the first message is the scenario's own
            found.append((spoken if said else None, _call(row)))
        spoken += said
    return found


def call_of_turn(store: Store, talk_id: int, step: int) -> AnsweredCall | None:
    """The call one turn was made by; None where it was made by none."""
    rows = store.read(
        f"SELECT {_CALL} FROM turns JOIN calls ON calls.id = turns.call_id WHERE talk_id = ? AND turns.step = ?",  # noqa: S608
        (talk_id, step),
    )
    return _call(rows[0]) if rows else None


def calls_of_parts(store: Store, item: str) -> dict[str, AnsweredCall]:
    """The calls of a distillation by what became of them: 'chunk 3/1' (chunk 3, first try), 'level 1 group 0/1',
    'final/1'.
    """
    rows = store.read(
        f"SELECT parts.key, {_CALL} FROM parts JOIN calls ON calls.id = parts.call_id"  # noqa: S608
        " WHERE parts.item = ? ORDER BY parts.key",
        (item,),
    )
    return {row["key"]: _call(row) for row in rows}


_CALL = (
    "calls.id, run_id, purpose, model, params, prompt_tokens, completion_tokens, booked_tokens, micros, currency,"
    " seconds"
)


def _call(row: sqlite3.Row) -> AnsweredCall:
    params = json.loads(row["params"])
    return AnsweredCall(
        id=row["id"],
        run=row["run_id"],
        purpose=row["purpose"],
        model=row["model"],
        seed=params.pop("seed", None),
        params=params,
        prompt_tokens=row["prompt_tokens"],
        completion_tokens=row["completion_tokens"],
        tokens=row["booked_tokens"],
        money=None if row["micros"] is None else round(row["micros"] / 1e6, 6),
        currency=row["currency"] or "",
        seconds=row["seconds"],
    )
