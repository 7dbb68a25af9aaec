"""The file under ledger and data set: read while it is written, shared by programs, and honest when the disk fails.

What every write is promised is tested at the ledger: tests/ledger/test_store.py.
"""

import asyncio
import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from zishu_app.core import database, scrub
from zishu_app.core.database import Database, Form
from zishu_app.core.errors import DataError

ROOT = Path(__file__).resolve().parents[2]
FORM = Form("簿子", "book", ("CREATE TABLE lines (number INTEGER PRIMARY KEY, text TEXT NOT NULL);",))
ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT COUNT(*) FROM n"


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "book.sqlite", FORM)
    yield opened
    opened.close()


def line(text: str) -> tuple[str, tuple[str]]:
    return "INSERT INTO lines (text) VALUES (?)", (text,)


def texts(book: Database) -> list[str]:
    return [row["text"] for row in book.read("SELECT text FROM lines ORDER BY number")]


def child(code: str, *arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


async def test_who_reads_sees_one_state_while_others_write(book: Database) -> None:
    await book.write(line("a"))
    with book.reading() as connection:
        await book.write(line("b"))
        assert connection.execute("SELECT COUNT(*) FROM lines").fetchone()[0] == 1
    with book.reading() as connection:
        assert connection.execute("SELECT COUNT(*) FROM lines").fetchone()[0] == 2


def test_closing_waits_for_whoever_reads_in_a_thread(tmp_path: Path) -> None:
    """SQLite is no more careful than its caller: a connection closed under a reader ends the program."""
    counting = (
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 20000) SELECT COUNT(*) FROM n"
    )
    for _ in range(5):
        book, ended, begun = Database(tmp_path / "book.sqlite", FORM), [], threading.Event()

        def read(book: Database, ended: list[str], begun: threading.Event) -> None:
            try:
                while True:
                    assert book.read(counting)[0][0] == 20000
                    begun.set()
            except RuntimeError as error:
                ended.append(str(error))

        readers = [threading.Thread(target=read, args=(book, ended, begun)) for _ in range(3)]
        for one in readers:
            one.start()
        begun.wait(10)
        book.close()
        for one in readers:
            one.join(10)
        assert ended == ["the book is closed"] * 3


async def test_who_reads_cannot_write(book: Database) -> None:
    with pytest.raises(sqlite3.OperationalError), book.reading() as connection:
        connection.execute(*line("x"))
    assert texts(book) == []


async def test_a_connection_is_kept_for_the_next_reader_unless_it_failed(book: Database) -> None:
    with book.reading() as first:
        pass
    with book.reading() as second, book.reading() as third:
        assert second is first and third is not first
    with pytest.raises(ZeroDivisionError), book.reading() as fourth:
        raise ZeroDivisionError
    with book.reading() as fifth:
        assert fifth is not fourth


async def test_no_more_connections_are_kept_than_are_used(book: Database) -> None:
    held = [book.reading() for _ in range(6)]
    for one in held:
        one.__enter__()
    for one in held:
        one.__exit__(None, None, None)
    assert len(book._idle) == database.KEPT


async def test_asking_reads_in_a_thread(book: Database) -> None:
    await book.write(line("a"))
    where = await book.ask(
        lambda connection: (threading.current_thread(), connection.execute("SELECT 1").fetchone()[0])
    )
    assert where[0] is not threading.main_thread() and where[1] == 1
    with pytest.raises(ZeroDivisionError):
        await book.ask(lambda _: 1 / 0)


async def test_who_is_cancelled_stops_what_was_asked(book: Database) -> None:
    ended = threading.Event()

    def count(connection: sqlite3.Connection) -> int:
        try:
            return int(connection.execute(ENDLESS).fetchone()[0])
        finally:
            ended.set()

    task = asyncio.create_task(book.ask(count))
    await asyncio.sleep(0.1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, 5)
    assert await asyncio.to_thread(ended.wait, 5)
    assert await book.ask(lambda connection: connection.execute("SELECT 1").fetchone()[0]) == 1


async def test_who_is_cancelled_before_it_began_asks_nothing(book: Database) -> None:
    task = asyncio.create_task(book.ask(lambda connection: connection.execute(ENDLESS).fetchone()))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, 5)
    await book.ask(lambda connection: None)


