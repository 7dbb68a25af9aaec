"""Night school: when she may go, when she has to come back, and what she tells in the morning."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from zishu_app.core.texts import set_language
from zishu_app.training.night import (
    Around,
    Night,
    Wanted,
    begun,
    ended,
    in_hours,
    may_begin,
    must_stop,
    night_from,
    report,
    told,
)

WANTED = Wanted(on=True, begins=23, ends=7, idle_min=15, samples=20)
MIDNIGHT = Around(now=datetime(2026, 11, 29, 23, 30), idle=3600.0, on_power=True, fresh=40)


@pytest.mark.parametrize(
    ("hour", "begins", "ends", "hers"),
    [
        (23, 23, 7, True),
        (3, 23, 7, True),
        (7, 23, 7, False),
        (12, 23, 7, False),
        (13, 12, 14, True),
        (14, 12, 14, False),
    ],
)
def test_her_hours_go_over_midnight(hour: int, begins: int, ends: int, hers: bool) -> None:
    assert in_hours(datetime(2026, 1, 1, hour), begins, ends) is hers


def test_she_goes_when_nobody_is_there_and_there_is_something_to_learn() -> None:
    assert may_begin(Night(), WANTED, MIDNIGHT)


@pytest.mark.parametrize(
    "otherwise",
    [
        {"idle": 100.0},
        {"idle": None},
        {"on_power": False},
        {"fresh": 19},
        {"busy": True},
        {"now": datetime(2026, 11, 29, 12)},
    ],
)
def test_she_stays_where_anything_speaks_against_it(otherwise: dict[str, Any]) -> None:
    assert not may_begin(Night(), WANTED, replace(MIDNIGHT, **otherwise))


def test_switched_off_she_never_goes() -> None:
    off = replace(WANTED, on=False)
    assert not may_begin(Night(), off, MIDNIGHT) and must_stop(off, MIDNIGHT)


@pytest.mark.parametrize(
    "otherwise", [{"idle": 5.0}, {"on_power": False}, {"now": datetime(2026, 11, 30, 8)}]
)
def test_she_comes_back_when_she_is_needed(otherwise: dict[str, Any]) -> None:
    assert not must_stop(WANTED, MIDNIGHT)
    assert must_stop(WANTED, replace(MIDNIGHT, **otherwise))


def test_after_a_night_that_ended_she_rests_and_after_one_that_was_cut_short_she_goes_on() -> None:
    night = begun(Night(), "run-1", MIDNIGHT.now)
    hour = replace(MIDNIGHT, now=MIDNIGHT.now + timedelta(hours=1))
    assert not may_begin(ended(night, "learnt", "learnt/x"), WANTED, hour)
    assert may_begin(
        ended(night, "learnt", "learnt/x"), WANTED, replace(hour, now=hour.now + timedelta(hours=23))
    )
    stopped = ended(night, "stopped")
    assert may_begin(stopped, WANTED, hour) and stopped.run == "run-1"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_in_the_morning_she_tells_once(language: str) -> None:
    set_language(language)  # type: ignore[arg-type]
    night = begun(Night(), "run-1", MIDNIGHT.now)
    for outcome in ("learnt", "worse"):
        assert "New" in report(ended(night, outcome, "learnt/x"), "New")  # type: ignore[arg-type]
    assert report(ended(night, "failed"), "")
    assert report(ended(night, "stopped"), "") == report(Night(), "") == ""
    assert report(told(ended(night, "learnt", "x")), "New") == ""


def test_it_survives_its_file() -> None:
    night = ended(begun(Night(), "run-1", MIDNIGHT.now), "worse", "learnt/x")
    assert night_from(night.as_dict()) == night


@pytest.mark.parametrize(
    "value", [None, [], {"run": 3}, {"untold": "yes"}, {"began": "yesterday", "outcome": "learnt"}]
)
def test_what_cannot_be_read_is_as_before_the_first_night(value: object) -> None:
    assert may_begin(night_from(value), WANTED, MIDNIGHT)
