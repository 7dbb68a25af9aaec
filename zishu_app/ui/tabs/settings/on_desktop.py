"""She and the system around her: whether she comes at login, and what this desktop does not allow, with the reasons.

Neither is a setting of ours: the system holds the one and decides the other, so both are asked of it whenever this is shown.
"""

import asyncio

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QWidget

from zishu_app.core.texts import t
from zishu_app.desktop.base import Cannot, Desktop
from zishu_app.ui.follow import say
from zishu_app.ui.theme.tokens import GAP, NEAR, TIGHT
from zishu_app.ui.widgets.cards import column, row
from zishu_app.ui.widgets.labels import label, rule
from zishu_app.ui.workbench import Workbench

#: pixels that a row of the form has for its mark, and for the way back to the shipped value
LEFT, RESET = TIGHT + 8 + NEAR, 36


class OnDesktop(QFrame):
    """A card below the settings of hers."""

    def __init__(self, bench: Workbench, desktop: Desktop) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._bench, self._desktop = bench, desktop
        self._cannot: list[Cannot] = []
        self.login = QCheckBox()
        self.missing = QWidget()
        self._rows = column(gap=NEAR)
        self.missing.setLayout(self._rows)
        self._rule = rule()
        whole = column(self._login_row(), self._rule, self.missing, gap=0)
        whole.setContentsMargins(GAP, TIGHT, GAP, TIGHT)
        self.setLayout(whole)
        self._show_missing()
        bench.news.settings_changed.connect(self._look)
        say(self, self._look)

    def _login_row(self) -> QWidget:
        """As a row of the form, see `form.FieldRow`."""
        title = label("", lambda: t("登录时出现", "Comes at login"))
        title.setBuddy(self.login)
        say(self.login, lambda: self.login.setAccessibleName(t("登录时出现", "Comes at login")))
        about = label(
            "small",
            lambda: t("登录系统后她自己来到桌面", "She comes to the desktop by herself when you log in"),
            wrap=True,
        )
        self.login.clicked.connect(
            lambda on: self._bench.tasks.start(self, self._switch(bool(on)), replaces="login")
        )
        made = QWidget()
        line = row(gap=NEAR)
        line.addLayout(column(title, about, gap=2), 1)
        line.addWidget(self.login)
        line.addSpacing(RESET)
        line.setContentsMargins(LEFT, GAP, TIGHT, GAP)
        made.setLayout(line)
        return made

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """It may have been changed elsewhere."""
        super().showEvent(event)
        self._look()

    def _look(self) -> None:
        if self.isVisible():
            self._bench.tasks.start(self, self._ask(), replaces="look")

    async def _ask(self) -> None:
        on, self._cannot = await asyncio.to_thread(
            lambda: (self._desktop.starts_at_login(), self._desktop.cannot())
        )
        self.login.setChecked(on)
        self._show_missing()

    async def _switch(self, on: bool) -> None:
        try:
            await asyncio.to_thread(self._desktop.start_at_login, on)
        finally:
            self.login.setChecked(await asyncio.to_thread(self._desktop.starts_at_login))

    def _show_missing(self) -> None:
        """What cannot be done, each with the reason."""
        while (item := self._rows.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        for seen in (self.missing, self._rule):
            seen.setVisible(bool(self._cannot))
        if not self._cannot:
            return
        self._rows.setContentsMargins(LEFT, GAP, TIGHT, GAP)
        self._rows.addWidget(label("", lambda: t("这里做不到的事", "What cannot be done here")))
        for one in self._cannot:
            self._rows.addWidget(_told(one))


def _told(one: Cannot) -> QWidget:
    what, why = label("soft", wrap=True), label("small", wrap=True)
    what.setText(one.what)
    why.setText(one.why)
    made = QWidget()
    made.setLayout(column(what, why, gap=2))
    return made
