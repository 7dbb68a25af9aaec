"""A training as it stands after a step, on disk whole or not at all: what was learnt, the optimizer, the place in the
material, the random states. A training that was killed goes on from the last one as if nothing had been.
"""

import json
import random
import re
import shutil
import stat
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file

from zishu_app.core.errors import DataError
from zishu_app.core.files import as_json, new_folder
from zishu_app.core.texts import t

_STEP = re.compile(r"step-(\d{6,})")
STATE, OPTIMIZER, WEIGHTS = "state.json", "optimizer.pt", "adapter_model.safetensors"


@dataclass(slots=True)
class State:
    """Where a training is: all that is not a tensor."""

    #: steps done
    step: int = 0
    #: of the material seen, in rounds through it
    epoch: float = 0.0
    #: tells whether recipe and material are still the same
    of: str = ""
    #: how a step is fitted into memory, see worker/training/ladder, and what was told of it
    fit: dict[str, Any] = field(default_factory=dict)
    reductions: list[str] = field(default_factory=list)
    #: the loss of each step
    losses: list[float] = field(default_factory=list)
    #: of each evaluation: step and loss
    evaluations: list[tuple[int, float]] = field(default_factory=list)
    best_step: int = 0
    best_loss: float | None = None
    #: evaluations without gain
    waited: int = 0
    tokens: int = 0
    learnt_tokens: int = 0
    seconds: float = 0.0
    peak_memory_mb: float = 0.0


@dataclass(frozen=True, slots=True)
class Random:
    """The states of everything that is random, at one moment."""

    python: Any
    numpy: Any
    torch: torch.Tensor
    cuda: list[torch.Tensor]

    @classmethod
    def now(cls) -> "Random":
        """As they are."""
        cuda = torch.cuda.get_rng_state_all() if torch.cuda.is_available() else []
        return cls(random.getstate(), np.random.get_state(), torch.get_rng_state(), cuda)  # noqa: NPY002

    def restore(self) -> None:
        """As they were."""
        random.setstate(self.python)
        np.random.set_state(self.numpy)  # noqa: NPY002
        torch.set_rng_state(self.torch)
        if self.cuda and torch.cuda.is_available():
            torch.cuda.set_rng_state_all(self.cuda)

    def to_dict(self) -> dict[str, Any]:
        """Plain values and tensors."""
        kind, keys, *rest = self.numpy
        version, inner, gauss = self.python
        return {
            "python": [version, list(inner), gauss],
            "numpy": [kind, torch.from_numpy(keys.astype(np.int64)), *rest],
            "torch": self.torch,
            "cuda": self.cuda,
        }

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> "Random":
        """The opposite of `to_dict`."""
        kind, keys, *rest = value["numpy"]
        version, inner, gauss = value["python"]
        return cls(
            (version, tuple(inner), gauss),
            (kind, keys.numpy().astype(np.uint32), *rest),
            value["torch"],
            value["cuda"],
        )


@dataclass(frozen=True, slots=True)
class Learner:
    """What a checkpoint is taken of."""

    model: Any
    optimizer: Any


def save(folder: Path, learner: Learner, state: State, moment: Random, keep: int) -> Path:
    """A checkpoint of `state.step` in `folder`; of those before it `keep` stay, with it."""
    path = folder / f"step-{state.step:06}"
    if not path.exists():
        with new_folder(path) as room:
            save_weights(room, learner.model)
            torch.save(
                {"optimizer": learner.optimizer.state_dict(), "random": moment.to_dict()}, room / OPTIMIZER
            )
            (room / STATE).write_text(as_json(asdict(state)), encoding="utf-8")
    for old in _all(folder)[:-keep]:
        remove(old)
    return path


def last(folder: Path) -> Path | None:
    """The newest."""
    return there[-1] if (there := _all(folder)) else None


def read_state(path: Path) -> State:
    """What a checkpoint says of itself. Raises DataError."""
    try:
        state = State(**json.loads((path / STATE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise _broken(path, error) from error
    state.evaluations = [(step, loss) for step, loss in state.evaluations]
    return state


def restore(path: Path, learner: Learner) -> Random:
    """Put everything back as it was; the random states are handed back, for when the training goes on. Raises DataError."""
    try:
        load_weights(path, learner.model)
        kept = torch.load(path / OPTIMIZER, map_location="cpu", weights_only=True)
        learner.optimizer.load_state_dict(kept["optimizer"])
        return Random.from_dict(kept["random"])
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise _broken(path, error) from error


def save_weights(folder: Path, model: Any) -> None:
    """What learns, as PEFT reads it; of a base that learns itself all of its parameters."""
    if hasattr(model, "peft_config"):
        model.save_pretrained(folder)
        (folder / "README.md").unlink(missing_ok=True)  # a form to be filled in, which nobody does
        return
    own = {name: one.detach().contiguous() for name, one in model.named_parameters()}
    save_file(own, folder / WEIGHTS)


def load_weights(folder: Path, model: Any) -> None:
    """The opposite of `save_weights`, into a model of the same making."""
    kept = load_file(folder / WEIGHTS)
    if hasattr(model, "peft_config"):
        from peft import set_peft_model_state_dict

        set_peft_model_state_dict(model, kept)
        return
    model.load_state_dict(kept, strict=False)


def replace_folder(path: Path, fill: Callable[[Path], None]) -> None:
    """A folder made anew, whole, in place of what was there."""
    remove(path)
    with new_folder(path) as room:
        fill(room)


def remove(path: Path) -> None:
    """A folder of ours; what is only to be read goes too, on every system."""
    for one in path.rglob("*") if path.is_dir() else ():
        one.chmod(stat.S_IRWXU if one.is_dir() else stat.S_IRUSR | stat.S_IWUSR)
    shutil.rmtree(path, ignore_errors=True)


def _all(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    found = [one for one in folder.iterdir() if _STEP.fullmatch(one.name)]
    return sorted(found, key=lambda one: int(one.name.removeprefix("step-")))


def _broken(path: Path, error: Exception) -> DataError:
    why = " ".join(str(error).split())[:200]
    return DataError(
        t(f"检查点 {path.name} 读不了：{why}", f"The checkpoint {path.name} cannot be read: {why}"),
        t(f"删除 {path}，从更早的一个继续。", f"Delete {path}: it goes on from the one before."),
    )
