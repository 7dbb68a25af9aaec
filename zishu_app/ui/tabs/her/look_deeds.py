"""What is done to her looks from the page: put on, made, installed, taken away, chosen; each with a way back."""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from zishu_app.character.cast import SHIPPED, bring_back, new_pack, put_aside
from zishu_app.character.install import Installed, install
from zishu_app.character.wear_file import keep_accessory
from zishu_app.core.texts import t
from zishu_app.studio.companion_state import StateFile
from zishu_app.studio.condition import Condition, condition_of
from zishu_app.ui.outside import open_folder
from zishu_app.ui.tabs.her.around import Around
from zishu_app.ui.tabs.her.wear_editor import Draft

#: who is there when the one that was chosen is taken away
ALWAYS = "zishu"


class LookDeeds(QObject):
    """Everything tells the page and whoever plays her that her looks have changed."""

    def __init__(self, owner: QWidget, around: Around) -> None:
        super().__init__(owner)
        self._around = around

    def start(self, work: Coroutine[Any, Any, Any], name: str = "") -> None:
        """Do something slow; it fails into words."""
        self._around.bench.tasks.start(self, work, replaces=name)

    async def worn(self) -> str:
        """What she wears, by its id; "none": nothing."""
        return (await self._condition()).worn.accessory

    async def _condition(self) -> Condition:
        house, settings = self._around.house, self._around.house.settings.companion
        state = StateFile(house.home.companion)
        return await asyncio.to_thread(
            condition_of, state, settings.character, settings.accessory, house.clock
        )

    async def wear(self, name: str) -> None:
        """She puts this on."""
        condition = await self._condition()
        condition.put_on(name)
        await asyncio.to_thread(condition.write)
        self._around.bench.news.wears.emit(name)
        self._around.changed.emit()

    async def keep(self, draft: Draft) -> None:
        """Keep what was made, and put it on."""
        home = self._around.house.home
        made = await asyncio.to_thread(
            keep_accessory, draft.accessory, draft.picture, home.characters, home.accessories
        )
        await self.wear(made.id)
        self._told([made], t(f"{made.name} 做好了。", f"{made.name} is made."))

    async def take(self, path: Path) -> None:
        """Install a pack."""
        home = self._around.house.home
        found = await asyncio.to_thread(install, path, home.characters, home.accessories)
        names = t("、", ", ").join(one.name for one in found)
        kept = any(one.former for one in found)
        also = t("；原来的留着", "; what was there before is kept") if kept else ""
        self._told(found, t(f"装好了：{names}{also}。", f"Installed: {names}{also}."))

    def _told(self, found: list[Installed], said: str) -> None:
        self._around.say(lambda: said, lambda: self.start(self._uninstall(found)))
        self._changed()

    async def _uninstall(self, found: list[Installed]) -> None:
        for one in found:
            gone = one.former is None and one.id == self._around.character
            if gone and one.kind == "character":
                self._around.changes.put({"companion.character": ALWAYS})
            await asyncio.to_thread(bring_back, one.former, one.folder)
        self._changed()

    async def remove(self, folder: Path, name: str, shown: str) -> None:
        """Take a character or something to wear away."""
        home = self._around.house.home
        if (
            folder.parent == home.characters
            and name == self._around.character
            and not (SHIPPED / name).is_dir()
        ):
            self._around.changes.put({"companion.character": ALWAYS})
        aside = await asyncio.to_thread(put_aside, folder)

        async def back() -> None:
            await asyncio.to_thread(bring_back, aside, folder)
            self._changed()

        self._around.say(
            lambda: t(f"拿走了 {shown}。", f"{shown} was taken away."), lambda: self.start(back())
        )
        self._changed()

    async def be(self, name: str, shown: str) -> None:
        """Another character comes."""
        former = self._around.character
        if name == former:
            return
        self._around.changes.put({"companion.character": name})
        self._around.say(
            lambda: t(f"现在是 {shown}。", f"{shown} is here now."),
            lambda: self._around.changes.put({"companion.character": former}),
            about="character",
        )

    async def begin(self, folder: Path) -> None:
        """A folder to draw a new character in."""
        pack = await asyncio.to_thread(new_pack, folder)
        open_folder(pack.folder)
        self._around.say(
            lambda: t(
                "模板放好了：换掉里面的图，再把文件夹拖到这里。",
                "The template is there: change its pictures, then drop the folder here.",
            )
        )

    def _changed(self) -> None:
        self._around.changed.emit()
        self._around.bench.news.her_changed.emit()
