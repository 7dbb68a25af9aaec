"""An SQLite file with one writing thread that gathers what waits and commits it together.

A write is awaited until it is safely on disk. Under load many writes share one commit, so the price of
safety does not grow with the number of writers. Several programs may write into one file at once. The form of the
tables is a list of numbered steps: a file of any age is brought to today's form when it is opened.
"""

import asyncio
import contextlib
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from zishu_app.core.errors import DataError, ZishuError
from zishu_app.core.scrub import PATIENCE_S, scrub
from zishu_app.core.sqlite_errors import DAMAGED, code, unopened, unread, unwritten
from zishu_app.core.texts import t

#: SQL and its parameters
Statement = tuple[str, Sequence[Any]]
#: what a change to the file comes to
Result = TypeVar("Result")

#: most writes in one commit
TOGETHER = 256
#: most connections for reading that are kept for the next one who reads
KEPT = 3
#: bytes of a page, in files that are new: half as many places on the disk as by SQLite's own measure
PAGE = 8_192
#: KiB of pages a connection remembers: an act on very many samples changes some thousand pages in one commit
CACHE = 16_384
#: the journal is cut back to so many bytes when it has grown beyond, because somebody read for long
JOURNAL = 64 << 20

#: what one write may do wrong by itself: a constraint, half a character, a number too large, a wrong count of values,
#: and whatever is wrong with the function that does it; nothing of the kind may end the thread
REFUSED = (
    ZishuError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    RuntimeError,
    OSError,
    sqlite3.IntegrityError,
    sqlite3.ProgrammingError,
    sqlite3.InterfaceError,
    sqlite3.DataError,
    ValueError,
)


@dataclass(eq=False)
class _Write:
    do: Callable[[sqlite3.Connection], Any]
    loop: asyncio.AbstractEventLoop
    done: asyncio.Future[Any]
    #: outside any transaction
    alone: bool = False
    result: Any = None
    error: Exception | None = None

    def settle(self) -> None:
        """Tell who waits; runs in the event loop."""
        if self.done.done():
            return
        if self.error is not None:
            self.done.set_exception(self.error)
        else:
            self.done.set_result(self.result)


@dataclass(frozen=True)
class Form:
    """What a file holds: its name for people, and its tables as numbered steps (never edit an old one, add one)."""

    zh: str
    en: str
    steps: Sequence[str]


class Database:
    """An open file. `close` when done; what was awaited is on disk either way."""

    def __init__(self, path: Path, form: Form) -> None:
        self.path = path
        self._form = form
        path.parent.mkdir(parents=True, exist_ok=True)
        self._reader = _connect(path, form)
        self._reading = threading.Lock()
        self._idle: list[sqlite3.Connection] = []
        self._closed = False
        self._waiting: queue.SimpleQueue[_Write | None] = queue.SimpleQueue()
        # opened here and not in the thread, so that an error is raised to somebody
        writer = _connect(path, form)
        writer.execute("PRAGMA busy_timeout = 0")  # see _begin
        self._thread = threading.Thread(target=self._write_on, args=(writer,), name=form.en, daemon=True)
        self._thread.start()

    async def write(self, *statements: Statement) -> list[int]:
        """Run the statements in one transaction; return the rows each changed, once they are on disk.

        Raises sqlite3.IntegrityError where a constraint says no, ValueError or OverflowError for a value that
        cannot be stored, DataError when the disk is full or damaged; nothing of this write is kept then.
        """
        return await self.change(
            lambda connection: [connection.execute(sql, values).rowcount for sql, values in statements]
        )

    async def change(self, do: Callable[[sqlite3.Connection], Result]) -> Result:
        """Have the writing thread do `do` in a transaction; its result, once it is on disk. Errors as in `write`.

        `do` changes nothing but the file: it is done again where another write of the same commit was refused.
        """
        result: Result = await self._sent(do)
        return result

    async def scrub(self) -> None:
        """Leave no byte of what was deleted or overwritten, in the file or in its journal.

        It writes the whole file anew: for as long as that takes (a second for some 100 MB) and with twice its room on
        the disk, nobody else writes. Raises DataError where another program reads or writes on and on.
        """
        await self._sent(scrub, alone=True)

    async def _sent(self, do: Callable[[sqlite3.Connection], Any], *, alone: bool = False) -> Any:
        if self._closed:
            raise RuntimeError(f"the {self._form.en} is closed")
        loop = asyncio.get_running_loop()
        write = _Write(do, loop, loop.create_future(), alone)
        self._waiting.put(write)
        # a write that was sent is finished, also when the one who waits is cancelled
        return await asyncio.shield(write.done)

    def read(self, sql: str, parameters: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """Rows of a query; short queries only, it blocks. Raises RuntimeError when the file is closed."""
        with self._reading:
            if self._closed:
                raise RuntimeError(f"the {self._form.en} is closed")
            return self._reader.execute(sql, parameters).fetchall()

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection of one's own that sees the file as it is now, however long it reads: for a thread."""
        connection = self._idle.pop() if self._idle else _opened(self.path, self._form)
        try:
            connection.execute("PRAGMA query_only = ON")
            connection.execute("BEGIN")
            _version(connection)  # the first look decides what is seen
            yield connection
            connection.execute("ROLLBACK")
        except BaseException as error:
            connection.close()
            if code(error) in DAMAGED:
                raise unread(self.path, (self._form.zh, self._form.en), error) from error
            raise
        if self._closed or len(self._idle) >= KEPT:
            connection.close()
        else:
            self._idle.append(connection)

    async def ask(self, do: Callable[[sqlite3.Connection], Result]) -> Result:
        """Have a thread read (see `reading`). Who is cancelled is let go at once, and SQLite stops what it was doing."""
        at_work: list[sqlite3.Connection] = []
        unwanted, touching = threading.Event(), threading.Lock()

        def read() -> Result:
            with self.reading() as connection:
                at_work.append(connection)
                try:
                    if unwanted.is_set():
                        raise sqlite3.OperationalError("interrupted")
                    return do(connection)
                finally:
                    with touching:  # from here on it may be somebody else's
                        at_work.clear()

        asked = asyncio.ensure_future(asyncio.to_thread(read))
        try:
            return await asyncio.shield(asked)
        except asyncio.CancelledError:
            unwanted.set()
            asked.add_done_callback(_look_at)
            with touching:
                for connection in at_work:
                    connection.interrupt()
            raise

    def close(self) -> None:
        """Finish what waits and close the file."""
        self._closed = True
        self._waiting.put(None)
        self._thread.join()
        with self._reading:  # closed under a thread that reads, SQLite takes the program with it
            self._reader.close()
        while self._idle:
            self._idle.pop().close()

    def _write_on(self, connection: sqlite3.Connection) -> None:
        going_on = True
        while going_on:
            batch = [self._waiting.get()]
            while len(batch) < TOGETHER and not self._waiting.empty():
                batch.append(self._waiting.get())
            going_on = None not in batch
            writes = [write for write in batch if write is not None]
            for do, some in (
                (_commit, [one for one in writes if not one.alone]),
                (_do_alone, [one for one in writes if one.alone]),
            ):
                if some:
                    do(connection, some, self._form)
                    _tell(some)
        connection.close()


def _look_at(asked: "asyncio.Future[Any]") -> None:
    """So that nobody is told of an error nobody waits for."""
    if not asked.cancelled():
        asked.exception()


def _connect(path: Path, form: Form) -> sqlite3.Connection:
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            return _opened(path, form)
        except sqlite3.OperationalError as error:
            # switching to WAL does not wait for other programs that open or close the file at this moment
            if code(error) != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise unopened(path, (form.zh, form.en), error) from error
            time.sleep(0.01)
        except sqlite3.DatabaseError as error:
            raise unopened(path, (form.zh, form.en), error) from error


def _opened(path: Path, form: Form) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, timeout=PATIENCE_S, isolation_level=None, check_same_thread=False, cached_statements=64
    )
    try:
        connection.row_factory = sqlite3.Row
        connection.execute(f"PRAGMA page_size = {PAGE}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")  # what was awaited survives a power cut too
        connection.execute(f"PRAGMA cache_size = -{CACHE}")
        connection.execute(f"PRAGMA journal_size_limit = {JOURNAL}")
        bring_up_to_date(connection, form)
    except BaseException:
        connection.close()
        raise
    return connection


