"""The round corners of a menu: translucent where there is a compositor, cut off where there is none. Either may come or go."""

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QPainterPath, QRegion
from PySide6.QtWidgets import QMenu

from zishu_app.ui.theme.tokens import ROUND


class Corners(QObject):
    """Of one menu; goes with it. `solid`: there is no compositor."""

    def __init__(self, menu: QMenu, *, solid: bool) -> None:
        super().__init__(menu)
        self._menu, self._solid = menu, solid
        menu.setWindowFlag(Qt.WindowType.FramelessWindowHint)
        menu.setWindowFlag(Qt.WindowType.NoDropShadowWindowHint)
        menu.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)  # see window: a compositor may come
        menu.installEventFilter(self)

    def set_solid(self, solid: bool) -> None:
        """The compositor has gone, or one has come."""
        self._solid = solid
        self._settle()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """As large as the menu is."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Show):
            self._settle()
        return super().eventFilter(watched, event)

    def _settle(self) -> None:
        if self._solid:
            outline = QPainterPath()
            outline.addRoundedRect(QRectF(self._menu.rect()), ROUND, ROUND)
            self._menu.setMask(QRegion(outline.toFillPolygon().toPolygon()))
        elif not self._menu.mask().isEmpty():
            self._menu.clearMask()
