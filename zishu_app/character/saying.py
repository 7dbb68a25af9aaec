"""One answer of hers while it is spoken: asked for on the books, told piece by piece, kept with its call or apart."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

from zishu_app.character import lexicon
from zishu_app.character.events import ChatEvent, Recalled, Replied, Waiting
from zishu_app.character.prompt import Built
from zishu_app.character.tags import Felt, Spoken, TagReader, whole
from zishu_app.core.chance import derive
from zishu_app.core.clock import Clock
from zishu_app.core.errors import AnswerCut, AnswerEmpty, ZishuError
from zishu_app.core.streams import closing
from zishu_app.core.texts import t
from zishu_app.ledger.calls import Accounts, Asker, Question, Speaker
from zishu_app.ledger.chats import PARTIAL, add_turn, say, step_of, supersede
from zishu_app.ledger.store import Statement
from zishu_app.llm.base import Answered, Options, Retrying, Text

#: tokens of her longest answer
ANSWER_TOKENS = 1200
#: sentences of an answer by a model that cannot come to an end by itself, and how freely models speak, small ones last
SENTENCES = 2
TEMPERATURE, TERSE_TEMPERATURE = 0.8, 0.3


@dataclass(frozen=True, slots=True)
class Place:
    """Where a talk is kept."""

    run_id: str
    talk: int
    accounts: Accounts
    clock: Clock

    async def add(self, kind: str, content: str, extra: dict[str, Any]) -> int:
        """Store a turn that no call made; its step."""
        return await say(self.accounts.store, self.talk, kind, content, self.stamped(extra))

    def stamped(self, extra: dict[str, Any]) -> dict[str, Any]:
        """With the time."""
        return {"at": self.clock.now().isoformat(), **extra}


@dataclass
class Saying:
    """One answer while it is spoken."""

    place: Place
    speaker: Speaker
    recalled: Recalled
    #: the step it answers, and the turns there are
    at: tuple[int, int]
    began: float
    text: str = ""
    felt: str = ""
    #: the call whose answer was kept
    kept: str = ""
    failed: bool = False

    async def stream(self, built: Built) -> AsyncIterator[ChatEvent]:
        """Pieces and feelings as they come; at the end `Replied`."""
        question = self._question(built)
        asker = Asker(self.place.run_id, str(self.place.talk), "assistant", self.at[1])
        reader, self.failed = TagReader(), False
        try:
            async with closing(self.place.accounts.ask(asker, self.speaker, question, self._keep)) as deltas:
                async for delta in deltas:
                    if isinstance(delta, Retrying):
                        reader, self.text, self.felt = TagReader(), "", ""
                        yield Waiting(delta.delay, delta.reason)
                    elif isinstance(delta, Text):
                        for event in reader.feed(delta.text):
                            yield self._heard(event)
        except AnswerCut:  # she spoke for as long as she may; what she said is said
            if not self.text.strip():
                raise
        except ZishuError:
            self.failed = True
            raise
        for event in reader.finish():
            yield self._heard(event)
        step = await self._step()
        for ending in self._end(step):
            yield ending

    async def close(self) -> None:
        """She was stopped: what she had said is kept apart."""
        if not self.kept and self.text.strip() and not self.failed:
            await self.place.add(
                PARTIAL, self.text.strip(), {"brain": self.speaker.model.name, "to": self.at[0]}
            )

    def _question(self, built: Built) -> Question:
        terse = self.speaker.model.limits.terse
        options = Options(
            temperature=TERSE_TEMPERATURE if terse else TEMPERATURE,
            max_tokens=answer_tokens(self.speaker),
            seed=derive(self.place.talk, "chat", self.at[1]),
            sentences=SENTENCES,
        )
        self._seen = {"room": built.room, "parts": {one.part: one.tokens for one in built.shares}}
        return Question(built.messages, options, self.speaker.count(built.messages))

    def _heard(self, event: Spoken | Felt) -> Spoken | Felt:
        if isinstance(event, Spoken):
            self.text += event.text
        else:
            self.felt = event.emotion
        return event

    def _keep(self, answer: Answered, call_id: str) -> list[Statement]:
        """The turn, without tags, in the commit that books its call."""
        events = list(whole(answer.text))
        text = "".join(one.text for one in events if isinstance(one, Spoken)).strip()
        if not text:
            raise AnswerEmpty(t("模型只给了一个表情，没有说话。", "The model gave a feeling and no words."))
        self.felt = next((one.emotion for one in reversed(events) if isinstance(one, Felt)), "")
        self.kept, self.text = call_id, text
        return [
            supersede(self.place.talk, self.at[0]),
            add_turn(self.place.talk, "assistant", text, self._extra(), call_id),
        ]

    def _extra(self, **more: Any) -> dict[str, Any]:
        seconds = round(self.place.clock.monotonic() - self.began, 3)
        return self.place.stamped(
            {
                "to": self.at[0],
                "brain": self.speaker.model.name,
                "mood": self.felt or lexicon.feeling(self.text).emotion,
                "recalled": list(self.recalled.numbers),
                "seen": self._seen,
                "seconds": seconds,
                **more,
            }
        )

    async def _step(self) -> int:
        """Where the answer stands; one that was cut off is stored now, for its call failed."""
        if not self.kept:
            self.text, self.kept = self.text.strip(), "cut"
            return await self.place.add("assistant", self.text, self._extra(cut=True))
        step = step_of(self.place.accounts.store, self.place.talk, self.kept)
        if step is None:  # kept in the same commit as its call
            raise LookupError(f"no turn of call {self.kept}")
        return step

    def _end(self, step: int) -> Iterator[ChatEvent]:
        emotion = self.felt
        if not emotion:  # the model gave none: her words tell
            felt = lexicon.feeling(self.text)
            emotion = felt.emotion
            yield felt
        seconds = round(self.place.clock.monotonic() - self.began, 3)
        brain, recalled = self.speaker.model.name, self.recalled.numbers
        yield Replied(self.place.talk, step, self.text, emotion, brain, seconds, recalled)


def answer_tokens(speaker: Speaker) -> int:
    """Tokens of the longest answer: what is left of a small model's room is for what it is shown."""
    return min(ANSWER_TOKENS, speaker.model.limits.context // 4)
