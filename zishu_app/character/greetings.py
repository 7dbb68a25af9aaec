"""What she says first: when they meet, on a new day, after a long time; never the same twice running. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from zishu_app.character.card import Card, filled
from zishu_app.character.tags import Felt, Spoken, whole
from zishu_app.core.chance import dice

Occasion = Literal["first", "missed", "day", "back"]

#: after so long she has missed the person, and after so long she greets again on the same day
LONG, AGAIN = timedelta(days=3), timedelta(hours=6)
#: the hour at which a new day begins for those who are up late
MORNING = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class Greeting:
    """What she says, without its tag, and how she feels."""

    text: str
    emotion: str


def occasion(last: datetime | None, now: datetime) -> Occasion | None:
    """Why she greets, where they last met at `last`; None: they have only just met."""
    if last is None:
        return "first"
    gone = abs(now - last)
    if gone >= LONG:
        return "missed"
    if (now - MORNING).date() != (last - MORNING).date():
        return "day"
    return "back" if gone >= AGAIN else None


def greet(card: Card, why: Occasion, user: str, before: str, seed: int) -> Greeting | None:
    """A greeting that is not the one `before`; None where the card has none."""
    own = {"first": card.first_greetings, "missed": card.missed_greetings}.get(why, ())
    texts = [filled(one, card, user).strip() for one in own or card.greetings]
    texts = [one for one in texts if one]
    fresh = [one for one in texts if _said(one).text != before] or texts
    # a foreign card's first greeting sets the scene
    chosen = fresh[0] if why == "first" and fresh else dice(seed, "greeting").choice(fresh) if fresh else ""
    return _said(chosen) if chosen else None


def _said(text: str) -> Greeting:
    events = list(whole(text))
    spoken = "".join(one.text for one in events if isinstance(one, Spoken)).strip()
    return Greeting(spoken, next((one.emotion for one in events if isinstance(one, Felt)), "happy"))
