"""A ledger of any age becomes today's; one of tomorrow is refused."""

import os
import random
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.books import ledger
from zishu_app.core.errors import DataError
from zishu_app.ledger.overview import list_runs
from zishu_app.ledger.schema import STEPS
from zishu_app.ledger.store import open_ledger

ROOT = Path(__file__).resolve().parents[2]

OPEN = """
import asyncio, sys, time
from pathlib import Path
from zishu_app.ledger.store import open_ledger
time.sleep(max(0.0, float(sys.argv[2]) - time.time()))  # all at the same moment
store = open_ledger(Path(sys.argv[1]))
asyncio.run(store.write(("INSERT INTO parts (item, key, value) VALUES ('i', ?, '1')", (sys.argv[3],))))
store.close()
"""


def shape(path: Path) -> list[tuple[str, str]]:
    """Every table and index, column by column."""
    with sqlite3.connect(path) as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_schema ORDER BY name")]
        found = [(name, str(connection.execute(f"PRAGMA table_info({name})").fetchall())) for name in names]
    connection.close()
    return found


def of_version(path: Path, version: int) -> None:
    connection = sqlite3.connect(path)
    for step in STEPS[:version]:
        connection.executescript(step)
    connection.execute(f"PRAGMA user_version = {version}")
    connection.close()


def test_a_fresh_one_has_todays_form(tmp_path: Path) -> None:
    store = open_ledger(ledger(tmp_path))
    assert store.read("PRAGMA user_version")[0][0] == len(STEPS)
    assert store.read("PRAGMA journal_mode")[0][0] == "wal"
    store.close()


def test_opened_again_it_keeps_what_it_has(tmp_path: Path) -> None:
    store = open_ledger(ledger(tmp_path))
    store.close()
    with sqlite3.connect(ledger(tmp_path)) as connection:
        connection.execute("INSERT INTO parts (item, key, value) VALUES ('i', 'k', '1')")
    connection.close()
    store = open_ledger(ledger(tmp_path))
    assert store.read("SELECT COUNT(*) FROM parts")[0][0] == 1
    store.close()


@pytest.mark.parametrize("version", range(len(STEPS) + 1))
def test_every_earlier_version_is_brought_up_to_date(tmp_path: Path, version: int) -> None:
    open_ledger(tmp_path / "fresh.sqlite").close()
    of_version(ledger(tmp_path), version)
    open_ledger(ledger(tmp_path)).close()
    assert shape(ledger(tmp_path)) == shape(tmp_path / "fresh.sqlite")


CALL = "INSERT INTO calls (id, run_id, item, purpose, step, model, params, state, opened, booked_tokens, micros, currency)"


def call(number: int, run: str, model: str, *spent: object) -> tuple[str, tuple[object, ...]]:
    return f"{CALL} VALUES (?, ?, '0', 'user', 0, ?, '{{}}', 'open', '', ?, ?, ?)", (
        str(number),
        run,
        model,
        *spent,
    )


def test_what_an_old_one_holds_is_listed(tmp_path: Path) -> None:
    of_version(ledger(tmp_path), 1)
    plan = '{"scenario": {"name": "面包", "language": "zh"}, "rounds": 5}'
    with sqlite3.connect(ledger(tmp_path)) as connection:
        connection.execute(
            "INSERT INTO runs (id, kind, recipe, state, created) VALUES ('r', 'generate', '{}', 'done', '')"
        )
        for number, text in enumerate((plan, "{}")):
            connection.execute(
                "INSERT INTO talks (run_id, number, plan, folder, file, state) VALUES ('r', ?, ?, '/f', ?, 'done')",
                (number, text, f"{number}.json"),
            )
        connection.execute(
            "INSERT INTO turns VALUES (1, 0, 'user', 'x', '{}', NULL), (1, 1, 'assistant', 'x', '{}', NULL)"
        )
        for number, spent in enumerate([("a", 10, 4, None), ("a", 20, 5, "CNY"), ("b", 7, None, None)]):
            connection.execute(*call(number, "r", *spent))
    connection.close()
    store = open_ledger(ledger(tmp_path))
    (run,) = list_runs(store, search="面包")
    assert (run.talks, run.rounds, run.scenarios, run.models) == (2, 1, ("面包",), ("a", "b"))
    assert (run.tokens, run.micros, run.currency) == (37, None, "CNY")
    store.close()


@pytest.mark.parametrize("seed", range(5))
def test_spending_is_always_the_sum_of_the_calls(tmp_path: Path, seed: int) -> None:
    open_ledger(ledger(tmp_path)).close()
    dice = random.Random(seed)
    connection = sqlite3.connect(ledger(tmp_path))
    for number in range(60):
        spent = dice.randint(0, 99), dice.choice([None, dice.randint(0, 99)]), dice.choice([None, "CNY"])
        connection.execute(*call(number, dice.choice("rs"), dice.choice("ab"), *spent))
        change = dice.randint(0, 99), dice.choice([None, 0, 5]), str(dice.randint(0, number))
        connection.execute(
            "UPDATE calls SET booked_tokens = ?, micros = ?, currency = 'CNY' WHERE id = ?", change
        )
        connection.execute("UPDATE calls SET state = 'lost' WHERE id = ?", (str(dice.randint(0, number)),))
    summed = connection.execute(
        "SELECT run_id, model, SUM(booked_tokens), COALESCE(SUM(micros), 0), COUNT(*) - COUNT(micros), MAX(currency)"
        " FROM calls GROUP BY run_id, model ORDER BY run_id, model"
    ).fetchall()
    assert connection.execute("SELECT * FROM spending ORDER BY run_id, model").fetchall() == summed
    assert len(summed) == 4
    connection.close()


def test_a_newer_one_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    of_version(ledger(tmp_path), len(STEPS))
    with sqlite3.connect(ledger(tmp_path)) as connection:
        connection.execute(f"PRAGMA user_version = {len(STEPS) + 1}")
    connection.close()
    with pytest.raises(DataError) as caught:
        open_ledger(ledger(tmp_path))
    assert "--home" in caught.value.hint
    with sqlite3.connect(ledger(tmp_path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone()[0] == len(STEPS) + 1
    connection.close()


def test_several_processes_open_a_fresh_one_at_once(tmp_path: Path) -> None:
    import time

    start = str(time.time() + 1.5)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", OPEN, str(ledger(tmp_path)), start, str(number)],
            cwd=ROOT,
            env=environment,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(6)
    ]
    for process in processes:
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
    store = open_ledger(ledger(tmp_path))
    assert store.read("SELECT COUNT(*) FROM parts")[0][0] == 6
    store.close()
