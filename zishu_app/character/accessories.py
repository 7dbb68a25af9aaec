"""What she wears: by the talk, where the card has a rule for it, and never twice within some minutes. Pure."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from zishu_app.character.card import Card
from zishu_app.character.mention import place_of

#: wearing nothing
NOTHING = "none"


@dataclass(frozen=True, slots=True)
class Worn:
    """What she wears, and since when (seconds since 1970)."""

    accessory: str = NOTHING
    since: float = 0.0
    #: what the settings named then: whichever is changed last counts
    setting: str = ""

    def as_dict(self) -> dict[str, Any]:
        """For the file that remembers it."""
        return {"accessory": self.accessory, "since": self.since, "setting": self.setting}


@dataclass(frozen=True, slots=True)
class Wears:
    """She has put something on, or (`none`) taken it off."""

    accessory: str


def worn_from(value: object, setting: str) -> Worn:
    """The opposite of `Worn.as_dict`; as the settings say where that cannot be read, or they were changed since."""
    if isinstance(value, Mapping):
        accessory, since = value.get("accessory"), value.get("since")
        known = isinstance(since, int | float) and math.isfinite(since)
        if isinstance(accessory, str) and accessory and known and value.get("setting") == setting:
            return Worn(accessory, float(since), setting)  # type: ignore[arg-type]
    return Worn(setting or NOTHING, 0.0, setting)


def by_talk(card: Card, text: str, worn: Worn, now: float) -> str | None:
    """What the talk makes her put on: of the words of all rules the last one said counts; None: nothing new."""
    if abs(now - worn.since) < card.wear_minutes * 60:
        return None
    best, wanted = -1, None
    for rule in card.wears:
        for word in rule.words:
            at = place_of(text, word)
            if at is not None and at > best:
                best, wanted = at, rule.accessory or NOTHING
    return wanted if wanted != worn.accessory else None
