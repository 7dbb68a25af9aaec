"""Night school: she learns by herself while the computer is idle and on power. Pure: when she may, and what she tells."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from zishu_app.core.texts import t

#: hours after a night that failed, or found nothing, until it is tried again
REST_H = 12.0

Outcome = Literal["", "learnt", "worse", "failed", "stopped"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the settings say. Hours are those of the day, idle time is in minutes."""

    on: bool
    begins: int
    ends: int
    idle_min: int
    samples: int


@dataclass(frozen=True, slots=True)
class Around:
    """How it is at the computer."""

    now: datetime
    #: seconds without a key or the pointer; None: the system does not say
    idle: float | None
    on_power: bool
    #: accepted samples that no brain of hers has learnt
    fresh: int
    #: something is being trained already
    busy: bool = False


@dataclass(frozen=True, slots=True)
class Night:
    """What is remembered of it between two starts."""

    #: the training of tonight; "": none
    run: str = ""
    #: when she began last, ISO; "": never
    began: str = ""
    outcome: Outcome = ""
    #: the brain she came back with
    brain: str = ""
    #: what is still to be told in the morning
    untold: bool = False

    def as_dict(self) -> dict[str, Any]:
        """For the file that remembers it."""
        return {
            "run": self.run, "began": self.began, "outcome": self.outcome, "brain": self.brain, "untold": self.untold,
        }  # fmt: skip


def night_from(value: object) -> Night:
    """The opposite of `Night.as_dict`; what cannot be read is as before the first night."""
    if not isinstance(value, Mapping):
        return Night()
    texts = {name: value.get(name, "") for name in ("run", "began", "outcome", "brain")}
    if not all(isinstance(one, str) for one in texts.values()):
        return Night()
    return Night(**texts, untold=value.get("untold") is True)


def in_hours(now: datetime, begins: int, ends: int) -> bool:
    """Whether it is her time: from `begins` o'clock to `ends` o'clock, over midnight where it ends earlier."""
    hour = now.hour + now.minute / 60
    return begins <= hour < ends if begins < ends else hour >= begins or hour < ends


def may_begin(night: Night, wanted: Wanted, around: Around) -> bool:
    """Whether she may go to learn now. Where the system does not tell whether anybody is there, she does not."""
    if not wanted.on or around.busy or not around.on_power or around.idle is None:
        return False
    if around.idle < wanted.idle_min * 60 or around.fresh < wanted.samples:
        return False
    return in_hours(around.now, wanted.begins, wanted.ends) and not _rests(night, around.now)


def must_stop(wanted: Wanted, around: Around) -> bool:
    """Whether she has to come back: somebody is there again, the power went, the night is over, or it was switched off.

    She goes on another night from where she was.
    """
    here = around.idle is not None and around.idle < 60
    return (
        here or not wanted.on or not around.on_power or not in_hours(around.now, wanted.begins, wanted.ends)
    )


def begun(night: Night, run: str, now: datetime) -> Night:
    """She has gone to learn."""
    return replace(
        night, run=run, began=now.isoformat(timespec="seconds"), outcome="", brain="", untold=False
    )


def ended(night: Night, outcome: Outcome, brain: str = "") -> Night:
    """She is back. What was only stopped is gone on with, and not worth telling."""
    run = night.run if outcome == "stopped" else ""
    return replace(
        night, run=run, outcome=outcome, brain=brain, untold=outcome in ("learnt", "worse", "failed")
    )


def told(night: Night) -> Night:
    """It was told."""
    return replace(night, untold=False)


def report(night: Night, name: str) -> str:
    """What she says in the morning; `name`: of the brain. "": there is nothing to tell."""
    if not night.untold:
        return ""
    return {
        "learnt": t(
            f"早！昨晚我去上了夜校，学了你新通过的内容。新的大脑叫“{name}”，要不要换上试试？",
            f'Good morning! I went to night school and learnt what you had accepted. The new brain is called "{name}". Shall we try it?',
        ),
        "worse": t(
            f"早……昨晚学了新东西，可考试里原来会的退步了。我没有换上，你看看“{name}”再说，好吗？",
            "Good morning ... I learnt new things last night, but got worse at old ones."
            f' I did not put "{name}" on; will you look at it first?',
        ),
        "failed": t(
            "昨晚想去上夜校，没学成……“训练”页里写着为什么。",
            "I wanted to learn last night, and it did not work ... the Train page says why.",
        ),
    }.get(night.outcome, "")


def _rests(night: Night, now: datetime) -> bool:
    """After a night that came to an end she does not begin another one at once."""
    if night.outcome in ("", "stopped") or not night.began:
        return False
    try:
        began = datetime.fromisoformat(night.began)
    except ValueError:
        return False
    return now - began.replace(tzinfo=now.tzinfo) < timedelta(hours=REST_H)
