"""A card that is chosen as a whole: an icon, a name and a line about it. One of a few beside each other."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QEnterEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QLabel, QSizePolicy

from zishu_app.ui.follow import say, wear
from zishu_app.ui.theme import look
from zishu_app.ui.theme.icons import put_picture
from zishu_app.ui.theme.tokens import GAP, NEAR, ROUND_LARGE
from zishu_app.ui.widgets.cards import column, row
from zishu_app.ui.widgets.labels import Say, label
from zishu_app.ui.widgets.whole import let_through, paint_choice

#: inner margin
PAD = 16


class ChoiceCard(QAbstractButton):
    """Checkable; in a QButtonGroup the arrow keys go from one to the next."""

    def __init__(self, icon: str, name: Say, about: Say) -> None:
        super().__init__()
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover, True)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        mark = QLabel()
        put_picture(mark, icon, 20, "violet_ink", height=24)
        self._name, self._about = name, about
        head, told = label("lead", name), label("small", wrap=True)
        self._told = told
        inside = column(row(mark, head, None, gap=NEAR), told, None, gap=NEAR // 2)
        inside.setContentsMargins(PAD, GAP, PAD, GAP)
        self.setLayout(inside)
        let_through(mark, head, told)
        say(self, self.speak)
        wear(self, self.update)

    def speak(self) -> None:
        """Say again what it is: what there is to say of it may have changed."""
        self._told.setText(self._about())
        self.setAccessibleName(f"{self._name()}. {self._about()}")
        self.updateGeometry()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As much as its words need."""
        layout = self.layout()
        return layout.sizeHint() if layout is not None else super().sizeHint()

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Drawn anew under the pointer."""
        super().enterEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The ground; the words are labels on it."""
        worn = look.now()
        painter = QPainter(self)
        paint_choice(painter, self)
        if self.hasFocus() and self.isChecked():
            painter.setPen(QPen(QColor(worn.ink), 1, Qt.PenStyle.DotLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(
                QRectF(self.rect()).adjusted(5, 5, -5, -5), ROUND_LARGE - 4, ROUND_LARGE - 4
            )
