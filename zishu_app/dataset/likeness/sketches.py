"""Which texts may be nearly the same, among very many: MinHash over character 5-grams, and hash tables over bands of it.

Characters and not words, because Chinese has no blanks between words. A sketch keeps one number a band, so a million
texts take some 200 MB and no text is kept. What a band brings together is a guess that is to be looked at.
"""

from array import array
from collections.abc import Iterator, Sequence

from zishu_app.core.terms import folded

#: characters of a gram
GRAM = 5
#: numbers of a sketch, and where their chance begins
PERMUTATIONS, SEED = 128, 42
#: of the pairs that are just alike enough, so many are found at least
RECALL = 0.99


def squeezed(text: str) -> str:
    """What is compared of a text: width and case folded (NFKC), every run of blanks one blank."""
    return " ".join(folded(text).split())


def grams(text: str, size: int = GRAM) -> set[str]:
    """The 5-grams (or others) of a squeezed text; the text itself where it is shorter."""
    return set(_each_gram(text, size)) if text else set()


def jaccard(one: set[str], other: set[str]) -> float:
    """The share of grams that both have."""
    shared = len(one & other)
    both = len(one) + len(other) - shared
    return shared / both if both else 1.0


def bands_for(threshold: float) -> tuple[int, int]:
    """Numbers in a band, and how many bands: as selective as RECALL allows at the threshold."""
    for size in range(PERMUTATIONS, 1, -1):
        bands = PERMUTATIONS // size
        if 1 - (1 - threshold**size) ** bands >= RECALL:
            return size, bands
    return 1, PERMUTATIONS


class Sketches:
    """Sketches of texts, and which of them come together."""

    def __init__(self, threshold: float) -> None:
        self._size, bands = bands_for(threshold)
        self._bands = [array("q") for _ in range(bands)]

    def add(self, texts: Sequence[str]) -> None:
        """Squeezed texts. Takes about 0.1 ms for a thousand characters."""
        from rensa import RMinHash  # 20 ms that nobody pays who looks for no duplicates

        matrix = RMinHash.digest_matrix_from_token_sets(map(_each_gram, texts), PERMUTATIONS, SEED)
        for row in matrix.to_rows():
            for number, band in enumerate(self._bands):
                begin = number * self._size
                band.append(hash(tuple(row[begin : begin + self._size])))

    @property
    def bands(self) -> int:
        """How many bands there are."""
        return len(self._bands)

    def buckets(self, band: int) -> Iterator[list[int]]:
        """Texts that come together in a band, by their places in the order they were added."""
        first: dict[int, int] = {}
        found: dict[int, list[int]] = {}
        for place, key in enumerate(self._bands[band]):
            known = first.setdefault(key, place)
            if known != place:
                found.setdefault(known, [known]).append(place)
        yield from found.values()

    def met(self, one: int, other: int, band: int) -> bool:
        """Whether two texts came together in an earlier band already."""
        return any(keys[one] == keys[other] for keys in self._bands[:band])


def _each_gram(text: str, size: int = GRAM) -> Iterator[str]:
    return (text[at : at + size] for at in range(max(len(text) - size + 1, 1)))
