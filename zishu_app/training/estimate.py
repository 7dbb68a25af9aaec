"""What a training will take in memory and time, worked out from how the base is built, before anything is loaded.

The formulas count what is kept at the worst moment, the middle of a step: weights, what is trained with its gradients and
the optimizer's two averages, what the backward pass needs again from each layer, and the logits, which are made only where
something is learnt. On a processor the allocator's gaps come to as much as the activations within the first steps. What they
leave out (the libraries' own buffers) is learnt from measured runs on this machine and kept, see `Known`.
"""

import json
import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from zishu_app.core.files import write_json
from zishu_app.training.machine import Machine
from zishu_app.training.recipe import Recipe
from zishu_app.training.shape import Shape

log = logging.getLogger("zishu.training")

MB = 1_000_000
#: bytes of a parameter as the base lies in memory; nf4 with one scale of 32 bit for 64 of them, or a scale of 8 bit and
#: one of 32 bit for 256 scales
BYTES: Mapping[str, float] = {"fp32": 4.0, "bf16": 2.0, "int8": 1.0, "nf4": 0.5 + 4 / 64}
NF4_DOUBLE = 0.5 + 1 / 64 + 4 / (64 * 256)
#: bytes of the optimizer for each trained parameter: two averages in 32 or 8 bit; Adafactor keeps rows and columns only
OPTIMIZER: Mapping[str, float] = {"adamw": 8.0, "paged_adamw_8bit": 2.0, "adafactor": 0.1}
#: of Python, torch and transformers; on a card also of the driver
PROGRAM_MB = {"cpu": 600.0, "cuda": 900.0}
#: tokens whose logits are made at once, see worker/training/losses
AT_ONCE = 128
#: steps in which the gaps of a processor's memory grow. Measured with SmolLM2, rows of 2 x 512: 2.6 GB in the second step, 3.3
#: in the twentieth, 3.7 in the forty-fifth; rows are of other lengths in every step, and what is free lies in pieces
GROWING = 50
#: floating point operations a second where nothing was measured yet: of one core, and of a card
CORE_FLOPS, CARD_FLOPS = 4e10, 1.5e13
#: share of the memory up to which it fits well, and up to which it may
WELL, TIGHT = 0.75, 1.0

Light = Literal["green", "yellow", "red"]


@dataclass(frozen=True, slots=True)
class Load:
    """What there is to learn, counted in tokens."""

    #: in the rows of one epoch, padding left out
    tokens: int
    #: those that are learnt
    learnt: int
    #: steps of the whole training
    steps: int
    #: the longest row there is
    longest: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """Memory in MB, part by part, and time in seconds."""

    weights_mb: float
    trained_mb: float
    activations_mb: float
    logits_mb: float
    program_mb: float
    #: measured on this machine / worked out; 1: never measured
    memory_ratio: float
    seconds: float
    #: whether the speed was measured on this machine
    measured: bool
    #: there is so much, in MB
    free_mb: float
    trained_parameters: int
    #: of a processor's memory: free, in pieces that are too small
    gaps_mb: float = 0.0

    @property
    def memory_mb(self) -> float:
        """At the worst moment."""
        parts = self.weights_mb + self.trained_mb + self.activations_mb + self.logits_mb + self.gaps_mb
        return self.program_mb + parts * self.memory_ratio

    @property
    def light(self) -> Light:
        """Whether it fits."""
        share = self.memory_mb / max(self.free_mb, 1.0)
        return "green" if share <= WELL else "yellow" if share <= TIGHT else "red"


@dataclass(frozen=True, slots=True)
class Known:
    """What was measured on this machine, for a device and a precision."""

    memory_ratio: float = 1.0
    #: floating point operations a second; 0: not measured
    flops: float = 0.0
    runs: int = 0


def estimate(shape: Shape, recipe: Recipe, load: Load, machine: Machine, known: Known) -> Estimate:
    """Before anything is loaded."""
    trained = trained_parameters(shape, recipe)
    tokens = recipe.batch * (min(recipe.longest, load.longest) if not recipe.packing else recipe.longest)
    learnt = tokens * load.learnt / max(load.tokens, 1)
    speed = known.flops or (CARD_FLOPS if machine.card else CORE_FLOPS * machine.cores)
    epochs = load.steps * recipe.accumulation * tokens / max(load.tokens, 1)
    activations = tokens * _kept(shape, recipe) / MB
    return Estimate(
        weights_mb=_weights(shape, recipe) / MB,
        trained_mb=trained * _for_each(recipe) / MB,
        activations_mb=activations,
        # the logits in the base's precision, their softmax and its gradient in 32 bit
        logits_mb=min(learnt, AT_ONCE) * shape.vocabulary * 10 / MB,
        program_mb=PROGRAM_MB[machine.device],
        memory_ratio=known.memory_ratio,
        seconds=min(epochs, recipe.epochs * 1.5) * flops_of_epoch(shape, recipe, load) / speed,
        measured=known.runs > 0,
        free_mb=machine.free_mb,
        trained_parameters=trained,
        gaps_mb=0.0 if machine.card else activations * _grown(load.steps),
    )


