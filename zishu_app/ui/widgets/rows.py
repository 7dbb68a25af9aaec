"""Lists of rich rows: title, a line below, a state, progress. One widget for any number of rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFocusEvent, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from zishu_app.ui.follow import LOOK
from zishu_app.ui.theme import look
from zishu_app.ui.theme.drawings import pixmap
from zishu_app.ui.theme.fonts import font
from zishu_app.ui.theme.tokens import BODY, GAP, NEAR, ROUND, SMALL, TIGHT
from zishu_app.ui.widgets.bar import paint_bar
from zishu_app.ui.widgets.labels import plain

Index = QModelIndex | QPersistentModelIndex
Tone = Literal["", "violet", "good", "warn", "bad", "plain"]

ROW, ROW_BAR = 58, 66


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `key` stays the same while the rest changes."""

    key: Any
    title: str
    under: str = ""
    #: at the right end of the first line
    right: str = ""
    #: a word about its state, and the colour of it
    state: str = ""
    tone: Tone = ""
    #: 0 to 1; None: no bar
    progress: float | None = None
    icon: str = ""
    #: for the tool tip
    hint: str = ""


class Rows(QAbstractListModel):
    """The rows of a list."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows: list[Row] = []

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's form
        """See QAbstractItemModel."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The row itself under UserRole; what a screen reader says under the others."""
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return row
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain(row.hint) or None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return ", ".join(part for part in (row.title, row.state, row.right, row.under) if part)
        return None

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show these. Where the keys are the same, only what differs is drawn anew and the selection stays."""
        if [row.key for row in rows] != [row.key for row in self._rows]:
            self.beginResetModel()
            self._rows = list(rows)
            self.endResetModel()
            return
        for number, (old, new) in enumerate(zip(self._rows, rows, strict=True)):
            if old != new:
                self._rows[number] = new
                self.dataChanged.emit(self.index(number), self.index(number))

    def put(self, number: int, row: Row) -> None:
        """Show another row of the same key in the place of one: of ten thousand, a few change at a time."""
        if self._rows[number] != row:
            self._rows[number] = row
            self.dataChanged.emit(self.index(number), self.index(number))

    def at(self, number: int) -> Row:
        """The row of that number, from 0."""
        return self._rows[number]

    def find(self, key: Any) -> int:
        """The number of a row, or -1."""
        return next((number for number, row in enumerate(self._rows) if row.key == key), -1)


class RowPainter(QStyledItemDelegate):
    """Draws what a model has under UserRole: a `Row`."""

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802 - Qt's name
        """See QStyledItemDelegate."""
        row: Row = index.data(Qt.ItemDataRole.UserRole)
        return QSize(120, ROW if row.progress is None else ROW_BAR)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """See QStyledItemDelegate."""
        row: Row = index.data(Qt.ItemDataRole.UserRole)
        worn = look.now()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = option.rect.adjusted(TIGHT, 2, -TIGHT, -2)
        paint_ground(painter, option, place, ringed=has_keys(option) or _begins(option.widget, index))
        inside = place.adjusted(GAP, NEAR - 1, -GAP, -NEAR + 1)
        if row.icon:
            drawn = pixmap(row.icon, worn.soft, 18, painter.device().devicePixelRatio())
            painter.drawPixmap(inside.left(), inside.top() + 1, drawn)
            inside.setLeft(inside.left() + 18 + NEAR)
        self._first_line(painter, row, QRect(inside.left(), inside.top(), inside.width(), 20))
        self._second_line(painter, row, QRect(inside.left(), inside.top() + 21, inside.width(), 18))
        if row.progress is not None:
            bar = QRectF(inside.left(), inside.top() + 43, inside.width(), 4)
            paint_bar(painter, bar, row.progress, worn.good if row.progress >= 1 else "")
        painter.restore()

    def _first_line(self, painter: QPainter, row: Row, place: QRect) -> None:
        worn = look.now()
        painter.setFont(font(SMALL))
        painter.setPen(QColor(worn.faint))
        taken = 0
        if row.right:
            taken = painter.fontMetrics().horizontalAdvance(row.right) + NEAR
            painter.drawText(place, _RIGHT, row.right)
        painter.setFont(font(BODY, QFont.Weight.Medium))
        painter.setPen(QColor(worn.ink))
        room = place.width() - taken
        painter.drawText(place, _LEFT, _cut(painter.fontMetrics(), row.title, room))

    def _second_line(self, painter: QPainter, row: Row, place: QRect) -> None:
        worn = look.now()
        painter.setFont(font(SMALL))
        taken = 0
        if row.state:
            colours = {"good": worn.good, "warn": worn.warn, "bad": worn.bad, "violet": worn.violet_ink}
            painter.setPen(QColor(colours.get(row.tone, worn.soft)))
            taken = painter.fontMetrics().horizontalAdvance(row.state) + NEAR
            painter.drawText(place, _RIGHT, row.state)
        painter.setPen(QColor(worn.soft))
        painter.drawText(place, _LEFT, _cut(painter.fontMetrics(), row.under, place.width() - taken))


_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def paint_ground(painter: QPainter, option: QStyleOptionViewItem, place: QRect, *, ringed: bool) -> None:
    """What a row lies on: tinted where it is chosen or under the pointer; `ringed`: the keyboard is at it."""
    worn, state = look.now(), option.state
    chosen = bool(state & QStyle.StateFlag.State_Selected)
    hovered = bool(state & QStyle.StateFlag.State_MouseOver)
    painter.setPen(QColor(worn.violet) if ringed else Qt.PenStyle.NoPen)
    ground = worn.wash_strong if chosen else worn.wash
    painter.setBrush(QColor(ground) if chosen or hovered else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(place).adjusted(0.5, 0.5, -0.5, -0.5), ROUND, ROUND)


def has_keys(option: QStyleOptionViewItem) -> bool:
    """Whether a row is chosen and the keyboard is at it."""
    both = QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_HasFocus
    return (option.state & both) == both


def _begins(view: QWidget | None, index: Index) -> bool:
    """Whether the arrow keys will begin at this row: the keys are in the list, and nothing of it is chosen."""
    return (
        isinstance(view, QListView)
        and index.row() == 0
        and view.hasFocus()
        and not view.currentIndex().isValid()
    )


def _cut(metrics: QFontMetrics, text: str, room: int) -> str:
    return metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)


class RowList(QListView):
    """A list of rows. `chosen` hears the key of the row that is chosen by mouse or keyboard."""

    def __init__(self, chosen: Callable[[Any], object]) -> None:
        super().__init__()
        self.rows = Rows(self)
        self.setModel(self.rows)
        self.setItemDelegate(RowPainter(self))
        self.setMouseTracking(True)
        self.setUniformItemSizes(False)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._quiet = False
        self._chosen = chosen
        self.selectionModel().currentChanged.connect(self._moved)
        LOOK.follow(self, self.viewport().update)

    def show_rows(self, rows: Sequence[Row], keep: Any = None) -> None:
        """Show these; the row that was chosen stays chosen, or the one of key `keep`."""
        key = self.current_key() if keep is None else keep
        self._quiet = True
        self.rows.show_rows(rows)
        self.choose(key)
        self._quiet = False

    def current_key(self) -> Any:
        """The key of what is chosen, or None."""
        number = self.currentIndex().row()
        return self.rows.at(number).key if 0 <= number < self.rows.rowCount() else None

    def choose(self, key: Any) -> None:
        """Choose a row without telling anybody."""
        was, self._quiet = self._quiet, True
        number = self.rows.find(key)
        if number >= 0 and number != self.currentIndex().row():
            self.setCurrentIndex(self.rows.index(number))
        elif number < 0:
            self.clearSelection()
            self.setCurrentIndex(QModelIndex())
        self._quiet = was

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Coming here with Tab chooses nothing: Qt would make the first row the current one, see QAbstractItemView."""
        was, self._quiet = self._quiet, True
        before = self.currentIndex().isValid()
        super().focusInEvent(event)
        if not before:
            self.setCurrentIndex(QModelIndex())
        self._quiet = was

    def _moved(self, now: QModelIndex, _before: QModelIndex) -> None:
        if now.isValid() and not self._quiet:
            self._chosen(self.rows.at(now.row()).key)
