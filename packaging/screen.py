"""What set-up shows, and the programs it runs: plain lines, one live line, everything else into the log."""

import os
import shutil
import subprocess
import sys
import time
import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import IO

from zishu_app.core.texts import t

#: how often the live line moves, in seconds
BEAT = 0.2
#: settings of the user's own pip that would send packages somewhere else than into the environment
UNWANTED = ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PYTHONHOME", "__PYVENV_LAUNCHER__")
#: output at once, in one encoding, and no `--user` from the user's pip configuration
WANTED = {"PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8", "PIP_USER": "0"}


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program ended, and all it printed."""

    code: int
    lines: list[str]
    seconds: float


@dataclass(slots=True)
class Screen:
    """stderr, and the log file beside it."""

    log: Path
    #: an open lock that the programs started here keep held too, see `alone.py`
    lock: int | None = None
    stream: IO[str] = field(default_factory=lambda: sys.stderr)
    _width: int = 0

    def say(self, text: str) -> None:
        """A line that stays."""
        self._clear()
        print(text, file=self.stream, flush=True)
        self._note(text)

    def live(self, text: str) -> None:
        """A line that the next one replaces; only on a terminal."""
        if not self.stream.isatty():
            return
        shown = _cut(text, shutil.get_terminal_size().columns - 1)
        width = _width(shown)
        print(f"\r{shown}{' ' * (self._width - width)}", end="", file=self.stream, flush=True)
        self._width = width

    def run(self, label: str, command: Sequence[str], folder: Path | None = None) -> Ended:
        """Run `command` in `folder` to its end without a wall of output. An interrupt ends it too."""
        begun = time.monotonic()
        lines: list[str] = []
        self._note(f"$ {' '.join(command)}")
        child = self._start(command, folder)
        reader = Thread(target=self._drain, args=(child, lines), daemon=True)
        reader.start()
        try:
            while child.poll() is None:
                self.live(f"  {label}… {time.monotonic() - begun:.0f} s  {lines[-1] if lines else ''}")
                _wait(child)
        except BaseException:
            child.terminate()
            child.wait()
            raise
        finally:
            self._clear()
        reader.join(timeout=5)  # a grandchild may keep the pipe open
        return Ended(child.returncode, lines, time.monotonic() - begun)

    def _start(self, command: Sequence[str], folder: Path | None) -> "subprocess.Popen[str]":
        surroundings = {name: value for name, value in os.environ.items() if name not in UNWANTED}
        return subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=surroundings | WANTED,
            encoding="utf-8",
            errors="replace",
            pass_fds=(self.lock,) if self.lock is not None and os.name == "posix" else (),
        )

    def _drain(self, child: "subprocess.Popen[str]", lines: list[str]) -> None:
        if child.stdout is None:
            return
        with child.stdout as output:
            for line in output:
                self._note(line.rstrip())
                if line.strip():
                    lines.append(line.strip())

    def _note(self, text: str) -> None:
        # a full disk must not hide the sentence that says so
        with suppress(OSError), self.log.open("a", encoding="utf-8", errors="replace") as log:
            log.write(text + "\n")

    def _clear(self) -> None:
        if self._width:
            print(f"\r{' ' * self._width}\r", end="", file=self.stream, flush=True)
            self._width = 0


def megabytes(size: int) -> str:
    """Bytes as people read them."""
    return f"{size / 1e6:.0f} MB" if size >= 1e6 else f"{size / 1e3:.0f} kB"


def said(seconds: float, size: int) -> str:
    """Time and size of one part."""
    return f"{seconds:.1f} s" + (t("，", ", ") + megabytes(size) if size else "")


def size_of(folder: Path) -> int:
    """Bytes of all files in `folder`, links not followed."""
    total = 0
    for place, _, names in os.walk(folder):
        total += sum((Path(place) / name).lstat().st_size for name in names)
    return total


def _wait(child: "subprocess.Popen[str]") -> None:
    try:
        child.wait(BEAT)
    except subprocess.TimeoutExpired:
        return


def _width(text: str) -> int:
    """Columns on a terminal: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _cut(text: str, columns: int) -> str:
    while _width(text) > columns:
        text = text[:-1]
    return text
