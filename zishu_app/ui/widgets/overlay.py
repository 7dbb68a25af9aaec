"""Something that lies over a page for a moment, without stopping it: Escape or a click beside it takes it away."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from zishu_app.ui.theme import look
from zishu_app.ui.theme.tokens import ROOM


class Overlay(QWidget):
    """Shows `card` in the middle of `page`, as large as `size` where there is room for it; a height of 0: as tall as
    what is in it. Whoever had the keyboard before gets it back.
    """

    def __init__(self, page: QWidget, card: QWidget, size: QSize) -> None:
        super().__init__(page)
        self._page, self.card, self._size = page, card, size
        self._before: QWidget | None = None
        card.setParent(self)
        card.setAttribute(Qt.WidgetAttribute.WA_StyledBackground, True)
        page.installEventFilter(self)
        self.hide()

    def open(self, focus: QWidget | None = None, size: QSize | None = None) -> None:
        """Lie over the page; `focus` gets the keyboard. `size`: another one from now on."""
        self._size = size or self._size
        if not self.isVisible():
            self._before = QApplication.focusWidget()
        self._place()
        self.show()
        self.raise_()
        (focus or self.card).setFocus(Qt.FocusReason.OtherFocusReason)

    def close_(self) -> None:
        """Go away."""
        if not self.isVisible():
            return
        self.hide()
        before, self._before = self._before, None
        (before if before is not None and before.isVisible() else self._page).setFocus()

    def _place(self) -> None:
        self.setGeometry(self._page.rect())
        room = self.size() - QSize(2 * ROOM, 2 * ROOM)
        width = min(self._size.width(), room.width())
        size = (
            QSize(width, self._size.height() or self._needed(width))
            .boundedTo(room)
            .expandedTo(QSize(200, 120))
        )
        self.card.resize(size)
        self.card.move((self.width() - size.width()) // 2, max((self.height() - size.height()) // 3, ROOM))

    def _needed(self, width: int) -> int:
        layout = self.card.layout()
        wraps = layout is not None and layout.hasHeightForWidth()
        return layout.heightForWidth(width) if layout is not None and wraps else self.card.sizeHint().height()

    def fit(self) -> None:
        """What is shown has changed its height."""
        if self.isVisible():
            self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """It is as large as its page."""
        # a page that is behind another is resized too, and its overlay is then open without being visible
        if event.type() == QEvent.Type.Resize and not self.isHidden():
            self._place()
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        """No key is a command of the page while it lies here."""
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Escape closes it; no key goes through to the page."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_()
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """A click beside the card closes it."""
        if not self.card.geometry().contains(event.position().toPoint()):
            self.close_()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The page shows through."""
        ground = QColor(look.now().paper)
        ground.setAlpha(190)
        QPainter(self).fillRect(self.rect(), ground)
