"""What she remembers, as the talk with her uses it: recalled before an answer, noted after it, and forgotten when she is asked to.

Forgetting cannot be undone, so what is asked for in talk ("forget that") is only shown; whoever shows it asks the person
once and calls `forget`.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from zishu_app.character.chat import Recalled
from zishu_app.character.prompt import Count
from zishu_app.core.errors import ZishuError
from zishu_app.core.texts import Language
from zishu_app.house import House
from zishu_app.ledger.calls import Accounts
from zishu_app.memory import forget as forgetting
from zishu_app.memory.extract import Asking, Talked
from zishu_app.memory.forget import Forgotten
from zishu_app.memory.look import Sought, get_many, of_turn, search
from zishu_app.memory.mind import Mind
from zishu_app.memory.recall import Room, recall, warm_up
from zishu_app.memory.remember import Kept, add_by_hand, remember
from zishu_app.memory.store import Memory, Noted, TurnKey, used
from zishu_app.memory.wishes import wish
from zishu_app.studio.her_brain import HerBrain
from zishu_app.studio.senses import Exchange, Happened

log = logging.getLogger("zishu.companion")

#: most memories that a wish in words can mean
MEANT = 3


@dataclass(frozen=True, slots=True)
class AsksToForget:
    """The person wants something forgotten: the memories, and the turns they were said in. Nothing has gone yet."""

    memories: tuple[Memory, ...]
    turns: tuple[TurnKey, ...]


@dataclass
class HerMemory:
    """The memory of one character."""

    house: House
    mind: Mind
    brain: HerBrain
    accounts: Accounts
    run_id: str
    #: what she is called
    name: str
    language: Language

    async def recall(self, text: str, count: Count) -> Recalled:
        """What comes to her mind. Raises nothing: a memory that cannot be read is told in the log, and she answers without."""
        room = Room(self.house.settings.memory.recall_tokens, count)
        try:
            found = await recall(self.mind, text, room)
        except ZishuError as error:
            log.info("recalling: %s", error.message)
            return Recalled()
        return Recalled(tuple(one.line for one in found), tuple(one.memory.id for one in found))

    async def remember(self, exchange: Exchange) -> Sequence[Kept]:
        """What was new in an exchange. Raises as `memory.remember`."""
        await used(self.mind.memories, exchange.recalled, self.mind.now())
        talked = Talked(exchange.said, exchange.before, exchange.answer, (exchange.talk, exchange.step))
        kept = await remember(self.mind, talked, await self._asking())
        return [one for one in kept if one.what != "same"]

    async def listen(self, text: str) -> Sequence[Happened]:
        """What is asked of her memory in so many words; that it is asked stands in the ledger already."""
        asked = wish(text)
        if asked is None:
            return []
        if asked.what == "remember":
            told = self._said(f"对方请你记住：{asked.text}", f"They ask you to remember: {asked.text}")
            if not self.house.settings.memory.remembers:
                told = self._said(
                    f"{told}。但“记住新的事”已经关掉，你记不下来：请照实说。",
                    f"{told}. But remembering is switched off, so you will not keep it: say so.",
                )
            return [Happened(told)]
        told = self._said(
            "对方想让你忘掉一些事，正在确认要不要真的忘掉。你答应就好，不要重复内容。",
            "They want something forgotten and are being asked to confirm it. Agree, and do not repeat what it was.",
        )
        return [Happened(told, await self.meant(asked.text, said=True))]

    async def meant(self, text: str, *, said: bool = False) -> AsksToForget:
        """What a wish to forget means: memories like `text`, or, without one, what was said last and came of it.

        `said`: the wish itself is the last thing the person said in the talk, and goes too.
        """
        turns = await asyncio.to_thread(self._last_turns)
        here, before = turns[: int(said)], turns[int(said) :]
        if text:
            found = await recall(self.mind, text, Room(1 << 20, len))
            return AsksToForget(tuple(one.memory for one in found[:MEANT]), here)
        memories = await self.mind.memories.ask(lambda file: self._of_turns(file, before[:1]))
        return AsksToForget(tuple(memories), (*before[:1], *here))

    async def one(self, number: int) -> AsksToForget:
        """One memory that is to be forgotten, e.g. from the chip in her bubble."""
        memories = await self.mind.memories.ask(lambda file: get_many(file, [number], self.mind.character))
        return AsksToForget(tuple(memories), ())

    async def forget(self, asked: AsksToForget) -> Forgotten:
        """Forget it for good. Raises DataError where a file cannot be written."""
        numbers = [one.id for one in asked.memories]
        return await forgetting.forget(self.mind, self.house.elsewhere, numbers, asked.turns)

    async def note(self, text: str) -> Kept:
        """Remember what the person says in so many words. Raises DataError for nothing at all."""
        return await add_by_hand(self.mind, Noted(text.strip(), importance=0.8, confidence=1.0))

    async def look(self, text: str = "", most: int = 50) -> list[Memory]:
        """What she remembers; with a text, what it finds."""
        sought = Sought(text, past=False)
        return await self.mind.memories.ask(lambda file: search(file, self.mind.character, sought, most=most))

    async def finish(self) -> None:
        """Once at a start: what was being forgotten when the program was killed is forgotten."""
        await forgetting.finish(self.mind, self.house.elsewhere)

    async def warm_up(self) -> None:
        """Have the lane load what recalling needs; for when the person is about to say something."""
        await warm_up(self.mind)

    def _last_turns(self) -> tuple[TurnKey, ...]:
        """The last two things the person said, the latest first. Reads the ledger."""
        rows = self.house.store.read(
            "SELECT talk_id, step FROM turns JOIN talks ON talks.id = talk_id WHERE run_id = ? AND kind = 'user'"
            " ORDER BY talk_id DESC, step DESC LIMIT 2",
            (self.run_id,),
        )
        return tuple((int(row["talk_id"]), int(row["step"])) for row in rows)

    def _of_turns(self, file: sqlite3.Connection, turns: Sequence[TurnKey]) -> list[Memory]:
        numbers = [number for turn in turns for number in of_turn(file, self.mind.character, turn)]
        return get_many(file, numbers, self.mind.character)

    async def _asking(self) -> Asking | None:
        try:
            speaker = await self.brain()
        except ZishuError:  # rules note what they can
            return None
        return Asking(self.accounts, speaker, self.run_id, self.name)

    def _said(self, zh: str, en: str) -> str:
        """In the language she speaks: it is for her."""
        return zh if self.language == "zh" else en
