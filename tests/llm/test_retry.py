import random
from email.utils import formatdate

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zishu_app.core.errors import (
    AnswerBroken,
    AnswerCut,
    AnswerEmpty,
    AnswerFiltered,
    ContextExceeded,
    ModelError,
    ModelRefused,
    ModelUnreachable,
    OutOfCredit,
    RateLimited,
)
from zishu_app.llm.retry import RetryPolicy, delay, may_retry, retry_after, should_retry

POLICY = RetryPolicy()
NOW = 1_800_000_000.0


class Fixed(random.Random):
    """Dice that always show the same."""

    def __init__(self, shown: float) -> None:
        super().__init__(0)
        self.shown = shown

    def random(self) -> float:
        return self.shown


def test_defaults_are_those_of_the_seeds() -> None:
    assert (POLICY.timeout_s, POLICY.max_retries, POLICY.retry_delay_s, POLICY.connect_s) == (120, 3, 1, 10)
    assert POLICY.total_s >= 10 * POLICY.timeout_s


@pytest.mark.parametrize(("attempt", "seconds"), [(0, 1), (1, 2), (2, 4), (3, 8), (4, 8), (5000, 8)])
def test_delay_doubles_up_to_eight_seconds(attempt: int, seconds: float) -> None:
    assert delay(POLICY, attempt, ModelUnreachable("x"), Fixed(0)) == seconds
    assert delay(POLICY, attempt, ModelUnreachable("x"), Fixed(1)) == seconds * 0.75


def test_delay_starts_from_the_setting() -> None:
    assert delay(RetryPolicy(retry_delay_s=0.5), 2, ModelUnreachable("x"), Fixed(0)) == 2
    assert delay(RetryPolicy(retry_delay_s=60), 0, ModelUnreachable("x"), Fixed(0)) == 8
    assert delay(RetryPolicy(retry_delay_s=0), 3, ModelUnreachable("x"), Fixed(0)) == 0


@pytest.mark.parametrize(
    ("asked", "used"), [(0.02, True), (7, True), (60, True), (60.1, False), (0, False), (-3, False)]
)
def test_servers_wait_is_used_above_0_up_to_60_seconds(asked: float, used: bool) -> None:
    error = RateLimited("x", retry_after=asked)
    assert delay(POLICY, 1, error, Fixed(0)) == (asked if used else 2)


@given(st.integers(0, 100), st.floats(0, 1, exclude_max=True), st.floats(0, 60))
def test_delay_is_never_longer_than_eight_seconds_of_our_own(
    attempt: int, shown: float, start: float
) -> None:
    assert 0 <= delay(RetryPolicy(retry_delay_s=start), attempt, ModelUnreachable("x"), Fixed(shown)) <= 8


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "3"}, 3),
        ({"Retry-After": "0.5"}, 0.5),
        ({"Retry-After": "nan"}, None),
        ({"Retry-After": "inf"}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": ""}, None),
        ({"Retry-After-Ms": "250"}, 0.25),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after-ms": "odd", "retry-after": "9"}, 9),
        ({"Retry-After": formatdate(NOW + 30, usegmt=True)}, 30),
        ({"Retry-After": formatdate(NOW - 30, usegmt=True)}, -30),
        ({"Retry-After": "Fri, 15 Jan 2027 16:00:20 +0800"}, 20),
    ],
)
def test_wait_in_headers(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(httpx.Headers(headers), NOW) == seconds


@pytest.mark.parametrize(
    ("said", "decided"), [("true", True), ("false", False), ("TRUE ", True), ("maybe", None), (None, None)]
)
def test_should_retry_header(said: str | None, decided: bool | None) -> None:
    assert should_retry(httpx.Headers({} if said is None else {"X-Should-Retry": said})) is decided


@pytest.mark.parametrize("kind", [ModelUnreachable, RateLimited, AnswerBroken, AnswerEmpty])
def test_what_may_pass_is_tried_again_until_patience_ends(kind: type[ModelError]) -> None:
    assert [may_retry(POLICY, attempt, kind("x")) for attempt in range(5)] == [True, True, True, False, False]


@pytest.mark.parametrize("kind", [ModelRefused, OutOfCredit, AnswerCut, AnswerFiltered, ContextExceeded])
def test_what_stays_is_not_tried_again(kind: type[ModelError]) -> None:
    assert not may_retry(POLICY, 0, kind("x"))


def test_money_is_never_tried_again_whatever_was_said() -> None:
    error = OutOfCredit("x")
    error.retryable = True
    assert not may_retry(POLICY, 0, error)
