"""How a talk will be cut, for a picture that follows a slider: no model is asked, nothing is counted twice."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from zishu_app.core.messages import Message, Role
from zishu_app.core.tokens import Counter, RememberingCounter
from zishu_app.dataset.talks import Talk
from zishu_app.distill.chunks import FRAMING, Chunk
from zishu_app.distill.distil import Way, split


@dataclass(frozen=True, slots=True)
class Block:
    """One message: how wide it is in the picture."""

    number: int
    role: Role
    #: with its framing, as chunks count it
    tokens: int


@dataclass(frozen=True, slots=True)
class Span:
    """One chunk: which messages it goes over."""

    index: int
    #: numbers of its first and last message, the overlap included; a long message may lie in several chunks
    first: int
    last: int
    #: how many messages at its beginning repeat the chunk before
    overlap: int
    tokens: int


@dataclass(frozen=True, slots=True)
class Preview:
    """A talk and how it is cut."""

    blocks: tuple[Block, ...]
    spans: tuple[Span, ...]


def preview(talk: Talk, way: Way, counter: Counter) -> Preview:
    """How `split` cuts a talk. `way`: as it will be used, that is `fitted` to the model where that is known.

    The counts of the last few talks are kept, so another way for the same talk is cut at once. Only a message that
    alone is above `max_tokens` is counted again, part by part. Raises SettingsError where the limits leave no room.
    """
    counted = _counted(talk.messages, counter)
    spans = tuple(_span(chunk) for chunk in split(talk, way, counted.counter))
    return Preview(counted.blocks, spans)


def _span(chunk: Chunk) -> Span:
    return Span(chunk.index, chunk.pieces[0].number, chunk.pieces[-1].number, chunk.overlap, chunk.tokens)


@dataclass(frozen=True, slots=True)
class _Counted:
    """A talk's messages and what they take, by one counter."""

    messages: Sequence[Message]
    counter: RememberingCounter
    blocks: tuple[Block, ...]


#: a window shows one talk at a time; a few more for going back and forth between two
_KEPT: deque[_Counted] = deque(maxlen=4)


def _counted(messages: tuple[Message, ...], counter: Counter) -> _Counted:
    for kept in list(_KEPT):
        if kept.messages is messages and kept.counter.counter is counter:
            return kept
    remembering = RememberingCounter(counter)
    counts = remembering.count_many([message.content for message in messages])
    blocks = tuple(
        Block(number, message.role, tokens + FRAMING)
        for number, (message, tokens) in enumerate(zip(messages, counts, strict=True))
    )
    _KEPT.append(_Counted(messages, remembering, blocks))
    return _KEPT[-1]
