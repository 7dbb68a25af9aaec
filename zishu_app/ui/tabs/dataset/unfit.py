"""Samples that an export left out, each with the reason; one that is clicked is opened for review."""

import re
from collections.abc import Sequence

from PySide6.QtWidgets import QFrame

from zishu_app.core.texts import counted, t
from zishu_app.dataset.export import Unfit
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.dataset.around import Around
from zishu_app.ui.theme.tokens import GAP, NEAR
from zishu_app.ui.widgets.cards import column
from zishu_app.ui.widgets.labels import label
from zishu_app.ui.widgets.rows import ROW, Row, RowList

#: rows in sight before the list scrolls
IN_SIGHT = 5


class UnfitList(QFrame):
    """It is there where something was left out."""

    def __init__(self, around: Around) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._around = around
        self._unfit: Sequence[Unfit] = ()
        self._left = 0
        self._title = label("lead")
        self.list = RowList(lambda _: None)
        self.list.activated.connect(
            lambda index: around.bench.go("review", self.list.rows.at(index.row()).key)
        )
        inside = column(self._title, self.list, gap=NEAR)
        inside.setContentsMargins(GAP, GAP, GAP, GAP)
        self.setLayout(inside)
        say(self, lambda: self.show_state(self._unfit, self._left, anew=True))
        say(self.list, lambda: self.list.setAccessibleName(t("没有写进去的样本", "Samples left out")))

    def show_state(self, unfit: Sequence[Unfit], left: int, *, anew: bool = False) -> None:
        """These, of so many."""
        self.setVisible(bool(unfit))
        if unfit is self._unfit and left == self._left and not anew:
            return
        self._unfit, self._left = unfit, left
        self._title.setText(t(f"没有写进去 {left:,} 条", f"{counted(left, 'sample')} left out"))
        self.list.setFixedHeight(min(max(len(unfit), 1), IN_SIGHT) * ROW + NEAR)
        self.list.show_rows(
            [
                Row(one.sample, _reason(one), one.hint, f"#{one.sample}", icon="warning", hint=one.message)
                for one in unfit
            ]
        )


def _reason(one: Unfit) -> str:
    """Without the number of the sample, which stands at the end of the line."""
    parts = re.split("：|: ", one.message, maxsplit=1)
    return parts[-1][:1].upper() + parts[-1][1:]
