"""What an edit changed, word by word; Chinese by words, Latin by words, everything else by single marks.

Pure: texts in, pieces out. What stayed and what went is the text before, what stayed and what came is the text after.
Not in the event loop: the first call reads the dictionary of Chinese words.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Literal

from zishu_app.core.words import pieces
from zishu_app.dataset.sample import SampleMessage

How = Literal["same", "gone", "new"]

#: words of a text from which it is compared line by line first
LONG = 4_000
#: words two texts must have in common for a comparison to be read; below it, one text is there instead of the other
ALIKE = 0.25


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that stayed, went or came."""

    how: How
    text: str


@dataclass(frozen=True, slots=True)
class Changed:
    """One message of two versions. `before`, `after`: its numbers, None where it is not there."""

    before: int | None
    after: int | None
    pieces: tuple[Piece, ...]
    #: whether she learns from it was changed
    learning: bool = False

    @property
    def same(self) -> bool:
        """Whether nothing of it was changed."""
        return not self.learning and all(piece.how == "same" for piece in self.pieces)


def difference(before: str, after: str) -> tuple[Piece, ...]:
    """How one text becomes the other."""
    if before == after:
        return (Piece("same", before),) if before else ()
    old, new = list(pieces(before)), list(pieces(after))
    if max(len(old), len(new)) > LONG:
        return _joined(_by_lines(before, after))
    return _joined(_of(old, new))


def versions_difference(
    before: Sequence[SampleMessage], after: Sequence[SampleMessage]
) -> tuple[Changed, ...]:
    """How one version's messages become the other's: those alike stand beside each other, the rest went or came."""
    found: list[Changed] = []
    matcher = SequenceMatcher(None, _keys(before), _keys(after), autojunk=False)
    for _, start, end, first, last in matcher.get_opcodes():
        for left, right in _paired(before, range(start, end), after, range(first, last)):
            old = before[left] if left is not None else None
            new = after[right] if right is not None else None
            words = difference(old.content if old else "", new.content if new else "")
            found.append(Changed(left, right, words, bool(old and new and old.loss != new.loss)))
    return tuple(found)


def amount(changed: Sequence[Changed]) -> tuple[int, int]:
    """Characters that came, and characters that went."""
    parts = [piece for one in changed for piece in one.pieces]
    return (
        sum(len(piece.text) for piece in parts if piece.how == "new"),
        sum(len(piece.text) for piece in parts if piece.how == "gone"),
    )


def _keys(messages: Sequence[SampleMessage]) -> list[tuple[str, str]]:
    return [(one.role, one.content) for one in messages]


def _paired(
    before: Sequence[SampleMessage], old: range, after: Sequence[SampleMessage], new: range
) -> Iterator[tuple[int | None, int | None]]:
    """In one stretch: the first with the first as long as the same one speaks; what is left over stands alone."""
    for left, right in zip_longest(old, new):
        if left is None or right is None or before[left].role == after[right].role:
            yield left, right
        else:
            yield left, None
            yield None, right


def _by_lines(before: str, after: str) -> Iterator[Piece]:
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for how, start, end, first, last in matcher.get_opcodes():
        left, right = "".join(old[start:end]), "".join(new[first:last])
        few = len(left) + len(right) < LONG
        if how == "replace" and few:
            yield from _of(list(pieces(left)), list(pieces(right)))
        else:
            yield from _told(how, left, right)


def _of(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < ALIKE:
        yield from _told("replace", "".join(old), "".join(new))
        return
    for how, start, end, first, last in matcher.get_opcodes():
        yield from _told(how, "".join(old[start:end]), "".join(new[first:last]))


def _told(how: str, left: str, right: str) -> Iterator[Piece]:
    if how == "equal":
        yield Piece("same", left)
        return
    yield Piece("gone", left)
    yield Piece("new", right)


def _joined(parts: Iterator[Piece]) -> tuple[Piece, ...]:
    """Neighbours of one kind as one; a blank between two changes goes with them: few long marks are read best."""
    found: list[Piece] = []
    gone = new = ""
    for part in parts:
        if part.how == "gone":
            gone += part.text
        elif part.how == "new":
            new += part.text
        elif part.text.isspace() and "\n" not in part.text and (gone or new):
            gone, new = gone + part.text, new + part.text
        else:
            found += _change(gone, new)
            gone = new = ""
            found.append(part)
    return _merged([*found, *_change(gone, new)])


def _change(gone: str, new: str) -> Iterator[Piece]:
    """What both sides end with stayed."""
    tail = len(new) - len(new.rstrip()) if new.rstrip() and gone.rstrip() else 0
    tail = tail if tail and gone.endswith(new[-tail:]) else 0
    if tail:
        yield from _change(gone[:-tail], new[:-tail])
        yield Piece("same", new[-tail:])
        return
    if gone:
        yield Piece("gone", gone)
    if new:
        yield Piece("new", new)


def _merged(parts: list[Piece]) -> tuple[Piece, ...]:
    found: list[Piece] = []
    for part in parts:
        if found and found[-1].how == part.how:
            found[-1] = Piece(part.how, found[-1].text + part.text)
        elif part.text:
            found.append(part)
    return tuple(found)
