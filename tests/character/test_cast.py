"""Who there is: own characters before shipped ones, cards by language, a foreign card as a character of its own."""

import shutil
from pathlib import Path

import pytest

from tests.character.test_tavern import picture
from zishu_app.character.card import Card, read_card
from zishu_app.character.cast import (
    SHIPPED,
    bring_back,
    card_file,
    card_of,
    cast_of,
    is_shipped,
    own_card_file,
    pack_of,
    put_aside,
    settle_in,
    source_of,
    wearable,
)
from zishu_app.core.errors import DataError
from zishu_app.core.paths import Home


def test_shipped_characters_are_there(home: Home) -> None:
    cast = cast_of(home)
    assert list(cast.packs) == ["zishu"]
    assert cast.wrong == []
    assert is_shipped(pack_of(home, "zishu"))
    with pytest.raises(DataError, match="zishu"):
        pack_of(home, "nobody")


def test_one_of_ones_own_goes_before(home: Home) -> None:
    shutil.copytree(SHIPPED / "zishu", home.characters / "zishu")
    (home.characters / "broken").mkdir()
    (home.characters / "broken" / "character.toml").write_text("[[", "utf-8")
    (home.characters / ".zishu.bak").mkdir()
    (home.characters / ".zishu.bak" / "character.toml").write_text("[[", "utf-8")
    cast = cast_of(home)
    assert not is_shipped(cast.packs["zishu"])
    assert len(cast.wrong) == 1


def test_cards_by_language(home: Home) -> None:
    shipped = SHIPPED / "zishu"
    assert card_file(home, "zishu", "zh") == shipped / "card.toml"
    assert card_file(home, "zishu", "en") == shipped / "card.en.toml"
    own = own_card_file(home, "zishu", "en")
    assert own == home.characters / "zishu" / "card.en.toml"
    own.parent.mkdir(parents=True)
    own.write_text('format = 1\nname = "Mine"\nlanguage = "en"\n', "utf-8")
    assert card_of(home, "zishu", "en").name == "Mine"
    assert card_file(home, "zishu", "zh") == shipped / "card.toml"  # her Chinese card is not meant
    assert list(cast_of(home).packs) == ["zishu"]
    assert is_shipped(cast_of(home).packs["zishu"])


def test_one_without_a_card_is_her_name(home: Home) -> None:
    folder = home.characters / "bo"
    shutil.copytree(SHIPPED / "zishu", folder)
    for card in folder.glob("card*.toml"):
        card.unlink()
    manifest = folder / "character.toml"
    manifest.write_text(manifest.read_text("utf-8").replace('id = "zishu"', 'id = "bo"'), "utf-8")
    assert card_of(home, "bo", "en") == Card(name="Zishu", language="en")
    assert own_card_file(home, "bo", "en") == folder / "card.toml"


def test_a_foreign_card_becomes_a_character(home: Home, tmp_path: Path) -> None:
    (tmp_path / "alice.png").write_bytes(picture())
    looks = pack_of(home, "zishu")
    made = settle_in(home, Card(name="Alice Liddell"), looks, tmp_path / "alice.png")
    assert (made.id, made.name) == ("alice_liddell", "Alice Liddell")
    assert read_card(made.folder / "card.toml").name == "Alice Liddell"
    assert pack_of(home, "alice_liddell").manifest.canvas == looks.manifest.canvas
    assert source_of(home, "alice_liddell") == made.folder / "source.png"
    assert source_of(home, "zishu") is None
    assert "# Slots from back to front" in (made.folder / "character.toml").read_text("utf-8")
    assert settle_in(home, Card(name="Alice Liddell!"), looks).id == "alice_liddell_2"
    assert settle_in(home, Card(name="艾丽丝"), looks).id == "character"


def test_what_was_put_aside_comes_back(home: Home) -> None:
    made = settle_in(home, Card(name="Bo"), pack_of(home, "zishu"))
    aside = put_aside(made.folder)
    assert "bo" not in cast_of(home).packs
    with pytest.raises(DataError, match="gone"):
        put_aside(made.folder)
    again = settle_in(home, Card(name="Bo"), pack_of(home, "zishu"))
    assert again.folder == made.folder
    bring_back(aside, made.folder)
    assert "bo" in cast_of(home).packs
    bring_back(None, made.folder)  # there was none of that name before
    assert "bo" not in cast_of(home).packs


def test_what_can_be_worn(home: Home) -> None:
    found, wrong = wearable(home)
    assert {"turtle", "ribbon", "flower"} <= set(found)
    assert wrong == []