def within(worked_out: Estimate, steps: int, of: int) -> Estimate:
    """The same for the first steps of so many."""
    return replace(worked_out, gaps_mb=worked_out.gaps_mb * _grown(steps) / _grown(max(of, 1)))


def _grown(steps: int) -> float:
    return min(steps, GROWING) / GROWING


def trained_parameters(shape: Shape, recipe: Recipe) -> int:
    """How many parameters are trained."""
    if recipe.method == "full":
        return shape.parameters
    chosen = _chosen(shape, recipe)
    beside = sum(out for _, out in chosen) if recipe.dora else 0
    return shape.layers * (recipe.rank * sum(wide + out for wide, out in chosen) + beside)


def flops_of_epoch(shape: Shape, recipe: Recipe, load: Load) -> float:
    """Operations of one epoch: a multiplication and an addition for each weight and token, forward, backward to what lies
    below, and (where all parameters are trained, or the forward pass is done again) once more.
    """
    passes = 4.0 + (2.0 if recipe.method == "full" else 0.0)
    passes += {"none": 0.0, "selective": 1.0, "all": 2.0}[recipe.checkpointing]
    length = min(recipe.longest, load.longest)
    attention = 2.0 * shape.layers * shape.queries * length  # scores and sums over half of the row on average
    body = passes * (shape.linear_parameters + trained_parameters(shape, recipe) + attention) * load.tokens
    return body + 4.0 * shape.vocabulary * shape.hidden * load.learnt


def _chosen(shape: Shape, recipe: Recipe) -> list[tuple[int, int]]:
    names = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
    every = "all-linear" in recipe.targets
    return [one for name, one in zip(names, shape.linears, strict=True) if every or name in recipe.targets]


def _weights(shape: Shape, recipe: Recipe) -> float:
    """Bytes of the base: only linear parts are quantised, and what is trained itself is kept in 32 bit."""
    if recipe.method == "full":
        return shape.parameters * 4.0
    small = NF4_DOUBLE if recipe.precision == "nf4" and recipe.double_quant else BYTES[recipe.precision]
    rest = 4.0 if recipe.precision == "fp32" else 2.0
    return shape.linear_parameters * small + (shape.parameters - shape.linear_parameters) * rest


def _for_each(recipe: Recipe) -> float:
    """Bytes for each trained parameter: itself (counted already where all are trained), its gradient, the optimizer's."""
    itself = 0.0 if recipe.method == "full" else 4.0
    return itself + 4.0 + OPTIMIZER[recipe.optimizer]


def _kept(shape: Shape, recipe: Recipe) -> float:
    """Bytes that the backward pass needs of each token of a batch."""
    size = 4.0 if recipe.precision == "fp32" else 2.0
    h, q, k, m = shape.hidden, shape.queries, shape.keys, shape.intermediate
    # what goes into and comes out of norms, attention and the gate; norms are computed in 32 bit
    layer = size * (4 * h + 2 * q + 2 * k + 4 * m) + 4.0 * 4 * h
    if recipe.method == "lora":
        chosen = _chosen(shape, recipe)
        # each adapter keeps its input, with dropout a copy of it and which values were left out
        layer += sum(wide for wide, _ in chosen) * (size + 1.0 if recipe.dropout else 0.0)
        layer += len(chosen) * recipe.rank * 4.0 * 2
    entrance = size * h
    whole = {"none": shape.layers, "selective": shape.layers / 2, "all": 1.0}[recipe.checkpointing]
    # one layer's gradients on the way down
    return whole * layer + (shape.layers - whole) * entrance + layer


def read_known(path: Path, device: str, precision: str) -> Known:
    """What was measured here."""
    try:
        return Known(**json.loads(path.read_text(encoding="utf-8"))[f"{device}/{precision}"])
    except FileNotFoundError:
        return Known()
    except (OSError, ValueError, KeyError, TypeError):
        return Known()


def learn(
    path: Path, machine: Machine, recipe: Recipe, worked_out: Estimate, measured: Mapping[str, float]
) -> Known:
    """Keep what a run took: `memory_mb` and `flops` a second. Newer runs count as much as all before them."""
    before = read_known(path, machine.device, recipe.precision)
    parts = worked_out.memory_mb - worked_out.program_mb
    whole = parts / worked_out.memory_ratio
    ratio = (measured["memory_mb"] - worked_out.program_mb) / max(whole, 1.0)
    ratio = min(max(ratio, 0.2), 5.0)
    flops = measured.get("flops", 0.0)
    known = Known(
        memory_ratio=(before.memory_ratio + ratio) / 2 if before.runs else ratio,
        flops=(before.flops + flops) / 2 if before.flops and flops else flops or before.flops,
        runs=before.runs + 1,
    )
    table = _read(path)
    table[f"{machine.device}/{recipe.precision}"] = asdict(known)
    write_json(path, table)
    return known


def _read(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        log.warning("%s cannot be read and is begun anew: %s", path.name, type(error).__name__)
        return {}
    return value if isinstance(value, dict) else {}
