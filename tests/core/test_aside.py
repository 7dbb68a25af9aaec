"""Folders put aside: brought back as they were, kept for their days, and their names not taken meanwhile."""

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zishu_app.core.aside import (
    KEPT,
    all_aside,
    bring_back,
    discard,
    drop,
    drop_old,
    is_free,
    name_of,
    put_aside,
)
from zishu_app.core.errors import DataError

DAY = datetime(2026, 11, 30, 12, 0)
#: names of folders as trainings and brains have them, and as people may choose them
NAMES = st.from_regex(r"[a-z0-9@.一-龥-]{1,30}", fullmatch=True).filter(lambda name: name.strip(". ") == name)


def folder(place: Path, name: str) -> Path:
    (place / name).mkdir()
    (place / name / "kept.txt").write_text(name)
    return place / name


def test_what_was_put_aside_comes_back_as_it_was(tmp_path: Path) -> None:
    aside = put_aside(folder(tmp_path, "run-1"), DAY)
    assert not (tmp_path / "run-1").exists() and name_of(aside) == "run-1"
    assert not is_free(tmp_path, "run-1") and is_free(tmp_path, "run-2")
    assert bring_back(aside) == tmp_path / "run-1"
    assert (tmp_path / "run-1" / "kept.txt").read_text() == "run-1"


@given(name=NAMES, at=st.datetimes(datetime(2001, 1, 1), datetime(2100, 1, 1)))
def test_name_and_day_can_be_read_again(
    tmp_path_factory: pytest.TempPathFactory, name: str, at: datetime
) -> None:
    place = tmp_path_factory.mktemp("aside")
    aside = put_aside(folder(place, name), at)
    (found,) = all_aside(place)
    assert (found.folder, found.name, found.at) == (aside, name, at.replace(microsecond=0))
    assert bring_back(aside).name == name


def test_it_is_kept_for_its_days_whatever_became_of_the_times_of_files(tmp_path: Path) -> None:
    aside = put_aside(folder(tmp_path, "run-1"), DAY)
    os.utime(aside, (0, 0))  # a copy of the home, say
    drop_old(tmp_path, DAY + KEPT)
    assert aside.is_dir()
    drop_old(tmp_path, DAY + KEPT + timedelta(seconds=1))
    assert list(tmp_path.iterdir()) == []


def test_only_what_is_older_goes(tmp_path: Path) -> None:
    put_aside(folder(tmp_path, "run-1"), DAY)
    second = put_aside(folder(tmp_path, "run-2"), DAY + timedelta(days=3))
    there = folder(tmp_path, "run-3")
    drop_old(tmp_path, DAY + timedelta(days=8))
    assert set(tmp_path.iterdir()) == {second, there}


def test_the_days_of_one_from_before_begin_when_it_is_seen(tmp_path: Path) -> None:
    old = folder(tmp_path, ".removed-20261129-230302-smollm2")
    os.utime(old, (0, 0))
    assert [one.name for one in all_aside(tmp_path)] == ["20261129-230302-smollm2"]
    assert not is_free(tmp_path, "20261129-230302-smollm2")
    drop_old(tmp_path, DAY)
    (one,) = all_aside(tmp_path)
    assert (one.name, one.at) == ("20261129-230302-smollm2", DAY)
    assert bring_back(one.folder).name == "20261129-230302-smollm2"


def test_what_was_put_aside_last_stands_last(tmp_path: Path) -> None:
    for name, days in (("b", 0), ("c", 2), ("a", 1)):
        put_aside(folder(tmp_path, name), DAY + timedelta(days=days))
    assert [one.name for one in all_aside(tmp_path)] == ["b", "a", "c"]
    assert [one.name for one in all_aside(tmp_path, "a")] == ["a"]


def test_it_takes_no_place_that_is_taken(tmp_path: Path) -> None:
    aside = put_aside(folder(tmp_path, "run-1"), DAY)
    folder(tmp_path, "run-1")
    with pytest.raises(DataError, match="another"):
        bring_back(aside)
    assert aside.is_dir()


def test_dropping_one_leaves_the_others_to_be_brought_back(tmp_path: Path) -> None:
    first, second = (put_aside(folder(tmp_path, name), DAY) for name in ("run-1", "run-2"))
    drop(first)
    assert [one.folder for one in all_aside(tmp_path)] == [second]
    assert is_free(tmp_path, "run-1")


def test_what_is_discarded_is_gone_at_once(tmp_path: Path) -> None:
    discard(folder(tmp_path, "run-1"))
    assert list(tmp_path.iterdir()) == []
