"""Texts that say the same in other words, by embedding: vectors that point the same way.

Plain Python, because a package for vectors would be the largest of the program. Signs of the components, kept as one
large number a vector, tell most pairs apart in a tenth of a microsecond; what is left is multiplied out. All pairs are
looked at, which takes time by the square of how many there are: hence MOST.
"""

import math
from array import array
from collections.abc import Generator, Sequence
from operator import mul

#: texts compared by meaning at most: two hundred million pairs, half a minute
MOST = 20_000
#: vectors compared with all others between two yields
STEP = 100
#: vectors that are all multiplied out: signs tell something of many only
FEW = 300
#: signs that may differ by chance, in standard deviations
DEVIATIONS = 4


class Meanings:
    """Vectors by their places, in the order they were added."""

    def __init__(self) -> None:
        self._vectors: list[array[float]] = []

    def add(self, vectors: Sequence[Sequence[float]]) -> None:
        """Any length: they are brought to length one. A vector of zeros is like nothing."""
        self._vectors += [_of_length_one(one) for one in vectors]

    def cosine(self, one: int, other: int) -> float:
        """How far two point the same way: 1 the same, 0 nothing in common."""
        return float(sum(map(mul, self._vectors[one], self._vectors[other])))

    def pairs(self, threshold: float) -> Generator[tuple[int, list[tuple[int, int]]]]:
        """Step by step, how many vectors were looked at, and the pairs found among them since."""
        middle = self._middle()
        signs = [_signs(one, middle) for one in self._vectors]
        most = self._most_signs(threshold, middle)
        found: list[tuple[int, int]] = []
        for one, mine in enumerate(signs):
            candidates = (at for at, other in enumerate(signs[:one]) if (mine ^ other).bit_count() <= most)
            found += [(at, one) for at in candidates if self.cosine(at, one) >= threshold]
            if (one + 1) % STEP == 0 or one + 1 == len(signs):
                yield one + 1, found
                found = []

    def _middle(self) -> list[float]:
        """What all have in common: models' vectors lie in a narrow cone, and their signs would tell little."""
        many = len(self._vectors) or 1
        return [sum(column) / many for column in zip(*self._vectors, strict=True)]

    def _most_signs(self, threshold: float, middle: Sequence[float]) -> float:
        """How many signs two vectors may differ in that are alike enough.

        Seen from the middle, their cosine is smaller; the share of signs that differ is the angle's part of a half turn.
        """
        common = sum(map(mul, middle, middle))
        if common >= threshold or len(self._vectors) <= FEW:
            return len(middle)
        cosine = (threshold - common) / (1 - common)
        share = math.acos(min(cosine, 1.0)) / math.pi
        return len(middle) * (share + DEVIATIONS * 0.5 / math.sqrt(len(middle) or 1))


def _of_length_one(vector: Sequence[float]) -> "array[float]":
    length = math.sqrt(sum(map(mul, vector, vector)))
    scale = 1 / length if length and math.isfinite(length) else 0.0
    return array("f", [one * scale for one in vector])


def _signs(vector: Sequence[float], middle: Sequence[float]) -> int:
    return int(
        "".join("1" if one > mean else "0" for one, mean in zip(vector, middle, strict=True)) or "0", 2
    )
