"""Writing a card: what its owner wrote stays, what is wrong is not written, and every change can be taken back."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from tests.character.test_tavern import cards
from zishu_app.character.card import Card, Exchange, MoodRule, card_from, read_card
from zishu_app.character.card_file import card_text, change_card, plain_value, take_back, write_card
from zishu_app.core.errors import DataError
from zishu_app.core.paths import RESOURCES

SHIPPED = RESOURCES / "characters" / "zishu" / "card.toml"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return tmp_path / "characters" / "zishu" / "card.toml"


def test_the_first_change_begins_with_a_copy_of_what_is_shown(own: Path) -> None:
    done = change_card(own, SHIPPED, {"personality": "活泼。"})
    assert done.before is None
    before, after = SHIPPED.read_text("utf-8"), own.read_text("utf-8")
    changed = [(a, b) for a, b in zip(before.splitlines(), after.splitlines(), strict=True) if a != b]
    assert changed == [('personality = "' + read_card(SHIPPED).personality + '"', 'personality = "活泼。"')]
    assert read_card(own).personality == "活泼。"


def test_comments_and_everything_else_stay(own: Path) -> None:
    own.parent.mkdir(parents=True)
    own.write_text(
        'format = 1\n# her name\nname = "Bo" # short for Boris\nlanguage = "en"\n\n# how she feels\n[[moods]]\n'
        'words = ["x"] # why\nemotion = "shy"\n',
        "utf-8",
    )
    change_card(own, SHIPPED, {"greetings": ["Hi", "Ho"], "name": "Bob"})
    text = own.read_text("utf-8")
    for kept in ("# her name", "# short for Boris", "# how she feels", "# why"):
        assert kept in text
    card = read_card(own)
    assert (card.name, card.greetings, card.moods[0].emotion) == ("Bob", ("Hi", "Ho"), "shy")


def test_every_kind_of_field_can_be_written(own: Path) -> None:
    values: dict[str, Any] = {
        "description": 'One\n"two" \\ three\n\n',
        "greetings": [],
        "examples": plain_value((Exchange(user="a\nb", her='c "d"'),)),
        "moods": plain_value((MoodRule(words=("x", "y"), emotion="sad"),)),
        "wears": [{"words": ["z"], "accessory": None}, {"words": ["w"], "accessory": "ribbon"}],
        "touched": {"head": ["hey"]},
        "wear_minutes": 3.5,
        "knowledge": {"name": "n", "entries": [{"keys": ["k"], "content": "c\nd", "position": "at_depth"}]},
    }
    change_card(own, SHIPPED, values)
    card = read_card(own)
    assert (card.description, card.greetings) == (values["description"], ())
    assert card.examples == (Exchange(user="a\nb", her='c "d"'),)
    assert card.moods == (MoodRule(words=("x", "y"), emotion="sad"),)
    assert [one.accessory for one in card.wears] == [None, "ribbon"]
    assert card.knowledge.entries[0].content == "c\nd"
    change_card(own, SHIPPED, {name: plain_value(getattr(card, name)) for name in values})
    assert read_card(own) == card


def test_what_is_wrong_is_not_written(own: Path) -> None:
    change_card(own, SHIPPED, {"name": "Bo"})
    text = own.read_text("utf-8")
    with pytest.raises(DataError, match="name"):
        change_card(own, SHIPPED, {"name": ""})
    with pytest.raises(DataError, match="larger"):
        change_card(own, SHIPPED, {"greetings": ["x" * 50_000] * 41})
    assert own.read_text("utf-8") == text


def test_a_change_is_taken_back_letter_by_letter(own: Path) -> None:
    first = change_card(own, SHIPPED, {"name": "Bo"})
    once = own.read_text("utf-8")
    second = change_card(own, SHIPPED, {"name": "Ba"})
    again = take_back(second)
    assert own.read_text("utf-8") == once
    take_back(again)  # and the taking back is taken back
    assert read_card(own).name == "Ba"
    take_back(first)
    assert not own.exists()


def test_a_shipped_card_written_whole_is_the_same_card(tmp_path: Path) -> None:
    card = read_card(SHIPPED)
    write_card(tmp_path / "card.toml", card)
    assert read_card(tmp_path / "card.toml") == card
    assert (tmp_path / "card.toml").read_text("utf-8").startswith("format = 1\n")


@settings(deadline=None, max_examples=60)
@given(cards)
def test_whatever_is_in_a_card_can_be_written(card: Card) -> None:
    assert card_from(tomllib.loads(card_text(card)), Path("card.toml")) == card
