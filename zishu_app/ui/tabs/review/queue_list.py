"""The queue as a list: one row a sample, painted and not built, however many there are."""

from collections.abc import Callable
from functools import lru_cache

from PySide6.QtCore import QModelIndex, QPoint, QRect, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QFocusEvent, QFont, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import QHeaderView, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from zishu_app.core.texts import counted, t
from zishu_app.dataset.find import Row
from zishu_app.dataset.words import kind_word
from zishu_app.ui.follow import LANGUAGE, LOOK, say
from zishu_app.ui.tabs.review.queue import Queue
from zishu_app.ui.tabs.review.queue_rows import Index
from zishu_app.ui.tabs.review.words import VERDICT_LOOK, day_word
from zishu_app.ui.theme import look
from zishu_app.ui.theme.drawings import pixmap
from zishu_app.ui.theme.fonts import font
from zishu_app.ui.theme.tokens import BODY, GAP, NEAR, SMALL, TIGHT
from zishu_app.ui.widgets.rows import has_keys, paint_ground
from zishu_app.ui.widgets.sought import mark_sought

HEIGHT = 58
#: rows before and after the one that is read which are in sight with it
AROUND = 2
ICON = 16

#: asking the system for its fonts takes longer than painting a row
_font = lru_cache(8)(font)

