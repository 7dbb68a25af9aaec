"""The samples of a training as tokens, and the order in which they are learnt.

The order is fixed by the seed and the round alone: a training that goes on from a checkpoint counts the steps, and is
where it was.
"""

import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zishu_app.core.errors import DataError
from zishu_app.core.texts import t
from zishu_app.worker.training import faults, mask
from zishu_app.worker.training.given import Recipe
from zishu_app.worker.training.template import Template
from zishu_app.worker.training.tokenizer import Tokenizer

#: the samples of a micro step, by their numbers
Micro = Sequence[int]
#: the micro steps of a step
Step = Sequence[Micro]


@dataclass(frozen=True, slots=True)
class Lesson:
    """One sample. Beyond the end of the last turn that is learnt it holds nothing."""

    ids: Sequence[int]
    learnt: bytes
    #: where turns that are learnt end
    ends: tuple[int, ...]

    def within(self, longest: int) -> tuple[Sequence[int], bytes] | None:
        """Ids and marks up to the last turn that ends within so many tokens. None: not even the first does."""
        fitting = [end for end in self.ends if end <= longest]
        return (self.ids[: fitting[-1]], self.learnt[: fitting[-1]]) if fitting else None


@dataclass(frozen=True, slots=True)
class Reader:
    """Makes lessons of rows, as the base reads them."""

    template: Template
    tokenizer: Tokenizer
    longest: int

    def read(self, path: Path, check: Callable[[], None]) -> list[Lesson]:
        """The lessons of a file of rows. Raises DataError: with every reason why nothing may be trained like this."""
        seen = []
        for row in _rows(path):
            check()
            seen.append(mask.encode(row["messages"], self.template, self.tokenizer, self.longest))
        if wrong := [one for one in faults.together(one.faults for one in seen) if one.stops]:
            raise DataError("\n".join(one.message for one in wrong), "\n".join(one.hint for one in wrong))
        return [
            Lesson(one.ids[: one.used], one.learnt[: one.used], tuple(turn.stop for turn in one.turns))
            for one in seen
            if one.used
        ]


def pack(lengths: Sequence[int], longest: int) -> list[list[int]]:
    """Samples put together into rows of up to `longest` tokens: the longest first, each where it fits best."""
    rows: list[list[int]] = []
    left: list[int] = []
    for number in sorted(range(len(lengths)), key=lambda one: -lengths[one]):
        fitting = [row for row, room in enumerate(left) if room >= lengths[number]]
        if fitting:
            row = min(fitting, key=left.__getitem__)
            rows[row].append(number)
            left[row] -= lengths[number]
        else:
            rows.append([number])
            left.append(longest - lengths[number])
    return rows


def rows_of(lengths: Sequence[int], recipe: Recipe) -> list[list[int]]:
    """The rows of all samples."""
    return pack(lengths, recipe.longest) if recipe.packing else [[one] for one in range(len(lengths))]


def steps_of_round(rows: Sequence[Micro], recipe: Recipe, number: int) -> list[Step]:
    """The steps of round `number` through the material, the first being 0."""
    order = list(rows)
    random.Random(f"{recipe.seed}/{number}").shuffle(order)
    micros = [
        [one for row in order[start : start + recipe.batch] for one in row]
        for start in range(0, len(order), recipe.batch)
    ]
    many = recipe.accumulation
    return [micros[start : start + many] for start in range(0, len(micros), many)]


def total_steps(in_round: int, recipe: Recipe) -> int:
    """Of the whole training."""
    return recipe.max_steps or max(round(in_round * recipe.epochs), 1)


def _rows(path: Path) -> list[Mapping[str, Any]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if line.strip()]
    except (OSError, ValueError) as error:
        raise DataError(
            t(f"训练材料 {path.name} 读不了：{error}", f"The material {path.name} cannot be read: {error}"),
            t("重新准备这次训练的材料。", "Prepare the material of this training again."),
        ) from error
