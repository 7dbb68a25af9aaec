"""What she does and says when she is touched, clicked on what she wears, or carried. Pure."""

from dataclasses import dataclass

from zishu_app.character.card import Card
from zishu_app.core.chance import dice

#: feeling, its strength, what she does, for each region
_FEELS: dict[str, tuple[str, float, str]] = {
    "head": ("happy", 0.6, ""),
    "cheek": ("shy", 0.8, ""),
    "hand": ("happy", 0.7, "wave"),
    "body": ("surprised", 0.6, ""),
    "accessory": ("proud", 0.7, ""),
    "carried": ("surprised", 0.5, ""),
}
#: touches within so many seconds that are too many, and what becomes of her then
OFTEN, TOO_OFTEN = 12.0, 5


@dataclass(frozen=True, slots=True)
class Reaction:
    """What a touch does to her."""

    emotion: str
    strength: float
    #: see motion.ACTIVITIES; empty: nothing of the kind
    activity: str
    #: what she says; empty: nothing
    says: str


@dataclass(frozen=True, slots=True)
class Touches:
    """When she was touched lately, and what she said last."""

    times: tuple[float, ...] = ()
    last: str = ""
    count: int = 0


def touch(card: Card, touches: Touches, region: str, now: float) -> tuple[Reaction, Touches]:
    """Her reaction to a touch at `now` (seconds); the same words never come twice running.

    Who pokes her again and again makes her cross.
    """
    times = tuple(one for one in (*touches.times, now) if now - one < OFTEN)
    lines = getattr(card.touched, region, ())
    choice = [line for line in lines if line != touches.last] or list(lines)
    says = choice[dice(touches.count, "touch", region).randrange(len(choice))] if choice else ""
    emotion, strength, activity = _FEELS.get(region, ("surprised", 0.5, ""))
    if len(times) >= TOO_OFTEN and region != "carried":
        emotion, strength, activity = "angry", 0.9, ""
    after = Touches(times, says or touches.last, touches.count + 1)
    return Reaction(emotion, strength, activity, says), after