@pytest.mark.may_block("what is read ends while the loop does not look")
async def test_who_is_cancelled_too_late_interrupts_nobody_else(book: Database) -> None:
    """A connection is used again as soon as it is free, which is before the loop hears that it is."""

    async def begun(task: "asyncio.Task[int]") -> "asyncio.Task[int]":
        for _ in range(2):
            await asyncio.sleep(0)
        time.sleep(0.005)  # noqa: ASYNC251 - the thread goes on, and the loop does not
        return task

    some = (
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 200000) SELECT COUNT(*) FROM n"
    )
    early = await begun(asyncio.create_task(book.ask(lambda _: 1)))
    other = await begun(
        asyncio.create_task(book.ask(lambda connection: int(connection.execute(some).fetchone()[0])))
    )
    early.cancel()
    assert await other == 200_000
    with pytest.raises(asyncio.CancelledError):
        await early


@pytest.mark.parametrize("error", [RuntimeError, AssertionError, OSError, KeyError])
async def test_whatever_a_change_does_wrong_is_its_own(book: Database, error: type[Exception]) -> None:
    def fail(connection: sqlite3.Connection) -> None:
        connection.execute(*line("half"))
        raise error("mine")

    results = await asyncio.gather(
        book.write(line("before")), book.change(fail), book.write(line("after")), return_exceptions=True
    )
    assert type(results[1]) is error
    await asyncio.wait_for(book.write(line("later")), 5)
    assert texts(book) == ["before", "after", "later"]


FILL = """
import asyncio, resource, sys
from pathlib import Path
from tests.core.test_database import FORM, line
from zishu_app.core.database import Database
from zishu_app.core.errors import DataError
from zishu_app.core.texts import set_language
async def main():
    set_language("en")
    book = Database(Path(sys.argv[1]), FORM)
    await book.write(line("first"))
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, hard))
    try:
        await book.write(line("x" * 1_000_000))
    except DataError as error:
        print(error.message, "|", error.hint)
    else:
        print("written")
    print(await book.write(line("small")))
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    print(await book.write(line("x" * 1_000_000)))
    book.close()
asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no limit for files")
def test_a_disk_that_takes_no_more_is_told_and_nothing_else_is_lost(tmp_path: Path) -> None:
    process = child(FILL, str(tmp_path / "book.sqlite"))
    said, errors = process.communicate(timeout=30)
    assert process.returncode == 0, errors
    told, small, large = said.splitlines()
    assert told.startswith("The book cannot be written: the disk") and "free space" in told
    assert (small, large) == ("[1]", "[1]")
    book = Database(tmp_path / "book.sqlite", FORM)
    assert [len(text) for text in texts(book)] == [5, 5, 1_000_000]
    book.close()


async def test_a_full_disk_is_called_so(book: Database) -> None:
    pages = book.read("PRAGMA page_count")[0][0]
    await book.write((f"PRAGMA max_page_count = {pages + 2}", ()))
    with pytest.raises(DataError, match="the disk is full"):
        await book.write(line("x" * 100_000))
    assert await book.write(line("small")) == [1]


READ_ONLY = """
import os, sys
from pathlib import Path
from tests.core.test_database import FORM
from zishu_app.core.database import Database
from zishu_app.core.errors import DataError
from zishu_app.core.texts import set_language
set_language("en")
if os.geteuid() == 0:
    os.setuid(65534)  # whom no permission is denied cannot see what others see
try:
    Database(Path(sys.argv[1]), FORM)
except DataError as error:
    print(error.message, "|", error.hint)
else:
    print("opened")
os._exit(0)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are of another kind")
def test_a_file_that_may_not_be_written_is_named(tmp_path: Path) -> None:
    path = tmp_path / "book.sqlite"
    Database(path, FORM).close()
    for one in (tmp_path, *tmp_path.parents[: len(tmp_path.parents) - 2]):
        one.chmod(one.stat().st_mode | 0o055)
    path.chmod(0o444)
    tmp_path.chmod(0o555)
    try:
        said, errors = child(READ_ONLY, str(path)).communicate(timeout=30)
    finally:
        tmp_path.chmod(0o755)
    assert said.startswith(f"The book {path} cannot be opened: it may not be written to."), errors
    assert "permissions" in said


