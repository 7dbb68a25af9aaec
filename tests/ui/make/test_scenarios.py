"""Scenarios in the form: choosing, writing one's own, throwing away and bringing back."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from tests.ui.conftest import Run, Settle
from zishu_app.ui.tabs.make.scenario_picker import ScenarioPicker
from zishu_app.ui.workbench import Workbench

SHIPPED = "Science Q&A"
OWN = """name = "Baking bread"
description = "A dough that does not rise."
user_prompt = "why is my dough flat"
ai_role = "You bake a lot."
user_followups = ["is it the yeast", "my kitchen is cold"]
language = "en"
"""


@pytest.fixture
def picker(bench: Workbench, run: Run[Any]) -> Iterator[ScenarioPicker]:
    bench.house.home.scenarios.mkdir(parents=True)

    async def opened() -> ScenarioPicker:
        made = ScenarioPicker(bench, lambda: None)
        made.fill("en", {})
        made.resize(420, 700)
        made.show()
        return made

    made = run(opened())
    yield made
    shiboken6.delete(made)


def own_file(picker: ScenarioPicker, text: str = OWN, name: str = "bread.toml") -> Path:
    path = picker._bench.house.home.scenarios / name
    path.write_text(text, encoding="utf-8")
    return path


def titles(picker: ScenarioPicker) -> list[str]:
    return [row.title for row in picker.list.rows.model_.rows]


def fault(picker: ScenarioPicker, key: str) -> str:
    return picker.editor.fields[key].fault


def look_at(picker: ScenarioPicker, key: Any) -> None:
    picker.list.rows.show_rows(picker.list.rows.model_.rows, key)


def click_box(picker: ScenarioPicker, number: int) -> None:
    rows = picker.list.rows
    place = rows.visualRect(rows.model_.index(number))
    QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(20, place.center().y()))


def test_boxes_choose_and_the_rest_of_a_row_only_looks(
    picker: ScenarioPicker, run: Run[Any], settle: Settle
) -> None:
    async def go() -> None:
        await settle(lambda: picker.loaded)
        assert len(picker.scenarios) == 10
        click_box(picker, 1)
        assert len(picker.scenarios) == 9
        rows = picker.list.rows
        place = rows.visualRect(rows.model_.index(2))
        QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=place.center())
        assert len(picker.scenarios) == 9
        assert rows.current_key() == SHIPPED
        QTest.keyClick(rows, Qt.Key.Key_Space)
        assert SHIPPED not in [item.name for item in picker.scenarios]

    run(go())


def test_all_and_none_mean_what_was_found(picker: ScenarioPicker, run: Run[Any], settle: Settle) -> None:
    async def go() -> None:
        await settle(lambda: picker.loaded)
        picker.list._none()
        picker.list.search.setText("science")
        await settle(lambda: titles(picker) == [SHIPPED])
        picker.list._all()
        assert [item.name for item in picker.scenarios] == [SHIPPED]
        picker.list.search.setText("")
        await settle(lambda: len(titles(picker)) == 10)
        picker.list._all()
        assert picker.chosen == {}, "all is said as nothing, so that new ones are among them"

    run(go())


def test_another_language_has_other_scenarios_and_its_own_choice(
    picker: ScenarioPicker, run: Run[Any], settle: Settle
) -> None:
    async def go() -> None:
        await settle(lambda: picker.loaded)
        click_box(picker, 0)
        picker.speak("zh")
        await settle(lambda: picker.loaded)
        assert (len(picker.scenarios), "科学知识问答" in titles(picker)) == (10, True)
        picker.speak("en")
        await settle(lambda: picker.loaded)
        assert len(picker.scenarios) == 9

    run(go())


def test_own_ones_are_marked_and_broken_files_say_why(
    picker: ScenarioPicker, run: Run[Any], settle: Settle
) -> None:
    own_file(picker)
    broken = own_file(picker, OWN.replace('"You bake a lot."', "3"), "bad.toml")

    async def go() -> None:
        picker.renew()
        await settle(lambda: len(titles(picker)) == 12)
        own, bad = picker.list.rows.model_.rows[-2:]
        assert (own.title, own.mark) == ("Baking bread", "own")
        assert (bad.title, bad.broken, bad.key) == ("bad.toml:4", True, broken)
        assert "'ai_role' must be text" in bad.under
        click_box(picker, 11)
        assert len(picker.scenarios) == 11

    run(go())


def test_a_new_one_is_saved_when_it_is_right_and_is_chosen(
    picker: ScenarioPicker, run: Run[Any], settle: Settle
) -> None:
    async def go() -> None:
        await settle(lambda: picker.loaded)
        picker.list._none()
        click_box(picker, 0)
        picker.edit(None)
        editor = picker.editor
        editor._name.setText("What? Why?")
        assert "cannot stand in a file name" in fault(picker, "name")
        assert not fault(picker, "ai_role"), "nobody has been there yet"
        assert not editor._save.isEnabled()
        editor.save()
        assert fault(picker, "ai_role") == "Nothing is written yet."
        editor._name.setText("Baking bread")
        for key, text in editor._texts.items():
            text.setPlainText(f"{key}\n  \n second line ")
        assert editor._save.isEnabled()
        QTest.keyClick(editor, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
        await settle(lambda: "Baking bread" in titles(picker))
        assert [item.name for item in picker.scenarios] == ["Machine Learning Basics", "Baking bread"]
        saved = next(item for item in picker.scenarios if item.name == "Baking bread")
        assert saved.user_followups == ("user_followups", "second line")

    run(go())


def test_a_name_of_another_own_one_is_refused(picker: ScenarioPicker, run: Run[Any], settle: Settle) -> None:
    own_file(picker)

    async def go() -> None:
        picker.renew()
        await settle(lambda: picker.shelf.own)
        picker.edit(None)
        picker.editor._name.setText("baking BREAD")
        assert "bread.toml" in fault(picker, "name")

    run(go())


def test_editing_a_shipped_one_makes_an_own_copy_in_its_place(
    picker: ScenarioPicker, run: Run[Any], settle: Settle
) -> None:
    async def go() -> None:
        await settle(lambda: picker.loaded)
        look_at(picker, SHIPPED)
        picker.list.edit()
        assert "stands in for the shipped one" in picker.editor.fields["name"]._help.text()
        picker.editor._texts["user_prompt"].setPlainText("why is the sky dark at night")
        picker.editor.save()
        await settle(lambda: picker.shelf.own)
        assert len(picker.shelf.scenarios) == 10
        assert picker.shelf.find(SHIPPED).user_prompt == "why is the sky dark at night"  # type: ignore[union-attr]
        assert picker.shelf.file_of(SHIPPED).parent == picker._bench.house.home.scenarios  # type: ignore[union-attr]

    run(go())


def test_a_deleted_one_comes_back_on_undo(picker: ScenarioPicker, run: Run[Any], settle: Settle) -> None:
    path = own_file(picker)

    async def go() -> None:
        picker.renew()
        await settle(lambda: picker.shelf.own)
        look_at(picker, SHIPPED)
        picker.list.delete()
        look_at(picker, "Baking bread")
        picker.list.delete()
        await settle(lambda: not picker.shelf.own)
        assert not path.exists()
        assert "Baking bread" not in titles(picker)
        assert len(picker.shelf.scenarios) == 10, "a shipped one cannot be deleted"
        picker.list.undo.back.click()
        await settle(lambda: picker.shelf.own)
        assert path.read_text(encoding="utf-8") == OWN

    run(go())


@pytest.mark.parametrize("chosen", [True, False])
def test_a_deleted_one_comes_back_with_its_tick(
    picker: ScenarioPicker, run: Run[Any], settle: Settle, *, chosen: bool
) -> None:
    own_file(picker)

    async def go() -> None:
        picker.renew()
        await settle(lambda: picker.shelf.own)
        click_box(picker, 0)
        if not chosen:
            click_box(picker, len(titles(picker)) - 1)
        look_at(picker, "Baking bread")
        picker.list.delete()
        await settle(lambda: not picker.shelf.own)
        click_box(picker, 0)
        if chosen:
            click_box(picker, 1)
        picker.list.undo.back.click()
        await settle(lambda: picker.shelf.own)
        assert ("Baking bread" in [item.name for item in picker.scenarios]) is chosen
        assert len(picker.scenarios) == 10

    run(go())


def test_a_blank_after_the_name_is_no_part_of_it(
    picker: ScenarioPicker, run: Run[Any], settle: Settle
) -> None:
    own_file(picker)

    async def go() -> None:
        picker.renew()
        await settle(lambda: picker.shelf.own)
        look_at(picker, "Baking bread")
        picker.list.edit()
        picker.editor._name.setText("Baking cake ")
        assert fault(picker, "name") == ""
        picker.editor.save()
        await settle(lambda: "Baking cake" in picker.shelf.names)

    run(go())


def test_escape_keeps_a_draft_that_comes_back(picker: ScenarioPicker, run: Run[Any], settle: Settle) -> None:
    async def go() -> None:
        await settle(lambda: picker.loaded)
        picker.edit(None)
        picker.editor._name.setText("Half a thought")
        QTest.keyClick(picker.editor, Qt.Key.Key_Escape)
        assert picker.list.isVisible()
        look_at(picker, SHIPPED)
        picker.list.edit()
        assert picker.editor._name.text() == SHIPPED, "that one has no draft"
        picker.editor.close_()
        picker.edit(None)
        assert picker.editor._name.text() == "Half a thought"
        picker.editor._kept.back.click()
        assert picker.editor._name.text() == ""
        picker.editor.close_()
        picker.edit(None)
        assert picker.editor._kept.isHidden()

    run(go())
