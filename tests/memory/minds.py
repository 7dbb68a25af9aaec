"""Minds for tests: a real file, an index in memory, vectors by hashing, and a clock that stands still."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from zishu_app.core.clock import ScriptedClock
from zishu_app.core.errors import JobLost
from zishu_app.llm.embedding import Embedder
from zishu_app.memory.extract import Talked
from zishu_app.memory.hashing import HashingEmbedder
from zishu_app.memory.index import Index, ScriptedIndex
from zishu_app.memory.look import Sought, get, search
from zishu_app.memory.mind import Mind
from zishu_app.memory.recall import Recalled, Room, recall
from zishu_app.memory.remember import Kept, remember
from zishu_app.memory.store import Memory, open_memory

#: seconds since 1970 at which the scripted clock stands
NOW = int(ScriptedClock().now().timestamp())
DAY = 86_400


def mind_in(
    folder: Path, index: Index | None = None, embedder: Embedder | None = None, character: str = "zishu"
) -> Mind:
    memories = open_memory(folder / "memory.sqlite")
    return Mind(character, memories, embedder or HashingEmbedder(), index or ScriptedIndex(), ScriptedClock())


class LostEmbedder:
    """An embedder that cannot be reached. Implements `Embedder`."""

    name = "lost"

    async def embed(self, texts: Sequence[str], *, query: bool = False) -> list[Any]:
        raise JobLost("gone")


def letters(text: str) -> int:
    """Two characters are a token."""
    return (len(text) + 1) // 2


async def say(mind: Mind, *texts: str, turn: tuple[int, int] | None = None) -> list[Kept]:
    """What is kept of these messages, the last one's."""
    kept: list[Kept] = []
    for text in texts:
        kept = await remember(mind, Talked(text, turn=turn))
    return kept


async def recalled(mind: Mind, text: str, tokens: int = 400) -> list[Recalled]:
    return await recall(mind, text, Room(tokens, letters))


async def lines(mind: Mind, text: str, tokens: int = 400) -> list[str]:
    return [one.line for one in await recalled(mind, text, tokens)]


def everything(mind: Mind, **sought: Any) -> list[Memory]:
    with mind.memories.reading() as connection:
        return search(connection, mind.character, Sought(**sought))


def texts(mind: Mind, **sought: Any) -> list[str]:
    return sorted(one.text for one in everything(mind, **sought))


def one(mind: Mind, number: int) -> Memory:
    with mind.memories.reading() as connection:
        found = get(connection, number)
    assert found is not None
    return found


def as_of(mind: Mind, other: str) -> Mind:
    """Another character's mind in the same file."""
    return replace(mind, character=other)


def read(mind: Mind, do: Callable[..., Any], *given: Any) -> Any:
    with mind.memories.reading() as connection:
        return do(connection, *given)
