"""What stands on both sides of a split, word for word or nearly: an evaluation must not ask what was learnt by heart.

Whole conversations are kept apart already, but the same question may have been asked in two of them. The sample for
training is the one that goes: there are more of those, and the evaluation stays the same from version to version. What
counts as the same, and as nearly the same, is what counts when duplicates are cleaned up (likeness/compared).
"""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from zishu_app.dataset.duplicates import near_pairs
from zishu_app.dataset.likeness.compared import Compared, Shelf, compared, may_be_alike

#: least samples for training that are compared at once with those kept for evaluation
TOGETHER = 5_000
#: pairs that are looked at between two pauses: less than a tenth of a second
PAIRS = 5_000
#: samples taken out of the file at once
PART = 500


@dataclass(frozen=True, slots=True)
class Leak:
    """A sample for training that is also, or nearly, kept for evaluation."""

    sample: int
    #: the one kept for evaluation
    like: int
    how: Literal["exact", "near"]
    #: share of text they have in common
    alike: float


def find_leaks(
    connection: sqlite3.Connection, train: Sequence[int], kept: Sequence[int], threshold: float
) -> Iterator[tuple[int, list[Leak]]]:
    """Part by part, how many samples for training were looked at, and which of them are leaks.

    The texts kept for evaluation are held in memory, those for training a part at a time. Each leak is told once, with
    the one it is most like. Where very many are alike, it tells in between that it is at the same part still.
    """
    same: dict[bytes, int] = {}
    texts: list[tuple[int, str]] = []
    for one in _taken(connection, kept):
        same.setdefault(one.digest, one.id)
        if threshold < 1 and may_be_alike(one):
            texts.append((one.id, one.answer))
    shelf, size = Shelf(connection, threshold), max(TOGETHER, len(texts))
    for begin in range(0, len(train), size):
        part = train[begin : begin + size]
        found: dict[int, Leak] = {}
        left: list[tuple[int, str]] = []
        for one in _taken(connection, part):
            if one.digest in same:
                found[one.id] = Leak(one.id, same[one.digest], "exact", 1.0)
            elif texts and may_be_alike(one):
                left.append((one.id, one.answer))
        for _ in _near(texts, left, shelf, threshold, found):
            yield begin, []
        yield begin + len(part), [found[number] for number in sorted(found)]


def _near(
    kept: Sequence[tuple[int, str]],
    part: Sequence[tuple[int, str]],
    shelf: Shelf,
    threshold: float,
    found: dict[int, Leak],
) -> Iterator[None]:
    """Add those of a part that are nearly the same as one that is kept, each with the one it is most like; now and
    then it pauses.
    """
    if not kept or not part:
        return
    numbers = {number for number, _ in kept}
    for count, (one, other, _) in enumerate(near_pairs([*kept, *part], threshold, across=numbers)):
        if count % PAIRS == 0:
            yield
        sample, like = (other, one) if one in numbers else (one, other)
        alike, known = shelf.likeness(sample, like), found.get(sample)
        if alike and (known is None or (known.alike, -known.like) < (alike, -like)):
            found[sample] = Leak(sample, like, "near", alike)


def _taken(connection: sqlite3.Connection, numbers: Sequence[int]) -> Iterator[Compared]:
    for begin in range(0, len(numbers), PART):
        yield from compared(connection, numbers[begin : begin + PART])
