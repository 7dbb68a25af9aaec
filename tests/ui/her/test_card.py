"""Her card on the page: shown, written in place and taken back; cards of other programs at the door."""

import json
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit

from tests.character.test_tavern import TAVERN
from tests.ui.conftest import Heard, Run
from tests.ui.her.conftest import Open, focused, press, settled, write
from zishu_app.character.card import Card, read_card
from zishu_app.character.cast import cast_of
from zishu_app.character.tavern_files import read_tavern
from zishu_app.ui.tabs.her.card import CardSection
from zishu_app.ui.tabs.her.card_files import FORMS
from zishu_app.ui.tabs.her.card_parts import ListPart, TextPart
from zishu_app.ui.tabs.her.card_read import as_read
from zishu_app.ui.tabs.her.page import HerPage
from zishu_app.ui.tabs.her.rows_editor import words_of
from zishu_app.ui.workbench import Workbench


@pytest.fixture
def page(opened: Open) -> HerPage:
    return opened("card")


def section(page: HerPage) -> CardSection:
    found = page.sections["card"]
    assert isinstance(found, CardSection)
    return found


def text(page: HerPage, name: str) -> TextPart:
    parts = [*section(page).texts, *section(page).further, section(page).name]
    return next(one for one in parts if one.spec.name == name)


def rows(page: HerPage, name: str) -> ListPart:
    return next(one for one in section(page).lists if one.spec.name == name)


def own(bench: Workbench) -> Path:
    return bench.house.home.characters / "zishu" / "card.en.toml"


def test_she_is_shown_as_she_was_shipped(page: HerPage) -> None:
    card = section(page).card
    assert card is not None
    assert text(page, "name")._said.text() == "Zishu"
    assert "{{char}}" in card.description
    assert text(page, "description")._said.text() == as_read(card.description.strip(), card)
    assert section(page)._state.text() == "As it was shipped"
    assert not section(page)._portrait.pixmap().isNull()


def test_a_text_is_written_in_place_and_taken_back(page: HerPage, run: Run[Any], bench: Workbench) -> None:
    part = text(page, "personality")
    part.frame.pencil.click()
    assert focused() is part.field
    part.field.selectAll()
    write("Bold.")
    run(press(page, "Ctrl+Return"))
    assert read_card(own(bench)).personality == "Bold."
    assert part._said.text() == "Bold."
    assert not part.frame.writing
    assert section(page)._state.text() == "Yours"
    assert "# Who Zishu is" in own(bench).read_text("utf-8")  # comments stay
    page.toast._take_back()
    run(settled(page))
    assert not own(bench).exists()
    assert part._said.text() != "Bold."


def test_escape_and_no_change_write_nothing(page: HerPage, run: Run[Any], bench: Workbench) -> None:
    part = text(page, "style")
    part.frame.write()
    write("x")
    run(press(page, "Escape"))
    part.frame.write()
    run(press(page, "Ctrl+Return"))
    assert not own(bench).exists()
    assert not part.frame.writing


def test_what_is_wrong_stays_open(page: HerPage, run: Run[Any], bench: Workbench, heard: Heard) -> None:
    part = text(page, "name")
    part.frame.write()
    part.field.setPlainText("")
    part._keep()
    run(settled(page))
    assert heard.told
    assert "name" in heard.told[-1].message
    assert part.frame.writing
    assert not own(bench).exists()


def test_a_rule_is_added_changed_and_taken_away(page: HerPage, run: Run[Any], bench: Workbench) -> None:
    part = rows(page, "moods")
    before = len(part.editor.values())
    part.frame.write()
    count = len(part.editor.values())
    assert count > before
    part.editor.add()
    made = part.editor._rows[-1]
    words, emotion = made._fields["words"], made._fields["emotion"]
    assert isinstance(words, QLineEdit)
    assert isinstance(emotion, QComboBox)
    assert focused() is words
    words.setText("rain, puddle、 umbrella")
    emotion.setCurrentIndex(emotion.findData("sad"))
    part.editor._drop(part.editor._rows[0])
    part._keep()
    run(settled(page))
    card = read_card(own(bench))
    assert len(card.moods) == count
    assert (card.moods[-1].words, card.moods[-1].emotion) == (("rain", "puddle", "umbrella"), "sad")
    assert card.moods[-1].strength == 0.7


