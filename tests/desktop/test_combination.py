"""Combinations of keys as people write them."""

import pytest

from zishu_app.core.errors import SettingsError
from zishu_app.desktop.combination import combination


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Ctrl+Alt+Z", "Ctrl+Alt+Z"),
        (" control + ALT+ z ", "Ctrl+Alt+Z"),
        ("shift+win+f12", "Shift+Meta+F12"),
        ("Alt+Ctrl+space", "Ctrl+Alt+Space"),
        ("F9", "F9"),
        ("Super+1", "Meta+1"),
    ],
)
def test_written_in_many_ways(written: str, read: str) -> None:
    assert str(combination(written)) == read
    assert combination(read) == combination(written)


@pytest.mark.parametrize(
    "written", ["", "Ctrl", "Ctrl+", "Ctrl+Alt", "Hyper+Z", "Ctrl+Z+Alt", "Ctrl+ß", "Ctrl+F25"]
)
def test_what_is_none(written: str) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        combination(written)


@pytest.mark.parametrize("written", ["Z", "Shift+Z", "7", "Space"])
def test_a_plain_key_is_left_to_all_other_programs(written: str) -> None:
    with pytest.raises(SettingsError, match="lacks Ctrl"):
        combination(written)
