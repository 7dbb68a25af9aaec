"""A version that cannot be read: what is wrong with it, what to do, and where it lies."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from zishu_app.core.errors import DataError
from zishu_app.core.texts import t
from zishu_app.ui.errors import told
from zishu_app.ui.outside import open_folder
from zishu_app.ui.theme.icons import put_picture
from zishu_app.ui.theme.tokens import GAP, NEAR, ROOM
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import column, row
from zishu_app.ui.widgets.elided import Elided
from zishu_app.ui.widgets.labels import label, set_kind


class BrokenView(QWidget):
    """`again` looks whether it can be read by now."""

    def __init__(self, again: Callable[[], object]) -> None:
        super().__init__()
        self._folder = Path()
        self._name, self._where = Elided("title"), Elided("small", middle=True)
        state = label("chip", lambda: t("读不了", "cannot be read"))
        set_kind(state, "chip", tone="bad")
        self._message, self._hint = label("", wrap=True), label("small", wrap=True)
        self.folder = button(
            lambda: t("打开文件夹", "Open folder"), self._open, icon="folder-open", kind="quiet"
        )
        self.again = button(lambda: t("再读一次", "Read it again"), again, icon="retry", kind="quiet")
        head = row(gap=GAP)
        head.addWidget(self._name, 1)
        head.addWidget(state)
        whole = column(column(head, self._where, gap=2), self._note(), gap=GAP)
        whole.addLayout(row(self.again, self.folder, None, gap=NEAR))
        whole.addStretch(1)
        whole.setContentsMargins(0, 0, NEAR, ROOM)
        self.setLayout(whole)

    def _note(self) -> QFrame:
        made, mark = QFrame(), QLabel()
        set_kind(made, "banner", tone="bad")
        put_picture(mark, "error", 20, "bad")
        line = row(gap=GAP)
        line.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(column(self._message, self._hint, gap=4), 1)
        line.setContentsMargins(GAP, NEAR, ROOM, NEAR)
        made.setLayout(line)
        return made

    def show_broken(self, folder: Path, error: DataError) -> None:
        """Say it of this one."""
        self._folder, said = folder, told(error)
        self._name.setText(folder.name)
        self._where.setText(str(folder))
        self._message.setText(said.message)
        self._hint.setText(said.hint)

    def _open(self) -> None:
        open_folder(self._folder)
