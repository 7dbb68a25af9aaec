"""What could not be read: record by record, with the reason and what to do; searched and copied."""

from collections.abc import Callable

from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QFrame

from zishu_app.core.texts import counted, t
from zishu_app.ui.errors import Told
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.dataset.intake_state import IntakeState, Problem
from zishu_app.ui.theme.tokens import GAP, NEAR
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import column, row
from zishu_app.ui.widgets.labels import label
from zishu_app.ui.widgets.rows import Row, RowList
from zishu_app.ui.widgets.search import Search


class Problems(QFrame):
    """It is there where there are any. `tell` hears that something was copied."""

    def __init__(self, tell: Callable[[Told], object]) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._tell = tell
        self._state: IntakeState | None = None
        self._searched, self._drawn = "", -1
        self.list = RowList(lambda _: None)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self._title = label("lead")
        self.search = Search(lambda: t("搜索文件、行号、原因", "Search files, lines, reasons"), self._search)
        self._copy = button(lambda: t("复制", "Copy"), self.copy, icon="copy", kind="quiet")
        self._build()
        say(self, lambda: self.draw(anew=True))
        say(self.list, lambda: self.list.setAccessibleName(t("读不了的记录", "Records that cannot be read")))
        self.hide()

    def _build(self) -> None:
        head = row(self._title, None, self._copy, gap=NEAR)
        inside = column(head, self.search, gap=NEAR)
        inside.setContentsMargins(GAP, GAP, GAP, GAP)
        inside.addWidget(self.list, 1)
        self.list.setMinimumHeight(180)
        self.setLayout(inside)
        QShortcut(QKeySequence.StandardKey.Copy, self.list).activated.connect(self.copy)

    def show_state(self, state: IntakeState | None) -> None:
        """What is wrong with this import."""
        if state is not self._state:
            self._state, self._drawn = state, -1
            self.search.clear()
        self.draw()

    def draw(self, *, anew: bool = False) -> None:
        """Show what has come in since."""
        count = len(self._state.problems) if self._state else 0
        self.setVisible(bool(count))
        if self._state is None or (count == self._drawn and not anew):
            return
        self._drawn = count
        whole = count + self._state.more
        self._title.setText(t(f"{whole:,} 处没有读进来", f"{counted(whole, 'problem')}"))
        self.list.show_rows([_row(one) for one in self._state.matching(self._searched)])

    def _search(self, words: str) -> None:
        self._searched = words
        self.draw(anew=True)

    def copy(self) -> None:
        """The chosen ones, else all that are listed, as lines with tabs: file, place, reason, what to do."""
        if self._state is None:
            return
        listed = self._state.matching(self._searched)
        chosen = {index.row() for index in self.list.selectionModel().selectedIndexes()}
        taken = [one for number, one in enumerate(listed) if not chosen or number in chosen]
        QGuiApplication.clipboard().setText("\n".join(one.as_line() for one in taken))
        number = len(taken)
        self._tell(Told("good", t(f"已复制 {number:,} 行。", f"{counted(number, 'line')} copied.")))


def _row(one: Problem) -> Row:
    right = f"{one.path.name} · {one.place}" if one.place else one.path.name
    hint = "\n".join(part for part in (str(one.path), one.place, one.reason, one.hint) if part)
    state = t("整个文件", "whole file") if one.whole else ""
    return Row(one.number, one.reason, one.hint, right, state, "bad", icon="warning", hint=hint)
