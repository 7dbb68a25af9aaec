"""What there is, as pictures: verdicts, kinds, languages, scenarios, lengths, scores. A bar leads to its samples."""

import asyncio
from functools import partial
from typing import Any

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QStackedWidget, QWidget

from zishu_app.core.texts import t
from zishu_app.dataset.find import Filter, groups
from zishu_app.dataset.sample import Verdict
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.dataset.around import Around
from zishu_app.ui.tabs.dataset.columns import Columns
from zishu_app.ui.tabs.dataset.facets import PICTURES, Facets, facets_of
from zishu_app.ui.tabs.dataset.stand import Stand
from zishu_app.ui.theme.tokens import GAP, ROOM
from zishu_app.ui.widgets.bars import Bars
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import card, column, scrolled
from zishu_app.ui.widgets.empty import Empty
from zishu_app.ui.widgets.labels import Say

NAMES: dict[str, Say] = {
    "kinds": lambda: t("种类", "Kinds"),
    "languages": lambda: t("语言", "Languages"),
    "scenarios": lambda: t("场景", "Scenarios"),
}


class Overview(QWidget):
    """Counts that the file keeps are there at once; those that must be read for come after them."""

    def __init__(self, around: Around) -> None:
        super().__init__()
        self._around = around
        self._facets = Facets()
        self.stand = Stand(self._see_verdict)
        self.bars = {name: Bars(self._see) for name in PICTURES}
        for name, bars in self.bars.items():
            say(bars, partial(_named, bars, NAMES[name]))
        self._cards: dict[str, QFrame] = {name: card(self.bars[name], title=NAMES[name]) for name in PICTURES}
        self._build()
        say(self, self._draw)
        around.bench.news.samples_changed.connect(self._renew)
        around.bench.news.runs_changed.connect(self._renew)

    def _build(self) -> None:
        self._columns = Columns(list(self._cards.values()))
        inside = column(self.stand, self._columns, None, gap=GAP)
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

    def _draw(self) -> None:
        facets = self._facets
        self._stack.setCurrentIndex(0 if facets.verdicts.total() else 1)
        self.stand.show_counts(facets.verdicts)
        for name, tallies in PICTURES.items():
            shown = tallies(facets)
            self.bars[name].show_tallies(shown)
            self._cards[name].setVisible(bool(shown))
        self._columns.deal()

    def _see(self, wanted: Any) -> None:
        if isinstance(wanted, Filter):
            self._around.show(wanted)

    def _see_verdict(self, verdict: Verdict) -> None:
        self._around.show(Filter(verdicts=(verdict,)))


def _named(widget: QWidget, name: Say) -> None:
    widget.setAccessibleName(name())
