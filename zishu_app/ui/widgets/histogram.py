"""How often values of each size occur: standing bars over an axis. One is looked at with the pointer or the arrow keys."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from zishu_app.core.texts import counted, t
from zishu_app.ui.follow import say, wear
from zishu_app.ui.theme import look
from zishu_app.ui.theme.fonts import font
from zishu_app.ui.theme.tokens import ROUND_SMALL, SMALL, TIGHT
from zishu_app.ui.widgets.labels import Say

#: logical pixels: the whole, the line above the bars that tells of one, the line of the axis
HEIGHT, TOLD, AXIS = 148, 22, 20
#: between two bars, and between two labels of the axis
BETWEEN, APART = 2, 14
#: the widest bar
WIDEST = 56


@dataclass(frozen=True, slots=True)
class Bin:
    """Values of one size: how many, and what their edge is called on the axis."""

    count: int
    #: at its left edge on the axis; "": nothing
    edge: str
    #: what it holds, in words: "120–180 tokens"
    name: str
    key: object = None


class Histogram(QWidget):
    """`picked` hears the key of a bar that is clicked, or that Enter is pressed on. `centred`: each bar stands for
    one value, and its label under its middle.
    """

    def __init__(
        self, name: Say, picked: Callable[[object], object] | None = None, *, centred: bool = False
    ) -> None:
        super().__init__()
        self._name, self._picked, self._centred = name, picked, centred
        self._bins: list[Bin] = []
        self._last, self._summary = "", ""
        #: the bar that is looked at; -1: none
        self.current = -1
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        wear(self, self.update)
        say(self, self._speak)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """See QWidget."""
        return QSize(260, HEIGHT)

    @property
    def bins(self) -> list[Bin]:
        """What is shown."""
        return self._bins

    def show_bins(self, bins: Sequence[Bin], last: str = "", summary: str = "") -> None:
        """`last`: at the right end of the axis; `summary`: shown while no bar is looked at ("median 340")."""
        self._bins, self._last, self._summary = list(bins), last, summary
        self.current = self.current if 0 <= self.current < len(bins) else -1
        self._speak()
        self.update()

    def told(self) -> str:
        """Of the bar that is looked at, else of all."""
        if self.current < 0:
            return self._summary
        one = self._bins[self.current]
        samples = t(f"{one.count:,} 个样本", counted(one.count, "sample"))
        return f"{one.name} · {samples}"

    def _speak(self) -> None:
        self.setAccessibleName(f"{self._name()}: {self.told()}")

    def _look(self, number: int) -> None:
        if number != self.current:
            self.current = number
            self._speak()
            self.update()

    def _pick(self) -> None:
        if self._picked is not None and self.current >= 0 and self._bins[self.current].count:
            self._picked(self._bins[self.current].key)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Look at the bar under the pointer, or above or below it."""
        self._look(self._at(event.position()))
        can = self._picked is not None and self.current >= 0 and self._bins[self.current].count
        self.setCursor(Qt.CursorShape.PointingHandCursor if can else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Pick it."""
        if event.button() == Qt.MouseButton.LeftButton and self._at(event.position()) == self.current:
            self._pick()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Nobody looks any more."""
        super().leaveEvent(event)
        self._look(-1)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """See `leaveEvent`."""
        super().focusOutEvent(event)
        self._look(-1)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Arrows go from bar to bar, Enter and Space pick."""
        last = len(self._bins) - 1
        steps = {
            Qt.Key.Key_Left: max(self.current - 1, 0),
            Qt.Key.Key_Right: min(self.current + 1, last),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        key = Qt.Key(event.key())
        if key in steps and self._bins:
            self._look(steps[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._pick()
        else:
            super().keyPressEvent(event)

    def _plot(self) -> QRectF:
        return QRectF(self.rect()).adjusted(TIGHT, TOLD + TIGHT, -TIGHT, -AXIS)

    def _step(self) -> float:
        return min(self._plot().width() / max(len(self._bins), 1), WIDEST)

    def _at(self, place: QPointF) -> int:
        number = int((place.x() - self._plot().left()) // self._step())
        return number if 0 <= number < len(self._bins) else -1

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """See QWidget."""
        worn, painter, plot = look.now(), QPainter(self), self._plot()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus():
            painter.setPen(QPen(QColor(worn.violet), 1))
            painter.drawRoundedRect(
                QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), ROUND_SMALL, ROUND_SMALL
            )
        painter.setPen(QColor(worn.line))
        painter.drawLine(plot.bottomLeft(), plot.bottomRight())
        painter.setFont(font(SMALL))
        painter.setPen(QColor(worn.ink if self.current >= 0 else worn.soft))
        told = painter.fontMetrics().elidedText(self.told(), Qt.TextElideMode.ElideRight, int(plot.width()))
        painter.drawText(QRectF(plot.left(), 2, plot.width(), TOLD), Qt.AlignmentFlag.AlignLeft, told)
        self._paint_bars(painter, plot)
        self._paint_axis(painter, plot)

    def _paint_bars(self, painter: QPainter, plot: QRectF) -> None:
        worn, step = look.now(), self._step()
        most = max((one.count for one in self._bins), default=0)
        painter.setPen(Qt.PenStyle.NoPen)
        for number, one in enumerate(self._bins):
            left = plot.left() + number * step
            if number == self.current:
                painter.setBrush(QColor(worn.wash))
                painter.drawRect(QRectF(left, plot.top() - 2, step, plot.height() + 2))
            if one.count:
                high = max(plot.height() * one.count / most, 2)
                bar = QRectF(left + BETWEEN / 2, plot.bottom() - high, max(step - BETWEEN, 1), high)
                painter.fillPath(
                    _rounded(bar), QColor(worn.violet_hover if number == self.current else worn.violet)
                )

    def _paint_axis(self, painter: QPainter, plot: QRectF) -> None:
        """Every label, or every second, third ... one, as there is room; what stands at the right end is kept clear."""
        metrics, step = QFontMetrics(font(SMALL)), self._step()
        painter.setPen(QColor(look.now().soft))
        base, end = plot.bottom() + 2 + metrics.ascent(), plot.left() + step * len(self._bins)
        limit = self.width() + 1.0
        if self._last:
            limit = end - metrics.horizontalAdvance(self._last)
            painter.drawText(QPointF(limit, base), self._last)
            limit -= APART
        widest = max((metrics.horizontalAdvance(one.edge) for one in self._bins), default=0)
        every = max(int((widest + APART) / step) + 1, 1) if step < widest + APART else 1
        for number in range(0, len(self._bins), every):
            edge = self._bins[number].edge
            wide = metrics.horizontalAdvance(edge)
            left = plot.left() + number * step + ((step - wide) / 2 if self._centred else 0)
            if left + wide <= limit:
                painter.drawText(QPointF(left, base), edge)


def _rounded(bar: QRectF) -> QPainterPath:
    """A bar with round corners at its top only."""
    path, corner = QPainterPath(), min(3.0, bar.width() / 2, bar.height())
    path.moveTo(bar.bottomLeft())
    path.lineTo(bar.left(), bar.top() + corner)
    path.quadTo(bar.topLeft(), QPointF(bar.left() + corner, bar.top()))
    path.lineTo(bar.right() - corner, bar.top())
    path.quadTo(bar.topRight(), QPointF(bar.right(), bar.top() + corner))
    path.lineTo(bar.bottomRight())
    path.closeSubpath()
    return path
