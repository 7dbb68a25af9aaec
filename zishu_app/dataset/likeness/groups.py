"""Groups of samples that are the same or nearly: each around its best, which every other one is like by itself.

Likeness is not handed on: where A is like B and B like C, A may not be like C at all. So what hangs together is cut
into groups around the best samples, and whoever keeps only the best of a group loses nothing that it is not like.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from zishu_app.dataset.sample import VERDICTS

#: the same; nearly the same text; the same in other words, by embedding
Like = Literal["exact", "near", "alike"]


@dataclass(frozen=True, slots=True)
class Group:
    """Samples of which one is enough."""

    how: Like
    #: the best one first
    ids: tuple[int, ...]
    #: the share of text (or the cosine) that the best and the one least like it have in common
    similarity: float

    @property
    def best(self) -> int:
        """The one to keep."""
        return self.ids[0]


class Parts:
    """What hangs together, joined pair by pair."""

    def __init__(self) -> None:
        self._above: dict[int, int] = {}

    def top(self, one: int) -> int:
        """The one that stands for all that hangs together with `one`."""
        path = []
        while (above := self._above.get(one, one)) != one:
            path.append(one)
            one = above
        for passed in path:
            self._above[passed] = one
        return one

    def join(self, one: int, other: int) -> None:
        """These two hang together."""
        first, second = sorted((self.top(one), self.top(other)))
        self._above[first] = first
        self._above[second] = first

    def all(self) -> list[list[int]]:
        """Everything that was joined, in parts."""
        found: dict[int, list[int]] = {}
        for one in sorted(self._above):
            found.setdefault(self.top(one), []).append(one)
        return list(found.values())


def best_first(connection: sqlite3.Connection, numbers: Iterable[int]) -> list[int]:
    """Accepted before others, then by the person's marks, the judges', the length; the older one where all is equal."""
    rows = connection.execute(
        "SELECT id FROM samples WHERE id IN (SELECT value FROM json_each(?))"
        " ORDER BY verdict = ? DESC, IFNULL(stars, 0) DESC, IFNULL(score, 0) DESC, length DESC, created, id",
        (json.dumps(list(numbers)), VERDICTS.index("accepted")),
    )
    return [row["id"] for row in rows]


def around_the_best(
    ids: Sequence[int], same: Mapping[int, int], likeness: Callable[[int, int], float], how: Like
) -> Iterator[Group]:
    """Groups of what hangs together; `ids` with the best first, `same`: sample -> the one it is the same as.

    `likeness` is 0 where two samples are not alike enough.
    """
    left = list(ids)
    while left:
        best = same.get(left[0], left[0])
        texts = {same.get(one, one) for one in left}
        shares = {text: 1.0 if text == best else likeness(text, best) for text in texts}
        group = [one for one in left if shares[same.get(one, one)] > 0]
        left = [one for one in left if shares[same.get(one, one)] <= 0]
        if len(group) > 1:
            within = {same.get(one, one) for one in group}
            yield Group(
                "exact" if len(within) == 1 else how, tuple(group), min(shares[one] for one in within)
            )
