"""The tour as it stands, told by its events; what is to be drawn is collected until somebody draws it. Knows no Qt."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from zishu_app.dialogue import events as dialogue
from zishu_app.distill import events as distill
from zishu_app.ui.widgets.talk_view import Said, Voice

Phase = Literal["idle", "waking", "talking", "distilling", "done", "stopped", "failed"]
#: how long a step takes, in messages: reading a whole talk takes longer than answering in it
CHUNK, FINAL = 3.0, 1.5
#: how much of a step one may believe done while nothing is heard of it
MOST_GUESSED = 0.9

VOICES: dict[str, Voice] = {"user": "user", "assistant": "assistant", "summary": "notes"}


@dataclass(frozen=True, slots=True)
class Piece:
    """Text that is being written; "" with `void`: what was written is void."""

    voice: Voice
    text: str
    void: bool = False


@dataclass
class TourState:
    """One tour."""

    rounds: int
    clock: Callable[[], float] = time.monotonic
    phase: Phase = "waking"
    round: int = 0
    conversation: Path | None = None
    distilled: Path | None = None
    mistakes: int = 0
    #: why the dialogue, or distilling it, failed
    reason: str = ""
    hint: str = ""
    #: to be drawn in the talk; whoever draws it empties it
    talk: list[Said | Piece] = field(default_factory=list)
    #: what was distilled: "points" or "summary", and the text
    notes: list[tuple[str, str]] = field(default_factory=list)
    _done: float = 0.0
    _numbers: int = 0
    _began: float = 0.0
    _heard: float = 0.0

    def __post_init__(self) -> None:
        self._began = self._heard = self.clock()

    @property
    def total(self) -> float:
        """Steps in all; the first message is the scenario's own."""
        return 2 * self.rounds - 1 + CHUNK + FINAL

    def hear(self, event: Any) -> None:
        """One event of the dialogue or the distilling."""
        match event:
            case dialogue.Opened():
                self.phase, self.round = "talking", 1
            case dialogue.Streamed():
                self._stream(Piece(VOICES[event.side], event.text))
            case dialogue.Retried():
                self.talk.append(Piece(VOICES[event.side], "", void=True))
            case dialogue.Said():
                self._said(event)
            case dialogue.Written():
                self.conversation = event.path
            case dialogue.Failed() | distill.FileFailed():
                self.reason, self.hint = event.reason, event.hint
            case _:
                self._distil(event)

    def _stream(self, piece: Piece) -> None:
        last = self.talk[-1] if self.talk else None
        if isinstance(last, Piece) and last.voice == piece.voice and not last.void:
            self.talk[-1] = Piece(piece.voice, last.text + piece.text)
        else:
            self.talk.append(piece)

    def _said(self, event: dialogue.Said) -> None:
        if self._numbers and event.side != "summary":
            self._step(1)
        from zishu_app.ui.tabs.make.told import said_of  # with the first message, not with the page

        self.talk += said_of(self._numbers, event.side, event.content, event.extra)
        self._numbers += event.side != "summary"
        self.mistakes += len(event.extra.get("mistakes", ()))
        self.round = min(event.rounds_done + 1, self.rounds)

    def _distil(self, event: Any) -> None:
        match event:
            case distill.Chunked():
                self.phase = "distilling"
                self._heard = self.clock()
            case distill.PartDone():
                self._step(CHUNK)
                self.notes.append(("points", event.text))
            case distill.Distilled():
                self._step(FINAL)
                self.notes.append(("summary", str(event.product.get("final_summary", ""))))
            case distill.FileWritten() | distill.FileSkipped():
                self.distilled = event.path
            case _:
                return

    def _step(self, size: float) -> None:
        self._done += size
        self._heard = self.clock()

    def share(self) -> float:
        """How much is done, 0 to 1; goes on between two steps as it has gone until now."""
        if self.phase == "done":
            return 1.0
        pace = self._pace()
        step = CHUNK if self.phase == "distilling" else 1.0
        guessed = min((self.clock() - self._heard) / pace, MOST_GUESSED * step) if pace else 0.0
        return min((self._done + guessed) / self.total, 0.99)

    def seconds_left(self) -> float | None:
        """None: nothing can be said yet."""
        pace = self._pace()
        return max((1 - self.share()) * self.total * pace, 1.0) if pace else None

    def _pace(self) -> float:
        """Seconds a message takes; 0: not known yet."""
        return (self._heard - self._began) / self._done if self._done else 0.0
