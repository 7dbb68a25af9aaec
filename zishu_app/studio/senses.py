"""What she is given of rooms she does not know, as plain functions: recalling, remembering, and what a sentence does by itself."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from zishu_app.character.chat import Recall, Recalled
from zishu_app.character.prompt import Count


@dataclass(frozen=True, slots=True)
class Happened:
    """Something a sentence of the person's has done by itself, e.g. a reminder that was set."""

    #: what she is told of it, so that she can speak of it; empty: nothing
    told: str
    #: for whoever shows it
    event: Any = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """What was said, for what is to be remembered of it."""

    talk: int
    step: int
    #: what she had said before it, if that was the last thing said
    before: str
    said: str
    #: what she answered to its end; empty where she was stopped or could not
    answer: str = ""
    #: numbers of the memories she answered with
    recalled: tuple[int, ...] = ()


#: what a sentence does by itself, before she answers; its turn in the ledger stands already
Listen = Callable[[str], Awaitable[Sequence[Happened]]]
#: what is remembered of an exchange; for after the answer
Remember = Callable[[Exchange], Awaitable[Sequence[Any]]]


async def nothing_recalled(_text: str, _count: Count) -> Recalled:
    """Where there is no memory."""
    return Recalled()


@dataclass(frozen=True)
class Senses:
    """All of them; without any she answers all the same."""

    recall: Recall = nothing_recalled
    remember: Remember | None = None
    listen: tuple[Listen, ...] = ()
