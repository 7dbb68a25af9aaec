"""Asking for a form: once, and once more when the reply does not keep it.

Every reply is kept in the ledger under the fingerprint of the work it belongs to, whether it keeps the form or not:
what was paid for is read again instead of asked for again.
"""

import json
import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from zishu_app.core.chance import derive
from zishu_app.core.errors import AnswerCut
from zishu_app.core.messages import Message
from zishu_app.core.streams import closing
from zishu_app.ledger.calls import Accounts, Asker, Question, Speaker
from zishu_app.ledger.runs import keep_part
from zishu_app.llm.base import Answered, Options, Retrying

TRIES = 2

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Work:
    """Who asks whom, what for, and which replies are already there."""

    who: Asker
    speaker: Speaker
    accounts: Accounts
    #: fingerprint of what is worked on and how
    item: str
    #: the stored replies of the item, by key
    parts: Mapping[str, Any]

    def worst(self, messages: Sequence[Message]) -> int:
        """Tokens of a prompt, rather too many than too few."""
        return self.speaker.worst(self.speaker.count(messages), 0).tokens


@dataclass(frozen=True, slots=True)
class Sheet(Generic[T]):
    """What is asked for, and how its reply is read."""

    key: str
    messages: Sequence[Message]
    options: Options
    #: None: the reply does not keep the form
    read: Callable[[str], T | None]
    #: what is said to a reply that does not
    again: str


@dataclass(frozen=True, slots=True)
class Slip:
    """An attempt failed or did not keep the form; another one follows."""

    reason: str
    delay: float = 0.0


@dataclass(frozen=True, slots=True)
class Filled(Generic[T]):
    """The ending: what was read, or None and the raw reply where it never kept the form."""

    value: T | None
    raw: str


async def fill(work: Work, sheet: Sheet[T]) -> AsyncIterator[Slip | Filled[T]]:
    """Ask for the form. Ends with one `Filled`; replies that are stored are not asked for again.

    Raises AnswerCut where it was cut twice, BudgetReached, and whatever the model raises.
    """
    talk, options, raw = list(sheet.messages), sheet.options, ""
    for attempt in range(1, TRIES + 1):
        if f"{sheet.key}/{attempt}" not in work.parts and f"{sheet.key}/{attempt + 1}" in work.parts:
            continue  # it was cut, and the next one is stored
        answers: list[str] = []
        async with closing(_reply(work, f"{sheet.key}/{attempt}", talk, options, answers)) as events:
            async for event in events:
                yield event
        raw = answers[-1] if answers else raw
        value = sheet.read(raw) if answers else None
        if value is not None:
            yield Filled(value, raw)
            return
        if attempt < TRIES:
            if answers:
                yield Slip("form")
                talk = _asked_again(work, sheet, raw)
            seed = derive(sheet.options.seed or 0, "again", attempt)
            options = replace(options, max_tokens=_more(work, options, talk), seed=seed)
    yield Filled(None, raw)


def json_in(reply: str) -> Any:
    """The JSON object a reply consists of, with or without a code fence around it."""
    bare = re.sub(r"^```(?:json)?\s*|\s*```$", "", reply.strip())
    if not bare.startswith("{"):
        return None
    try:
        return json.loads(bare)
    except (ValueError, RecursionError):  # braces within braces without end
        return None


async def _reply(
    work: Work, key: str, messages: Sequence[Message], options: Options, into: list[str]
) -> AsyncIterator[Slip]:
    """The stored reply, or a fresh one. A reply that was cut is none; the next try has more room."""
    if key in work.parts:
        into.append(work.parts[key])
        return
    question = Question(messages, options, work.speaker.count(messages))

    def keep(answer: Answered, call_id: str) -> list[Any]:
        into.append(answer.text)
        return [keep_part(work.item, key, answer.text, call_id)]

    try:
        async for delta in work.accounts.ask(work.who, work.speaker, question, keep):
            if isinstance(delta, Retrying):
                yield Slip(delta.reason, delta.delay)
    except AnswerCut as error:
        if key.endswith(f"/{TRIES}"):
            raise
        yield Slip(error.message)


def _asked_again(work: Work, sheet: Sheet[T], raw: str) -> list[Message]:
    """The request with the reply that was not in the form, where both can be shown; else the request alone."""
    talk = [*sheet.messages, Message("assistant", raw), Message("user", sheet.again)]
    needed = work.worst(talk) + sheet.options.max_tokens * 3 // 2
    return talk if needed <= work.speaker.model.limits.context else list(sheet.messages)


def _more(work: Work, options: Options, messages: Sequence[Message]) -> int:
    """Room for a second try: half as much again, where the model has it."""
    free = work.speaker.model.limits.context - work.worst(messages)
    return min(options.max_tokens * 3 // 2, max(free, options.max_tokens))