_END, _MIDDLE = Qt.TextElideMode.ElideRight, Qt.TextElideMode.ElideMiddle
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class QueueList(QTableView):
    """`chosen` hears the number of the sample that is chosen by mouse or keyboard.

    A table of one column, for a QListView asks the model about every row whenever a row comes: a second and a half
    with half a million of them.
    """

    def __init__(self, queue: Queue, chosen: Callable[[int], object]) -> None:
        super().__init__()
        self._queue, self._chosen = queue, chosen
        self._quiet = False
        self.setModel(queue.rows)
        self.setItemDelegate(_Painter(self, queue))
        self._arrange()
        self.verticalScrollBar().setSingleStep(HEIGHT // 2)
        self.selectionModel().currentChanged.connect(self._moved)
        self._look = QTimer(self)
        self._look.setSingleShot(True)
        self._look.setInterval(0)
        self._look.timeout.connect(self._look_at)
        self.verticalScrollBar().valueChanged.connect(lambda _: self._look.start())
        self.verticalScrollBar().rangeChanged.connect(lambda *_: self._look.start())
        self._keep_keys()
        LOOK.follow(self, self.viewport().update)
        LANGUAGE.follow(self, self.viewport().update)
        say(self, lambda: self.setAccessibleName(t("审阅队列", "Samples to review")))

    def _arrange(self) -> None:
        """A table that looks like a list; rows paint their own ground."""
        self.setProperty("kind", "rows")
        self.horizontalHeader().hide()
        self.horizontalHeader().setStretchLastSection(True)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(HEIGHT)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    @property
    def at(self) -> int:
        """The row that is chosen, or -1."""
        return self.currentIndex().row()

    def choose(self, row: int) -> None:
        """Choose a row without telling anybody."""
        was, self._quiet = self._quiet, True
        self.setCurrentIndex(self._queue.rows.index(row) if row >= 0 else QModelIndex())
        if row < 0:
            self.clearSelection()
        else:  # what comes next is in sight too
            for near in (row - AROUND, row + AROUND, row):
                self.scrollTo(self._queue.rows.index(min(max(near, 0), self._queue.rows.rowCount() - 1)))
        self._quiet = was

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Coming here chooses nothing by itself; see QAbstractItemView."""
        was, self._quiet = self._quiet, True
        before = self.currentIndex().isValid()
        super().focusInEvent(event)
        if not before:
            self.setCurrentIndex(QModelIndex())
        self._quiet = was
        self._keep_keys()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Home and End lead to the ends of the list, not of the row."""
        ends = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: self._queue.rows.rowCount() - 1}
        row = next((row for key, row in ends.items() if key == event.key()), None)
        if row is None:
            super().keyPressEvent(event)
        else:
            self.setCurrentIndex(self._queue.rows.index(max(row, 0)))

    def _keep_keys(self) -> None:
        """Letters are commands here: no input method may take them, see QAbstractItemView."""
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)

    def _moved(self, now: QModelIndex, _before: QModelIndex) -> None:
        self._keep_keys()
        number = self._queue.rows.id_at(now.row()) if now.isValid() else None
        if number is not None and not self._quiet:
            self._chosen(number)

    def _look_at(self) -> None:
        first = max(self.indexAt(QPoint(GAP, 2)).row(), 0)
        self._queue.look_at(first, first + self.viewport().height() // HEIGHT + 2)


class _Painter(QStyledItemDelegate):
    """Draws a row: its verdict, its title with what was searched for, what it is, what the judges gave."""

    def __init__(self, parent: QTableView, queue: Queue) -> None:
        super().__init__(parent)
        self._queue = queue

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:  # noqa: N802 - Qt's name
        """See QStyledItemDelegate."""
        return QSize(120, HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """See QStyledItemDelegate."""
        row: Row | None = index.data(Qt.ItemDataRole.UserRole)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = option.rect.adjusted(2, 2, -TIGHT, -2)
        paint_ground(painter, option, place, ringed=has_keys(option))
        inside = place.adjusted(NEAR, NEAR - 1, -NEAR, -NEAR + 1)
        if row is None:
            painter.setBrush(QColor(look.now().line))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawRoundedRect(
                QRectF(inside.left() + 24, inside.top() + 4, inside.width() * 0.6, 10), 5, 5
            )
        else:
            _mark(painter, row, inside)
            words = inside.adjusted(ICON + NEAR, 0, 0, 0)
            first = QRect(words.left(), words.top(), words.width(), 20)
            _first_line(painter, row, first, self._queue.asked.text)
            _second_line(painter, row, QRect(words.left(), words.top() + 22, words.width(), 18))
        painter.restore()


def _mark(painter: QPainter, row: Row, inside: QRect) -> None:
    scale = painter.device().devicePixelRatio()
    name, token = VERDICT_LOOK[row.verdict]
    top = inside.top() + 2
    painter.drawPixmap(inside.left(), top, pixmap(name, getattr(look.now(), token), ICON, scale))
    if row.flagged:
        painter.drawPixmap(inside.left(), top + 20, pixmap("flag", look.now().warn, ICON, scale))


def _first_line(painter: QPainter, row: Row, place: QRect, sought: str) -> None:
    worn, taken = look.now(), 0
    painter.setFont(_font(SMALL))
    if row.score is not None:
        said = f"{row.score:.1f}" + (f" ±{row.spread / 2:.1f}" if row.spread else "")
        painter.setPen(QColor(worn.violet_ink))
        taken = painter.fontMetrics().horizontalAdvance(said) + NEAR
        painter.drawText(place, _RIGHT, said)
    done = row.verdict != "pending"
    painter.setFont(_font(BODY, QFont.Weight.Medium))
    painter.setPen(QColor(worn.soft if done else worn.ink))
    # of what was distilled, the end of the title tells which part it is
    cut = _MIDDLE if row.kind == "distilled" else _END
    said = _cut(painter.fontMetrics(), row.title or row.lead, place.width() - taken, cut)
    painter.drawText(place, _LEFT, said)
    mark_sought(painter, place, said, sought)


def _second_line(painter: QPainter, row: Row, place: QRect) -> None:
    worn = look.now()
    painter.setFont(_font(SMALL))
    painter.setPen(QColor(worn.faint))
    came = day_word(row.created)
    taken = painter.fontMetrics().horizontalAdvance(came) + NEAR
    painter.drawText(place, _RIGHT, came)
    parts = [kind_word(row.kind), row.scenario, t(f"{row.turns} 条", counted(row.turns, "message"))]
    if row.version:
        parts.append(t("改过", "edited"))
    painter.setPen(QColor(worn.soft))
    said = " · ".join(part for part in parts if part)
    painter.drawText(place, _LEFT, _cut(painter.fontMetrics(), said, place.width() - taken))


def _cut(metrics: QFontMetrics, text: str, room: int, where: Qt.TextElideMode = _END) -> str:
    return metrics.elidedText(" ".join(text.split()), where, room)
