"""How what learns is changed by a gradient, and how fast at which step."""

import math
from collections.abc import Sequence
from typing import Any

import torch

from zishu_app.core.errors import DataError
from zishu_app.core.texts import t
from zishu_app.worker.training.given import Recipe


def make_optimizer(parameters: Sequence[Any], recipe: Recipe, device: torch.device) -> tuple[Any, str]:
    """The optimizer of the recipe, and a sentence where it is another one; "" where it is not."""
    rate, decay = recipe.learning_rate, recipe.weight_decay
    if recipe.optimizer == "adafactor":
        from transformers.optimization import Adafactor

        return Adafactor(
            parameters,
            lr=rate,
            weight_decay=decay,
            scale_parameter=False,
            relative_step=False,
            warmup_init=False,
        ), ""
    if recipe.optimizer == "paged_adamw_8bit" and device.type == "cuda":
        from bitsandbytes.optim import PagedAdamW8bit

        return PagedAdamW8bit(parameters, lr=rate, weight_decay=decay), ""
    if recipe.optimizer not in ("adamw", "paged_adamw_8bit"):
        raise DataError(t(f"没有优化器 {recipe.optimizer}。", f"There is no optimizer {recipe.optimizer}."))
    told = t(
        "8 位分页 AdamW 只能在显卡上用，改用 AdamW。",
        "Paged 8-bit AdamW works on a graphics card only; AdamW is used.",
    )
    plain = torch.optim.AdamW(parameters, lr=rate, weight_decay=decay)
    return plain, told if recipe.optimizer == "paged_adamw_8bit" else ""


def rate_at(step: int, total: int, recipe: Recipe) -> float:
    """The share of the learning rate in step number `step` of `total`, the first being 0.

    It rises in equal parts through the warm-up, whose last step has all of it, and then falls towards 0, which the
    step after the last would have.
    """
    warm = round(total * recipe.warmup)
    if step < warm:
        return (step + 1) / warm
    gone = (step - warm) / max(total - warm, 1)
    if recipe.schedule == "cosine":
        return 0.5 * (1 + math.cos(math.pi * min(gone, 1.0)))
    if recipe.schedule == "linear":
        return max(1.0 - gone, 0.0)
    return 1.0


def set_rate(optimizer: Any, rate: float) -> None:
    """What the next step takes."""
    for group in optimizer.param_groups:
        group["lr"] = rate
