"""Memories: what she remembers as a list, and one of them to be read, changed or forgotten."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFileDialog, QSplitter, QStackedWidget, QWidget

from zishu_app.core.texts import t
from zishu_app.memory.look import get, history_of, origins_of
from zishu_app.memory.recollect import recollect
from zishu_app.memory.store import Kind, Memory
from zishu_app.ui.tabs.her.around import Around
from zishu_app.ui.tabs.her.memory_deeds import MemoryDeeds
from zishu_app.ui.tabs.her.memory_sheet import Acts, MemorySheet, Opened
from zishu_app.ui.tabs.her.memory_shelf import MemoryShelf
from zishu_app.ui.theme.tokens import NEAR, ROOM
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import column, row
from zishu_app.ui.widgets.labels import label
from zishu_app.ui.widgets.menu import Offer, menu_button


class Memories(QWidget):
    """Left the list, right the memory that is open."""

    def __init__(self, around: Around) -> None:
        super().__init__()
        self._around = around
        self.deeds = MemoryDeeds(self, around)
        self.shelf = MemoryShelf(around, self.choose, self._command)
        self.sheet = MemorySheet(
            Acts(self._save, self._pin, self._begin_merge, self._end, self._forget, self._left)
        )
        #: the one another is to go into
        self._into: Memory | None = None
        self._right = QStackedWidget()
        self._hint = self._made_hint()
        for part in (self._hint, self.sheet):
            self._right.addWidget(part)
        self._build()
        self.deeds.changed.connect(self._renew)
        self.deeds.came.connect(self._came)
        self.shelf.answered.connect(self._answered)
        around.memories_changed.connect(self.shelf.ask)

    def _build(self) -> None:
        add = button(
            lambda: t("写给她", "Add"),
            self.sheet_new,
            icon="add",
            hint=lambda: t("写一件要她记住的事", "Write a memory"),
        )
        more = menu_button(lambda: t("更多", "More"), "more", self._offers)
        head = row(add, more, None)
        left = QWidget()
        inside = column(head, gap=NEAR)
        inside.addWidget(self.shelf, 1)
        inside.setContentsMargins(ROOM, 0, NEAR, ROOM)
        left.setLayout(inside)
        splitter = QSplitter()
        splitter.setHandleWidth(NEAR)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(left)
        right = QWidget()
        beside = column(gap=0)
        beside.addWidget(self._right, 1)
        beside.setContentsMargins(0, 0, ROOM, ROOM)
        right.setLayout(beside)
        splitter.addWidget(right)
        splitter.setStretchFactor(0, 1)
        self._around.bench.remembered.keep_splitter("her.memories", splitter, [560, 430])
        whole = column(gap=0)
        whole.addWidget(splitter, 1)
        self.setLayout(whole)

    def _made_hint(self) -> QWidget:
        said = label(
            "soft",
            lambda: t(
                "选一条记忆来看；F2 改写，Delete 忘掉。",
                "Choose a memory to read it; F2 edits, Delete forgets.",
            ),
            wrap=True,
        )
        said.setAlignment(Qt.AlignmentFlag.AlignCenter)
        made = QWidget()
        made.setLayout(column(None, said, None, margin=ROOM))
        return made

    def _offers(self) -> Sequence[Offer]:
        return [
            Offer(
                t("导出为 JSON……", "Export as JSON …"),
                self._ask_export,
                "export",
                enabled=bool(self.shelf.whole),
            ),
            Offer(t("导入……", "Import …"), self._ask_import, "upload"),
        ]

    # what is shown

    def show_memory(self, number: int) -> None:
        """Bring a memory to be read."""
        self._around.bench.tasks.start(self, self._open(number), replaces="open")

    def choose(self, memory: Memory) -> None:
        """One was chosen in the list: to be read, or as the other of a merge."""
        if self._into is not None and self._into.id != memory.id:
            self._ask_merge(self._into, memory)
        elif self._into is None:
            self.show_memory(memory.id)

    def sheet_new(self) -> None:
        """Write something new."""
        self._stop_merge()
        self._right.setCurrentWidget(self.sheet)
        self.sheet.write_new()

    def take(self, path: Path) -> None:
        """A file of memories was let go over the page."""
        self.deeds.start(self.deeds.take(path), "take")

    async def _open(self, number: int) -> None:
        mind = await self._around.mind()

        def look(file: sqlite3.Connection) -> Opened | None:
            memory = get(file, number)
            if memory is None:
                return None
            return Opened(memory, history_of(file, number), len(origins_of(file, number)))

        opened = await mind.memories.ask(look)
        if opened is None:
            self._right.setCurrentWidget(self._hint)
            self.shelf.ask()
            return
        self.sheet.show_opened(opened)
        self._right.setCurrentWidget(self.sheet)
        self.shelf.rows.put(opened.memory)
        self.shelf.list.choose(number)
        self.sheet.show_why(await recollect(mind, self._around.house.store, number))

    def _renew(self, number: int) -> None:
        self.show_memory(number)

    def _came(self, number: int) -> None:
        if number:
            self.show_memory(number)
        else:
            self.sheet.opened = None
            self.sheet.question.hide()
            self._right.setCurrentWidget(self._hint)
        self.shelf.ask()

    def _answered(self) -> None:
        if self.sheet.opened is not None:
            self.shelf.list.choose(self.sheet.opened.memory.id)

    def _left(self) -> None:
        """Nothing new is written after all."""
        self._right.setCurrentWidget(self._hint)

    # what is done

    @property
    def _opened(self) -> Memory | None:
        return self.sheet.opened.memory if self.sheet.opened is not None else None

    def _command(self, name: str) -> None:
        acts = {
            "edit": self.sheet.write,
            "forget": self._forget,
            "pin": self._pin,
            "merge": self._begin_merge,
        }
        if self._opened is not None:
            acts[name]()

    def _save(self, text: str, kind: Kind) -> None:
        memory = self._opened
        if memory is None:
            self.deeds.start(self.deeds.add(text, kind), "add")
        else:
            self.sheet.stop_writing()
            self.deeds.start(self.deeds.rewrite(memory, text), "edit")

    def _pin(self) -> None:
        if (memory := self._opened) is not None:
            self.deeds.start(self.deeds.turn_pin(memory), "pin")

    def _end(self) -> None:
        if (memory := self._opened) is not None:
            self.deeds.start(self.deeds.turn_end(memory), "end")

    def _forget(self) -> None:
        if (memory := self._opened) is not None:
            self._around.bench.tasks.start(self, self._ask_forget(memory), replaces="forget")

    async def _ask_forget(self, memory: Memory) -> None:
        question = self.sheet.question
        question.wait(lambda: t("看看会忘掉些什么……", "Looking what would go with it …"))
        try:
            meaning = await self.deeds.meaning_of_forgetting(memory)
        except BaseException:
            question.close_()
            raise

        def do() -> None:
            question.wait(lambda: t("正在忘掉……", "Forgetting …"))
            self.deeds.start(self._forgotten(memory), "forget")

        if self._opened is not None and self._opened.id == memory.id:
            question.ask(lambda: meaning, lambda: t("忘掉", "Forget"), do)

    async def _forgotten(self, memory: Memory) -> None:
        try:
            await self.deeds.forget(memory)
        finally:
            self.sheet.question.close_()

    def _begin_merge(self) -> None:
        memory = self._opened
        if memory is None or self.shelf.whole < 2:
            return
        self._into = memory
        said = t(
            f"选出要并进“{_short(memory)}”的那一条。", f'Choose the one that goes into "{_short(memory)}".'
        )
        self.shelf.note.show_note(said, self._stop_merge)
        self.shelf.list.setFocus()

    def _ask_merge(self, kept: Memory, other: Memory) -> None:
        def do() -> None:
            self.sheet.question.close_()
            self._stop_merge()
            self.deeds.start(self.deeds.merge(kept, other), "merge")

        self.sheet.question.ask(
            lambda: t(
                f"“{_short(other)}”并进这一条；它的说法留在历史里。",
                f'"{_short(other)}" goes into this one; what it said stays in the history.',
            ),
            lambda: t("合并", "Merge"),
            do,
            self._stop_merge,
        )

    def _stop_merge(self) -> None:
        into, self._into = self._into, None
        self.shelf.note.hide()
        if into is not None:
            self.shelf.list.choose(into.id)

    def _ask_export(self) -> None:
        dialog = QFileDialog(self, t("导出记忆", "Export memories"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter("JSON (*.json)")
        dialog.setDefaultSuffix("json")
        dialog.selectFile(f"{self._around.character}-memories.json")
        dialog.fileSelected.connect(lambda name: self.deeds.start(self.deeds.give(Path(name)), "give"))
        dialog.open()

    def _ask_import(self) -> None:
        dialog = QFileDialog(self, t("导入记忆", "Import memories"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter("JSON (*.json)")
        dialog.fileSelected.connect(lambda name: self.take(Path(name)))
        dialog.open()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Look what she has noted meanwhile."""
        super().showEvent(event)
        self.shelf.ask()


def _short(memory: Memory) -> str:
    text = " ".join(memory.text.split())
    return text[:40] + "…" * (len(text) > 40)
