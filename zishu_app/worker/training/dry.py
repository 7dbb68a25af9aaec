"""Two steps on the longest samples, before a training: what it takes in time and memory, measured instead of guessed."""

import time
from pathlib import Path
from typing import Any

from zishu_app.core.files import write_json
from zishu_app.core.texts import t
from zishu_app.jobs.specs import TrainSpec
from zishu_app.worker.context import Context
from zishu_app.worker.training.given import Recipe
from zishu_app.worker.training.room import furnish
from zishu_app.worker.training.watched import Memory

#: the first is slower: everything in it is done for the first time
STEPS = 2


def try_out(spec: TrainSpec, recipe: Recipe, context: Context) -> dict[str, Any]:
    """The result, see worker/training/loop. Nothing is kept but that."""
    room = furnish(spec, recipe, context)
    reductions: list[str] = []

    def tell(sentence: str) -> None:
        reductions.append(sentence)
        context.note(sentence)

    room.stepper.tell = tell
    memory = Memory(room.base.device)
    try:
        for number in range(STEPS):
            context.progress(number, STEPS, t("试跑", "trying it out"))
            begun = time.monotonic()
            done = room.stepper.step(room.lessons, room.plan.heaviest(), 0.0)
            seconds = time.monotonic() - begun
        worst = memory.worst_mb()
    finally:
        memory.close()
    speed = done.tokens / seconds
    result = {
        "seconds_per_step": seconds,
        "peak_memory_mb": worst,
        "tokens": done.tokens,
        "learnt_tokens": done.learnt,
        "tokens_per_s": speed,
        "total_steps": room.plan.total,
        "seconds": room.plan.tokens / speed * room.plan.total / room.plan.in_round,
        "reductions": reductions,
        "device": room.base.device.type,
        "precision": recipe.precision,
    }
    write_json(Path(spec.folder) / "dry.json", result)
    return result
