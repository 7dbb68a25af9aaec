"""Reviewing without the mouse: every key does what the help says."""

import asyncio
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from tests.ui.conftest import Run
from tests.ui.review.conftest import (
    Fill,
    Open,
    Put,
    Stored,
    press,
    settled,
    strike,
    talk,
    texts,
    title,
    write,
)
from zishu_app.dataset.sample import message
from zishu_app.ui.tabs.review.commands import COMMANDS
from zishu_app.ui.tabs.review.page import ReviewPage


def test_the_newest_is_read_first_and_j_and_k_go_through_the_queue(page: ReviewPage, run: Run[Any]) -> None:
    assert title(page) == "Talk 4"
    run(press(page, "J"))
    assert title(page) == "Talk 3"
    run(press(page, "Right", "Right"))
    assert title(page) == "Talk 1"
    run(press(page, "K", "Left"))
    assert title(page) == "Talk 3"
    assert page.shelf.list.at == 1


def test_the_ends_of_the_queue_hold(page: ReviewPage, run: Run[Any]) -> None:
    run(press(page, "K"))
    assert title(page) == "Talk 4"
    run(press(page, "J", "J", "J", "J", "J", "J"))
    assert title(page) == "Talk 0"


def test_accept_goes_on_and_the_row_stays_marked_where_it_is(
    page: ReviewPage, run: Run[Any], stored: Stored
) -> None:
    number = page.stage.number
    assert number is not None
    run(press(page, "A"))
    assert title(page) == "Talk 3"
    assert (stored(number).verdict, stored(number).reviewer) == ("accepted", "me")
    row = page.queue.rows.row_at(0)
    assert row is not None
    assert (row.title, row.verdict) == ("Talk 4", "accepted")
    assert page.queue.rows.rowCount() == 5
    assert page.queue.count is not None
    assert page.queue.count.n == 4


def test_asked_anew_the_queue_has_let_go_of_what_was_decided(page: ReviewPage, run: Run[Any]) -> None:
    run(press(page, "A", "F5"))
    assert page.queue.rows.rowCount() == 4
    assert title(page) == "Talk 3"


def test_a_digit_rejects_with_a_reason_of_the_list(page: ReviewPage, run: Run[Any], stored: Stored) -> None:
    number = page.stage.number
    assert number is not None
    run(press(page, "R"))
    assert page.strips.showing(page.deciding.reject)
    run(press(page, "2"))
    assert (stored(number).verdict, stored(number).reason) == ("rejected", "wrong")
    assert title(page) == "Talk 3"
    assert not page.strips.showing(page.deciding.reject)


def test_own_words_reject_with_enter_and_letters_in_them_are_no_commands(
    page: ReviewPage, run: Run[Any], stored: Stored
) -> None:
    number = page.stage.number
    assert number is not None
    run(press(page, "R"))
    write("a jar of 2 fleas")
    run(press(page, "Return"))
    assert (stored(number).verdict, stored(number).reason) == ("rejected", "a jar of 2 fleas")
    assert stored(page.stage.number or 0).verdict == "pending"


def test_escape_rejects_nothing(page: ReviewPage, run: Run[Any], stored: Stored) -> None:
    number = page.stage.number
    assert number is not None
    run(press(page, "R", "Escape"))
    assert stored(number).verdict == "pending"
    assert QApplication.focusWidget() is page.reader.sample.view


def test_digits_rate_one_criterion_after_the_other(page: ReviewPage, run: Run[Any], stored: Stored) -> None:
    number = page.stage.number
    assert number is not None
    run(press(page, "5", "3", "4"))
    assert page.stage.opened is not None
    assert dict(page.stage.opened.marks) == {"faithful": 5, "complete": 3, "clear": 4}
    assert stored(number).stars == 4.0
    assert page.foot.marks.at == 3
    run(press(page, "Shift+C", "0"))
    assert dict(page.stage.opened.marks) == {"faithful": 5, "complete": 3}


