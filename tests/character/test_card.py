"""The shipped card, and what is said of one that is not right."""

from pathlib import Path

import pytest

from zishu_app.character.card import Card, filled, read_card
from zishu_app.character.manifest import EMOTIONS
from zishu_app.character.tags import Felt, whole
from zishu_app.core.errors import DataError
from zishu_app.core.paths import RESOURCES

ZISHU = RESOURCES / "characters" / "zishu"
CARDS = {"zh": read_card(ZISHU / "card.toml"), "en": read_card(ZISHU / "card.en.toml")}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_shipped_card_is_whole(language: str) -> None:
    card = CARDS[language]
    assert card.language == language
    assert len(card.greetings) >= 3
    assert len(card.examples) >= 3
    assert card.short
    assert {one.emotion for one in card.moods} <= set(EMOTIONS)
    assert {one.accessory for one in card.wears} <= {"turtle", "ribbon", "flower"}
    assert all(getattr(card.touched, region) for region in type(card.touched).model_fields)
    for one in card.examples:  # they show how tags are written
        assert isinstance(next(whole(one.her)), Felt)


def test_both_languages_say_the_same_of_her() -> None:
    zh, en = CARDS["zh"], CARDS["en"]
    for part in ("greetings", "examples", "moods", "wears"):
        assert len(getattr(zh, part)) == len(getattr(en, part)), part
    assert [one.emotion for one in zh.moods] == [one.emotion for one in en.moods]
    assert [one.accessory for one in zh.wears] == [one.accessory for one in en.wears]
    assert len(zh.knowledge.entries) == len(en.knowledge.entries)


def test_names_are_put_in() -> None:
    card = Card(name="Bo")
    assert (
        filled("{{char}} {{CHAR}} <BOT> and {{user}} {{USER}} <USER>", card, "Tom")
        == "Bo Bo Bo and Tom Tom Tom"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name = ", "card.toml is not right"),
        ('name = "Bo"\nnmae = "x"', "nmae"),
        ('name = ""', "name"),
        ('name = "Bo"\n[[moods]]\nwords = ["x"]\nemotion = "furious"', "furious"),
        ('name = "Bo"\nlanguage = "fr"', "language"),
    ],
)
def test_all_that_is_wrong_is_told(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "card.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_card(path)
    assert said in str(caught.value)
