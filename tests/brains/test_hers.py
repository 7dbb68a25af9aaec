"""The history of her brains: gone back on step by step, and never in the way of the settings."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zishu_app.brains.hers import Change, Hers, choose, read_hers, roll_back
from zishu_app.core.errors import DataError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "brains.json"


def chosen(path: Path, spec: str, setting: str = "") -> Hers:
    return choose(path, Change(spec, "2026-01-12T16:54:04", "chosen", setting))


def back(path: Path, setting: str = "") -> str:
    return roll_back(path, setting, "2026-01-12T17:00:00").current(setting)


def test_without_a_history_it_is_as_the_settings_say(path: Path) -> None:
    assert read_hers(path).current("deepseek") == "deepseek"
    with pytest.raises(DataError):
        roll_back(path, "deepseek", "now")
    assert not path.exists()


def test_changes_are_gone_back_on_one_by_one(path: Path) -> None:
    for spec in ("a", "b", "c"):
        assert chosen(path, spec).current("") == spec
    assert [back(path), back(path), back(path)] == ["b", "a", ""]
    with pytest.raises(DataError):
        roll_back(path, "", "now")
    assert [one.why for one in read_hers(path).changes] == ["chosen"] * 3 + ["back"] * 3


def test_going_back_and_choosing_again(path: Path) -> None:
    chosen(path, "a")
    chosen(path, "b")
    assert back(path) == "a"
    chosen(path, "c")
    assert [back(path), back(path)] == ["a", ""]


def test_settings_that_were_changed_later_count(path: Path) -> None:
    chosen(path, "a", setting="")
    hers = read_hers(path)
    assert hers.current("kimi") == "kimi"
    assert hers.former("kimi") == "a"
    assert back(path, "kimi") == "a"
    assert read_hers(path).current("kimi") == "a"
    assert read_hers(path).current("qwen") == "qwen"


def test_choosing_what_there_is_changes_nothing_that_can_be_gone_back_on(path: Path) -> None:
    chosen(path, "a")
    chosen(path, "a")
    assert back(path) == ""


@given(st.lists(st.sampled_from(["a", "b", "c", "back"]), max_size=20))
def test_it_is_a_stack(tmp_path_factory: pytest.TempPathFactory, deeds: list[str]) -> None:
    path = tmp_path_factory.mktemp("home") / "brains.json"
    stack = [""]
    for deed in deeds:
        if deed != "back":
            chosen(path, deed)
            stack += [deed] if deed != stack[-1] else []
        elif len(stack) > 1:
            stack.pop()
            back(path)
        assert read_hers(path).current("") == stack[-1]
        assert read_hers(path).former("") == (stack[-2] if len(stack) > 1 else None)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"changes": [1]}', '{"changes": [{"spec": 1}]}', '{"changes": 3}', "[" * 100_000]
)
def test_a_damaged_file_is_begun_anew(path: Path, text: str, expects_log: list[object]) -> None:
    path.write_text(text, encoding="utf-8")
    assert read_hers(path) == Hers()
    assert chosen(path, "a").current("") == "a"
    assert len(read_hers(path).changes) == 1
