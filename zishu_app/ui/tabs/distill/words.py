"""Amounts, times and names of distilling, in words."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from zishu_app.core.texts import counted, t
from zishu_app.ledger.forecast import Estimate


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


def recipe_title(recipe: Mapping[str, Any]) -> str:
    """What a run distils: the name of its one source, or of the first and how many more."""
    inputs = [Path(one).name for one in recipe.get("inputs") or [recipe.get("input", "")]]
    if not inputs:
        return t("蒸馏", "Distilling")
    if len(inputs) == 1:
        return inputs[0]
    return t(f"{inputs[0]} 等 {len(inputs)} 个来源", f"{inputs[0]} and {len(inputs) - 1} more")
