"""Choosing a brain: every model that can be talked to now, those that lack a key, files on this computer, or any name."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox

from zishu_app.brains.cards import BUILTIN, BUILTIN_ID
from zishu_app.brains.find import installed, known_cards
from zishu_app.core.texts import t
from zishu_app.house import House
from zishu_app.llm.names import model_name
from zishu_app.ui.follow import say, wear
from zishu_app.ui.theme import look
from zishu_app.ui.theme.drawings import icon
from zishu_app.ui.widgets.labels import Say
from zishu_app.ui.workbench import Workbench


@dataclass(frozen=True, slots=True)
class Brain:
    """A model one may choose: `spec` as settings and flags write it."""

    spec: str
    shown: str
    icon: str
    ready: bool


def brains_of(house: House) -> list[Brain]:
    """All of them, those that are ready first. Reads the keyring: not for every keystroke."""
    found = [
        _endpoint(house, name) for name, record in house.catalog.endpoints.items() if record.default_model
    ]
    cards = known_cards(house.home)
    for one in installed(house.home, cards):
        if one.card is None or one.card.id != BUILTIN_ID:
            found.append(Brain(str(one.path), one.card.name if one.card else one.path.stem, "model", True))
    return sorted(found, key=lambda brain: not brain.ready)


def _endpoint(house: House, name: str) -> Brain:
    record = house.catalog.endpoints[name]
    if name == BUILTIN:
        return Brain(BUILTIN, t("内置小模型（仅英文）", "Built-in model (English only)"), "model", True)
    ready = not record.needs_key or house.keys.find(name, record.key_env) is not None
    spec = f"{name}/{record.default_model}"
    shown = model_name(spec)
    return Brain(spec, shown if ready else t(f"{shown}（缺密钥）", f"{shown} (no key yet)"), "key", ready)


class BrainBox(QComboBox):
    """A box of brains in which any `endpoint/model` or path may be typed too."""

    def __init__(
        self, bench: Workbench, changed: Callable[[str], object], *, name: Say, same: Say | None = None
    ) -> None:
        """`name` is for screen readers; `same`: what an empty choice means, where there may be one."""
        super().__init__()
        self._bench, self._same, self._brains = bench, same, list[Brain]()
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setMaxVisibleItems(14)
        self.setMinimumContentsLength(16)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        say(self, lambda: self.setAccessibleName(name()))
        say(self, self.renew)
        bench.news.settings_changed.connect(self.renew)
        wear(self, self._draw_icons)
        self.activated.connect(lambda _: changed(self.spec))
        self.editTextChanged.connect(lambda _: changed(self.spec))

    @property
    def spec(self) -> str:
        """What is chosen, as settings write it; "" for the same as the other side."""
        number = self.currentIndex()
        text = self.currentText().strip()
        if number >= 0 and text == self.itemText(number):
            return str(self.itemData(number))
        return text

    def choose(self, spec: str) -> None:
        """Choose without telling anybody; one that is not listed is written as it is."""
        self.blockSignals(True)
        bare = {brain.spec.partition("/")[0]: brain.spec for brain in self._brains}
        number = self.findData(spec)
        if number < 0:
            number = self.findData(bare.get(spec, spec))
        self.setCurrentIndex(number)
        if number < 0:
            self.setEditText(spec)
        line = self.lineEdit()
        if line is not None and not self.hasFocus():
            line.setCursorPosition(0)  # the beginning of a long name says which endpoint it is
        self.blockSignals(False)

    def renew(self) -> None:
        """Look again what there is; what was chosen stays."""
        self._bench.tasks.start(self, self._look(), replaces="look")

    async def _look(self) -> None:
        self._show(await asyncio.to_thread(brains_of, self._bench.house))

    def _show(self, brains: list[Brain]) -> None:
        spec = self.spec
        self.blockSignals(True)
        self._brains = brains
        self.clear()
        if self._same is not None:
            self.addItem(self._same(), "")
        for brain in self._brains:
            self.addItem(brain.shown, brain.spec)
        self._draw_icons()
        self.blockSignals(False)
        self.choose(spec)

    def _draw_icons(self) -> None:
        colours = look.now()
        by_spec = {brain.spec: brain for brain in self._brains}
        for number in range(self.count()):
            brain = by_spec.get(self.itemData(number, Qt.ItemDataRole.UserRole))
            if brain is not None:
                self.setItemIcon(number, icon(brain.icon, colours.soft if brain.ready else colours.faint, 16))
