"""The stall radar as a small curve: 0 lively, 1 stuck, with the line from which a talk counts as stalled."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from zishu_app.core.texts import t
from zishu_app.ui.follow import LOOK, say
from zishu_app.ui.theme import look

#: from here on a talk is stalled (dialogue/stall)
STALLED = 0.5


class Curve(QWidget):
    """Scores by round, with marks where the topic was shifted."""

    def __init__(self) -> None:
        super().__init__()
        self._scores: list[float] = []
        self._shifts: set[int] = set()
        self.setFixedHeight(44)
        self.setMinimumWidth(120)
        LOOK.follow(self, self.update)
        say(self, self._speak)

    def show_scores(self, scores: Sequence[float], shifts: Sequence[int] = ()) -> None:
        """One score a round; `shifts`: rounds in which the topic was shifted."""
        if (list(scores), set(shifts)) != (self._scores, self._shifts):
            self._scores, self._shifts = list(scores), set(shifts)
            self._speak()
            self.update()

    def _speak(self) -> None:
        now = f"{self._scores[-1]:.2f}" if self._scores else "–"
        told = t(
            f"停滞雷达：{now}（达到 0.5 即停滞）", f"Stall radar: {now} (from 0.5 on the talk has stalled)"
        )
        self.setToolTip(told)
        self.setAccessibleName(told)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """See QWidget."""
        worn, painter = look.now(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        inside = QRectF(self.rect()).adjusted(6, 5, -6, -5)
        limit = inside.bottom() - STALLED * inside.height()
        painter.setPen(QPen(QColor(worn.outline), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(inside.left(), limit), QPointF(inside.right(), limit))
        if not self._scores:
            return
        points = self._points(inside)
        line = QPainterPath(points[0])
        for point in points[1:]:
            line.lineTo(point)
        area = QPainterPath(line)
        area.lineTo(points[-1].x(), inside.bottom())
        area.lineTo(points[0].x(), inside.bottom())
        painter.fillPath(area, QColor(worn.wash_strong))
        stalled = self._scores[-1] >= STALLED
        painter.setPen(QPen(QColor(worn.violet), 2))
        painter.drawPath(line)
        painter.setPen(Qt.PenStyle.NoPen)
        for number in self._shifts:
            if 0 <= number < len(points):
                painter.setBrush(QColor(worn.shift))
                painter.drawEllipse(QPointF(points[number].x(), inside.top()), 3, 3)
        painter.setBrush(QColor(worn.bad if stalled else worn.violet))
        painter.drawEllipse(points[-1], 4, 4)

    def _points(self, inside: QRectF) -> list[QPointF]:
        step = inside.width() / max(len(self._scores) - 1, 1)
        return [
            QPointF(inside.left() + number * step, inside.bottom() - min(score, 1.0) * inside.height())
            for number, score in enumerate(self._scores)
        ]
