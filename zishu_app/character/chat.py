"""One turn of the talk with her: what the person says is stored, she is shown what she may see, her answer streams.

The same events serve the bubble, the command line and whatever comes. What she was stopped in is kept apart: it is never
shown to her as her own words, and nothing is remembered of it.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from zishu_app.character import lexicon, lore
from zishu_app.character.card import Card
from zishu_app.character.events import ChatEvent, Recalled, Replied, Thinking, Waiting
from zishu_app.character.prompt import Built, Count, Given, build, cut
from zishu_app.character.saying import Place, Saying, answer_tokens
from zishu_app.character.spoken import Line, counting, lines_of, notes_of
from zishu_app.core.clock import Clock
from zishu_app.core.errors import ContextExceeded, DataError
from zishu_app.core.messages import Message
from zishu_app.core.streams import closing
from zishu_app.core.texts import Language, t
from zishu_app.ledger.calls import MARGIN, Accounts, Asker, Question, Speaker
from zishu_app.ledger.chats import add_turn
from zishu_app.ledger.runs import Turn, turns_of
from zishu_app.ledger.store import Statement
from zishu_app.llm.base import Answered, Options
from zishu_app.memory.short_term import NOTE_TOKENS, Talkers, ask_notes, in_mind

__all__ = ["Brain", "Chat", "ChatEvent", "Persona", "Recall", "Recalled", "Replied", "Thinking", "Waiting"]

#: texts whose tokens are counted once
COUNTED = 2048
#: memories that do not confuse a very small model
TERSE_MEMORIES = 3
#: what is left of the room where a model can read less than it is said to, and the least share that is tried
SMALLER, LEAST = 0.5, 0.2


@dataclass(frozen=True, slots=True)
class Persona:
    """Who talks with whom."""

    character: str
    card: Card
    language: Language
    #: what the person is called in texts about them, e.g. "the user"
    user: str


#: the model she speaks with now. Raises BrainMissing, KeyMissing, DataError ... where there is none
Brain = Callable[[], Awaitable[Speaker]]
#: what she remembers when she hears this, and how its tokens are counted. Raises nothing
Recall = Callable[[str, Count], Awaitable[Recalled]]


@dataclass
class Chat:
    """The talk with one character: `talk` of the ledger's run `run_id`."""

    run_id: str
    talk: int
    persona: Persona
    accounts: Accounts
    clock: Clock
    brain: Brain
    recall: Recall
    #: most tokens of the talk that she is shown
    window_tokens: int = 3000
    #: what she saw before her last answer
    seen: Built | None = None
    #: by model, the share of its room that it can really read; by counter, its counts of what is counted again and again
    _room: dict[str, float] = field(default_factory=dict)
    _counts: dict[str, Count] = field(default_factory=dict)

    async def reply(self, text: str, happened: Sequence[str] = ()) -> AsyncIterator[ChatEvent]:
        """Her answer to what the person says; `happened`: what she is told beside it.

        Raises ZishuError; what was said is stored all the same.
        """
        await self.hear(text)
        async with closing(self.answer(happened)) as events:
            async for event in events:
                yield event

    async def hear(self, text: str) -> int:
        """Store what the person says; its step. Raises DataError where nothing was said."""
        if not text.strip():
            raise DataError(
                t("什么都没写。", "Nothing was said."), t("写点什么再发送。", "Write something first.")
            )
        return await self.add("user", text.strip(), {})

    async def answer(self, happened: Sequence[str] = ()) -> AsyncIterator[ChatEvent]:
        """Her answer to the last thing the person said: after a failure, or once more. Raises as `reply`."""
        turns = await asyncio.to_thread(turns_of, self.accounts.store, self.talk)
        said = counting(turns)
        while said and said[-1].kind != "user":
            said.pop()  # an answer that is asked for once more, or something she said by herself
        if not said:
            raise DataError(t("还没有可以回答的话。", "There is nothing to answer yet."))
        yield Thinking()
        began = self.clock.monotonic()
        speaker = await self.brain()
        recalled = await self.recall(said[-1].content, speaker.counter.count)
        saying = Saying(self._place(), speaker, recalled, (said[-1].step, len(turns)), began)
        try:
            async with closing(self._within(saying, turns, said, happened)) as events:
                async for event in events:
                    yield event
        finally:
            await saying.close()

    async def _within(
        self, saying: Saying, turns: Sequence[Turn], said: Sequence[Turn], happened: Sequence[str]
    ) -> AsyncIterator[ChatEvent]:
        """Ask with less, where a model can read less than is known of it."""
        while True:
            shown = _Shown(turns, said, saying.recalled, happened)
            self.seen = await asyncio.to_thread(self._built, saying.speaker, shown)
            try:
                async with closing(saying.stream(self.seen)) as events:
                    async for event in events:
                        yield event
            except ContextExceeded:
                share = self._room.get(saying.speaker.model.name, 1.0) * SMALLER
                if share < LEAST:
                    raise
                self._room[saying.speaker.model.name] = share
            else:
                return

    async def settle(self) -> bool:
        """Write notes of what is out of sight, if they are due; for after an answer. Says whether they were.

        Raises as `reply`; the notes are then written next time. A very small model writes none: they would be wrong.
        """
        speaker = await self.brain()
        if speaker.model.limits.terse:
            return False
        turns = await asyncio.to_thread(turns_of, self.accounts.store, self.talk)
        lines, notes = lines_of(counting(turns)), notes_of(turns)
        due = await asyncio.to_thread(self._due, speaker, lines, notes.covers)
        if due is None:
            return False
        limits = speaker.model.limits
        options = Options(temperature=0.3, max_tokens=min(NOTE_TOKENS, limits.context // 8))
        room = limits.context - options.max_tokens
        room = room if speaker.counter.exact else int(room / MARGIN)
        asked, covers = await asyncio.to_thread(
            self._asked, speaker, lines[due[0] : due[1]], notes.text, room
        )
        extra = self._place().stamped({"covers": covers})

        def keep(answer: Answered, call_id: str) -> list[Statement]:
            return [add_turn(self.talk, "summary", answer.text.strip(), extra, call_id)]

        question = Question(asked, options, speaker.count(asked))
        asker = Asker(self.run_id, str(self.talk), "summary", len(turns))
        async with closing(self.accounts.ask(asker, speaker, question, keep)) as deltas:
            async for _ in deltas:
                pass
        return True

    async def add(self, kind: str, content: str, extra: dict[str, Any]) -> int:
        """Store a turn that no call made, e.g. a greeting; its step."""
        return await self._place().add(kind, content, extra)

    def _built(self, speaker: Speaker, shown: "_Shown") -> Built:
        """What she sees. Counts tokens: for a thread."""
        lexicon.prepare()  # here, for the loop will ask it
        persona, limits, count = self.persona, speaker.model.limits, self._count(speaker)
        lines, notes = lines_of(shown.said), notes_of(shown.turns)
        messages = [one.message for one in lines]
        start = in_mind(messages, _covered(lines, notes.covers), count, self._window(speaker)).start
        given = Given(
            persona.card,
            persona.language,
            persona.user,
            messages[start:],
            lore.active(persona.card, messages, persona.user, count, len(messages)),
            shown.recalled.texts[:TERSE_MEMORIES] if limits.terse else shown.recalled.texts,
            notes.text,
            shown.happened,
            terse=limits.terse,
            now=_in_words(self.clock, persona.language),
            most_talk=self._window(speaker),
        )
        room = (limits.context - answer_tokens(speaker)) * self._room.get(speaker.model.name, 1.0)
        return build(given, count, int(room if speaker.counter.exact else room / MARGIN))

    def _asked(
        self, speaker: Speaker, lines: Sequence[Line], notes: str, room: int
    ) -> tuple[list[Message], int]:
        """The request for notes, and the last turn they will cover: as many lines as the model can read at once."""
        who = Talkers(self.persona.card.name, self.persona.user, self.persona.language)
        messages = [one.message for one in lines]
        while len(messages) > 1 and speaker.count(ask_notes(who, notes, messages)) > room:
            messages.pop()
        last = messages[-1]
        if speaker.count(ask_notes(who, notes, messages)) > room:
            bare = speaker.count(ask_notes(who, notes, [Message(last.role, "")]))
            messages = [Message(last.role, cut(last.content, speaker.counter.count, max(room - bare, 0)))]
        return ask_notes(who, notes, messages), lines[len(messages) - 1].step

    def _due(self, speaker: Speaker, lines: Sequence[Line], covers: int) -> tuple[int, int] | None:
        messages = [one.message for one in lines]
        return in_mind(messages, _covered(lines, covers), self._count(speaker), self._window(speaker)).due

    def _count(self, speaker: Speaker) -> Count:
        return self._counts.setdefault(speaker.counter.name, lru_cache(COUNTED)(speaker.counter.count))

    def _window(self, speaker: Speaker) -> int:
        return min(self.window_tokens, speaker.model.limits.context // 2)

    def _place(self) -> Place:
        return Place(self.run_id, self.talk, self.accounts, self.clock)


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a prompt is made of."""

    turns: Sequence[Turn]
    said: Sequence[Turn]
    recalled: Recalled
    happened: Sequence[str]


def _covered(lines: Sequence[Line], covers: int) -> int:
    return sum(one.step <= covers for one in lines)


def _in_words(clock: Clock, language: Language) -> str:
    now = clock.now()
    if language == "zh":
        return f"{now.year}年{now.month}月{now.day}日 星期{'一二三四五六日'[now.weekday()]} {now:%H:%M}"
    return f"{now:%A, %d %B %Y, %H:%M}"
