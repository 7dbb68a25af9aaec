"""She slides out from behind an edge, and back when the pointer has left her for a moment."""

from PySide6.QtCore import QEasingCurve, QObject, QPoint, QPropertyAnimation, QTimer, Signal
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QWidget

#: milliseconds of a slide, and between two looks at whether the pointer has left her
TAKES, LOOK = 220, 500


class Slide(QObject):
    """Moves a widget to the side."""

    moved = Signal()

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._widget, self._home = widget, 0
        self._way = QPropertyAnimation(widget, b"pos", self)
        self._way.setDuration(TAKES)
        self._way.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._way.valueChanged.connect(lambda _: self.moved.emit())
        self._away = QTimer(self)
        self._away.setInterval(LOOK)
        self._away.timeout.connect(self._look)

    def out(self, x: int) -> None:
        """Come out as far as there."""
        self._away.stop()
        self._to(x)

    def back(self, x: int) -> None:
        """Go back there as soon as the pointer is not even beside her."""
        self._home = x
        self._away.start()

    def stop(self) -> None:
        """Stay."""
        self._away.stop()
        self._way.stop()

    def _look(self) -> None:
        if not self._widget.frameGeometry().contains(QCursor.pos()):
            self._away.stop()
            self._to(self._home)

    def _to(self, x: int) -> None:
        self._way.stop()
        self._way.setStartValue(self._widget.pos())
        self._way.setEndValue(QPoint(x, self._widget.y()))
        self._way.start()
