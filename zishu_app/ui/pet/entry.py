"""Where the person writes to her: a small field right under her. Enter sends, Shift+Enter begins a new line.

Enter belongs to the input method while it composes: a word that is being put together is never sent.
"""

import math

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QInputMethodEvent,
    QKeyEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QRegion,
)
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from zishu_app.core.texts import t
from zishu_app.ui.follow import LOOK, say
from zishu_app.ui.pet.beside import Box, entry
from zishu_app.ui.pet.carry import areas
from zishu_app.ui.theme import look
from zishu_app.ui.theme.tokens import NEAR, ROUND_LARGE
from zishu_app.ui.widgets.buttons import icon_button
from zishu_app.ui.widgets.cards import row
from zishu_app.ui.widgets.labels import set_kind

#: pixels: its width, the most height before the text scrolls, the border around the text, and the button beside it
WIDTH, HIGH, BORDER, BUTTON = 300, 120, 2, 26
#: sayings that can be called back with the arrow keys
REMEMBERED = 50


class EntryField(QPlainTextEdit):
    """The text itself."""

    sent = Signal(str)
    left = Signal()
    grown = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(BORDER)
        self._composing = False
        self._past: list[str] = []
        self._back = 0
        self.textChanged.connect(self._grow)
        self._grow()

    @property
    def composing(self) -> bool:
        """Whether an input method is putting a word together."""
        return self._composing

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:  # noqa: N802 - Qt's name
        """See QWidget."""
        self._composing = bool(event.preeditString())
        super().inputMethodEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """See QWidget."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and self._composing:
            return  # it ends the word, and nothing else
        if enter and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._send()
        elif event.key() == Qt.Key.Key_Escape and not self._composing:
            self.left.emit()
        elif event.key() == Qt.Key.Key_Up and not self.textCursor().blockNumber():
            self._call_back(1)
        elif event.key() == Qt.Key.Key_Down and self._back:
            self._call_back(-1)
        else:
            super().keyPressEvent(event)

    def _send(self) -> None:
        text = self.toPlainText().strip()
        if not text:
            return
        self._past = [*self._past[-REMEMBERED:], text]
        self._back = 0
        self.clear()
        self.sent.emit(text)

    def _call_back(self, step: int) -> None:
        """What was sent before."""
        wanted = min(max(self._back + step, 0), len(self._past))
        if wanted == self._back:
            return
        self._back = wanted
        self.setPlainText(self._past[-wanted] if wanted else "")
        self.moveCursor(self.textCursor().MoveOperation.End)

    def _grow(self) -> None:
        # as high as its lines are, with whatever letters: one line then stands in the middle, beside the button
        lines = self.blockBoundingGeometry(self.document().lastBlock()).bottom() + BORDER
        height = min(math.ceil(lines), HIGH)
        if height != self.height():
            self.setFixedHeight(height)
            self.grown.emit()


class Entry(QWidget):
    """The field in its window."""

    sent = Signal(str)
    closed = Signal()

    def __init__(self, *, solid: bool = False) -> None:
        super().__init__(
            None,
            Qt.WindowType.FramelessWindowHint | Qt.WindowType.Tool | Qt.WindowType.WindowStaysOnTopHint,
        )
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)  # see window: a compositor may come
        self._solid = solid
        self._her = Box(0, 0, 0, 0)
        self.field = EntryField()
        say(self.field, lambda: self.field.setPlaceholderText(t("跟她说点什么……", "Say something to her …")))
        say(self.field, lambda: self.field.setAccessibleName(t("跟她说话", "Talk with her")))
        send = icon_button("send", lambda: t("发送（Enter）", "Send (Enter)"), self.field._send)
        set_kind(send, "small")
        send.setFixedSize(BUTTON, BUTTON)
        inside = row(self.field, send, gap=NEAR)
        inside.setContentsMargins(18, 12, 12, 12)
        self.setLayout(inside)
        self.setFixedWidth(WIDTH)
        self.field.sent.connect(self.sent)
        self.field.left.connect(self.leave)
        self.field.grown.connect(self._settle)
        LOOK.follow(self, self._dress)

    def open(self) -> None:
        """Show it, ready to be written into."""
        self._settle()
        self.show()
        self.raise_()
        self.activateWindow()
        self.field.setFocus()

    def leave(self) -> None:
        """Go; what was written stays for the next time."""
        self.hide()
        self.closed.emit()

    def follow(self, her: Box) -> None:
        """She stands here now."""
        self._her = her
        if self.isVisible():
            self._settle()

    def set_solid(self, solid: bool) -> None:
        """The compositor has gone, or one has come."""
        self._solid = solid
        self._settle()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """See QWidget."""
        return QSize(WIDTH, max(self.field.height(), BUTTON) + 24)

    def _settle(self) -> None:
        self.setFixedHeight(self.sizeHint().height())
        middle = QPoint(self._her.left + self._her.width // 2, self._her.top + self._her.height // 2)
        every = areas()
        area = next((one for one in every if one.holds(middle.x(), middle.y())), every[0])
        self.move(*entry(self._her, (self.width(), self.height()), area))
        if self._solid:
            outline = QPainterPath()
            outline.addRoundedRect(self._box().adjusted(-1, -1, 1, 1), ROUND_LARGE, ROUND_LARGE)
            self.setMask(QRegion(outline.toFillPolygon().toPolygon()))
        else:
            self.clearMask()

    def _box(self) -> QRectF:
        """What is painted of it."""
        return QRectF(self.rect()).adjusted(6, 5, -6, -5)

    def _dress(self) -> None:
        worn = look.now()
        self.field.setStyleSheet(
            f"background: transparent; color: {worn.ink}; border: none; padding: 0; min-height: 0"
        )
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """See QWidget."""
        worn = look.now()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(worn.violet), 1.5))
        painter.setBrush(QColor(worn.raised))
        painter.drawRoundedRect(self._box(), ROUND_LARGE, ROUND_LARGE)
