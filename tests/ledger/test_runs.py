"""Which run is taken up again, and what belongs to it."""

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.books import accounts_on, asker, ledger, nothing_kept, question, scripted, speaker
from zishu_app.core.clock import ScriptedClock
from zishu_app.core.errors import UsageError
from zishu_app.ledger.budget import Amount
from zishu_app.ledger.runs import (
    PlannedTalk,
    Run,
    Turn,
    continue_run,
    end_run,
    end_talk,
    keep_part,
    keep_turn,
    lose_open_calls,
    names_in,
    parts_of,
    plan_talks,
    rename_talk,
    spent,
    start_run,
    talks_of,
    turns_of,
)
from zishu_app.ledger.store import Store, open_ledger

CLOCK = ScriptedClock()
ROOT = Path(__file__).resolve().parents[2]


async def stopped(store: Store, kind: str = "generate", state: str = "stopped") -> Run:
    run = await start_run(store, kind, {"seed": 7, "名": "值"}, CLOCK)
    await end_run(store, run, state, "", CLOCK)
    return run


async def held_by(store: Store, run: Run, pid: int, started: float) -> None:
    await store.write(("UPDATE runs SET pid = ?, pid_started = ? WHERE id = ?", (pid, started, run.id)))


async def test_the_newest_unfinished_run_is_taken_up(store: Store) -> None:
    await stopped(store)
    newest = await stopped(store)
    await stopped(store, state="done")
    await stopped(store, "distill")
    taken = await continue_run(store, "generate")
    assert taken.id == newest.id and taken.recipe == {"seed": 7, "名": "值"} and taken.state == "running"


async def test_a_named_run_is_taken_up_even_when_it_is_done(store: Store) -> None:
    wanted = await stopped(store, state="done")
    await stopped(store)
    assert (await continue_run(store, "generate", wanted.id)).id == wanted.id


async def test_a_run_that_another_process_is_at_is_refused(store: Store) -> None:
    run = await start_run(store, "generate", {}, CLOCK)
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)  # noqa: ASYNC220
    try:
        await held_by(store, run, process.pid, psutil.Process(process.pid).create_time())
        for name in ("", run.id):
            with pytest.raises(UsageError) as caught:
                await continue_run(store, "generate", name)
            assert run.id in caught.value.message
    finally:
        process.communicate(b"\n")
    assert (await continue_run(store, "generate")).id == run.id  # it has ended: a killed run


async def test_a_process_number_that_went_to_another_is_no_hindrance(store: Store) -> None:
    run = await start_run(store, "generate", {}, CLOCK)
    await held_by(store, run, os.getpid(), psutil.Process().create_time() - 500)
    assert (await continue_run(store, "generate")).id == run.id


async def test_only_one_of_two_gets_it(store: Store) -> None:
    run = await stopped(store)
    await continue_run(store, "generate")
    with pytest.raises(UsageError, match=run.id):
        await continue_run(store, "generate")


@pytest.mark.parametrize("name", ["", "20260101-000000-abcdef"])
async def test_nothing_to_continue_is_told(store: Store, name: str) -> None:
    await stopped(store, state="done")
    with pytest.raises(UsageError) as caught:
        await continue_run(store, "generate", name)
    assert caught.value.hint and "still" not in caught.value.message


async def test_two_talks_cannot_have_one_file(store: Store) -> None:
    run = await start_run(store, "generate", {}, CLOCK)
    assert await plan_talks(store, run.id, [PlannedTalk(0, 0, {"a": 1}, "/f", "x.json", "planned")])
    free = PlannedTalk(0, 1, {}, "/f", "y.json", "planned")
    assert not await plan_talks(store, run.id, [free, PlannedTalk(0, 2, {}, "/f", "x.json", "planned")])
    assert len(talks_of(store, run.id)) == 1  # all or none
    assert await plan_talks(store, run.id, [free, PlannedTalk(0, 2, {}, "/g", "x.json", "planned")])
    assert names_in(store, "/f") == {"x.json", "y.json"}
    first, second, third = talks_of(store, run.id)
    assert (first.number, first.plan, first.file, first.state) == (0, {"a": 1}, "x.json", "planned")
    assert not await rename_talk(store, second.id, "x.json") and await rename_talk(store, second.id, "z.json")
    await end_talk(store, first.id, "failed", "why")
    await end_talk(store, second.id, "done")
    first, second, third = talks_of(store, run.id)
    assert (first.state, first.reason, second.state, second.file) == ("failed", "why", "done", "z.json")


async def test_turns_and_parts_come_back_as_they_were(store: Store) -> None:
    turns = [Turn(0, "user", "你好\n", {}), Turn(1, "assistant", "“嗯”", {"left_out": 2, "list": [1, "二"]})]
    await store.write(*(keep_turn(3, turn, None) for turn in turns))
    assert turns_of(store, 3) == turns and turns_of(store, 4) == []
    await store.write(keep_part("item", "chunk 0/1", "回答", "c1"))
    await store.write(keep_part("item", "chunk 0/1", "again", "c2"))
    assert parts_of(store, "item") == {"chunk 0/1": "again"}


async def test_lost_calls_stay_booked(store: Store, tmp_path: Path) -> None:
    accounts = accounts_on(store)
    stream = accounts.ask(asker(), speaker(scripted(["one two"])), question(), nothing_kept)
    async for _ in stream:
        break
    await stream.aclose()  # type: ignore[attr-defined]
    again = open_ledger(ledger(tmp_path))
    assert await lose_open_calls(again, "run") == 1
    assert await lose_open_calls(again, "run") == 0
    assert spent(again, "run") == Amount(111, None)
    assert spent(again, "other") == Amount(0, 0)
    again.close()
