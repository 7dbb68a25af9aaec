"""What work will take, before it starts."""

from dataclasses import dataclass

from zishu_app.ledger.budget import Amount

#: seconds of one call: low and high
CALL_SECONDS = (1.5, 15.0)


@dataclass(frozen=True, slots=True)
class Estimate:
    """Calls, tokens with money, and seconds of work one after another."""

    calls: int = 0
    amount: Amount = Amount(0, 0)  # noqa: RUF009 - a frozen value
    seconds: float = 0.0

    def __add__(self, other: "Estimate") -> "Estimate":
        return Estimate(self.calls + other.calls, self.amount + other.amount, self.seconds + other.seconds)


#: the low and the high end
Range = tuple[Estimate, Estimate]


def add(one: Range, other: Range) -> Range:
    """Both ends of two ranges together."""
    return one[0] + other[0], one[1] + other[1]


def spread(work: Range, at_once: int, longest: int) -> Range:
    """Seconds when `at_once` things go on together, the longest of which needs `longest` calls in a row."""
    low, high = (
        Estimate(end.calls, end.amount, max(end.calls / max(at_once, 1), longest) * seconds)
        for end, seconds in zip(work, CALL_SECONDS, strict=True)
    )
    return low, high
