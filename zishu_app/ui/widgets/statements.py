"""Statements of a distilled talk as a list: chosen with mouse or keys, lit up when their message is pointed at."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QPainter,
    QResizeEvent,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from zishu_app.core.texts import t
from zishu_app.ui.follow import LOOK
from zishu_app.ui.theme import look
from zishu_app.ui.theme.fonts import font
from zishu_app.ui.theme.tokens import BODY, GAP, LEAD, NEAR, ROUND, SMALL, TIGHT

Index = QModelIndex | QPersistentModelIndex
Kind = Literal["head", "topic", "section", "line", "raw", "note"]

#: what can be chosen; the others are headings
CHOSEN = ("head", "topic", "line", "raw")
#: room above an entry
ABOVE = {"head": GAP, "topic": 2, "section": NEAR, "line": 0, "raw": 0, "note": NEAR}
#: between the ground and the text
PAD = 7
#: left of a statement, for its dot
DOT = 18


@dataclass(frozen=True, slots=True)
class Entry:
    """One row. `note`: for a chunk, what it was made from; for a statement, the numbers of its messages, as shown."""

    kind: Kind
    text: str
    note: str = ""
    #: 0-based numbers of the messages it rests on
    messages: tuple[int, ...] = ()


class Entries(QAbstractListModel):
    """The entries."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.entries: list[Entry] = []

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's form
        """See QAbstractItemModel."""
        return 0 if parent.isValid() else len(self.entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The entry under UserRole; what a screen reader says under the others."""
        if not index.isValid():
            return None
        entry = self.entries[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return entry
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            note = t(f"消息 {entry.note}", f"messages {entry.note}") if entry.note else ""
            return f"{entry.text} {note}".strip()
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Headings are read, not chosen."""
        if index.isValid() and self.entries[index.row()].kind in CHOSEN:
            return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return Qt.ItemFlag.NoItemFlags

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """Show these; where only more came at the end, what was there is left alone."""
        old = self.entries
        if list(entries) == old:
            return
        if old and len(entries) > len(old) and list(entries[: len(old)]) == old:
            self.beginInsertRows(QModelIndex(), len(old), len(entries) - 1)
            self.entries = list(entries)
            self.endInsertRows()
            return
        self.beginResetModel()
        self.entries = list(entries)
        self.endResetModel()


class StatementList(QListView):
    """The list. `rests_on` tells the messages of what was chosen: none where nothing is chosen any more."""

    rests_on = Signal(tuple)

    def __init__(self) -> None:
        super().__init__()
        self.model_ = Entries(self)
        self.setModel(self.model_)
        self.lit: frozenset[int] = frozenset()
        self._quiet = False
        self.setItemDelegate(_Painter(self))
        self.setMouseTracking(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalScrollBar().setSingleStep(24)
        self.selectionModel().currentChanged.connect(self._moved)
        LOOK.follow(self, self.viewport().update)

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """Show these; the chosen one stays chosen where it is still there."""
        kept = self.current()
        place = self.verticalScrollBar().value()
        self._quiet = True
        old = self.model_.entries
        self.model_.show_entries(entries)
        new = self.model_.entries
        self.lit = frozenset(row for row in self.lit if row < len(new) and new[row] == old[row])
        if kept is not None and kept in self.model_.entries and self.current() != kept:
            self.setCurrentIndex(self.model_.index(self.model_.entries.index(kept)))
        self.verticalScrollBar().setValue(place)
        self._quiet = False

    def current(self) -> Entry | None:
        """What is chosen."""
        index = self.currentIndex()
        return self.model_.entries[index.row()] if index.isValid() else None

    def light(self, message: int) -> int:
        """Light up the statements that rest on a message and bring the first into view; how many there are."""
        self.choose_none()
        rows = [
            row
            for row, one in enumerate(self.model_.entries)
            if one.kind in ("line", "raw") and message in one.messages
        ]
        self.lit = frozenset(rows)
        if rows:
            self.scrollTo(self.model_.index(rows[0]), QListView.ScrollHint.EnsureVisible)
        self.viewport().update()
        return len(rows)

    def choose_none(self) -> None:
        """Nothing is chosen and nothing lit; tells nobody."""
        was, self._quiet = self._quiet, True
        self.lit = frozenset()
        self.clearSelection()
        self.setCurrentIndex(QModelIndex())
        self._quiet = was
        self.viewport().update()

    def section_of_current(self) -> list[Entry]:
        """The statements under the same heading as the chosen one; of a chunk, all of its own."""
        index = self.currentIndex()
        if not index.isValid():
            return []
        entries, row = self.model_.entries, index.row()
        ends = ("head",) if entries[row].kind in ("head", "topic") else ("head", "section", "topic")
        start = row
        while start > 0 and entries[start].kind not in ends:
            start -= 1
        end = row + 1
        while end < len(entries) and entries[end].kind not in ends:
            end += 1
        return entries[start:end]

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Lines are wrapped anew; see QListView."""
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Coming here chooses nothing by itself; see QListView."""
        was, self._quiet = self._quiet, True
        before = self.currentIndex().isValid()
        super().focusInEvent(event)
        if not before:
            self.setCurrentIndex(QModelIndex())
        self._quiet = was

    def _moved(self, now: QModelIndex, _before: QModelIndex) -> None:
        if self._quiet:
            return
        self.lit = frozenset()
        self.viewport().update()
        self.rests_on.emit(self.model_.entries[now.row()].messages if now.isValid() else ())


class _Painter(QStyledItemDelegate):
    """Measures and draws an entry."""

    def __init__(self, view: StatementList) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802 - Qt's name
        """See QStyledItemDelegate."""
        entry: Entry = index.data(Qt.ItemDataRole.UserRole)
        width = self._view.viewport().width()
        return QSize(width, ABOVE[entry.kind] + _height(entry, _room(entry, width)) + 2 * PAD)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """See QStyledItemDelegate."""
        entry: Entry = index.data(Qt.ItemDataRole.UserRole)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = QRectF(option.rect).adjusted(TIGHT, ABOVE[entry.kind] + 1, -TIGHT, -1)
        self._ground(painter, option, place, lit=index.row() in self._view.lit)
        left, width = place.left() + NEAR + _indent(entry), self._view.viewport().width()
        top = place.top() + PAD - 1
        if entry.kind == "line":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(look.now().violet))
            painter.drawEllipse(QPointF(place.left() + NEAR + 5, top + 11), 2.5, 2.5)
        made = _layout(entry, _room(entry, width))
        made.draw(painter, QPointF(left, top))
        painter.restore()

    def _ground(self, painter: QPainter, option: QStyleOptionViewItem, place: QRectF, *, lit: bool) -> None:
        worn, state = look.now(), option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        focused = chosen and bool(state & QStyle.StateFlag.State_HasFocus)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver) and bool(
            state & QStyle.StateFlag.State_Enabled
        )
        colour = worn.lit if lit or chosen else worn.wash if hovered else ""
        if not colour:
            return
        painter.setPen(QColor(worn.violet) if focused else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour))
        painter.drawRoundedRect(place.adjusted(0.5, 0.5, -0.5, -0.5), ROUND, ROUND)


