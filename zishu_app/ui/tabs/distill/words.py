"""States, amounts and times of distilling, in words."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from zishu_app.core.texts import counted, t
from zishu_app.ledger.forecast import Estimate
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


def money(micros: int | None, currency: str) -> str:
    """Money as it is read, or a dash where no price is known."""
    if micros is None:
        return "–"
    if not micros and not currency:
        return t("免费", "free")
    digits = 2 if micros >= 1_000_000 else 4
    return f"{currency} {micros / 1e6:.{digits}f}".strip()


def money_range(low: Estimate, high: Estimate, currency: str) -> str:
    """What it will cost, from and to."""
    if low.amount.micros is None or high.amount.micros is None:
        return t("价格未知", "price unknown")
    if not high.amount.micros:
        return t("免费", "free")
    return f"{currency} {low.amount.micros / 1e6:.2f}–{high.amount.micros / 1e6:.2f}".strip()


def span(low: int, high: int) -> str:
    """`3`, `3–12`."""
    return f"{low:,}" if low == high else f"{low:,}–{high:,}"


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


def section_word(section: str) -> str:
    """A section of a result, in the language of the window; the results bear those of distill.form."""
    return {
        "core_questions": t("核心问题", "Core Questions"),
        "key_insights": t("关键观点", "Key Insights"),
        "important_conclusions": t("重要结论", "Important Conclusions"),
        "main_issues": t("主要讨论的问题", "Main Issues Discussed"),
        "core_conclusions": t("核心观点和结论", "Core Insights and Conclusions"),
    }.get(section, section)


def talks_word(count: int) -> str:
    """So many talks."""
    return t(f"{count:,} 段对话", counted(count, "talk"))


def messages_word(numbers: tuple[int, ...]) -> str:
    """Which messages, counted from 1 as a reader counts: 3, 5–7."""
    spans: list[list[int]] = []
    for number in sorted(set(numbers)):
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ", ".join(f"{a + 1}" if a == b else f"{a + 1}–{b + 1}" for a, b in spans)


def recipe_title(recipe: Mapping[str, Any]) -> str:
    """What a run distils: the name of its one source, or of the first and how many more."""
    inputs = [Path(one).name for one in recipe.get("inputs") or [recipe.get("input", "")]]
    if not inputs:
        return t("蒸馏", "Distilling")
    if len(inputs) == 1:
        return inputs[0]
    return t(f"{inputs[0]} 等 {len(inputs)} 个来源", f"{inputs[0]} and {len(inputs) - 1} more")
