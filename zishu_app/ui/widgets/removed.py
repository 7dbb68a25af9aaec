"""What was removed from a list, at the foot of it: for some days each can be brought back, or made to go for good."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QWidget

from zishu_app.core.texts import counted, t
from zishu_app.studio.removed import Removed
from zishu_app.ui.follow import say
from zishu_app.ui.theme.tokens import NEAR, TIGHT
from zishu_app.ui.widgets.buttons import button, icon_button
from zishu_app.ui.widgets.cards import boxed, clear, column, row
from zishu_app.ui.widgets.elided import Elided
from zishu_app.ui.widgets.fold import Fold
from zishu_app.ui.widgets.labels import label


@dataclass(frozen=True)
class Ways:
    """What is done with one: brought back, or dropped for good."""

    back: Callable[[Removed], object]
    drop: Callable[[Removed], object]


class RemovedFold(QWidget):
    """One quiet line, hidden where nothing was removed; opened, it has a row for each."""

    def __init__(self, ways: Ways) -> None:
        super().__init__()
        self._ways = ways
        self._there: Sequence[Removed] = ()
        self._now = datetime.min
        self.shown: list[RemovedRow] = []
        self._rows = column(gap=TIGHT)
        self.fold = Fold(self._name, self._rows, lambda _open: None)
        whole = column(self.fold, gap=0)
        self.setLayout(whole)
        say(self, self._draw)

    def show_removed(self, there: Sequence[Removed], now: datetime) -> None:
        """Show these; where nothing has changed, nothing is drawn anew."""
        if (list(there), now.date()) != (list(self._there), self._now.date()):
            self._there, self._now = there, now
            self._draw()

    def _draw(self) -> None:
        clear(self._rows)
        self.shown = [RemovedRow(one, self._now, self._ways) for one in self._there]
        for made in self.shown:
            self._rows.addWidget(made)
        self.fold.head.setText(self._name())
        self.setVisible(bool(self._there))

    def _name(self) -> str:
        return t(f"移走的（{len(self._there)}）", f"Removed ({len(self._there)})")


class RemovedRow(QFrame):
    """One of them. Before it goes for good it is asked once, in its own place."""

    def __init__(self, one: Removed, now: datetime, ways: Ways) -> None:
        super().__init__()
        self.one = one
        name, self.under = Elided(""), Elided("small")
        name.setText(one.title)
        name.setProperty("foreign", True)
        say(self.under, lambda: self.under.setText(since_word(one, now)))
        self.back = icon_button("undo", lambda: t("拿回来", "Bring back"), lambda: ways.back(one))
        self.drop = icon_button("trash", lambda: t("彻底删除", "Delete for good"), self._ask)
        head = row(gap=TIGHT)
        head.addLayout(column(name, self.under, gap=0), 1)
        head.addWidget(self.back)
        head.addWidget(self.drop)
        self.sure = button(lambda: t("删除", "Delete"), lambda: ways.drop(one), kind="quiet")
        self.keep = button(lambda: t("留着", "Keep"), self._leave, kind="quiet")
        asked = label(
            "small", lambda: t("彻底删除，再也拿不回来？", "For good, with no way back?"), wrap=True
        )
        self._asked = boxed(column(asked, row(self.sure, self.keep, None, gap=NEAR), gap=TIGHT))
        self._asked.hide()
        self.setLayout(column(head, self._asked, gap=TIGHT))
        self.setToolTip(one.id)
        say(self, lambda: self.setAccessibleName(f"{one.title}, {since_word(one, now)}"))

    def _ask(self) -> None:
        self._asked.show()
        self.keep.setFocus()

    def _leave(self) -> None:
        self.drop.setFocus()
        self._asked.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Escape keeps it."""
        if event.key() == Qt.Key.Key_Escape and self._asked.isVisible():
            self._leave()
        else:
            super().keyPressEvent(event)


def since_word(one: Removed, now: datetime) -> str:
    """When it was removed, and how long it is kept yet."""
    ago, left = (now.date() - one.at.date()).days, max((one.until.date() - now.date()).days, 0)
    since = (
        t(f"{ago} 天前移走", f"removed {counted(ago, 'day')} ago")
        if ago > 1
        else t("昨天移走", "removed yesterday")
        if ago == 1
        else t("今天移走", "removed today")
    )
    return since + (t(f" · 再留 {left} 天", f" · kept {counted(left, 'day')} more") if left else "")
