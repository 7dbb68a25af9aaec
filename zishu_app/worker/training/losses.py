"""What is learnt from a row: the decoder runs over all of it, the head only where the next token is learnt.

A vocabulary of 50,000 to 150,000 makes the head's logits the largest thing of a step in memory, and a fifth of its
work; most tokens of a sample are only read. The logits that are wanted are made a few rows at a time, and the gradient
is taken along in the same go, so that no more than those few are ever there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch.nn import functional

from zishu_app.worker.training import attention

#: positions whose logits are there at the same time
AT_ONCE = 128


@dataclass(frozen=True, slots=True)
class Row:
    """Samples one after the other, without padding. `places`: positions before a token that is learnt."""

    ids: torch.Tensor
    positions: torch.Tensor
    lengths: list[int]
    places: torch.Tensor
    targets: torch.Tensor


@dataclass(frozen=True, slots=True)
class Heart:
    """The parts of a model that a loss needs."""

    decoder: torch.nn.Module
    head: torch.nn.Module
    #: the decoder hands lengths of samples on to our attention
    told_lengths: bool = False
    #: what some families do to logits
    cap: float | None = None
    scale: float = 1.0


def row_of(samples: Sequence[tuple[Sequence[int], bytes]], device: torch.device) -> Row:
    """The row of samples, each its ids and which of them are learnt. The first token of a sample never is."""
    ids: list[int] = []
    positions: list[int] = []
    places: list[int] = []
    for one, learnt in samples:
        places += [len(ids) + at - 1 for at in range(1, len(one)) if learnt[at]]
        positions += range(len(one))
        ids += one
    row = torch.tensor(ids, device=device)
    at = torch.tensor(places, dtype=torch.long, device=device)
    lengths = [len(one) for one, _ in samples]
    return Row(row[None], torch.tensor(positions, device=device)[None], lengths, at, row[at + 1])


def heart_of(model: Any) -> Heart:
    """Of a model of transformers, with or without an adapter."""
    inner = model.get_base_model() if hasattr(model, "get_base_model") else model
    config = inner.config
    scale = float(getattr(config, "logit_scale", None) or 1.0) / float(
        getattr(config, "logits_scaling", None) or 1.0
    )
    return Heart(
        getattr(inner, inner.base_model_prefix),
        inner.get_output_embeddings(),
        config._attn_implementation == attention.NAME,
        getattr(config, "final_logit_softcapping", None),
        scale,
    )


def loss_sum(heart: Heart, row: Row) -> torch.Tensor:
    """The sum of the losses of all learnt tokens, in full precision."""
    given = {attention.LENGTHS: row.lengths} if heart.told_lengths else {}
    out = heart.decoder(input_ids=row.ids, position_ids=row.positions, use_cache=False, **given)
    hidden = out.last_hidden_state[0].index_select(0, row.places)
    weight = getattr(heart.head, "weight", None)
    plain = type(heart.head) is torch.nn.Linear and heart.head.bias is None
    if plain and heart.cap is None and heart.scale == 1.0:
        total: torch.Tensor = _Learnt.apply(hidden, weight, row.targets)
        return total
    return _by_module(heart, hidden, row.targets)


def _by_module(heart: Heart, hidden: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """For heads that are more than one matrix: the logits of a few positions, made again on the way back."""
    from torch.utils.checkpoint import checkpoint

    def few(some: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
        logits = heart.head(some).float() * heart.scale
        if heart.cap is not None:
            logits = torch.tanh(logits / heart.cap) * heart.cap
        return functional.cross_entropy(logits, wanted, reduction="sum")

    total = hidden.new_zeros((), dtype=torch.float32)
    for some, wanted in zip(hidden.split(AT_ONCE), targets.split(AT_ONCE), strict=True):
        total = total + checkpoint(few, some, wanted, use_reentrant=False)
    return total


class _Learnt(torch.autograd.Function):  # type: ignore[misc]  # torch is unknown to mypy
    """The sum of cross entropies of `hidden @ weight.T`, with its gradient made on the way there."""

    @staticmethod
    def forward(ctx: Any, hidden: torch.Tensor, weight: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        kind = hidden.device.type
        dtype = torch.get_autocast_dtype(kind) if torch.is_autocast_enabled(kind) else weight.dtype
        with torch.autocast(kind, enabled=False):
            wanted = ctx.needs_input_grad[:2]
            total, ctx.for_hidden, ctx.for_weight = _few_at_a_time(
                hidden.detach().to(dtype), weight.detach().to(dtype), targets, wanted
            )
        ctx.dtypes = hidden.dtype, weight.dtype
        return total

    @staticmethod
    def backward(ctx: Any, *gradients: torch.Tensor) -> tuple[torch.Tensor | None, torch.Tensor | None, None]:
        [outer] = gradients
        for_hidden, for_weight = (
            None if one is None else (one * outer).to(dtype)
            for one, dtype in zip((ctx.for_hidden, ctx.for_weight), ctx.dtypes, strict=True)
        )
        return for_hidden, for_weight, None


def _few_at_a_time(
    hidden: torch.Tensor, weight: torch.Tensor, targets: torch.Tensor, wanted: Sequence[bool]
) -> tuple[torch.Tensor, torch.Tensor | None, torch.Tensor | None]:
    """The loss, and its gradients where they are wanted."""
    total = torch.zeros((), dtype=torch.float32, device=hidden.device)
    for_hidden = torch.empty_like(hidden) if wanted[0] else None
    for_weight = torch.zeros_like(weight, dtype=torch.float32) if wanted[1] else None
    for start in range(0, len(targets), AT_ONCE):
        part = slice(start, start + AT_ONCE)
        logits = (hidden[part] @ weight.T).float()
        whole = logits.logsumexp(-1, keepdim=True)
        at = targets[part, None]
        total += (whole - logits.gather(-1, at)).sum()
        if for_hidden is None and for_weight is None:
            continue
        share = logits.sub_(whole).exp_()
        share.scatter_add_(-1, at, share.new_full(at.shape, -1.0))
        share = share.to(weight.dtype)
        if for_hidden is not None:
            for_hidden[part] = share @ weight
        if for_weight is not None:
            for_weight += share.T @ hidden[part]
    return total, for_hidden, for_weight
