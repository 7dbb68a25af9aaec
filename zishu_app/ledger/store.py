"""The ledger's file: one writing thread that gathers what waits and commits it together.

A write is awaited until it is safely on disk. Under load many writes share one commit, so the price of
safety does not grow with the number of dialogues. Several programs may write into one ledger at once.
"""

import asyncio
import queue
import sqlite3
import threading
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
        self._waiting: queue.SimpleQueue[_Write | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._write_on, name="ledger", daemon=True)
        self._thread.start()

    async def write(self, *statements: Statement) -> list[int]:
        """Run the statements in one transaction; return the rows each changed, once they are on disk.

        Raises sqlite3.IntegrityError where a constraint says no; nothing of this write is kept then.
        """
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
        self._waiting.put(None)
        self._thread.join()
        self._reader.close()

    def _write_on(self) -> None:
        connection = _connect(self.path)
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
    try:
        connection = sqlite3.connect(
            path, timeout=PATIENCE_S, isolation_level=None, check_same_thread=False, cached_statements=64
        )
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")  # a booked turn survives a power cut too
        bring_up_to_date(connection)
    except sqlite3.DatabaseError as error:
        raise DataError(
            t(f"账本 {path} 打不开：{error}。", f"The ledger {path} cannot be opened: {error}."),
            t(
                "检查磁盘与权限；必要时把该文件移开再试。",
                "Check disk and permissions; move the file away if need be.",
            ),
        ) from error
    return connection


def _commit(connection: sqlite3.Connection, writes: list[_Write]) -> None:
    """All writes in one transaction; one that breaks a constraint is undone alone."""
    try:
        connection.execute("BEGIN IMMEDIATE")
        for write in writes:
            _run(connection, write)
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        for write in writes:
            write.error = write.error or error


def _run(connection: sqlite3.Connection, write: _Write) -> None:
    connection.execute("SAVEPOINT one")
    try:
        write.rows = [connection.execute(sql, values).rowcount for sql, values in write.statements]
        connection.execute("RELEASE one")
    except (sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.InterfaceError) as error:
        connection.execute("ROLLBACK TO one")
        connection.execute("RELEASE one")
        write.error = error


def _tell(writes: list[_Write]) -> None:
    """Wake those who wait: one wake-up a loop, however many writes."""
    for loop in {write.loop for write in writes}:
        ours = [write for write in writes if write.loop is loop]
        if not loop.is_closed():
            loop.call_soon_threadsafe(_settle, ours)


def _settle(writes: list[_Write]) -> None:
    for write in writes:
        write.settle()
