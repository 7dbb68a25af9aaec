"""A limit in tokens and money that is never passed: every call reserves its worst case before it starts.

What a call really took is booked when it ends; where the endpoint does not say, its reservation is booked.
Money is counted in millionths of the currency, as whole numbers.
"""

import asyncio
from dataclasses import dataclass

from zishu_app.core.errors import BudgetReached, PriceUnknown
from zishu_app.core.texts import t


@dataclass(frozen=True, slots=True)
class Amount:
    """Tokens and money. `micros` is None where no price is known."""

    tokens: int = 0
    micros: int | None = 0

    def __add__(self, other: "Amount") -> "Amount":
        unknown = self.micros is None or other.micros is None
        return Amount(
            self.tokens + other.tokens, None if unknown else (self.micros or 0) + (other.micros or 0)
        )

    def __sub__(self, other: "Amount") -> "Amount":
        unknown = self.micros is None or other.micros is None
        return Amount(
            self.tokens - other.tokens, None if unknown else (self.micros or 0) - (other.micros or 0)
        )


@dataclass(frozen=True, slots=True)
class Caps:
    """The limits; None: no limit."""

    tokens: int | None = None
    micros: int | None = None
    currency: str = ""

    def allow(self, amount: Amount) -> bool:
        """Whether `amount` is within both limits."""
        if self.tokens is not None and amount.tokens > self.tokens:
            return False
        return self.micros is None or (amount.micros or 0) <= self.micros


class Budget:
    """What was spent and what is reserved, of one run. Lives in one event loop.

    Raises PriceUnknown where money is limited and nobody knows how much was spent so far.
    """

    def __init__(self, caps: Caps, spent: Amount = Amount()) -> None:  # noqa: B008 - a frozen value
        if caps.micros is not None and spent.micros is None:
            raise PriceUnknown(
                t(
                    "这次运行里已有价格未知的调用，无法限制费用。",
                    "Money cannot be limited: this run has calls of which no price is known.",
                ),
                t("改用 --max-total-tokens。", "Use --max-total-tokens instead."),
            )
        self.caps = caps
        self.spent = spent
        self._reserved = Amount()
        self._calls = 0
        self._waiting: list[asyncio.Future[None]] = []

    async def reserve(self, worst: Amount) -> Amount:
        """Set the worst case of one call aside; waits while calls in flight may still free enough.

        Raises BudgetReached when it cannot fit even after they end.
        """
        while not self.caps.allow(self.spent + self._reserved + worst):
            if self._calls == 0 or not self.caps.allow(self.spent + worst):
                raise self.reached()
            waiter = asyncio.get_running_loop().create_future()
            self._waiting.append(waiter)
            await waiter
        self._reserved += worst
        self._calls += 1
        return worst

    def settle(self, reserved: Amount, taken: Amount) -> None:
        """Book what a call took and free its reservation."""
        self._reserved -= reserved
        self._calls -= 1
        self.spent += taken
        waiting, self._waiting = self._waiting, []
        for waiter in waiting:
            if not waiter.done():
                waiter.set_result(None)

    def reached(self) -> BudgetReached:
        """The error that says what is spent and what the limit is."""
        return BudgetReached(
            t(
                f"再调用一次就会超出上限（{self._told()}）。",
                f"One more call would pass the limit ({self._told()}).",
            ),
            t("提高上限后继续。", "Raise the limit and go on."),
        )

    def _told(self) -> str:
        parts = []
        if self.caps.tokens is not None:
            parts.append(f"{self.spent.tokens:,} / {self.caps.tokens:,} tokens")
        if self.caps.micros is not None:
            used, most = (self.spent.micros or 0) / 1e6, self.caps.micros / 1e6
            parts.append(f"{used:.4f} / {most:.4f} {self.caps.currency}")
        return ", ".join(parts)
