"""The recipe of a training, as the program wrote it into the spec: every value is there and of its kind."""

import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from zishu_app.core.errors import DataError
from zishu_app.core.texts import t


@dataclass(frozen=True, slots=True)
class Recipe:
    """See training/recipe, which derives and checks these values."""

    size: str
    method: str
    precision: str
    double_quant: bool
    rank: int
    alpha: float
    dropout: float
    targets: tuple[str, ...]
    rslora: bool
    dora: bool
    optimizer: str
    learning_rate: float
    weight_decay: float
    schedule: str
    #: share of the steps
    warmup: float
    #: longest gradient; 0: any
    clip: float
    epochs: float
    #: 0: by epochs
    max_steps: int
    #: rows of up to `longest` tokens in a micro step
    batch: int
    accumulation: int
    longest: int
    packing: bool
    seed: int
    attention: str
    checkpointing: str
    #: steps; 0: at the end only
    evaluate_every: int
    save_every: int
    #: evaluations without gain until it stops; 0: it never does
    patience: int
    #: checkpoints that stay
    keep: int
    #: of the processor; 0: as many as torch finds fit
    threads: int = 0


def recipe_of(value: Mapping[str, Any]) -> Recipe:
    """The recipe in a spec; what it says beyond this is left aside. Raises DataError."""
    known = {one.name: one for one in fields(Recipe)}
    missing = [name for name in known if name not in value and name != "threads"]
    if missing:
        raise _wrong(", ".join(missing))
    return Recipe(**{name: _as(known[name].type, name, value[name]) for name in known if name in value})


def _as(kind: Any, name: str, value: Any) -> Any:
    if isinstance(kind, types.GenericAlias) and typing.get_origin(kind) is tuple:
        if isinstance(value, str) or not all(isinstance(one, str) for one in value):
            raise _wrong(f"{name} = {value!r}")
        return tuple(value)
    fits = isinstance(value, kind) or (kind is float and isinstance(value, int))
    if not fits or (kind is not bool and isinstance(value, bool)):
        raise _wrong(f"{name} = {value!r}")
    return kind(value)


def _wrong(what: str) -> DataError:
    return DataError(
        t(
            f"训练配方不完整或不正确：{what}。",
            f"The recipe of the training is not complete, or wrong: {what}.",
        ),
        t("在“训练”页里重新开始一次。", "Start it anew on the Train page."),
    )
