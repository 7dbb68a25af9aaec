"""Lies over a page while files are dragged over it: the whole of it is a place to drop."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLineEdit, QWidget

from zishu_app.ui.theme import look
from zishu_app.ui.theme.fonts import font
from zishu_app.ui.theme.tokens import GAP, ROUND_LARGE, TITLE
from zishu_app.ui.widgets.labels import Say


class Veil(QWidget):
    """`take` hears the files and folders that were dropped on `page`. Make it when the page is whole."""

    def __init__(self, page: QWidget, text: Say, take: Callable[[Sequence[Path]], object]) -> None:
        super().__init__(page)
        self._text, self._take = text, take
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        for field in page.findChildren(QLineEdit):
            field.setAcceptDrops(False)  # a path dropped on a search is not searched for
        page.setAcceptDrops(True)
        page.installEventFilter(self)

    def eventFilter(self, page: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Drags over the page, and its size."""
        if isinstance(event, QDragEnterEvent) and dropped(event.mimeData()):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.raise_()
            self.show()
            return True
        if event.type() == QEvent.Type.DragLeave:
            self.hide()
        elif event.type() == QEvent.Type.Drop and isinstance(event, QDropEvent):
            self.hide()
            event.accept()
            self._take(dropped(event.mimeData()))
            return True
        elif event.type() == QEvent.Type.Resize and isinstance(page, QWidget):
            self.setGeometry(page.rect())
        return super().eventFilter(page, event)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """See QWidget."""
        worn, painter = look.now(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QColor(worn.wash)
        ground.setAlpha(225)
        painter.setBrush(ground)
        painter.setPen(QPen(QColor(worn.violet), 2, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(self.rect().adjusted(GAP, GAP, -GAP, -GAP), ROUND_LARGE, ROUND_LARGE)
        painter.setPen(QColor(worn.violet_ink))
        painter.setFont(font(TITLE))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._text())


def dropped(data: QMimeData) -> list[Path]:
    """The files and folders of a drag."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
