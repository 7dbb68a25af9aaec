"""The ledger's file: one writing thread that gathers what waits and commits it together.

A write is awaited until it is safely on disk. Under load many writes share one commit, so the price of
safety does not grow with the number of dialogues. Several programs may write into one ledger at once.
"""

import asyncio
import contextlib
import queue
import sqlite3
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from zishu_app.core.errors import DataError
from zishu_app.core.texts import t
from zishu_app.ledger.schema import bring_up_to_date

#: SQL and its parameters
Statement = tuple[str, Sequence[Any]]

#: seconds a program waits for another one that is writing
PATIENCE_S = 60.0
#: most writes in one commit
TOGETHER = 256

#: what one write may do wrong by itself: a constraint, half a character, a number too large, a wrong count of values
REFUSED = (
    sqlite3.IntegrityError,
    sqlite3.ProgrammingError,
    sqlite3.InterfaceError,
    sqlite3.DataError,
    ValueError,
    OverflowError,
)


@dataclass(eq=False)
class _Write:
    statements: Sequence[Statement]
    loop: asyncio.AbstractEventLoop
    done: asyncio.Future[list[int]]
    rows: list[int] = field(default_factory=list)
    error: Exception | None = None

    def settle(self) -> None:
        """Tell who waits; runs in the event loop."""
        if self.done.done():
            return
        if self.error is not None:
            self.done.set_exception(self.error)
        else:
            self.done.set_result(self.rows)


class Store:
    """An open ledger file. `close` when done; what was awaited is on disk either way."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._reader = _connect(path)
        self._reading = threading.Lock()
        self._closed = False
        self._waiting: queue.SimpleQueue[_Write | None] = queue.SimpleQueue()
        # opened here and not in the thread, so that an error is raised to somebody
        writer = _connect(path)
        self._thread = threading.Thread(target=self._write_on, args=(writer,), name="ledger", daemon=True)
        self._thread.start()

    async def write(self, *statements: Statement) -> list[int]:
        """Run the statements in one transaction; return the rows each changed, once they are on disk.

        Raises sqlite3.IntegrityError where a constraint says no, ValueError or OverflowError for a value that
        cannot be stored, DataError when the disk is full or damaged; nothing of this write is kept then.
        """
        if self._closed:
            raise RuntimeError("the ledger is closed")
        loop = asyncio.get_running_loop()
        write = _Write(statements, loop, loop.create_future())
        self._waiting.put(write)
        # a write that was sent is finished, also when the one who waits is cancelled
        return await asyncio.shield(write.done)

    def read(self, sql: str, parameters: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """Rows of a query; short queries only, it blocks."""
        with self._reading:
            return self._reader.execute(sql, parameters).fetchall()

    def close(self) -> None:
        """Finish what waits and close the file."""
        self._closed = True
        self._waiting.put(None)
        self._thread.join()
        self._reader.close()

    def _write_on(self, connection: sqlite3.Connection) -> None:
        going_on = True
        while going_on:
            batch = [self._waiting.get()]
            while len(batch) < TOGETHER and not self._waiting.empty():
                batch.append(self._waiting.get())
            going_on = None not in batch
            writes = [write for write in batch if write is not None]
            if writes:
                _commit(connection, writes)
                _tell(writes)
        connection.close()


def _connect(path: Path) -> sqlite3.Connection:
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            return _opened(path)
        except sqlite3.OperationalError as error:
            # switching to WAL does not wait for other programs that open or close the file at this moment
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise _unopened(path, error) from error
            time.sleep(0.01)
        except sqlite3.DatabaseError as error:
            raise _unopened(path, error) from error


def _opened(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, timeout=PATIENCE_S, isolation_level=None, check_same_thread=False, cached_statements=64
    )
    try:
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")  # a booked turn survives a power cut too
        bring_up_to_date(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _unopened(path: Path, error: sqlite3.Error) -> DataError:
    return DataError(
        t(f"账本 {path} 打不开：{error}。", f"The ledger {path} cannot be opened: {error}."),
        t(
            "检查磁盘与权限；必要时把该文件移开再试。",
            "Check disk and permissions; move the file away if need be.",
        ),
    )


def _commit(connection: sqlite3.Connection, writes: list[_Write]) -> None:
    """All writes in one transaction; when one breaks a constraint, they begin anew and it is undone alone."""
    try:
        connection.execute("BEGIN IMMEDIATE")
        try:
            for write in writes:
                _run(connection, write)
        except REFUSED:
            connection.execute("ROLLBACK")
            connection.execute("BEGIN IMMEDIATE")
            for write in writes:
                _run_apart(connection, write)
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        for write in writes:
            write.error = write.error or _unwritten(error)


def _run(connection: sqlite3.Connection, write: _Write) -> None:
    write.rows = [connection.execute(sql, values).rowcount for sql, values in write.statements]


def _run_apart(connection: sqlite3.Connection, write: _Write) -> None:
    connection.execute("SAVEPOINT one")
    try:
        _run(connection, write)
        connection.execute("RELEASE one")
    except REFUSED as error:
        connection.execute("ROLLBACK TO one")
        connection.execute("RELEASE one")
        write.error = error


def _unwritten(error: sqlite3.Error) -> DataError:
    return DataError(
        t(f"账本写不进去：{error}。", f"The ledger cannot be written: {error}."),
        t(
            "检查磁盘空间，然后用 --continue 继续。",
            "Check the disk's free space, then go on with --continue.",
        ),
    )


def _tell(writes: list[_Write]) -> None:
    """Wake those who wait: one wake-up a loop, however many writes."""
    for loop in {write.loop for write in writes}:
        ours = [write for write in writes if write.loop is loop]
        with contextlib.suppress(RuntimeError):  # the loop was closed meanwhile: nobody waits any more
            loop.call_soon_threadsafe(_settle, ours)


def _settle(writes: list[_Write]) -> None:
    for write in writes:
        write.settle()
