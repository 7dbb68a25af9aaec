"""What there is, as pictures: verdicts, kinds, lengths, scores, mistakes. A bar leads to its samples."""

import asyncio
from functools import partial
from typing import Any

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QStackedWidget, QWidget

from zishu_app.core.texts import t
from zishu_app.dataset.find import groups
from zishu_app.dataset.sample import Verdict
from zishu_app.dataset.stats import Statistics, statistics
from zishu_app.dataset.wanted import Filter
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.dataset import facets, pictures
from zishu_app.ui.tabs.dataset.around import Around
from zishu_app.ui.tabs.dataset.columns import Columns
from zishu_app.ui.tabs.dataset.facets import Facets, facets_of
from zishu_app.ui.tabs.dataset.stand import Stand
from zishu_app.ui.tabs.dataset.sums import Sums
from zishu_app.ui.theme.tokens import GAP, ROOM
from zishu_app.ui.widgets.bars import Bars, Tally
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import card, column, scrolled
from zishu_app.ui.widgets.empty import Empty
from zishu_app.ui.widgets.histogram import Histogram
from zishu_app.ui.widgets.labels import Say

#: the cards in their order
NAMES: dict[str, Say] = {
    "kinds": lambda: t("类型", "Kinds"),
    "languages": lambda: t("语言", "Languages"),
    "lengths": lambda: t("长度", "Lengths"),
    "rounds": lambda: t("轮数", "Rounds"),
    "scenarios": lambda: t("场景", "Scenarios"),
    "scores": lambda: t("评审模型的分", "Judges' marks"),
    "stars": lambda: t("人的评分", "The person's marks"),
    "checks": lambda: t("检查发现", "Found by checks"),
    "tags": lambda: t("标签", "Tags"),
    "mistakes": lambda: t("打字错误（按规则）", "Typing mistakes by rule"),
}
BARS = ("kinds", "languages", "scenarios", "checks", "tags", "mistakes")
#: of these each bar stands for one value
CENTRED = ("scores", "stars")


class Overview(QWidget):
    """Counts that the file keeps are there at once; what the texts have to be read for comes after them."""

    def __init__(self, around: Around) -> None:
        super().__init__()
        self._around = around
        self._facets = Facets()
        self.found: Statistics | None = None
        self._counting, self._again = False, False
        self.stand, self.sums = Stand(self._see_verdict), Sums()
        self.bars = {name: Bars(self._see) for name in BARS}
        self.histograms = {
            name: Histogram(NAMES[name], self._see, centred=name in CENTRED)
            for name in NAMES
            if name not in BARS
        }
        parts: dict[str, QWidget] = {**self.bars, **self.histograms}
        self.cards: dict[str, QFrame] = {name: card(parts[name], title=NAMES[name]) for name in NAMES}
        for name, bars in self.bars.items():
            say(bars, partial(_named, bars, NAMES[name]))
        self._build()
        say(self, self._draw)
        around.bench.news.samples_changed.connect(self._renew)
        around.bench.news.runs_changed.connect(self._renew)

    def _build(self) -> None:
        self._columns = Columns(list(self.cards.values()))
        inside = column(self.stand, self.sums, self._columns, None, gap=GAP)
        inside.setContentsMargins(ROOM, 0, ROOM, ROOM)
        self._stack = QStackedWidget()
        self._stack.addWidget(scrolled(inside))
        self._stack.addWidget(self._nothing())
        self.setLayout(column(self._stack, gap=0))

    def _nothing(self) -> Empty:
        go = self._around.bench.go
        return Empty(
            "empty-dataset",
            lambda: t("还没有样本", "No samples yet"),
            lambda: t(
                "生成和蒸馏的结果会自动来到这里；已有的对话文件可以直接导入。",
                "What you make and distil arrives here by itself. Files you have already can be imported.",
            ),
            button(
                lambda: t("导入文件", "Import files"),
                lambda: self._around.open("import"),
                icon="download",
                kind="primary",
            ),
            button(lambda: t("生成对话", "Make dialogues"), lambda: go("make", None), icon="make"),
        )

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Count again what has changed while nobody looked."""
        super().showEvent(event)
        self._renew()

    def _renew(self) -> None:
        if self.isVisible():
            self._around.bench.tasks.start(self, self._look(), replaces="look")

    async def _look(self) -> None:
        samples = self._around.samples

        def look() -> Facets:
            with samples.reading() as connection:
                return facets_of(groups(connection))

        self._facets = await asyncio.to_thread(look)
        self._draw()
        self._again = True
        if not self._counting:  # a thread that counts cannot be called back
            self._counting = True
            self._around.bench.tasks.start(self, self._count())

    async def _count(self) -> None:
        samples = self._around.samples

        def count() -> Statistics:
            with samples.reading() as connection:
                return statistics(connection, Filter())

        try:
            while self._again:
                self._again = False
                self.found = await asyncio.to_thread(count)
                self._draw()
        finally:
            self._counting = False

    def _draw(self) -> None:
        self._stack.setCurrentIndex(0 if self._facets.verdicts.total() else 1)
        self.stand.show_counts(self._facets.verdicts)
        self.sums.show_found(self.found)
        for name, shown in self._tallies().items():
            self.bars[name].show_tallies(shown)
            self.cards[name].setVisible(bool(shown))
        for name, histogram in self.histograms.items():
            picture = self._pictures().get(name, pictures.Picture([]))
            histogram.show_bins(picture.bins, picture.last, picture.summary)
            self.cards[name].setVisible(bool(picture.bins))
        self._columns.deal()

    def _tallies(self) -> dict[str, list[Tally]]:
        known, found = self._facets, self.found
        return {
            "kinds": facets.kinds(known),
            "languages": facets.languages(known),
            "scenarios": facets.scenarios(known),
            "checks": pictures.checks(found) if found else [],
            "tags": pictures.tags(found) if found else [],
            "mistakes": pictures.mistakes(found) if found else [],
        }

    def _pictures(self) -> dict[str, pictures.Picture]:
        found = self.found
        if found is None or not found.samples:
            return {}
        return {
            "lengths": pictures.lengths(found),
            "rounds": pictures.rounds(found),
            "scores": pictures.marks(found.scores, leads=True),
            "stars": pictures.marks(found.stars, leads=False),
        }

    def _see(self, wanted: Any) -> None:
        if isinstance(wanted, Filter):
            self._around.show(wanted)

    def _see_verdict(self, verdict: Verdict) -> None:
        self._around.show(Filter(verdicts=(verdict,)))


def _named(widget: QWidget, name: Say) -> None:
    widget.setAccessibleName(name())
