"""What stands on both sides of a split, word for word or nearly: an evaluation must not ask what was learnt by heart.

Whole conversations are kept apart already, but the same question may have been asked in two of them. The sample for
training is the one that goes: there are more of those, and the evaluation stays the same from version to version.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from zishu_app.core.terms import folded
from zishu_app.dataset.duplicates import near_pairs

#: texts of samples by their numbers
Texts = Callable[[Sequence[int]], list[tuple[int, str]]]

#: least samples for training that are compared at once with those kept for evaluation
TOGETHER = 5_000


@dataclass(frozen=True, slots=True)
class Leak:
    """A sample for training that is also, or nearly, kept for evaluation."""

    sample: int
    #: the one kept for evaluation
    like: int
    #: share of text they have in common; 1: word for word
    alike: float


def find_leaks(
    texts: Texts, train: Sequence[int], kept: Sequence[int], threshold: float
) -> Iterator[tuple[int, list[Leak]]]:
    """Part by part, how many samples for training were looked at, and which of them are leaks.

    The texts kept for evaluation are held in memory, those for training a part at a time. Each leak is told once, with
    the one it is most like.
    """
    there = texts(kept)
    exact = {_digest(text): number for number, text in reversed(there)}
    size = max(TOGETHER, len(kept))
    for begin in range(0, len(train), size):
        part = texts(train[begin : begin + size])
        found = {
            number: Leak(number, exact[digest], 1.0)
            for number, text in part
            if (digest := _digest(text)) in exact
        }
        left = [(number, text) for number, text in part if number not in found]
        if threshold < 1 and there:
            _near(there, left, threshold, found)
        yield begin + len(part), [found[number] for number in sorted(found)]


def _near(
    there: Sequence[tuple[int, str]],
    part: Sequence[tuple[int, str]],
    threshold: float,
    found: dict[int, Leak],
) -> None:
    kept = {number for number, _ in there}
    for one, other, alike in near_pairs([*there, *part], threshold):
        if (one in kept) == (other in kept):
            continue
        sample, like = (other, one) if one in kept else (one, other)
        known = found.get(sample)
        if known is None or (known.alike, -known.like) < (alike, -like):
            found[sample] = Leak(sample, like, alike)


def _digest(text: str) -> bytes:
    """The same for texts that differ in width, case and blanks only."""
    return hashlib.sha256(" ".join(folded(text).split()).encode("utf-8", "replace")).digest()
