"""She herself, opened for one who talks with her: her card, her talk in the ledger, her brain, her memory and her mood.

The window and the command line are given the same `Companion` and show what it tells. What it needs of rooms that it does
not know (memory, reminders) is handed in as plain functions, see studio/senses.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from zishu_app.character import lexicon
from zishu_app.character.accessories import Wears
from zishu_app.character.cast import card_of
from zishu_app.character.chat import Chat, ChatEvent, Persona, Replied
from zishu_app.character.greetings import Greeting
from zishu_app.character.tags import Felt
from zishu_app.core.errors import ZishuError
from zishu_app.core.streams import closing
from zishu_app.core.texts import Language, language, t
from zishu_app.house import House
from zishu_app.ledger.budget import Caps
from zishu_app.ledger.chats import Said, asked_last, chat_run, history, new_sitting, sitting
from zishu_app.ledger.runs import Run
from zishu_app.studio import corrections
from zishu_app.studio.afterwards import PATIENCE_S, Afterwards
from zishu_app.studio.companion_state import StateFile
from zishu_app.studio.condition import Condition, condition_of
from zishu_app.studio.corrections import Spot
from zishu_app.studio.her_brain import HerBrain
from zishu_app.studio.her_memory import HerMemory
from zishu_app.studio.reminding import listening
from zishu_app.studio.senses import Exchange, Happened, Listen, Remember, Senses

log = logging.getLogger("zishu.companion")

CompanionEvent = ChatEvent | Wears | Happened


@dataclass(frozen=True, slots=True)
class Opening:
    """How she is opened."""

    #: None: as the settings say
    language: Language | None = None
    #: a brain for as long as she is open; empty: hers
    brain: str = ""
    #: a new sitting, whenever the last one was
    anew: bool = False


@dataclass
class Companion:
    """One character, opened. Close it: what still goes on beside the talk is waited for or given up."""

    house: House
    run: Run
    chat: Chat
    condition: Condition
    brain: HerBrain
    #: what she calls the person when she speaks
    called: str
    senses: Senses = field(default_factory=Senses)
    #: None where what she is given is somebody else's
    memory: HerMemory | None = None
    #: is told what was remembered of an exchange, after the answer
    remembered: Callable[[Exchange, Sequence[Any]], None] | None = None
    #: talk and step of what the person said last; None until it stands in the talk
    heard: tuple[int, int] | None = None
    afterwards: Afterwards = field(default_factory=Afterwards)

    async def reply(self, text: str) -> AsyncIterator[CompanionEvent]:
        """Her answer to what the person says, with all that it does to her. Ends and fails as `Chat.reply`."""
        self.heard = None
        await self._sit_down()
        before = await asyncio.to_thread(_before, self)
        said = Exchange(self.chat.talk, await self.chat.hear(text), before, text.strip())
        self.heard = (said.talk, said.step)
        happened: list[str] = []
        for listen in self.senses.listen:
            for one in await _heard(listen, said.said):
                happened += [one.told] if one.told else []
                yield one
        wears = self.house.settings.companion.wears_by_talk
        for moved in self.condition.moved(self.chat.persona.card, text, wears=wears):
            yield moved
        async with closing(self._answer(said, happened)) as events:
            async for event in events:
                yield event

    async def again(self) -> AsyncIterator[CompanionEvent]:
        """Another answer to the last thing the person said, also where another sitting has begun since; what is said
        next belongs to that one. Ends and fails as `Chat.answer`.
        """
        asked = await asyncio.to_thread(asked_last, self.house.store, self.run)
        self.chat.talk = self.chat.talk if asked is None else asked
        async with closing(self._answer(None, ())) as events:
            async for event in events:
                yield event

    async def greet(self) -> Greeting | None:
        """What she says first, if it is time to greet; it stands in the talk then."""
        said = self.condition.meet(self.chat.persona.card, self.called)
        if said is not None:
            await self.say(said.text, said.emotion, greeting=True)
        await self.keep()
        return said

    async def say(self, text: str, emotion: str, **about: Any) -> tuple[int, int]:
        """Something she says by herself: talk and step of its turn."""
        await self._sit_down()
        return self.chat.talk, await self.chat.add("assistant", text, {"mood": emotion, **about})

    async def start_anew(self) -> None:
        """A new sitting: what was said so far is history."""
        self.chat.talk = await new_sitting(self.house.store, self.run, self.house.clock)

    async def wear(self, accessory: str) -> None:
        """The person has her wear this; "none": nothing."""
        self.condition.put_on(accessory)
        await self.keep()

    async def rate(self, talk: int, step: int, good: bool | None) -> int | None:
        """See `corrections.rate`."""
        return await corrections.rate(self.house, _spot(self, talk, step), good, _who(self.house))

    async def correct(self, talk: int, step: int, text: str) -> int | None:
        """See `corrections.correct`."""
        return await corrections.correct(self.house, _spot(self, talk, step), text, _who(self.house))

    async def history(
        self, text: str = "", before: tuple[int, int] | None = None, most: int = 100
    ) -> list[Said]:
        """What was said, the newest first; see `chats.history`."""
        return await asyncio.to_thread(history, self.house.store, self.run.id, text, before, most)

    async def keep(self) -> None:
        """How she is lasts to the next start. Raises DataError where it cannot be written."""
        self.condition.last = self.house.clock.now()
        await asyncio.to_thread(self.condition.write)

    async def close(self, patience: float = PATIENCE_S) -> None:
        """Nothing of the talk is lost by it; what goes on beside it has so many seconds yet."""
        await self.afterwards.close(patience)
        await self.keep()

    async def _answer(self, said: Exchange | None, happened: Sequence[str]) -> AsyncIterator[CompanionEvent]:
        replied: Replied | None = None
        try:
            async with closing(self.chat.answer(happened)) as events:
                async for event in events:
                    if isinstance(event, Felt):
                        self.condition.feel(event)
                    elif isinstance(event, Replied):
                        replied = event
                    yield event
        finally:
            remember = self.senses.remember if self.house.settings.memory.remembers else None
            if said is not None and remember is not None:
                if replied is not None:
                    said = replace(said, answer=replied.text, recalled=replied.recalled)
                self.afterwards.do(partial(_told, self, remember, said))
            self.afterwards.do(*([self.chat.settle] if replied else []), self.keep)

    async def _sit_down(self) -> None:
        """After a long silence it is another sitting; another program may have begun one too."""
        self.chat.talk = await sitting(self.house.store, self.run, self.house.clock)


async def _heard(listen: Listen, text: str) -> Sequence[Happened]:
    """What a sentence does by itself; where that fails she answers all the same."""
    try:
        return await listen(text)
    except ZishuError as error:
        log.warning("what was said did nothing by itself: %s", error.message)
        return []


async def _told(companion: Companion, remember: Remember, exchange: Exchange) -> None:
    """Remember, and say what was remembered; nothing where that was switched off while it waited for its turn."""
    if not companion.house.settings.memory.remembers:
        return
    found = await remember(exchange)
    if found and companion.remembered is not None:
        companion.remembered(exchange, found)


def _before(companion: Companion) -> str:
    """What she said last, if it was the last thing that was said. Reads the ledger: for a thread."""
    rows = history(companion.house.store, companion.run.id, most=1)
    there = rows and (rows[0].talk, rows[0].kind) == (companion.chat.talk, "assistant")
    return rows[0].content if there else ""


def _spot(companion: Companion, talk: int, step: int) -> Spot:
    return Spot(companion.run.id, companion.chat.persona, talk, step)


async def open_companion(
    house: House,
    opening: Opening = Opening(),  # noqa: B008 - a frozen value
    senses: Senses | None = None,
) -> Companion:
    """The character of the settings, ready to talk; `senses`: in the place of her memory and her reminders.

    Raises DataError where her card or her memory cannot be read.
    """
    wanted = house.settings.companion
    speaks = opening.language or (language() if wanted.language == "auto" else wanted.language)
    await asyncio.to_thread(lexicon.prepare)
    card = await asyncio.to_thread(card_of, house.home, wanted.character, speaks)
    condition = await asyncio.to_thread(
        condition_of, StateFile(house.home.companion), wanted.character, wanted.accessory, house.clock
    )
    run = await chat_run(house.store, wanted.character, house.clock)
    talk = await (new_sitting if opening.anew else sitting)(house.store, run, house.clock)
    accounts, _ = await house.accounts(run.id, Caps())
    brain = HerBrain(house, speaks, opening.brain)
    memory = None
    if senses is None:
        mind = await house.mind(wanted.character)
        memory = HerMemory(house, mind, brain, accounts, run.id, card.name, speaks)
        reminders = listening(house, wanted.character, speaks)
        senses = Senses(memory.recall, memory.remember, (reminders, memory.listen))
    name = wanted.user_name.strip()
    persona = Persona(wanted.character, card, speaks, name or _somebody(speaks))
    window = house.settings.memory.window_tokens
    chat = Chat(run.id, talk, persona, accounts, house.clock, brain, senses.recall, window)
    companion = Companion(house, run, chat, condition, brain, name or _you(speaks), senses, memory)
    if memory is not None:
        companion.afterwards.do(memory.finish)
    return companion


def _somebody(speaks: Language) -> str:
    """A person without a name, in texts about them."""
    return "对方" if speaks == "zh" else "the user"


def _you(speaks: Language) -> str:
    """A person without a name, in what is said to them."""
    return "你" if speaks == "zh" else "you"


def _who(house: House) -> str:
    return house.settings.review.reviewer or t("我", "me")
