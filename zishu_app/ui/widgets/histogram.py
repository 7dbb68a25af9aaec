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
        #: what is shown
        self.bins: list[Bin] = []
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

    def show_bins(self, bins: Sequence[Bin], last: str = "", summary: str = "") -> None:
        """`last`: at the right end of the axis; `summary`: shown while no bar is looked at ("median 340")."""
        self.bins, self._last, self._summary = list(bins), last, summary
        self.current = self.current if 0 <= self.current < len(bins) else -1
        self._speak()
        self.update()

    def told(self) -> str:
        """Of the bar that is looked at, else of all."""
        if self.current < 0:
            return self._summary
        one = self.bins[self.current]
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
        if self._picked is not None and self.current >= 0 and self.bins[self.current].count:
            self._picked(self.bins[self.current].key)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Look at the bar under the pointer, or above or below it."""
        self._look(self._at(event.position()))
        can = self._picked is not None and self.current >= 0 and self.bins[self.current].count
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
        last = len(self.bins) - 1
        steps = {
            Qt.Key.Key_Left: max(self.current - 1, 0),
            Qt.Key.Key_Right: min(self.current + 1, last),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        key = Qt.Key(event.key())
        if key in steps and self.bins:
            self._look(steps[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._pick()
        else:
            super().keyPressEvent(event)

    def _plot(self) -> "_Plot":
        place = QRectF(self.rect()).adjusted(TIGHT, TOLD + TIGHT, -TIGHT, -AXIS)
        return _Plot(place, min(place.width() / max(len(self.bins), 1), WIDEST), self.bins)

    def _at(self, place: QPointF) -> int:
        plot = self._plot()
        number = int((place.x() - plot.place.left()) // plot.step)
        return number if 0 <= number < len(self.bins) else -1

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
        painter.drawLine(plot.place.bottomLeft(), plot.place.bottomRight())
        painter.setFont(font(SMALL))
        painter.setPen(QColor(worn.ink if self.current >= 0 else worn.soft))
        line = QRectF(plot.place.left(), 2, plot.place.width(), TOLD)
        told = painter.fontMetrics().elidedText(self.told(), Qt.TextElideMode.ElideRight, int(line.width()))
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft, told)
        plot.paint_bars(painter, self.current)
        plot.paint_axis(painter, self._last, centred=self._centred)


@dataclass(frozen=True, slots=True)
class _Plot:
    """Where the bars stand."""

    place: QRectF
    #: width of a bar with its gap
    step: float
    bins: Sequence[Bin]

    def paint_bars(self, painter: QPainter, current: int) -> None:
        """All of them; `current` is lit up."""
        worn, place = look.now(), self.place
        most = max((one.count for one in self.bins), default=0)
        painter.setPen(Qt.PenStyle.NoPen)
        for number, one in enumerate(self.bins):
            left = place.left() + number * self.step
            if number == current:
                painter.setBrush(QColor(worn.wash))
                painter.drawRect(QRectF(left, place.top() - 2, self.step, place.height() + 2))
            if one.count:
                high = max(place.height() * one.count / most, 2)
                wide = max(self.step - BETWEEN, 1)
                bar = QRectF(left + BETWEEN / 2, place.bottom() - high, wide, high)
                colour = worn.violet_hover if number == current else worn.violet
                painter.fillPath(_rounded(bar), QColor(colour))

    def paint_axis(self, painter: QPainter, last: str, *, centred: bool) -> None:
        """Every label, or every second, third ... one, as there is room; what stands at the right end is kept clear."""
        metrics, place = QFontMetrics(font(SMALL)), self.place
        painter.setPen(QColor(look.now().soft))
        base, end = place.bottom() + 2 + metrics.ascent(), place.left() + self.step * len(self.bins)
        limit = place.right() + TIGHT + 1
        if last:
            limit = end - metrics.horizontalAdvance(last)
            painter.drawText(QPointF(limit, base), last)
            limit -= APART
        widest = max((metrics.horizontalAdvance(one.edge) for one in self.bins), default=0)
        every = 1 if self.step >= widest + APART else int((widest + APART) / self.step) + 1
        for number in range(0, len(self.bins), every):
            edge = self.bins[number].edge
            wide = metrics.horizontalAdvance(edge)
            left = place.left() + number * self.step + ((self.step - wide) / 2 if centred else 0)
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
