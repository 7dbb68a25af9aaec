"""A settings file that cannot be read: said over the form, with the two ways out of it."""

from PySide6.QtWidgets import QFrame, QLabel

from zishu_app.core.texts import t
from zishu_app.ui.follow import say
from zishu_app.ui.outside import open_file
from zishu_app.ui.tabs.settings.changes import Changes
from zishu_app.ui.theme.icons import put_picture
from zishu_app.ui.theme.tokens import GAP, NEAR
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import column, row
from zishu_app.ui.widgets.labels import label


class FaultStrip(QFrame):
    """It is there while the file is broken, and goes when it was mended."""

    def __init__(self, changes: Changes) -> None:
        super().__init__()
        self.setProperty("kind", "banner")
        self.setProperty("tone", "warn")
        self._changes = changes
        mark = QLabel()
        put_picture(mark, "warning", 20, "warn")
        head = label(
            "",
            lambda: t(
                "你的设置文件有误，现在用的是上一次的值", "Your settings file is wrong; it is not in force"
            ),
            wrap=True,
        )
        self._said = label("small", wrap=True)
        open_file = button(lambda: t("打开文件", "Open the file"), self._open, icon="external", kind="quiet")
        aside = button(
            lambda: t("改名放一边，恢复默认", "Put it aside, use the defaults"),
            changes.set_aside,
            icon="reset",
            kind="quiet",
        )
        words = column(head, self._said, row(open_file, aside, None), gap=4)
        line = row(mark, gap=GAP)
        line.addLayout(words, 1)
        line.setContentsMargins(GAP, NEAR, GAP, NEAR)
        self.setLayout(line)
        changes.changed.connect(self.renew)
        say(self, self.renew)

    def renew(self) -> None:
        """Say what is wrong now."""
        fault = self._changes.fault
        self.setVisible(fault is not None)
        if fault is not None:
            self._said.setText(f"{fault.message} {fault.hint}")

    def _open(self) -> None:
        open_file(self._changes.file)
