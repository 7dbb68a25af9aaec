"""A talk as one reads it, and as it is being written."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QApplication, QToolTip

from zishu_app.core.texts import set_language
from zishu_app.ui.follow import LANGUAGE
from zishu_app.ui.theme import look
from zishu_app.ui.widgets.talk_view import Said, Slip, TalkView


@pytest.fixture
def view(app: QApplication) -> Iterator[TalkView]:
    made = TalkView()
    made.resize(600, 400)
    made.show()
    yield made
    shiboken6.delete(made)


def talk(messages: int, text: str = "How deep is the sea there, and why?") -> list[Said]:
    return [
        Said(number, "assistant" if number % 2 else "user", f"{number} {text}") for number in range(messages)
    ]


def lines(view: TalkView) -> list[str]:
    return view.toPlainText().split("\n")


def place_of(view: TalkView, number: int) -> QPoint:
    """The middle of a message's ground, on the viewport."""
    (group,) = [one for one in view._text.groups if one.said.number == number]
    return (view._text.ground(group).center() - QPointF(0, view.verticalScrollBar().value())).toPoint()


def ground_of(view: TalkView, number: int) -> QColor:
    """The colour beside the words of a message: its padding on the left."""
    (group,) = [one for one in view._text.groups if one.said.number == number]
    left = view._text.ground(group).left() + 6
    return view.grab().toImage().pixelColor(int(left), place_of(view, number).y())


