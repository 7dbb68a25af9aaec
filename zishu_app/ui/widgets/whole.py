"""What is pressed as a whole, and has other widgets on it: by mouse, Enter or Space."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QEnterEvent, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from zishu_app.ui.theme import look
from zishu_app.ui.theme.tokens import ROUND_LARGE


class Whole(QAbstractButton):
    """Drawn anew under the pointer; who inherits it paints it."""

    def __init__(self) -> None:
        super().__init__()
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover, True)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Enter presses it too."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Drawn anew under the pointer."""
        super().enterEvent(event)
        self.update()


def let_through(*parts: QWidget) -> None:
    """A click on one of these is one on what they lie on."""
    for part in parts:
        part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, True)


def paint_choice(painter: QPainter, card: QAbstractButton) -> None:
    """The ground of a card of which one is chosen."""
    worn = look.now()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    strong = card.isChecked() or card.hasFocus()
    width = 2.0 if strong else 1.0
    colour = worn.violet if strong else worn.outline if card.underMouse() else worn.line
    painter.setPen(QPen(QColor(colour), width))
    painter.setBrush(QColor(worn.wash if card.isChecked() else worn.surface))
    inset = width / 2
    painter.drawRoundedRect(
        QRectF(card.rect()).adjusted(inset, inset, -inset, -inset), ROUND_LARGE, ROUND_LARGE
    )
