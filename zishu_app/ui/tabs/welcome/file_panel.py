"""A model file one has: dropped or chosen, looked at, used where it lies or copied into the models folder."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from zishu_app.brains.adopt import copy_in
from zishu_app.brains.events import Received
from zishu_app.brains.look import ModelFile, look_at
from zishu_app.core.errors import ZishuError
from zishu_app.core.streams import closing
from zishu_app.core.texts import t
from zishu_app.ui.errors import Told
from zishu_app.ui.tabs.welcome.brain import try_brain, use_brain
from zishu_app.ui.tabs.welcome.file_facts import FileFacts
from zishu_app.ui.tabs.welcome.verdict import Verdict, advice
from zishu_app.ui.theme.tokens import GAP
from zishu_app.ui.widgets.bar import Bar
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import boxed, card, column, row
from zishu_app.ui.widgets.download_row import received
from zishu_app.ui.widgets.labels import label
from zishu_app.ui.workbench import Workbench


class FilePanel(QWidget):
    """`done` is called with nothing when she has the new brain."""

    def __init__(self, bench: Workbench, done: Callable[[], object]) -> None:
        super().__init__()
        self._bench, self._done = bench, done
        self._file: ModelFile | None = None
        self.facts = FileFacts()
        self.verdict = Verdict()
        self._bar = Bar()
        self._bar.hide()
        self._empty, self._shown = self._drop(), boxed(self._known())
        self._shown.hide()
        self.setLayout(column(self._empty, self._shown, self._bar, self.verdict, gap=GAP))

    def look(self, path: Path) -> None:
        """Look at a file that was dropped or chosen."""
        self._bench.tasks.start(self, self._look(path), replaces="work", failed=self._told)

    def use(self, copied: bool) -> None:
        """Use the file that is shown: where it lies, or a copy in the models folder."""
        if self._file is not None:
            self._busy(True)
            self._bench.tasks.start(self, self._use(self._file, copied), replaces="work", failed=self._told)

    def choose(self) -> None:
        """Ask for a file."""
        dialog = QFileDialog(self, t("选择 GGUF 模型文件", "Choose a GGUF model file"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([t("GGUF 模型 (*.gguf)", "GGUF models (*.gguf)")])
        dialog.fileSelected.connect(lambda name: self.look(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _drop(self) -> QWidget:
        self.pick = button(lambda: t("选择文件……", "Choose a file …"), self.choose, icon="folder-open")
        hint = label("soft", lambda: t("把 .gguf 文件拖到这里，或", "Drop a .gguf file here, or"))
        return card(row(None, hint, self.pick, None, gap=GAP), kind="drop")

    def _known(self) -> QVBoxLayout:
        self.in_place = button(lambda: t("就地使用", "Use it where it is"), lambda: self.use(False))
        self.copy = button(
            lambda: t("复制到模型文件夹再用", "Copy it to the models folder"),
            lambda: self.use(True),
            kind="quiet",
        )
        self.another = button(lambda: t("换一个文件", "Another file"), self._again, kind="quiet")
        self.halt = button(lambda: t("停下", "Stop"), self._halt, icon="stop")
        self.halt.hide()
        return column(self.facts, row(self.in_place, self.copy, self.another, self.halt, None), gap=GAP)

    async def _look(self, path: Path) -> None:
        self._file = None
        self.verdict.show_told(None)
        found = await asyncio.to_thread(look_at, path)
        self._file = found
        self.facts.show_file(found)
        self._show(True)
        self.in_place.setFocus()

    async def _use(self, file: ModelFile, copied: bool) -> None:
        path = await self._copied(file) if copied else file.path
        self._bar.hide()
        self.verdict.show_told(
            Told("info", t("正在装进内存，让她说句话……", "Loading it, and having it say a word …"))
        )
        try:
            tried = await try_brain(self._bench.house, self._bench.house.choose(str(path)))
        except ZishuError as error:
            self._told(advice(error))
            return
        await use_brain(self._bench, str(path))
        self._busy(False)
        told = t(
            f"可以用：{tried.seconds:.1f} 秒答复，她说“{tried.text}”。",
            f"Works: {tried.seconds:.1f} s, it says “{tried.text}”.",
        )
        self.verdict.show_told(Told("good", told))
        self._done()

    async def _copied(self, file: ModelFile) -> Path:
        path, models = file.path, self._bench.house.home.models
        if path.parent == models:
            return path
        self._bar.show()
        async with closing(copy_in(path, models)) as events:
            async for event in events:
                if isinstance(event, Received):
                    self._bar.set_share(event.done / max(event.total or 1, 1))
                    so_far = received(event)
                    self.verdict.show_told(Told("info", t(f"正在复制：{so_far}", f"Copying: {so_far}")))
                else:
                    path = event.path
        return path

    def _halt(self) -> None:
        self._bench.tasks.start(self, _nothing(), replaces="work")
        self._told(Told("info", t("停下了，没有留下半个文件。", "Stopped; no half file is left.")))

    def _again(self) -> None:
        self._file = None
        self.verdict.show_told(None)
        self._show(False)
        self.pick.setFocus()

    def _show(self, known: bool) -> None:
        self._shown.setVisible(known)
        self._empty.setVisible(not known)

    def _told(self, said: Told) -> None:
        self._busy(False)
        self._bar.hide()
        self.verdict.show_told(said)

    def _busy(self, busy: bool) -> None:
        for one in (self.in_place, self.copy, self.another):
            one.setVisible(not busy)
        self.halt.setVisible(busy)


async def _nothing() -> None:
    """Takes the place of what is to be ended."""
