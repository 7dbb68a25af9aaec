"""How a run is closed: what it took, what failed, how to go on, and the exit code."""

import json

from zishu_app.core.texts import counted, t
from zishu_app.house import House
from zishu_app.ledger.runs import Run, calls_of
from zishu_app.studio.runs import Closing, Outcome


def close_run(house: House, run: Run, closing: Closing, outcome: Outcome, *, as_json: bool) -> int:
    """Say how it ended; set the run's state; return the exit code."""
    unfinished = outcome.close(run, closing)
    lines = _lines(house, run, outcome, unfinished=unfinished)
    if as_json:
        value = {"event": "closed", "state": closing.state} | outcome.numbers(house, run)
        print(json.dumps(value), flush=True)
    else:
        print("\n".join(lines), flush=True)
    if outcome.by_hand and outcome.left:
        return 130
    return 1 if unfinished or outcome.failed else 0


def _lines(house: House, run: Run, outcome: Outcome, *, unfinished: bool) -> list[str]:
    calls, spent = calls_of(house.store, run.id), outcome.accounts.budget.spent
    answered, retries = calls.get("answered", 0), calls["retries"]
    lost = calls.get("lost", 0)
    lines = [
        t(
            f"完成 {outcome.done}，已有 {outcome.skipped}，失败 {outcome.failed}，未做 {outcome.left}。",
            f"{outcome.done} done, {outcome.skipped} done before, {outcome.failed} failed, {outcome.left} left.",
        ),
        t(
            f"{answered} 次调用，重试 {retries} 次，中断后重发 {lost} 次，{spent.tokens:,} tokens。",
            f"{counted(answered, 'call')}, {retries} repeated at once, {lost} after a stop, {spent.tokens:,} tokens.",
        ),
    ]
    if outcome.stopped:
        lines.append(
            t(f"已停止：{outcome.stopped}", f"Stopped: {outcome.stopped}") + f" {outcome.hint}".rstrip()
        )
    elif outcome.by_hand and outcome.left:
        lines.append(
            t("已按要求停下，收到的回答都存好了。", "Stopped as you asked; what was answered is kept.")
        )
    if unfinished:
        lines.append(
            t(f"继续：zishu {run.kind} --continue {run.id}", f"Go on: zishu {run.kind} --continue {run.id}")
        )
    return lines
