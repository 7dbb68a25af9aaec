"""Measured values over the steps of a training, as lines: painted here, so that no library of charts has to come along.

What is painted costs as much as the picture is wide, see widgets/trace; so it can be painted ten times a second while
it grows, at a hundred thousand steps as at a hundred. Under the pointer, or with the arrow keys, the values of one step
are told.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from zishu_app.core.texts import t
from zishu_app.ui.follow import LOOK, say
from zishu_app.ui.theme import look
from zishu_app.ui.theme.fonts import font
from zishu_app.ui.theme.tokens import NEAR, ROUND, SMALL, TIGHT
from zishu_app.ui.widgets.labels import Say
from zishu_app.ui.widgets.scale import Scale, room_around, scale
from zishu_app.ui.widgets.trace import Bucket, Trace

#: logical pixels: the line with the title, the numbers below
HEAD, FOOT = 22, 18
#: buckets a pixel: the line stays closed where they are wider than one
A_PIXEL = 1.0
#: how faint a line is that lies under a smooth one
FAINT = 90


@dataclass(frozen=True)
class Line:
    """One line. `token`: its colour in theme/tokens. `faint`: it lies under another and has no name of its own; `dots`:
    few values, each of which counts.
    """

    name: Say
    trace: Trace
    token: str = "violet"
    faint: bool = False
    dots: bool = False


def plain_figure(value: float) -> str:
    """A value as it is told where nobody says otherwise."""
    if not math.isfinite(value):
        return t("不是数", "not a number")
    size = abs(value)
    if size and (size < 1e-3 or size >= 1e6):
        return f"{value:.2e}".replace("e-0", "e-").replace("e+0", "e")
    return f"{value:,.0f}" if size >= 1000 else f"{value:.4g}"


class Chart(QWidget):
    """`figure`: how a value is written."""

    def __init__(
        self,
        title: Say,
        lines: Sequence[Line] = (),
        figure: Callable[[float], str] = plain_figure,
        *,
        height: int = 120,
    ) -> None:
        super().__init__()
        self._title, self._figure = title, figure
        self._lines: Sequence[Line] = lines
        self._drawn: tuple[int, ...] = ()
        #: the step whose values are told; None: the newest
        self.step: int | None = None
        self._place = QRectF()
        self._steps = Scale(0, 1, 1)
        self.setMinimumSize(QSize(160, height))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        LOOK.follow(self, self.update)
        say(self, self._speak)

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Show these from now on."""
        self._lines, self._drawn, self.step = lines, (), None
        self.refresh()

    def refresh(self) -> None:
        """Paint again, if anything has come."""
        now = tuple(line.trace.changes for line in self._lines)
        if now != self._drawn:
            self._drawn = now
            self._speak()
            self.update()

    @property
    def empty(self) -> bool:
        """Nothing was measured yet."""
        return not any(len(line.trace) for line in self._lines)

    def told(self) -> str:
        """Its title and the values of the step, in words."""
        parts = [f"{name} {value}".strip() for name, value, _ in self._values()]
        step = t(f"第 {self.step} 步", f"step {self.step}") if self.step is not None else ""
        return " · ".join(part for part in (self._title(), step, *parts) if part)

    def _speak(self) -> None:
        self.setAccessibleName(self.told())
        self.update()

    def _values(self) -> list[tuple[str, str, str]]:
        """Name, value and colour of each line that has one there."""
        found = []
        for line in self._lines:
            if line.faint:
                continue
            near = line.trace.near(self.step) if self.step is not None else None
            value = near[1] if near else line.trace.last
            if value is not None:
                found.append((line.name(), self._figure(value), line.token))
        return found

    # pointer and keys

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """The values of the step under the pointer."""
        if not self._place.width() or self.empty:
            return
        share = (event.position().x() - self._place.left()) / self._place.width()
        wanted = self._steps.low + min(max(share, 0.0), 1.0) * (self._steps.high - self._steps.low)
        near = [one for line in self._lines if (one := line.trace.near(wanted)) is not None]
        self._tell(min(near, key=lambda one: abs(one[0] - wanted))[0] if near else None)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """The newest values again."""
        super().leaveEvent(event)
        self._tell(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Left and right go from step to step, with Ctrl by many; Home, End, Escape."""
        longest = max((line.trace for line in self._lines), key=len, default=None)
        if longest is None or not len(longest):
            super().keyPressEvent(event)
            return
        far = max(len(longest) // 20, 1) if event.modifiers() & Qt.KeyboardModifier.ControlModifier else 1
        at = self.step if self.step is not None else longest.last_step or 0
        match event.key():
            case Qt.Key.Key_Left:
                self._tell(longest.next_to(at, -far))
            case Qt.Key.Key_Right:
                self._tell(longest.next_to(at, far))
            case Qt.Key.Key_Home:
                self._tell(longest.first_step)
            case Qt.Key.Key_End:
                self._tell(longest.last_step)
            case Qt.Key.Key_Escape if self.step is not None:
                self._tell(None)
            case _:
                super().keyPressEvent(event)

    def _tell(self, step: int | None) -> None:
        if step != self.step:
            self.step = step
            self._speak()

    # painting

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """See QWidget."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus():
            painter.setPen(QPen(QColor(look.now().violet), 1))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), ROUND, ROUND)
        self._head(painter)
        if self.empty:
            painter.setPen(QColor(look.now().faint))
            painter.drawText(
                self.rect(), Qt.AlignmentFlag.AlignCenter, t("还没有数值", "Nothing measured yet")
            )
            return
        plot = self._laid_out()
        self._place, self._steps = plot.place, plot.steps
        plot.paint_axes(painter)
        for line in self._lines:
            plot.paint_line(painter, line)
        if self.step is not None:
            plot.paint_step(painter, self.step, self._lines)

    def _head(self, painter: QPainter) -> None:
        worn, right = look.now(), self.width() - NEAR
        line = QRectF(NEAR, 4, self.width() - 2 * NEAR, HEAD - 4)
        bold, plain = font(SMALL, QFont.Weight.DemiBold), font(SMALL)
        for name, value, token in reversed(self._values()):
            said = f"{name} {value}".strip()
            painter.setFont(plain)
            wide = QFontMetrics(plain).horizontalAdvance(said)
            if right - wide < QFontMetrics(bold).horizontalAdvance(self._title()) + 3 * NEAR:
                break
            painter.setPen(QColor(worn.soft))
            painter.drawText(QRectF(right - wide, line.top(), wide + 1, line.height()), _MIDDLE, said)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(getattr(worn, token)))
            painter.drawEllipse(QPointF(right - wide - TIGHT - 3, line.center().y()), 3, 3)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            right -= wide + 2 * NEAR + 6
        painter.setFont(bold)
        painter.setPen(QColor(worn.ink))
        painter.drawText(line, _MIDDLE, self._title() + self._step_word())

    def _step_word(self) -> str:
        return t(f" · 第 {self.step:,} 步", f" · step {self.step:,}") if self.step is not None else ""

    def _laid_out(self) -> "_Plot":
        traces = [line.trace for line in self._lines if len(line.trace)]
        first = min(one.first_step or 0 for one in traces)
        last = max(one.last_step or 0 for one in traces)
        steps = scale(first, max(last, first + 1), max(self.width() // 110, 2), whole=True)
        across = int(self.width() * A_PIXEL)
        found = {id(one): one.buckets(first, last, across) for one in traces}
        seen = [one for buckets in found.values() for one in buckets if one.low <= one.high]
        low, high = min((one.low for one in seen), default=0.0), max((one.high for one in seen), default=1.0)
        values = scale(*room_around(low, high), max(self.height() // 44, 2))
        metrics = QFontMetrics(font(SMALL))
        wide = max((metrics.horizontalAdvance(values.told(one)) for one in values.marks), default=0)
        place = QRectF(self.rect()).adjusted(wide + 2 * NEAR, HEAD + TIGHT, -NEAR - 4, -FOOT - 2)
        return _Plot(place, steps, values, found)


@dataclass(frozen=True)
class _Plot:
    """Where the lines lie."""

    place: QRectF
    steps: Scale
    values: Scale
    #: by the trace they are of
    buckets: dict[int, list[Bucket]]

    def at(self, step: float, value: float) -> QPointF:
        """Where a value lies."""
        return QPointF(self._x(step), self.place.bottom() - self.values.share(value) * self.place.height())

    def _x(self, step: float) -> float:
        return self.place.left() + self.steps.share(step) * self.place.width()

    def paint_axes(self, painter: QPainter) -> None:
        """Hairlines with their numbers."""
        worn, place = look.now(), self.place
        painter.setFont(font(SMALL))
        metrics = painter.fontMetrics()
        for mark in self.values.marks:
            y = self.at(self.steps.low, mark).y()
            painter.setPen(QPen(QColor(worn.line), 1))
            painter.drawLine(QPointF(place.left(), y), QPointF(place.right(), y))
            painter.setPen(QColor(worn.soft))
            told = QRectF(0, y - 9, place.left() - NEAR, 18)
            painter.drawText(told, _RIGHT, self.values.told(mark))
        painter.setPen(QColor(worn.soft))
        free = -math.inf
        for mark in self.steps.marks:
            number = f"{round(mark):,}"
            wide = metrics.horizontalAdvance(number)
            left = min(max(self._x(mark) - wide / 2, place.left()), place.right() + 4 - wide)
            if left > free:
                painter.drawText(QRectF(left, place.bottom() + 2, wide + 1, FOOT), _MIDDLE, number)
                free = left + wide + NEAR

    def paint_line(self, painter: QPainter, line: Line) -> None:
        """One line; where values are missing it is broken. Where several lie in a pixel, all between the least and the
        greatest is filled: a line up and down through all of them would be slow, and look the same.
        """
        colour = QColor(getattr(look.now(), line.token))
        if line.faint:
            colour.setAlpha(FAINT)
        buckets = self.buckets.get(id(line.trace), [])
        for piece in _pieces(buckets):
            dense = any(one.last > one.first for one in piece)
            if dense:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(colour)
                painter.drawPolygon(self._around(piece))
            if not (dense and line.faint):
                pen = QPen(colour, 1.0 if line.faint else 1.8)
                pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
                painter.setPen(pen)
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawPolyline(QPolygonF([self._middle(one) for one in piece]))
            if line.dots or len(piece) == 1:
                painter.setBrush(colour)
                painter.setPen(Qt.PenStyle.NoPen)
                for one in piece:
                    painter.drawEllipse(self._middle(one), 2.6, 2.6)
        self._broken(painter, line)

    def _around(self, piece: Sequence[Bucket]) -> QPolygonF:
        """The outline of all values."""
        there = [self.at((one.first + one.last) / 2, one.high) for one in piece]
        back = [self.at((one.first + one.last) / 2, one.low) for one in reversed(piece)]
        return QPolygonF(there + back)

    def _middle(self, one: Bucket) -> QPointF:
        return self.at((one.first + one.last) / 2, (one.low + one.high) / 2)

    def _broken(self, painter: QPainter, line: Line) -> None:
        """Where a value was no number, at the foot, in the colour of what went wrong."""
        if line.trace.broken and not line.faint:
            painter.setPen(QPen(QColor(look.now().bad), 2))
            for step in line.trace.broken[:: max(len(line.trace.broken) // 200, 1)]:
                x = self._x(step)
                painter.drawLine(QPointF(x, self.place.bottom() - 6), QPointF(x, self.place.bottom()))

    def paint_step(self, painter: QPainter, step: int, lines: Sequence[Line]) -> None:
        """The step whose values are told."""
        worn, x = look.now(), self._x(step)
        painter.setPen(QPen(QColor(worn.outline), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(x, self.place.top()), QPointF(x, self.place.bottom()))
        for line in lines:
            near = line.trace.near(step)
            if near is not None and not line.faint and math.isfinite(near[1]):
                painter.setPen(QPen(QColor(worn.surface), 1.5))
                painter.setBrush(QColor(getattr(worn, line.token)))
                painter.drawEllipse(self.at(*near), 4, 4)


def _pieces(buckets: Sequence[Bucket]) -> list[list[Bucket]]:
    """A line does not go on over what is no number."""
    pieces: list[list[Bucket]] = [[]]
    for one in buckets:
        if one.low > one.high:
            pieces.append([])
        else:
            pieces[-1].append(one)
    return [piece for piece in pieces if piece]


_MIDDLE = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
