"""Duplicates: found by text, and by meaning where a model for that is there; the best of each group is kept, or all are."""

import asyncio

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget

from zishu_app.core.streams import closing
from zishu_app.core.texts import counted, t
from zishu_app.dataset.duplicates import Duplicates as Found
from zishu_app.dataset.duplicates import Group, How, Searching, find_duplicates
from zishu_app.dataset.wanted import Filter
from zishu_app.dataset.words import samples_word
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.dataset.around import Around
from zishu_app.ui.tabs.dataset.group_list import GroupList
from zishu_app.ui.tabs.dataset.group_view import GroupView
from zishu_app.ui.tabs.dataset.progress import Progress
from zishu_app.ui.tabs.dataset.search_bar import SearchBar
from zishu_app.ui.tabs.dataset.settling import Settling, Titles
from zishu_app.ui.tabs.dataset.work import Work
from zishu_app.ui.theme.tokens import GAP, NEAR, ROOM
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import boxed, card, column, row
from zishu_app.ui.widgets.empty import Empty
from zishu_app.ui.widgets.labels import label


class Duplicates(QWidget):
    """Above how alike two have to be; below the groups, and the one that is looked at."""

    def __init__(self, around: Around) -> None:
        super().__init__()
        self._around = around
        self.work = Work(self, around.bench)
        self.found: Found | None = None
        self._step = Searching("read", 0, 0)
        self.bar = SearchBar(around, self.begin)
        self.progress = Progress(self.work)
        self.list = GroupList(self._look, lambda number: self.settling.keep([number]), Titles(around))
        self.settling = Settling(self, around, self.list, self._changed)
        self.view = GroupView(around, self.settling.keep_this, self.settling.dismiss, self._another_best)
        self.all = button(lambda: t("每组都留最好的", "Keep the best in all groups"), self.settling.keep_all)
        self._sum = label("", wrap=True)
        self._build()
        self.work.looked.connect(self._draw)
        say(self, self._draw)
        say(self.list, lambda: self.list.setAccessibleName(t("重复的样本", "Groups of duplicates")))

    def _build(self) -> None:
        self._both = QSplitter()
        self._both.setHandleWidth(NEAR)
        self._both.setChildrenCollapsible(False)
        self._both.addWidget(self.list)
        self._both.addWidget(self.view)
        self._both.setStretchFactor(1, 1)
        self._around.bench.remembered.keep_splitter("dataset.duplicates", self._both, [230, 600])
        groups = card(margin=GAP)
        inside = groups.layout()
        assert inside is not None
        inside.addWidget(self._both)
        head = row(gap=GAP)
        head.addWidget(self._sum, 1)
        head.addWidget(self.all)
        result = column(head, gap=NEAR)
        result.addWidget(groups, 1)
        self._stack = QStackedWidget()
        self._stack.addWidget(boxed(result))
        for one in (_before(), _none()):
            self._stack.addWidget(one)
        whole = column(self.bar, self.progress, gap=GAP)
        whole.addWidget(self._stack, 1)
        whole.setContentsMargins(ROOM, 0, ROOM, ROOM)
        self.setLayout(whole)
        for keys, act in (
            ("K", self.settling.keep_this),
            ("N", self.settling.dismiss),
            ("B", self.view.make_best),
        ):
            QShortcut(QKeySequence(keys), self._both).activated.connect(act)

    def begin(self) -> None:
        """Search."""
        self.work.start(self._follow)

    async def _follow(self, stop: asyncio.Event) -> None:
        model = await self._around.bench.house.embedder() if self.bar.by_meaning else None
        how = How(self.bar.near, self._around.settings.dataset.alike, model.embed if model else None)
        self._step = Searching("read", 0, 0)
        async with closing(find_duplicates(self._around.samples, Filter(), how, stop)) as events:
            async for event in events:
                if isinstance(event, Found):
                    self._show(event)
                else:
                    self._step = event

    def _show(self, found: Found) -> None:
        self.found = found
        self.settling.fates.forget()
        self.list.groups.show_groups(found.groups)
        self.list.choose(0)
        self.list.setFocus()
        self._draw()

    def stop_softly(self) -> "asyncio.Task[None] | None":
        """See `Window.closeEvent`."""
        return self.work.stop_softly()

    @property
    def _groups(self) -> list[Group]:
        return self.list.groups.groups

    def _another_best(self, group: Group) -> None:
        self.list.groups.change(self.list.current, group)
        self._look(self.list.current)
        self._draw()

    def _look(self, number: int) -> None:
        if 0 <= number < len(self._groups):
            self.view.show_group(self._groups[number], self.list.groups.states.get(number, ""))

    def _changed(self) -> None:
        """Something became of a group, or was taken back."""
        self._look(self.list.current)
        self._draw()

    def _draw(self) -> None:
        busy, found = self.work.busy, self.found
        self.bar.set_stand(busy=busy, found=bool(self._groups))
        step = self._step
        self.progress.show_stand(lambda: stage_word(self._step.stage), step.done, step.total, step.stage)
        self._stack.setVisible(not busy or bool(self._groups))
        self._stack.setCurrentIndex(0 if self._groups else 2 if found is not None and found.finished else 1)
        left = [number for number in range(len(self._groups)) if not self.list.groups.states.get(number)]
        self.all.setEnabled(bool(left) and not busy)
        if found is not None:
            self._sum.setText(self._told(found, len(left)))

    def _told(self, found: Found, left: int) -> str:
        many = samples_word(len({one for group in found.groups for one in group.ids[1:]}))
        groups = counted(len(found.groups), "group")
        said = [t(f"{len(found.groups):,} 组，多出 {many}", f"{groups}, {many} too many")]
        if left < len(found.groups):
            said.append(t(f"还剩 {left:,} 组", f"{left:,} left") if left else t("都处理好了", "all settled"))
        if found.left_out:
            said.append(
                t(
                    f"按意思没有比的 {found.left_out:,}",
                    f"{found.left_out:,} not compared by meaning: too many",
                )
            )
        if not found.finished:
            said.append(t("已停下，可能还有别的", "stopped; there may be more"))
        return " · ".join(said)


def _before() -> Empty:
    return Empty(
        "empty-dataset",
        lambda: t("找出重复的样本", "Find what is there twice"),
        lambda: t(
            "先在上面选好多像才算重复。什么都不会被删掉：每一步都能撤销。",
            "Choose above how alike counts as twice. Nothing is deleted: every step can be taken back.",
        ),
    )


def _none() -> Empty:
    return Empty(
        "empty-dataset",
        lambda: t("没有重复", "Nothing is there twice"),
        lambda: t(
            "在这个相似度下，每个样本都只有一个。",
            "At this likeness every sample is the only one of its kind.",
        ),
    )


def stage_word(stage: str) -> str:
    """A stage of the search."""
    return {
        "read": t("正在读样本……", "Reading the samples …"),
        "compare": t("正在比较文字……", "Comparing texts …"),
        "group": t("正在分组……", "Grouping …"),
        "embed": t("正在计算意思……", "Taking meanings …"),
        "meanings": t("正在比较意思……", "Comparing meanings …"),
    }[stage]
