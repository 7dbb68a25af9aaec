"""A run of dialogues as it stands: told by its events while it goes on, read from the ledger when it is opened later.

Knows no Qt. The page draws what it finds here ten times a second, whatever pours in meanwhile.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from zishu_app.dialogue import events as dialogue
from zishu_app.distill import events as distill
from zishu_app.ledger.budget import Amount, Caps
from zishu_app.ledger.overview import RunRow
from zishu_app.ledger.runs import PlannedTalk, Turn
from zishu_app.ui.tabs.make.told import said_of
from zishu_app.ui.widgets.talk_view import Said

State = Literal["waiting", "talking", "retrying", "written", "distilling", "done", "failed"]


@dataclass
class Dialogue:
    """One dialogue of a run."""

    number: int
    talk_id: int
    scenario: str
    rounds: int
    target: float
    done: int = 0
    state: State = "waiting"
    reason: str = ""
    path: Path | None = None
    distilled: Path | None = None
    #: how it ended: "rounds", "stalled", "by_hand", or "" while it goes on
    ended: str = ""
    said: list[Said] = field(default_factory=list)
    #: a message that is being written: whose, and what of it is there
    writing: tuple[str, str] = ("", "")
    #: score of the stall radar after each round, and the rounds in which the topic was shifted
    scores: list[float] = field(default_factory=list)
    shifts: list[int] = field(default_factory=list)
    #: user messages that count for the noise, and those with a mistake
    typed: int = 0
    mistaken: int = 0
    #: wished for by hand and not yet done
    wish: str = ""
    #: its turns were read, or came as events from the first on
    loaded: bool = False

    @property
    def over(self) -> bool:
        """Nothing more will be said."""
        return self.state in ("written", "distilling", "done")

    def goes_on(self) -> None:
        """It talks, and what was in the way is no longer."""
        self.state, self.reason = "talking", ""

    def hear_turn(self, kind: str, content: str, extra: Any, *, first: bool) -> None:
        """A stored turn."""
        self.said += said_of(len([one for one in self.said if one.number >= 0]), kind, content, extra)
        self.writing = ("", "")
        if kind == "assistant":
            self.done += 1
        if kind != "user":
            return
        if not first:
            self.typed += 1
            self.mistaken += bool(extra.get("mistakes"))
            self.scores.append(float(extra.get("stall", 0.0)))
        if extra.get("steer") == "shift":
            self.shifts.append(len(self.scores) - 1)
            self.wish = ""


class RunState:
    """All dialogues of a run."""

    def __init__(self, talks: Sequence[PlannedTalk], *, distil: bool) -> None:
        self._distil = distil
        self.dialogues = {talk.number: _planned(talk) for talk in talks}
        self._began = time.monotonic()
        self._fresh = 0

    @property
    def rounds(self) -> tuple[int, int]:
        """Rounds done and rounds in all; what an early end leaves out is not left to do."""
        done = sum(one.done for one in self.dialogues.values())
        total = sum(one.done if one.over else one.rounds for one in self.dialogues.values())
        return done, total

    @property
    def noise(self) -> tuple[int, int, float]:
        """User messages with a mistake, all that count, and the share that is meant."""
        typed = sum(one.typed for one in self.dialogues.values())
        mistaken = sum(one.mistaken for one in self.dialogues.values())
        target = next((one.target for one in self.dialogues.values()), 0.0)
        return mistaken, typed, target

    @property
    def seconds_left(self) -> float | None:
        """By the pace so far; None before the first round of this time is done."""
        done, total = self.rounds
        if not self._fresh:
            return None
        return (time.monotonic() - self._began) / self._fresh * (total - done)

    def read_turns(self, number: int, turns: Iterable[Turn]) -> None:
        """What the ledger holds of a dialogue, instead of what is known of it."""
        one = self.dialogues[number]
        one.said, one.scores, one.shifts = [], [], []
        one.done = one.typed = one.mistaken = 0
        for turn in turns:
            one.hear_turn(turn.kind, turn.content, turn.extra, first=turn.step == 0)
        one.loaded = True

    def hear(self, event: Any) -> None:
        """An event of the run."""
        match event:
            case dialogue.Opened():
                self.dialogues[event.number].goes_on()
            case dialogue.Streamed():
                one = self.dialogues[event.number]
                side, text = one.writing
                one.writing = (event.side, (text if side == event.side else "") + event.text)
                one.goes_on()
            case dialogue.Retried():
                one = self.dialogues[event.number]
                one.writing, one.state, one.reason = ("", ""), "retrying", event.reason
            case dialogue.Said():
                self._said(event)
            case dialogue.Written():
                one = self.dialogues[event.number]
                one.path, one.ended, one.wish = event.path, event.ended, ""
                one.state = "distilling" if self._distil else "done"
            case dialogue.Failed():
                one = self.dialogues[event.number]
                one.state, one.reason = "failed", f"{event.reason} {event.hint}".strip()
                one.writing, one.wish = ("", ""), ""
            case distill.FileWritten() | distill.FileSkipped() | distill.FileFailed():
                self._distilled(event)

    def close(self) -> None:
        """It is over: what was being written is not any more, and what was wished for is forgotten."""
        for one in self.dialogues.values():
            one.writing, one.wish = ("", ""), ""
            if one.state in ("talking", "retrying"):
                one.state = "waiting"
            elif one.state == "distilling":
                one.state = "written"

    def _said(self, event: dialogue.Said) -> None:
        one = self.dialogues[event.number]
        one.hear_turn(event.side, event.content, event.extra, first=not one.said)
        one.done = event.rounds_done
        one.goes_on()
        self._fresh += event.side == "assistant"

    def _distilled(self, event: distill.FileWritten | distill.FileSkipped | distill.FileFailed) -> None:
        for one in self.dialogues.values():
            if one.path == event.source:
                one.state = "done"
                if isinstance(event, distill.FileFailed):
                    one.state, one.reason = "failed", f"{event.reason} {event.hint}".strip()
                else:
                    one.distilled = event.path


@dataclass
class Opened:
    """The run that is shown. `live`: it goes on in this window now."""

    run: RunRow
    state: RunState
    live: bool = False
    spent: Callable[[], Amount] | None = None
    caps: Caps | None = None
    stopping: bool = False


def _planned(talk: PlannedTalk) -> Dialogue:
    done = talk.state == "done"
    return Dialogue(
        number=talk.number,
        talk_id=talk.id,
        scenario=str(talk.plan["scenario"]["name"]),
        rounds=int(talk.plan["rounds"]),
        target=float(talk.plan["noise_rate"]),
        state="done" if done else "failed" if talk.state == "failed" else "waiting",
        reason=talk.reason,
        path=Path(talk.folder) / talk.file if done else None,
    )
