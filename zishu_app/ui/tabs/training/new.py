"""The form for a new training: what she learns from, on which base, the dial; then what came of looking it over."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from zishu_app.core.texts import t
from zishu_app.training.recipe import Recipe, Size, changed
from zishu_app.training.runs import TrainingRun
from zishu_app.ui.tabs.training.choices import Choices, find_choices
from zishu_app.ui.tabs.training.dial import Dial
from zishu_app.ui.tabs.training.looking import Heard, Looking
from zishu_app.ui.tabs.training.meanings import meanings
from zishu_app.ui.tabs.training.more_bases import MoreBases
from zishu_app.ui.tabs.training.recipe_files import RecipeFiles
from zishu_app.ui.tabs.training.recipe_fold import RecipeFold
from zishu_app.ui.tabs.training.source_card import SourceCard
from zishu_app.ui.tabs.training.wishes import first_wishes, keep
from zishu_app.ui.theme.tokens import GAP, ROOM
from zishu_app.ui.widgets.cards import card, column, scrolled
from zishu_app.ui.widgets.labels import label
from zishu_app.ui.workbench import Workbench

#: room of the scroll bar beside the cards
BAR = 12


class NewForm(QWidget):
    """See the module."""

    def __init__(self, bench: Workbench, heard: Heard) -> None:
        super().__init__()
        self._bench = bench
        self.choices: Choices | None = None
        self.wishes = first_wishes(bench.remembered, "tiny")
        self.source = SourceCard(
            bench, self._change, lambda: self.more.open(self.choices.more if self.choices else ())
        )
        self.dial = Dial(self._dialled)
        self.files = RecipeFiles(
            self, bench, self._loaded, lambda: None if self.wishes.fault else self.wishes.recipe
        )
        self.values = RecipeFold(bench, self._value, self.files.ask_load, self.files.ask_save)
        self.looking = Looking(self, bench, lambda: self.wishes.wish, replace(heard, shown=self._reveal))
        self._build()
        self.more = MoreBases(self, bench, lambda base: self.choose(base=base))
        bench.news.samples_changed.connect(self.renew)
        self._follow()

    def _build(self) -> None:
        inside = column(
            label("title", lambda: t("新的训练", "New training")),
            card(self.source),
            card(self.dial, self.values, title=lambda: t("训练多大", "How large")),
            self.looking.outlook,
            None,
            gap=GAP,
        )
        inside.setContentsMargins(ROOM, ROOM, ROOM, ROOM)
        self._area = scrolled(inside)
        whole = column(gap=0)
        whole.addWidget(self._area, 1)
        foot = column(self.looking.bar, gap=0)
        foot.setContentsMargins(ROOM, 0, ROOM + BAR, 0)
        whole.addLayout(foot)
        self.setLayout(whole)

    def renew(self) -> None:
        """Look again what there is to choose from."""
        if self.isVisible():
            self._bench.tasks.start(self, self._find(), replaces="find")

    async def _find(self) -> None:
        found = await asyncio.to_thread(find_choices, self._bench.house)
        if self.choices is None:
            self.wishes = first_wishes(self._bench.remembered, found.fits)
        self.choices = found
        if not self.wishes.dataset and found.versions:
            self.wishes = replace(self.wishes, dataset=found.versions[0].name)
        if self.wishes.brain and all(one.id != self.wishes.brain for one in found.brains):
            self.wishes = replace(self.wishes, brain="")
        self.dial.show_machine(found.machine)
        self._follow()
        self._weigh()

    def choose(self, **what: str) -> None:
        """Choices that were made elsewhere: `dataset`, `brain`, `base`."""
        self._bench.tasks.start(self, self._choose(what), replaces="choose")

    async def _choose(self, what: Mapping[str, str]) -> None:
        await self._find()
        self._change(dict(what))

    def take_over(self, run: TrainingRun) -> None:
        """What was asked for in another training, to be asked for again."""
        given = changed(run.recipe)
        self._change({"dataset": run.dataset, "base": run.base, "size": run.recipe.size, "given": given})

    def _change(self, what: dict[str, Any]) -> None:
        if "brain" in what and (brain := self._brain(what["brain"])):
            what = {**what, "base": brain}
        self.wishes = replace(self.wishes, **what)
        keep(self._bench.remembered, self.wishes)
        self.looking.forget()
        self._follow()
        if what.keys() & {"dataset", "base"}:
            self._weigh()

    def _weigh(self) -> None:
        """What the sizes would mean, with what is chosen."""

        async def weigh(found: Choices) -> None:
            self.dial.show_meanings(await asyncio.to_thread(meanings, self._bench.house, found, self.wishes))

        if self.choices is not None:
            self._bench.tasks.start(self, weigh(self.choices), replaces="weigh")

    def _brain(self, wanted: str) -> str:
        """The base of a brain: what goes on from it goes on on the same."""
        brains = self.choices.brains if self.choices is not None else ()
        return next((one.base for one in brains if one.id == wanted), "")

    def _dialled(self, size: Size) -> None:
        """What was chosen otherwise than the old size has it stays; what the new one has anyway is not kept."""
        wishes = replace(self.wishes, size=size)
        self._change({"size": size, "given": wishes.given if wishes.fault else changed(wishes.recipe)})

    def _value(self, values: Mapping[str, Any]) -> None:
        given = {**self.wishes.given, **values}
        given = {name: value for name, value in given.items() if value is not None}
        wishes = replace(self.wishes, given=given)
        self._change({"given": given if wishes.fault else changed(wishes.recipe)})

    def _loaded(self, recipe: Recipe) -> None:
        self._change({"size": recipe.size, "given": changed(recipe)})

    def _follow(self) -> None:
        if self.choices is not None:
            self.source.show_choices(self.choices, self.wishes)
        self.dial.choose(self.wishes.size)
        self.values.show_wishes(self.wishes)
        self.looking.bar.follow(self.wishes)

    def _reveal(self) -> None:
        """What was found is brought into view, once it has its place."""
        QTimer.singleShot(0, self, lambda: self._area.ensureWidgetVisible(self.looking.outlook, 0, ROOM))

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Versions are frozen elsewhere."""
        super().showEvent(event)
        self.renew()
