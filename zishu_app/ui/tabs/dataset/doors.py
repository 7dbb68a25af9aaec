"""Where files come in: a wide place to drop them on at first, a line with the same two buttons once something has come."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QFrame, QLabel, QVBoxLayout, QWidget

from zishu_app.core.texts import t
from zishu_app.ui.theme.icons import put_picture
from zishu_app.ui.theme.tokens import GAP
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import card, row
from zishu_app.ui.widgets.labels import label
from zishu_app.ui.workbench import Workbench

FILTER = "*.json *.jsonl *.ndjson *.csv *.tsv *.parquet"


class Doors(QWidget):
    """`take` hears the files and folders that were chosen."""

    def __init__(self, bench: Workbench, take: Callable[[Sequence[Path]], object]) -> None:
        super().__init__()
        self._bench, self._take = bench, take
        self.wide, self.narrow = self._wide(), self._narrow()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.wide)
        layout.addWidget(self.narrow)
        self.open_wide(True)

    def open_wide(self, wide: bool) -> None:
        """Whether nothing has come yet."""
        self.wide.setVisible(wide)
        self.narrow.setVisible(not wide)

    def set_busy(self, busy: bool) -> None:
        """Whether something is coming in."""
        self.setEnabled(not busy)

    def _wide(self) -> QFrame:
        mark = QLabel()
        put_picture(mark, "empty-dataset", 210, height=140)
        title = label("title", lambda: t("把文件或文件夹拖到这里", "Drop files or folders here"))
        said = label("soft", _readable, wrap=True)
        for one in (title, said):
            one.setAlignment(Qt.AlignmentFlag.AlignCenter)
        said.setFixedWidth(520)
        return card(
            None,
            row(None, mark, None),
            title,
            row(None, said, None),
            row(None, *self._buttons(""), None, gap=GAP),
            None,
            kind="drop",
            margin=24,
        )

    def _narrow(self) -> QFrame:
        said = label("soft", lambda: t("再拖些文件到这里，或", "Drop more here, or"))
        return card(row(said, *self._buttons("quiet"), None), kind="drop", margin=GAP)

    def _buttons(self, kind: str) -> list[QWidget]:
        return [
            button(lambda: t("选择文件", "Choose files"), self._ask_files, icon="file", kind=kind),
            button(lambda: t("选择文件夹", "Choose a folder"), self._ask_folder, icon="folder", kind=kind),
        ]

    def _ask_files(self) -> None:
        dialog = self._dialog(t("选择文件", "Choose files"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilters(
            [t(f"可读的文件 ({FILTER})", f"What can be read ({FILTER})"), t("所有文件 (*)", "All files (*)")]
        )
        dialog.open()

    def _ask_folder(self) -> None:
        dialog = self._dialog(t("选择文件夹", "Choose a folder"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.open()

    def _dialog(self, title: str) -> QFileDialog:
        made = QFileDialog(self, title, self._bench.remembered.get("dataset.folder", ""))
        made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        made.filesSelected.connect(self._chosen)
        return made

    def _chosen(self, names: list[str]) -> None:
        if names:
            self._bench.remembered.put("dataset.folder", str(Path(names[0]).parent))
            self._take([Path(name) for name in names])


def _readable() -> str:
    return t(
        "可读：OpenAI messages、ShareGPT、Alpaca、CSV、Parquet、ChatGPT 导出、SillyTavern 聊天，以及这里导出的文件。"
        "已经有的不会再进来一次，读不了的会逐条说明。",
        "Read are OpenAI messages, ShareGPT, Alpaca, CSV, Parquet, ChatGPT's export, SillyTavern chats, and whatever"
        " was exported from here. What is there already does not come twice; what cannot be read is listed.",
    )
