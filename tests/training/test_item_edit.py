"""Item sets are changed an item at a time; what is shipped stays as it is."""

from pathlib import Path

import pytest

from zishu_app.core.errors import DataError
from zishu_app.training.item_edit import (
    found_in,
    is_changed,
    new_set,
    next_id,
    put,
    put_aside,
    put_back,
    take_out,
)
from zishu_app.training.item_file import load_sets, write_set
from zishu_app.training.items import SHIPPED, Item, ItemSet, Rule

ONE = Item("mine-1", "math", "1+1?", "two", ("three",))


def shipped(own: Path) -> ItemSet:
    return next(one for one in load_sets(own) if one.slug == "persona.en")


def test_items_come_change_and_go(tmp_path: Path) -> None:
    made = new_set(tmp_path, " My Items! ", "en", "guard", [])
    assert (made.slug, made.name, made.items) == ("my-items.en", "My Items!", ())
    assert next_id(made) == "en-my-items-001"
    one = put(tmp_path, made, ONE)
    two = put(tmp_path, one, Item("mine-2", "math", "2+2?", "four", ("five",)))
    changed = put(tmp_path, two, Item("mine-3", "math", "1+2?", "three", ("four",)), "mine-1")
    assert [item.id for item in changed.items] == ["mine-3", "mine-2"]
    assert next_id(changed) == "mine-004" or next_id(changed) == "mine-003"
    gone = take_out(tmp_path, changed, "mine-2")
    assert [item.id for item in gone.items] == ["mine-3"]
    assert [one for one in load_sets(tmp_path) if one.own] == [gone]
    write_set(changed, tmp_path / "my-items.en.toml")
    assert [one for one in load_sets(tmp_path) if one.own] == [changed]


def test_an_id_is_one_items_only(tmp_path: Path) -> None:
    one = put(tmp_path, new_set(tmp_path, "x", "en", "guard", []), ONE)
    with pytest.raises(DataError, match="'mine-1' is taken"):
        put(tmp_path, one, ONE)
    assert put(tmp_path, one, ONE, "mine-1").items == (ONE,)
    with pytest.raises(DataError, match="cannot be saved yet"):
        put(tmp_path, one, Item("y", "math", " ", "a", ("b",)))


def test_a_shipped_set_is_changed_in_a_file_of_ones_own(tmp_path: Path) -> None:
    one = shipped(tmp_path)
    before = (SHIPPED / "persona.en.toml").read_bytes()
    assert not is_changed(one)
    with pytest.raises(DataError, match="cannot be removed"):
        put_aside(one)
    changed = take_out(tmp_path, one, one.items[0].id)
    assert is_changed(changed)
    assert shipped(tmp_path) == changed
    aside = put_aside(changed)
    assert shipped(tmp_path) == one
    put_back(aside)
    assert shipped(tmp_path) == changed
    assert (SHIPPED / "persona.en.toml").read_bytes() == before


def test_two_sets_of_a_name_are_two_files(tmp_path: Path) -> None:
    first = new_set(tmp_path, "常识", "zh", "persona", ["x"])
    second = new_set(tmp_path, "常识", "zh", "persona", ["x"])
    assert [first.slug, second.slug] == ["常识.zh", "常识-2.zh"]
    assert new_set(tmp_path, "!!", "en", "guard", ["items.en"]).slug == "items-2.en"
    with pytest.raises(DataError, match="'name' is empty"):
        new_set(tmp_path, "  ", "en", "guard", [])


def test_items_are_found_by_all_words_anywhere() -> None:
    items = [ONE, Item("mine-2", "length", "Say yes", rule=Rule(contains_any=("Yes",)))]
    assert found_in(items, "") == items
    assert found_in(items, "TWO math") == [ONE]
    assert found_in(items, "yes length") == items[1:]
    assert found_in(items, "two length") == []


def test_a_file_that_cannot_be_moved_is_told(tmp_path: Path) -> None:
    one = new_set(tmp_path, "x", "en", "guard", [])
    aside = put_aside(one)
    with pytest.raises(DataError, match="cannot be moved"):
        put_aside(one)
    put_back(aside)
