"""How a run is closed: what it took, what failed, how to go on, and the exit code."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any

from zishu_app.cli.session import Closing
from zishu_app.core.texts import counted, t
from zishu_app.house import House
from zishu_app.ledger.calls import Accounts
from zishu_app.ledger.runs import Run, calls_of


@dataclass
class Outcome:
    """What came of a run."""

    accounts: Accounts
    #: calls that were in flight at the last kill and were asked again
    repeated: int
    stop: asyncio.Event
    done: int = 0
    skipped: int = 0
    failed: int = 0
    left: int = 0
    stopped: str = ""
    hint: str = ""

    @property
    def unfinished(self) -> bool:
        """Whether there is something to go on with; a file that is no talk never becomes one."""
        return bool(self.left or self.stopped)

    def add(self, failed: int, left: int, stopped: str, hint: str) -> None:
        """What one room could not do."""
        self.failed += failed
        self.left += left
        if stopped and not self.stopped:
            self.stopped, self.hint = stopped, hint


def close_run(house: House, run: Run, closing: Closing, outcome: Outcome, *, as_json: bool) -> int:
    """Say how it ended; set the run's state; return the exit code."""
    by_hand = outcome.stop.is_set() and not outcome.stopped
    unfinished = outcome.unfinished or bool(outcome.failed and run.kind == "generate")
    closing.state = "stopped" if unfinished else "done"
    closing.reason = outcome.stopped
    lines = _lines(house, run, outcome, by_hand=by_hand, unfinished=unfinished)
    if as_json:
        print(
            json.dumps({"event": "closed", "state": closing.state} | numbers(house, run, outcome)), flush=True
        )
    else:
        print("\n".join(lines), flush=True)
    if by_hand and outcome.left:
        return 130
    return 1 if unfinished or outcome.failed else 0


def numbers(house: House, run: Run, outcome: Outcome) -> dict[str, Any]:
    """What a run took, for programs."""
    spent = outcome.accounts.budget.spent
    return {
        "run": run.id,
        "done": outcome.done,
        "skipped": outcome.skipped,
        "failed": outcome.failed,
        "left": outcome.left,
        "calls": calls_of(house.store, run.id),
        "repeated_now": outcome.repeated,
        "tokens": spent.tokens,
        "micros": spent.micros,
        "currency": outcome.accounts.budget.caps.currency,
    }


def _lines(house: House, run: Run, outcome: Outcome, *, by_hand: bool, unfinished: bool) -> list[str]:
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
    elif by_hand and outcome.left:
        lines.append(t("已按要求停在一轮结束处。", "Stopped at a turn boundary, as you asked."))
    if unfinished:
        lines.append(
            t(f"继续：zishu {run.kind} --continue {run.id}", f"Go on: zishu {run.kind} --continue {run.id}")
        )
    return lines
