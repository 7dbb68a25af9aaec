"""A talk for the tests of this room: a real ledger, a small card, a scripted model."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

from tests.books import accounts_on, scripted, speaker
from zishu_app.character.card import Card
from zishu_app.character.chat import Chat, ChatEvent, Persona, Recalled
from zishu_app.core.clock import ScriptedClock
from zishu_app.core.messages import Message
from zishu_app.ledger.calls import Speaker
from zishu_app.ledger.chats import chat_run, new_sitting
from zishu_app.ledger.runs import Turn, turns_of
from zishu_app.ledger.store import Store

CARD = Card(
    name="Zishu", language="en", description="A young teacher.", personality="Kind.", short="A kind teacher."
)


async def nothing_recalled(text: str, count: Any) -> Recalled:
    return Recalled()


def thinking_with(model: Any, *, exact: bool = True) -> Callable[[], Awaitable[Speaker]]:
    async def brain() -> Speaker:
        return speaker(model, exact=exact)

    return brain


async def chat_on(store: Store, model: Any, card: Card = CARD, **more: Any) -> Chat:
    """A new sitting with `model` as her brain; a list of answers is a model too."""
    clock = ScriptedClock()
    run = await chat_run(store, "zishu", clock)
    talk = await new_sitting(store, run, clock)
    model = scripted(model) if isinstance(model, list) else model
    given: dict[str, Any] = {"recall": nothing_recalled, "brain": thinking_with(model)} | more
    persona = Persona("zishu", card, card.language, "the user")
    return Chat(run.id, talk, persona, accounts_on(store, run=run.id), clock, **given)


async def all_of(events: AsyncIterator[ChatEvent]) -> list[ChatEvent]:
    return [event async for event in events]


def turns(chat: Chat) -> list[Turn]:
    return turns_of(chat.accounts.store, chat.talk)


def told(chat: Chat) -> list[tuple[str, str]]:
    return [(one.kind, one.content) for one in turns(chat)]


def shown(call: tuple[Sequence[Message], Any]) -> list[tuple[str, str]]:
    """What a model was asked, without the system message and without what only she sees."""
    return [
        (one.role, one.content.rpartition("</note>")[2].strip()) for one in call[0] if one.role != "system"
    ]
