"""How a talk is cut, as a picture: messages as bars coloured by who speaks, chunks as bands below, overlaps hatched."""

from collections.abc import Callable
from itertools import groupby

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QWidget

from zishu_app.core.texts import t
from zishu_app.distill.preview import Preview, Span
from zishu_app.ui.follow import LANGUAGE, LOOK
from zishu_app.ui.theme import look
from zishu_app.ui.theme.fonts import font
from zishu_app.ui.theme.tokens import SMALL
from zishu_app.ui.widgets.strip import APART, BAR, BELOW, LANE, NEXT, PITCH, Box, Lap, Stretch, Strip, lay

#: least width in which anything can be told
NARROWEST = 120
#: what the narrowest letter takes
NARROW = 4

#: hears the number of the message that is pointed at and the chunks it is in; -1: none
Pointed = Callable[[int, list[Span]], object]


class ChunkPicture(QWidget):
    """The picture. Arrow keys go from message to message, as the mouse does. `laid` tells its height."""

    laid = Signal(int)

    def __init__(self, pointed: Pointed) -> None:
        super().__init__()
        self._pointed = pointed
        self._preview: Preview | None = None
        self._strip: Strip | None = None
        self._laps: list[Lap] = []
        self._at = -1
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        LOOK.follow(self, self.update)
        LANGUAGE.follow(self, self._speak)

    def show_preview(self, preview: Preview | None) -> None:
        """Show this cutting of a talk; None: nothing."""
        if preview == self._preview:
            return
        self._preview = preview
        self._lay()

    @property
    def strip(self) -> Strip | None:
        """How it is laid out."""
        return self._strip

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """See QWidget."""
        return QSize(400, self._strip.lines * PITCH if self._strip else PITCH)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """See QWidget."""
        if event.size().width() != event.oldSize().width():
            self._lay()

    def _lay(self) -> None:
        if self._preview is None or not self._preview.blocks:
            self._strip, self._laps = None, []
        else:
            self._strip = lay(self._preview, max(self.width() - 2, NARROWEST))
            self._laps = self._strip.laps()
            self.setFixedHeight(self._strip.lines * PITCH - NEXT + 4)
            self.laid.emit(self.height())
        if self._preview is None or self._at >= len(self._preview.blocks):
            self._point(-1)
        elif self._at >= 0:
            self._point(self._at, again=True)
        self._speak()
        self.update()

    def _speak(self) -> None:
        if self._preview is None:
            self.setAccessibleName(t("切块示意图", "How the talk is cut"))
            return
        messages, chunks = len(self._preview.blocks), len(self._preview.spans)
        self.setAccessibleName(
            t(
                f"切块示意图：{messages} 条消息，{chunks} 块",
                f"How the talk is cut: {messages} messages, {chunks} chunks",
            )
        )

    def _point(self, number: int, *, again: bool = False) -> None:
        if number == self._at and not again:
            return
        self._at = number
        spans = self._preview.spans if self._preview else ()
        self._pointed(number, [span for span in spans if span.first <= number <= span.last])
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Point at a message: its bar, or the place of it in a chunk."""
        if self._strip is None:
            return
        line = int(event.position().y() // PITCH)
        inside = 0 <= line < self._strip.lines and event.position().y() - line * PITCH <= PITCH - NEXT
        place = line * self._strip.width + min(max(event.position().x() - 1, 0), self._strip.width - 0.1)
        self._point(self._strip.message_at(place) if inside else -1)

    def leaveEvent(self, _event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Nothing is pointed at any more."""
        self._point(-1)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Left and right; Home and End."""
        last = len(self._preview.blocks) - 1 if self._preview else -1
        goal = {
            Qt.Key.Key_Left: max(self._at - 1, 0),
            Qt.Key.Key_Right: min(self._at + 1, last),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }.get(Qt.Key(event.key()))
        if goal is None or last < 0:
            super().keyPressEvent(event)
        else:
            self._point(goal)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Bars first, then the chunks, each in the lane the one before is not in."""
        strip = self._strip
        if strip is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(1, 1)
        painter.setFont(font(SMALL))
        self._paint_bars(painter, strip)
        for lap in self._laps:
            self._paint_lap(painter, strip, lap)
        if self.hasFocus() and self._at < 0:
            painter.setPen(QPen(QColor(look.now().violet), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0, 0, -3, -3), 6, 6)

    def _paint_bars(self, painter: QPainter, strip: Strip) -> None:
        worn = look.now()
        colours = {"user": QColor(worn.violet), "assistant": _between(worn.violet, worn.surface, 0.62)}
        painter.setPen(Qt.PenStyle.NoPen)
        for role, blocks in groupby(strip.preview.blocks, key=lambda block: block.role):
            painter.setBrush(colours.get(role, QColor(worn.outline)))
            for block in blocks:
                for box in strip.boxes(strip.message(block.number)):
                    painter.drawRoundedRect(_placed(box, 0, BAR), 2.5, 2.5)
        for lap in self._laps:
            for box in strip.boxes(lap.before) if lap.before else ():
                painter.fillRect(
                    _placed(box, 0, BAR), QBrush(QColor(worn.surface), Qt.BrushStyle.BDiagPattern)
                )
        if self._at >= 0:
            painter.setPen(QPen(QColor(worn.ink), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for box in strip.boxes(strip.message(self._at)):
                painter.drawRoundedRect(_placed(box, 0, BAR).adjusted(-0.5, 0, 0.5, 0), 3, 3)

    def _paint_lap(self, painter: QPainter, strip: Strip, lap: Lap) -> None:
        worn, odd = look.now(), bool(lap.index % 2)
        ground, ink = (worn.shift_wash, worn.shift) if odd else (worn.wash_strong, worn.violet_ink)
        top = BAR + BELOW + (LANE + APART if odd else 0)
        span = strip.preview.spans[lap.index]
        lit = span.first <= self._at <= span.last
        for box in strip.boxes(lap.whole):
            painter.setPen(QPen(QColor(ink), 2) if lit else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(ground))
            painter.drawRoundedRect(_placed(box, top, LANE), 5, 5)
        for shared in (lap.before, lap.after):
            self._hatch(painter, strip, shared, (top, ink))
        own = (
            max(strip.boxes(lap.own), key=lambda box: box.right - box.left, default=None) if lap.own else None
        )
        if own is not None:
            _name(painter, _placed(own, top, LANE), span, ink)

    def _hatch(
        self, painter: QPainter, strip: Strip, stretch: Stretch | None, lane: tuple[float, str]
    ) -> None:
        """What two chunks read is hatched in both."""
        if stretch is None:
            return
        top, ink = lane
        shade = QColor(ink)
        shade.setAlpha(110)
        for box in strip.boxes(stretch):
            painter.fillRect(_placed(box, top + 1, LANE - 2), QBrush(shade, Qt.BrushStyle.BDiagPattern))


def _placed(box: Box, top: float, height: float) -> QRectF:
    return QRectF(box.left, box.line * PITCH + top, max(box.right - box.left, 1.0), height)


def _name(painter: QPainter, place: QRectF, span: Span, ink: str) -> None:
    """As much of the chunk's name as there is room for."""
    room, number = place.width() - 8, span.index + 1
    if room < NARROW:
        return
    short = f"{number} · {span.tokens:,}"
    whole = t(f"第 {number} 块 · {span.tokens:,} tokens", f"Chunk {number} · {span.tokens:,} tokens")
    # measuring takes longer than drawing, so what cannot fit is not measured
    texts = [text for text in (whole, short, f"{number}") if len(text) * NARROW <= room]
    text = next((one for one in texts if painter.fontMetrics().horizontalAdvance(one) <= room), "")
    painter.setPen(QColor(ink))
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)


def _between(one: str, other: str, share: float) -> QColor:
    """A colour `share` of the way from one to the other."""
    a, b = QColor(one), QColor(other)
    red, green, blue = (
        round(x + (y - x) * share)
        for x, y in ((a.red(), b.red()), (a.green(), b.green()), (a.blue(), b.blue()))
    )
    return QColor(red, green, blue)
