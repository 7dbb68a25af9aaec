"""What a version would hold if it were frozen now: worked out anew whenever the form says something else."""

import asyncio

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame

from zishu_app.core.errors import DataError
from zishu_app.core.streams import closing
from zishu_app.core.texts import t
from zishu_app.dataset.foresee import Foreseen, foresee
from zishu_app.dataset.making import Freezing, Options
from zishu_app.dataset.split import Split
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.dataset.around import Around
from zishu_app.ui.tabs.dataset.words import percent
from zishu_app.ui.theme.tokens import GAP, ROOM
from zishu_app.ui.widgets.bar import Bar
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import column, row
from zishu_app.ui.widgets.gauge import Gauge
from zishu_app.ui.widgets.labels import label, set_kind

#: milliseconds between two looks at how far it is
BEAT = 100


class Outlook(QFrame):
    """Counts of both sides, and of what is left out."""

    #: something else is known
    changed = Signal()

    def __init__(self, around: Around) -> None:
        super().__init__()
        self.setProperty("kind", "well")
        self._around = around
        self._stop = asyncio.Event()
        self._step: Freezing | None = None
        self._options: Options | None = None
        self.foreseen: Foreseen | None = None
        #: why nothing can be frozen so; empty: it can
        self.wrong = ""
        self.sides: dict[Split, Gauge] = {
            "train": Gauge(lambda: t("训练", "Training")),
            "eval": Gauge(lambda: t("评估", "Evaluation")),
        }
        self.left = Gauge(lambda: t("因重复去掉", "Left out"))
        self._said, self._bar = label("small", wrap=True), Bar()
        self.ask = button(lambda: t("现在算一算", "Work it out now"), self.begin, kind="link")
        line = row(gap=GAP)
        for one in (*self.sides.values(), self.left):
            line.addWidget(one, 1)
        foot = row(gap=GAP)
        foot.addWidget(self._said, 1)
        foot.addWidget(self.ask)
        inside = column(line, self._bar, foot, gap=GAP // 2)
        inside.setContentsMargins(ROOM, GAP, ROOM, GAP)
        self.setLayout(inside)
        self._beat = QTimer(self)
        self._beat.setInterval(BEAT)
        self._beat.timeout.connect(self._draw)
        say(self, self._draw)

    def offer(self, options: Options, *, at_once: bool) -> None:
        """Work it out, or offer to: with very many samples it takes minutes. What was being worked out is let go."""
        self.stop()
        self._options, self.wrong, self.foreseen, self._step = options, "", None, None
        if at_once:
            self.begin()
        else:
            self._draw()
            self.changed.emit()

    def begin(self) -> None:
        """Work it out."""
        if self._options is not None:
            self._stop = asyncio.Event()
            self._step = Freezing("read", 0, 0)
            self._around.bench.tasks.start(self, self._follow(self._options, self._stop), replaces="foresee")
            self._beat.start()
            self._draw()

    def stop(self) -> None:
        """Let go what is being worked out."""
        self._stop.set()
        self._beat.stop()

    async def _follow(self, options: Options, stop: asyncio.Event) -> None:
        folder = self._around.bench.house.home.datasets
        try:
            async with closing(foresee(self._around.samples, folder, options, stop)) as events:
                async for event in events:
                    if isinstance(event, Foreseen):
                        self.foreseen = event
                    else:
                        self._step = event
        except DataError as error:
            self.wrong = f"{error.message} {error.hint}".strip()
        self._step = None
        self._beat.stop()
        self._draw()
        self.changed.emit()

    def _draw(self) -> None:
        known, step = self.foreseen, self._step
        whole = sum(known.samples.values()) if known else 0
        for side, gauge in self.sides.items():
            count = known.samples[side] if known else 0
            gauge.show_figure(f"{count:,}" if known else "–", percent(count, whole) if whole else "")
        left = sum(known.left_out.values()) if known else 0
        self.left.show_figure(f"{left:,}" if known else "–")
        self._bar.setVisible(step is not None)
        self.ask.setVisible(step is None and known is None and not self.wrong and self._options is not None)
        if step is not None and step.total:
            self._bar.set_share(step.done / step.total)
        set_kind(self._said, "fault" if self.wrong else "small")
        self._said.setText(self._sentence())

    def _sentence(self) -> str:
        if self.wrong:
            return self.wrong
        if self._step is not None:
            return t("正在看会有什么……", "Looking what would be in it …")
        if self._options is None:
            return ""
        if self.foreseen is None:
            return t(
                "样本很多，要算几分钟；不算也可以冻结。",
                "There are very many samples: it takes minutes. They can be frozen without it.",
            )
        exact, near = self.foreseen.left_out["exact"], self.foreseen.left_out["near"]
        if not exact + near:
            return t("训练和评估两边没有重复。", "Nothing stands on both sides.")
        return t(
            f"{exact:,} 个与评估部分一字不差，{near:,} 个几乎一样：从训练部分去掉，样本本身不动。",
            f"{exact:,} the same as one kept for evaluation, {near:,} nearly: left out of training. The samples stay.",
        )
