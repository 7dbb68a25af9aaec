"""One set-up at a time in one folder.

The lock belongs to the open file, not to a name or a process number: when its holder dies, however it dies, the system
lets it go. On POSIX pip and the others inherit it: if set-up is killed and its pip lives on, the next start waits for
that pip instead of working against it.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

NAME = "setup.lock"
#: between two tries, in seconds
PAUSE = 0.2


@contextmanager
def alone(venv: Path, waiting: Callable[[float], None]) -> Iterator[int]:
    """Hold the lock of `venv`; `waiting` hears every moment for how many seconds another start has had it."""
    venv.mkdir(exist_ok=True)
    handle = os.open(venv / NAME, os.O_RDWR | os.O_CREAT, 0o600)
    begun = time.monotonic()
    try:
        while not _take(handle):
            waiting(time.monotonic() - begun)
            time.sleep(PAUSE)
        yield handle
    finally:
        os.close(handle)


def _take(handle: int) -> bool:
    """Try once."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True
