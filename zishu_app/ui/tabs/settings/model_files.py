"""Model files: those on this computer, those that can be downloaded, and files of one's own."""

import asyncio
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from zishu_app.brains.cards import BUILTIN, BUILTIN_ID, Card
from zishu_app.brains.find import Found, installed, known_cards
from zishu_app.core.settings_file import Change, change, take_back
from zishu_app.core.texts import t
from zishu_app.ui.follow import say
from zishu_app.ui.outside import open_folder
from zishu_app.ui.tabs.settings.add_file import AddFile
from zishu_app.ui.theme.tokens import NEAR, TIGHT
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import card, column, row, scrolled
from zishu_app.ui.widgets.download_row import DownloadRow, mega, model_row, tongues
from zishu_app.ui.widgets.rows import ROW, Row, RowList
from zishu_app.ui.widgets.toast import Toast, Undo
from zishu_app.ui.workbench import Workbench

#: rows that are seen without scrolling in the list
SEEN = 4


class ModelFiles(QWidget):
    """See the module."""

    def __init__(self, bench: Workbench, toast: Toast) -> None:
        super().__init__()
        self._bench, self._toast = bench, toast
        self._here: dict[str, Found] = {}
        self.rows: dict[str, DownloadRow] = {}
        self.list = RowList(lambda _: self._renew_buttons())
        say(self.list, lambda: self.list.setAccessibleName(t("本机模型", "On this computer")))
        self.use = button(lambda: t("用作老师模型", "Use as teacher"), self._use, icon="star")
        self.show_it = button(
            lambda: t("打开所在文件夹", "Show in its folder"), self._show_folder, icon="folder-open"
        )
        self.add = button(lambda: t("添加 GGUF…", "Add a GGUF …"), self._choose_file, icon="add")
        self.adding = AddFile(bench, self._arrived, lambda path: self._teach(str(path), path.name))
        self._to_have = column(gap=0)
        whole = column(
            card(
                self.list,
                row(self.use, self.show_it, None, self.add),
                title=lambda: t("在这台电脑上", "On this computer"),
            ),
            self.adding,
            card(self._to_have, title=lambda: t("可以下载", "To be had")),
            None,
        )
        whole.setContentsMargins(0, 0, NEAR, 0)
        outer = column(gap=0)
        outer.addWidget(scrolled(whole))
        self.setLayout(outer)
        bench.news.settings_changed.connect(self.renew)
        say(self, self.renew)

    def renew(self) -> None:
        """Look again what is there."""
        self._bench.tasks.start(self, self._look(), replaces="look")

    async def _look(self) -> None:
        home = self._bench.house.home
        cards = await asyncio.to_thread(known_cards, home)
        found = await asyncio.to_thread(installed, home, cards)
        self._here = {str(one.path): one for one in found}
        self.list.show_rows([self._row(one) for one in found])
        self.list.setFixedHeight(ROW * max(1, min(len(found), SEEN)) + TIGHT)
        if self.list.current_key() is None and found:
            self.list.choose(str(found[0].path))
        here = {one.card.id for one in found if one.card}
        self._show_cards([one for one in cards.values() if one.id not in here])
        self._renew_buttons()

    def _row(self, one: Found) -> Row:
        about = (
            f"{one.card.licence} · {tongues(one.card.languages)}"
            if one.card
            else t("自己的文件", "your own file")
        )
        teaches = self._bench.house.settings.teacher.model == self._spec(one)
        state = t("老师模型", "Teacher") if teaches else ""
        hint = f"{one.name}\n{one.path}"
        return Row(str(one.path), one.name, about, mega(one.size), state, "violet", icon="model", hint=hint)

    def _spec(self, one: Found) -> str:
        return BUILTIN if one.card and one.card.id == BUILTIN_ID else str(one.path)

    def _show_cards(self, cards: list[Card]) -> None:
        """One row a card; a row that is there already stays, for it may be downloading."""
        wanted = {one.id: one for one in cards}
        for name in [name for name in self.rows if name not in wanted]:
            self.rows.pop(name).deleteLater()
        for name, one in wanted.items():
            if name not in self.rows:
                self.rows[name] = model_row(self._bench, one, self._arrived)
                self._to_have.addWidget(self.rows[name])

    def _arrived(self, path: Path) -> None:
        self._toast.offer(lambda: t(f"{path.name} 已就绪", f"{path.name} is here"), None)
        self._bench.news.settings_changed.emit()

    def _renew_buttons(self) -> None:
        chosen = self._here.get(self.list.current_key() or "")
        self.show_it.setEnabled(chosen is not None)
        self.use.setEnabled(
            chosen is not None and self._bench.house.settings.teacher.model != self._spec(chosen)
        )

    def _use(self) -> None:
        chosen = self._here.get(self.list.current_key() or "")
        if chosen is not None:
            self._teach(self._spec(chosen), chosen.name)

    def _teach(self, spec: str, name: str) -> None:
        house = self._bench.house

        async def work() -> None:
            done = await asyncio.to_thread(change, house.home, {"teacher.model": spec})
            self._took(done)
            said = t(f"老师模型：{name}", f"Teaching model: {name}")
            undo: Undo = lambda: self._bench.tasks.start(self, back(done))  # noqa: E731 - typed for the toast
            self._toast.offer(lambda: said, undo, about="teacher")

        async def back(done: Change) -> None:
            self._took(await asyncio.to_thread(take_back, house.home, done))

        self._bench.tasks.start(self, work(), replaces="teach")

    def _took(self, done: Change) -> None:
        self._bench.house.renew(done.settings)
        self._bench.news.settings_changed.emit()

    def _show_folder(self) -> None:
        chosen = self._here.get(self.list.current_key() or "")
        open_folder(chosen.path.parent if chosen else self._bench.house.home.models)

    def _choose_file(self) -> None:
        dialog = QFileDialog(self.window(), t("选择 GGUF 文件", "Choose a GGUF file"))
        dialog.setNameFilter("GGUF (*.gguf)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda path: self.adding.offer(Path(path)))
        dialog.open()
