"""How far something is: a thin bar; with a mark where it is meant to be."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from zishu_app.ui.follow import LOOK
from zishu_app.ui.theme import look

HEIGHT = 6


def paint_bar(painter: QPainter, place: QRectF, share: float, colour: str = "") -> None:
    """Paint a bar into `place`; `share` 0 to 1."""
    worn = look.now()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(worn.wash_strong))
    round_ = place.height() / 2
    painter.drawRoundedRect(place, round_, round_)
    if share <= 0:
        return
    done = QRectF(place)
    done.setWidth(max(place.width() * min(share, 1.0), place.height()))
    painter.setBrush(QColor(colour or worn.violet))
    painter.drawRoundedRect(done, round_, round_)


class Bar(QWidget):
    """A thin bar."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(HEIGHT + 4)
        self._share = 0.0
        self._mark: float | None = None
        LOOK.follow(self, self.update)

    def set_share(self, share: float, mark: float | None = None) -> None:
        """Both 0 to 1. `mark`: where it is meant to be."""
        if (share, mark) != (self._share, self._mark):
            self._share, self._mark = share, mark
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """See QWidget."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_bar(painter, QRectF(0, 2, self.width(), HEIGHT), self._share)
        if self._mark is not None:
            painter.setBrush(QColor(look.now().ink))
            x = min(self._mark, 1.0) * (self.width() - 2)
            painter.drawRoundedRect(QRectF(x, 0, 2, HEIGHT + 4), 1, 1)
