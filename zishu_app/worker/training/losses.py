"""What is learnt from a row: the decoder runs over all of it, the head only where the next token is learnt.

A vocabulary of 50,000 to 150,000 makes the head's logits the largest thing of a step in memory, and a fifth of its
work; most tokens of a sample are only read. The logits that are wanted are made a few rows at a time, and the gradient
is taken along in the same go, so that no more than those few are ever there.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import torch
from torch.nn import functional

from zishu_app.worker.training import attention

#: how a token is learnt: from what stands there, or from what the base itself would say there, so that it is not forgotten
LEARNT, KEPT = 1, 2
#: positions whose logits are there at the same time
AT_ONCE = 128
#: tokens a row is filled up to a multiple of: for every length it has not seen, oneDNN makes a program and keeps it
ROUND = 64


@dataclass(frozen=True, slots=True)
class Row:
    """Samples one after the other, without padding. `places`: positions before a token that is learnt; `kept`: those of
    them at which the base itself is the teacher, None where there are none.
    """

    ids: torch.Tensor
    positions: torch.Tensor
    lengths: list[int]
    places: torch.Tensor
    targets: torch.Tensor
    kept: torch.Tensor | None = None


@dataclass(frozen=True, slots=True)
class Heart:
    """The parts of a model that a loss needs."""

    decoder: torch.nn.Module
    head: torch.nn.Module
    #: within it the adapter is as if it were not there; None: there is none
    without: Callable[[], AbstractContextManager[None]] | None = None
    #: the decoder hands lengths of samples on to our attention
    told_lengths: bool = False
    #: what some families do to logits
    cap: float | None = None
    scale: float = 1.0


def count_learnt(marks: bytes) -> int:
    """Tokens that are learnt in whichever way."""
    return len(marks) - marks.count(0)


def row_of(samples: Sequence[tuple[Sequence[int], bytes]], device: torch.device) -> Row:
    """The row of samples, each its ids and how they are learnt, see `LEARNT`. The first token of a sample never is."""
    ids: list[int] = []
    positions: list[int] = []
    places: list[int] = []
    kept: list[bool] = []
    for one, learnt in samples:
        here = [at for at in range(1, len(one)) if learnt[at]]
        places += [len(ids) + at - 1 for at in here]
        kept += [learnt[at] == KEPT for at in here]
        positions += range(len(one))
        ids += one
    lengths = [len(one) for one, _ in samples]
    if spare := -len(ids) % ROUND:  # a sample of its own, of which nothing is learnt
        ids += [0] * spare
        positions += range(spare)
        lengths.append(spare)
    row = torch.tensor(ids, device=device)
    at = torch.tensor(places, dtype=torch.long, device=device)
    mine = torch.tensor(kept, device=device) if any(kept) else None
    return Row(row[None], torch.tensor(positions, device=device)[None], lengths, at, row[at + 1], mine)


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
        getattr(model, "disable_adapter", None),
        config._attn_implementation == attention.NAME,
        getattr(config, "final_logit_softcapping", None),
        scale,
    )


def loss_sum(heart: Heart, row: Row) -> torch.Tensor:
    """The sum of the losses of all learnt tokens, in full precision. Where the head is more than one matrix, or there is no
    adapter to do without, tokens that are `KEPT` are learnt like all others.
    """
    hidden = _hidden(heart, row)
    weight = getattr(heart.head, "weight", None)
    plain = type(heart.head) is torch.nn.Linear and heart.head.bias is None
    if plain and heart.cap is None and heart.scale == 1.0:
        total: torch.Tensor = _Learnt.apply(hidden, weight, row.targets, _taught(heart, row))
        return total
    return _by_module(heart, hidden, row.targets)


def _hidden(heart: Heart, row: Row) -> torch.Tensor:
    """What the decoder makes of the places."""
    given = {attention.LENGTHS: row.lengths} if heart.told_lengths else {}
    out = heart.decoder(input_ids=row.ids, position_ids=row.positions, use_cache=False, **given)
    return out.last_hidden_state[0].index_select(0, row.places)


def _taught(heart: Heart, row: Row) -> "Taught | None":
    """What the base makes of them without what is being learnt; None where it teaches nothing, or has no adapter."""
    if row.kept is None or heart.without is None:
        return None
    training = heart.decoder.training
    heart.decoder.eval()
    try:
        with torch.no_grad(), heart.without():
            return Taught(row.kept, _hidden(heart, row))
    finally:
        heart.decoder.train(training)


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


@dataclass(frozen=True, slots=True)
class Taught:
    """Places at which the base is the teacher, and what its decoder makes of all places."""

    kept: torch.Tensor
    hidden: torch.Tensor

    def within(self, part: slice, weight: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor] | None:
        """Of some places: which, and the base's log-probabilities at those. None: at none of them."""
        kept = self.kept[part]
        if not bool(kept.any()):
            return None
        return kept, (self.hidden[part][kept] @ weight.T).float().log_softmax(-1)


