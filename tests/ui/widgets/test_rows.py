"""Lists of rich rows: what is shown, what is chosen, and that what changes all the time costs little."""

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
import shiboken6
from PySide6.QtCore import QEvent, QItemSelectionModel, Qt
from PySide6.QtGui import QColor, QImage, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from zishu_app.ui.theme import look
from zishu_app.ui.widgets.rows import ROW, ROW_BAR, Row, RowList


@pytest.fixture
def chosen() -> list[object]:
    return []


@pytest.fixture
def rows(app: QApplication, chosen: list[object]) -> Iterator[RowList]:
    made = RowList(chosen.append)
    made.resize(300, 400)
    made.show()
    yield made
    shiboken6.delete(made)


def some(count: int = 3) -> list[Row]:
    return [Row(f"key {number}", f"Title {number}", f"under {number}") for number in range(count)]


def selected(rows: RowList) -> list[int]:
    return [index.row() for index in rows.selectionModel().selectedRows()]


def click(rows: RowList, number: int) -> None:
    QTest.mouseClick(
        rows.viewport(),
        Qt.MouseButton.LeftButton,
        pos=rows.visualRect(rows.rows.index(number)).center(),
    )


def press(rows: RowList, key: Qt.Key) -> None:
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(rows, QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier))


def colours(rows: RowList, number: int) -> set[str]:
    """All colours a row is painted with."""
    rows.viewport().update()
    image: QImage = rows.viewport().grab(rows.visualRect(rows.rows.index(number))).toImage()
    return {
        image.pixelColor(x, y).name().upper() for x in range(image.width()) for y in range(image.height())
    }


def test_a_click_and_the_arrow_keys_choose(rows: RowList, chosen: list[object]) -> None:
    rows.show_rows(some())
    click(rows, 1)
    assert chosen == ["key 1"]
    press(rows, Qt.Key.Key_Down)
    assert chosen == ["key 1", "key 2"]
    press(rows, Qt.Key.Key_Down)  # there is no further
    assert chosen == ["key 1", "key 2"]
    assert rows.current_key() == "key 2"


def test_choosing_from_the_program_tells_nobody(rows: RowList, chosen: list[object]) -> None:
    rows.show_rows(some())
    rows.choose("key 2")
    assert (rows.current_key(), selected(rows), chosen) == ("key 2", [2], [])
    rows.choose(None)
    assert (rows.current_key(), selected(rows), chosen) == (None, [], [])
    rows.choose("no such key")
    assert rows.current_key() is None
    click(rows, 0)
    assert chosen == ["key 0"], "and the user is heard again"


def test_what_is_chosen_stays_while_the_rows_change(rows: RowList, chosen: list[object]) -> None:
    rows.show_rows(some())
    click(rows, 1)
    rows.show_rows([replace(one, under="new", progress=0.5) for one in some()])
    assert (rows.current_key(), selected(rows)) == ("key 1", [1])
    rows.show_rows([Row("first", "A new one"), *some()])  # and where others come before it
    assert (rows.current_key(), selected(rows)) == ("key 1", [2])
    rows.show_rows(some()[:1])  # it is gone
    assert (rows.current_key(), selected(rows)) == (None, [])
    assert chosen == ["key 1"], "none of this was the user"


def test_the_row_that_is_asked_for_is_chosen(rows: RowList, chosen: list[object]) -> None:
    rows.show_rows(some(), keep="key 2")
    assert (rows.current_key(), selected(rows), chosen) == ("key 2", [2], [])
    rows.show_rows(some()[:2], keep="key 2")
    assert rows.current_key() is None
    rows.show_rows(some(), keep="key 2")
    assert (rows.current_key(), selected(rows)) == ("key 2", [2]), "when the search lets it come back"


def test_only_what_differs_is_drawn_anew(rows: RowList) -> None:
    rows.show_rows(some(5))
    changed: list[int] = []
    rows.rows.dataChanged.connect(lambda first, _last: changed.append(first.row()))
    resets: list[int] = []
    rows.rows.modelReset.connect(lambda: resets.append(1))
    rows.show_rows(some(5))
    assert changed == []
    other = some(5)
    other[3] = replace(other[3], state="done", tone="good")
    rows.show_rows(other)
    assert (changed, resets) == ([3], [])
    assert rows.rows.at(3).state == "done"
    rows.rows.put(0, replace(other[0], under="x"))
    rows.rows.put(0, replace(other[0], under="x"))
    assert changed == [3, 0]


