"""One who scrolls past a field does not change it."""

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from zishu_app.ui.widgets.numbers import Bounds, Number


def turn_wheel(field: QWidget) -> None:
    turned = QWheelEvent(
        QPointF(5, 5),
        QPointF(field.mapToGlobal(QPoint(5, 5))),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(field, turned)


def test_the_wheel_changes_only_a_field_that_is_worked_on(app: QApplication) -> None:
    window = QWidget()
    layout = QVBoxLayout(window)
    one, other = (Number(lambda: "rounds", Bounds(1, 9), lambda: None) for _ in range(2))
    layout.addWidget(one)
    layout.addWidget(other)
    window.show()
    window.activateWindow()
    other.setFocus()
    app.processEvents()
    for field in (one, other):
        turn_wheel(field)
    assert (one.value(), other.value()) == (1, 2)
