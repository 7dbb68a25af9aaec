"""Cutting a talk into chunks that a model can read at once.

Laws (tests/distill/test_chunks.py): every message is in some chunk; no chunk is above `max_tokens`; a message is
only cut when it alone is above it, and its parts joined are the message; the overlap is whole messages, the last
ones of the chunk before, and every chunk brings something new. Where it breaks none of these, a chunk begins with a
user's message, so that answers are read after their questions.

Tokens of a message are those of its text plus `FRAMING`.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from zishu_app.core.errors import SettingsError
from zishu_app.core.messages import Message, Role
from zishu_app.core.texts import t

Count = Callable[[str], int]

#: Tokens of `[123] user: ` and the line's end around each message. Measured with o200k_base and cl100k_base: 6 or 7
#: in English, 6 to 9 in Chinese, where user and assistant together average 8; SmolLM2, which has no Chinese tokens,
#: takes up to 9 and 13.
FRAMING = 8


@dataclass(frozen=True, slots=True)
class Piece:
    """A message, or one part of a message that alone is above the limit."""

    #: of the message, from 0
    number: int
    role: Role
    content: str
    #: which part, from 0, of how many
    part: int = 0
    parts: int = 1


@dataclass(frozen=True, slots=True)
class Chunk:
    """What is read at once."""

    #: from 0
    index: int
    pieces: tuple[Piece, ...]
    #: how many leading pieces repeat the end of the chunk before
    overlap: int
    #: of all pieces, with their framing
    tokens: int


def by_tokens(
    messages: Sequence[Message], counts: Sequence[int], *, max_tokens: int, overlap_tokens: int, count: Count
) -> list[Chunk]:
    """Chunks as full as `max_tokens` allows. `counts`: tokens of each message; `count`: for parts of long ones.

    Raises SettingsError when the limits leave no room.
    """
    _check(max_tokens, overlap_tokens)
    cutter = _Cutter(*_pieces(messages, counts, max_tokens, count), max_tokens, overlap_tokens)
    return cutter.cut([len(cutter.pieces)], whole=False)


def by_turns(  # noqa: PLR0913 - the two ways to cut are called alike
    messages: Sequence[Message],
    counts: Sequence[int],
    *,
    max_turns: int,
    overlap_tokens: int,
    max_tokens: int,
    count: Count,
) -> list[Chunk]:
    """Chunks of `max_turns` rounds beside the overlap; a round is what users and assistants say in turn.

    Rounds that together are above `max_tokens` are cut further by tokens. Raises SettingsError as `by_tokens`
    does, and for `max_turns` below 1.
    """
    _check(max_tokens, overlap_tokens)
    if max_turns < 1:
        raise SettingsError(
            t(f"max_turns 是 {max_turns}，至少要为 1。", f"max_turns is {max_turns}; it must be at least 1."),
            t("把 max_turns 调大。", "Raise max_turns."),
        )
    cutter = _Cutter(*_pieces(messages, counts, max_tokens, count), max_tokens, overlap_tokens)
    return cutter.cut(_round_stops(cutter.pieces, max_turns), whole=True)


def _check(max_tokens: int, overlap_tokens: int) -> None:
    if max_tokens < 2 * FRAMING:
        raise SettingsError(
            t(f"max_tokens 是 {max_tokens}，太小。", f"max_tokens is {max_tokens}, which is too small."),
            t(f"至少设为 {2 * FRAMING}。", f"Set it to {2 * FRAMING} at least."),
        )
    if not 0 <= overlap_tokens < max_tokens:
        raise SettingsError(
            t(
                f"overlap_tokens（{overlap_tokens}）必须不小于 0 且小于 max_tokens（{max_tokens}）。",
                f"overlap_tokens ({overlap_tokens}) must be at least 0 and below max_tokens ({max_tokens}).",
            ),
            t("把 overlap_tokens 调小，或把 max_tokens 调大。", "Lower overlap_tokens or raise max_tokens."),
        )


def _round_stops(pieces: Sequence[Piece], max_turns: int) -> list[int]:
    """Where a chunk must end: before every `max_turns`-th round, and at the end of the talk."""
    starts = [
        index
        for index, piece in enumerate(pieces)
        if piece.role == "user" and piece.part == 0 and (index == 0 or pieces[index - 1].role != "user")
    ]
    return [*starts[max_turns::max_turns], len(pieces)]


@dataclass(frozen=True, slots=True)
class _Cutter:
    """The pieces of one talk and the limits; positions are indexes of pieces."""

    pieces: list[Piece]
    #: tokens before each piece, with framing; one longer than `pieces`
    before: list[int]
    max_tokens: int
    overlap_tokens: int

    def cut(self, stops: Sequence[int], *, whole: bool) -> list[Chunk]:
        """Chunks that end at every stop at the latest.

        `whole`: what lies before a stop stays together if it fits, and the overlap takes what room is left.
        """
        chunks: list[Chunk] = []
        first = new = 0
        for stop in stops:
            while new < stop:
                if whole and self.before[stop] - self.before[new] <= self.max_tokens:
                    first = self._overlap(first, new, stop)
                    end = stop
                else:
                    first = self._overlap(first, new, new + 1)
                    end = self._end(first, new, stop)
                tokens = self.before[end] - self.before[first]
                chunks.append(Chunk(len(chunks), tuple(self.pieces[first:end]), new - first, tokens))
                new = end
        return chunks

    def _end(self, first: int, new: int, stop: int) -> int:
        """Where the chunk `first`.. ends: when full, or a little earlier so that the next begins with a user."""
        full = bisect_right(self.before, self.before[first] + self.max_tokens, new + 1, stop + 1) - 1
        full = max(full, new + 1)  # a single character can be above any limit
        if full == stop or self._begins_well(first, full, full):
            return full
        for earlier in range(full - 1, new, -1):
            if self.before[full] - self.before[earlier] > self.max_tokens // 2:
                break  # not at any price: half a chunk would be empty
            if self._begins_well(first, earlier, full):
                return earlier
        return full

    def _begins_well(self, first: int, new: int, full: int) -> bool:
        """Whether a chunk with `new`.. after a chunk `first`.. begins with a user's message and gets past `full`."""
        start = self._overlap(first, new, new + 1)
        piece = self.pieces[start]
        goes_on = self.before[full + 1] - self.before[start] <= self.max_tokens
        return piece.role == "user" and piece.part == 0 and goes_on

    def _overlap(self, first: int, new: int, end: int) -> int:
        """Where the overlap before `new` begins: within the chunk `first`..`new`, with room for `new`..`end`.

        As many whole messages as fit; of these, from the first user's message on if there is one.
        """
        room = min(self.overlap_tokens, self.max_tokens - (self.before[end] - self.before[new]))
        start = new
        while (
            start > first
            and self.before[new] - self.before[start - 1] <= room
            and self.pieces[start - 1].parts == 1
        ):
            start -= 1
        for index in range(start, new):
            if self.pieces[index].role == "user":
                return index
        return start


