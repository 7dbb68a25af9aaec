"""Which samples are learnt together, and in which order.

Rows hold sample after sample without padding, so nothing is gained by sorting samples by their length; only packing
looks at it. The order follows from the seed and the round alone: whoever knows how many steps were made knows where in
the material they ended, and goes on from exactly there.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

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

    @cached_property
    def rows(self) -> int:
        """In a round; every round has as many, for packing looks at lengths only."""
        return len(rows_of(self.lengths, self.recipe))

    @property
    def in_round(self) -> int:
        """Steps in which every sample is learnt once."""
        return math.ceil(math.ceil(self.rows / self.recipe.batch) / self.recipe.accumulation)

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

    def steps(self, done: int = 0) -> Iterator[Step]:
        """The steps after the first `done` ones, to the end of the training."""
        if not self.rows:
            return
        for number in range(done // self.in_round, math.ceil(self.total / self.in_round)):
            first, last = number * self.in_round, self.total
            yield from islice(self.round(number), max(done - first, 0), last - first)

    def round(self, number: int) -> list[Step]:
        """The steps of one round, the first being 0."""
        rows = rows_of(self.lengths, self.recipe, number)
        dice(self.recipe.seed, "rows", number).shuffle(rows)
        batch, many = self.recipe.batch, self.recipe.accumulation
        micros = [
            [one for row in rows[start : start + batch] for one in row]
            for start in range(0, len(rows), batch)
        ]
        return [micros[start : start + many] for start in range(0, len(micros), many)]

    def heaviest(self, number: int) -> list[Step]:
        """Steps of the longest samples: what takes most memory and time, to be tried before the start."""
        order = sorted(range(len(self.lengths)), key=lambda one: -self.lengths[one])
        rows = (
            pack(order, self.lengths, self.recipe.longest)
            if self.recipe.packing
            else [[one] for one in order]
        )
        rows.sort(key=lambda row: -sum(self.lengths[one] for one in row))
        batch = self.recipe.batch
        micros = [[one for row in rows[:batch] for one in row]] * self.recipe.accumulation
        return [micros] * number if rows else []


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
