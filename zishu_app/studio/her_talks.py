"""What was said with her, to be looked at, rated and corrected later, whether or not she is on the desktop now."""

import asyncio
import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from zishu_app.character.cast import card_of
from zishu_app.character.chat import Persona
from zishu_app.core.texts import Language, t
from zishu_app.house import House
from zishu_app.ledger.chats import KIND, Said, disliked, history
from zishu_app.studio import corrections
from zishu_app.studio.corrections import Spot


@dataclass(frozen=True)
class HerTalks:
    """The talks with one character."""

    house: House
    #: empty: there was none yet
    run_id: str
    persona: Persona

    async def history(
        self, text: str = "", before: tuple[int, int] | None = None, most: int = 100
    ) -> list[Said]:
        """What was said, the newest first; see `chats.history`."""
        if not self.run_id:
            return []
        return await asyncio.to_thread(history, self.house.store, self.run_id, text, before, most)

    async def disliked(self, before: tuple[int, int] | None = None, most: int = 100) -> list[Said]:
        """Her answers that were called bad and never put right, the newest first."""
        if not self.run_id:
            return []
        return await asyncio.to_thread(disliked, self.house.store, self.run_id, before, most)

    async def rate(self, talk: int, step: int, good: bool | None) -> int | None:
        """See `corrections.rate`."""
        return await corrections.rate(self.house, self._spot(talk, step), good, self._who())

    async def correct(self, talk: int, step: int, text: str) -> int | None:
        """See `corrections.correct`."""
        return await corrections.correct(self.house, self._spot(talk, step), text, self._who())

    def _spot(self, talk: int, step: int) -> Spot:
        return Spot(self.run_id, self.persona, talk, step)

    def _who(self) -> str:
        return self.house.settings.review.reviewer or t("我", "me")


async def open_talks(house: House, character: str, speaks: Language) -> HerTalks:
    """The talks with a character; nothing is begun by looking. Raises DataError where her card cannot be read."""
    card = await asyncio.to_thread(card_of, house.home, character, speaks)
    name = house.settings.companion.user_name.strip()
    somebody = "对方" if speaks == "zh" else "the user"  # as in studio/companion
    run = await house.store.ask(lambda file: run_of(file, character))
    return HerTalks(house, run, Persona(character, card, speaks, name or somebody))


def run_of(file: sqlite3.Connection, character: str) -> str:
    """The ledger's run all talks with a character belong to; empty: there was none yet."""
    rows = file.execute("SELECT id, recipe FROM runs WHERE kind = ? ORDER BY rowid", (KIND,))
    return next((row["id"] for row in rows if json.loads(row["recipe"]).get("character") == character), "")


def seen_of(said: Said) -> tuple[int, Mapping[str, int]]:
    """What she saw before an answer: tokens there was room for, and tokens of each part; nothing where it is not known."""
    seen = said.extra.get("seen")
    parts = seen.get("parts") if isinstance(seen, dict) else None
    if not isinstance(seen, dict) or not isinstance(parts, dict):
        return 0, {}
    return int(seen.get("room") or 0), {name: int(tokens) for name, tokens in parts.items()}


def recalled_of(said: Said) -> Sequence[int]:
    """Numbers of the memories she answered with."""
    found = said.extra.get("recalled")
    return [one for one in found if isinstance(one, int)] if isinstance(found, list) else []
