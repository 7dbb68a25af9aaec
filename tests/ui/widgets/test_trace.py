"""A picture of a long row costs as much as it is wide, and shows every spike."""

import math

from hypothesis import given
from hypothesis import strategies as st

from zishu_app.ui.widgets.trace import Smoothed, Trace

values = st.lists(st.floats(-1e6, 1e6) | st.just(math.nan) | st.just(math.inf), min_size=1, max_size=700)


def made(row: list[float]) -> Trace:
    trace = Trace()
    for step, value in enumerate(row, 1):
        trace.put(step, value)
    return trace


@given(values, st.integers(1, 60))
def test_no_value_is_lost_however_narrow_the_picture(row: list[float], most: int) -> None:
    buckets = made(row).buckets(1, len(row), most)
    finite = [one for one in row if math.isfinite(one)]
    seen = [one for one in buckets if one.low <= one.high]
    assert len(buckets) <= max(most, 4) + 1
    assert (buckets[0].first, buckets[-1].last) == (1, len(row))
    assert [one.first for one in buckets[1:]] == [one.last + 1 for one in buckets[:-1]]
    if finite:
        assert min(one.low for one in seen) == min(finite)
        assert max(one.high for one in seen) == max(finite)
    for one in buckets:
        part = [value for value in row[one.first - 1 : one.last] if math.isfinite(value)]
        assert (one.low, one.high) == ((min(part), max(part)) if part else (math.inf, -math.inf))


@given(values, st.data())
def test_a_part_of_the_row_is_whole(row: list[float], data: st.DataObject) -> None:
    first = data.draw(st.integers(1, len(row)))
    last = data.draw(st.integers(first, len(row)))
    buckets = made(row).buckets(first, last, 20)
    assert buckets[0].first <= first
    assert buckets[-1].last >= last


@given(values, st.data())
def test_a_step_that_comes_again_takes_back_what_came_after(row: list[float], data: st.DataObject) -> None:
    again = data.draw(st.integers(1, len(row)))
    trace = made(row)
    trace.put(again, 5.0)
    other = made([*row[: again - 1], 5.0])
    assert trace.buckets(0, again, 1000) == other.buckets(0, again, 1000)
    assert trace.broken == other.broken
    assert len(trace) == again


def test_what_is_no_number_is_told_and_not_drawn() -> None:
    trace = made([1.0, math.nan, 2.0])
    assert trace.broken == [2]
    assert [one.low <= one.high for one in trace.buckets(1, 3, 10)] == [True, False, True]


def test_the_nearest_value_is_found() -> None:
    trace = Trace()
    assert trace.near(3) is None
    for step in (10, 20, 30):
        trace.put(step, step / 10)
    assert trace.near(0) == (10, 1.0)
    assert trace.near(24) == (20, 2.0)
    assert trace.near(99) == (30, 3.0)
    assert trace.at(20) == 2.0
    assert trace.at(21) is None
    assert trace.next_to(20, 1) == 30
    assert trace.next_to(30, 5) == 30


def test_the_smooth_line_follows_and_forgets_what_was_taken_back() -> None:
    both = Smoothed()
    for step in range(1, 101):
        both.put(step, 4.0 if step % 2 else 2.0)
    assert both.smooth.last is not None
    assert abs(both.smooth.last - 3.0) < 0.2
    both.put(50, math.nan)
    assert both.raw.last_step == 50
    assert both.smooth.last_step == 49
