"""The estimate before the start, and the question whether to start."""

import json
import sys

from zishu_app.core.texts import duration, t
from zishu_app.ledger.forecast import Estimate
from zishu_app.llm.prices import Price


def ask_to_start(low: Estimate, high: Estimate, price: Price | None, *, yes: bool, as_json: bool) -> bool:
    """Show what it will take. On a terminal, ask; `yes` and pipes go on."""
    if as_json:
        value = {"event": "estimate", "calls": _ends(low.calls, high.calls)}
        value["tokens"] = _ends(low.amount.tokens, high.amount.tokens)
        value["micros"] = _ends(low.amount.micros, high.amount.micros)
        print(json.dumps(value | {"seconds": _ends(int(low.seconds), int(high.seconds))}), flush=True)
        return True
    for line in told(low, high, price):
        print(line)
    if yes or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return True
    answer = input(t("开始吗？[Y/n] ", "Start? [Y/n] ")).strip().lower()
    return answer in ("", "y", "yes", "是", "好")


def told(low: Estimate, high: Estimate, price: Price | None) -> list[str]:
    """The estimate in words."""
    money = t("价格未知", "price unknown")
    if low.amount.micros is not None and high.amount.micros is not None:
        currency = price.currency if price else ""
        cents = f"{low.amount.micros / 1e6:.2f}–{high.amount.micros / 1e6:.2f} {currency}".strip()
        money = cents if high.amount.micros else t("免费", "free of charge")
    calls = f"{low.calls:,}–{high.calls:,}" if low.calls != high.calls else f"{low.calls:,}"
    tokens = f"{low.amount.tokens:,}–{high.amount.tokens:,}"
    time = f"{duration(low.seconds)}–{duration(high.seconds)}"
    return [
        t("预计：", "Estimate: ")
        + t(
            f"调用 {calls} 次 · {tokens} tokens · 费用 {money} · 用时 {time}",
            f"{calls} calls · {tokens} tokens · money {money} · time {time}",
        )
    ]


def _ends(low: int | None, high: int | None) -> list[int | None]:
    return [low, high]
