"""What past runs were, for lists: counted right, found again, and said to be interrupted when they are."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil
import pytest

from zishu_app.core.clock import ScriptedClock
from zishu_app.ledger.overview import RunRow, list_runs, list_talks, unfinished
from zishu_app.ledger.runs import (
    PlannedTalk,
    Run,
    Turn,
    end_run,
    end_talk,
    keep_turn,
    plan_talks,
    rename_talk,
    start_run,
    talks_of,
)
from zishu_app.ledger.store import Store

CLOCK = ScriptedClock()


async def run_of(store: Store, *scenarios: str, kind: str = "generate", **recipe: Any) -> Run:
    """A run with one dialogue a scenario, in /talks/<scenario>, as one second after the other."""
    run = await start_run(store, kind, recipe, CLOCK)
    await CLOCK.sleep(1)
    talks = [
        PlannedTalk(0, number, plan(name), f"/talks/{name}", f"{name}_{run.id}_{number}.json", "planned")
        for number, name in enumerate(scenarios)
    ]
    assert await plan_talks(store, run.id, talks)
    return run


def plan(scenario: str, rounds: int = 9) -> dict[str, Any]:
    return {
        "scenario": {"name": scenario, "language": "zh"},
        "rounds": rounds,
        "created_at": "2026-01-12T16:54:04",
    }


async def ended(store: Store, state: str, *scenarios: str, **options: Any) -> Run:
    run = await run_of(store, *scenarios, **options)
    await end_run(store, run, state, "why", CLOCK)
    return run


async def speak(store: Store, run: Run, number: int, kinds: Sequence[str]) -> None:
    talk_id = talks_of(store, run.id)[number].id
    await store.write(
        *(keep_turn(talk_id, Turn(step, kind, "x", {}), None) for step, kind in enumerate(kinds))
    )


async def call(store: Store, run: Run, number: int, model: str, *spent: Any) -> None:
    """`spent`: tokens, micros, currency."""
    await store.write(
        (
            "INSERT INTO calls (id, run_id, item, purpose, step, model, params, state, opened, booked_tokens, micros,"
            " currency) VALUES (?, ?, '0', 'user', 0, ?, '{}', 'answered', '', ?, ?, ?)",
            (f"{run.id}-{number}", run.id, model, *spent),
        )
    )


def ids(rows: Sequence[RunRow]) -> list[str]:
    return [row.id for row in rows]


async def test_a_run_says_what_it_was(store: Store) -> None:
    run = await run_of(store, "面包", "Q&A", "面包", "茶", distil=True)
    await speak(store, run, 0, ["user", "assistant", "summary", "user", "assistant", "user"])
    await speak(store, run, 1, ["user", "assistant"])
    first, second, *_ = talks_of(store, run.id)
    await end_talk(store, first.id, "done")
    await end_talk(store, second.id, "failed", "why")
    await call(store, run, 0, "b/two", 100, 7, None)
    await call(store, run, 1, "a/one", 20, 3, "CNY")
    await call(store, run, 2, "b/two", 3, 1, "CNY")
    (row,) = list_runs(store)
    assert row == RunRow(
        id=run.id,
        kind="generate",
        state="running",
        reason="",
        created=run.created,
        ended=None,
        recipe={"distil": True},
        talks=4,
        done=1,
        failed=1,
        rounds=3,
        tokens=123,
        micros=11,
        currency="CNY",
        models=("a/one", "b/two"),
        scenarios=("面包", "Q&A", "茶"),
    )
    await end_run(store, run, "stopped", "enough", CLOCK)
    (row,) = list_runs(store)
    assert (row.state, row.reason, row.ended) == ("stopped", "enough", CLOCK.now().isoformat())


async def test_money_that_nobody_knows_is_none(store: Store) -> None:
    run = await run_of(store)
    await call(store, run, 0, "a/one", 100, 7, "CNY")
    await call(store, run, 1, "local", 5, None, None)
    (row,) = list_runs(store)
    assert (row.tokens, row.micros, row.currency) == (105, None, "CNY")


async def test_a_run_that_did_nothing_yet(store: Store) -> None:
    await run_of(store, kind="distill")
    (row,) = list_runs(store)
    assert (row.talks, row.rounds, row.tokens, row.micros, row.currency) == (0, 0, 0, 0, "")
    assert row.models == row.scenarios == ()


async def test_runs_come_newest_first_by_kind_and_in_parts(store: Store) -> None:
    runs = [await run_of(store, kind="distill" if n % 3 == 0 else "generate") for n in range(7)]
    newest = [run.id for run in reversed(runs)]
    assert ids(list_runs(store)) == newest
    assert ids(list_runs(store, limit=2, offset=3)) == newest[3:5]
    assert ids(list_runs(store, "distill")) == [newest[0], newest[3], newest[6]]
    assert ids(list_runs(store, "distill", search="-", limit=1, offset=1)) == [newest[3]]
    assert list_runs(store, "other") == list_runs(store, offset=7) == []


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("", [2, 1, 0]),
        ("  \n", [2, 1, 0]),
        ("面包", [0]),
        ("Q&A", [1]),
        ("q&a", [1]),
        ("science", [1]),
        ("SCIENCE deepseek", [1]),
        ("DeepSeek", [1, 0]),
        ("deepseek 面包", [0]),
        ("面包 science", []),
        ("über", [1]),
        ("ÜBER", [1]),
        ("/talks/", [1, 0]),
        ("talks/烤", [0]),
        ("in.json", [2]),
        ("elsewhere", [2]),
        ("%", []),
        ("_", [0]),
        ("\\", [2]),
        ("settings", []),
        ("'; DROP TABLE runs; --", []),
        ("x" * 90_000, []),
        ("面 " * 3000, [0]),
    ],
)
async def test_a_search_finds_runs_by_all_its_words(store: Store, search: str, found: list[int]) -> None:
    settings = {"settings": {"teacher.model": "q"}}
    runs = [
        await run_of(store, "烤面包_入门", "其他", **settings),
        await run_of(store, "Science Q&A", "Über Brot", **settings),
        await run_of(store, kind="distill", input="/srv/me/in.json", output="D:\\elsewhere", **settings),
    ]
    await call(store, runs[0], 0, "deepseek/chat", 1, 1, "CNY")
    await call(store, runs[1], 0, "deepseek/chat", 1, 1, "CNY")
    assert ids(list_runs(store, search=search)) == [runs[number].id for number in found]


async def test_a_run_is_found_by_its_number(store: Store) -> None:
    runs = [await run_of(store) for _ in range(3)]
    assert ids(list_runs(store, search=runs[1].id.upper())) == [runs[1].id]


async def held_by(store: Store, run: Run, pid: int | None, started: float) -> None:
    await store.write(("UPDATE runs SET pid = ?, pid_started = ? WHERE id = ?", (pid, started, run.id)))


async def test_a_run_whose_process_is_gone_was_interrupted(store: Store) -> None:
    runs = [await run_of(store, "a") for _ in range(3)]
    own = psutil.Process().create_time()
    await held_by(store, runs[0], os.getpid(), own - 500)  # its number went to another
    await held_by(store, runs[1], None, 0)
    assert [row.state for row in list_runs(store)] == ["running", "interrupted", "interrupted"]
    assert ids(unfinished(store)) == [runs[1].id, runs[0].id]


async def test_what_has_something_left_is_unfinished(store: Store) -> None:
    await ended(store, "done", "a")
    stopped = await ended(store, "stopped", "a", "b")
    failed = await ended(store, "failed", "a")
    distilling = await ended(store, "stopped", kind="distill")
    for recipe in ({"distil": True}, {"distil": False}):
        whole = await ended(store, "stopped", "a", **recipe)
        await end_talk(store, talks_of(store, whole.id)[0].id, "done")
        if recipe["distil"]:
            not_distilled = whole
    await ended(store, "stopped", distil=True)  # not even planned: nothing to go on with
    await run_of(store, "a")  # this process is at it
    rows = unfinished(store)
    assert ids(rows) == [not_distilled.id, distilling.id, failed.id, stopped.id]
    assert [(row.talks, row.done) for row in rows] == [(1, 1), (0, 0), (1, 0), (2, 0)]


async def test_a_dialogue_says_what_it_is(store: Store) -> None:
    run = await run_of(store, "a", "b")
    await speak(store, run, 1, ["user", "assistant", "user", "assistant", "user"])
    talk = talks_of(store, run.id)[1]
    await rename_talk(store, talk.id, "other.json")
    await end_talk(store, talk.id, "failed", "why")
    row = list_talks(store)[1]
    assert (row.run_id, row.number, row.talk_id, row.scenario, row.language) == (
        run.id,
        1,
        talk.id,
        "b",
        "zh",
    )
    assert (row.state, row.reason, row.rounds_done, row.rounds) == ("failed", "why", 2, 9)
    assert (row.path, row.created) == (Path("/talks/b/other.json"), "2026-01-12T16:54:04")


async def test_dialogues_come_by_run_and_number(store: Store) -> None:
    runs = [await run_of(store, *(f"s{number}" for number in range(3))) for _ in range(3)]
    await end_talk(store, talks_of(store, runs[1].id)[1].id, "done")
    every = [(run.id, number) for run in reversed(runs) for number in range(3)]

    def keys(**options: Any) -> list[tuple[str, int]]:
        return [(row.run_id, row.number) for row in list_talks(store, **options)]

    assert keys() == every
    assert keys(limit=4, offset=2) == every[2:6]
    assert keys(run_id=runs[0].id) == every[6:]
    assert keys(only_done=True) == keys(run_id=runs[1].id, only_done=True) == [(runs[1].id, 1)]
    assert keys(run_id=runs[0].id, only_done=True) == []
    assert keys(search="S1") == [(run.id, 1) for run in reversed(runs)]
    assert keys(search=f"s1 {runs[2].id}") == [(runs[2].id, 1)]
    assert keys(search="talks/s2 .JSON", limit=1, offset=1) == [(runs[1].id, 2)]
    assert keys(search="s1 s2") == keys(search="%") == []


async def test_a_plan_of_another_form_is_listed_all_the_same(store: Store) -> None:
    run = await start_run(store, "generate", {}, CLOCK)
    assert await plan_talks(store, run.id, [PlannedTalk(0, 0, {"scenario": "?"}, "/f", "x.json", "planned")])
    (row,) = list_talks(store)
    assert (row.scenario, row.language, row.rounds, row.created) == ("", "", 0, "")
    assert list_runs(store)[0].scenarios == ()
