"""What is asked before memories are forgotten or become one, and where they are written to and read from."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from zishu_app.core.texts import t
from zishu_app.memory.store import Memory
from zishu_app.ui.tabs.her.memory_deeds import MemoryDeeds
from zishu_app.ui.tabs.her.memory_sheet import MemorySheet
from zishu_app.ui.tabs.her.memory_shelf import MemoryShelf


class Forgetting:
    """Says what would go, and only then forgets."""

    def __init__(self, deeds: MemoryDeeds, sheet: MemorySheet) -> None:
        self._deeds, self._sheet = deeds, sheet

    def ask(self, memory: Memory) -> None:
        """Ask whether to."""
        self._deeds.start(self._ask(memory), "forget")

    async def _ask(self, memory: Memory) -> None:
        question = self._sheet.question
        question.wait(lambda: t("看看会忘掉些什么……", "Looking what would go with it …"))
        meaning = ""
        try:
            meaning = await self._deeds.meaning_of_forgetting(memory)
        finally:
            if not meaning:
                question.close_()
        opened = self._sheet.opened
        if opened is None or opened.memory.id != memory.id:
            question.close_()
            return
        question.ask(lambda: meaning, lambda: t("忘掉", "Forget"), lambda: self._do(memory))

    def _do(self, memory: Memory) -> None:
        self._sheet.question.wait(lambda: t("正在忘掉……", "Forgetting …"))
        self._deeds.start(self._forget(memory), "forget")

    async def _forget(self, memory: Memory) -> None:
        try:
            await self._deeds.forget(memory)
        finally:
            self._sheet.question.close_()


class Merging:
    """One memory waits for another that goes into it."""

    def __init__(self, deeds: MemoryDeeds, sheet: MemorySheet, shelf: MemoryShelf) -> None:
        self._deeds, self._sheet, self._shelf = deeds, sheet, shelf
        #: the one another is to go into
        self.into: Memory | None = None

    def begin(self, memory: Memory) -> None:
        """Wait for the other one to be chosen."""
        if self._shelf.whole < 2:
            return
        self.into = memory
        said = t(
            f"选出要并进“{short(memory)}”的那一条。", f'Choose the one that goes into "{short(memory)}".'
        )
        self._shelf.note.show_note(said, self.stop)
        self._shelf.list.setFocus()

    def ask(self, other: Memory) -> None:
        """Ask whether `other` is the one."""
        kept = self.into
        if kept is None or kept.id == other.id:
            return

        def do() -> None:
            self._sheet.question.close_()
            self.stop()
            self._deeds.start(self._deeds.merge(kept, other), "merge")

        self._sheet.question.ask(
            lambda: t(
                f"“{short(other)}”并进这一条；它的说法留在历史里。",
                f'"{short(other)}" goes into this one; what it said stays in the history.',
            ),
            lambda: t("合并", "Merge"),
            do,
            self.stop,
        )

    def stop(self) -> None:
        """Nothing waits any more."""
        into, self.into = self.into, None
        self._shelf.note.hide()
        if into is not None:
            self._shelf.list.choose(into.id)


def ask_export(owner: QWidget, name: str, write: Callable[[Path], object]) -> None:
    """Where to."""
    dialog = QFileDialog(owner, t("导出记忆", "Export memories"))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilter("JSON (*.json)")
    dialog.setDefaultSuffix("json")
    dialog.selectFile(name)
    dialog.fileSelected.connect(lambda chosen: write(Path(chosen)))
    dialog.open()


def ask_import(owner: QWidget, read: Callable[[Path], object]) -> None:
    """Where from."""
    dialog = QFileDialog(owner, t("导入记忆", "Import memories"))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilter("JSON (*.json)")
    dialog.fileSelected.connect(lambda chosen: read(Path(chosen)))
    dialog.open()


def short(memory: Memory) -> str:
    """The beginning of what it says."""
    text = " ".join(memory.text.split())
    return text[:40] + "…" * (len(text) > 40)
