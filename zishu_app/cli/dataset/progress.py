"""How far something slow is: one line of the terminal that is written over, and nothing anywhere else."""

import sys
import time

from rich.cells import cell_len

from zishu_app.cli.dataset.tables import cut
from zishu_app.core.texts import duration, t

#: seconds between two drawings
PAUSE = 0.1


class Progress:
    """Told how far it is as often as one likes. On the error stream, so that what is piped stays clean."""

    def __init__(self, *, silent: bool = False) -> None:
        self._live = sys.stderr.isatty() and not silent
        self._began = time.monotonic()
        self._drawn = 0.0
        self._width = 0

    def at(self, what: str, share: float, note: str = "") -> None:
        """`share`: of all there is to do, 0 to 1."""
        now = time.monotonic()
        if not self._live or now - self._drawn < PAUSE:
            return
        self._drawn = now
        parts = [f"{what} {share:4.0%}", note, self._left(share, now)]
        self._write(" · ".join(filter(None, parts)))

    def step(self) -> None:
        """Another step begins: its time left is counted from here."""
        self._began = time.monotonic()

    def close(self) -> None:
        """Take the line away."""
        if self._width:
            self._write("")
            print("\r", end="", file=sys.stderr, flush=True)

    def warn(self, message: str, hint: str = "") -> None:
        """Something that went wrong on the way, on a line of its own."""
        self.close()
        warn(message, hint)

    def _left(self, share: float, now: float) -> str:
        passed = now - self._began
        if passed < 1 or not 0 < share < 1:
            return ""
        return t(
            f"剩余 {duration(passed / share * (1 - share))}", f"{duration(passed / share * (1 - share))} left"
        )

    def _write(self, line: str) -> None:
        line = cut(line, 78)
        print(f"\r{line}{' ' * max(self._width - cell_len(line), 0)}", end="", file=sys.stderr, flush=True)
        self._width = cell_len(line)


def warn(message: str, hint: str = "") -> None:
    """Something that is wrong and ends nothing; and what to do."""
    print(f"{t('⚠ ', '! ')}{message}", file=sys.stderr)
    if hint:
        print(f"    → {hint}", file=sys.stderr)
