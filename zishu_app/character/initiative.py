"""When she begins to talk by herself, and about what. Pure: never in full screen or when not to be disturbed, never while
the person is away, never the same twice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from zishu_app.core.chance import dice

#: seconds between two times she begins, least and most, by how talkative she may be
PACE: dict[str, tuple[float, float]] = {
    "rare": (3 * 3600, 6 * 3600),
    "normal": (3600, 2 * 3600),
    "lively": (900, 2400),
}
#: seconds without a key or the pointer after which nobody is there, and after a talk in which she keeps still
AWAY, AFTER_TALK = 300.0, 600.0
#: sayings that are remembered so that none comes again
MOST = 200


@dataclass(frozen=True, slots=True)
class Initiative:
    """What she remembers of it; kept with her state."""

    #: seconds since 1970: when she may begin again
    after: float = 0.0
    count: int = 0
    #: fingerprints of what was said
    said: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """For the file that remembers it."""
        return {"after": self.after, "count": self.count, "said": list(self.said)}


def initiative_from(value: object) -> Initiative:
    """The opposite of `Initiative.as_dict`; what cannot be read is as at the first start."""
    if not isinstance(value, Mapping):
        return Initiative()
    after, count, said = value.get("after"), value.get("count"), value.get("said")
    return Initiative(
        float(after) if isinstance(after, int | float) else 0.0,
        count if isinstance(count, int) else 0,
        tuple(one for one in said if isinstance(one, str))[-MOST:] if isinstance(said, list) else (),
    )


@dataclass(frozen=True, slots=True)
class Around:
    """How it is at the computer."""

    #: seconds since 1970
    now: float
    level: str
    full_screen: bool = False
    disturb: bool = False
    #: seconds without a key or the pointer; None: not known
    idle: float | None = None
    #: when the last word was said between the two
    talked: float = 0.0
    #: somebody writes to her, she speaks, a focus timer runs
    busy: bool = False


def may_begin(state: Initiative, around: Around) -> bool:
    """Whether this is the moment."""
    if around.level not in PACE or around.full_screen or around.disturb or around.busy:
        return False
    if around.idle is not None and around.idle > AWAY:
        return False
    return around.now >= state.after and around.now - around.talked >= AFTER_TALK


def begin(
    state: Initiative, around: Around, about: Sequence[str], lines: Sequence[str]
) -> tuple[str, Initiative]:
    """What she says: something of the person's that is open first, else a line of the card; never the same twice.

    Empty where nothing new is left; either way she waits before the next time.
    """
    least, most = PACE[around.level]
    chance = dice(state.count, "initiative", int(around.now // 60))
    after = around.now + least + chance.random() * (most - least)
    fresh = [one for one in (*about, *lines) if one not in state.said]
    first = [one for one in about if one in fresh]
    choice = first or fresh
    says = choice[chance.randrange(len(choice))] if choice else ""
    said = (*state.said, says)[-MOST:] if says else state.said
    return says, replace(state, after=after, count=state.count + 1, said=said)


def wait(state: Initiative, around: Around) -> Initiative:
    """At a start she does not begin at once."""
    least = PACE.get(around.level, (0.0, 0.0))[0]
    return state if state.after > around.now else replace(state, after=around.now + least / 4)