async def test_a_damaged_file_is_told_when_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "book.sqlite"
    book = Database(path, FORM)
    for _ in range(50):
        await book.write(line("x" * 1000))
    await asyncio.to_thread(book.close)
    with path.open("r+b") as file:
        file.seek(3 * database.PAGE)
        file.write(b"\xff" * 5 * database.PAGE)
    book = Database(path, FORM)
    with pytest.raises(DataError, match=r"cannot be read: the file is damaged\."):
        await book.ask(
            lambda connection: connection.execute("SELECT SUM(LENGTH(text)) FROM lines").fetchone()
        )
    await asyncio.to_thread(book.close)


WRITE_ON = """
import asyncio, sys, time
from pathlib import Path
from tests.core.test_database import FORM
from zishu_app.core.database import Database
def slow(connection):
    connection.execute("INSERT INTO lines (text) VALUES ('theirs')")
    time.sleep(0.1)
async def main():
    book = Database(Path(sys.argv[1]), FORM)
    await book.change(slow)
    print("writing", flush=True)
    for _ in range(30):
        await book.change(slow)
    book.close()
asyncio.run(main())
"""


async def test_another_program_that_writes_part_after_part_is_not_waited_for_to_the_end(
    book: Database,
) -> None:
    process = child(WRITE_ON, str(book.path))
    assert process.stdout is not None
    assert await asyncio.to_thread(process.stdout.readline) == "writing\n"
    waited = []
    for _ in range(4):
        began = time.monotonic()
        await book.write(line("ours"))
        waited.append(time.monotonic() - began)
    assert process.poll() is None  # it still writes
    assert max(waited) < 2.0
    _, errors = await asyncio.to_thread(process.communicate)
    assert process.returncode == 0, errors
    assert sorted(texts(book)) == ["ours"] * 4 + ["theirs"] * 31


async def test_a_journal_that_grew_under_a_long_reader_is_cut_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "JOURNAL", 1 << 20)
    book = Database(tmp_path / "book.sqlite", FORM)
    journal = tmp_path / "book.sqlite-wal"
    with book.reading():
        for _ in range(8):
            await book.write(line("x" * 1_000_000))
        assert journal.stat().st_size > 8_000_000
    for _ in range(3):
        await book.write(line("x" * 10_000))
    assert journal.stat().st_size <= 1 << 20
    await asyncio.to_thread(book.close)


def held(folder: Path, words: bytes) -> list[str]:
    """The files in which these bytes stand."""
    return [path.name for path in folder.rglob("*") if path.is_file() and words in path.read_bytes()]


async def test_what_was_deleted_stays_in_the_file_until_it_is_scrubbed(
    book: Database, tmp_path: Path
) -> None:
    await book.write(*(line(f"secret number {n} " + "x" * 700) for n in range(40)), line("kept"))
    await book.write(("DELETE FROM lines WHERE text LIKE 'secret%'", ()))
    assert held(tmp_path, b"secret number")
    await book.scrub()
    assert held(tmp_path, b"secret number") == []
    assert texts(book) == ["kept"]
    assert (tmp_path / "book.sqlite-wal").stat().st_size == 0


async def test_scrubbing_waits_for_who_reads_and_who_writes_elsewhere(book: Database, tmp_path: Path) -> None:
    await book.write(line("secret word"))
    await book.write(("DELETE FROM lines", ()))
    writer = sqlite3.connect(tmp_path / "book.sqlite", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    with book.reading():
        scrubbed = asyncio.ensure_future(book.scrub())
        await asyncio.sleep(0.1)
        writer.close()
        await asyncio.sleep(0.1)
        assert not scrubbed.done()
    await asyncio.wait_for(scrubbed, 5)
    assert held(tmp_path, b"secret word") == []


async def test_a_scrub_that_is_kept_from_it_says_so(
    book: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scrub, "PATIENCE_S", 0.2)
    await book.write(line("secret word"))
    with book.reading(), pytest.raises(DataError, match=r"book|another program"):
        await book.write(("DELETE FROM lines", ()))
        await book.scrub()
    await book.scrub()
    assert held(tmp_path, b"secret word") == []


async def test_writes_and_scrubs_that_wait_together_are_all_done(book: Database) -> None:
    await asyncio.gather(*(book.scrub() if n % 3 == 0 else book.write(line(str(n))) for n in range(12)))
    assert texts(book) == [str(n) for n in range(12) if n % 3]
