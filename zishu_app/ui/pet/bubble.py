"""Her bubble: what she says as it streams, and below it what can be done with it. A window of its own over her head.

What she says is Markdown at most (lists, code, emphasis): no pictures are fetched and no links opened for it.
"""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QTextDocument,
    QTextOption,
)
from PySide6.QtWidgets import QSizePolicy, QTextBrowser, QToolButton, QWidget

from zishu_app.core.texts import t
from zishu_app.ui.follow import LOOK
from zishu_app.ui.pet.beside import Beside, Box, Side, bubble
from zishu_app.ui.pet.carry import areas
from zishu_app.ui.theme import look
from zishu_app.ui.theme.tokens import NEAR, ROUND_LARGE, TIGHT
from zishu_app.ui.widgets.buttons import button, icon_button
from zishu_app.ui.widgets.cards import boxed, column, row
from zishu_app.ui.widgets.labels import label

#: pixels: the narrowest and the widest text, and the highest before it scrolls
NARROW, WIDE, HIGH = 120, 320, 240
#: pixels of the tail, and of the empty border in which it and the outline are drawn
TAIL, BORDER = 10, 12
#: milliseconds between two looks at what has been said
BEAT = 60


class BubbleText(QTextBrowser):
    """The text; a click while she speaks stops her."""

    clicked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setUndoRedoEnabled(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.setStyleSheet("background: transparent")
        self.document().setDocumentMargin(0)
        option = self.document().defaultTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.document().setDefaultTextOption(option)

    def loadResource(self, _kind: int, _name: QUrl | str) -> None:  # noqa: N802 - Qt's name
        """Nothing is ever fetched for what a model wrote."""

    def say(self, text: str) -> QSize:
        """Show it; the size it wants."""
        at_end = self.verticalScrollBar().value() >= self.verticalScrollBar().maximum() - 4
        document = self.document()
        document.setMarkdown(text, QTextDocument.MarkdownFeature.MarkdownNoHTML)
        document.setTextWidth(-1)
        width = min(max(int(document.idealWidth()) + 2, NARROW), WIDE)
        document.setTextWidth(width)
        height = min(int(document.size().height()) + 2, HIGH)
        self.setFixedSize(width + (14 if document.size().height() > HIGH else 0), height)
        if at_end:
            self.verticalScrollBar().setValue(self.verticalScrollBar().maximum())
        return self.size()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """See QWidget."""
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and not self.textCursor().hasSelection():
            self.clicked.emit()


class Bubble(QWidget):
    """One saying of hers at a time. The signals tell what the person wants of it."""

    stopped = Signal()
    corrected = Signal()
    #: 1 good, -1 bad, 0 neither
    rated = Signal(int)
    again = Signal()
    copied = Signal()
    closed = Signal()

    def __init__(self, *, solid: bool = False) -> None:
        super().__init__(
            None,
            Qt.WindowType.FramelessWindowHint
            | Qt.WindowType.Tool
            | Qt.WindowType.WindowStaysOnTopHint
            | Qt.WindowType.WindowDoesNotAcceptFocus,
        )
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground, not solid)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self._solid = solid
        self._at: Beside | None = None
        self._her = Box(0, 0, 0, 0)
        self._said = ""
        self._shown = ""
        self.speaking = False
        self.text = BubbleText()
        self.text.clicked.connect(lambda: self.stopped.emit() if self.speaking else None)
        self._brain = label("faint")
        self._acts = self._make_acts()
        self._extra = column(gap=TIGHT)
        self._inside = column(self.text, boxed(self._extra), self._acts, gap=NEAR)
        self._inside.setContentsMargins(BORDER + 12, BORDER + 9, BORDER + 12, BORDER + 8)
        self.setLayout(self._inside)
        self._beat = QTimer(self)
        self._beat.setInterval(BEAT)
        self._beat.timeout.connect(self._draw)
        self._leave = QTimer(self)
        self._leave.setSingleShot(True)
        self._leave.timeout.connect(self._fade)
        LOOK.follow(self, self._dress)

    def _make_acts(self) -> QWidget:
        self.good = icon_button("thumb-up", lambda: t("说得好", "Good"), lambda: self._rate(1), size=16)
        self.bad = icon_button("thumb-down", lambda: t("不好", "Not good"), lambda: self._rate(-1), size=16)
        for one in (self.good, self.bad):
            one.setCheckable(True)
        edit = icon_button(
            "edit", lambda: t("应该这样说……", "You should have said …"), self.corrected.emit, size=16
        )
        again = icon_button("retry", lambda: t("再说一次", "Once more"), self.again.emit, size=16)
        copy = icon_button("copy", lambda: t("复制", "Copy"), self.copied.emit, size=16)
        close = icon_button("close", lambda: t("关闭", "Close"), self.leave, size=16)
        self._brain.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        made = boxed(row(self._brain, self.good, self.bad, edit, again, copy, close, gap=0))
        for one in made.findChildren(QToolButton):
            one.setFixedSize(26, 24)
        return made

    def begin(self) -> None:
        """She begins to speak."""
        self._said = self._shown = ""
        self._clear_extra()
        self._acts.hide()
        self._leave.stop()
        self.speaking = True
        self.text.say("…")
        self._settle()
        self.show()
        self._beat.start()

    def add(self, piece: str) -> None:
        """A piece of what she says."""
        self._said += piece

    def void(self) -> None:
        """What was said so far is void."""
        self._said = ""

    def end(self, brain: str = "", *, can_rate: bool = True, stay: int = 0) -> None:
        """She has said it all; `stay`: milliseconds until it goes by itself, 0: until it is closed."""
        self.speaking = False
        self._beat.stop()
        self._draw()
        self._acts.setVisible(can_rate)
        self._brain.setText(brain)
        self._brain.setToolTip(t(f"回答来自 {brain}", f"Answered by {brain}") if brain else "")
        for one in (self.good, self.bad):
            one.setChecked(False)
        self._settle()
        if stay:
            self._leave.start(stay)

    def tell(self, text: str, stay: int = 6000) -> None:
        """Something short of her own: a greeting, what she says when she is touched."""
        self.begin()
        self.add(text)
        self.end(can_rate=False, stay=stay)

    def offer(self, text: str, ways: Sequence[tuple[Callable[[], str], Callable[[], object]]]) -> None:
        """Something with things to do below it, e.g. the ways to a brain."""
        self.tell(text, 0)
        for name, act in ways:
            self._extra.addWidget(button(name, act))
        self._settle()

    def add_chip(self, widget: QWidget) -> None:
        """Put something small below the text: what she remembered, a reminder."""
        self._extra.addWidget(widget)
        self._settle()

    def follow(self, her: Box) -> None:
        """She stands here now."""
        self._her = her
        if self.isVisible():
            self._place()

    def leave(self) -> None:
        """Go."""
        self._beat.stop()
        self._leave.stop()
        self.hide()
        self.closed.emit()

    def said(self) -> str:
        """All that was said."""
        return self._said

    def _fade(self) -> None:
        if self.underMouse():  # it is being read
            self._leave.start(2000)
        else:
            self.leave()

    def _rate(self, mark: int) -> None:
        chosen, other = (self.good, self.bad) if mark > 0 else (self.bad, self.good)
        other.setChecked(False)
        self.rated.emit(mark if chosen.isChecked() else 0)

    def _clear_extra(self) -> None:
        while (item := self._extra.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()

    def _draw(self) -> None:
        if self._said != self._shown:
            self._shown = self._said
            self.text.say(self._said)
            self._settle()

    def _settle(self) -> None:
        """As large as what is in it, and in its place."""
        self._inside.activate()
        self.resize(self._inside.sizeHint())
        self._place()

    def _place(self) -> None:
        middle = QPoint(self._her.left + self._her.width // 2, self._her.top + self._her.height // 2)
        every = areas()
        area = next((one for one in every if one.holds(middle.x(), middle.y())), every[0])
        self._at = bubble(self._her, (self.width(), self.height()), area)
        self.move(self._at.left, self._at.top)
        if self._solid:
            self.setMask(_outline(self.rect(), self._at.side, self._at.tail).toFillPolygon().toPolygon())
        self.update()

    def _dress(self) -> None:
        worn = look.now()
        self.text.document().setDefaultStyleSheet(f"code {{ background: {worn.sunken} }}")
        self.text.setStyleSheet(f"background: transparent; color: {worn.ink}")
        self.update()

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
