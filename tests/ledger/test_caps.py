from decimal import Decimal

import pytest

from tests.books import PRICE, scripted, speaker
from zishu_app.core.errors import PriceUnknown, UsageError
from zishu_app.ledger.budget import Amount, Caps
from zishu_app.ledger.caps import caps_for
from zishu_app.llm.prices import FREE, Price

DOLLARS = Price(Decimal(1), Decimal(1), None, "USD", "https://example.invalid", "2026-01")


def priced(name: str, price: Price | None) -> object:
    return speaker(scripted([], name=name), price)


def test_no_limit_needs_no_price() -> None:
    assert caps_for(None, None, [priced("a/x", None)]) == Caps()
    assert caps_for(700, None, [priced("a/x", None)]) == Caps(700)


def test_money_is_counted_in_the_models_currency() -> None:
    caps = caps_for(None, 1.5, [priced("a/x", PRICE), priced("local/y", FREE)])
    assert caps == Caps(None, 1_500_000, "CNY")
    assert caps.allow(Amount(10**9, 1_500_000)) and not caps.allow(Amount(1, 1_500_001))


def test_free_models_alone_can_be_limited() -> None:
    assert caps_for(None, 1, [priced("local/y", FREE)]) == Caps(None, 1_000_000, "")


def test_models_without_a_price_are_named() -> None:
    speakers = [priced("b/two", None), priced("a/one", None), priced("c/known", PRICE), priced("a/one", None)]
    with pytest.raises(PriceUnknown) as caught:
        caps_for(None, 1, speakers)
    assert "a/one, b/two" in caught.value.message and "c/known" not in caught.value.message
    assert "--max-total-tokens" in caught.value.hint


def test_two_currencies_cannot_be_added() -> None:
    with pytest.raises(UsageError, match="CNY and USD"):
        caps_for(None, 1, [priced("a/x", PRICE), priced("b/y", DOLLARS)])


@pytest.mark.parametrize(
    ("tokens", "money"), [(0, None), (-5, None), (None, 0), (None, -0.1), (None, float("nan"))]
)
def test_a_limit_that_makes_no_sense_is_refused(tokens: int | None, money: float | None) -> None:
    with pytest.raises(UsageError):
        caps_for(tokens, money, [priced("a/x", PRICE)])


def test_money_too_large_to_count_is_refused() -> None:
    with pytest.raises(UsageError):
        caps_for(None, float("inf"), [priced("a/x", PRICE)])
