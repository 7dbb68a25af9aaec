"""Vectors without a model: groups of neighbouring characters, hashed. The last resort where no embedder is here.

Texts that share words come out alike; what means the same in other words does not. It needs nothing, is there at once, and
gives the same on every machine.
"""

import math
import re
import zlib
from array import array
from collections.abc import Iterator, Sequence

from zishu_app.core.terms import folded, terms

#: as the file of memories names it; another way to hash is another name
NAME = "hashing-1"
#: values of a vector
DIMENSIONS = 512
_LATIN = re.compile("[a-z\u00df-\u024f]{4,}")


class HashingEmbedder:
    """Implements `Embedder`."""

    name = NAME

    async def embed(self, texts: Sequence[str], *, query: bool = False) -> "list[array[float]]":  # noqa: ARG002
        """One vector a text, of length 1; of length 0 for a text without a letter."""
        return [hashed(text) for text in texts]


def hashed(text: str) -> "array[float]":
    """The vector of a text."""
    vector = array("f", bytes(4 * DIMENSIONS))
    for gram, weight in _grams(text):
        number = zlib.crc32(gram.encode())
        # one bit for the sign: what falls into the same place by chance cancels out as often as it adds up
        vector[number % DIMENSIONS] += weight if number & 0x80000000 else -weight
    length = math.sqrt(sum(value * value for value in vector)) or 1.0
    return array("f", (value / length for value in vector))


def _grams(text: str) -> Iterator[tuple[str, float]]:
    """Pairs of Chinese characters and Latin words; of longer words their parts too, so that their forms are alike."""
    for term in terms(text).split():
        yield term, 0.5 if len(term) == 1 else 1.0
    for word in _LATIN.findall(folded(text)):
        framed = f"^{word}$"
        yield from ((framed[at : at + 4], 0.4) for at in range(len(framed) - 3))
