from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zishu_app.llm.base import Usage
from zishu_app.llm.prices import FREE, Price, cost, show_cost, worst_cost


def price(given: str, written: str, cached: str | None = None) -> Price:
    held = None if cached is None else Decimal(cached)
    return Price(Decimal(given), Decimal(written), held, "CNY", "https://example.com/pricing", "2026-11-21")


def test_a_million_tokens_cost_the_price() -> None:
    assert cost(price("0.70", "2.10"), Usage(1_000_000, 1_000_000)) == 2_800_000


def test_cached_tokens_have_their_own_price() -> None:
    assert cost(price("0.70", "2.10", "0.07"), Usage(1_000_000, 0, cached_tokens=400_000)) == 420_000 + 28_000


def test_cached_tokens_without_a_price_cost_the_same_as_others() -> None:
    assert cost(price("2", "8"), Usage(100, 10, cached_tokens=60)) == 280


def test_free_cache_is_free() -> None:
    assert cost(price("2", "8", "0"), Usage(100, 10, cached_tokens=60)) == 160


def test_reasoning_is_part_of_the_answer() -> None:
    assert cost(price("0", "1"), Usage(0, 100, reasoning_tokens=80)) == 100


def test_more_cached_than_sent_makes_no_negative_price() -> None:
    assert cost(price("2", "8", "1"), Usage(10, 0, cached_tokens=50)) == 10


def test_no_floating_point_is_in_the_way() -> None:
    # 0.1 + 0.2 style numbers: 3 tokens at 0.1 are 0.3 micro-units, which are 1 after rounding up; 10 are exactly 1
    assert cost(price("0.1", "0"), Usage(3, 0)) == 1
    assert cost(price("0.1", "0"), Usage(10, 0)) == 1
    assert cost(price("0.0028", "0"), Usage(10_000_000_000, 0)) == 28_000_000


def test_local_models_cost_nothing() -> None:
    assert cost(FREE, Usage(10**9, 10**9)) == worst_cost(FREE, 10**9, 10**9) == 0


PRICES = st.decimals(0, 100, places=4)
TOKENS = st.integers(0, 10_000_000)


@given(PRICES, PRICES, st.none() | PRICES, TOKENS, TOKENS, TOKENS)
def test_reservation_is_never_below_the_bill(
    given: Decimal, written: Decimal, cached: Decimal | None, prompt: int, held: int, most: int
) -> None:
    its = Price(given, written, cached, "USD", "https://example.com", "2026-11")
    for answered in (0, most // 2, most):
        assert cost(its, Usage(prompt, answered, min(held, prompt))) <= worst_cost(its, prompt, most)


@pytest.mark.parametrize(
    ("micro", "shown"),
    [
        (0, "CNY 0.00"),
        (1, "CNY 0.000001"),
        (2_800_000, "CNY 2.80"),
        (12_345, "CNY 0.012345"),
        (10**9, "CNY 1000.00"),
    ],
)
def test_money_is_readable(micro: int, shown: str) -> None:
    assert show_cost(micro, "CNY") == shown


def test_money_without_currency() -> None:
    assert show_cost(0, "") == "0.00"
