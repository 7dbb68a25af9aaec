"""A training on its way: step after step, with what is due after each."""

import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from zishu_app.core.errors import DataError
from zishu_app.core.files import write_json
from zishu_app.core.texts import duration, t
from zishu_app.jobs.specs import TrainSpec
from zishu_app.worker.context import Context, JobStopped
from zishu_app.worker.training import checkpoint
from zishu_app.worker.training.answer import Speaker, keep_said
from zishu_app.worker.training.checkpoint import Learner, Random, State
from zishu_app.worker.training.given import Recipe
from zishu_app.worker.training.ladder import Fit
from zishu_app.worker.training.optimizers import rate_at
from zishu_app.worker.training.room import Room, furnish
from zishu_app.worker.training.step import Stepped
from zishu_app.worker.training.watched import Memory

CHECKPOINTS, ADAPTER, MODEL, SAID, BEST = "checkpoints", "adapter", "model", "said.jsonl", "best"
#: steps whose mean is told as the loss at the end
LAST = 10


def open_course(spec: TrainSpec, recipe: Recipe, context: Context) -> "Course":
    """Ready for its next step: the first, or that after its last checkpoint. Raises DataError."""
    room = furnish(spec, recipe, context)
    if not room.cards.first:
        # one of several: another tells, and both hear that they should stop
        told, context = context, Context(lambda _: None)
        told.on_cancel(context.cancel)
    course = Course(room, context)
    if (path := checkpoint.last(Path(spec.folder) / CHECKPOINTS)) is not None:
        course.take_up(path)
    return course


