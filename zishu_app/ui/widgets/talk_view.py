"""A talk as one reads it: who said what, mistakes underlined with what was meant, marks where the topic was shifted.

It is one text document, so that thousands of messages scroll, can be selected and are read to the blind; the
grounds behind the messages are painted under it.
"""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt, QUrl, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QTextCursor
from PySide6.QtWidgets import QTextBrowser

from zishu_app.ui.follow import LANGUAGE, LOOK
from zishu_app.ui.theme import look
from zishu_app.ui.theme.tokens import NEAR, ROUND
from zishu_app.ui.widgets.talk_text import Group, Said, Slip, Span, TalkText, Voice

__all__ = ["Said", "Slip", "Span", "TalkView", "Voice"]


#: pixels from the end that still count as being there
NEAR_END = 24


class TalkView(QTextBrowser):
    """Shows a talk. `picked` tells the number of a message that is clicked, `touched` the key of a span in it;
    `drawn` that all of it was written anew.
    """

    picked = Signal(int)
    touched = Signal(str)
    drawn = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._said: list[Said] = []
        self._text = TalkText(self.document())
        self._pressed = QPointF()
        #: the reader is at the end, and wants to stay there while the talk grows
        self._at_end = False
        bar = self.verticalScrollBar()
        bar.valueChanged.connect(lambda value: setattr(self, "_at_end", value >= bar.maximum() - NEAR_END))
        bar.rangeChanged.connect(lambda _low, high: bar.setValue(high) if self._at_end else None)
        self.setOpenLinks(False)
        self.setUndoRedoEnabled(False)
        self.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.document().setDocumentMargin(NEAR)
        self.viewport().setAutoFillBackground(False)
        LOOK.follow(self, self._draw_anew)
        LANGUAGE.follow(self, self._draw_anew)

    def loadResource(self, _kind: int, _name: QUrl | str) -> None:  # noqa: N802 - Qt's name
        """Nothing is ever fetched for a text that a model wrote."""

    def show_talk(self, said: Iterable[Said]) -> None:
        """Show this talk from its beginning."""
        self._said = list(said)
        self._at_end = False
        self._text.clear()  # and with it the light on messages of another talk
        self._draw_anew()
        self.verticalScrollBar().setValue(0)

    def add(self, *said: Said) -> None:
        """Messages that are whole; what was being written gives way."""
        self._text.drop_live()
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        for one in said:
            self._said.append(one)
            self._text.write(one, cursor)
        cursor.endEditBlock()
        if len(self._said) == len(said):
            self._hold_cursor()

    def write_on(self, voice: Voice, text: str) -> None:
        """A piece of a message that is being written."""
        self._text.write_on(voice, text)

    def void(self) -> None:
        """What was being written is void: it is asked for again."""
        self._text.drop_live()

    def light(self, numbers: Sequence[int], *, scroll: bool = True) -> None:
        """Light these messages up and bring the first into view; none: put all out."""
        wanted = set(numbers)
        for group in self._text.groups:
            group.lit = group.said.number in wanted
        first = next((group for group in self._text.groups if group.lit), None)
        if first is not None and scroll:
            self.scroll_to(int(self._text.ground(first).top()) - 2 * NEAR)
        self.viewport().update()

    @property
    def text(self) -> TalkText:
        """What is written, and where it lies."""
        return self._text

    @property
    def lit(self) -> list[int]:
        """Numbers of the messages that are lit up."""
        return [group.said.number for group in self._text.groups if group.lit]

    def end(self) -> None:
        """Go to the newest message, and stay with it."""
        self._at_end = True
        self.verticalScrollBar().setValue(self.verticalScrollBar().maximum())

    def _draw_anew(self) -> None:
        place = self.verticalScrollBar().value()
        lit, live = self.lit, self._text.writing
        self._text.clear()
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        for said in self._said:
            self._text.write(said, cursor)
        cursor.endEditBlock()
        if live is not None:
            self._text.write_on(*live)
        self._hold_cursor()
        self.light(lit, scroll=False)
        if place:
            self.scroll_to(place)
        self.drawn.emit()

    def scroll_to(self, place: int) -> None:
        """Qt lays a long text out bit by bit, and its bar reaches no further than that: what is far down must be
        there at once.
        """
        bar, whole = self.verticalScrollBar(), round(self.document().size().height())
        bar.setMaximum(max(bar.maximum(), whole - self.viewport().height()))
        bar.setValue(place)

    def _hold_cursor(self) -> None:
        """The reader's own cursor stays at the top: at the end it would pull the view after it."""
        own = self.textCursor()
        own.setPosition(0)
        self.setTextCursor(own)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The grounds first, then the text over them."""
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = self.verticalScrollBar().value()
        first = self._text.number_at(self.cursorForPosition(event.rect().topLeft()).blockNumber())
        for group in self._text.groups[max(first, 0) :]:
            place = self._text.ground(group).translated(0, -top)
            if place.top() > event.rect().bottom():
                break
            _paint_ground(painter, group, place)
        painter.end()
        super().paintEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Remember where, to tell a click from a selection."""
        self._pressed = event.position()
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """A click on a message picks it."""
        super().mouseReleaseEvent(event)
        if (event.position() - self._pressed).manhattanLength() > 4 or self.textCursor().hasSelection():
            return
        cursor = self.cursorForPosition(event.position().toPoint())
        number = self._text.number_at(cursor.blockNumber())
        if number < 0 or self._text.groups[number].said.number < 0:
            return
        places = self._text.groups[number].places
        key = next((key for key, (start, end) in places.items() if start <= cursor.position() <= end), "")
        self.picked.emit(self._text.groups[number].said.number)
        if key:
            self.touched.emit(key)


def _paint_ground(painter: QPainter, group: Group, place: QRectF) -> None:
    worn, said = look.now(), group.said
    colours = {"user": worn.user, "mark": worn.shift_wash, "assistant": worn.assistant}
    colour = worn.lit if group.lit else worn.paper if said.faded else colours.get(said.voice, worn.sunken)
    pen = QPen(QColor(worn.outline if said.faded else worn.line), 1)
    pen.setStyle(Qt.PenStyle.DashLine if said.faded else Qt.PenStyle.SolidLine)
    painter.setPen(pen if said.voice == "assistant" or said.faded else Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawRoundedRect(place.adjusted(0.5, 0.5, -0.5, -0.5), ROUND, ROUND)
    if group.focused:
        painter.setPen(QPen(QColor(worn.violet), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(place.adjusted(1, 1, -1, -1), ROUND, ROUND)
