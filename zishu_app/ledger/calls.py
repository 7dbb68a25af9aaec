"""Asking a model on the books: reserve, open the call, stream, book the answer with what is made of it.

The answer and what the room keeps of it (a turn, a distilled chunk) go into the ledger in one commit,
so a stored reply is never asked for again, and an unstored one never counts.
"""

import json
import logging
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field

from zishu_app.core.clock import Clock
from zishu_app.core.errors import AnswerEmpty, ZishuError
from zishu_app.core.messages import Message
from zishu_app.core.streams import closing
from zishu_app.core.texts import t
from zishu_app.core.tokens import Counter
from zishu_app.ledger.budget import Amount, Budget
from zishu_app.ledger.store import Statement, Store
from zishu_app.llm.base import Answered, ChatModel, Delta, Options, Reasoning, Retrying, Text, Usage
from zishu_app.llm.prices import Price, cost

log = logging.getLogger("zishu.ledger")

#: tokens the role and the marks around one message take, rounded up
FRAME = 8
#: how far a count by another model's tokenizer may be below the truth
MARGIN = 1.3


@dataclass(frozen=True, slots=True)
class Speaker:
    """A model, what it costs, and how its tokens are counted."""

    model: ChatModel
    counter: Counter
    price: Price | None = None

    def count(self, messages: Sequence[Message]) -> int:
        """Tokens of a whole prompt by our count."""
        return sum(self.counter.count_many([message.content for message in messages])) + FRAME * len(messages)

    def worst(self, prompt_tokens: int, max_tokens: int) -> Amount:
        """What one attempt can take at most."""
        prompt = prompt_tokens if self.counter.exact else int(prompt_tokens * MARGIN) + 1
        return self.amount(Usage(prompt, max_tokens))

    def amount(self, usage: Usage) -> Amount:
        """Tokens and money of a usage."""
        micros = cost(self.price, usage) if self.price else None
        return Amount(usage.prompt_tokens + usage.completion_tokens, micros)


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: the run, which talk or file of it, what for, and at which step."""

    run_id: str
    item: str
    purpose: str
    step: int


@dataclass(frozen=True, slots=True)
class Question:
    """One call: its messages, options, and how many tokens the prompt has by our count."""

    messages: Sequence[Message]
    options: Options
    prompt_tokens: int


@dataclass(slots=True)
class _Open:
    """A call under way."""

    id: str
    reserved: Amount
    began: float
    #: booked for attempts that failed after they had begun to answer
    wasted: Amount = field(default_factory=Amount)
    retries: int = 0
    answering: bool = False
    #: the reservation is still with the budget
    held: bool = True
    #: what the answer took, once it is there
    taken: Amount | None = None

    @property
    def lost(self) -> Amount:
        """What it took if it ends now without being kept: as told, else all of it once something had come."""
        if self.taken is not None:
            return self.taken
        return self.reserved if self.answering and self.held else Amount(0, self.reserved.micros and 0)


#: what a room keeps of an answer: (answer, call id) -> statements for the same commit
Keep = Callable[[Answered, str], Sequence[Statement]]


class Accounts:
    """Asks models for the rooms and keeps the books of one run."""

    def __init__(self, store: Store, budget: Budget, clock: Clock) -> None:
        self.store = store
        self.budget = budget
        self._clock = clock

    async def ask(self, who: Asker, speaker: Speaker, question: Question, keep: Keep) -> AsyncIterator[Delta]:
        """The model's stream; its `Answered` comes only when it is booked and kept on disk.

        Raises BudgetReached before anything is sent, and whatever the model raises.
        """
        worst = speaker.worst(question.prompt_tokens, question.options.max_tokens)
        call = _Open(secrets.token_hex(8), await self.budget.reserve(worst), self._clock.monotonic())
        taken = call.reserved  # a call left in mid-answer is booked whole
        try:
            await self.store.write(_opening(call, who, speaker, question.options, self._clock))
            async with closing(speaker.model.stream(question.messages, question.options)) as stream:
                async for delta in stream:
                    if isinstance(delta, Answered):
                        taken = await self._answered(call, speaker, delta, keep)
                    elif isinstance(delta, Retrying):
                        await self._attempt_failed(call)
                    else:
                        call.answering = call.answering or isinstance(delta, Text | Reasoning)
                    yield delta
        except ZishuError as error:
            taken = call.lost
            await self.store.write(self._failure(call, speaker, error, taken))
            raise
        finally:
            if call.held:
                self.budget.settle(call.reserved, taken)

    async def _answered(self, call: _Open, speaker: Speaker, answer: Answered, keep: Keep) -> Amount:
        """Book an answer and store what is made of it. Raises AnswerEmpty: an empty one is never a turn."""
        call.taken = speaker.amount(answer.usage) if answer.usage else call.reserved
        if not answer.text.strip():
            raise AnswerEmpty(t("模型返回了空回答。", "The model gave an empty answer."))
        await self.store.write(self._closing(call, speaker, answer, call.taken), *keep(answer, call.id))
        return call.taken

    async def _attempt_failed(self, call: _Open) -> None:
        """An attempt that had begun to answer is booked whole: nobody says what it took."""
        call.retries += 1
        if call.answering:
            self.budget.settle(call.reserved, call.reserved)
            call.held, call.answering = False, False
            call.wasted += call.reserved
            call.reserved = await self.budget.reserve(call.reserved)
            call.held = True
            # both attempts stay booked if the program is killed now
            booked = call.wasted + call.reserved
            await self.store.write(
                (
                    "UPDATE calls SET booked_tokens = ?, micros = ?, retries = ? WHERE id = ?",
                    (booked.tokens, booked.micros, call.retries, call.id),
                )
            )

    def _closing(self, call: _Open, speaker: Speaker, answer: Answered, taken: Amount) -> Statement:
        usage = answer.usage
        return (
            "UPDATE calls SET state = 'answered', seconds = ?, retries = ?, prompt_tokens = ?,"
            " completion_tokens = ?, cached_tokens = ?, reasoning_tokens = ?, booked_tokens = ?, counted = ?,"
            " micros = ?, currency = ?, finish = ? WHERE id = ?",
            (
                round(self._clock.monotonic() - call.began, 3),
                call.retries,
                usage and usage.prompt_tokens,
                usage and usage.completion_tokens,
                usage and usage.cached_tokens,
                usage and usage.reasoning_tokens,
                (taken + call.wasted).tokens,
                "reported" if usage else "reserved",
                (taken + call.wasted).micros,
                speaker.price and speaker.price.currency,
                answer.finish_reason,
                call.id,
            ),
        )

    def _failure(self, call: _Open, speaker: Speaker, error: ZishuError, taken: Amount) -> Statement:
        log.info("call %s failed: %s", call.id, type(error).__name__)
        return (
            "UPDATE calls SET state = 'failed', seconds = ?, retries = ?, booked_tokens = ?, counted = 'reserved',"
            " micros = ?, currency = ?, error = ? WHERE id = ?",
            (
                round(self._clock.monotonic() - call.began, 3),
                call.retries,
                (taken + call.wasted).tokens,
                (taken + call.wasted).micros,
                speaker.price and speaker.price.currency,
                f"{type(error).__name__}: {error.message}",
                call.id,
            ),
        )


def _opening(call: _Open, who: Asker, speaker: Speaker, options: Options, clock: Clock) -> Statement:
    params = {
        "temperature": options.temperature,
        "max_tokens": options.max_tokens,
        "seed": options.seed,
        "schema": options.schema is not None,
    }
    return (
        "INSERT INTO calls (id, run_id, item, purpose, step, model, params, state, opened, booked_tokens, micros)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, 'open', ?, ?, ?)",
        (
            call.id,
            who.run_id,
            who.item,
            who.purpose,
            who.step,
            speaker.model.name,
            json.dumps(params),
            clock.now().isoformat(),
            # until it is answered, the reservation stands: a killed run continues with it booked
            call.reserved.tokens,
            call.reserved.micros,
        ),
    )