def _loss(
    logits: torch.Tensor,
    whole: torch.Tensor,
    at: torch.Tensor,
    told: tuple[torch.Tensor, torch.Tensor] | None,
) -> torch.Tensor:
    """The cross entropy of the tokens, and where the base teaches, how far she is from it (KL)."""
    own = whole - logits.gather(-1, at)
    if told is None:
        return own.sum()
    kept, base = told
    apart = (base.exp() * (base - (logits[kept] - whole[kept]))).sum()
    return own[~kept].sum() + apart


class _Learnt(torch.autograd.Function):  # type: ignore[misc]  # torch is unknown to mypy
    """The sum of cross entropies of `hidden @ weight.T`, with its gradient made on the way there."""

    @staticmethod
    def forward(
        ctx: Any, hidden: torch.Tensor, weight: torch.Tensor, targets: torch.Tensor, taught: "Taught | None"
    ) -> torch.Tensor:
        kind = hidden.device.type
        dtype = torch.get_autocast_dtype(kind) if torch.is_autocast_enabled(kind) else weight.dtype
        with torch.autocast(kind, enabled=False):
            wanted = ctx.needs_input_grad[:2]
            if taught is not None:
                taught = Taught(taught.kept, taught.hidden.to(dtype))
            total, ctx.for_hidden, ctx.for_weight = _few_at_a_time(
                hidden.detach().to(dtype), weight.detach().to(dtype), (targets, taught), wanted
            )
        ctx.dtypes = hidden.dtype, weight.dtype
        return total

    @staticmethod
    def backward(
        ctx: Any, *gradients: torch.Tensor
    ) -> tuple[torch.Tensor | None, torch.Tensor | None, None, None]:
        [outer] = gradients
        for_hidden, for_weight = (
            None if one is None else (one * outer).to(dtype)
            for one, dtype in zip((ctx.for_hidden, ctx.for_weight), ctx.dtypes, strict=True)
        )
        return for_hidden, for_weight, None, None


def _few_at_a_time(
    hidden: torch.Tensor,
    weight: torch.Tensor,
    wanted_there: "tuple[torch.Tensor, Taught | None]",
    wanted: Sequence[bool],
) -> tuple[torch.Tensor, torch.Tensor | None, torch.Tensor | None]:
    """The loss, and its gradients where they are wanted."""
    targets, taught = wanted_there
    total = torch.zeros((), dtype=torch.float32, device=hidden.device)
    for_hidden = torch.empty_like(hidden) if wanted[0] else None
    for_weight = torch.zeros_like(weight, dtype=torch.float32) if wanted[1] else None
    for start in range(0, len(targets), AT_ONCE):
        part = slice(start, start + AT_ONCE)
        logits = (hidden[part] @ weight.T).float()
        whole = logits.logsumexp(-1, keepdim=True)
        at = targets[part, None]
        told = None if taught is None else taught.within(part, weight)
        total += _loss(logits, whole, at, told)
        if for_hidden is None and for_weight is None:
            continue
        share = logits.sub_(whole).exp_()
        if told is None:
            share.scatter_add_(-1, at, share.new_full(at.shape, -1.0))
        else:
            kept, base = told
            share[~kept] = share[~kept].scatter_add_(-1, at[~kept], share.new_full(at[~kept].shape, -1.0))
            share[kept] -= base.exp()
        share = share.to(weight.dtype)
        if for_hidden is not None:
            for_hidden[part] = share @ weight
        if for_weight is not None:
            for_weight += share.T @ hidden[part]
    return total, for_hidden, for_weight
