"""A result that was opened from its file, without a run around it."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from zishu_app.core.texts import t
from zishu_app.ui.tabs.distill.reader import Reader
from zishu_app.ui.tabs.distill.reading import reading_of_file
from zishu_app.ui.theme.tokens import ROOM
from zishu_app.ui.widgets.cards import column
from zishu_app.ui.workbench import Workbench


class ResultPane(QWidget):
    """`shown` hears that there is something to be seen; `back` leaves it."""

    def __init__(self, bench: Workbench, shown: Callable[[], object], back: Callable[[], object]) -> None:
        super().__init__()
        self._bench, self._shown = bench, shown
        self.reader = Reader(bench, back, lambda _: None)
        self.setLayout(column(self.reader, gap=0, margin=ROOM))

    def open(self, path: Path) -> None:
        """Show a result's file; one that cannot be read is told, and what was there before stays."""
        self._bench.tasks.start(self, self._read(path), replaces="open")

    async def _read(self, path: Path) -> None:
        reading = await asyncio.to_thread(reading_of_file, path)
        self._shown()
        await self.reader.read(path, lambda _: reading)

    def ask(self) -> None:
        """Ask for a file."""
        folder = self._bench.remembered.get("distill.folder", "")
        dialog = QFileDialog(self, t("打开结果文件", "Open a result"), folder)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(t("蒸馏结果 (distilled_*.json *.json)", "Results (distilled_*.json *.json)"))
        dialog.fileSelected.connect(lambda name: self.open(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
