"""How one English word comes out when fingers slip: every spelling with its weight.

The first letter is typed with care and stays; a slip that gives another common word would not be seen as one.
"""

import functools
from collections.abc import Iterable, Sequence

from zishu_app.dialogue.mistakes.tables import table, words_of

Spellings = Sequence[tuple[str, float]]

#: letters that people double when they should not, or write once when there should be two
_OFTEN_DOUBLED = frozenset("lstmnprcfeo")


@functools.lru_cache(maxsize=4_000)
def neighbour_keys(word: str) -> Spellings:
    """A key beside the right one."""
    keys = table("english")["keys"]
    return _slips(
        (word[:place] + key + word[place + 1 :], 0.8)
        for place in range(1, len(word))
        for key in keys.get(word[place], "")
        if key not in (word[place - 1], word[place + 1 : place + 2])
    )


@functools.lru_cache(maxsize=4_000)
def doubled_letters(word: str) -> Spellings:
    """A letter twice, where it does not stand twice already."""
    return _slips(
        (word[:place] + word[place] + word[place:], 1.0 if word[place] in _OFTEN_DOUBLED else 0.3)
        for place in range(1, len(word))
        if word[place] not in (word[place - 1], word[place + 1 : place + 2])
    )


@functools.lru_cache(maxsize=4_000)
def missing_letters(word: str) -> Spellings:
    """A letter left out; likeliest one of two that are the same."""
    return _slips(
        (word[:place] + word[place + 1 :], 1.0 if word[place] == word[place - 1] else 0.6)
        for place in range(1, len(word))
        if len(word) > 4 or place < len(word) - 1
    )


@functools.lru_cache(maxsize=4_000)
def swapped_letters(word: str) -> Spellings:
    """Two neighbours in the wrong order."""
    return _slips(
        (word[:place] + word[place + 1] + word[place] + word[place + 2 :], 0.8)
        for place in range(1, len(word) - 1)
        if word[place] != word[place + 1]
    )


def _slips(spellings: Iterable[tuple[str, float]]) -> Spellings:
    """The spellings that are not common words themselves."""
    common = words_of("english", "common")
    return [(wrong, weight) for wrong, weight in spellings if wrong not in common]
