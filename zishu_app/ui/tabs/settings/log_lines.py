"""The log as it is read: lines with their level, those that belong together kept together, keys never shown."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from zishu_app.core.log import SECRETS

#: as core/log writes them
_HEAD = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} \d+ (?P<level>[A-Z]+) ")
#: bytes at the end of a long file that are read
TAIL = 512 * 1024
#: the lowest level each choice shows
RANKS = {"DEBUG": 0, "INFO": 1, "WARNING": 2, "ERROR": 3, "CRITICAL": 4}


@dataclass(frozen=True, slots=True)
class Line:
    """One line; what follows a line without a head of its own has its level."""

    level: str
    text: str


@dataclass
class Tail:
    """The end of a file that grows, read piece by piece."""

    path: Path
    read_to: int = -1
    level: str = "INFO"
    _rest: str = ""

    def more(self) -> list[Line] | None:
        """What is new since the last time; None: the file is another one, and to be read anew. Blocking."""
        try:
            size = self.path.stat().st_size
            if size < self.read_to:
                return None
            with self.path.open("rb") as file:
                cut = self.read_to < 0 and size > TAIL
                file.seek(max(size - TAIL, 0) if self.read_to < 0 else self.read_to)
                fresh = file.read()
                self.read_to = file.tell()
        except OSError:
            return []
        return list(self._lines(fresh.decode("utf-8", "replace"), cut=cut))

    def _lines(self, text: str, *, cut: bool) -> Iterator[Line]:
        whole = (self._rest + text).split("\n")
        self._rest = whole.pop()
        for line in whole[1:] if cut else whole:
            if head := _HEAD.match(line):
                self.level = head["level"]
            yield Line(self.level, SECRETS.sub("[key]", line))


def wanted(line: Line, least: str, words: str) -> bool:
    """Whether a line is at least of this level and holds what is searched for."""
    return RANKS.get(line.level, 1) >= RANKS[least] and words.lower() in line.text.lower()


def files_of(folder: Path) -> list[Path]:
    """The log files, the newest first."""
    try:
        return sorted(folder.glob("*.log"), key=lambda path: path.stat().st_mtime, reverse=True)
    except OSError:
        return []
