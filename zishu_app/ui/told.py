"""Runs in words, wherever the window tells of them: their states, why they ended, what they took, turns of a talk."""

from collections.abc import Iterable
from datetime import datetime

from zishu_app.core.texts import t
from zishu_app.ledger.overview import RunRow
from zishu_app.ui.widgets.rows import Tone

RUN_TONES: dict[str, Tone] = {
    "running": "violet",
    "done": "good",
    "stopped": "warn",
    "failed": "bad",
    "interrupted": "warn",
}


def run_word(state: str) -> str:
    """The state of a whole run."""
    return {
        "running": t("进行中", "going on"),
        "done": t("完成", "done"),
        "stopped": t("已停下", "stopped"),
        "failed": t("失败", "failed"),
        "interrupted": t("被中断", "interrupted"),
    }.get(state, state)


def reason_word(reason: str) -> str:
    """Why a run ended, where there is more to say than that somebody stopped it."""
    return "" if reason == "CancelledError" else reason


def limits_reached(run: RunRow) -> tuple[int | None, float | None]:
    """The limits in tokens and money that may have stopped a run: those it had, where it stopped for a reason."""
    if run.state != "stopped" or not reason_word(run.reason):
        return None, None
    tokens, money = run.recipe.get("max_total_tokens"), run.recipe.get("max_cost")
    return (int(tokens) if tokens else None), (float(money) if money else None)


def money(micros: int | None, currency: str) -> str:
    """Money as it is read: CNY 0.0123, or a dash where no price is known."""
    if micros is None:
        return "–"
    if not micros and not currency:
        return t("免费", "free")
    digits = 2 if micros >= 1_000_000 else 4
    return f"{currency} {micros / 1e6:.{digits}f}".strip()


def when(stamp: str, now: datetime | None = None) -> str:
    """A local ISO time as short as it can be told today: 14:05, 11-03 14:05, 2025-11-03."""
    try:
        made = datetime.fromisoformat(stamp)
    except ValueError:
        return stamp
    today = now or datetime.now(made.tzinfo)
    if made.date() == today.date():
        return f"{made:%H:%M}"
    return f"{made:%m-%d %H:%M}" if made.year == today.year else f"{made:%Y-%m-%d}"


def turn_mark(reason: str, to: str, *, farewell: bool = False) -> str:
    """Why a talk took a turn: it came to an end, or went on about something else."""
    if farewell or not to:
        return t(f"收尾：{reason}", f"Coming to an end: {reason}")
    return t(f"话题转向“{to}”——{reason}", f"Topic shifted to “{to}” — {reason}")


def numbers_word(numbers: Iterable[int]) -> str:
    """Which messages, counted from 1 as a reader counts: 3, 5–7."""
    spans: list[list[int]] = []
    for number in sorted(set(numbers)):
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ", ".join(f"{a + 1}" if a == b else f"{a + 1}–{b + 1}" for a, b in spans)
