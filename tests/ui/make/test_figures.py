"""Ranges are read at a glance, in the language of the moment."""

import pytest

from zishu_app.core.texts import set_language
from zishu_app.ledger.budget import Amount
from zishu_app.ledger.forecast import Estimate, Range
from zishu_app.ui.tabs.make import figures


def ends(low: tuple[int, int, int | None, float], high: tuple[int, int, int | None, float]) -> Range:
    one, other = (
        Estimate(calls, Amount(tokens, micros), seconds) for calls, tokens, micros, seconds in (low, high)
    )
    return one, other


def test_large_numbers_are_rounded() -> None:
    found = ends((15_205, 64_150_000, 0, 0), (18_052, 112_380_000, 0, 0))
    assert (figures.calls(found), figures.tokens(found)) == ("15k–18k", "64M–112M")
    set_language("zh")
    assert (figures.calls(found), figures.tokens(found)) == ("1.5 万–1.8 万", "0.6 亿–1.1 亿")
    assert figures.exact(found) == ("15,205–18,052", "64,150,000–112,380,000")


def test_both_ends_bear_their_unit() -> None:
    assert figures.calls(ends((1000, 1, 0, 0), (1200, 1, 0, 0))) == "1k–1.2k", "not one to 1,200"
    assert figures.calls(ends((1200, 1, 0, 0), (1210, 1, 0, 0))) == "1.2k"


def test_small_numbers_are_not() -> None:
    assert figures.calls(ends((12, 900, 0, 0), (12, 980, 0, 0))) == "12"
    assert figures.tokens(ends((12, 900, 0, 0), (12, 980, 0, 0))) == "900–980"


@pytest.mark.parametrize(
    ("low", "high", "currency", "said"),
    [
        (1_230_000, 4_560_000, "CNY", "¥1.23–4.56"),
        (46_370_000, 87_150_000, "USD", "$46–87"),
        (0, 0, "", "free"),
        (None, None, "CNY", "unknown"),
        (5_000_000, 6_000_000, "", "unknown"),
    ],
)
def test_money(low: int | None, high: int | None, currency: str, said: str) -> None:
    assert figures.money(ends((1, 1, low, 0), (1, 1, high, 0)), currency) == said


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (3, 40, "3–40 s"),
        (60, 1200, "1–20 min"),
        (4000, 36_000, "1.1–10 h"),
        (240, 7200, "4–120 min"),
        (86_400, 864_000, "1–10 days"),
    ],
)
def test_time_is_in_the_unit_that_says_most(low: float, high: float, said: str) -> None:
    assert figures.time(ends((1, 1, 0, low), (1, 1, 0, high))) == said
