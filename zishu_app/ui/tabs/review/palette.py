"""Every command by its name: a few letters of it, in Chinese or English, and Enter."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from zishu_app.core.texts import t
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.review.commands import COMMANDS, Command, group_name
from zishu_app.ui.tabs.review.fuzzy import best
from zishu_app.ui.theme import look
from zishu_app.ui.theme.fonts import font
from zishu_app.ui.theme.tokens import BODY, GAP, NEAR, ROUND, SMALL, TIGHT
from zishu_app.ui.widgets.cards import column
from zishu_app.ui.widgets.keycap import key_name, key_width, paint_key
from zishu_app.ui.widgets.labels import label
from zishu_app.ui.widgets.overlay import Overlay

Index = QModelIndex | QPersistentModelIndex

SIZE = QSize(560, 460)
HEIGHT = 36
#: what makes no sense to be looked up: one is there, or in it
LEFT_OUT = (
    "palette",
    "next_message",
    "previous_message",
    "first_message",
    "last_message",
    "page_down",
    "page_up",
)


class Palette:
    """`do` hears the name of the command that is chosen, when the palette has gone."""

    def __init__(self, page: QWidget, do: Callable[[str], object]) -> None:
        self._do = do
        card = QFrame()
        card.setProperty("kind", "card")
        self.found = _Found(card)
        self.list = QListView()
        self.list.setModel(self.found)
        self.list.setItemDelegate(_Painter(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.clicked.connect(lambda index: self._take(index.row()))
        self.field = _Asked(self._step, lambda: self._take(self.list.currentIndex().row()))
        self.field.textChanged.connect(self._search)
        self._none = label("small", lambda: t("没有这样的命令。", "There is no such command."))
        inside = column(self.field, self._none, gap=NEAR)
        inside.addWidget(self.list, 1)
        inside.setContentsMargins(GAP, GAP, GAP, NEAR)
        card.setLayout(inside)
        self.overlay = Overlay(page, card, SIZE)

        def speak() -> None:
            self.field.setPlaceholderText(t("要做什么？中文、英文都行", "What to do? In Chinese or English"))
            self.field.setAccessibleName(t("找一个命令", "Find a command"))
            self.list.setAccessibleName(t("命令", "Commands"))

        say(card, speak)

    def open(self) -> None:
        """With all commands."""
        self.field.clear()
        self._search("")
        self.overlay.open(self.field)

    def _search(self, asked: str) -> None:
        known = [(one, (one.zh, one.en)) for one in COMMANDS if one.name not in LEFT_OUT]
        self.found.show_commands(best(asked, known))
        self.list.setCurrentIndex(self.found.index(0))
        self._none.setVisible(not self.found.commands)

    def _step(self, by: int) -> None:
        count = self.found.rowCount()
        if count:
            self.list.setCurrentIndex(self.found.index((self.list.currentIndex().row() + by) % count))

    def _take(self, row: int) -> None:
        if 0 <= row < len(self.found.commands):
            name = self.found.commands[row].name
            self.overlay.close_()
            self._do(name)


class _Asked(QLineEdit):
    """Up and Down choose in the list, Enter takes."""

    def __init__(self, step: Callable[[int], object], take: Callable[[], object]) -> None:
        super().__init__()
        self._step, self._take = step, take

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """See QLineEdit."""
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}
        step = next((by for key, by in steps.items() if key == event.key()), None)
        if step is not None:
            self._step(step)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take()
        else:
            super().keyPressEvent(event)


class _Found(QAbstractListModel):
    """The commands that are meant."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.commands: list[Command] = []

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's form
        """See QAbstractItemModel."""
        return 0 if parent.isValid() else len(self.commands)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The command under UserRole, its name under the others."""
        if not index.isValid():
            return None
        command = self.commands[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return command
        return command.said if role == Qt.ItemDataRole.DisplayRole else None

    def show_commands(self, commands: list[Command]) -> None:
        """Show these."""
        self.beginResetModel()
        self.commands = commands
        self.endResetModel()


class _Painter(QStyledItemDelegate):
    """A command, its group and its key."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:  # noqa: N802 - Qt's name
        """See QStyledItemDelegate."""
        return QSize(120, HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """See QStyledItemDelegate."""
        command: Command = index.data(Qt.ItemDataRole.UserRole)
        worn, place = look.now(), option.rect.adjusted(2, 1, -TIGHT, -1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(worn.wash_strong))
            painter.drawRoundedRect(QRectF(place), ROUND, ROUND)
        inside = place.adjusted(GAP, 0, -GAP, 0)
        right = inside.right()
        if command.keys:
            name = key_name(command.keys[0])
            right -= key_width(name)
            paint_key(painter, QRect(right, inside.top(), key_width(name), inside.height()), name)
        painter.setFont(font(SMALL))
        painter.setPen(QColor(worn.faint))
        group = group_name(command.group)
        room = QRect(inside.left(), inside.top(), right - GAP - inside.left(), inside.height())
        painter.drawText(room, _RIGHT, group)
        taken = painter.fontMetrics().horizontalAdvance(group) + GAP
        painter.setFont(font(BODY))
        painter.setPen(QColor(worn.ink))
        words = painter.fontMetrics().elidedText(
            command.said, Qt.TextElideMode.ElideRight, room.width() - taken
        )
        painter.drawText(room, _LEFT, words)
        painter.restore()


_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
