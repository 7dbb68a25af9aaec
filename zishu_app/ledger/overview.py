"""What past runs were and what is left of them: lists with a search, for a window.

Only what a list shows is read: plans and texts stay where they are. 2,000 runs of 10 talks are listed and searched
within 50 ms (see the schema's second step); all of it blocks, so it is called where that does not matter.
"""

import json
import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from zishu_app.ledger.runs import Spending, is_interrupted, spending_of
from zishu_app.ledger.store import Store

#: most rows of a list, unless told otherwise
MANY = 200


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run as a list shows it."""

    id: str
    kind: str
    #: running, done, stopped, failed; or interrupted: said to be running, but its process is gone
    state: str
    reason: str
    #: local time, ISO
    created: str
    #: None while it runs
    ended: str | None
    recipe: Mapping[str, Any]
    #: dialogues of it: all, those with a file, those that failed
    talks: int
    done: int
    failed: int
    #: whole rounds that are stored
    rounds: int
    tokens: int
    #: money in millionths of `currency`; None: calls of which no price is known are among them
    micros: int | None
    currency: str
    models: tuple[str, ...]
    #: each once, in the order of the dialogues
    scenarios: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TalkRow:
    """One dialogue as a list shows it."""

    run_id: str
    #: 0-based within the run
    number: int
    talk_id: int
    scenario: str
    language: str
    #: planned, done, failed
    state: str
    reason: str
    rounds_done: int
    #: planned
    rounds: int
    #: the file it has or will have
    path: Path
    created: str


def list_runs(
    store: Store, kind: str | None = None, search: str = "", limit: int = MANY, offset: int = 0
) -> list[RunRow]:
    """Runs, newest first. `search`: words that must all occur, in upper or lower case, in the run's id, its
    scenarios, models or folders.
    """
    asked: _Asked = [("kind = ?", (kind,))] if kind else []
    ids = _ids(store, "runs", [*asked, *_searched(_IN_RUN, search)], "rowid DESC", (limit, offset))
    return _rows(store, ids)


def find_run(store: Store, kind: str, run_id: str) -> RunRow | None:
    """One run; None where there is none of that kind."""
    return next((run for run in _rows(store, [run_id]) if run.kind == kind), None)


def unfinished(store: Store) -> list[RunRow]:
    """Runs nobody works on any more that have something left to do, newest first."""
    rows = store.read("SELECT id FROM runs WHERE state != 'done' ORDER BY rowid DESC")
    return [run for run in _rows(store, [row["id"] for row in rows]) if run.state != "running" and _left(run)]


def list_talks(  # noqa: PLR0913 - a list, which of it, and how much of it
    store: Store,
    run_id: str | None = None,
    search: str = "",
    *,
    only_done: bool = False,
    limit: int = MANY,
    offset: int = 0,
) -> list[TalkRow]:
    """Dialogues, those of the newest run first, in the order of their numbers. `search`: words that must all
    occur, in upper or lower case, in scenario, file, folder or run.
    """
    asked: _Asked = [("run_id = ?", (run_id,))] if run_id else []
    asked += [("state = 'done'", ())] if only_done else []
    ids = _ids(store, "talks", [*asked, *_searched(_IN_TALK, search)], "run_id DESC, number", (limit, offset))
    return _talk_rows(store, ids)


#: conditions and their values
_Asked = list[tuple[str, tuple[Any, ...]]]

#: where a word is looked for; SQLite looks at 20,000 dialogues in a fifth of the time it takes to hand them over
_LIKE = r"LIKE ? ESCAPE '\'"
_IN_TALK = tuple(f"{column} {_LIKE}" for column in ("run_id", "scenario", "folder", "file"))
_IN_RUN = (
    f"id {_LIKE}",
    f"EXISTS (SELECT 1 FROM spending WHERE run_id = runs.id AND model {_LIKE})",
    f"EXISTS (SELECT 1 FROM talks WHERE run_id = runs.id AND scenario || char(10) || folder {_LIKE})",
    *(f"json_extract(recipe, '$.{key}') {_LIKE}" for key in ("input", "output", "distilled_dir")),
)
#: words of a search, and characters of a word; nobody types more, but may paste it
MOST_WORDS, LONGEST_WORD = 16, 200


def _searched(places: Sequence[str], search: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """One condition a word: it occurs in one of the places."""
    for word in search.split()[:MOST_WORDS]:
        patterns = [f"%{_MARKS.sub(_marked, spelling)}%" for spelling in _spellings(word[:LONGEST_WORD])]
        pairs = [(place, pattern) for place in places for pattern in patterns]
        yield f"({' OR '.join(place for place, _ in pairs)})", tuple(pattern for _, pattern in pairs)


#: what LIKE does not take as it stands
_MARKS = re.compile(r"[%_\\]")


def _marked(found: re.Match[str]) -> str:
    return f"\\{found[0]}"


def _spellings(word: str) -> list[str]:
    """SQLite knows upper and lower case of A to Z only."""
    if word.isascii():
        return [word]
    return list(dict.fromkeys((word, word.lower(), word.upper(), word.capitalize())))


def _ids(store: Store, table: str, asked: _Asked, order: str, part: tuple[int, int]) -> list[Any]:
    where = " AND ".join(["TRUE", *(sql for sql, _ in asked)])
    values = [value for _, given in asked for value in given]
    rows = store.read(
        f"SELECT id FROM {table} WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?",  # noqa: S608
        (*values, *part),
    )
    return [row["id"] for row in rows]


@dataclass(slots=True)
class _Held:
    """The dialogues of a run, counted."""

    talks: int = 0
    done: int = 0
    failed: int = 0
    rounds: int = 0
    #: in their order, each once
    scenarios: dict[str, None] = field(default_factory=dict)


def _rows(store: Store, run_ids: Sequence[str]) -> list[RunRow]:
    """The rows of these runs, in this order."""
    wanted = (json.dumps(run_ids),)
    rows = store.read("SELECT * FROM runs WHERE id IN (SELECT value FROM json_each(?))", wanted)
    by_id = {row["id"]: row for row in rows}
    held, spending = _held(store, run_ids), spending_of(store, run_ids)
    nothing, unspent = _Held(), Spending()
    return [
        _row(by_id[run_id], held.get(run_id, nothing), spending.get(run_id, unspent))
        for run_id in run_ids
        if run_id in by_id
    ]


def _held(store: Store, run_ids: Sequence[str]) -> dict[str, _Held]:
    rows = store.read(
        "SELECT run_id, state, scenario, COALESCE(rounds, 0) FROM talks LEFT JOIN answered ON talk_id = id"
        " WHERE run_id IN (SELECT value FROM json_each(?)) ORDER BY run_id, number",
        (json.dumps(run_ids),),
    )
    found: dict[str, _Held] = {}
    for run_id, state, scenario, rounds in rows:
        held = found.setdefault(run_id, _Held())
        held.talks += 1
        held.done += state == "done"
        held.failed += state == "failed"
        held.rounds += rounds
        if scenario:
            held.scenarios[scenario] = None
    return found


def _row(row: sqlite3.Row, held: _Held, spending: Spending) -> RunRow:
    return RunRow(
        id=row["id"],
        kind=row["kind"],
        state="interrupted" if is_interrupted(row) else row["state"],
        reason=row["reason"],
        created=row["created"],
        ended=row["ended"],
        recipe=json.loads(row["recipe"]),
        talks=held.talks,
        done=held.done,
        failed=held.failed,
        rounds=held.rounds,
        tokens=spending.amount.tokens,
        micros=spending.amount.micros,
        currency=spending.currency,
        models=spending.models,
        scenarios=tuple(held.scenarios),
    )


def _left(run: RunRow) -> bool:
    """Whether going on with it would do anything, as far as the ledger knows.

    Only the files can tell how far distilling got: there, whatever was not closed as done may have something left.
    """
    if run.kind != "generate":
        return True
    return run.talks > 0 and (run.done < run.talks or bool(run.recipe.get("distil")))


def _talk_rows(store: Store, talk_ids: Sequence[int]) -> list[TalkRow]:
    """The rows of these dialogues, in this order."""
    rows = store.read(
        "SELECT run_id, number, id, scenario, json_extract(plan, '$.scenario.language'), state, reason,"
        " COALESCE(rounds, 0), json_extract(plan, '$.rounds'), folder, file, json_extract(plan, '$.created_at')"
        " FROM talks LEFT JOIN answered ON talk_id = id WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(talk_ids),),
    )
    found = {row["id"]: _talk_row(row) for row in rows}
    return [found[talk_id] for talk_id in talk_ids if talk_id in found]


def _talk_row(row: sqlite3.Row) -> TalkRow:
    run_id, number, talk_id, scenario, language, state, reason, done, rounds, folder, file, created = row
    return TalkRow(
        run_id=run_id,
        number=number,
        talk_id=talk_id,
        scenario=scenario,
        language=language or "",
        state=state,
        reason=reason,
        rounds_done=done,
        rounds=rounds or 0,
        path=Path(folder) / file,
        created=created or "",
    )
