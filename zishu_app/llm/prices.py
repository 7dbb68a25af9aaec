"""What calls cost, exactly: integer micro-units of a currency (1 000 000 = 1 yuan, 1 dollar ...).

Tokens x price per million tokens is already a number of micro-units; a part of one is rounded up, so that a
sum is never below the bill by more than the endpoint's own rounding.
"""

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from zishu_app.llm.base import Usage

MICRO = 1_000_000


@dataclass(frozen=True, slots=True)
class Price:
    """What one model costs, per million tokens, and where and when that was read."""

    input_per_million: Decimal
    output_per_million: Decimal
    #: for prompt tokens the endpoint had in its cache; None: the same as the others
    cached_input_per_million: Decimal | None
    #: "CNY", "USD" ...; "" for what costs nothing in any currency
    currency: str
    #: address of the vendor's page
    source: str
    #: when it was read: YYYY-MM-DD, or YYYY-MM where the day is not known
    date: str


#: models on the user's own computer
FREE = Price(Decimal(0), Decimal(0), None, "", "", "")


def cost(price: Price, usage: Usage) -> int:
    """Micro-units that a call cost. Reasoning tokens are part of the completion tokens."""
    cached = min(usage.cached_tokens, usage.prompt_tokens)
    cached_price = price.cached_input_per_million
    if cached_price is None:
        cached_price = price.input_per_million
    return _whole(
        (usage.prompt_tokens - cached) * price.input_per_million
        + cached * cached_price
        + usage.completion_tokens * price.output_per_million
    )


def worst_cost(price: Price, prompt_tokens: int, max_tokens: int) -> int:
    """Micro-units that a call may cost at most: nothing cached, the answer as long as allowed."""
    dearest_input = max(price.input_per_million, price.cached_input_per_million or Decimal(0))
    return _whole(prompt_tokens * dearest_input + max_tokens * price.output_per_million)


def show_cost(micro: int, currency: str) -> str:
    """Readable money, e.g. `CNY 0.0123`; at least two decimals, at most six."""
    text = f"{micro // MICRO}.{micro % MICRO:06d}".rstrip("0")
    whole, _, part = text.partition(".")
    return f"{currency} {whole}.{part:0<2}".strip()


def _whole(micro: Decimal) -> int:
    return int(micro.to_integral_value(rounding=ROUND_CEILING))
