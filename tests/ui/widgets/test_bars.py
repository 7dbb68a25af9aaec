"""Bars and histograms: what they show, to the eye and to a screen reader, and how they are picked."""

from collections.abc import Iterator

import pytest
import shiboken6
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QHelpEvent, QImage, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from zishu_app.core.texts import set_language
from zishu_app.ui.follow import LANGUAGE
from zishu_app.ui.theme import look
from zishu_app.ui.widgets.bars import ROW, Bars, Tally
from zishu_app.ui.widgets.histogram import Bin, Histogram

ROWS = [
    Tally("a", "Apples", 120, "Apples: 120 samples, 80 %"),
    Tally("b", "Pears", 30),
    Tally("c", "Plums", 0),
]


@pytest.fixture
def picked() -> list[object]:
    return []


@pytest.fixture
def bars(app: QApplication, picked: list[object]) -> Iterator[Bars]:
    made = Bars(picked.append)
    made.resize(400, 100)
    made.show_tallies(ROWS)
    made.show()
    yield made
    shiboken6.delete(made)


@pytest.fixture
def histogram(app: QApplication, picked: list[object]) -> Iterator[Histogram]:
    made = Histogram(lambda: "Lengths", picked.append)
    made.resize(420, 148)
    made.show_bins(
        [Bin(n, str(10 * at), f"{10 * at}–{10 * at + 10} tokens", at) for at, n in enumerate([5, 20, 0, 1])],
        "40",
        "median 14",
    )
    made.show()
    yield made
    shiboken6.delete(made)


def painted(widget: QWidget, colour: str, top: int, bottom: int) -> int:
    """Pixels of a colour between two lines."""
    image: QImage = widget.grab().toImage()
    wanted = QColor(colour)
    return sum(
        image.pixelColor(x, y) == wanted
        for y in range(top, min(bottom, image.height()))
        for x in range(image.width())
    )


def test_a_bar_is_as_long_as_its_count(bars: Bars) -> None:
    violet = look.now().violet
    long, short, none = (
        painted(bars.viewport(), violet, at * ROW + 4, at * ROW + ROW - 4) for at in range(3)
    )
    assert 3.2 < long / short < 4.8
    assert none == 0


def test_it_is_as_high_as_its_rows(bars: Bars) -> None:
    assert bars.height() == 3 * ROW + 2
    bars.show_tallies(ROWS[:1])
    assert bars.height() == ROW + 2


def test_a_row_is_told_to_who_does_not_see(bars: Bars) -> None:
    model = bars.model()
    told = [model.data(model.index(row, 0), Qt.ItemDataRole.AccessibleTextRole) for row in range(3)]
    assert told == ["Apples: 120 samples, 80 %", "Pears: 30", "Plums: 0"]
    assert model.data(model.index(0, 0), Qt.ItemDataRole.ToolTipRole) == "Apples: 120 samples, 80 %"


def test_a_row_is_picked_by_mouse_and_keyboard(bars: Bars, picked: list[object]) -> None:
    place = bars.visualRect(bars.model().index(1, 0)).center()
    QTest.mouseClick(bars.viewport(), Qt.MouseButton.LeftButton, pos=place)
    QTest.keyClick(bars, Qt.Key.Key_Up)
    QTest.keyClick(bars, Qt.Key.Key_Return)
    QTest.keyClick(bars, Qt.Key.Key_End)
    QTest.keyClick(bars, Qt.Key.Key_Space)
    assert picked == ["b", "a", "c"]


def test_bars_that_nobody_listens_to_are_only_looked_at(app: QApplication) -> None:
    made = Bars()
    made.show_tallies(ROWS)
    QTest.keyClick(made, Qt.Key.Key_Return)
    shiboken6.delete(made)


def test_the_same_rows_with_other_counts_keep_the_one_that_is_looked_at(bars: Bars) -> None:
    bars.setCurrentIndex(bars.model().index(1, 0))
    bars.show_tallies([Tally("a", "Apples", 1), Tally("b", "Pears", 2), Tally("c", "Plums", 3)])
    assert bars.currentIndex().row() == 1
    bars.show_tallies([])
    assert bars.tallies == []


def hover(histogram: Histogram, x: float) -> None:
    none = Qt.MouseButton.NoButton
    event = QMouseEvent(
        QEvent.Type.MouseMove, QPointF(x, 60), QPointF(x, 60), none, none, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(histogram, event)


def test_a_histogram_tells_the_bar_under_the_pointer(histogram: Histogram) -> None:
    assert histogram.told() == "median 14"
    hover(histogram, 80)
    assert histogram.told() == "10–20 tokens · 20 samples"
    assert histogram.accessibleName() == "Lengths: 10–20 tokens · 20 samples"
    hover(histogram, 300)
    assert histogram.current == -1, "no bar is that far to the right"
    QApplication.sendEvent(histogram, QEvent(QEvent.Type.Leave))
    assert histogram.told() == "median 14"


def test_a_histogram_is_walked_through_with_the_arrow_keys(
    histogram: Histogram, picked: list[object]
) -> None:
    for key, told in (
        (Qt.Key.Key_Right, "0–10 tokens · 5 samples"),
        (Qt.Key.Key_End, "30–40 tokens · 1 sample"),
        (Qt.Key.Key_Right, "30–40 tokens · 1 sample"),
        (Qt.Key.Key_Left, "20–30 tokens · 0 samples"),
        (Qt.Key.Key_Home, "0–10 tokens · 5 samples"),
    ):
        QTest.keyClick(histogram, key)
        assert histogram.told() == told
    QTest.keyClick(histogram, Qt.Key.Key_Return)
    QTest.mouseClick(histogram, Qt.MouseButton.LeftButton, pos=QPoint(20, 60))
    assert picked == [0, 0]


def test_an_empty_bar_leads_nowhere(histogram: Histogram, picked: list[object]) -> None:
    QTest.keyClick(histogram, Qt.Key.Key_End)
    QTest.keyClick(histogram, Qt.Key.Key_Left)
    QTest.keyClick(histogram, Qt.Key.Key_Return)
    assert picked == []


def test_a_histogram_follows_the_language_and_the_look(
    histogram: Histogram, app: QApplication, tmp_path_factory: pytest.TempPathFactory
) -> None:
    QTest.keyClick(histogram, Qt.Key.Key_Right)
    set_language("zh")
    LANGUAGE.changed()
    assert histogram.accessibleName().endswith("5 个样本")
    before = painted(histogram, look.now().violet, 0, 148)
    look.put_on(app, "dark", tmp_path_factory.mktemp("looks"))
    assert before
    assert painted(histogram, look.now().violet, 0, 148)


def test_no_bins_are_no_bars(histogram: Histogram) -> None:
    histogram.show_bins([])
    QTest.keyClick(histogram, Qt.Key.Key_Right)
    assert histogram.current == -1
    assert painted(histogram, look.now().violet, 30, 130) == 0


def test_there_is_a_tool_tip_where_something_is_hidden(bars: Bars) -> None:
    place = bars.visualRect(bars.model().index(0, 0)).center()
    event = QHelpEvent(QEvent.Type.ToolTip, place, bars.viewport().mapToGlobal(place))
    assert QApplication.sendEvent(bars.viewport(), event)
