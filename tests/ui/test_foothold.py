"""The keyboard stays where it is when what had it is disabled or hidden, and nothing scrolls by itself."""

from collections.abc import Iterator
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget

from tests.ui.conftest import Run
from zishu_app.ui import window as window_module
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import boxed, column, scrolled
from zishu_app.ui.window import Window
from zishu_app.ui.workbench import Workbench


class LongPage(QWidget):
    """A group of three buttons at its head, and one more far below."""

    def __init__(self) -> None:
        super().__init__()
        self.pressed: list[str] = []
        self.first, self.second, self.third, self.far = (
            button(lambda name=name: name, lambda name=name: self.pressed.append(name))  # type: ignore[misc]
            for name in ("first", "second", "third", "far")
        )
        self.group = boxed(column(self.first, self.second, self.third))
        self.area = scrolled(column(self.group, 3000, self.far, None))
        whole = column(gap=0)
        whole.addWidget(self.area)
        self.setLayout(whole)

    @property
    def scrolled_to(self) -> int:
        return self.area.verticalScrollBar().value()


@pytest.fixture
def page(bench: Workbench, run: Run[Any], monkeypatch: pytest.MonkeyPatch) -> Iterator[LongPage]:
    made = LongPage()
    monkeypatch.setitem(window_module.PAGES, "make", lambda _bench: made)
    window = Window(bench.house, lambda: None)
    window.show()
    window.go("make")
    window.activateWindow()
    assert QTest.qWaitForWindowActive(window)
    yield made
    run(window.tasks.end())
    shiboken6.delete(window)


def focus(page: LongPage) -> QWidget | None:
    return page.window().focusWidget()


def alone(page: LongPage, *usable: QPushButton) -> None:
    """Only these of the group can be used."""
    for one in (page.first, page.second, page.third):
        one.setEnabled(one in usable)


def test_a_button_that_is_disabled_while_it_works_has_the_keyboard_again_afterwards(page: LongPage) -> None:
    page.second.setFocus()
    alone(page)
    assert page.scrolled_to == 0, "nothing scrolls by itself"
    assert focus(page) is page.group
    QTest.keyClick(page.group, Qt.Key.Key_Space)
    assert page.pressed == [], "nothing is pressed that nobody chose"
    alone(page, page.first, page.second, page.third)
    assert focus(page) is page.second


def test_a_button_that_gives_way_to_another_scrolls_nothing(page: LongPage) -> None:
    page.first.setFocus()
    page.first.hide()
    page.second.hide()
    page.third.hide()
    assert page.scrolled_to == 0
    page.first.show()
    assert focus(page) is page.first, "it is back, and so is the keyboard"


def test_one_that_waited_far_away_is_not_scrolled_to(page: LongPage) -> None:
    page.second.setFocus()
    bar = page.area.verticalScrollBar()
    bar.setValue(bar.maximum())
    alone(page)
    alone(page, page.second)
    assert page.scrolled_to == bar.maximum(), "somebody has scrolled on meanwhile"
    assert focus(page) is page.second


def test_whoever_moves_the_keyboard_meanwhile_keeps_it(page: LongPage) -> None:
    page.second.setFocus()
    page.second.setEnabled(False)
    page.third.setFocus()
    page.second.setEnabled(True)
    assert focus(page) is page.third


def test_tab_goes_on_from_where_it_was(page: LongPage) -> None:
    page.second.setFocus()
    page.second.setEnabled(False)
    QTest.keyClick(page.group, Qt.Key.Key_Tab)
    assert focus(page) is page.third
    page.third.setEnabled(False)
    QTest.keyClick(page.group, Qt.Key.Key_Tab, Qt.KeyboardModifier.ShiftModifier)
    assert focus(page) is page.first


def test_tab_goes_as_ever(page: LongPage) -> None:
    page.first.setFocus()
    QTest.keyClick(page.first, Qt.Key.Key_Tab)
    assert focus(page) is page.second
    for _ in range(2):
        QTest.keyClick(focus(page), Qt.Key.Key_Tab)
    assert focus(page) is page.far
    assert page.scrolled_to > 0, "it is brought into sight: somebody went there"


def test_a_group_that_is_disabled_as_a_whole_gives_it_back(page: LongPage) -> None:
    page.second.setFocus()
    page.group.setEnabled(False)
    assert page.scrolled_to == 0
    assert focus(page) is not None
    page.group.setEnabled(True)
    assert focus(page) is page.second


def test_a_group_that_is_hidden_after_it_was_disabled(page: LongPage) -> None:
    page.second.setFocus()
    page.second.setEnabled(False)
    page.group.hide()
    assert page.scrolled_to == 0
    page.group.show()
    page.second.setEnabled(True)
    assert focus(page) is page.second


def test_one_that_is_deleted_meanwhile_is_not_waited_for(page: LongPage) -> None:
    page.second.setFocus()
    page.second.hide()
    shiboken6.delete(page.second)
    QTest.keyClick(page.group, Qt.Key.Key_Tab)
    assert focus(page) is page.first