def _indent(entry: Entry) -> int:
    return DOT if entry.kind == "line" else 0


def _room(entry: Entry, width: int) -> int:
    return max(width - 2 * (TIGHT + NEAR) - _indent(entry), 60)


def _shown(entry: Entry) -> str:
    """Text and note as one text, so that both wrap together."""
    text = " ".join(entry.text.split()) if entry.kind != "raw" else entry.text.replace("\n", "\u2028")
    if not entry.note:
        return text
    return f"{text}   {entry.note}" if entry.kind == "head" else f"{text}  [{entry.note}]"


#: size, weight and colour of each kind
STYLES: dict[Kind, tuple[int, QFont.Weight, str]] = {
    "head": (LEAD, QFont.Weight.DemiBold, "ink"),
    "topic": (BODY, QFont.Weight.Medium, "violet_ink"),
    "section": (SMALL, QFont.Weight.DemiBold, "soft"),
    "line": (BODY, QFont.Weight.Normal, "ink"),
    "raw": (BODY, QFont.Weight.Normal, "soft"),
    "note": (SMALL, QFont.Weight.Normal, "soft"),
}
#: asking the system for its fonts takes longer than drawing an entry
_font = lru_cache(16)(font)


def _layout(entry: Entry, room: int) -> QTextLayout:
    size, weight, _ = STYLES[entry.kind]
    made = QTextLayout(_shown(entry), _font(size, weight))
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    made.setTextOption(option)
    made.setFormats(_formats(entry))
    made.beginLayout()
    y = 0.0
    while (line := made.createLine()).isValid():
        line.setLineWidth(room)
        line.setPosition(QPointF(0, y))
        y += line.height() * 1.18
    made.endLayout()
    return made


@lru_cache(8192)
def _height(entry: Entry, room: int) -> int:
    made = _layout(entry, room)
    last = made.lineAt(made.lineCount() - 1)
    return int(last.y() + last.height() + 0.999) if last.isValid() else 0


def _formats(entry: Entry) -> list[QTextLayout.FormatRange]:
    """Text and note in their fonts and colours."""
    text, note = _written(entry.kind, look.now().dark)
    tail = len(entry.note) + (0 if entry.kind == "head" else 2) if entry.note else 0
    whole = len(_shown(entry))
    return [_range(0, whole - tail, text), *([_range(whole - tail, tail, note)] if tail else [])]


@lru_cache(16)
def _written(kind: Kind, _dark: bool) -> tuple[QTextCharFormat, QTextCharFormat]:
    size, weight, colour = STYLES[kind]
    text, note = QTextCharFormat(), QTextCharFormat()
    text.setFont(_font(size, weight))
    text.setForeground(QColor(getattr(look.now(), colour)))
    note.setFont(_font(SMALL))
    note.setForeground(QColor(look.now().soft if kind == "head" else look.now().violet_ink))
    return text, note


def _range(start: int, length: int, form: QTextCharFormat) -> QTextLayout.FormatRange:
    made = QTextLayout.FormatRange()
    made.start, made.length, made.format = start, length, form
    return made


def texts_of(entries: Iterable[Entry]) -> str:
    """Entries as text to be copied, without what is only about them."""
    return "\n".join(
        f"- {one.text}" if one.kind == "line" else one.text for one in entries if one.kind != "note"
    )
