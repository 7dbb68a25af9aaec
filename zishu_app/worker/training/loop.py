"""A training, as a job: see `TrainSpec`.

It tells a Metric a step (`loss`, `learning_rate`, `gradient_norm`, `tokens_per_s`, `memory_mb`), one an evaluation
(`eval_loss`), Progress in steps with the time left, and a Note for everything that is not as it was asked for. Stopped
or killed, it goes on from its last checkpoint when it is given again; stopped, it writes one first.

The result: `adapter` (the folder; of method "full" that of the whole model), `steps`, `total_steps`, `epoch`, `loss`
(mean of the last steps), `first_loss`, `eval_loss` and `first_eval_loss` (None without evaluation), `best_step`,
`stopped_early`, `tokens`, `learnt_tokens`, `samples`, `trained_parameters`, `seconds`, `tokens_per_s`,
`peak_memory_mb`, `reductions` (sentences), `base_sha256`, `template_sha256`, `device`, `precision`.

The result of a dry one, which is also in `dry.json`: `seconds_per_step`, `peak_memory_mb`, `tokens` and
`learnt_tokens` (of a step), `tokens_per_s`, `total_steps`, `seconds` (of the whole training at this speed),
`reductions`, `device`, `precision`.
"""

from typing import Any

from zishu_app.jobs.specs import TrainSpec
from zishu_app.worker import pack
from zishu_app.worker.context import Context
from zishu_app.worker.training.given import recipe_of


def run(spec: TrainSpec, context: Context) -> dict[str, Any]:
    """See above. Raises PackMissing, DataError (recipe, base, adapter, material, checkpoint, memory)."""
    pack.use()
    # what is above torch can be read without it; what is below only now
    from zishu_app.worker.training.course import open_course
    from zishu_app.worker.training.dry import try_out

    recipe = recipe_of(spec.recipe)
    if spec.dry:
        return try_out(spec, recipe, context)
    course = open_course(spec, recipe, context)
    try:
        return course.run()
    finally:
        course.close()
