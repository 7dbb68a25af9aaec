"""Ranges as people read them: 1.5 万–1.8 万, 29M–67M, ¥3.2–12, 2–14 hours."""

from collections.abc import Callable

from zishu_app.core.texts import language, t
from zishu_app.ledger.forecast import Range

SYMBOLS = {"CNY": "¥", "USD": "$", "EUR": "€"}
#: seconds from which on a unit is used, and its length
SPANS = ((2 * 86_400, 86_400), (5400, 3600), (90, 60))
#: of a unit; where the lower end is below, a smaller unit says more
LEAST = 0.3


def calls(found: Range) -> str:
    """How many calls, rounded."""
    return _counted([end.calls for end in found])


def tokens(found: Range) -> str:
    """How many tokens, rounded."""
    return _counted([end.amount.tokens for end in found])


def exact(found: Range) -> tuple[str, str]:
    """Calls and tokens with all their digits, for tool tips."""
    numbers = ([end.calls for end in found], [end.amount.tokens for end in found])
    calls_, tokens_ = (_range(ends, lambda number: f"{number:,.0f}") for ends in numbers)
    return calls_, tokens_


def money(found: Range, currency: str) -> str:
    """What it costs."""
    low, high = found[0].amount.micros, found[1].amount.micros
    if low is None or high is None or (high and not currency):
        return t("未知", "unknown")
    if not high:
        return t("免费", "free")
    sign = SYMBOLS.get(currency, f"{currency} ")
    return sign + _range(
        [low / 1e6, high / 1e6], lambda amount: f"{amount:,.2f}" if amount < 10 else f"{amount:,.0f}"
    )


def time(found: Range) -> str:
    """How long it takes, in the unit that fits the longer end."""
    seconds = [end.seconds for end in found]
    length = next((unit for least, unit in SPANS if seconds[1] >= least and seconds[0] >= unit * LEAST), 1)
    units = {86_400: t("天", "days"), 3600: t("小时", "h"), 60: t("分钟", "min"), 1: t("秒", "s")}
    return f"{_range([one / length for one in seconds], _rounded)} {units[length]}"


def _counted(numbers: list[int]) -> str:
    """By ten thousands in Chinese, by thousands in English; in the unit of the higher end unless the lower is
    then hardly anything.
    """
    steps = (
        [(10**8, "亿"), (10**4, "万")] if language() == "zh" else [(10**9, "B"), (10**6, "M"), (10**3, "k")]
    )
    step, word = next((one for one in steps if numbers[1] >= one[0] and numbers[0] >= one[0] / 10), (1, ""))
    unit = f" {word}" if language() == "zh" and word else word
    return _range([number / step for number in numbers], lambda number: _rounded(number) + unit)


def _rounded(number: float) -> str:
    if number >= 10:
        return f"{number:,.0f}"
    return f"{max(number, 0.1):.1f}".removesuffix(".0") if number else "0"


def _range(ends: list[float] | list[int], shown: Callable[[float], str]) -> str:
    low, high = map(shown, ends)
    return low if low == high else f"{low}–{high}"
