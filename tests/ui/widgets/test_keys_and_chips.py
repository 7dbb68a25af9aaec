"""Small things that are worked with keys: chips, buttons that show their key, what lies over a page."""

from collections.abc import Iterator

import pytest
import shiboken6
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from zishu_app.ui.widgets.chips import Chooser, Option, Removable
from zishu_app.ui.widgets.flow import Flow, emptied
from zishu_app.ui.widgets.keycap import KeyButton, key_width
from zishu_app.ui.widgets.overlay import Overlay


@pytest.fixture
def page(app: QApplication) -> Iterator[QWidget]:
    made = QWidget()
    made.setLayout(QVBoxLayout())
    made.resize(400, 300)
    made.show()
    yield made
    shiboken6.delete(made)


def chips_of(widget: QWidget) -> list[QPushButton]:
    return [one for one in widget.findChildren(QPushButton) if not one.isHidden()]


def test_parts_go_on_in_the_next_line_where_there_is_no_room(app: QApplication) -> None:
    parts = [QLabel(str(number)) for number in range(5)]
    for part in parts:
        part.setFixedSize(90, 20)
    holder = QWidget()
    flow = Flow(*parts, gap=10)
    holder.setLayout(flow)
    holder.resize(300, 100)
    holder.show()
    assert [part.pos().y() for part in parts] == [0, 0, 0, 30, 30]
    assert flow.heightForWidth(300) == 50
    assert flow.heightForWidth(1000) == 20
    parts[0].hide()
    assert flow.heightForWidth(400) == 20
    emptied(flow)
    assert flow.count() == 0
    assert flow.heightForWidth(300) == 0
    shiboken6.delete(holder)


def test_any_number_of_chips_is_on_and_the_arrows_go_to_the_neighbours(page: QWidget) -> None:
    turned: list[tuple[object, bool]] = []
    chooser = Chooser(lambda key, on: turned.append((key, on)))
    page.layout().addWidget(chooser)  # type: ignore[union-attr]
    chooser.show_options([Option("a", "A", 1200), Option("b", "B", on=True)])
    first, second = chips_of(chooser)
    assert (first.text(), first.isChecked(), second.isChecked()) == ("A  1,200", False, True)
    first.setFocus()
    QTest.keyClick(first, Qt.Key.Key_Return)
    QTest.keyClick(second, Qt.Key.Key_Space)
    assert turned == [("a", True), ("b", False)]
    chooser.show_options([Option("a", "A", 3), Option("b", "B", on=True)])
    assert chips_of(chooser) == [first, second], "what stays is not built anew"
    assert turned == [("a", True), ("b", False)], "and what is shown is no choice"


def test_a_chip_is_taken_away_with_delete(page: QWidget) -> None:
    removed: list[int] = []
    chips = Removable(removed.append)
    page.layout().addWidget(chips)  # type: ignore[union-attr]
    chips.show_texts(["one", "two"])
    one, two = chips_of(chips)
    assert two.accessibleName() == "Remove: two"
    QTest.keyClick(two, Qt.Key.Key_Delete)
    one.click()
    assert removed == [1, 0]
    chips.show_texts([])
    assert chips.isHidden()


def test_a_button_shows_its_key_and_is_pressed_with_enter(page: QWidget) -> None:
    pressed: list[int] = []
    button = KeyButton(lambda: "Accept", "Ctrl+K", lambda: pressed.append(1), icon="check")
    page.layout().addWidget(button)  # type: ignore[union-attr]
    assert button.toolTip() == "Accept (Ctrl+K)"
    QTest.keyClick(button, Qt.Key.Key_Return)
    assert pressed == [1]
    wide = button.sizeHint().width()
    button.narrow(True)
    assert button.text() == ""
    assert button.accessibleName() == "Accept"
    assert button.sizeHint().width() < wide - key_width("Ctrl+K"), (
        "beside an icon alone a long key is left out"
    )


def test_what_lies_over_a_page_goes_with_escape_and_gives_the_keyboard_back(page: QWidget) -> None:
    field, card = QLineEdit(), QLineEdit()
    page.layout().addWidget(field)  # type: ignore[union-attr]
    page.activateWindow()
    QTest.qWaitForWindowActive(page)
    field.setFocus()
    overlay = Overlay(page, card, QSize(900, 40))
    overlay.open(card)
    assert overlay.geometry() == page.rect()
    assert card.width() == page.width() - 40, "never wider than the page"
    assert QApplication.focusWidget() is card
    page.resize(500, 300)
    assert overlay.width() == 500
    QTest.keyClick(card, Qt.Key.Key_Escape)
    assert overlay.isHidden()
    assert QApplication.focusWidget() is field
    overlay.open(card)
    QTest.mouseClick(overlay, Qt.MouseButton.LeftButton, pos=page.rect().bottomLeft())
    assert overlay.isHidden()
