"""The live view on a terminal: progress, tokens, money, time left, and one dialogue as it is being written."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from zishu_app.cli.view import told
from zishu_app.core.texts import duration, t
from zishu_app.dialogue import events as dialogue
from zishu_app.distill import events as distill
from zishu_app.ledger.budget import Amount, Caps

COLOURS = {"user": "bold bright_cyan", "assistant": "bold bright_magenta", "summary": "dim"}
#: lines of talk and rows of dialogues shown at once
LINES, ROWS = 12, 8
#: most characters kept of what is shown
KEPT = 4000


@dataclass
class Row:
    """One dialogue or talk under way."""

    name: str
    done: int
    total: int


@dataclass
class LiveView:
    """Redraws itself four times a second from what it has been told."""

    spent: Callable[[], Amount]
    caps: Caps
    #: rounds in all; None: talks are counted, as they are found
    rounds: int | None = None
    console: Console = field(default_factory=Console)

    def __post_init__(self) -> None:
        self._began = time.monotonic()
        self._talks = self.rounds is None
        self._total = self.rounds or 0
        self._done = self._before = 0
        self._rows: dict[str, Row] = {}
        self._watched: int | None = None
        self._talk = Text()
        self._live = Live(
            get_renderable=self.draw, console=self.console, refresh_per_second=4, transient=True
        )
        self._live.start()

    def say(self, line: str) -> None:
        """A line that stays above the live part."""
        self._live.console.print(line, highlight=False, markup=False)

    def close(self) -> None:
        """Take the live part away."""
        self._live.stop()

    def show(self, event: Any) -> None:
        """See `View`."""
        passing = isinstance(event, distill.Chunked | distill.PartDone | dialogue.Opened)
        if not passing and (line := told(event)):
            self.say(line)
        match event:
            case dialogue.Opened() | dialogue.Streamed() | dialogue.Said() | dialogue.Retried():
                self._dialogue(event)
            case dialogue.Written() | dialogue.Failed():
                if row := self._rows.pop(f"d{event.number}", None):
                    self._total -= row.total - row.done  # what an early end leaves out is not left to do
                self._watched = None if self._watched == event.number else self._watched
            case _:
                self._distil(event)

    def _dialogue(
        self, event: dialogue.Opened | dialogue.Streamed | dialogue.Said | dialogue.Retried
    ) -> None:
        if isinstance(event, dialogue.Opened):
            self._rows[f"d{event.number}"] = Row(event.scenario, event.rounds_done, event.rounds)
            self._done += event.rounds_done
            self._before += event.rounds_done
            return
        if self._watched is None:
            self._watched, self._talk = event.number, Text()
            self._side = ""
        if isinstance(event, dialogue.Said):
            self._said(event)
        elif event.number == self._watched:
            self._stream(event)

    def _said(self, event: dialogue.Said) -> None:
        row = self._rows.get(f"d{event.number}")
        if row is not None and event.side == "assistant":
            row.done = event.rounds_done
            self._done += 1
        if event.number == self._watched:
            if not self._side:  # it was not streamed: the scenario's own first message
                self._label(event.side)
                self._talk.append(event.content)
            self._side = ""
            self._talk.append("\n")

    def _stream(self, event: dialogue.Streamed | dialogue.Retried) -> None:
        if isinstance(event, dialogue.Retried):
            self._talk.append("  ✗\n", style="dim")
            self._side = ""
            return
        if not self._side:
            self._label(event.side)
        self._talk.append(event.text, style="dim" if event.side == "summary" else "")

    def _label(self, side: str) -> None:
        if len(self._talk) > KEPT:
            self._talk = self._talk[-KEPT // 2 :]
        names = {
            "user": t("用户", "User"),
            "assistant": t("助手", "Assistant"),
            "summary": t("备忘", "Notes"),
        }
        self._talk.append(names[side] + t("：", ": "), style=COLOURS[side])
        self._side = side

    def _distil(self, event: Any) -> None:
        match event:
            case distill.Found() if self._talks:
                self._total += event.talks
            case distill.Chunked():
                self._rows[f"t{event.item}"] = Row(t("蒸馏 ", "distil ") + event.name, 0, event.chunks + 1)
            case distill.PartDone():
                self._rows[f"t{event.item}"].done = event.done
            case distill.Left():
                self._rows.pop(f"t{event.item}", None)
            case distill.FileWritten() | distill.FileSkipped() | distill.FileFailed() if event.item:
                self._rows.pop(f"t{event.item}", None)
                self._done += self._talks
                self._before += self._talks and isinstance(event, distill.FileSkipped)
            case _:
                return

    def draw(self) -> RenderableType:
        """What the live part looks like now."""
        rows = Table.grid(padding=(0, 1), expand=True)
        rows.add_column(ratio=2, no_wrap=True, overflow="ellipsis")
        rows.add_column(ratio=3)
        rows.add_column(justify="right", no_wrap=True)
        for row in list(self._rows.values())[:ROWS]:
            rows.add_row(
                row.name, ProgressBar(total=row.total, completed=row.done), f"{row.done}/{row.total}"
            )
        hidden = len(self._rows) - ROWS
        if hidden > 0:
            rows.add_row(t(f"另有 {hidden} 个", f"and {hidden} more"), "", "")
        parts: list[RenderableType] = [rows, self._status()]
        if self._talk:
            lines = self._talk.wrap(self.console, max(self.console.width - 4, 20))[-LINES:]
            parts.insert(0, Panel(Text("\n").join(lines), border_style="magenta", height=LINES + 2))
        return Group(*parts)

    def _status(self) -> Text:
        """Rounds, tokens, money, time left."""
        spent = self.spent()
        unit = t("段对话", "talks") if self._talks else t("轮", "rounds")
        parts = [f"{self._done}/{self._total} {unit}"]
        limit = f" / {self.caps.tokens:,}" if self.caps.tokens is not None else ""
        parts.append(f"{spent.tokens:,}{limit} tokens")
        if spent.micros is not None and self.caps.currency:
            most = f" / {self.caps.micros / 1e6:.2f}" if self.caps.micros is not None else ""
            parts.append(f"{spent.micros / 1e6:.4f}{most} {self.caps.currency}")
        parts.append(t("剩余 ", "left ") + self._left())
        return Text("  ·  ".join(parts), style="bold")

    def _left(self) -> str:
        """By the pace so far; a talk that is half distilled counts as half."""
        part = sum(row.done / row.total for row in self._rows.values()) if self._talks else 0.0
        fresh, passed = self._done - self._before + part, time.monotonic() - self._began
        if not fresh:
            return "…"
        return duration(passed / fresh * (self._total - self._done - part))