@pytest.mark.parametrize("name", ["greetings", "examples", "moods", "wears", "touched", "knowledge"])
def test_every_list_comes_back_as_it_was(page: HerPage, run: Run[Any], bench: Workbench, name: str) -> None:
    """Opened, and one row more written: what was there before is still the same."""
    part, before = rows(page, name), section(page).card
    assert before is not None
    part.frame.write()
    assert part.editor.values() == part.spec.read(before)
    part.editor.add()
    row = part.editor._rows[-1]
    for key, field in row._fields.items():
        if isinstance(field, QPlainTextEdit):
            field.setPlainText("Something new")
        elif isinstance(field, QLineEdit):
            field.setText("new")
        assert key in row.values()
    part._keep()
    run(settled(page))
    after = read_card(own(bench))
    fields = {"greetings": ["greetings", "first_greetings", "missed_greetings"]}.get(name, [name])
    changed = [one for one in Card.model_fields if getattr(after, one) != getattr(before, one)]
    assert set(changed) <= set(fields)
    assert len(part.spec.read(after)) == len(part.spec.read(before)) + 1
    if name == "knowledge":
        assert after.knowledge.entries[:-1] == before.knowledge.entries
        assert after.knowledge.token_budget == before.knowledge.token_budget


def test_words_are_parted_by_any_comma() -> None:
    assert words_of("a, b，c、d; e") == ["a", "b", "c", "d", "e"]
    assert words_of("/a{1,2}/i") == ["/a{1,2}/i"]
    assert words_of(" , ") == []


def test_the_other_language_is_another_card(page: HerPage, run: Run[Any], bench: Workbench) -> None:
    section(page)._turn_language("zh")
    run(settled(page))
    assert text(page, "name")._said.text() == "紫舒老师"
    text(page, "name")._save(text(page, "name"), {"name": "老师"})
    run(settled(page))
    assert (bench.house.home.characters / "zishu" / "card.toml").is_file()
    assert not own(bench).exists()


def test_back_to_the_shipped_card(page: HerPage, run: Run[Any], bench: Workbench) -> None:
    part = text(page, "name")
    part._save(part, {"name": "Violet"})
    run(settled(page))
    assert part._said.text() == "Violet"
    section(page).deeds.start(section(page).deeds.reset())
    run(settled(page))
    assert part._said.text() == "Zishu"
    page.toast._take_back()
    run(settled(page))
    assert part._said.text() == "Violet"


# --- cards of other programs --------------------------------------------------------------------------------------


@pytest.fixture
def alice(tmp_path: Path) -> Path:
    (tmp_path / "alice.json").write_text(json.dumps(TAVERN), "utf-8")
    return tmp_path / "alice.json"


def test_a_foreign_card_comes_as_a_character(
    page: HerPage, run: Run[Any], bench: Workbench, alice: Path
) -> None:
    page.take([alice])
    run(settled(page))
    door = section(page).files.door
    assert door.isVisible()
    assert "Alice, by someone" in door._name.text()
    assert "2 greetings" in door._about.text()
    assert focused() is door.new
    run(press(page, "Return"))
    assert bench.house.settings.companion.character == "alice"
    assert text(page, "name")._said.text() == "Alice"
    assert not section(page).languages.isVisible()  # she has one card
    assert not door.isVisible()
    page.toast._take_back()
    run(settled(page))
    assert bench.house.settings.companion.character == "zishu"
    assert "alice" not in cast_of(bench.house.home).packs


def test_a_foreign_card_takes_her_place(page: HerPage, run: Run[Any], bench: Workbench, alice: Path) -> None:
    page.take([alice])
    run(settled(page))
    section(page).files.door.here.click()
    run(settled(page))
    assert read_card(own(bench)).name == "Alice"
    assert bench.house.settings.companion.character == "zishu"
    page.toast._take_back()
    run(settled(page))
    assert text(page, "name")._said.text() == "Zishu"


def test_nobody_has_to_come(page: HerPage, run: Run[Any], bench: Workbench, alice: Path) -> None:
    page.take([alice])
    run(settled(page))
    run(press(page, "Escape"))
    assert not section(page).files.door.isVisible()
    assert not own(bench).exists()


def test_a_spoilt_card_is_told(page: HerPage, run: Run[Any], heard: Heard, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{}", "utf-8")
    page.take([tmp_path / "x.json"])
    run(settled(page))
    assert "no character card" in heard.told[-1].message
    assert not section(page).files.door.isVisible()


@pytest.mark.parametrize("form", list(FORMS))
def test_her_card_goes_out_and_is_read_again(page: HerPage, run: Run[Any], form: Any, tmp_path: Path) -> None:
    path = tmp_path / f"her.{FORMS[form][1]}"
    section(page).deeds.start(section(page).deeds.give(path, form))
    run(settled(page))
    assert read_tavern(path).card == section(page).card
    assert "Written to her" in page.toast._said.text()


def test_another_lorebook_is_put_behind_hers(
    page: HerPage, run: Run[Any], bench: Workbench, tmp_path: Path
) -> None:
    book = {"spec": "lorebook_v3", "data": {"entries": [{"keys": ["sea"], "content": "Blue."}]}}
    (tmp_path / "sea.json").write_text(json.dumps(book), "utf-8")
    before = section(page).card
    section(page).deeds.start(section(page).files.take_book(tmp_path / "sea.json"))
    run(settled(page))
    entries = read_card(own(bench)).knowledge.entries
    assert before is not None
    assert entries[:-1] == before.knowledge.entries
    assert entries[-1].content == "Blue."
