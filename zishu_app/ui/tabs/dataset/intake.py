"""Import: files come in, each sample once; what could not be read is listed, and all of it can be taken back."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtWidgets import QFrame, QWidget

from zishu_app.core.streams import closing
from zishu_app.core.texts import t
from zishu_app.dataset.find import Filter, count
from zishu_app.dataset.words import samples_word
from zishu_app.ui.errors import Told
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.dataset.around import Around
from zishu_app.ui.tabs.dataset.doors import Doors
from zishu_app.ui.tabs.dataset.intake_state import IntakeState
from zishu_app.ui.tabs.dataset.problems import Problems
from zishu_app.ui.tabs.dataset.progress import Progress
from zishu_app.ui.tabs.dataset.work import Work
from zishu_app.ui.theme.tokens import GAP, ROOM
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import column, row
from zishu_app.ui.widgets.gauge import Gauge
from zishu_app.ui.widgets.labels import label


class Import(QWidget):
    """Drop, progress, what came of it."""

    def __init__(self, around: Around) -> None:
        super().__init__()
        self._around = around
        self.state: IntakeState | None = None
        self.work, self._back = Work(self, around.bench), Work(self, around.bench)
        self.doors = Doors(around.bench, self.take)
        self.progress = Progress(self.work)
        self.result = _Result(self._review, self.take_back)
        self.problems = Problems(around.bench.tell)
        self._build()
        self.work.looked.connect(self._draw)
        self._back.looked.connect(self._draw)
        say(self, self._draw)

    def _build(self) -> None:
        inside = column(gap=GAP)
        inside.setContentsMargins(ROOM, 0, ROOM, ROOM)
        inside.addWidget(self.doors)
        inside.addWidget(self.progress)
        inside.addWidget(self.result)
        inside.addWidget(self.problems, 1)
        self._rest = QWidget()
        inside.addWidget(self._rest, 1)
        self.setLayout(inside)

    def take(self, paths: Sequence[Path]) -> None:
        """Take in files and folders."""
        if not paths:
            return
        if self.work.busy:
            self._around.bench.tell(
                Told(
                    "info",
                    t("正在导入。", "An import is going on."),
                    t("等它结束，或先停下它。", "Wait for it, or stop it first."),
                )
            )
            return
        self.state = IntakeState(int(self._around.clock.now().timestamp()), list(paths))
        self.work.start(self._follow)

    async def _follow(self, stop: asyncio.Event) -> None:
        from zishu_app.dataset.intake import take_in

        state, samples = self.state, self._around.samples
        assert state is not None
        try:
            async with closing(take_in(samples, state.paths, state.now, stop)) as events:
                async for event in events:
                    state.hear(event)
        finally:
            self._around.bench.news.samples_changed.emit()
        state.apart = await asyncio.to_thread(self._is_apart, state)

    def _is_apart(self, state: IntakeState) -> bool:
        with self._around.samples.reading() as connection:
            return count(connection, _of(state)).n == state.added

    def stop_softly(self) -> "asyncio.Task[None] | None":
        """See `Window.closeEvent`."""
        return self.work.stop_softly()

    def take_back(self) -> None:
        """All that came goes into the bin, as one act."""
        if self.state is not None and not self._back.busy:
            self._back.start(self._take_back)

    async def _take_back(self, _stop: asyncio.Event) -> None:
        state = self.state
        assert state is not None
        await self._around.act(
            self._around.desk.decide_all(_of(state), "removed"),
            lambda: t(
                f"已把导入的 {samples_word(state.added)}放进回收站。",
                f"{samples_word(state.added)} of the import are in the bin.",
            ),
        )
        state.taken_back = True

    def _review(self) -> None:
        if self.state is not None:
            self._around.show(_of(self.state))

    def _draw(self) -> None:
        state, busy = self.state, self.work.busy
        self.doors.open_wide(state is None)
        self.doors.set_busy(busy)
        if state is not None:
            self.progress.show_stand(lambda: _told(state), round(state.share * 1000), 1000)
        self.result.show_state(state, busy=busy or self._back.busy)
        self.problems.show_state(state)
        self._rest.setVisible(state is not None and self.problems.isHidden())


class _Result(QFrame):
    """How many came, were known, could not be read; and what can be done with those that came."""

    def __init__(self, review: Callable[[], object], back: Callable[[], object]) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.added = Gauge(lambda: t("新增", "Added"))
        self.known = Gauge(lambda: t("已有", "Known already"))
        self.bad = Gauge(lambda: t("读不了", "Unreadable"))
        self._said = label("small", wrap=True)
        self.review = button(lambda: t("去审阅", "Review them"), review, icon="arrow-right", kind="primary")
        self.back = button(lambda: t("全部撤回", "Take back"), back, icon="undo")
        line = row(gap=GAP)
        for one in (self.added, self.known, self.bad):
            line.addWidget(one, 1)
        line.addLayout(row(self.back, self.review))
        inside = column(line, self._said, gap=GAP)
        inside.setContentsMargins(ROOM, ROOM, ROOM, GAP)
        self.setLayout(inside)
        self.hide()

    def show_state(self, state: IntakeState | None, *, busy: bool) -> None:
        """Show how it stands."""
        self.setVisible(state is not None)
        if state is None:
            return
        for gauge, figure in ((self.added, state.added), (self.known, state.known), (self.bad, state.bad)):
            gauge.show_figure(f"{figure:,}")
        done = state.ending is not None and not busy
        for one in (self.review, self.back):
            one.setVisible(done and state.apart and not state.taken_back and bool(state.added))
        self._said.setText(_ended(state) if done else "")


def _of(state: IntakeState) -> Filter:
    """The samples that came with this import."""
    return Filter(created=(state.now, state.now + 1))


def _told(state: IntakeState) -> str:
    if state.current is None:
        return t("正在看有哪些文件……", "Looking which files there are …")
    name, place = state.current.name, f"{state.number}/{state.files}"
    if state.files == 1:
        return t(f"正在读 {name}", f"Reading {name}")
    return t(f"正在读 {name}（{place}）", f"Reading {name} ({place})")


def _ended(state: IntakeState) -> str:
    ending = state.ending
    if ending is None:
        return ""
    if state.taken_back:
        return t("新样本已放进回收站。", "The new samples were put into the bin.")
    if ending.stopped:
        return t(
            "已停下；读到的都留着，再导入一次会接着读。",
            "Stopped. What was read stays; import again for the rest.",
        )
    if not state.added and not state.bad and not ending.bad_files:
        return t("这些样本都已经有了。", "All of it was there already.")
    if not state.added:
        return t("没有新的样本进来。", "No new samples came.")
    return t("新样本等待审阅。", "The new samples wait to be reviewed.")
