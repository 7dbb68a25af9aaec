"""Words and figures that are pressed as a whole: quiet until the pointer is over them, or the keyboard is at them."""

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLayout, QSizePolicy, QWidget

from zishu_app.ui.theme import look
from zishu_app.ui.theme.tokens import ROUND
from zishu_app.ui.widgets.whole import Whole, let_through


class Tile(Whole):
    """`inside` are labels; `do` is done when it is pressed: by mouse, Enter or Space."""

    def __init__(self, inside: QLayout, do: Callable[[], object]) -> None:
        super().__init__()
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setLayout(inside)
        let_through(*self.findChildren(QWidget))
        self.clicked.connect(lambda *_: do())

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As much as its words need."""
        layout = self.layout()
        return layout.sizeHint() if layout is not None else super().sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The ground; the words are labels on it."""
        worn, painter = look.now(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(worn.violet), 2) if self.hasFocus() else Qt.PenStyle.NoPen)
        over = self.underMouse() and self.isEnabled()
        painter.setBrush(QColor(worn.wash) if over else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), ROUND, ROUND)