class Course:
    """See above."""

    def __init__(self, room: Room, context: Context) -> None:
        self._room = room
        self._context = context
        self._recipe = room.recipe
        self._folder = Path(room.spec.folder)
        self._learner = Learner(room.model, room.optimizer)
        self._speaker = Speaker(room.base, room.template, room.tokenizer)
        self._memory = Memory(room.base.device)
        self._state = State(of=room.mark(), fit=room.stepper.fit.to_dict())
        self._began = time.monotonic()
        #: seconds of the steps done here
        self._stepping = 0.0
        self._steps_here = 0
        room.stepper.tell = self._give_up

    def take_up(self, path: Path) -> None:
        """Go on from a checkpoint. Raises DataError."""
        state = checkpoint.read_state(path)
        if state.of != self._state.of:
            raise DataError(
                t(
                    "配方、材料或基础模型和上次的检查点不一样了。",
                    "Recipe, material or base are not those of the checkpoint any more.",
                ),
                t("重新开始一次训练。", "Start a new training."),
            )
        checkpoint.restore(path, self._learner).restore()
        self._state = state
        self._room.stepper.take_up(Fit(**state.fit))
        self._context.note(
            t(f"从第 {state.step} 步继续。", f"It goes on after step {state.step}."),
        )

    def run(self) -> dict[str, Any]:
        """To its end; the result. Stopped, it leaves a checkpoint."""
        moment = Random.now()
        try:
            self._afterwards()
            while not self._over():
                self._step()
                moment = Random.now()
                self._afterwards()
        except JobStopped:
            if self._state.step:
                self._save(moment)
            raise
        return self._finish()

    def close(self) -> None:
        """Nothing is watched any more."""
        self._memory.close()

    def _over(self) -> bool:
        return self._state.step >= self._room.plan.total or self._is_patient_no_more()

    def _is_patient_no_more(self) -> bool:
        return bool(self._recipe.patience) and self._state.waited >= self._recipe.patience

    def _step(self) -> None:
        """One step, and what is told of it."""
        state, total = self._state, self._room.plan.total
        share = rate_at(state.step, total, self._recipe)
        begun = time.monotonic()
        done = self._room.stepper.step(
            self._room.lessons, self._room.plan.step(state.step), self._recipe.learning_rate * share
        )
        took = time.monotonic() - begun
        state.step += 1
        state.epoch = state.step / self._room.plan.in_round
        state.losses.append(done.loss)
        state.tokens += done.tokens
        state.learnt_tokens += done.learnt
        state.seconds += took
        self._stepping += took
        self._steps_here += 1
        state.peak_memory_mb = max(state.peak_memory_mb, self._memory.worst_mb())
        self._tell(done, share, took)

    def _tell(self, done: Stepped, share: float, took: float) -> None:
        state, total = self._state, self._room.plan.total
        self._context.metric(
            state.step,
            loss=done.loss,
            learning_rate=self._recipe.learning_rate * share,
            gradient_norm=done.gradient_norm,
            tokens_per_s=done.tokens / took,
            memory_mb=state.peak_memory_mb,
        )
        left = duration((total - state.step) * self._stepping / self._steps_here)
        rounds = f"{state.epoch:.1f}/{total / self._room.plan.in_round:.1f}"
        self._context.progress(
            state.step, total, t(f"第 {rounds} 轮，还要 {left}", f"round {rounds}, {left} left")
        )

    def _afterwards(self) -> None:
        """What is due after the step that was done last: a look at what was held out, a checkpoint. Once each."""
        state, recipe = self._state, self._recipe
        ends = state.step >= self._room.plan.total
        seen = state.evaluations and state.evaluations[-1][0] == state.step
        if self._room.held and not seen and (ends or _due(state.step, recipe.evaluate_every)):
            self._evaluate()
        if state.step == 0:
            self._say()
        elif ends or self._is_patient_no_more() or _due(state.step, recipe.save_every):
            self._save(Random.now())
            self._say()

    def _evaluate(self) -> None:
        state = self._state
        loss = self._room.stepper.evaluate(self._room.held, self._room.held_rows())
        state.evaluations.append((state.step, loss))
        self._context.metric(state.step, eval_loss=loss)
        if state.best_loss is not None and loss >= state.best_loss:
            state.waited += 1
            return
        state.best_loss, state.best_step, state.waited = loss, state.step, 0
        if state.step and self._recipe.patience and self._room.cards.first:
            checkpoint.replace_folder(
                self._folder / CHECKPOINTS / BEST,
                lambda room: checkpoint.save_weights(room, self._room.model),
            )

    def _save(self, moment: Random) -> None:
        if not self._room.cards.first:
            return
        checkpoint.save(
            self._folder / CHECKPOINTS, self._learner, self._state, moment, max(self._recipe.keep, 1)
        )

    def _say(self) -> None:
        """Ask her the same as ever."""
        spec = self._room.spec
        if spec.prompts and self._room.cards.first:
            answers = self._speaker.ask(
                self._room.model, spec.prompts, spec.persona, self._context.check_cancelled
            )
            keep_said(self._folder / SAID, self._state.step, spec.prompts, answers)

    def _give_up(self, sentence: str) -> None:
        """Memory did not suffice: told, and kept for the result."""
        self._state.reductions.append(sentence)
        self._state.fit = self._room.stepper.fit.to_dict()
        self._context.note(sentence)

    def _finish(self) -> dict[str, Any]:
        """The adapter, and the result."""
        state, best = self._state, self._folder / CHECKPOINTS / BEST
        if state.best_step not in (0, state.step) and best.is_dir() and self._recipe.patience:
            checkpoint.load_weights(best, self._room.model)
            self._context.note(
                t(
                    f"留下的是评估最好的第 {state.best_step} 步。",
                    f"What is kept is step {state.best_step}, the best by evaluation.",
                )
            )
        target = self._folder / (MODEL if self._recipe.method == "full" else ADAPTER)
        if self._room.cards.first:
            checkpoint.replace_folder(target, self._fill)
        return {"adapter": str(target), **self._told()}

    def _fill(self, folder: Path) -> None:
        room = self._room
        if self._recipe.method == "full":
            room.model.bfloat16().save_pretrained(folder)
            room.base.tokenizer.save_pretrained(folder)
        else:
            checkpoint.save_weights(folder, room.model)
        about = {
            "base_sha256": room.base.sha256,
            "template_sha256": room.template.sha256,
            "chat_template": room.template.text,
            "recipe": asdict(self._recipe),
            "steps": self._state.step,
            "best_step": self._state.best_step,
        }
        write_json(folder / "zishu.json", about)

    def _told(self) -> dict[str, Any]:
        state, room = self._state, self._room
        some = state.losses[-LAST:]
        evaluations = [loss for _, loss in state.evaluations]
        kept = state.best_loss if self._recipe.patience else evaluations[-1] if evaluations else None
        return {
            "steps": state.step,
            "total_steps": room.plan.total,
            "epoch": state.epoch,
            "loss": sum(some) / len(some),
            "first_loss": state.losses[0],
            "eval_loss": kept,
            "first_eval_loss": evaluations[0] if evaluations else None,
            "best_step": state.best_step if self._recipe.patience and evaluations else state.step,
            "stopped_early": state.step < room.plan.total,
            "tokens": state.tokens,
            "learnt_tokens": state.learnt_tokens,
            "samples": len(room.lessons),
            "trained_parameters": room.trained_parameters(),
            "seconds": state.seconds,
            "tokens_per_s": state.tokens / max(state.seconds, 1e-9),
            "peak_memory_mb": state.peak_memory_mb,
            "reductions": list(state.reductions),
            "base_sha256": room.base.sha256,
            "template_sha256": room.template.sha256,
            "device": room.base.device.type,
            "precision": self._recipe.precision,
        }


def _due(step: int, every: int) -> bool:
    """Whether something that comes every so many steps comes after this one; before the first it always does."""
    return step == 0 or bool(every and step % every == 0)
