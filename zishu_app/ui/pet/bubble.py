"""Her bubble: what she says as it streams, and below it what can be done with it. A window of its own over her head.

What she says is Markdown at most (lists, code, emphasis): no pictures are fetched and no links opened for it.
"""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen, QRegion, QResizeEvent
from PySide6.QtWidgets import QWidget

from zishu_app.ui.follow import LOOK
from zishu_app.ui.pet.acts import Acts
from zishu_app.ui.pet.beside import Beside, Box, Side, bubble
from zishu_app.ui.pet.bubble_text import BubbleText
from zishu_app.ui.pet.carry import areas
from zishu_app.ui.pet.extras import Extras, Way
from zishu_app.ui.theme import look
from zishu_app.ui.theme.tokens import NEAR, ROUND_LARGE
from zishu_app.ui.widgets.cards import column

#: pixels of the tail, and of the empty border in which it and the outline are drawn
TAIL, BORDER = 10, 12
#: milliseconds between two looks at what has been said
BEAT = 60
#: milliseconds for which what came below the text can be read at least
LINGER = 6000


class Bubble(QWidget):
    """One saying of hers at a time; `acts` and `extras` tell and hold what belongs to it."""

    #: a click on the text while she speaks
    stopped = Signal()

    def __init__(self, *, solid: bool = False) -> None:
        super().__init__(
            None,
            Qt.WindowType.FramelessWindowHint | Qt.WindowType.Tool | Qt.WindowType.WindowStaysOnTopHint,
        )
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)  # see window: a compositor may come
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self._solid = solid
        self._at: Beside | None = None
        self._her = Box(0, 0, 0, 0)
        #: all that was said; what was said so far may prove void
        self.said = self._shown = ""
        self.speaking = False
        #: it shows her answer to what the person said last, and nothing of her own
        self.answers = False
        self.text, self.extras, self.acts = BubbleText(), Extras(), Acts()
        self.text.clicked.connect(lambda: self.stopped.emit() if self.speaking else None)
        self.extras.changed.connect(self._settle)
        self.acts.closed.connect(self.leave)
        self._inside = column(self.text, self.extras, self.acts, gap=NEAR)
        self._inside.setContentsMargins(BORDER + 12, BORDER + 9, BORDER + 12, BORDER + 8)
        self.setLayout(self._inside)
        self._beat = QTimer(self)
        self._beat.setInterval(BEAT)
        self._beat.timeout.connect(self._draw)
        self._leave = QTimer(self)
        self._leave.setSingleShot(True)
        self._leave.timeout.connect(
            lambda: self._leave.start(2000) if self.underMouse() else self.leave()
        )  # it may be being read
        self.extras.changed.connect(lambda: _linger(self._leave))
        LOOK.follow(self, lambda: _dress(self))

    def begin(self, *, answers: bool = False) -> None:
        """She begins to speak."""
        self.said, self._shown, self.answers = "", "", answers
        self.speaking = True
        self._leave.stop()
        self.acts.hide()
        self.extras.clear()
        self.text.say("…")
        self._settle()
        self.show()
        self._beat.start()

    def add(self, piece: str) -> None:
        """A piece of what she says."""
        self.said += piece

    def end(self, brain: str, stay: int) -> None:
        """She has answered; `stay`: milliseconds until it goes by itself, 0: until it is closed."""
        self.acts.show_answer(brain)
        self._end(stay)

    def stop(self, stay: int) -> None:
        """She was stopped in it."""
        self.acts.show_stopped()
        self._end(stay)

    def tell(self, text: str, stay: int = 6000) -> None:
        """Something short of her own: a greeting, what she says when she is touched."""
        self.begin()
        self.add(text)
        if not stay:
            self.acts.show_close()
        self._end(stay)

    def offer(self, text: str, ways: Sequence[Way]) -> None:
        """Something with things to do below it, e.g. the ways to a brain; it stays until something is done."""
        self.tell(text, 0)
        self.extras.offer(ways)

    def correct(self, said: str, take: Callable[[str], object]) -> None:
        """A field to put right what she said."""
        self._leave.stop()
        self.extras.correct(said, take)
        self.activateWindow()

    def follow(self, her: Box) -> None:
        """She stands here now."""
        self._her = her
        if self.isVisible():
            _put(self)

    def set_solid(self, solid: bool) -> None:
        """The compositor has gone, or one has come."""
        self._solid = solid
        _put(self)

    def leave(self) -> None:
        """Go."""
        self._beat.stop()
        self._leave.stop()
        self.hide()

    def _end(self, stay: int) -> None:
        self.speaking = False
        self._beat.stop()
        self._draw()
        self._settle()
        if stay:
            self._leave.start(stay)

    def _draw(self) -> None:
        if self.said != self._shown:
            self._shown = self.said
            self.text.say(self.said)
            self._settle()

    def _settle(self) -> None:
        """As large as what is in it, and in its place."""
        self._inside.activate()
        self.resize(self._inside.sizeHint())
        _put(self)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """See QWidget. A layout that grows late would let the bubble hang down over her face."""
        super().resizeEvent(event)
        _put(self)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """See QWidget."""
        worn = look.now()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side, tail = (self._at.side, self._at.tail) if self._at else ("above", self.width() // 2)
        outline = _outline(self.rect(), side, tail)
        if not self._solid:
            for spread, strength in ((5, 10), (3, 14), (1, 18)):
                painter.setPen(QPen(QColor(0, 0, 0, strength), spread * 2))
                painter.drawPath(outline.translated(0, 2))
        painter.setPen(QPen(QColor(worn.line), 1.2))
        painter.setBrush(QColor(worn.raised))
        painter.drawPath(outline)


def _put(balloon: Bubble) -> None:
    """In its place beside her, and cut to its outline where there is no compositor."""
    her = balloon._her
    middle = QPoint(her.left + her.width // 2, her.top + her.height // 2)
    every = areas()
    area = next((one for one in every if one.holds(middle.x(), middle.y())), every[0])
    at = balloon._at = bubble(her, (balloon.width(), balloon.height()), area)
    balloon.move(at.left, at.top)
    if balloon._solid:
        balloon.setMask(QRegion(_outline(balloon.rect(), at.side, at.tail).toFillPolygon().toPolygon()))
    else:
        balloon.clearMask()
    balloon.update()


def _linger(leave: QTimer) -> None:
    if leave.isActive():
        leave.start(max(leave.remainingTime(), LINGER))


def _dress(balloon: Bubble) -> None:
    worn = look.now()
    balloon.text.setStyleSheet(f"background: transparent; color: {worn.ink}")
    balloon.update()


def _outline(whole: QRect, side: Side, tail: int) -> QPainterPath:
    """A rounded box with a tail that points at her."""
    box = QRectF(whole).adjusted(BORDER, BORDER, -BORDER, -BORDER)
    path = QPainterPath()
    path.addRoundedRect(box, ROUND_LARGE, ROUND_LARGE)
    spot = QPainterPath()
    if side in ("above", "below"):
        x = min(max(float(tail), box.left() + 26), box.right() - 26)
        edge, tip = (box.bottom(), box.bottom() + TAIL) if side == "above" else (box.top(), box.top() - TAIL)
        spot.addPolygon([QPointF(x - 9, edge), QPointF(x + 9, edge), QPointF(x, tip)])
    else:
        y = min(max(float(tail), box.top() + 26), box.bottom() - 26)
        edge, tip = (box.right(), box.right() + TAIL) if side == "left" else (box.left(), box.left() - TAIL)
        spot.addPolygon([QPointF(edge, y - 9), QPointF(edge, y + 9), QPointF(tip, y)])
    return path.united(spot)
