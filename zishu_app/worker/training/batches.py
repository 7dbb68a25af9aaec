"""Which samples are learnt together, and in which order.

Rows hold sample after sample without padding, so nothing is gained by sorting samples by their length; only packing
looks at it. The order follows from the seed and the round alone: whoever knows how many steps were made knows where in
the material they ended, and goes on from exactly there.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from zishu_app.core.chance import dice
from zishu_app.worker.training.given import Recipe

#: samples that share a row, by their numbers
Row = Sequence[int]
#: the samples of a micro step: of as many rows as the recipe says
Micro = Sequence[int]
#: the micro steps of a step
Step = Sequence[Micro]


@dataclass(frozen=True)
class Plan:
    """What a training does with its material. `lengths` and `learnt`: tokens of each sample, and those that are learnt."""

    lengths: Sequence[int]
    learnt: Sequence[int]
    recipe: Recipe
    #: the round that was asked for last
    _held: dict[int, list[Step]] = field(default_factory=dict)

    @cached_property
    def rows(self) -> Sequence[Row]:
        """Of the first round. Every round has as many, for packing looks at lengths only."""
        return rows_of(self.lengths, self.recipe)

    @property
    def in_round(self) -> int:
        """Steps in which every sample is learnt once."""
        return -(-len(self.rows) // (self.recipe.batch * self.recipe.accumulation))

    @property
    def total(self) -> int:
        """Steps of the whole training."""
        return self.recipe.max_steps or max(round(self.in_round * self.recipe.epochs), 1)

    @property
    def tokens(self) -> int:
        """Tokens that are read in a round."""
        return sum(self.lengths)

    @property
    def learnt_tokens(self) -> int:
        """Tokens that are learnt in a round."""
        return sum(self.learnt)

    def step(self, number: int) -> Step:
        """The step with this number, the first being 0: also of a training that goes on after a break."""
        done, at = divmod(number, self.in_round)
        if done not in self._held:
            self._held.clear()
            self._held[done] = self.round(done)
        return self._held[done][at]

    def round(self, number: int) -> list[Step]:
        """The steps of one round, the first being 0."""
        rows = rows_of(self.lengths, self.recipe, number)
        dice(self.recipe.seed, "rows", number).shuffle(rows)
        return list(_together(self._micros(rows), self.recipe.accumulation))

    def heaviest(self) -> Step:
        """The step that memory has to suffice for: rows with the longest samples, as many at once as in a training."""

        def size(row: Row) -> tuple[int, int]:
            lengths = [self.lengths[one] for one in row]
            return max(lengths), sum(lengths)

        rows = sorted(self.rows, key=size, reverse=True)
        return self._micros(rows[: self.recipe.batch * self.recipe.accumulation])

    def _micros(self, rows: Sequence[Row]) -> list[Micro]:
        return [[one for row in some for one in row] for some in _together(rows, self.recipe.batch)]


def _together(items: Sequence[Any], many: int) -> Iterator[Sequence[Any]]:
    return (items[start : start + many] for start in range(0, len(items), many))


def rows_of(lengths: Sequence[int], recipe: Recipe, number: int = 0) -> list[list[int]]:
    """The rows of a round. Samples of the same length change places from round to round: other neighbours, as many rows."""
    order = list(range(len(lengths)))
    dice(recipe.seed, "samples", number).shuffle(order)
    if not recipe.packing:
        return [[one] for one in order]
    order.sort(key=lambda one: -lengths[one])
    return pack(order, lengths, recipe.longest)


def pack(order: Sequence[int], lengths: Sequence[int], longest: int) -> list[list[int]]:
    """Rows of up to `longest` tokens: each sample in turn goes where it leaves the least room. Longest first: the fewest rows."""
    rows: list[list[int]] = []
    # the rows that have so much room; and which rooms there are, as bits: the smallest that suffices is found at once
    having: list[list[list[int]]] = [[] for _ in range(longest + 1)]
    there = 0
    for one in order:
        length = min(lengths[one], longest)
        fitting = there >> length
        if fitting:
            room = length + (fitting & -fitting).bit_length() - 1
            row = having[room].pop()
            if not having[room]:
                there ^= 1 << room
        else:
            room, row = longest, []
            rows.append(row)
        row.append(one)
        left = room - length
        if not having[left]:
            there |= 1 << left
        having[left].append(row)
    return rows
