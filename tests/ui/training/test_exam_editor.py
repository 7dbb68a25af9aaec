"""The editor of exam items as a user meets it: found, written, checked while typed, deleted and brought back."""

from collections.abc import Iterator
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.ui.conftest import Settle
from zishu_app.core.texts import set_language
from zishu_app.training.item_file import load_sets
from zishu_app.training.items import Item, ItemSet
from zishu_app.ui.follow import LANGUAGE
from zishu_app.ui.tabs.training.exam_editor import ExamEditor
from zishu_app.ui.workbench import Workbench


@pytest.fixture
def editor(bench: Workbench, run: Any, settle: Settle) -> Iterator[ExamEditor]:
    made = ExamEditor(bench)
    made.resize(1000, 700)
    made.show()
    made.open()
    run(settle(lambda: bool(made.lists.all)))
    made.open_set("persona.en")
    yield made
    made.close()
    shiboken6.delete(made)
    run(bench.tasks.end())


def on_disk(editor: ExamEditor, slug: str) -> ItemSet:
    return next(one for one in load_sets(editor.deeds.own) if one.slug == slug)


def write(editor: ExamEditor, **texts: str) -> None:
    for name, text in texts.items():
        control = editor.form.controls[name]
        if hasattr(control, "setPlainText"):
            control.setPlainText(text)
        else:
            control.setText(text)


def test_items_are_found(editor: ExamEditor, run: Any, settle: Settle) -> None:
    assert editor.lists.sets.rows.rowCount() == 6
    whole = editor.lists.items.rows.rowCount()
    editor.lists.search.setText("violet cardigan")
    run(settle(lambda: editor.lists.items.rows.rowCount() < whole))
    QTest.keyClick(editor.lists.search, Qt.Key.Key_Escape)
    run(settle(lambda: editor.lists.items.rows.rowCount() == whole))
    assert editor.lists.count.text() == "42 items"


def test_an_item_is_changed_in_a_file_of_ones_own_and_changed_back(
    editor: ExamEditor, run: Any, settle: Settle
) -> None:
    before = on_disk(editor, "persona.en")
    editor.lists.items.choose(before.items[2].id)
    editor.open_item(before.items[2].id)
    assert editor.lists.restore.isHidden()
    write(editor, right="I teach whatever you like.")
    assert editor.form.is_changed
    editor.form.keep.click()
    run(settle(lambda: not editor.toast.isHidden()))
    assert on_disk(editor, "persona.en").items[2].right == "I teach whatever you like."
    assert editor.lists.items.current_key() == before.items[2].id
    assert editor.lists.restore.text() == "Back to the shipped one"
    editor.toast._button.click()
    run(settle(lambda: editor.lists.restore.isHidden()))
    assert on_disk(editor, "persona.en") == before


def test_a_shipped_set_comes_back_and_the_changes_too(editor: ExamEditor, run: Any, settle: Settle) -> None:
    shipped = on_disk(editor, "persona.en")
    editor.lists.items.choose(shipped.items[0].id)
    editor.remove()
    run(settle(lambda: editor.lists.items.rows.rowCount() == 41))
    changed = on_disk(editor, "persona.en")
    editor.lists.restore.click()
    run(settle(lambda: editor.lists.items.rows.rowCount() == 42))
    assert on_disk(editor, "persona.en") == shipped
    editor.toast._button.click()
    run(settle(lambda: editor.lists.items.rows.rowCount() == 41))
    assert on_disk(editor, "persona.en") == changed


def test_an_own_set_is_made_filled_and_removed(editor: ExamEditor, run: Any, settle: Settle) -> None:
    editor.deeds.new("persona", "en")
    run(settle(lambda: editor.lists.slug == "my-items.en"))
    assert editor.form.controls["id"].text() == "en-my-items-001"
    assert not editor.form.fault.text(), "nothing was touched yet"
    editor.form.save()
    assert "'ability' is empty" in editor.form.fault.text()
    write(editor, ability="manner", prompt="How do you greet me?", right="There you are!")
    assert "wrong answers" in editor.form.fault.text()
    write(editor, wrong="Session started.\nWho are you?")
    assert editor.form.fault.isHidden()
    QTest.keyClick(editor.form.controls["right"], Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    run(settle(lambda: editor.lists.items.rows.rowCount() == 1))
    [item] = on_disk(editor, "my-items.en").items
    assert item == Item(
        "en-my-items-001",
        "manner",
        "How do you greet me?",
        "There you are!",
        ("Session started.", "Who are you?"),
    )
    editor.deeds.remove_set()
    run(settle(lambda: editor.lists.slug != "my-items.en"))
    editor.toast._button.click()
    run(settle(lambda: editor.lists.slug == "my-items.en"))
    assert on_disk(editor, "my-items.en").items == (item,)


def test_a_rule_is_tried_while_it_is_written(editor: ExamEditor) -> None:
    editor.add()
    form = editor.form
    form.kind.choose("rule")
    write(editor, ability="length", prompt="Say yes.", contains_any="yes\nyeah")
    form.most.setValue(2)
    assert not form.fault.text()
    form.trial.setText("Yes of course")
    assert form.verdict.text() == "Not kept: the length"
    form.trial.setText("[happy] Yeah!")
    assert form.verdict.text() == "It keeps the rule."
    write(editor, regex="(")
    assert "no regular expression" in form.fault.text()
    assert not form.keep.isEnabled()
    assert form.values()["rule"] == {"contains_any": ["yes", "yeah"], "regex": "(", "max_words": 2}


def test_what_is_opened_and_saved_is_the_same(editor: ExamEditor) -> None:
    for one in editor.lists.all:
        for item in one.items:
            editor.form.open(item)
            assert editor.form.values() == item.as_dict()
            assert not editor.form.is_changed


def test_what_was_not_saved_can_be_gone_on_with(editor: ExamEditor) -> None:
    editor.open_item("en-persona-003")
    write(editor, right="I tea")
    editor.open_set("knowledge.en")
    assert editor.form.values()["id"].startswith("en-knowledge")
    assert "was not saved" in editor.toast._said.text()
    editor.toast._button.click()
    assert (editor.lists.slug, editor.lists.items.current_key()) == ("persona.en", "en-persona-003")
    assert editor.form.values()["right"] == "I tea"
    assert editor.form.is_changed
    editor.open_item("en-persona-004")
    editor.open_item("en-persona-005")
    assert not editor.form.is_changed


def test_it_speaks_both_languages(editor: ExamEditor) -> None:
    set_language("zh")
    LANGUAGE.changed()
    assert editor.lists.count.text() == "42 题"
    assert editor.form.keep.text() == "保存"
    assert editor.lists.sets.rows.at(0).under
