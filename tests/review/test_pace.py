"""How an evening goes, told from the times of its decisions."""

from hypothesis import given
from hypothesis import strategies as st

from zishu_app.review.pace import AWAY, LOOK_BACK, midnight, pace

NOW = 1_800_000_000


def every(seconds: int, count: int, until: int = NOW) -> list[int]:
    return [until - seconds * number for number in range(count)][::-1]


def test_a_steady_pace_is_told_with_what_is_left() -> None:
    found = pace(every(20, 30), NOW, done=30, left=90)
    assert (found.done, found.left, found.per_hour, found.remaining) == (30, 90, 180.0, 1800.0)


def test_what_was_decided_in_bulk_is_told_apart_and_is_no_pace() -> None:
    found = pace(every(20, 30), NOW, done=30, left=90, bulk=5_000)
    assert (found.done, found.bulk) == (30, 5_000)
    assert found.per_hour == pace(every(20, 30), NOW, done=30, left=90).per_hour


def test_too_few_decisions_tell_nothing() -> None:
    for times in ([], [NOW], every(20, 3)):
        found = pace(times, NOW, done=len(times), left=5)
        assert (found.per_hour, found.remaining) == (None, None)


def test_who_goes_away_is_not_slower_for_it() -> None:
    before = every(10, 10, NOW - 600)
    after = every(10, 10, NOW)
    assert pace([*before, *after], NOW, done=20, left=0).per_hour == 360.0


def test_only_the_last_quarter_of_an_hour_counts() -> None:
    slow, quick = every(100, 20, NOW - LOOK_BACK - 1), every(6, 20, NOW)
    assert pace([*slow, *quick], NOW, done=40, left=0).per_hour == 600.0


def test_the_one_that_takes_long_slows_the_pace_until_somebody_is_away() -> None:
    times = every(10, 10, NOW)
    fresh = pace(times, NOW, done=0, left=0).per_hour
    reading = pace(times, NOW + 90, done=0, left=0).per_hour
    away = pace(times, NOW + AWAY + 1, done=0, left=0).per_hour
    assert fresh == away == 360.0
    assert reading is not None
    assert reading < 360


@given(st.lists(st.integers(NOW - 2000, NOW)), st.integers(0, 10_000))
def test_it_is_never_below_nothing(times: list[int], left: int) -> None:
    found = pace(sorted(times), NOW, done=len(times), left=left)
    assert (found.per_hour is None) == (found.remaining is None)
    if found.per_hour is not None and found.remaining is not None:
        assert found.per_hour > 0
        assert found.remaining >= 0


def test_today_begins_on_the_wall() -> None:
    assert midnight(86_400 * 3 + 100, 0) == 86_400 * 3
    assert midnight(86_400 * 3 + 100, 3600) == 86_400 * 3 - 3600
    assert midnight(86_400 * 3 + 86_399, 3600) == 86_400 * 4 - 3600
