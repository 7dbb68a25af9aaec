"""One step of a training: its micro steps, in as many parts as memory wants, and the change that follows from them."""

import gc
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from zishu_app.core.errors import DataError
from zishu_app.core.texts import t
from zishu_app.worker.training.batches import Micro, Step
from zishu_app.worker.training.checkpoint import Random
from zishu_app.worker.training.given import Recipe
from zishu_app.worker.training.ladder import Fit, is_out_of_memory, parts_of, step_down
from zishu_app.worker.training.lessons import Lesson
from zishu_app.worker.training.loading import Loaded, learning_parameters, set_checkpointing
from zishu_app.worker.training.losses import count_learnt, heart_of, loss_sum, row_of
from zishu_app.worker.training.optimizers import set_rate
from zishu_app.worker.training.several import Cards

#: steps one after the other whose gradient is no number, until it is given up
LOST = 3


@dataclass(frozen=True, slots=True)
class Stepped:
    """What came of a step. `loss`: of a learnt token."""

    loss: float
    gradient_norm: float
    tokens: int
    learnt: int


class Stepper:
    """Does steps. `tell` is called with a sentence when something had to be given up for want of memory."""

    def __init__(self, base: Loaded, model: Any, optimizer: Any, recipe: Recipe, cards: Cards) -> None:
        self._base = base
        self._model = model
        self._optimizer = optimizer
        self._recipe = recipe
        self._cards = cards
        self._heart = heart_of(model)
        self._parameters = learning_parameters(model)
        self._lost = 0
        self.tell: Callable[[str], None] = lambda _: None
        #: called in every micro step
        self.check: Callable[[], None] = lambda: None
        self.fit = Fit(1, recipe.checkpointing, recipe.longest)
        #: as everything random was before the step that is under way
        self.moment = Random.now()
        set_checkpointing(model, recipe.checkpointing)

    def take_up(self, fit: Fit) -> None:
        """Fit steps into memory like this from now on."""
        self.fit = fit
        set_checkpointing(self._model, fit.checkpointing)

    def step(self, lessons: Sequence[Lesson], step: Step, rate: float) -> Stepped:
        """Learn from the lessons of a step. Raises DataError: memory, or nothing but nonsense comes of it."""
        self.moment = Random.now()
        self._model.train()
        set_rate(self._optimizer, rate)
        total, tokens, learnt = self._fitted(lessons, step, self._gradients)
        norm = self._norm()
        if math.isfinite(norm):
            self._lost = 0
            self._optimizer.step()
        else:
            self._lose()
        self._optimizer.zero_grad(set_to_none=True)
        return Stepped(total / max(learnt, 1), norm, tokens, learnt)

    def evaluate(self, lessons: Sequence[Lesson], rows: Step) -> float:
        """The loss of a learnt token of other lessons; nothing changes."""
        moment, was_training = Random.now(), self._model.training
        self._model.eval()
        try:
            total, _, learnt = self._fitted(lessons, rows, self._look)
        finally:
            self._model.train(was_training)
            moment.restore()
        return total / max(learnt, 1)

    def _fitted(
        self,
        lessons: Sequence[Lesson],
        step: Step,
        do: Callable[[list[list[tuple[Sequence[int], bytes]]]], tuple[float, int, int]],
    ) -> tuple[float, int, int]:
        """Do it, in as many parts as it takes. Raises DataError where nothing helps."""
        start = Random.now()
        while True:
            parts = self._parts(lessons, step)
            try:
                return do(parts)
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error) or self._cards.count > 1:
                    raise
            self._optimizer.zero_grad(set_to_none=True)
            gc.collect()
            if self._base.device.type == "cuda":
                torch.cuda.empty_cache()
            start.restore()
            lengths = [len(one.ids) for one in lessons]
            fit, told = step_down(self.fit, max(map(len, parts)), lengths)
            self.take_up(fit)
            self.tell(told)

    def _parts(self, lessons: Sequence[Lesson], step: Step) -> list[list[tuple[Sequence[int], bytes]]]:
        parts: list[Micro] = [part for micro in step for part in parts_of(micro, self.fit.parts)]
        cut = [[lessons[number].within(self.fit.longest) for number in part] for part in parts]
        return [some for part in cut if (some := [one for one in part if one is not None])]

    def _gradients(self, parts: list[list[tuple[Sequence[int], bytes]]]) -> tuple[float, int, int]:
        learnt = sum(count_learnt(marks[1:]) for part in parts for _, marks in part)
        loss = torch.zeros((), device=self._base.device)
        for part in self._cards.own(parts):
            self.check()
            with self._base.computing():
                total = loss_sum(self._heart, row_of(part, self._base.device))
            (total / max(learnt, 1)).backward()
            loss += total.detach()
        tokens = sum(len(ids) for part in parts for ids, _ in part)
        return self._cards.add_up(self._parameters, loss.item()), tokens, learnt

    def _look(self, parts: list[list[tuple[Sequence[int], bytes]]]) -> tuple[float, int, int]:
        loss = torch.zeros((), device=self._base.device)
        for part in parts:
            self.check()
            with torch.no_grad(), self._base.computing():
                loss += loss_sum(self._heart, row_of(part, self._base.device))
        learnt = sum(count_learnt(marks[1:]) for part in parts for _, marks in part)
        return loss.item(), sum(len(ids) for part in parts for ids, _ in part), learnt

    def _norm(self) -> float:
        """Of the whole gradient, before it is clipped."""
        most = self._recipe.clip or math.inf
        return float(torch.nn.utils.clip_grad_norm_(self._parameters, most))

    def _lose(self) -> None:
        """A gradient that is no number: the step is left out, a few times."""
        self._lost += 1
        if self._lost >= LOST:
            raise DataError(
                t(
                    "训练发散了：梯度不再是数。",
                    "The training has come apart: gradients are no numbers any more.",
                ),
                t("调低学习率再试。", "Try again with a lower learning rate."),
            )
