"""A tile is pressed as a whole, by mouse and by keyboard, and says what it is."""

from collections.abc import Iterator

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from zishu_app.ui.theme import look
from zishu_app.ui.widgets.cards import column
from zishu_app.ui.widgets.labels import label
from zishu_app.ui.widgets.tile import Tile


@pytest.fixture
def pressed() -> list[str]:
    return []


@pytest.fixture
def tile(app: QApplication, pressed: list[str]) -> Iterator[Tile]:
    words = label("small", lambda: "a long sentence about what happens when this is pressed", wrap=True)
    made = Tile(column(label("lead", lambda: "Name"), words), lambda: pressed.append("x"))
    made.resize(200, 80)
    made.show()
    yield made
    shiboken6.delete(made)


def test_it_is_pressed_on_its_words_by_enter_and_by_space(tile: Tile, pressed: list[str]) -> None:
    words = tile.findChildren(type(label("")))[1]
    QTest.mouseClick(tile, Qt.MouseButton.LeftButton, pos=words.geometry().center())
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
        QTest.keyClick(tile, key)
    assert len(pressed) == 4


def test_it_cannot_be_pressed_while_it_leads_nowhere(tile: Tile, pressed: list[str]) -> None:
    tile.setEnabled(False)
    QTest.mouseClick(tile, Qt.MouseButton.LeftButton)
    tile.click()
    assert pressed == []


def test_it_is_as_high_as_its_words_need(tile: Tile) -> None:
    assert tile.heightForWidth(120) > tile.heightForWidth(400)


def test_the_keyboard_is_seen_at_it(tile: Tile, app: QApplication) -> None:
    def violet() -> int:
        image = tile.grab().toImage()
        return sum(image.pixelColor(x, 40).name().upper() == look.now().violet for x in range(image.width()))

    before = violet()
    tile.activateWindow()
    tile.setFocus()
    app.processEvents()
    assert tile.hasFocus()
    assert violet() > before
