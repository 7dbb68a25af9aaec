"""What she says to the same questions at each checkpoint: a question a row, a checkpoint a column, side by side."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import (
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from zishu_app.core.texts import t
from zishu_app.ui.follow import LANGUAGE, LOOK, say
from zishu_app.ui.theme import look
from zishu_app.ui.theme.fonts import font
from zishu_app.ui.theme.tokens import BODY, NEAR, ROUND, SMALL, TIGHT
from zishu_app.ui.widgets.cards import column
from zishu_app.ui.widgets.labels import label, plain

Index = QModelIndex | QPersistentModelIndex

#: logical pixels: a column, the questions, the tallest answer
WIDE, ASKED, TALLEST = 236, 150, 240


class SaidTable(QAbstractTableModel):
    """`steps`: the checkpoints; `prompts`: the questions."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.steps: list[int] = []
        self.prompts: list[str] = []
        self._answers: dict[tuple[str, int], str] = {}

    def show_said(self, said: Sequence[Mapping[str, Any]]) -> None:
        """Show these: `step`, `prompt`, `answer`."""
        answers = {(str(one["prompt"]), int(one["step"])): str(one["answer"]) for one in said}
        if answers == self._answers:
            return
        self.beginResetModel()
        self._answers = answers
        self.steps = sorted({step for _, step in answers})
        self.prompts = list(dict.fromkeys(prompt for prompt, _ in answers))
        self.endResetModel()

    def answer(self, row: int, column_: int) -> str:
        """What she said."""
        return self._answers.get((self.prompts[row], self.steps[column_]), "")

    def same(self, row: int, column_: int) -> bool:
        """Whether she said the same at the checkpoint before."""
        return column_ > 0 and self.answer(row, column_) == self.answer(row, column_ - 1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's form
        """See QAbstractItemModel."""
        return 0 if parent.isValid() else len(self.prompts)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's form
        """See QAbstractItemModel."""
        return 0 if parent.isValid() else len(self.steps)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The answer; all of it in the tool tip."""
        if not index.isValid():
            return None
        answer = self.answer(index.row(), index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return answer
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain(answer) or None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self.prompts[index.row()]} {step_word(self.steps[index.column()])}: {answer}"
        return None

    def headerData(self, section: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: N802
        """The step above, the question at the left."""
        if role == Qt.ItemDataRole.DisplayRole:
            return (
                step_word(self.steps[section]) if way == Qt.Orientation.Horizontal else self.prompts[section]
            )
        return None


class _Painter(QStyledItemDelegate):
    """An answer on a ground of its own; one that is the same as before is faint."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """See QStyledItemDelegate."""
        model = index.model()
        assert isinstance(model, SaidTable)
        worn = look.now()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = option.rect.adjusted(3, 3, -3, -3)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.setPen(QColor(worn.violet if chosen else worn.line))
        painter.setBrush(QColor(worn.wash if chosen else worn.assistant))
        painter.drawRoundedRect(place, ROUND, ROUND)
        painter.setFont(font(BODY))
        painter.setPen(QColor(worn.faint if model.same(index.row(), index.column()) else worn.ink))
        painter.drawText(place.adjusted(NEAR, NEAR, -NEAR, -NEAR), _WRAPPED, str(index.data() or "–"))
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802 - Qt's name
        """As tall as the answer is, up to a limit."""
        room = option.fontMetrics.boundingRect(
            0, 0, WIDE - 2 * NEAR - 6, 10_000, _WRAPPED, str(index.data() or "")
        )
        return QSize(WIDE, min(room.height() + 2 * NEAR + 8, TALLEST))


_WRAPPED = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap)


class _Head(QHeaderView):
    """The questions at the left, wrapped, and the checkpoints above."""

    def paintSection(self, painter: QPainter, rect: QRect, index: int) -> None:  # noqa: N802 - Qt's name
        """See QHeaderView."""
        asked = self.orientation() == Qt.Orientation.Vertical
        text = str(self.model().headerData(index, self.orientation()) or "")
        painter.save()
        painter.setFont(font(BODY if asked else SMALL, QFont.Weight.Medium))
        painter.setPen(QColor(look.now().ink if asked else look.now().soft))
        painter.drawText(rect.adjusted(TIGHT, NEAR + 3 if asked else 0, -NEAR, 0), _WRAPPED, text)
        painter.restore()


class SaidView(QWidget):
    """The table, or why there is none."""

    def __init__(self) -> None:
        super().__init__()
        self.table = QTableView()
        self.model_ = SaidTable(self)
        self.table.setModel(self.model_)
        self.table.setItemDelegate(_Painter(self.table))
        self.table.setFont(font(BODY))
        self.table.setShowGrid(False)
        self.table.setProperty("kind", "rows")
        self.table.setWordWrap(True)
        self.table.setCornerButtonEnabled(False)
        self.table.setTabKeyNavigation(False)
        for turn in (self.table.setHorizontalScrollMode, self.table.setVerticalScrollMode):
            turn(QTableView.ScrollMode.ScrollPerPixel)
        above, left = (_Head(way, self.table) for way in (Qt.Orientation.Horizontal, Qt.Orientation.Vertical))
        self.table.setHorizontalHeader(above)
        self.table.setVerticalHeader(left)
        above.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        above.setDefaultSectionSize(WIDE)
        above.setHighlightSections(False)
        above.setSectionsClickable(False)
        left.setFixedWidth(ASKED)
        left.setSectionsClickable(False)
        self._nothing = label("soft", wrap=True)
        whole = column(self._nothing, gap=NEAR)
        whole.addWidget(self.table, 1)
        self.setLayout(whole)
        LANGUAGE.follow(self, self._speak)
        say(self.table, lambda: self.table.setAccessibleName(t("她的回答", "What she says")))
        LOOK.follow(self, self.table.viewport().update)

    def show_said(self, said: Sequence[Mapping[str, Any]]) -> None:
        """Show these; who stood at the newest checkpoint stays at the newest one."""
        bar = self.table.horizontalScrollBar()
        at_end = bar.value() >= bar.maximum() - WIDE // 2
        before = len(self.model_.steps)
        self.model_.show_said(said)
        if len(self.model_.steps) != before:
            self.table.resizeRowsToContents()
            if at_end and before:
                self.table.scrollTo(self.model_.index(0, len(self.model_.steps) - 1))
        self._speak()

    def _speak(self) -> None:
        empty = not self.model_.prompts
        self.table.setVisible(not empty)
        self._nothing.setVisible(empty)
        self._nothing.setText(
            t(
                "开始前和每次存档时问她同样的五句话，答案会并排列在这里。",
                "Before it begins and at each checkpoint she is asked the same five things; her answers stand here side by side.",
            )
        )
        self.table.horizontalHeader().viewport().update()


def step_word(step: int) -> str:
    """A checkpoint."""
    return t(f"第 {step:,} 步", f"Step {step:,}") if step else t("开始前", "Before")
