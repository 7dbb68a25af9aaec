"""The keys come to a list: nothing is opened by that, and one sees where they begin."""

from collections.abc import Iterator

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from zishu_app.ui.theme import look
from zishu_app.ui.widgets.cards import column
from zishu_app.ui.widgets.rows import Row, RowList


@pytest.fixture
def chosen() -> list[object]:
    return []


@pytest.fixture
def before(app: QApplication, chosen: list[object]) -> Iterator[QLineEdit]:
    """A field with a list after it."""
    place, field, rows = QWidget(), QLineEdit(), RowList(chosen.append)
    rows.show_rows([Row(f"key {number}", f"Title {number}") for number in range(3)])
    place.setLayout(column(field, rows))
    place.resize(300, 300)
    place.show()
    place.activateWindow()
    QTest.qWaitForWindowActive(place)
    field.setFocus()
    yield field
    shiboken6.delete(place)


def list_after(field: QLineEdit) -> RowList:
    """Go on to it with Tab."""
    QTest.keyClick(field, Qt.Key.Key_Tab)
    found = QApplication.focusWidget()
    assert isinstance(found, RowList)
    return found


def violet(rows: RowList, number: int) -> bool:
    """Whether there is a ring around a row."""
    image = rows.viewport().grab(rows.visualRect(rows.rows.index(number))).toImage()
    across = range(image.width() // 3, image.width() // 2)
    return any(image.pixelColor(x, y).name().upper() == look.now().violet for x in across for y in range(5))


def test_tab_opens_nothing(before: QLineEdit, chosen: list[object]) -> None:
    rows = list_after(before)
    assert chosen == []
    assert rows.current_key() is None
    assert rows.selectionModel().selectedRows() == []


def test_the_arrow_keys_begin_at_the_row_with_the_ring(before: QLineEdit, chosen: list[object]) -> None:
    rows = list_after(before)
    assert [violet(rows, number) for number in range(3)] == [True, False, False]
    QTest.keyClick(rows, Qt.Key.Key_Down)
    assert chosen == ["key 0"]
    QTest.keyClick(rows, Qt.Key.Key_Down)
    assert chosen == ["key 0", "key 1"]
    assert [violet(rows, number) for number in range(3)] == [False, True, False]


def test_what_was_chosen_is_so_still_when_the_keys_come_back(before: QLineEdit, chosen: list[object]) -> None:
    rows = list_after(before)
    rows.choose("key 2")
    before.setFocus()
    assert not any(violet(rows, number) for number in range(3))
    list_after(before)
    assert (rows.current_key(), chosen) == ("key 2", [])


def test_a_click_chooses_also_where_it_brings_the_keys(before: QLineEdit, chosen: list[object]) -> None:
    rows = before.parentWidget().findChild(RowList)
    place = rows.visualRect(rows.rows.index(1)).center()
    QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert chosen == ["key 1"]