def _pieces(
    messages: Sequence[Message], counts: Sequence[int], max_tokens: int, count: Count
) -> tuple[list[Piece], list[int]]:
    """The pieces, and the tokens before each of them."""
    pieces: list[Piece] = []
    costs: list[int] = []
    room = max_tokens - FRAMING
    for number, (message, tokens) in enumerate(zip(messages, counts, strict=True)):
        if tokens <= room or len(message.content) <= 1:
            pieces.append(Piece(number, message.role, message.content))
            costs.append(tokens + FRAMING)
            continue
        parts = split_text(message.content, tokens, room, count)
        for part, (content, part_tokens) in enumerate(parts):
            pieces.append(Piece(number, message.role, content, part, len(parts)))
            costs.append(part_tokens + FRAMING)
    return pieces, list(accumulate(costs, initial=0))


#: a sentence keeps its closing quotes and the space or line's end behind it, a line its own indentation
_SENTENCE_END = re.compile(r"\n+|(?:[。！？!?]|\.(?=\s))[。！？!?.”」』）)\"'’]*(?: +|\n+)?")
_CLAUSE_END = re.compile(r"[，、；：,;:][”」』）)\"'’]* *")


def split_text(text: str, tokens: int, room: int, count: Count) -> list[tuple[str, int]]:
    """`text` (of `tokens` tokens) in parts of at most `room` tokens, and the tokens of each.

    Cut after a sentence, else after a clause, else anywhere. How long a part may be is guessed from the tokens a
    character took so far, then counted; so every character is counted about twice, whatever the text.
    """
    parts: list[tuple[str, int]] = []
    start = 0
    density = tokens / len(text)
    while start < len(text):
        end, cost = _part_end(text, start, int(room / density), (room, count))
        parts.append((text[start:end], cost))
        density = max(cost / (end - start), 0.01)
        start = end
    return parts


def _part_end(text: str, start: int, size: int, limit: tuple[int, Count]) -> tuple[int, int]:
    """Where the part that begins at `start` ends, and its tokens; `size`: a first guess in characters."""
    room, count = limit
    while True:
        end = _cut_before(text, start, start + max(size, 1))
        cost = count(text[start:end])
        if cost <= room or end - start == 1:
            return end, cost
        # a tenth less than would fit, so that few guesses are needed; always at least one character less
        size = min(int((end - start) * room / cost * 0.9), end - start - 1)


def _cut_before(text: str, start: int, limit: int) -> int:
    """The best place to cut `text` after `start` and not after `limit`."""
    if limit >= len(text):
        return len(text)
    for mark in (_SENTENCE_END, _CLAUSE_END):
        # one character more than may be taken, for the look-ahead; a mark's tail may be cut off
        ends = [match.end() for match in mark.finditer(text, start, limit + 1) if match.start() < limit]
        if ends:
            return min(ends[-1], limit)
    return limit
