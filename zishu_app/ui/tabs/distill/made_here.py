"""Dialogues made in this window, to be chosen from: with a search, any number of them."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QWidget

from zishu_app.core.texts import counted, t
from zishu_app.ledger.overview import TalkRow, list_talks
from zishu_app.ui.follow import say
from zishu_app.ui.theme.tokens import GAP, ROOM
from zishu_app.ui.told import when
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import column, row
from zishu_app.ui.widgets.checks import Check, CheckList
from zishu_app.ui.widgets.empty import Empty
from zishu_app.ui.widgets.labels import label
from zishu_app.ui.widgets.search import Search
from zishu_app.ui.workbench import Workbench

#: dialogues listed at once; the search finds the others
MOST = 500


class MadeHere(QDialog):
    """`chosen` hears the files of those that were chosen."""

    def __init__(self, parent: QWidget, bench: Workbench, chosen: Callable[[list[Path]], object]) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._bench, self._chosen_ = bench, chosen
        self._rows: list[TalkRow] = []
        self.chosen: dict[Path, None] = {}
        self._searched = ""
        self.list = CheckList(self._toggle, lambda _: None, self._toggle)
        say(self.list, lambda: self.list.setAccessibleName(t("对话", "Dialogues")))
        self._build()
        say(self, lambda: self.setWindowTitle(t("这里生成的对话", "Dialogues made here")))
        say(self, self._draw)
        self._search("")
        self.resize(560, 560)

    def _build(self) -> None:
        search = Search(lambda: t("搜索场景、文件", "Search scenarios, files"), self._search)
        self._all = button(lambda: t("全选", "All"), self._toggle_all, kind="quiet")
        self._count = label("small")
        self._take = button(lambda: t("添加", "Add"), self._done, kind="primary")
        cancel = button(lambda: t("取消", "Cancel"), self.reject)
        self._none = Empty(
            "empty-make",
            lambda: t("没有找到对话", "No dialogues found"),
            lambda: t("在“生成”里做好的对话会列在这里。", "Dialogues made under Make are listed here."),
        )
        head = row(gap=GAP)
        head.addWidget(search, 1)
        head.addWidget(self._all)
        inside = column(head, gap=GAP, margin=ROOM)
        inside.addWidget(self.list, 1)
        inside.addWidget(self._none, 1)
        inside.addLayout(row(self._count, None, cancel, self._take))
        self.setLayout(inside)
        QShortcut(QKeySequence.StandardKey.Find, self).activated.connect(search.setFocus)

    def _search(self, words: str) -> None:
        self._searched = words
        self._bench.tasks.start(self, self._look(words), replaces="look")

    async def _look(self, words: str) -> None:
        def look() -> list[TalkRow]:
            found = list_talks(self._bench.house.store, search=words, only_done=True, limit=MOST)
            return [one for one in found if one.path.exists()]

        self._rows = await asyncio.to_thread(look)
        self._draw()

    def _toggle(self, path: Path) -> None:
        if path in self.chosen:
            del self.chosen[path]
        else:
            self.chosen[path] = None
        self._draw()

    def _toggle_all(self) -> None:
        here = dict.fromkeys(row.path for row in self._rows)
        if here.keys() <= self.chosen.keys():
            self.chosen = {path: None for path in self.chosen if path not in here}
        else:
            self.chosen |= here
        self._draw()

    def _draw(self) -> None:
        self.list.show_rows([self._row(one) for one in self._rows])
        self.list.setVisible(bool(self._rows))
        self._none.setVisible(not self._rows)
        number = len(self.chosen)
        self._count.setText(t(f"选了 {number} 段", f"{counted(number, 'dialogue')} chosen") if number else "")
        self._take.setEnabled(number > 0)
        self._all.setEnabled(bool(self._rows))

    def _row(self, one: TalkRow) -> Check:
        language = {"zh": t("中文", "Chinese"), "en": t("英文", "English")}.get(one.language, "")
        under = " · ".join(
            part
            for part in (
                t(f"{one.rounds_done} 轮", counted(one.rounds_done, "round")),
                language,
                one.path.name,
            )
            if part
        )
        return Check(
            one.path, one.scenario, under, when(one.created), one.path in self.chosen, hint=str(one.path)
        )

    def _done(self) -> None:
        self._chosen_(list(self.chosen))
        self.accept()