def click(view: TalkView, place: QPoint, moved: int = 0) -> None:
    """Press, move so many pixels to the right, let go."""
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    there = place + QPoint(moved, 0)
    press = (QEvent.Type.MouseButtonPress, place, left, left)
    move = (QEvent.Type.MouseMove, there, none, left)
    release = (QEvent.Type.MouseButtonRelease, there, left, none)
    for kind, where, button, held in (press, *([move] if moved else []), release):
        everywhere = QPointF(view.viewport().mapToGlobal(where))
        event = QMouseEvent(kind, QPointF(where), everywhere, button, held, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(view.viewport(), event)


def format_at(view: TalkView, position: int) -> QTextCharFormat:
    """How the letter at this place of the document is written."""
    cursor = QTextCursor(view.document())
    cursor.setPosition(position + 1)
    return cursor.charFormat()


def test_who_said_what_in_which_order(view: TalkView) -> None:
    view.show_talk([*talk(2), Said(-1, "notes", "So far: the sea.", note="stands in"), *talk(1)])
    assert lines(view) == [
        "User  ·  1",
        "0 How deep is the sea there, and why?",
        "Assistant  ·  2",
        "1 How deep is the sea there, and why?",
        "Notes  ·  stands in",
        "So far: the sea.",
        "User  ·  1",
        "0 How deep is the sea there, and why?",
    ]


def test_a_mistake_is_underlined_and_says_what_was_meant(view: TalkView) -> None:
    view.show_talk([Said(0, "user", "I red their book", slips=(Slip(2, 5, "read"),))])
    start = view.toPlainText().index("red")
    for place, wrong in ((start - 1, False), (start, True), (start + 2, True), (start + 3, False)):
        form = format_at(view, place)
        assert (form.underlineStyle() == QTextCharFormat.UnderlineStyle.WaveUnderline) is wrong
        assert form.toolTip() == ("Meant: read" if wrong else "")
    assert format_at(view, start).foreground().color() == QColor(look.now().mistake)


def test_pointing_at_a_mistake_shows_what_was_meant(view: TalkView) -> None:
    view.show_talk([Said(0, "user", "I red their book", slips=(Slip(2, 5, "read"),))])
    cursor = QTextCursor(view.document())
    cursor.setPosition(view.toPlainText().index("red") + 1)
    place = view.cursorRect(cursor).center()
    where = view.viewport().mapToGlobal(place)
    QApplication.sendEvent(view.viewport(), QHelpEvent(QEvent.Type.ToolTip, place, where))
    assert QToolTip.text() == "Meant: read"
    QToolTip.hideText()


def test_a_letter_that_was_left_out_has_a_place_to_point_at(view: TalkView) -> None:
    view.show_talk([Said(0, "user", "helo", slips=(Slip(3, 3, "l"),))])
    assert lines(view)[1] == "hel‸o"
    assert format_at(view, view.toPlainText().index("‸")).toolTip() == "Meant: l"


def test_a_doubled_letter_meant_nothing(view: TalkView) -> None:
    view.show_talk([Said(0, "user", "helllo", slips=(Slip(2, 3, ""),))])
    assert format_at(view, view.toPlainText().index("l")).toolTip() == "Meant: (nothing)"


def test_a_mark_stands_between_the_messages_and_is_none(view: TalkView) -> None:
    picked: list[int] = []
    view.picked.connect(picked.append)
    view.show_talk([*talk(1), Said(-1, "mark", "Topic shifted to “tea”"), Said(1, "user", "Tea?")])
    assert lines(view)[2] == "Topic shifted to “tea”"
    click(view, place_of(view, -1))
    assert picked == []
    form = format_at(view, view.toPlainText().index("Topic"))
    assert form.foreground().color() == QColor(look.now().shift)


def test_a_message_that_is_written_grows_and_gives_way_to_the_whole(view: TalkView) -> None:
    view.show_talk(talk(1))
    before = lines(view)
    view.write_on("assistant", "It is ")
    view.write_on("assistant", "deep\nand")
    assert lines(view) == [*before, "Assistant", "It is deep", "and"]
    view.add(Said(1, "assistant", "It is deep and dark."))
    assert lines(view) == [*before, "Assistant  ·  2", "It is deep and dark."]


def test_the_first_message_may_be_live_too(view: TalkView) -> None:
    view.write_on("user", "Hel")
    assert lines(view) == ["User", "Hel"]
    view.add(Said(0, "user", "Hello"))
    assert lines(view) == ["User  ·  1", "Hello"]


def test_what_is_void_is_gone_without_a_trace(view: TalkView) -> None:
    view.show_talk(talk(2))
    before, blocks = view.toPlainText(), view.document().blockCount()
    view.write_on("user", "Half a sen")
    view.void()
    assert view.toPlainText() == before
    assert view.document().blockCount() == blocks
    view.void()  # nothing is left to be void
    assert view.toPlainText() == before
    view.write_on("user", "Another")
    assert lines(view)[-2:] == ["User", "Another"]


def test_another_voice_begins_anew(view: TalkView) -> None:
    view.write_on("user", "What is")
    view.write_on("notes", "So far")
    assert lines(view) == ["Notes", "So far"]


def test_a_change_of_language_or_look_keeps_what_is_being_written(view: TalkView, app: QApplication) -> None:
    view.show_talk(talk(1))
    view.write_on("assistant", "It is deep")
    set_language("zh")
    LANGUAGE.changed()
    assert lines(view)[-2:] == ["助手", "It is deep"]
    view.write_on("assistant", " and dark.")
    assert lines(view)[-1] == "It is deep and dark."
    view.add(Said(1, "assistant", "Whole."))
    assert lines(view)[2:] == ["助手  ·  2", "Whole."]


def test_the_words_are_in_the_colours_of_the_look(view: TalkView, app: QApplication, tmp_path: Any) -> None:
    view.show_talk(talk(1))
    view.light([0])
    look.put_on(app, "dark", tmp_path)
    assert format_at(view, len(view.toPlainText()) - 1).foreground().color() == QColor(look.now().ink)
    assert ground_of(view, 0) == QColor(look.now().lit), "what was lit stays so"


def test_messages_are_lit_and_put_out(view: TalkView) -> None:
    view.show_talk(talk(4))
    assert ground_of(view, 0) == QColor(look.now().user)
    view.light([0, 3, 77])
    assert view.lit == [0, 3]
    assert ground_of(view, 0) == QColor(look.now().lit)
    assert ground_of(view, 2) == QColor(look.now().user)
    view.light([])
    assert view.lit == []
    assert ground_of(view, 0) == QColor(look.now().user)


def test_what_is_lit_comes_into_view(view: TalkView) -> None:
    view.show_talk(talk(200))
    assert view.verticalScrollBar().value() == 0
    view.light([150])
    assert view.viewport().rect().contains(place_of(view, 150))
    before = view.verticalScrollBar().value()
    view.light([3], scroll=False)
    assert view.verticalScrollBar().value() == before


def at_end(view: TalkView) -> bool:
    bar = view.verticalScrollBar()
    return bar.value() == bar.maximum()


def test_it_stays_at_the_end_while_it_grows(view: TalkView) -> None:
    view.show_talk(talk(30))
    assert view.verticalScrollBar().value() == 0, "a talk is read from its beginning"
    view.end()
    for number in range(30, 34):
        view.write_on("assistant", "word " * 60)
        assert at_end(view)
        view.write_on("assistant", "word " * 60)
        assert at_end(view)
        view.add(Said(number, "assistant", "word " * 120))
        assert at_end(view)
    view.void()
    set_language("zh")
    LANGUAGE.changed()
    assert at_end(view)


def test_whoever_scrolled_up_is_left_in_peace(view: TalkView) -> None:
    view.show_talk(talk(30))
    view.end()
    bar = view.verticalScrollBar()
    bar.setValue(bar.maximum() - 200)
    there = bar.value()
    view.write_on("assistant", "word " * 200)
    view.add(Said(30, "assistant", "word " * 200))
    assert bar.value() == there
    bar.setValue(bar.maximum())  # back at the end
    view.add(Said(31, "assistant", "word " * 200))
    assert at_end(view)


def test_a_talk_that_is_opened_grows_without_moving(view: TalkView) -> None:
    """Nobody went to the end: the first messages stay in sight."""
    view.add(Said(0, "user", "Hello"))
    view.show_talk(talk(30))
    view.add(Said(30, "user", "More"))
    assert view.verticalScrollBar().value() == 0


def test_another_talk_is_shown_from_its_beginning(view: TalkView) -> None:
    view.show_talk(talk(60))
    view.end()
    view.show_talk(talk(40))
    assert view.verticalScrollBar().value() == 0
    view.add(Said(40, "user", "More"))
    assert view.verticalScrollBar().value() == 0


def test_a_change_of_language_leaves_the_reader_where_he_is(view: TalkView) -> None:
    view.show_talk(talk(1000))
    view.light([700])
    there = view.verticalScrollBar().value()
    set_language("zh")
    LANGUAGE.changed()
    assert view.verticalScrollBar().value() == there
    assert view.viewport().rect().contains(place_of(view, 700))


def test_a_click_picks_a_message_and_a_selection_does_not(view: TalkView) -> None:
    picked: list[int] = []
    view.picked.connect(picked.append)
    view.show_talk(talk(6))
    click(view, place_of(view, 3))
    assert picked == [3]
    click(view, place_of(view, 2) + QPoint(-150, 12), moved=210)
    assert view.textCursor().hasSelection()
    assert picked == [3]
    view.show_talk(talk(100))
    view.light([80])
    click(view, place_of(view, 81))
    assert picked == [3, 81], "also far down"


def test_a_message_that_is_being_written_cannot_be_picked(view: TalkView) -> None:
    picked: list[int] = []
    view.picked.connect(picked.append)
    view.write_on("user", "Hello there")
    click(view, place_of(view, -1))
    assert picked == []


MARKUP = '<b>bold</b> <a href="https://example.org">x</a> <img src="/etc/passwd"> &amp; **two** `c`'


@pytest.mark.parametrize("live", [False, True])
def test_markup_in_a_message_stays_text(view: TalkView, live: bool) -> None:
    if live:
        view.write_on("assistant", MARKUP)
    else:
        view.show_talk([Said(0, "assistant", MARKUP)])
    assert lines(view)[1] == MARKUP
    form = format_at(view, view.toPlainText().index("bold"))
    assert (form.isAnchor(), form.fontWeight() <= 400, form.isImageFormat()) == (False, True, False)


def test_markup_in_what_was_meant_stays_text(view: TalkView) -> None:
    view.show_talk([Said(0, "user", "ab", slips=(Slip(0, 1, '<img src="file:///x">'),))])
    assert "<" not in format_at(view, view.toPlainText().index("ab")).toolTip()


@pytest.mark.parametrize("mark", ["\r\n", "\r", "\u2029", "\n", "\u2028"])
def test_lines_of_any_system_are_lines_of_one_message(view: TalkView, mark: str) -> None:
    text = f"one{mark}two{mark}three"
    slip = Slip(text.index("three"), len(text), "3")
    view.show_talk([Said(0, "user", text, slips=(slip,)), Said(1, "assistant", text)])
    assert lines(view) == ["User  ·  1", "one", "two", "three", "Assistant  ·  2", "one", "two", "three"]
    assert view.document().blockCount() == 4, "a name and a text each"
    view.write_on("user", text)
    assert lines(view)[-3:] == ["one", "two", "three"]
    view.void()
    assert view.document().blockCount() == 4


def test_two_thousand_messages_are_drawn_quickly(view: TalkView) -> None:
    long = talk(2000, "How deep is the sea there, and why? 海有多深？" * 4)
    began = time.perf_counter()
    view.show_talk(long)
    view.grab()
    view.light([1900])
    view.grab()
    assert time.perf_counter() - began < 1.5
    assert view.viewport().rect().contains(place_of(view, 1900))
    # and what is written at its end costs as little as in a short one
    view.end()
    began = time.perf_counter()
    for _ in range(50):
        view.write_on("user", "word ")
    view.grab()
    assert time.perf_counter() - began < 0.5
