"""A choice of what has an id and a name: characters, and what they wear. Nobody should have to know an id by heart."""

import asyncio
from collections.abc import Callable, Mapping

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox

from zishu_app.core.paths import Home
from zishu_app.core.texts import t
from zishu_app.ui.follow import say
from zishu_app.ui.widgets.calm import calm
from zishu_app.ui.widgets.labels import Say
from zishu_app.ui.workbench import Workbench


def characters(home: Home) -> dict[str, str]:
    """Everybody there is. Reads the disk."""
    from zishu_app.character.cast import cast_of

    return {one: str(pack.manifest.name) for one, pack in cast_of(home).packs.items()}


def wear(home: Home) -> dict[str, str]:
    """Nothing, and everything there is to wear. Reads the disk."""
    from zishu_app.character.accessories import NOTHING
    from zishu_app.character.cast import wearable

    found, _ = wearable(home)
    return {NOTHING: t("什么都不戴", "Nothing")} | {
        one: str(accessory.name) for one, (accessory, _) in found.items()
    }


#: what there is to choose from, by the kind of a setting
KINDS: Mapping[str, Callable[[Home], dict[str, str]]] = {"character": characters, "wear": wear}


class WhoBox(QComboBox):
    """Shows names; a value that is not there is shown as it is written."""

    def __init__(self, bench: Workbench, kind: str, name: Say, edited: Callable[[str], object]) -> None:
        super().__init__()
        self._bench, self._find, self._value = bench, KINDS[kind], ""
        self._names: Mapping[str, str] = {}
        calm(self)
        say(self, lambda: self.setAccessibleName(name()))
        say(self, self._renew)
        self.activated.connect(lambda _: edited(str(self.currentData())))

    def show_value(self, value: str) -> None:
        """This is chosen."""
        self._value = value
        if self.findData(value) < 0:
            self._fill()
        self.setCurrentIndex(self.findData(value))

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """A pack may have come meanwhile."""
        super().showEvent(event)
        self._renew()

    def _renew(self) -> None:
        if self.isVisible():
            self._bench.tasks.start(self, self._look(), replaces="look")

    async def _look(self) -> None:
        self._names = await asyncio.to_thread(self._find, self._bench.house.home)
        self._fill()

    def _fill(self) -> None:
        self.clear()
        for key, shown in self._names.items():
            self.addItem(shown, key)
        if self._value not in self._names:
            self.addItem(self._value, self._value)
        self.setCurrentIndex(self.findData(self._value))
