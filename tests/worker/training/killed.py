"""Trains in processes that are killed at chosen moments, each forked from this one: torch is imported once.

Given a folder and a base, it writes `losses.json`: the losses of a training that nobody disturbed, and of one that was
killed at each moment and given again.
"""

import json
import os
import signal
import sys
from pathlib import Path

from tests.worker.training.tiny import spec_in
from zishu_app.jobs.protocol import Event, Metric
from zishu_app.worker import pack
from zishu_app.worker.context import Context
from zishu_app.worker.training import loop

pack.use()
import peft  # noqa: E402, F401 - the forks need not import it
import torch  # noqa: E402
from transformers import LlamaForCausalLM  # noqa: E402, F401

from zishu_app.worker.training import checkpoint, course, dry, step  # noqa: E402, F401

torch.set_num_threads(1)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def after_a_step(number: int) -> Context:
    """Killed when the loss of a step has been told, and nothing of it is on disk."""

    def hear(event: Event) -> None:
        if isinstance(event, Metric) and event.step == number and "loss" in event.values:
            die()

    return Context(hear)


def in_a_step() -> Context:
    """Killed between two micro steps of the third step, its first gradients being there."""
    made = [0]
    original = step.loss_sum

    def counted(heart: object, row: object) -> object:
        made[0] += 1
        if made[0] == 6:
            die()
        return original(heart, row)  # type: ignore[arg-type]

    step.loss_sum = counted  # type: ignore[assignment]
    return Context(lambda _: None)


def in_a_checkpoint() -> Context:
    """Killed when half of the second checkpoint is written."""
    original, saved = torch.save, [0]

    def half(value: object, path: Path) -> None:
        saved[0] += 1
        if saved[0] == 2:
            path.write_bytes(b"half")
            die()
        original(value, path)

    torch.save = half
    return Context(lambda _: None)


def forked(folder: Path, base: Path, context: Context | None) -> int:
    """The status of a process that trains."""
    if pid := os.fork():
        return os.waitpid(pid, 0)[1]
    if context is None:
        context = Context(lambda _: None)
    loop.run(spec_in(folder, base, epochs=3.0, held=True, evaluate_every=2, prompts=("Hello?",)), context)
    os._exit(0)


def losses_of(folder: Path) -> list[float]:
    path = checkpoint.last(folder / course.CHECKPOINTS)
    assert path is not None
    return checkpoint.read_state(path).losses


def main() -> None:
    room, base = Path(sys.argv[1]), Path(sys.argv[2])
    assert forked(room / "whole", base, None) == 0
    found = {"whole": losses_of(room / "whole")}
    for killing in (lambda: after_a_step(3), in_a_step, in_a_checkpoint):
        name = getattr(killing, "__name__", "").strip("<>")
        folder = room / name
        kept = step.loss_sum, torch.save
        assert forked(folder, base, killing()) == signal.SIGKILL, name
        step.loss_sum, torch.save = kept
        assert not (folder / "adapter").exists(), name
        assert forked(folder, base, None) == 0, name
        found[name] = losses_of(folder)
    (room / "losses.json").write_text(json.dumps(found))


if __name__ == "__main__":
    main()
