"""How she is: what she feels, what she wears, when she last met the person; kept in the small file of her state."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from zishu_app.character.accessories import Wears, Worn, by_talk, worn_from
from zishu_app.character.card import Card
from zishu_app.character.greetings import Greeting, greet, occasion
from zishu_app.character.mood import Mood, begin_day, feel, mood_from, mood_of, moved_by, shown
from zishu_app.character.tags import Felt
from zishu_app.core.clock import Clock
from zishu_app.studio.companion_state import StateFile


@dataclass
class Condition:
    """How one character is. Nothing is written before `write`, which blocks."""

    file: StateFile
    character: str
    clock: Clock
    mood: Mood
    worn: Worn
    #: when they met last, and what she greeted with
    last: datetime | None = None
    greeting: str = ""

    def feel(self, felt: Felt) -> None:
        """Something makes her feel so."""
        self.mood = feel(self._today(), felt.emotion, felt.strength, self.now())

    def face(self) -> str:
        """The feeling her face shows now."""
        self.mood = self._today()
        return shown(self.mood, self.now())

    def put_on(self, accessory: str) -> None:
        """She wears this from now on; "none": nothing."""
        self.worn = Worn(accessory, self.now(), self.worn.setting)

    def moved(self, card: Card, text: str, *, wears: bool) -> list[Felt | Wears]:
        """What the person's words do to her: she feels, and (`wears`) puts something on."""
        felt, found = moved_by(card, text), list[Felt | Wears]()
        if felt is not None:
            self.feel(felt)
            found.append(felt)
        accessory = by_talk(card, text, self.worn, self.now()) if wears else None
        if accessory is not None:
            self.put_on(accessory)
            found.append(Wears(accessory))
        return found

    def meet(self, card: Card, called: str) -> Greeting | None:
        """What she says first, if it is time to greet; from now on they have met."""
        now = self.clock.now()
        why = occasion(self.last, now)
        self.last = now
        said = greet(card, why, called, self.greeting, int(self.now())) if why else None
        if said is not None:
            self.greeting = said.text
            self.feel(Felt(said.emotion, 0.8))
        return said

    def now(self) -> float:
        """Seconds since 1970."""
        return self.clock.now().timestamp()

    def write(self) -> None:
        """Keep it."""
        values = {
            "mood": self.mood.as_dict(),
            "worn": self.worn.as_dict(),
            "last": self.last.isoformat() if self.last else None,
            "greeting": self.greeting,
        }
        self.file.write(self.character, values)

    def _today(self) -> Mood:
        today = mood_of(self.clock.now().date())
        return self.mood if self.mood.today == today else begin_day(self.mood, today, self.now())


def condition_of(file: StateFile, character: str, accessory: str, clock: Clock) -> Condition:
    """How she was left; `accessory`: what the settings name. Blocks."""
    kept = file.read(character)
    greeting = kept.get("greeting")
    return Condition(
        file,
        character,
        clock,
        mood_from(kept.get("mood")),
        worn_from(kept.get("worn"), accessory),
        _moment(kept),
        greeting if isinstance(greeting, str) else "",
    )


def _moment(kept: Mapping[str, Any]) -> datetime | None:
    try:
        return datetime.fromisoformat(str(kept.get("last")))
    except ValueError:
        return None
