"""Lines over steps: painted fast however many there are, and told to whoever cannot see them."""

import math
import random

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from zishu_app.ui.widgets.chart import Chart, Line
from zishu_app.ui.widgets.scale import room_around, scale
from zishu_app.ui.widgets.trace import Smoothed, Trace


def filled(count: int) -> Smoothed:
    both, chance = Smoothed(), random.Random(7)
    for step in range(1, count + 1):
        both.put(step, 3 / math.sqrt(step) + chance.random())
    return both


def chart_of(both: Smoothed) -> Chart:
    chart = Chart(
        lambda: "Loss",
        [Line(lambda: "", both.raw, faint=True), Line(lambda: "train", both.smooth)],
    )
    chart.resize(640, 200)
    return chart


def painted(chart: Chart) -> QPixmap:
    drawn = QPixmap(chart.size())
    chart.render(drawn)
    return drawn


def test_what_is_painted_is_as_much_as_it_is_wide(app: QApplication) -> None:
    for count in (100, 100_000):
        chart = chart_of(filled(count))
        assert not painted(chart).isNull()
        buckets = chart._laid_out().buckets.values()
        assert all(len(one) <= chart.width() + 2 for one in buckets)


def moved(chart: Chart, place: QPointF) -> None:
    """The pointer over the chart; sent, for where it really is depends on the test before."""
    none = Qt.MouseButton.NoButton
    event = QMouseEvent(QEvent.Type.MouseMove, place, place, none, none, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(chart, event)


def test_the_values_of_a_step_are_told(app: QApplication) -> None:
    trace = Trace()
    chart = Chart(lambda: "Loss", [Line(lambda: "train", trace)])
    chart.resize(400, 160)
    chart.show()
    assert chart.empty
    painted(chart)
    for step, value in ((10, 3.0), (20, 2.0), (30, 1.5)):
        trace.put(step, value)
    chart.refresh()
    painted(chart)
    assert chart.accessibleName() == "Loss · train 1.5"

    QTest.keyClick(chart, Qt.Key.Key_Left)
    assert chart.told() == "Loss · step 20 · train 2"
    QTest.keyClick(chart, Qt.Key.Key_Home)
    assert chart.step == 10
    QTest.keyClick(chart, Qt.Key.Key_Escape)
    assert chart.step is None
    moved(chart, QPointF(390, 80))
    assert chart.step == 30


def test_a_loss_that_is_no_number_is_seen(app: QApplication) -> None:
    trace = Trace()
    for step, value in ((1, 2.0), (2, math.nan), (3, math.inf)):
        trace.put(step, value)
    chart = Chart(lambda: "Loss", [Line(lambda: "train", trace)])
    chart.resize(400, 160)
    painted(chart)
    assert "not a number" in chart.told()


@given(st.floats(-1e9, 1e9), st.floats(0, 1e9), st.integers(1, 8))
def test_round_numbers_stand_at_the_axis(low: float, wide: float, marks: int) -> None:
    found = scale(low, low + wide, marks)
    assert found.low <= low
    assert found.high >= low + wide
    assert len(found.marks) <= marks + 2
    assert all(found.low - found.step <= one <= found.high + found.step for one in found.marks)
    assert all(found.told(one) for one in found.marks)


def test_there_is_room_around_the_line() -> None:
    assert room_around(0.0, 10.0) == (0.0, 10.6)
    low, high = room_around(5.0, 5.0)
    assert scale(low, high).low < 5 < scale(low, high).high
