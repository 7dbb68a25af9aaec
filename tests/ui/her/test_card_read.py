"""A card is read with names and words; only who writes on it sees placeholders and tags."""

from pathlib import Path
from typing import get_args

import pytest

from zishu_app.character.card import Card, card_from
from zishu_app.core.texts import set_language
from zishu_app.memory.store import Kind
from zishu_app.ui.tabs.her.card_read import as_read
from zishu_app.ui.tabs.her.words import kind_word


def card(language: str) -> Card:
    return card_from({"name": "Zishu", "language": language}, Path("card.toml"))


@pytest.mark.parametrize(
    ("language", "text", "read"),
    [
        ("en", "{{char}} lives on {{user}}'s desktop.", "Zishu lives on the user's desktop."),
        ("en", "{{user}} works. {{USER}} rests.", "The user works. The user rests."),
        ("en", "[happy]There you are!", "(happy) There you are!"),
        ("en", "an [sic] stays, and so does {{pick}}", "an [sic] stays, and so does {{pick}}"),
        ("zh", "{{char}}陪着{{user}}", "Zishu陪着用户"),
        ("en", "", ""),
    ],
)
def test_names_and_feelings_stand_in_words(language: str, text: str, read: str) -> None:
    set_language("en")
    assert as_read(text, card(language)) == read


@pytest.mark.parametrize("kind", get_args(Kind))
def test_every_kind_of_memory_has_a_word(kind: Kind) -> None:
    assert kind_word(kind), "also what was said word for word: an answer may have had it in mind"
