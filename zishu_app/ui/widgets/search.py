"""A field to search with; what is typed is told when the typing pauses."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QToolButton

from zishu_app.ui.follow import say, wear
from zishu_app.ui.theme import look
from zishu_app.ui.theme.drawings import pixmap
from zishu_app.ui.theme.icons import put_icon
from zishu_app.ui.widgets.labels import Say

#: milliseconds
PAUSE = 120


class Search(QLineEdit):
    """Ctrl+F of a page leads here; Escape empties it."""

    def __init__(self, hint: Say, searched: Callable[[str], object]) -> None:
        super().__init__()
        self.setProperty("kind", "search")
        self.setClearButtonEnabled(True)
        cross = self.findChild(QToolButton)
        assert cross is not None
        put_icon(cross, "close", "soft", 14)
        wear(self, self.update)

        def speak() -> None:
            self.setPlaceholderText(hint())
            self.setAccessibleName(hint())

        say(self, speak)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self._pause.timeout.connect(self._tell)
        self._searched = searched
        self.returnPressed.connect(self._at_once)
        self.textChanged.connect(lambda _: self._pause.start())

    def event(self, event: QEvent) -> bool:
        """While something stands in it, Escape is the field's, and no panel around it closes."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and self._emptied(event)
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Escape empties it."""
        if self._emptied(event):
            self.clear()
        else:
            super().keyPressEvent(event)

    def _at_once(self) -> None:
        """Enter: nothing more is typed."""
        if self._pause.isActive():
            self._pause.stop()
            self._tell()

    def _tell(self) -> None:
        self._searched(self.text().strip())

    def _emptied(self, event: QKeyEvent) -> bool:
        return event.key() == Qt.Key.Key_Escape and bool(self.text())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The field, and a magnifying glass in it."""
        super().paintEvent(event)
        drawn = pixmap("search", look.now().faint, 18, self.devicePixelRatioF())
        QPainter(self).drawPixmap(12, (self.height() - 18) // 2, drawn)
