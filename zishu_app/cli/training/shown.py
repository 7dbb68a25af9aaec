"""How a training is shown: what was found before it, how far it is, what it came to."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from zishu_app.cli.dataset.progress import Progress
from zishu_app.cli.view import JsonView, snake
from zishu_app.core.texts import duration, t
from zishu_app.studio.material import Preparing
from zishu_app.studio.training import Prepared
from zishu_app.training.preflight import Finding
from zishu_app.training.run import Going, Halted, Measured, Noted, Stepped, Trained
from zishu_app.training.runs import TrainingRun

MARKS = {"stop": "✗", "warn": "!", "fine": "✓"}


class Shown:
    """Shows events of preparing and of training as they come."""

    def __init__(self, *, as_json: bool) -> None:
        self._json = JsonView() if as_json else None
        self._progress = Progress(silent=as_json)
        self._loss = ""

    def show(self, event: Any) -> None:
        """One event; endings are the caller's."""
        if self._json:
            self._show_json(event)
            return
        match event:
            case Preparing(step, done, total):
                self._progress.at(step_word(step), done / total if total else 0.0)
            case Going(run):
                self._progress.step()
                print(t(f"训练 {run.id}", f"Training {run.id}"))
            case Measured(_, values):
                self._hear(values)
            case Stepped(done, total, text):
                self._progress.at(
                    f"{done}/{total}", done / max(total, 1), " · ".join(filter(None, (self._loss, text)))
                )
            case Noted(text):
                self._progress.warn(text)

    def say(self, line: str) -> None:
        """A line that stays."""
        if self._json:
            self._json.say(line)
        else:
            self._progress.close()
            print(line)

    def close(self) -> None:
        """Nothing more comes."""
        self._progress.close()

    def _hear(self, values: Mapping[str, float]) -> None:
        if "loss" in values:
            self._loss = t(f"损失 {values['loss']:.3f}", f"loss {values['loss']:.3f}")
        if "eval_loss" in values:
            self.say(
                t(f"  评估损失 {values['eval_loss']:.4f}", f"  evaluation loss {values['eval_loss']:.4f}")
            )

    def _show_json(self, event: Any) -> None:
        match event:
            case Going(run, job):
                told: dict[str, Any] = {"run": run.id, "job": job}
            case Stepped(done, total, text):
                told = {"done": done, "total": total, "text": text}
            case Measured(step, values):
                told = {"step": step, **values}
            case Noted(text):
                told = {"text": text}
            case Preparing(step, done, total):
                told = {"step": step, "done": done, "total": total}
            case _:
                return
        print(json.dumps({"event": snake(type(event).__name__), **told}, ensure_ascii=False), flush=True)


def prepared_lines(prepared: Prepared) -> Iterator[str]:
    """What was found, and the estimate."""
    order = {"stop": 0, "warn": 1, "fine": 2}
    for one in sorted(prepared.findings, key=lambda one: order[one.level]):
        yield f"{MARKS[one.level]} {one.what}"
        if one.hint:
            yield f"    → {one.hint}"
    worked_out, run = prepared.estimate, prepared.run
    where = prepared.machine.card or t("处理器", "processor")
    long = f"{duration(worked_out.seconds)} ({_sure(worked_out.measured)})"
    yield t(
        f"{run.base} · {run.recipe.size} · {prepared.load.steps:,} 步 · 约 {long} · {where}",
        f"{run.base} · {run.recipe.size} · {prepared.load.steps:,} steps · about {long} · {where}",
    )
    yield t(
        f"内存约 {worked_out.memory_mb:,.0f} MB：权重 {worked_out.weights_mb:,.0f}，训练部分 {worked_out.trained_mb:,.0f}，"
        f"激活 {worked_out.activations_mb:,.0f}，logits {worked_out.logits_mb:,.0f}，碎片 {worked_out.gaps_mb:,.0f}，"
        f"程序 {worked_out.program_mb:,.0f}",
        f"About {worked_out.memory_mb:,.0f} MB: weights {worked_out.weights_mb:,.0f}, what is trained {worked_out.trained_mb:,.0f},"
        f" activations {worked_out.activations_mb:,.0f}, logits {worked_out.logits_mb:,.0f}, gaps {worked_out.gaps_mb:,.0f},"
        f" program {worked_out.program_mb:,.0f}",
    )


