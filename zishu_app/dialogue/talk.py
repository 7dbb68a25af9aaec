"""A dialogue as it stands: its plan and its stored turns, and what follows from them.

Nothing here remembers anything of its own. The same plan and turns always lead to the same next move,
which is why a dialogue goes on after a crash as if nothing had happened.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from zishu_app.core.chance import derive, dice
from zishu_app.core.messages import Message
from zishu_app.core.texts import t
from zishu_app.dialogue.persona import TurnStyle, draw_style
from zishu_app.dialogue.plan import Plan
from zishu_app.dialogue.stall import Reading, read, why
from zishu_app.ledger.runs import Turn

#: shifts of topic that may fail one after another before the dialogue ends
SHIFTS = 3
#: rounds without a stall after which a shift has worked
RECOVERED = 4

Steer = Literal["free", "goal", "shift", "farewell"]


@dataclass(frozen=True, slots=True)
class Direction:
    """What the user's side is told about its next message."""

    steer: Steer
    style: TurnStyle
    #: what to bring the talk to
    goal: str = ""
    #: how many shifts in a row this one is
    shift: int = 0
    #: why the topic is shifted, or why the talk ends
    reason: str = ""
    signals: tuple[str, ...] = ()
    #: a person asked for the shift, not the radar
    by_hand: bool = False
    #: what the radar read, 0 to 1: for a curve beside the talk, nothing follows from it
    stall: float = 0.0

    def record(self) -> dict[str, Any]:
        """What of it is stored with the turn."""
        found: dict[str, Any] = {"stall": self.stall} if self.stall > 0 else {}
        if self.steer == "free":
            return found
        found["steer"] = self.steer
        if self.goal:
            found["goal"] = self.goal
        if self.reason:
            found |= {"reason": self.reason, "signals": list(self.signals), "shift": self.shift}
        if self.by_hand:
            found["by_hand"] = True
        return found


@dataclass
class Talk:
    """The plan and the turns so far."""

    plan: Plan
    turns: list[Turn] = field(default_factory=list)

    @property
    def spoken(self) -> list[Turn]:
        """The turns that are messages."""
        return [turn for turn in self.turns if turn.kind != "summary"]

    @property
    def messages(self) -> list[Message]:
        """The dialogue itself."""
        return [Message("user" if turn.kind == "user" else "assistant", turn.content) for turn in self.spoken]

    @property
    def summary(self) -> Turn | None:
        """The newest notes on what is no longer shown to the models."""
        return next((turn for turn in reversed(self.turns) if turn.kind == "summary"), None)

    @property
    def rounds(self) -> int:
        """Whole rounds so far."""
        return sum(turn.kind == "assistant" for turn in self.turns)

    @property
    def mistaken(self) -> list[bool]:
        """For every user message so far, whether it has a mistake."""
        return [bool(turn.extra.get("mistakes")) for turn in self.turns if turn.kind == "user"]

    @property
    def next_side(self) -> Literal["user", "assistant"] | None:
        """Who speaks next; None: the dialogue is over."""
        spoken = self.spoken
        if not spoken or spoken[-1].kind == "assistant":
            over = self.rounds >= self.plan.rounds or (spoken and self._farewell(spoken))
            return None if over else "user"
        return "assistant"

    @property
    def ended(self) -> str:
        """Why it is over: 'rounds', 'stalled', or 'by_hand' where it is neither and yet goes no further."""
        if self._farewell(self.spoken):
            return "stalled"
        return "rounds" if self.rounds >= self.plan.rounds else "by_hand"

    @staticmethod
    def _farewell(spoken: list[Turn]) -> bool:
        last_user = next((turn for turn in reversed(spoken) if turn.kind == "user"), None)
        return last_user is not None and last_user.extra.get("steer") == "farewell"

    def direct(self, *, shift: bool = False) -> Direction:
        """What the user's side shall do in its next message (not the first one, which is given).

        `shift`: a person asks for another topic; that goes before whatever the radar would do, a farewell too.
        """
        style = draw_style(
            derive(self.plan.seed, "style"), self.plan.persona, self.rounds, self.plan.language
        )
        last = _last_shift(self.spoken)
        reading = read(self.messages, since=last[0] if last else 0)
        return replace(self._steered(style, reading, last, shift=shift), stall=round(reading.score, 3))

    def _steered(
        self, style: TurnStyle, reading: Reading, last: tuple[int, int] | None, *, shift: bool
    ) -> Direction:
        failed = last[1] if last and len(self.spoken) - last[0] < 2 * RECOVERED else 0
        if shift:
            reason = t("由用户手动转移话题。", "Shifted by hand.")
            return Direction("shift", style, self._next_topic(failed), failed + 1, reason, by_hand=True)
        if reading.stalled:
            return self._shift(style, reading, failed)
        if (goal := self._goal_due()) is not None:
            return Direction("goal", style, goal)
        return Direction("free", style)

    def _shift(self, style: TurnStyle, reading: Reading, failed: int) -> Direction:
        signals = tuple(signal.kind for signal in reading.signals)
        if failed >= SHIFTS:
            reason = t(f"连续 {SHIFTS} 次转移话题无效：", f"{SHIFTS} shifts of topic did not help: ") + why(
                reading
            )
            return Direction("farewell", style, reason=reason, signals=signals, shift=failed)
        return Direction("shift", style, self._next_topic(failed), failed + 1, why(reading), signals)

    def _open_goals(self) -> list[str]:
        used = {turn.extra["goal"] for turn in self.turns if "goal" in turn.extra}
        return [goal for goal in self.plan.scenario.user_followups if goal not in used]

    def _next_topic(self, failed: int) -> str:
        """Along the follow-ups, then the persona's interests."""
        if goals := self._open_goals():
            return goals[0]
        interests = self.plan.persona.interests
        return dice(self.plan.seed, "interest", self.rounds, failed).choice(interests)

    def _goal_due(self) -> str | None:
        """The next shard of the goal, so that the follow-ups are spread over the whole dialogue."""
        goals = self._open_goals()
        total = len(self.plan.scenario.user_followups)
        pace = max(self.plan.rounds / (total + 1), 1.0)
        wobble = dice(self.plan.seed, "pace", self.rounds).uniform(-0.3, 0.3) if pace > 1 else 0.0
        due = int(self.rounds / pace + wobble)
        return goals[0] if goals and total - len(goals) < due else None

    def is_interest(self, goal: str) -> bool:
        """Whether a goal is one of the persona's interests rather than a follow-up."""
        return goal not in self.plan.scenario.user_followups and goal in self.plan.persona.interests


def _last_shift(spoken: Iterable[Turn]) -> tuple[int, int] | None:
    """Message number of the newest shift of topic, and how many of the radar's have then failed in a row.

    One by hand opens a topic too, and the talk before it is not held against it. But it was no try of the
    radar's: should the talk stall again, the radar goes on counting where it stood.
    """
    found = None
    for number, turn in enumerate(spoken):
        if turn.extra.get("steer") == "shift":
            found = number, int(turn.extra["shift"]) - bool(turn.extra.get("by_hand"))
    return found
