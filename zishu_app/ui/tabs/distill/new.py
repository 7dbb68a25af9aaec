"""The form for a new distillation: sources, how they are cut, who distils; at its foot the estimate and the start."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QWidget

from zishu_app.core.texts import t
from zishu_app.studio.runs import Order, order
from zishu_app.ui.tabs.distill.cut_card import CutCard
from zishu_app.ui.tabs.distill.forecast import Forecast
from zishu_app.ui.tabs.distill.knobs import WayKnobs, changed_wishes
from zishu_app.ui.tabs.distill.made_here import MadeHere
from zishu_app.ui.tabs.distill.source_card import SourceCard
from zishu_app.ui.tabs.distill.start_bar import StartBar
from zishu_app.ui.tabs.distill.wishes import first_wishes, keep, recipe_of, settings_of
from zishu_app.ui.theme.tokens import GAP, ROOM
from zishu_app.ui.widgets.cards import card, column, scrolled
from zishu_app.ui.widgets.labels import label
from zishu_app.ui.workbench import Workbench

#: room of the scroll bar beside the cards
BAR = 12


class NewForm(QWidget):
    """`begin` is handed the order."""

    def __init__(self, bench: Workbench, begin: Callable[[Order], object]) -> None:
        super().__init__()
        self._bench, self._begin = bench, begin
        self.wishes = first_wishes(bench.house, bench.remembered)
        self._chosen = -1
        self._ready = False
        self.bar = StartBar(bench, self.start, self._known)
        self.cut = CutCard(bench, self._change, self.wishes)
        self.way = WayKnobs(bench, self._change)
        self.card = SourceCard(bench, self._sources_changed, self._look, self._made_here)
        self.way.show_wishes(self.wishes)
        self._build()
        self._ready = True
        bench.news.settings_changed.connect(self._renew)
        self._sources_changed()

    def _build(self) -> None:
        self._more = column(
            self.cut,
            card(self.way, title=lambda: t("用什么蒸馏，存到哪里", "With what, and where to")),
            gap=GAP,
        )
        inside = column(
            label("title", lambda: t("新的蒸馏", "New distillation")), self.card, self._more, None, gap=GAP
        )
        inside.setContentsMargins(ROOM, ROOM, ROOM, ROOM)
        whole = column(gap=0)
        whole.addWidget(scrolled(inside), 1)
        foot = column(self.bar, gap=0)
        foot.setContentsMargins(ROOM, 0, ROOM + BAR, 0)
        whole.addLayout(foot)
        self.setLayout(whole)

    @property
    def idle(self) -> bool:
        """Whether nobody has begun to fill it in."""
        return not self.card.sources.all

    def add(self, paths: Sequence[Path]) -> None:
        """Files and folders to be distilled."""
        self.card.add(paths)

    def start(self) -> None:
        """Order what is asked for."""
        if not self.bar.may_start:
            return
        house, sources = self._bench.house, self.card.sources
        asked = order(
            settings_of(house, self.wishes),
            recipe_of(self.wishes, [one.path for one in sources.all], len(sources.talks)),
        )
        keep(self._bench.remembered, self.wishes, house)
        self._begin(asked)

    def started(self) -> None:
        """What was asked for is being worked on: the next order begins with an empty list."""
        self.card.sources.all = []
        self.card.renew()

    def _change(self, what: dict[str, Any]) -> None:
        if self._ready:
            self.wishes = changed_wishes(self.wishes, what)
            keep(self._bench.remembered, self.wishes, self._bench.house)
            self._follow()

    def _renew(self) -> None:
        self.wishes = first_wishes(self._bench.house, self._bench.remembered)
        self.cut.knobs.show_wishes(self.wishes)
        self.way.show_wishes(self.wishes)
        self._follow()

    def _follow(self) -> None:
        self.cut.follow(self.wishes)
        self.way.follow(self.wishes)
        self.bar.follow(self.wishes, self.card.sources)

    def _known(self, known: Forecast | None) -> None:
        self.cut.use(known.speaker if known else None)

    def _sources_changed(self) -> None:
        if not self._ready:
            return
        self.bar.follow(self.wishes, self.card.sources)
        self._look(self._chosen)

    def _look(self, key: int) -> None:
        """Draw the chosen file's chunks, else those of the first that has any."""
        if not self._ready:
            return
        self._chosen = key
        chosen = self.card.sources.find(key)
        if chosen is None or not chosen.talks:
            chosen = next((one for one in self.card.sources.all if one.talks), None)
        self.cut.show_source(chosen)

    def _made_here(self) -> None:
        MadeHere(self, self._bench, self.add).open()
