"""The two worker lanes: whether they run, what they hold in memory, and a way to end them."""

import asyncio

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QWidget

from zishu_app.core.texts import t
from zishu_app.jobs.specs import LaneName
from zishu_app.ui.follow import say
from zishu_app.ui.theme.tokens import GAP, NEAR, ROOM, TIGHT
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import column, row
from zishu_app.ui.widgets.labels import label, set_kind
from zishu_app.ui.workbench import Workbench

#: milliseconds between two looks
EVERY = 2000
NAMES: tuple[LaneName, ...] = ("quick", "long")


class Lanes(QWidget):
    """Looked at only while they are in sight."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self._bench = bench
        self.cards = {name: LaneCard(bench, name) for name in NAMES}
        note = label(
            "small",
            lambda: t(
                "本机模型在单独的进程里运行，窗口因此一直轻快；用到时自动启动，闲置后自动退出。",
                "Local models run in processes of their own, so the window stays light. They start when they are"
                " needed and leave when idle.",
            ),
            wrap=True,
        )
        self.setLayout(column(note, *self.cards.values(), gap=GAP))
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY)
        self._timer.timeout.connect(self.look)

    def look(self) -> None:
        """See how they are."""
        for one in self.cards.values():
            one.look()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Somebody looks."""
        super().showEvent(event)
        self.look()
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Nobody looks."""
        super().hideEvent(event)
        self._timer.stop()


class LaneCard(QFrame):
    """One lane."""

    def __init__(self, bench: Workbench, name: LaneName) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._bench, self.name = bench, name
        self._pid: int | None = None
        self._models: tuple[str, ...] = ()
        self._memory, self._ending = 0, False
        title = label("lead", self._say_name)
        about = label("small", self._say_use, wrap=True)
        self.state = label("chip")
        self.memory = label("figure")
        self._memory_of = label("faint", lambda: t("内存", "Memory"))
        self.held = label("small", wrap=True)
        self.end = button(
            lambda: t("结束进程", "End it"),
            self._end,
            icon="end",
            hint=lambda: t(
                "正在进行的回答会重新问一次；下次用到时自动启动",
                "Answers under way are asked for again; it starts anew when it is needed",
            ),
        )
        words = column(row(title, self.state, None), about, self.held, gap=TIGHT)
        line = row(gap=GAP)
        line.addLayout(words, 1)
        line.addLayout(column(self.memory, self._memory_of, gap=0))
        line.addSpacing(NEAR)
        line.addWidget(self.end)
        line.setContentsMargins(ROOM, GAP, ROOM, GAP)
        self.setLayout(line)
        say(self, self._show)

    def look(self) -> None:
        """See how it is; a look that is still going on is enough."""
        self._bench.tasks.start(self, self._look(), replaces="look")

    async def _look(self) -> None:
        from zishu_app.jobs.look import look

        found = await asyncio.to_thread(look, self._bench.house.home, self.name)
        self._pid, self._memory, self._models = found.pid, found.memory, found.models
        self._show()

    def _end(self) -> None:
        self._ending = True
        self._show()
        self._bench.tasks.start(self, self._do_end(), replaces="end")

    async def _do_end(self) -> None:
        from zishu_app.jobs.look import end_lane

        try:
            await asyncio.to_thread(end_lane, self._bench.house.home, self.name)
        finally:
            self._ending = False
        await self._look()

    def _show(self) -> None:
        running = self._pid is not None
        set_kind(self.state, "chip", tone="good" if running else "plain")
        said = (
            t(f"运行中 · 进程 {self._pid}", f"Running · process {self._pid}")
            if running
            else t("没有运行", "Not running")
        )
        self.state.setText(t("正在结束……", "Ending …") if self._ending else said)
        self._memory_of.setVisible(running)
        self.memory.setVisible(running)
        self.memory.setText(f"{self._memory / 1e6:,.0f} MB" if running else "–")
        self.held.setText(t("已加载：", "Loaded: ") + ", ".join(self._models))
        self.held.setVisible(bool(self._models))
        self.end.setEnabled(running and not self._ending)

    def _say_name(self) -> str:
        return t("快速通道", "Quick lane") if self.name == "quick" else t("长任务通道", "Long lane")

    def _say_use(self) -> str:
        if self.name == "quick":
            return t("对话和蒸馏用的本机模型", "Local models that talk and distil")
        return t("训练等要跑很久的任务", "Training and whatever else takes long")
