"""Lines from whoever talks: typed on a terminal, or out of a pipe. Waiting for them holds up nothing else.

They are read in a thread of their own, which nobody waits for at the end: a program that is left while it waits for a line
ends at once.
"""

import asyncio
import contextlib
import os
import queue
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol, TextIO


class Keyboard(Protocol):
    """Where lines come from."""

    async def ask(self, prompt: str) -> str | None:
        """The next line without its end; None: there will be no more."""


@dataclass
class _Asked:
    prompt: str
    loop: asyncio.AbstractEventLoop
    line: "asyncio.Future[str | None]"

    def settle(self, line: str | None) -> None:
        """Tell who waits."""
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            self.loop.call_soon_threadsafe(self._tell, line)

    def _tell(self, line: str | None) -> None:
        if not self.line.done():
            self.line.set_result(line)


@dataclass
class Reader:
    """Reads standard input. Implements `Keyboard`."""

    terminal: bool
    _asked: "queue.SimpleQueue[_Asked]" = field(default_factory=queue.SimpleQueue)
    _thread: threading.Thread | None = None

    async def ask(self, prompt: str) -> str | None:
        """See `Keyboard.ask`."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._read_on, name="keyboard", daemon=True)
            self._thread.start()
        loop = asyncio.get_running_loop()
        asked = _Asked(prompt, loop, loop.create_future())
        self._asked.put(asked)
        return await asked.line

    def _read_on(self) -> None:
        read = _typed if self.terminal else _piped(_own_stdin())
        while True:
            asked = self._asked.get()
            asked.settle(read(asked.prompt))


def _typed(prompt: str) -> str | None:
    """A line with all that a terminal offers to change it and to find former ones."""
    with contextlib.suppress(ImportError):
        import readline  # noqa: F401 - `input` uses it once it is loaded; Windows has its own
    try:
        return input(prompt)
    except (EOFError, KeyboardInterrupt, ValueError):
        return None


def _own_stdin() -> TextIO:
    """Standard input under another name: Python waits for nobody who reads there when it ends."""
    return os.fdopen(os.dup(sys.stdin.fileno()), encoding="utf-8", errors="replace")


def _piped(stream: TextIO) -> Callable[[str], str | None]:
    def read(_prompt: str) -> str | None:
        line = stream.readline()
        return line.rstrip("\r\n") if line else None

    return read
