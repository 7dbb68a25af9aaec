"""Asking a model about a sample: on the books, kept under the fingerprint of all that was asked, never paid for twice."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from zishu_app.core.chance import derive
from zishu_app.core.errors import FATAL, ZishuError
from zishu_app.core.messages import Message
from zishu_app.core.streams import closing
from zishu_app.core.texts import t
from zishu_app.core.tokens import RememberingCounter
from zishu_app.dataset.sample import fingerprint
from zishu_app.ledger.calls import Accounts, Asker, Speaker
from zishu_app.ledger.forms import Sheet, Slip, Work, fill
from zishu_app.ledger.runs import parts_of
from zishu_app.llm.base import Options

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Judge:
    """A model that judges, and how much its word weighs."""

    speaker: Speaker
    weight: float = 1.0

    @property
    def name(self) -> str:
        """`endpoint/model`, as the ledger names it."""
        return self.speaker.model.name


@dataclass(frozen=True, slots=True)
class Tools:
    """Who judges, and on which books."""

    run_id: str
    accounts: Accounts
    judges: tuple[Judge, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Of all that judge."""
        return tuple(judge.name for judge in self.judges)


@dataclass(frozen=True, slots=True)
class Silent:
    """A model said nothing that counts, and why."""

    who: str
    reason: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Heard(Generic[T]):
    """What a model said, read."""

    value: T


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a model, whole."""

    purpose: str
    messages: tuple[Message, ...]
    options: Options
    #: fingerprint of it
    item: str


#: (temperature, tokens of the longest answer, JSON schema)
Manner = tuple[float, int, Mapping[str, Any] | None]


def asked(purpose: str, speaker: Speaker, messages: tuple[Message, ...], manner: Manner) -> Asked:
    """With its fingerprint, and a seed out of it."""
    temperature, most, schema = manner
    said = (f"{one.role}\1{one.content}" for one in messages)
    item = fingerprint(purpose, speaker.model.name, temperature, *said)
    return Asked(purpose, messages, Options(temperature, most, derive(0, item), schema), item)


def work_of(subject: str, speaker: Speaker, tools: Tools, what: Asked) -> Work:
    """How a question stands in the ledger. `subject`: which sample."""
    who = Asker(tools.run_id, subject, what.purpose, 0)
    return Work(who, speaker, tools.accounts, what.item, parts_of(tools.accounts.store, what.item))


async def hear(work: Work, sheet: Sheet[T]) -> AsyncIterator[Slip | Heard[T] | Silent]:
    """Ask. Ends with one `Heard`, or with `Silent` where the form was not kept or the model failed.

    Raises BudgetReached and whatever else every further call would meet too.
    """
    who = work.speaker.model.name
    try:
        async with closing(fill(work, sheet)) as events:
            async for event in events:
                if isinstance(event, Slip):
                    yield event
                elif event.value is None:
                    yield Silent(who, t("两次回答都不符合格式。", "It did not keep the form, twice."))
                else:
                    yield Heard(event.value)
    except FATAL:
        raise
    except ZishuError as error:
        yield Silent(who, error.message, error.hint)


def remembering(speaker: Speaker) -> Speaker:
    """For one sample, whose prompt is weighed several times."""
    return replace(speaker, counter=RememberingCounter(speaker.counter))


async def prepared(speaker: Speaker, build: Callable[[], Asked | None]) -> Asked | None:
    """What is asked, built and weighed in a thread: a sample may be long. `speaker` remembers what was weighed."""

    def do() -> Asked | None:
        what = build()
        if what is not None:
            speaker.count(what.messages)
        return what

    return await asyncio.to_thread(do)


def no_room(speaker: Speaker) -> Silent:
    """A sample is too long for a model."""
    return Silent(
        speaker.model.name,
        t("这个样本放不进它的上下文。", "The sample does not fit into its context."),
        t("换一个上下文更长的模型。", "Use a model with a longer context."),
    )


def answer_room(speaker: Speaker, wanted: int) -> int:
    """Tokens of the answer: as wanted, but never more than a third of what the model can hold."""
    return min(wanted, speaker.model.limits.context // 3)


def density(speaker: Speaker, messages: Sequence[Message]) -> float:
    """Tokens a character of the answer takes: as in the prompt. The smallest models fall into rows of digits and
    dots, a token each, and would not come to an end within their room.
    """
    found = speaker.count(messages) / max(sum(len(one.content) for one in messages), 1)
    return max(found, 1.0) if speaker.model.limits.terse else found