def test_a_row_whose_bar_comes_gets_the_room_for_it(rows: RowList) -> None:
    rows.show_rows(some(2))
    assert rows.visualRect(rows.rows.index(0)).height() == ROW
    rows.show_rows([replace(one, progress=0.2) for one in some(2)])
    rows.grab()
    assert rows.sizeHintForIndex(rows.rows.index(0)).height() == ROW_BAR
    assert rows.visualRect(rows.rows.index(1)).top() == ROW_BAR


def test_everything_a_row_shows_is_said_to_a_screen_reader(rows: RowList) -> None:
    rows.show_rows([Row(1, "Science", "round 2 of 5", right="¥0.10", state="talking", hint="why\nso")])
    index = rows.rows.index(0)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "Science, talking, ¥0.10, round 2 of 5"
    assert index.data(Qt.ItemDataRole.ToolTipRole) == "why\nso"
    rows.show_rows([Row(2, "Bare")])
    assert rows.rows.index(0).data(Qt.ItemDataRole.ToolTipRole) is None
    assert rows.rows.index(0).data(Qt.ItemDataRole.AccessibleTextRole) == "Bare"


def test_markup_in_a_name_stays_text_in_its_tool_tip(rows: RowList) -> None:
    rows.show_rows([Row(1, "x", hint='<img src="file:///etc/x">')])
    assert "<" not in rows.rows.index(0).data(Qt.ItemDataRole.ToolTipRole)


@pytest.mark.parametrize("tone", ["good", "warn", "bad", "violet"])
def test_the_state_is_in_the_colour_of_its_tone(rows: RowList, tone: str) -> None:
    rows.show_rows([Row(1, "", state="■■■", tone=tone)])  # type: ignore[arg-type]
    wanted = "violet_ink" if tone == "violet" else tone
    assert getattr(look.now(), wanted) in colours(rows, 0)


def test_the_bar_shows_how_far_it_is(rows: RowList) -> None:
    worn = look.now()
    rows.show_rows(
        [Row(1, "a", progress=0.5), Row(2, "b", progress=1.0), Row(3, "c", progress=0.0), Row(4, "d")]
    )
    assert {worn.violet, worn.wash_strong} <= colours(rows, 0)
    assert worn.good in colours(rows, 1)
    assert worn.violet not in colours(rows, 2)
    assert worn.wash_strong in colours(rows, 2)
    assert worn.wash_strong not in colours(rows, 3)


def test_what_is_chosen_is_painted_so(rows: RowList) -> None:
    rows.show_rows(some(2))
    rows.choose("key 1")
    assert look.now().wash_strong in colours(rows, 1)
    assert look.now().wash_strong not in colours(rows, 0)
    flag = QItemSelectionModel.SelectionFlag.Clear
    rows.selectionModel().select(rows.rows.index(0), flag)
    assert look.now().wash_strong not in colours(rows, 1)


def test_a_long_name_is_cut_before_what_stands_at_the_right(rows: RowList) -> None:
    """The right end of both lines belongs to what stands there, however long the rest is."""

    def right_end(row: Row) -> list[QColor]:
        rows.show_rows([row])
        image = rows.viewport().grab(rows.visualRect(rows.rows.index(0))).toImage()
        across = range(image.width() - 32, image.width())
        return [image.pixelColor(x, y) for x in across for y in range(image.height())]

    short = Row(1, "", right="■■", state="■■")
    long = replace(short, title="Wide " * 40, under="Wide " * 60)
    assert right_end(long) == right_end(short)


def test_ten_thousand_rows_are_shown_and_kept_up_quickly(rows: RowList) -> None:
    many = some(10_000)
    began = time.perf_counter()
    rows.show_rows(many)
    rows.grab()
    shown = time.perf_counter() - began
    many[7] = replace(many[7], under="changed")
    began = time.perf_counter()
    rows.show_rows(many)
    rows.grab()
    assert shown < 1.0
    assert time.perf_counter() - began < 0.3
