"""The foot of what is read: the marks, what can be done with which key, and a line about the place one is at."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QSizePolicy

from zishu_app.core.texts import t
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.review.commands import key_of
from zishu_app.ui.tabs.review.rating import Marks
from zishu_app.ui.theme.tokens import GAP, NEAR, TIGHT
from zishu_app.ui.widgets.cards import column, row
from zishu_app.ui.widgets.elided import Elided
from zishu_app.ui.widgets.keycap import KeyButton
from zishu_app.ui.widgets.labels import Say

#: the line beside the marks has at least this width, else it stands below them
TOLD = 200


class Foot(QFrame):
    """`do` hears the name of a command; `marked` a mark, see Marks."""

    def __init__(self, do: Callable[[str], object], marked: Callable[[str, int | None], object]) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        # what is shown follows from the width, so the width must not follow from what is shown
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Maximum)
        self.setMinimumWidth(280)
        self.marks = Marks(marked)
        self.told = Elided("small")
        self._do = do
        self._accept = self._button("accept", lambda: t("采纳", "Accept"), "check", "primary")
        self._reject = self._button("reject", lambda: t("退回", "Reject"), "close", "")
        #: in the order in which they are needed; where there is little room the last ones go, the palette has them all
        self._more = [
            self._button("edit", lambda: t("修改", "Edit"), "edit"),
            self._button("flag", lambda: t("插旗", "Flag"), "flag"),
            self._button("tag", lambda: t("标签", "Tag"), "tag"),
            self._button("undo", lambda: t("撤销", "Undo"), "undo"),
            self._button("versions", lambda: t("版本", "Versions"), "history"),
            self._button("xray", lambda: t("透视", "X-ray"), "eye"),
        ]
        self._ends = [
            self._button("palette", lambda: t("命令", "Commands"), "keyboard"),
            self._button("help", lambda: t("按键", "Keys"), "help"),
        ]
        self._first = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._first.setSpacing(GAP)
        self._first.addWidget(self.marks)
        self._first.addWidget(self.told, 1)
        line = row(self._accept, self._reject, NEAR, *self._more, None, *self._ends, gap=TIGHT)
        inside = column(self._first, line, gap=TIGHT)
        inside.setContentsMargins(GAP, NEAR, GAP, NEAR)
        self.setLayout(inside)
        say(self, self.fit)

    def _button(self, name: str, text: Say, icon: str, kind: str = "quiet") -> KeyButton:
        return KeyButton(text, key_of(name), lambda: self._do(name), icon=icon, kind=kind)

    def say(self, text: str) -> None:
        """A line about the place the keyboard is at."""
        self.told.setText(text)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Words where there is room for them, else icons; and not more than there is room for."""
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """Show what there is room for."""
        room = self.width() - 2 * GAP - NEAR - TIGHT
        beside = self.marks.sizeHint().width() + TOLD <= room
        way = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        self._first.setDirection(way)
        self._first.setSpacing(GAP if beside else 2)
        self.told.setAlignment(Qt.AlignmentFlag.AlignRight if beside else Qt.AlignmentFlag.AlignLeft)
        narrow = self._taken(self._more, narrow=False) > room
        shown = list(self._more)
        while shown and self._taken(shown, narrow=narrow) > room:
            shown.pop()
        for one in (*self._more, *self._ends):
            one.narrow(narrow)
        for one in self._more:
            one.setVisible(one in shown)

    def _taken(self, more: Sequence[KeyButton], *, narrow: bool) -> int:
        firm = sum(one.wide(narrow=False) + TIGHT for one in (self._accept, self._reject))
        return firm + sum(one.wide(narrow=narrow) + TIGHT for one in (*more, *self._ends))
