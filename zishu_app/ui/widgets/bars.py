"""Counts as lying bars: what is counted, a bar, how many. Each can be picked, by mouse or keyboard."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFocusEvent, QFontMetrics, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QListView,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from zishu_app.ui.follow import LOOK
from zishu_app.ui.theme import look
from zishu_app.ui.theme.fonts import font
from zishu_app.ui.theme.tokens import BODY, NEAR, ROUND_SMALL, SMALL, TIGHT
from zishu_app.ui.widgets.labels import plain

Index = QModelIndex | QPersistentModelIndex

#: logical pixels: a row, the bar in it, the least bar that is seen, the share of the width that names may take
ROW, BAR, LEAST, NAMES = 30, 12, 3, 0.42
#: the narrowest column of names
NARROWEST = 56


@dataclass(frozen=True, slots=True)
class Tally:
    """One row: how many there are of something."""

    key: Any
    name: str
    count: int
    #: what is said of it: for the tool tip and the screen reader
    hint: str = ""
    #: its colour: a name of theme/tokens
    token: str = "violet"


class _Tallies(QAbstractListModel):
    """The rows."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows: list[Tally] = []

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's form
        """See QAbstractItemModel."""
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The row itself under UserRole; in words under the others."""
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return row
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain(row.hint) or None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return row.hint or f"{row.name}: {row.count:,}"
        return None

    def show_rows(self, rows: Sequence[Tally]) -> None:
        """Show these; where the keys are the same, the one that was chosen stays so."""
        if [row.key for row in rows] == [row.key for row in self.rows]:
            self.rows = list(rows)
            if rows:
                self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
            return
        self.beginResetModel()
        self.rows = list(rows)
        self.endResetModel()


class Bars(QListView):
    """As high as its rows are. `picked` hears the key of a row that is clicked, or that Enter is pressed on; where
    nobody wants to hear, the rows are to be looked at only.
    """

    def __init__(self, picked: Callable[[Any], object] | None = None) -> None:
        super().__init__()
        self._picked = picked
        self._model = _Tallies(self)
        self._painter = _Painter(self)
        self.setModel(self._model)
        self.setItemDelegate(self._painter)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        for turn in (self.setHorizontalScrollBarPolicy, self.setVerticalScrollBarPolicy):
            turn(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        if picked is not None:
            self.clicked.connect(lambda index: self._pick(index))
            self.viewport().setCursor(Qt.CursorShape.PointingHandCursor)
        LOOK.follow(self, self.viewport().update)
        self.show_tallies([])

    @property
    def tallies(self) -> list[Tally]:
        """What is shown."""
        return self._model.rows

    def show_tallies(self, rows: Sequence[Tally]) -> None:
        """Show these, from the top; bars are as long as their counts are to the largest."""
        self._model.show_rows(rows)
        self._measure()
        self.setFixedHeight(max(len(rows), 1) * ROW + 2)
        self.viewport().update()

    def _measure(self) -> None:
        rows, names = self._model.rows, QFontMetrics(font(BODY))
        widest = max((names.horizontalAdvance(row.name) for row in rows), default=0)
        numbers = QFontMetrics(font(SMALL))
        self._painter.columns = (
            int(min(max(widest + 2 * NEAR, NARROWEST), max(self.width() * NAMES, NARROWEST))),
            max((numbers.horizontalAdvance(f"{row.count:,}") for row in rows), default=0) + NEAR,
        )
        self._painter.most = max((row.count for row in rows), default=0)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Names take their share of the width."""
        super().resizeEvent(event)
        self._measure()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """The keys begin at the first row."""
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self._model.rows:
            self.setCurrentIndex(self._model.index(0))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Enter and Space pick."""
        keys = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
        if event.key() in keys and self.currentIndex().isValid():
            self._pick(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def _pick(self, index: Index) -> None:
        if self._picked is not None:
            self._picked(self._model.rows[index.row()].key)


class _Painter(QStyledItemDelegate):
    """Draws a row. `columns`: widths of names and of numbers; `most`: the count of the longest bar."""

    columns = (NARROWEST, NARROWEST)
    most = 0

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:  # noqa: N802 - Qt's name
        """See QStyledItemDelegate."""
        return QSize(120, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """See QStyledItemDelegate."""
        row: Tally = index.data(Qt.ItemDataRole.UserRole)
        worn, state = look.now(), option.state
        place = option.rect.adjusted(0, 1, 0, -1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focused = bool(state & QStyle.StateFlag.State_HasFocus)
        painter.setPen(QColor(worn.violet) if focused else Qt.PenStyle.NoPen)
        over = bool(state & QStyle.StateFlag.State_MouseOver)
        painter.setBrush(QColor(worn.wash) if over else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(place).adjusted(0.5, 0.5, -0.5, -0.5), ROUND_SMALL, ROUND_SMALL)
        self._row(painter, row, place.adjusted(TIGHT, 0, -TIGHT, 0))
        painter.restore()

    def _row(self, painter: QPainter, row: Tally, place: QRect) -> None:
        worn = look.now()
        names, numbers = self.columns
        painter.setFont(font(BODY))
        painter.setPen(QColor(worn.ink if row.count else worn.faint))
        name = painter.fontMetrics().elidedText(row.name, Qt.TextElideMode.ElideRight, names - NEAR)
        painter.drawText(QRect(place.left(), place.top(), names, place.height()), _LEFT, name)
        painter.setFont(font(SMALL))
        painter.setPen(QColor(worn.soft if row.count else worn.faint))
        painter.drawText(place, _RIGHT, f"{row.count:,}")
        room = place.width() - names - numbers
        if not row.count or not self.most or room <= 0:
            return
        bar = QRectF(place.left() + names, place.center().y() - BAR / 2 + 0.5, 0, BAR)
        bar.setWidth(max(room * row.count / self.most, LEAST))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(getattr(worn, row.token)))
        painter.drawRoundedRect(bar, min(TIGHT, bar.width() / 2), min(TIGHT, bar.width() / 2))


_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
