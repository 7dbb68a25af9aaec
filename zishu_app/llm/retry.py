"""When a failed call is tried again, and after how long. Pure functions.

Rules of the openai-python client: the header `x-should-retry` decides first, then the status; the server's
own wait (`retry-after-ms`, `Retry-After` in seconds or as a date) is used if it is above 0 and at most 60 s;
else the delay doubles up to 8 s, less up to a quarter by dice so that many callers do not come back at once.
Errors about money are never retried, whatever a header says.
"""

import email.utils
import math
import random
from collections.abc import Mapping
from dataclasses import dataclass

from zishu_app.core.errors import ModelError, OutOfCredit

#: the longest wait a server may ask of us, in seconds
MOST_ASKED = 60.0
#: the longest wait of our own, in seconds
MOST_DELAY = 8.0


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How patient we are."""

    #: seconds without a single byte after which a call has failed
    timeout_s: float = 120.0
    max_retries: int = 3
    #: seconds before the first retry; doubles with each further one
    retry_delay_s: float = 1.0
    #: seconds to get a connection
    connect_s: float = 10.0

    @property
    def total_s(self) -> float:
        """Seconds after which a call has failed even if bytes still come (endless keep-alives)."""
        return max(900.0, 10 * self.timeout_s)


def may_retry(policy: RetryPolicy, attempt: int, error: ModelError) -> bool:
    """Whether to try again after failed attempt number `attempt` (the first is 0)."""
    return error.retryable and not isinstance(error, OutOfCredit) and attempt < policy.max_retries


def delay(policy: RetryPolicy, attempt: int, error: ModelError, dice: random.Random) -> float:
    """Seconds to wait after failed attempt number `attempt` (the first is 0)."""
    asked = wait_asked(error)
    if asked is not None:
        return asked
    # past 2^10 the limit holds anyway, and a float would overflow
    grown: float = min(policy.retry_delay_s * 2.0 ** min(attempt, 10), MOST_DELAY)
    return grown * (1 - 0.25 * dice.random())


def wait_asked(error: ModelError) -> float | None:
    """Seconds the endpoint asked for, if it is a wait we accept."""
    asked = error.retry_after
    return asked if asked is not None and 0 < asked <= MOST_ASKED else None


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds a response asks us to wait; `now` is a Unix time. None: it does not say, or not readably."""
    milliseconds = _number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    said = headers.get("retry-after")
    seconds = _number(said)
    if seconds is not None or said is None:
        return seconds
    date = email.utils.parsedate_tz(said)
    return None if date is None else email.utils.mktime_tz(date) - now


def should_retry(headers: Mapping[str, str]) -> bool | None:
    """What `x-should-retry` says, if anything."""
    return {"true": True, "false": False}.get(headers.get("x-should-retry", "").strip().lower())


def _number(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if math.isfinite(value) else None