def run_line(run: TrainingRun) -> str:
    """One training in a line."""
    loss = run.result.get("eval_loss") or run.result.get("loss")
    end = f"  {t('损失', 'loss')} {loss:.3f}" if isinstance(loss, float) else ""
    return f"{run.id}  {state_word(run)}  {run.dataset}  {run.base}  {run.recipe.size}{end}"


def ended_lines(run: TrainingRun) -> Iterator[str]:
    """What it came to, and how well it was foreseen."""
    result, foreseen = run.result, run.estimate
    parts = [
        t(f"{result['steps']:,} 步", f"{result['steps']:,} steps"),
        duration(result["seconds"]),
        t(f"{result['tokens_per_s']:,.0f} token/秒", f"{result['tokens_per_s']:,.0f} tokens/s"),
        t(f"损失 {result['loss']:.3f}", f"loss {result['loss']:.3f}"),
    ]
    if result.get("eval_loss") is not None:
        parts.append(t(f"评估损失 {result['eval_loss']:.3f}", f"evaluation loss {result['eval_loss']:.3f}"))
    yield t("学完了：", "She has learnt: ") + t("，", ", ").join(parts)
    if foreseen:
        yield t(
            f"估算与实际：内存 {foreseen['memory_mb']:,.0f} / {result['peak_memory_mb']:,.0f} MB，"
            f"时间 {duration(foreseen['seconds'])} / {duration(result['seconds'])}",
            f"Estimated and measured: memory {foreseen['memory_mb']:,.0f} / {result['peak_memory_mb']:,.0f} MB,"
            f" time {duration(foreseen['seconds'])} / {duration(result['seconds'])}",
        )
    yield f"  → {run.adapter}"


def as_json(run: TrainingRun) -> dict[str, Any]:
    """A training for programs."""
    return {
        "run": run.id,
        "state": run.state,
        "created": run.created,
        "dataset": run.dataset,
        "content": run.content,
        "base": run.base,
        "recipe": run.recipe.model_dump(mode="json"),
        "counts": dict(run.counts),
        "estimate": dict(run.estimate),
        **dict(run.result),
        "adapter": str(run.adapter) if run.state == "done" else "",
        "folder": str(run.folder),
        "why": run.why,
    }


def ending_as_json(event: Trained | Halted, brain: str) -> str:
    """The last line for programs: the adapter's path, the brain it has become, and the figures."""
    told = {"event": snake(type(event).__name__), **as_json(event.run), "brain": brain}
    return json.dumps(told, ensure_ascii=False)


def findings_as_json(prepared: Prepared) -> str:
    """What was found, for programs."""
    found = [{"level": one.level, "what": one.what, "hint": one.hint} for one in prepared.findings]
    told = {
        "event": "prepared",
        "run": prepared.run.id,
        "findings": found,
        "estimate": dict(prepared.run.estimate),
    }
    return json.dumps(told, ensure_ascii=False)


def stopping(prepared: Prepared) -> list[Finding]:
    """What stands against it."""
    return [one for one in prepared.findings if one.level == "stop"]


def state_word(run: TrainingRun) -> str:
    """How it stands, in a word."""
    return {
        "ready": t("未开始", "not begun"),
        "running": t("进行中", "running"),
        "paused": t("停下了", "stopped"),
        "lost": t("中断了", "cut off"),
        "failed": t("失败", "failed"),
        "done": t("完成", "done"),
    }[run.state]


def step_word(step: str) -> str:
    """A step of getting ready."""
    return {
        "base": t("准备底座", "Making the base ready"),
        "material": t("读材料", "Reading the material"),
        "general": t("底座回答通用问题", "The base answers general questions"),
        "count": t("数 token", "Counting tokens"),
    }[step]


def _sure(measured: bool) -> str:  # noqa: FBT001
    return (
        t("这台机器上测过", "measured on this machine")
        if measured
        else t("还没测过，出入可能很大", "not measured yet: may be far off")
    )
