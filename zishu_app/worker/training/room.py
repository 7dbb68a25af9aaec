"""What every training needs before its first step: the base with what learns on it, the lessons, the steps."""

import hashlib
import json
import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from zishu_app.core.errors import DataError
from zishu_app.core.texts import t
from zishu_app.jobs.specs import TrainSpec
from zishu_app.worker.context import Context
from zishu_app.worker.training.batches import Plan, Step, rows_of
from zishu_app.worker.training.given import Recipe
from zishu_app.worker.training.lessons import Lesson, Reader
from zishu_app.worker.training.loading import Loaded, learning_parameters, load_base, make_learning
from zishu_app.worker.training.losses import count_learnt
from zishu_app.worker.training.optimizers import make_optimizer
from zishu_app.worker.training.several import Cards
from zishu_app.worker.training.step import Stepper
from zishu_app.worker.training.template import Template, load_template
from zishu_app.worker.training.tokenizer import Tokenizer, load_tokenizer

#: of a recipe, what may change between two parts of one training
_FREE = ("keep", "save_every", "evaluate_every", "patience", "threads")


@dataclass(frozen=True, slots=True)
class Room:
    """Everything of a training but where it is."""

    spec: TrainSpec
    recipe: Recipe
    base: Loaded
    template: Template
    tokenizer: Tokenizer
    model: Any
    optimizer: Any
    stepper: Stepper
    lessons: Sequence[Lesson]
    held: Sequence[Lesson]
    plan: Plan
    cards: Cards

    def held_rows(self) -> Step:
        """What was held out, as micro steps."""
        return rows_of([len(one.ids) for one in self.held], self.recipe)

    def trained_parameters(self) -> int:
        """How many numbers learn."""
        return sum(one.numel() for one in learning_parameters(self.model))

    def mark(self) -> str:
        """Tells whether recipe, material, base and beginning are still the same."""
        recipe = {name: value for name, value in asdict(self.recipe).items() if name not in _FREE}
        material = hashlib.sha256(Path(self.spec.train).read_bytes()).hexdigest()
        given = [recipe, material, self.base.sha256, self.template.sha256, bool(self.spec.adapter)]
        return hashlib.sha256(json.dumps(given).encode()).hexdigest()


def furnish(spec: TrainSpec, recipe: Recipe, context: Context) -> Room:
    """Load and read all of it. Raises DataError."""
    folder = Path(spec.base)
    template = load_template(folder)
    tokenizer = load_tokenizer(folder, template.controls)
    context.progress(0, 1, t("读材料", "reading the material"))
    reader = Reader(template, tokenizer, recipe.longest)
    lessons = reader.read(Path(spec.train), context.check_cancelled)
    held = reader.read(Path(spec.evaluation), context.check_cancelled) if spec.evaluation else []
    if not lessons:
        raise DataError(
            t("材料里没有任何可学的 token。", "There is not one token to learn in the material."),
            t("看看样本的“学习透视”，调大 longest。", "Look at the X-ray of the samples, or raise longest."),
        )
    context.progress(0, 1, t("读基础模型", "loading the base"))
    cards = Cards()
    base = load_base(folder, recipe, cards.device())
    context.check_cancelled()
    _seed(recipe.seed)
    model = make_learning(base, recipe, Path(spec.adapter) if spec.adapter else None)
    optimizer, told = make_optimizer(learning_parameters(model), recipe, base.device)
    if told:
        context.note(told)
    stepper = Stepper(base, model, optimizer, recipe, cards)
    stepper.check = context.check_cancelled
    plan = Plan([len(one.ids) for one in lessons], [count_learnt(one.learnt) for one in lessons], recipe)
    return Room(
        spec, recipe, base, template, tokenizer, model, optimizer, stepper, lessons, held, plan, cards
    )


def _seed(seed: int) -> None:
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002 - libraries draw from it
    torch.manual_seed(seed)
