"""A list of which any number can be chosen: a box before each row, a click on the row itself looks at it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from zishu_app.ui.follow import LOOK
from zishu_app.ui.theme import look
from zishu_app.ui.theme.drawings import pixmap
from zishu_app.ui.theme.fonts import font
from zishu_app.ui.theme.tokens import BODY, GAP, NEAR, SMALL, TIGHT
from zishu_app.ui.widgets.labels import plain
from zishu_app.ui.widgets.rows import paint_ground

Index = QModelIndex | QPersistentModelIndex

HEIGHT = 52
BOX = 18
#: how far from the left a click means the box
REACH = 44


@dataclass(frozen=True, slots=True)
class Check:
    """One row. `broken`: it is shown, and cannot be chosen."""

    key: Any
    title: str
    under: str = ""
    #: a word at the right end of the first line
    mark: str = ""
    checked: bool = False
    broken: bool = False
    hint: str = ""


class Checks(QAbstractListModel):
    """The rows of a list; screen readers hear which are chosen."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows: list[Check] = []

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's form
        """See QAbstractItemModel."""
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The row itself under UserRole."""
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return row
        if role == Qt.ItemDataRole.CheckStateRole and not row.broken:
            return Qt.CheckState.Checked if row.checked else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain(row.hint) or None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return ", ".join(part for part in (row.title, row.mark, row.under) if part)
        return None

    def show_rows(self, rows: Sequence[Check]) -> None:
        """Show these; where the keys are the same, only what differs is drawn anew."""
        if [row.key for row in rows] != [row.key for row in self.rows]:
            self.beginResetModel()
            self.rows = list(rows)
            self.endResetModel()
            return
        for number, (old, new) in enumerate(zip(self.rows, rows, strict=True)):
            if old != new:
                self.rows[number] = new
                self.dataChanged.emit(self.index(number), self.index(number))


class _Painter(QStyledItemDelegate):
    """Draws a row with its box."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:  # noqa: N802 - Qt's name
        """See QStyledItemDelegate."""
        return QSize(120, HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """See QStyledItemDelegate."""
        row: Check = index.data(Qt.ItemDataRole.UserRole)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = option.rect.adjusted(0, 1, -TIGHT, -1)
        focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
        paint_ground(painter, option, place, ringed=focused)
        box = QRect(place.left() + GAP, place.top() + (place.height() - BOX) // 2, BOX, BOX)
        self._box(painter, row, box)
        left = place.left() + REACH - TIGHT
        self._words(painter, row, QRect(left, place.top() + 6, place.right() - GAP - left, 20))
        painter.restore()

    def _box(self, painter: QPainter, row: Check, box: QRect) -> None:
        worn, scale = look.now(), painter.device().devicePixelRatio()
        if row.broken:
            painter.drawPixmap(box.topLeft(), pixmap("warning", worn.warn, BOX, scale))
            return
        painter.setPen(QColor(worn.violet if row.checked else worn.outline))
        painter.setBrush(QColor(worn.violet if row.checked else worn.raised))
        painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        if row.checked:
            painter.drawPixmap(box.left() + 2, box.top() + 2, pixmap("check", worn.on_violet, BOX - 4, scale))

    def _words(self, painter: QPainter, row: Check, line: QRect) -> None:
        worn, room = look.now(), line.width()
        painter.setFont(font(SMALL))
        if row.mark:
            painter.setPen(QColor(worn.warn if row.broken else worn.violet_ink))
            painter.drawText(line, _RIGHT, row.mark)
            room -= painter.fontMetrics().horizontalAdvance(row.mark) + NEAR
        under = painter.fontMetrics().elidedText(row.under, Qt.TextElideMode.ElideRight, line.width())
        painter.setPen(QColor(worn.soft))
        painter.drawText(line.translated(0, 20), _LEFT, under)
        painter.setFont(font(BODY, QFont.Weight.Medium))
        painter.setPen(QColor(worn.ink))
        title = painter.fontMetrics().elidedText(row.title, Qt.TextElideMode.ElideRight, room)
        painter.drawText(line, _LEFT, title)


_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class CheckList(QListView):
    """`toggled` hears the key of a row whose box is clicked, or that Space is pressed on; `looked` the key of
    the row that is looked at; `opened` the one that is double-clicked, or Enter is pressed on.
    """

    def __init__(
        self,
        toggled: Callable[[Any], object],
        looked: Callable[[Any], object],
        opened: Callable[[Any], object],
    ) -> None:
        super().__init__()
        self.model_ = Checks(self)
        self.setModel(self.model_)
        self.setItemDelegate(_Painter(self))
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._toggled, self._looked, self._opened = toggled, looked, opened
        self._quiet = False
        self.selectionModel().currentChanged.connect(self._moved)
        LOOK.follow(self, self.viewport().update)

    def show_rows(self, rows: Sequence[Check], keep: Any = None) -> None:
        """Show these and look at the row of key `keep`, else at the one looked at before, else at the first."""
        key = self.current_key() if keep is None else keep
        self._quiet = True
        self.model_.show_rows(rows)
        keys = [row.key for row in self.model_.rows]
        number = keys.index(key) if key in keys else 0 if keys else -1
        if number != self.currentIndex().row():
            self.setCurrentIndex(self.model_.index(number))
        self._quiet = False
        if self.current_key() is not None:
            self._looked(self.current_key())

    def current_key(self) -> Any:
        """The key of the row that is looked at, or None."""
        number = self.currentIndex().row()
        return self.model_.rows[number].key if 0 <= number < len(self.model_.rows) else None

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """On the box: choose; else look."""
        index = self.indexAt(event.position().toPoint())
        on_box = index.isValid() and event.position().x() < REACH
        if on_box and event.button() == Qt.MouseButton.LeftButton:
            self._toggle(index)
            return
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """On the box it is two clicks; else open."""
        index = self.indexAt(event.position().toPoint())
        if not index.isValid():
            return
        if event.position().x() < REACH:
            self._toggle(index)
        else:
            self._opened(self.model_.rows[index.row()].key)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Space chooses, Enter opens."""
        index = self.currentIndex()
        if event.key() == Qt.Key.Key_Space and index.isValid():
            self._toggle(index)
        elif (
            event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and index.isValid() and not event.modifiers()
        ):
            self._opened(self.model_.rows[index.row()].key)
        else:
            super().keyPressEvent(event)

    def _toggle(self, index: QModelIndex) -> None:
        row = self.model_.rows[index.row()]
        if not row.broken:
            self._toggled(row.key)

    def _moved(self, now: QModelIndex, _before: QModelIndex) -> None:
        if now.isValid() and not self._quiet:
            self._looked(self.model_.rows[now.row()].key)
