"""The ledger's file: what was awaited is on disk, whatever happens next."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.books import ledger
from zishu_app.core.errors import DataError, ZishuError
from zishu_app.ledger.store import Statement, Store, open_ledger

ROOT = Path(__file__).resolve().parents[2]


def part(key: str, value: str = "1") -> Statement:
    return ("INSERT INTO parts (item, key, value) VALUES ('item', ?, ?)", (key, value))


def keys(store: Store) -> set[str]:
    return {row["key"] for row in store.read("SELECT key FROM parts")}


def child(code: str, *arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


WRITE_AND_DIE = """
import asyncio, os, signal, sys
from pathlib import Path
from zishu_app.ledger.store import Store, open_ledger
async def main():
    store = open_ledger(Path(sys.argv[1]))
    for number in range(20):
        await store.write(("INSERT INTO parts (item, key, value) VALUES ('item', ?, '1')", (str(number),)))
    os.kill(os.getpid(), signal.SIGKILL)
asyncio.run(main())
"""

WRITE_MANY = """
import asyncio, sys
from pathlib import Path
from zishu_app.ledger.store import Store, open_ledger
async def main():
    store = open_ledger(Path(sys.argv[1]))
    writes = [
        store.write(("INSERT INTO parts (item, key, value) VALUES (?, ?, '1')", (sys.argv[2], str(n))))
        for n in range(100)
    ]
    await asyncio.gather(*writes)
    store.close()
asyncio.run(main())
"""


def test_what_was_awaited_survives_a_kill(tmp_path: Path) -> None:
    process = child(WRITE_AND_DIE, str(ledger(tmp_path)))
    _, errors = process.communicate(timeout=30)
    assert process.returncode == -signal.SIGKILL, errors
    store = open_ledger(ledger(tmp_path))
    assert keys(store) == {str(number) for number in range(20)}
    store.close()


def test_several_processes_write_at_once(tmp_path: Path) -> None:
    processes = [child(WRITE_MANY, str(ledger(tmp_path)), f"p{number}") for number in range(4)]
    for process in processes:
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
    store = open_ledger(ledger(tmp_path))
    assert store.read("SELECT COUNT(*) FROM parts")[0][0] == 400
    store.close()


async def test_rows_changed_are_told(store: Store) -> None:
    assert await store.write(part("a"), part("b")) == [1, 1]
    assert await store.write(("UPDATE parts SET value = '2'", ())) == [2]


async def test_many_writes_share_commits(store: Store) -> None:
    other = open_ledger(store.path)
    await asyncio.gather(*(store.write(part(str(number))) for number in range(200)))
    assert len(keys(other)) == 200
    other.close()
    connection = sqlite3.connect(store.path)
    frames = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()[1]
    connection.close()
    # a commit of one row alone is a page of its own or more: 200 of them would be 200 frames at least
    assert 0 < frames < 100


async def test_a_broken_constraint_undoes_only_its_own_write(store: Store) -> None:
    await store.write(part("taken"))
    results = await asyncio.gather(
        store.write(part("before")),
        store.write(part("half"), part("taken")),
        store.write(part("after")),
        return_exceptions=True,
    )
    assert results[0] == [1] and results[2] == [1]
    assert isinstance(results[1], sqlite3.IntegrityError)
    assert keys(store) == {"taken", "before", "after"}


@pytest.mark.parametrize(
    "value", ["\ud83d", 2**70, object()], ids=["half a character", "huge", "no SQL value"]
)
async def test_a_value_that_cannot_be_stored_undoes_only_its_own_write(store: Store, value: object) -> None:
    results = await asyncio.wait_for(
        asyncio.gather(
            store.write(part("before")),
            store.write(
                part("half"), ("INSERT INTO parts (item, key, value) VALUES ('i', 'k', ?)", (value,))
            ),
            store.write(part("after")),
            return_exceptions=True,
        ),
        5,
    )
    assert isinstance(results[1], Exception)
    assert await asyncio.wait_for(store.write(part("later")), 5) == [1]
    assert keys(store) == {"before", "after", "later"}


async def test_a_disk_that_is_full_is_told_and_the_next_write_works(store: Store) -> None:
    pages = store.read("PRAGMA page_count")[0][0]
    await store.write((f"PRAGMA max_page_count = {pages + 2}", ()))
    with pytest.raises(ZishuError) as caught:
        await asyncio.wait_for(store.write(part("big", "x" * 100_000)), 5)
    assert caught.value.hint
    assert await asyncio.wait_for(store.write(part("small")), 5) == [1]
    assert keys(store) == {"small"}


async def test_cancelling_the_one_who_waits_does_not_lose_the_write(store: Store) -> None:
    task = asyncio.create_task(store.write(part("kept")))
    await asyncio.sleep(0)  # it is sent
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await store.write(part("later"))
    assert keys(store) == {"kept", "later"}


async def test_a_failed_write_nobody_waits_for_makes_no_noise(store: Store) -> None:
    complaints: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
    await store.write(part("taken"))
    task = asyncio.create_task(store.write(part("taken")))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await store.write(part("later"))
    assert complaints == []


async def test_close_finishes_what_waits(tmp_path: Path) -> None:
    store = open_ledger(ledger(tmp_path))
    tasks = [asyncio.create_task(store.write(part(str(number)))) for number in range(50)]
    await asyncio.sleep(0)
    await asyncio.to_thread(store.close)
    await asyncio.gather(*tasks)
    again = open_ledger(ledger(tmp_path))
    assert len(keys(again)) == 50
    again.close()


async def test_a_write_after_the_end_is_refused(tmp_path: Path) -> None:
    store = open_ledger(ledger(tmp_path))
    store.close()
    with pytest.raises(RuntimeError, match="closed"):
        await asyncio.wait_for(store.write(part("late")), 5)


def test_a_loop_that_ended_stops_nobody_else(tmp_path: Path) -> None:
    """The one who waits may be gone with his event loop before the write is done."""
    store = open_ledger(ledger(tmp_path))
    blocker = sqlite3.connect(store.path, isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")

    async def leave() -> None:
        asyncio.ensure_future(store.write(part("left")))  # noqa: RUF006 - left behind on purpose
        await asyncio.sleep(0)

    asyncio.run(leave())
    blocker.execute("ROLLBACK")
    assert asyncio.run(asyncio.wait_for(store.write(part("next")), 5)) == [1]
    assert keys(store) == {"left", "next"}
    blocker.close()
    store.close()


def test_a_file_that_is_no_ledger_is_named(tmp_path: Path) -> None:
    ledger(tmp_path).write_bytes(b"this is not a database, whatever its name says" * 30)
    with pytest.raises(DataError) as caught:
        open_ledger(ledger(tmp_path))
    assert str(ledger(tmp_path)) in caught.value.message and caught.value.hint
