"""Books for the rooms' tests: a real ledger, scripted models, and tokens that can be counted in the head."""

import math
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from zishu_app.core.clock import ScriptedClock
from zishu_app.core.messages import Message
from zishu_app.ledger.budget import Budget, Caps
from zishu_app.ledger.calls import Accounts, Asker, Question, Speaker
from zishu_app.ledger.runs import lose_open_calls, spent
from zishu_app.ledger.store import Store
from zishu_app.llm.base import Answered, Delta, Limits, Options, Usage
from zishu_app.llm.prices import Price
from zishu_app.llm.scripted import ScriptedModel

RUN = "run"
#: one micro-unit for every token read, two for every token written
PRICE = Price(Decimal(1), Decimal(2), None, "CNY", "https://example.invalid", "2026-01")


@dataclass(frozen=True)
class LetterCounter:
    """Two characters are a token. Implements `Counter`."""

    name: str = "letters"
    exact: bool = True

    def count(self, text: str) -> int:
        return math.ceil(len(text) / 2)

    def count_many(self, texts: Sequence[str]) -> list[int]:
        return [self.count(text) for text in texts]


def speaker(model: Any, price: Price | None = None, *, exact: bool = True) -> Speaker:
    return Speaker(model, LetterCounter(exact=exact), price)


def scripted(answers: Any, **options: Any) -> ScriptedModel:
    """A scripted model whose answers come in few pieces."""
    model = ScriptedModel(answers=answers, **options)
    model.piece = 400
    return model


class StrictModel(ScriptedModel):
    """Tells its usage, and notes every call whose prompt and longest answer are together above its context."""

    def __init__(
        self, answers: Callable[[Sequence[Message], Options], str], context: int, **limits: Any
    ) -> None:
        super().__init__(answers=answers, limits=Limits(context=context, tokenizer="letters", **limits))
        self.piece = 400
        self.too_long: list[tuple[int, int]] = []

    async def stream(self, messages: Sequence[Message], options: Options) -> AsyncIterator[Delta]:
        tokens = sum(LetterCounter().count(message.content) + 4 for message in messages)
        if tokens + options.max_tokens > self.limits.context:
            self.too_long.append((tokens, options.max_tokens))
        async for delta in super().stream(messages, options):
            if isinstance(delta, Answered):
                delta = replace(delta, usage=Usage(tokens, LetterCounter().count(delta.text)))
            yield delta


class DeltaModel:
    """Streams exactly these events, or raises where one is an error; one list a call."""

    name = "scripted/deltas"
    limits = Limits()

    def __init__(self, *calls: Iterable[Delta | Exception]) -> None:
        self._calls = [list(call) for call in calls]
        self.asked = 0
        self.closed = 0

    async def stream(self, messages: Sequence[Message], options: Options) -> AsyncIterator[Delta]:
        events = self._calls[self.asked]
        self.asked += 1
        try:
            for event in events:
                if isinstance(event, Exception):
                    raise event
                yield event
        finally:
            self.closed += 1


def question(text: str = "hello", max_tokens: int = 100) -> Question:
    messages = [Message("user", text)]
    return Question(messages, Options(max_tokens=max_tokens), speaker(scripted([])).count(messages))


def asker(item: str = "0", purpose: str = "assistant", step: int = 0, run: str = RUN) -> Asker:
    return Asker(run, item, purpose, step)


def accounts_on(store: Store, caps: Caps = Caps(), run: str = RUN) -> Accounts:  # noqa: B008 - a frozen value
    return Accounts(store, Budget(caps, spent(store, run)), ScriptedClock())


async def accounts_again(store: Store, caps: Caps = Caps(), run: str = RUN) -> Accounts:  # noqa: B008
    """As a continued run opens its books."""
    await lose_open_calls(store, run)
    return accounts_on(store, caps, run)


def nothing_kept(answer: Answered, call_id: str) -> list[Any]:
    return []


def calls(store: Store) -> list[dict[str, Any]]:
    return [dict(row) for row in store.read("SELECT * FROM calls ORDER BY opened, id")]


def ledger(folder: Path) -> Path:
    return folder / "ledger.sqlite"
