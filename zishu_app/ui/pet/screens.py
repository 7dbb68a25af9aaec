"""Screens come, go, turn, are scaled otherwise; panels take room. Whoever stands on them is told once it is over."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QPoint, QTimer
from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QWidget

from zishu_app.desktop.base import Desktop

#: milliseconds in which screens come to rest when one is plugged in
REST = 400


class Screens(QObject):
    """Calls `changed` when all of it has come to rest."""

    def __init__(self, owner: QObject, changed: Callable[[], object]) -> None:
        super().__init__(owner)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST)
        self._rest.timeout.connect(changed)
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        for signal in (app.screenAdded, app.screenRemoved, app.primaryScreenChanged):
            signal.connect(self.settle)
        app.screenAdded.connect(self._watch)
        for screen in QGuiApplication.screens():
            self._watch(screen)

    def settle(self, *_: object) -> None:
        """Something has changed."""
        self._rest.start()

    def _watch(self, screen: QScreen) -> None:
        for signal in (screen.availableGeometryChanged, screen.logicalDotsPerInchChanged):
            signal.connect(self.settle)


def filling(desktop: Desktop, window: QWidget) -> str:
    """The program that fills the screen where a window stands, or would; "" where none does."""
    middle = native(window.geometry().center(), window.screen())
    return desktop.full_screen(middle.x(), middle.y()) or ""


def native(point: QPoint, screen: QScreen) -> QPoint:
    """A point as the system counts pixels: Qt scales what lies on a screen, and not where screens lie."""
    corner = screen.geometry().topLeft()
    return corner + (point - corner) * screen.devicePixelRatio()
