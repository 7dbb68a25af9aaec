"""How she feels: a small state that feelings push and time draws back. Pure.

A feeling has a strength; it fades with a half-life of its own, and where it has faded she is again as she is that day.
A weak feeling does not drive out a strong one. Being calm is no feeling among others but the end of one.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from zishu_app.character.card import Card
from zishu_app.character.manifest import EMOTIONS
from zishu_app.character.mention import means
from zishu_app.character.tags import Felt
from zishu_app.core.chance import dice

#: seconds in which a feeling loses half of its strength
HALF_LIFE: dict[str, float] = {
    "calm": 60.0, "happy": 90.0, "laughing": 20.0, "shy": 45.0, "surprised": 8.0, "sad": 240.0, "angry": 60.0,
    "thinking": 15.0, "proud": 60.0, "sleepy": 600.0,
}  # fmt: skip
#: below this a feeling does not show
SHOWS = 0.25
#: what she can be like for a whole day, the likely ones more than once
DAYS = ("calm", "calm", "calm", "calm", "happy", "happy", "thinking", "proud", "sleepy")


@dataclass(frozen=True, slots=True)
class Mood:
    """What she feels since when, and what she is like today."""

    emotion: str = "calm"
    strength: float = 0.0
    #: seconds since 1970
    since: float = 0.0
    #: what she goes back to
    today: str = "calm"

    def as_dict(self) -> dict[str, Any]:
        """For the file that remembers it."""
        return {
            "emotion": self.emotion, "strength": self.strength, "since": self.since, "today": self.today,
        }  # fmt: skip


def mood_from(value: object) -> Mood:
    """The opposite of `Mood.as_dict`; what cannot be read is calm."""
    if not isinstance(value, Mapping):
        return Mood()
    emotion, today = value.get("emotion"), value.get("today")
    strength, since = value.get("strength"), value.get("since")
    return Mood(
        emotion if emotion in EMOTIONS else "calm",
        _share(strength),
        float(since) if isinstance(since, int | float) and math.isfinite(since) else 0.0,
        today if today in EMOTIONS else "calm",
    )


def strength_at(mood: Mood, now: float) -> float:
    """How strong the feeling is by now."""
    gone = abs(now - mood.since)  # a clock that was set back ends a feeling too
    return float(mood.strength * 0.5 ** min(gone / HALF_LIFE[mood.emotion], 64))


def shown(mood: Mood, now: float) -> str:
    """The feeling her face shows."""
    return mood.emotion if strength_at(mood, now) >= SHOWS else mood.today


def feel(mood: Mood, emotion: str, strength: float, now: float) -> Mood:
    """Something makes her feel so. The same feeling grows; another one comes in its place if it is strong enough."""
    if emotion not in EMOTIONS:
        return mood
    left, strength = strength_at(mood, now), _share(strength)
    if emotion == "calm":
        return replace(mood, strength=left * (1 - strength), since=now)
    if emotion == mood.emotion:
        return replace(mood, strength=min(max(left, strength) + 0.25 * min(left, strength), 1.0), since=now)
    if strength < left * 0.6:
        return mood
    return replace(mood, emotion=emotion, strength=strength, since=now)


def begin_day(mood: Mood, today: str, now: float) -> Mood:
    """What she is like today."""
    return replace(mood, today=today, strength=strength_at(mood, now), since=now)


def moved_by(card: Card, text: str) -> Felt | None:
    """What the card says the person's words do to her: the first of its rules that fits."""
    for rule in card.moods:
        if any(means(text, word) for word in rule.words):
            return Felt(rule.emotion, rule.strength)
    return None


def mood_of(day: date, seed: int = 0) -> str:
    """What she is like on a day, the same all day long."""
    return dice(seed, "mood of the day", day.isoformat()).choice(DAYS)


def next_change(mood: Mood, now: float) -> float | None:
    """Seconds until the feeling no longer shows; None where none does."""
    left = strength_at(mood, now)
    if left < SHOWS or shown(mood, now) == mood.today:
        return None
    return HALF_LIFE[mood.emotion] * math.log2(left / SHOWS) + 0.05


def _share(value: object) -> float:
    if not isinstance(value, int | float) or not math.isfinite(value):
        return 0.0
    return min(max(float(value), 0.0), 1.0)
