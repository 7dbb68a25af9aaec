"""The index is brought in line with the truth: what has no vector is read, what changed is put in, what went is taken out.

An index that was lost or damaged, or holds another model's vectors, is made anew. With nothing to do it costs one question
to the lane. A kill leaves an index that stands at an earlier change, and is followed up from there.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from zishu_app.memory.index import PART, Mark
from zishu_app.memory.mind import Mind
from zishu_app.memory.vectors import changes, gone_since, keep_vectors, vectors_since, without_vector

#: texts read at once
TOGETHER = 64


@dataclass(frozen=True, slots=True)
class Following:
    """So many memories were read by the model, and put into the index, so far."""

    read: int
    put_in: int


@dataclass(frozen=True, slots=True)
class Followed:
    """The ending: the index is in line. `anew`: it was of no use and was made anew."""

    read: int = 0
    put_in: int = 0
    taken_out: int = 0
    anew: bool = False


async def follow(mind: Mind) -> AsyncIterator[Following | Followed]:
    """Bring the index in line. Ends with one `Followed`; leaving the iterator stops it after a part.

    Raises ModelError, DataError or JobError where embedder or index are out of reach; what was done stays done.
    """
    read = put_in = 0
    while done := await _read_some(mind):
        read += done
        yield Following(read, put_in)
    aim = Mark(mind.embedder.name, await mind.memories.ask(lambda file: changes(file, mind.character)))
    at = await mind.index.mark(mind.character)
    anew = at.embedder != aim.embedder
    if anew and at.changes >= 0:
        await mind.index.forget_all(mind.character)
    since = -1 if anew else at.changes
    taken_out = 0 if anew or since == aim.changes else await _take_out(mind, at)
    while since < aim.changes:
        some = await mind.memories.ask(
            lambda file, since=since: vectors_since(file, mind.character, aim.embedder, since, PART)  # type: ignore[misc]
        )
        last = len(some) < PART
        since = max(aim.changes, some[-1].mark if some else 0) if last else some[-1].mark
        await mind.index.add(
            mind.character, [one.id for one in some], [one.vector for one in some], Mark(aim.embedder, since)
        )
        put_in += len(some)
        yield Following(read, put_in)
    yield Followed(read, put_in, taken_out, anew=anew and put_in > 0)


async def followed(mind: Mind) -> Followed:
    """The same, waited for. Raises as `follow`."""
    ending = Followed()
    async for event in follow(mind):
        if isinstance(event, Followed):
            ending = event
    return ending


async def _read_some(mind: Mind) -> int:
    """Vectors for some memories that have none of this model; how many."""
    name, character = mind.embedder.name, mind.character
    some = await mind.memories.ask(lambda file: without_vector(file, character, name, TOGETHER))
    if some:
        vectors = await mind.embedder.embed([text for _, text in some])
        made = [(number, text, vector) for (number, text), vector in zip(some, vectors, strict=True)]
        await mind.memories.change(lambda file: keep_vectors(file, character, made, name))
    return len(some)


async def _take_out(mind: Mind, at: Mark) -> int:
    """Drop what went since the index stood there."""
    went = await mind.memories.ask(lambda file: gone_since(file, mind.character, at.changes))
    if went:
        await mind.index.remove(mind.character, went, at)
    return len(went)
