"""A distillation as it stands: one line a talk, told by the events of the run. Knows no Qt."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any, Literal

from zishu_app.distill import events as distill

State = Literal["waiting", "working", "done", "before", "failed", "left"]


@dataclass
class TalkLine:
    """One talk of a run, or a file of it that is none."""

    key: int
    name: str
    source: Path
    #: of its file, from 1; 0: the file itself is bad
    number: int
    #: fingerprint of what is distilled and how, as events tell it; "": nobody has told yet
    item: str = ""
    state: State = "waiting"
    chunks: int = 0
    done: int = 0
    flagged: int = 0
    reason: str = ""
    hint: str = ""
    #: its result
    path: Path | None = None
    #: chunks that are done while it is being worked on, by their number
    parts: dict[int, distill.PartDone] = field(default_factory=dict)

    @property
    def share(self) -> float:
        """How much of it is done; the final summary counts as a chunk."""
        if self.over:
            return 1.0
        return self.done / (self.chunks + 1) if self.chunks else 0.0

    @property
    def over(self) -> bool:
        """Nothing more is done to it in this run."""
        return self.state in ("done", "before", "failed")


class RunState:
    """All talks of a run. `began` and the pace are those of this sitting."""

    def __init__(self, lines: Iterable[TalkLine] = (), clock: Any = monotonic) -> None:
        self.lines: list[TalkLine] = list(lines)
        self.retries = 0
        #: keys of the lines that have changed since somebody looked
        self.touched: set[int] = set()
        self.ended: distill.BatchEnded | None = None
        self._clock = clock
        self._began: float = clock()

    def hear(self, event: Any) -> None:
        """Take an event of the run into account."""
        match event:
            case distill.Chunked() | distill.PartDone() | distill.Left():
                if line := self._working(event.item, event.name):
                    _go_on(line, event)
                    self.touched.add(line.key)
            case distill.Asked():
                self.retries += 1
            case distill.FileWritten():
                self._close(event, "done", event.flagged)
            case distill.FileSkipped():
                self._close(event, "before")
            case distill.FileFailed():
                self._fail(event)
            case distill.BatchEnded():
                self.ended = event
                self.close()

    def count(self, *states: State) -> int:
        """How many talks are in these states."""
        return sum(line.state in states for line in self.lines)

    @property
    def talks(self) -> int:
        """Talks, without the files that are none."""
        return sum(line.number > 0 for line in self.lines)

    @property
    def unreadable(self) -> int:
        """Files, or records of them, that are no talks."""
        return len(self.lines) - self.talks

    @property
    def share(self) -> float:
        """How much of everything is done."""
        return sum(line.share for line in self.lines if line.number) / max(self.talks, 1)

    def seconds_left(self) -> float | None:
        """By the pace of this sitting; None while nobody can tell. A talk that is half distilled counts as half."""
        fresh = sum(line.share for line in self.lines if line.number and line.state in ("working", "done"))
        left = sum(1 - line.share for line in self.lines if not line.over)
        if not left:
            return 0.0
        return (self._clock() - self._began) / fresh * left if fresh else None

    def find(self, key: int) -> TalkLine | None:
        """A line by its key."""
        place = key - 1  # lines are numbered as they come
        if 0 <= place < len(self.lines) and self.lines[place].key == key:
            return self.lines[place]
        return next((line for line in self.lines if line.key == key), None)

    def _open_lines(self, item: str) -> Iterator[TalkLine]:
        return (line for line in self.lines if line.item == item and not line.over)

    def _working(self, item: str, name: str) -> TalkLine | None:
        """The talk an event is about. One that nobody announced is one by now: its file changed meanwhile."""
        line = next(self._open_lines(item), None)
        return line or next(
            (one for one in self.lines if one.name == name and not one.over and not one.item), None
        )

    def _close(
        self, event: distill.FileWritten | distill.FileSkipped, state: State, flagged: int = 0
    ) -> None:
        found = list(self._open_lines(event.item))
        line = next((one for one in found if one.source == event.source), found[0] if found else None)
        if line is None:
            line = TalkLine(self._key(), event.name, event.source, 1, event.item)
            self.lines.append(line)
        line.state, line.path, line.flagged = state, event.path, flagged
        line.parts = {}  # they are in the file now
        self.touched.add(line.key)

    def _fail(self, event: distill.FileFailed) -> None:
        line = next(self._open_lines(event.item), None) if event.item else self._bad(event)
        if line is None:
            line = TalkLine(self._key(), event.source.name, event.source, 0)
            self.lines.append(line)
        line.state, line.reason, line.hint = "failed", event.reason, event.hint
        self.touched.add(line.key)

    def _bad(self, event: distill.FileFailed) -> TalkLine | None:
        """The line of a bad file, or of one bad record of it."""
        here = [line for line in self.lines if line.source == event.source and not line.number]
        return next((line for line in here if line.reason == event.reason or not line.reason), None)

    def close(self) -> None:
        """It is over, however it ended: what is not done is left."""
        for line in self.lines:
            if not line.over:
                line.state = "left"
                self.touched.add(line.key)

    def _key(self) -> int:
        return max((line.key for line in self.lines), default=0) + 1


def _go_on(line: TalkLine, event: distill.Chunked | distill.PartDone | distill.Left) -> None:
    match event:
        case distill.Chunked():
            line.state, line.chunks = "working", event.chunks
        case distill.PartDone():
            line.done = event.done
            line.parts[event.index] = event
        case distill.Left():
            line.state = "left"