def test_digits_in_a_row_are_all_kept(page: ReviewPage, run: Run[Any], stored: Stored) -> None:
    """Nobody waits for the disk between two of them."""

    async def quick() -> None:
        for key in ("5", "4", "3", "2"):
            strike(key)
        await settled(page)

    number = page.stage.number
    run(quick())
    assert page.stage.opened is not None
    assert list(page.stage.opened.marks.values()) == [5, 4, 3, 2]
    assert stored(number or 0).stars == 3.5


def test_a_digit_too_many_changes_nothing(page: ReviewPage, run: Run[Any], stored: Stored) -> None:
    number = page.stage.number or 0
    run(press(page, "5", "5", "5", "5", "1"))
    assert stored(number).stars == 5.0
    assert page.foot.marks.at == -1
    assert "C chooses one" in page.foot.told.text()
    run(press(page, "C", "1"))
    assert stored(number).stars == 4.0


def test_flag_and_tag(page: ReviewPage, run: Run[Any], stored: Stored) -> None:
    number = page.stage.number or 0
    run(press(page, "F"))
    assert stored(number).flagged
    run(press(page, "F"))
    assert not stored(number).flagged
    run(press(page, "T"))
    write("sky, good one")
    run(press(page, "Return"))
    assert stored(number).tags == ("good one", "sky")


def test_a_tag_is_completed_and_those_of_the_checks_stay(
    put: Put, opened: Open, run: Run[Any], stored: Stored
) -> None:
    put(talk(0, tags=("weather",)))
    number = put(talk(1, tags=("check:short",)))
    page = opened()
    run(press(page, "T"))
    write("wea")
    run(press(page, "Tab", "Return"))
    assert stored(number).tags == ("check:short", "weather")


def test_up_and_down_go_from_message_to_message(page: ReviewPage, run: Run[Any]) -> None:
    assert page.reader.at == 0
    run(press(page, "Down", "Down"))
    assert page.reader.at == 2
    run(press(page, "Up", "End"))
    assert page.reader.at == 5
    run(press(page, "Home"))
    assert page.reader.at == 0


def test_a_message_is_not_to_be_learnt_from(page: ReviewPage, run: Run[Any], stored: Stored) -> None:
    number = page.stage.number or 0
    run(press(page, "Down", "L"))
    assert [one.loss for one in stored(number).messages] == [False, False, False, True, False, True]
    group = page.reader.sample.view.text.groups[1]
    assert group.said.faded
    assert "not learnt from" in group.said.note
    run(press(page, "L"))
    assert stored(number).messages[1].loss


def test_what_makes_no_sense_is_refused_in_passing(page: ReviewPage, run: Run[Any], stored: Stored) -> None:
    number = page.stage.number or 0
    run(press(page, "L"))
    assert stored(number).version == 0
    toast = page.room._toasts[0]
    assert toast.isVisible()
    assert "assistant's messages only" in toast.accessibleName()


def test_everything_from_a_message_on_is_dropped(page: ReviewPage, run: Run[Any], stored: Stored) -> None:
    number = page.stage.number or 0
    run(press(page, "Down", "Down", "D"))
    assert len(stored(number).messages) == 2
    assert len(texts(page)) == 2
    assert page.reader.at == 1


def test_a_sample_is_split_before_a_message(page: ReviewPage, run: Run[Any], stored: Stored) -> None:
    number = page.stage.number or 0
    run(press(page, "Down", "Down", "S"))
    assert len(stored(number).messages) == 2
    run(press(page, "F5"))
    assert page.queue.rows.rowCount() == 6
    new = page.queue.rows.id_at(0) or 0
    assert [one.content for one in stored(new).messages][0] == "Question 1 of talk 4."


