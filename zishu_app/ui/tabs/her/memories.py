"""Memories: what she remembers as a list, and one of them to be read, changed or forgotten."""

import sqlite3
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget

from zishu_app.core.texts import t
from zishu_app.memory.look import get, history_of, is_merged, origins_of
from zishu_app.memory.recollect import recollect
from zishu_app.memory.store import Kind, Memory
from zishu_app.ui.tabs.her.around import Around
from zishu_app.ui.tabs.her.memory_asking import Forgetting, Merging, ask_export, ask_import
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
        named = ("pin", "merge", "apart", "end", "forget")
        pin, merge, apart, end, forget = (partial(self._command, one) for one in named)
        self.sheet = MemorySheet(Acts(self._save, pin, merge, apart, end, forget, self._left))
        self.forgetting = Forgetting(self.deeds, self.sheet)
        self.merging = Merging(self.deeds, self.sheet, self.shelf)
        self._right = QStackedWidget()
        self._hint = self._made_hint()
        for part in (self._hint, self.sheet):
            self._right.addWidget(part)
        self._build()
        self.deeds.changed.connect(self.show_memory)
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
        def give() -> None:
            name = f"{self._around.character}-memories.json"
            ask_export(self, name, lambda path: self.deeds.start(self.deeds.give(path), "give"))

        full = bool(self.shelf.whole)
        return [
            Offer(t("导出为 JSON……", "Export as JSON …"), give, "export", enabled=full),
            Offer(t("导入……", "Import …"), lambda: ask_import(self, self.take), "upload"),
        ]

    # what is shown

    def show_memory(self, number: int) -> None:
        """Bring a memory to be read."""
        self._around.bench.tasks.start(self, self._open(number), replaces="open")

    def choose(self, memory: Memory) -> None:
        """One was chosen in the list: to be read, or as the other of a merge."""
        if self.merging.into is None:
            self.show_memory(memory.id)
        else:
            self.merging.ask(memory)

    def sheet_new(self) -> None:
        """Write something new."""
        self.merging.stop()
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
            turns = len(origins_of(file, number))
            return Opened(memory, history_of(file, number), turns, is_merged(file, number))

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
        """Do something with the memory that is open."""
        memory = self._opened
        if memory is None:
            return
        acts: dict[str, Callable[[], object]] = {
            "edit": self.sheet.write,
            "pin": lambda: self.deeds.start(self.deeds.turn_pin(memory), "pin"),
            "end": lambda: self.deeds.start(self.deeds.turn_end(memory), "end"),
            "merge": lambda: self.merging.begin(memory),
            "apart": lambda: self.deeds.start(self.deeds.take_apart(memory), "merge"),
            "forget": lambda: self.forgetting.ask(memory),
        }
        acts[name]()

    def _save(self, text: str, kind: Kind) -> None:
        memory = self._opened
        if memory is None:
            self.deeds.start(self.deeds.add(text, kind), "add")
        else:
            self.sheet.stop_writing()
            self.deeds.start(self.deeds.rewrite(memory, text), "edit")

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Look what she has noted meanwhile."""
        super().showEvent(event)
        self.shelf.ask()
