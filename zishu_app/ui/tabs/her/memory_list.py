"""Memories as a list: fetched a page at a time as one scrolls, painted and not built, however many there are."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QTextLayout, QTextOption
from PySide6.QtWidgets import QListView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from zishu_app.core.texts import t
from zishu_app.memory.store import Memory
from zishu_app.ui.follow import LANGUAGE, LOOK, say
from zishu_app.ui.tabs.her.words import KIND_LOOK, line_of
from zishu_app.ui.theme import look
from zishu_app.ui.theme.drawings import pixmap
from zishu_app.ui.theme.fonts import font
from zishu_app.ui.theme.tokens import BODY, GAP, NEAR, SMALL, TIGHT
from zishu_app.ui.widgets.rows import has_keys, paint_ground

Index = QModelIndex | QPersistentModelIndex

#: memories fetched at once; heights of rows of one line and of two, the size of an icon
PAGE, LOW, HIGH, ICON = 200, 60, 80, 18
#: what a row has beside its words
BESIDE = 2 * GAP + ICON + GAP + TIGHT + 2

#: asking the system for its fonts takes longer than painting a row
_font = lru_cache(8)(font)
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class MemoryRows(QAbstractListModel):
    """The memories that were fetched so far. `more` is asked for the next page."""

    def __init__(self, parent: QWidget, more: Callable[[], object]) -> None:
        super().__init__(parent)
        self._more = more
        self.memories: list[Memory] = []
        self.goes_on = False

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's form
        """See QAbstractItemModel."""
        return 0 if parent.isValid() else len(self.memories)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The memory under UserRole; in words under the others."""
        if not index.isValid():
            return None
        memory = self.memories[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return memory
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{memory.text} {line_of(memory)}"
        return None

    def canFetchMore(self, _parent: Index) -> bool:  # noqa: N802 - Qt's name
        """See QAbstractItemModel."""
        return self.goes_on

    def fetchMore(self, _parent: Index) -> None:  # noqa: N802 - Qt's name
        """See QAbstractItemModel."""
        if self.goes_on:
            self.goes_on = False  # asked once
            self._more()

    def begin(self, memories: Sequence[Memory]) -> None:
        """Another list, from its first page."""
        self.beginResetModel()
        self.memories = list(memories)
        self.goes_on = len(memories) == PAGE
        self.endResetModel()

    def append(self, memories: Sequence[Memory]) -> None:
        """The next page."""
        self.goes_on = len(memories) == PAGE
        known = {one.id for one in self.memories}
        new = [one for one in memories if one.id not in known]
        if new:
            first = len(self.memories)
            self.beginInsertRows(QModelIndex(), first, first + len(new) - 1)
            self.memories += new
            self.endInsertRows()

    def put(self, memory: Memory) -> None:
        """One has changed; it stays where it is."""
        number = self.find(memory.id)
        if number >= 0:
            self.memories[number] = memory
            self.dataChanged.emit(self.index(number), self.index(number))

    def drop(self, wanted: int) -> None:
        """One is gone."""
        number = self.find(wanted)
        if number >= 0:
            self.beginRemoveRows(QModelIndex(), number, number)
            del self.memories[number]
            self.endRemoveRows()

    def find(self, wanted: int) -> int:
        """The row of a memory, or -1."""
        return next((number for number, one in enumerate(self.memories) if one.id == wanted), -1)


class MemoryList(QListView):
    """`chosen` hears the memory that is chosen; `pressed` the keys that are commands: "edit", "forget", "pin"."""

    KEYS = {Qt.Key.Key_F2: "edit", Qt.Key.Key_Delete: "forget", Qt.Key.Key_P: "pin", Qt.Key.Key_M: "merge"}

    def __init__(
        self, rows: MemoryRows, chosen: Callable[[Memory], object], commanded: Callable[[str], object]
    ) -> None:
        super().__init__()
        self._rows, self._chosen, self._commanded = rows, chosen, commanded
        self._quiet = False
        self.setModel(rows)
        self.setItemDelegate(_Painter(self))
        self.setMouseTracking(True)
        self.setUniformItemSizes(False)  # one line or two
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalScrollBar().setSingleStep(LOW // 2)
        self.selectionModel().currentChanged.connect(self._moved)
        LOOK.follow(self, self.viewport().update)
        LANGUAGE.follow(self, self.viewport().update)
        say(self, lambda: self.setAccessibleName(t("她的记忆", "What she remembers")))

    def choose(self, number: int) -> None:
        """Choose a memory without telling anybody; one that is not in the list: none."""
        was, self._quiet = self._quiet, True
        row = self._rows.find(number)
        self.setCurrentIndex(self._rows.index(row) if row >= 0 else QModelIndex())
        if row < 0:
            self.clearSelection()
        self._quiet = was

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """See QListView."""
        command = self.KEYS.get(Qt.Key(event.key()))
        if command and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._commanded(command)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._commanded("edit")
        else:
            super().keyPressEvent(event)

    def _moved(self, now: QModelIndex, _before: QModelIndex) -> None:
        if now.isValid() and not self._quiet:
            self._chosen(self._rows.memories[now.row()])


class _Painter(QStyledItemDelegate):
    """Draws a memory: its kind, what it says, and a line about it."""

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802 - Qt's name
        """See QStyledItemDelegate."""
        memory: Memory = index.data(Qt.ItemDataRole.UserRole)
        view = self.parent()
        room = view.viewport().width() - BESIDE if isinstance(view, QListView) else 0
        wide = QFontMetrics(_written(memory)).horizontalAdvance(_line(memory))
        return QSize(160, LOW if wide <= room else HIGH)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """See QStyledItemDelegate."""
        memory: Memory = index.data(Qt.ItemDataRole.UserRole)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = option.rect.adjusted(2, 2, -TIGHT, -2)
        paint_ground(painter, option, place, ringed=has_keys(option))
        inside = place.adjusted(GAP, NEAR, -GAP, -NEAR)
        worn, scale = look.now(), painter.device().devicePixelRatio()
        icon, token = KIND_LOOK[memory.kind]
        faded = memory.until is not None
        colour = worn.faint if faded else getattr(worn, token)
        painter.drawPixmap(inside.left(), inside.top() + 1, pixmap(icon, colour, ICON, scale))
        if memory.pinned:
            painter.drawPixmap(inside.left(), inside.top() + 24, pixmap("pin", worn.violet_ink, ICON, scale))
        words = inside.adjusted(ICON + GAP, 0, 0, 0)
        _text(painter, memory, QRect(words.left(), words.top(), words.width(), 40))
        painter.setFont(_font(SMALL))
        painter.setPen(QColor(worn.faint if faded else worn.soft))
        foot = QRect(words.left(), inside.bottom() - 17, words.width(), 18)
        said = painter.fontMetrics().elidedText(line_of(memory), Qt.TextElideMode.ElideRight, foot.width())
        painter.drawText(foot, _LEFT, said)
        painter.restore()


def _line(memory: Memory) -> str:
    return " ".join(memory.text.split())


def _written(memory: Memory) -> QFont:
    made = _font(BODY, QFont.Weight.Medium)
    if memory.until is not None:
        made = QFont(made)
        made.setStrikeOut(True)
    return made


def _text(painter: QPainter, memory: Memory, place: QRect) -> None:
    """What it says, on two lines at most."""
    worn, written, text = look.now(), _written(memory), _line(memory)
    painter.setFont(written)
    painter.setPen(QColor(worn.soft if memory.until is not None else worn.ink))
    metrics = QFontMetrics(written)
    layout = QTextLayout(text, written)
    layout.setTextOption(QTextOption(Qt.AlignmentFlag.AlignLeft))
    layout.beginLayout()
    first = layout.createLine()
    if first.isValid():
        first.setLineWidth(place.width())
    end = first.textLength() if first.isValid() else len(text)
    layout.endLayout()
    top = place.top() + metrics.ascent()
    painter.drawText(QPointF(place.left(), top), text[:end])
    if rest := text[end:].strip():
        cut = metrics.elidedText(rest, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(QPointF(place.left(), top + metrics.lineSpacing()), cut)