def test_reasoning_and_code_are_folded_and_opened_by_key(put: Put, opened: Open, run: Run[Any]) -> None:
    code = "```python\n" + "x = 1\n" * 5 + "```"
    said = (message("user", "Think."), message("assistant", f"<think>So it is.</think>\nDone.\n{code}\nEnd."))
    put(talk(0, messages=said))
    page = opened()
    assert "So it is." not in texts(page)[1]
    assert "x = 1" not in texts(page)[1]
    run(press(page, "Down", "O"))
    assert "So it is." in texts(page)[1]
    assert "x = 1" in texts(page)[1]
    run(press(page, "Return"))
    assert "x = 1" not in texts(page)[1]
    run(press(page, "Shift+O"))
    assert "x = 1" in texts(page)[1]


def test_the_bin_and_back(page: ReviewPage, run: Run[Any], stored: Stored) -> None:
    number = page.stage.number or 0
    run(press(page, "Delete"))
    assert stored(number).verdict == "removed"
    run(press(page, "K", "P"))
    assert stored(number).verdict == "pending"
    assert page.stage.number == number, "taking a verdict back goes nowhere"


def test_a_message_is_copied(page: ReviewPage, run: Run[Any]) -> None:
    run(press(page, "Down", "Ctrl+C"))
    assert QGuiApplication.clipboard().text() == "Answer 0 of talk 4."


def test_the_queue_is_hidden_and_comes_back_where_it_is_needed(page: ReviewPage, run: Run[Any]) -> None:
    run(press(page, "Q"))
    assert page.shelf.isHidden()
    run(press(page, "Ctrl+F"))
    assert not page.shelf.isHidden()
    assert QApplication.focusWidget() is page.shelf.search


def test_the_palette_finds_a_command_by_its_name_in_either_language(page: ReviewPage, run: Run[Any]) -> None:
    for asked in ("flag", "插旗", "flg"):
        before = page.stage.opened.sample.flagged if page.stage.opened else None
        run(press(page, "Ctrl+K"))
        assert page.palette_.overlay.isVisible()
        write(asked) if asked.isascii() else page.palette_.field.setText(asked)
        run(press(page, "Return"))
        assert not page.palette_.overlay.isVisible()
        assert page.stage.opened is not None
        assert page.stage.opened.sample.flagged is not before


def test_no_key_goes_through_an_overlay(page: ReviewPage, run: Run[Any], stored: Stored) -> None:
    number = page.stage.number or 0
    run(press(page, "F1"))
    assert page.help.overlay.isVisible()
    run(press(page, "A", "J"))
    assert (page.stage.number, stored(number).verdict) == (number, "pending")
    run(press(page, "Escape"))
    assert not page.help.overlay.isVisible()
    assert QApplication.focusWidget() is page.reader.sample.view


def test_letters_in_the_search_are_letters(page: ReviewPage, run: Run[Any], stored: Stored) -> None:
    number = page.stage.number or 0
    run(press(page, "/"))
    write("ajar")
    run(asyncio.sleep(0.3))
    assert stored(number).verdict == "pending"
    assert page.shelf.search.text() == "ajar"


def test_no_input_method_composes_where_letters_are_commands(page: ReviewPage, run: Run[Any]) -> None:
    run(press(page, "J"))
    for widget in (page.shelf.list, page.reader.sample.view, page.reader.source.view):
        assert not widget.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled), widget
    page.shelf.list.setFocus()
    run(press(page, "Down"))
    assert title(page) == "Talk 2"
    assert not page.shelf.list.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)


def test_a_key_that_is_held_decides_once(page: ReviewPage) -> None:
    from PySide6.QtGui import QShortcut

    held = {one.key().toString(): one.autoRepeat() for one in page.findChildren(QShortcut)}
    assert not held["A"]
    assert not held["R"]
    assert held["J"]
    assert held["Down"]


def test_every_command_that_has_a_key_does_something(page: ReviewPage) -> None:
    assert {one.name for one in COMMANDS} <= set(page._commands)


def test_the_page_over_many_samples_of_one_source(fill: Fill, opened: Open, run: Run[Any]) -> None:
    fill(30)
    page = opened()
    run(press(page, *["J"] * 12))
    assert title(page) == "Talk 17"