def _commit(connection: sqlite3.Connection, writes: list[_Write], form: Form) -> None:
    """All writes in one transaction; when one breaks a constraint, they begin anew and it is undone alone."""
    try:
        _begin(connection)
        try:
            for write in writes:
                write.result = write.do(connection)
        except REFUSED:
            connection.execute("ROLLBACK")
            _begin(connection)
            for write in writes:
                _run_apart(connection, write)
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        for write in writes:
            write.error = write.error or unwritten((form.zh, form.en), error)


def _do_alone(connection: sqlite3.Connection, writes: list[_Write], form: Form) -> None:
    """What no transaction can do; one for all who asked for it."""
    try:
        writes[0].do(connection)
    except sqlite3.Error as error:
        for write in writes:
            write.error = unwritten((form.zh, form.en), error)


def _begin(connection: sqlite3.Connection) -> None:
    """The file is ours to write to. Another program that writes part after part leaves it for a millisecond only:
    SQLite, which asks ten times a second, would miss that."""
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if code(error) != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.002)
        else:
            return


def _run_apart(connection: sqlite3.Connection, write: _Write) -> None:
    connection.execute("SAVEPOINT one")
    try:
        write.result = write.do(connection)
        connection.execute("RELEASE one")
    except REFUSED as error:
        connection.execute("ROLLBACK TO one")
        connection.execute("RELEASE one")
        write.error = error


def _tell(writes: list[_Write]) -> None:
    """Wake those who wait: one wake-up a loop, however many writes."""
    for loop in {write.loop for write in writes}:
        ours = [write for write in writes if write.loop is loop]
        with contextlib.suppress(RuntimeError):  # the loop was closed meanwhile: nobody waits any more
            loop.call_soon_threadsafe(_settle, ours)


def _settle(writes: list[_Write]) -> None:
    for write in writes:
        write.settle()


def bring_up_to_date(connection: sqlite3.Connection, form: Form) -> None:
    """Apply the steps that are missing, each in a transaction; several programs may try at once.

    Raises DataError when the file was written by a newer version of the program.
    """
    if _version(connection) == len(form.steps):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = _version(connection)
        for number, step in enumerate(form.steps[version:], version + 1):
            for statement in _statements(step):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    if version > len(form.steps):
        raise DataError(
            t(
                f"{form.zh}来自更新版本的程序。",
                f"The {form.en} was written by a newer version of the program.",
            ),
            t("请升级程序，或换一个 --home。", "Update the program, or use another --home."),
        )


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _statements(step: str) -> list[str]:
    """Single statements: `executescript` would commit the transaction we are in."""
    found, so_far = [], ""
    for line in step.splitlines(keepends=True):
        so_far += line
        if sqlite3.complete_statement(so_far):
            found.append(so_far)
            so_far = ""
    return found
