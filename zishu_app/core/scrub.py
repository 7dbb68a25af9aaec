"""Nothing of what was deleted stays in an SQLite file: not in its free pages, not between its rows, not in its journal."""

import sqlite3
import time
from collections.abc import Callable

#: seconds a program waits for another one that is writing
PATIENCE_S = 60.0


def scrub(connection: sqlite3.Connection) -> None:
    """Write the whole file anew and empty its journal, outside any transaction.

    Raises sqlite3.OperationalError where another program reads or writes for longer than one waits for it.
    """
    until = time.monotonic() + PATIENCE_S
    _patiently(lambda: bool(connection.execute("VACUUM")), until)
    # the pages it was written anew from are gone only with the journal that holds them
    _patiently(lambda: not connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0], until)


def _patiently(do: Callable[[], bool], until: float) -> None:
    """Again and again until it says that it is done. Raises sqlite3.OperationalError."""
    while True:
        try:
            if do():
                return
            error = sqlite3.OperationalError("database is locked")
        except sqlite3.OperationalError as raised:
            if getattr(raised, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            error = raised
        if time.monotonic() > until:
            raise error
        time.sleep(0.02)
