"""How a talk is shown: live on a terminal, her words alone into a pipe, one JSON event a line for programs."""

import json
import sys
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from rich.console import Console
from rich.status import Status
from rich.text import Text

from zishu_app.character.accessories import NOTHING, Wears
from zishu_app.character.chat import Replied, Thinking, Waiting
from zishu_app.character.tags import Felt, Spoken
from zishu_app.cli.chat.faces import face
from zishu_app.cli.view import JsonView
from zishu_app.core.errors import ZishuError
from zishu_app.core.texts import t
from zishu_app.memory.reminders import Reminder
from zishu_app.studio.senses import Happened


class Shown(Protocol):
    """Shows a talk."""

    def show(self, event: Any) -> None:
        """One event of an answer."""

    def note(self, line: str) -> None:
        """Something that is said about the talk."""

    def stopped(self) -> None:
        """The answer was stopped."""

    def failed(self, error: ZishuError) -> None:
        """The answer failed."""


@dataclass
class Json:
    """For programs. Implements `Shown`."""

    view: JsonView = field(default_factory=JsonView)

    def show(self, event: Any) -> None:
        """See `Shown`."""
        self.view.show(event)

    def note(self, line: str) -> None:
        """See `Shown`."""
        self.view.say(line)

    def stopped(self) -> None:
        """See `Shown`."""
        self._print({"event": "stopped"})

    def failed(self, error: ZishuError) -> None:
        """See `Shown`."""
        self._print(
            {"event": "failed", "kind": type(error).__name__, "message": error.message, "hint": error.hint}
        )

    def _print(self, value: dict[str, Any]) -> None:
        print(json.dumps(value, ensure_ascii=False), flush=True)


@dataclass
class Plain:
    """Her words alone, each answer when it is whole; everything else to standard error. Implements `Shown`."""

    def show(self, event: Any) -> None:
        """See `Shown`."""
        if isinstance(event, Replied):
            print(visible(event.text), flush=True)
        elif isinstance(event, Happened) and (line := _told(event)):
            self.note(line)

    def note(self, line: str) -> None:
        """See `Shown`."""
        print(visible(line), file=sys.stderr, flush=True)

    def stopped(self) -> None:
        """See `Shown`."""

    def failed(self, error: ZishuError) -> None:
        """See `Shown`."""
        self.note(f"{t('错误：', 'Error: ')}{error.message}")
        if error.hint:
            self.note(f"  → {error.hint}")


@dataclass
class Terminal:
    """Her words as they come, behind her name and her face. Implements `Shown`."""

    name: str
    console: Console = field(default_factory=lambda: Console(highlight=False))
    _thinking: Status | None = None
    _emotion: str = ""
    _label: str = ""
    _speaking: bool = False

    def show(self, event: Any) -> None:
        """See `Shown`."""
        match event:
            case Thinking():
                self._emotion = ""
                self._thinking = self.console.status(t("想一想…", "thinking ..."), spinner="dots")
                self._thinking.start()
            case Felt():
                self._emotion = event.emotion
            case Spoken():
                self._spoken(event.text)
            case Waiting():
                seconds = f"{event.seconds:.0f}"
                again = t(f"{event.reason}，{seconds} 秒后重试", f"{event.reason}; again in {seconds} s")
                self._end()
                self.note(again)
            case Replied():
                self._replied(event)
            case Wears() | Happened() if line := _told(event):
                self.note(line)

    def note(self, line: str) -> None:
        """See `Shown`."""
        self._rest()
        self.console.print(Text(visible(line), style="dim"))

    def stopped(self) -> None:
        """See `Shown`."""
        self._rest()
        self.console.print(Text(t(" ……（停下了）", " ... (stopped)"), style="dim"))
        self._speaking = False

    def failed(self, error: ZishuError) -> None:
        """See `Shown`."""
        self._end()
        self.console.print(Text(visible(error.message), style="bright_red"))
        if error.hint:
            self.note(error.hint)

    def _spoken(self, text: str) -> None:
        self._rest()
        if not self._speaking:
            self._speaking, self._label = True, self._emotion or "calm"
            self.console.print(Text(f"{self.name} {face(self._label)} ", style="bold magenta"), end="")
        self.console.print(Text(visible(text)), end="", soft_wrap=True)

    def _replied(self, event: Replied) -> None:
        if self._speaking and event.emotion != self._label:  # how she feels at the end of it
            self.console.print(Text(f" {face(event.emotion)}", style="magenta"), end="")
        self._end()

    def _end(self) -> None:
        self._rest()
        if self._speaking:
            self.console.print()
        self._speaking = False

    def _rest(self) -> None:
        """She thinks no longer."""
        if self._thinking is not None:
            self._thinking.stop()
            self._thinking = None


def visible(text: str) -> str:
    """Text without what a terminal would take for an order: a model may write anything."""
    return "".join(
        char for char in text if char in "\n\t" or (ord(char) >= 32 and not 127 <= ord(char) < 160)
    )


def _told(event: Wears | Happened) -> str:
    """Empty where she is told something, and says it in her own words."""
    if isinstance(event, Happened):
        return _reminder(event.event) if isinstance(event.event, Reminder) else ""
    if event.accessory == NOTHING:
        return t("（她摘下了配件）", "(she takes off what she wears)")
    return t(f"（她戴上了 {event.accessory}）", f"(she puts on the {event.accessory})")


def _reminder(one: Reminder) -> str:
    return f"⏰ {datetime.fromtimestamp(one.due):%m-%d %H:%M}  {one.text}".rstrip()
