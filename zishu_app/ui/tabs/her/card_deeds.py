"""What is done to a card from the page: changed, brought in, given out, put back to the shipped one; each with a way back."""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject
from PySide6.QtGui import QImageWriter
from PySide6.QtWidgets import QWidget

from zishu_app.character.card import Card
from zishu_app.character.card_file import CardChange, change_card, take_back, write_card
from zishu_app.character.cast import (
    SHIPPED,
    card_file,
    card_of,
    own_card_file,
    pack_of,
    put_aside,
    settle_in,
    source_of,
)
from zishu_app.character.install import Installed
from zishu_app.character.pack import Pack
from zishu_app.character.pose import Pose
from zishu_app.character.tavern_files import Beside, Written, portrait, write_tavern
from zishu_app.core.texts import Language, t
from zishu_app.ui.pet.figure import Figure
from zishu_app.ui.tabs.her.around import Around

#: how large she is in the picture of a card, in pixels for one of her canvas
SCALE = 1.0


class CardDeeds(QObject):
    """For the character of the page; `language`: of the card that is shown."""

    def __init__(self, owner: QWidget, around: Around, language: Language) -> None:
        super().__init__(owner)
        self._around, self.language = around, language

    def start(self, work: Coroutine[Any, Any, Any], name: str = "") -> None:
        """Do something slow; it fails into words."""
        self._around.bench.tasks.start(self, work, replaces=name)

    @property
    def own(self) -> Path:
        """Where changes are written."""
        return own_card_file(self._around.house.home, self._around.character, self.language)

    @property
    def shipped(self) -> Path:
        """The card the program brought."""
        return SHIPPED / self._around.character / self.own.name

    def is_own(self) -> bool:
        """Whether there is a card of one's own in the place of a shipped one. Reads the disk."""
        return self.own.is_file() and self.shipped.is_file()

    def speaks_both(self) -> bool:
        """Whether she has a card for each language. Reads the disk."""
        home, name = self._around.house.home, self._around.character
        return card_file(home, name, "zh") != card_file(home, name, "en")

    async def read(self) -> Card:
        """The card that holds."""
        return await asyncio.to_thread(
            card_of, self._around.house.home, self._around.character, self.language
        )

    async def change(self, values: dict[str, Any]) -> None:
        """Write fields."""
        shown = await asyncio.to_thread(
            card_file, self._around.house.home, self._around.character, self.language
        )
        done = await asyncio.to_thread(change_card, self.own, shown, values)
        self._told(done, t("改好了。", "Changed."))

    async def put_in_place(self, card: Card) -> None:
        """Another card in the place of hers."""
        done = await asyncio.to_thread(write_card, self.own, card)
        self._told(done, t(f"她现在是 {card.name}。", f"She is {card.name} now."))

    async def reset(self) -> None:
        """Back to the shipped card."""
        path = self.own
        before = await asyncio.to_thread(path.read_text, "utf-8-sig")
        await asyncio.to_thread(path.unlink)
        self._told(
            CardChange(path, before, ""), t("回到了自带的角色卡。", "Back to the card that was shipped.")
        )

    def _told(self, done: CardChange, said: str) -> None:
        self._around.say(lambda: said, lambda: self.start(self._undo(done)), about=f"card {done.path}")
        self._changed()

    async def _undo(self, done: CardChange) -> None:
        await asyncio.to_thread(take_back, done)
        self._changed()

    def _changed(self) -> None:
        self._around.changed.emit()
        self._around.bench.news.her_changed.emit()

    async def settle(self, card: Card, source: Path) -> None:
        """A foreign card becomes a character of its own, and comes."""
        home, former = self._around.house.home, self._around.character
        looks = await asyncio.to_thread(pack_of, home, former)
        made = await asyncio.to_thread(settle_in, home, card, looks, source)
        self._around.changes.put({"companion.character": made.id})
        self._around.say(
            lambda: t(f"{made.name} 来了。", f"{made.name} is here."),
            lambda: self.start(self._unsettle(made, former)),
            about="character",
        )

    async def _unsettle(self, made: Installed, former: str) -> None:
        self._around.changes.put({"companion.character": former})
        await asyncio.to_thread(put_aside, made.folder)

    async def give(self, path: Path, form: Written) -> None:
        """Write the card for another program."""
        home, name, card = self._around.house.home, self._around.character, await self.read()
        source = await asyncio.to_thread(source_of, home, name)
        picture = await asyncio.to_thread(portrait, source) if source is not None else b""
        if not picture and form in ("png", "charx"):
            picture = drawn(await asyncio.to_thread(pack_of, home, name))
        charx = source if source is not None and source.suffix == ".charx" else None
        await asyncio.to_thread(write_tavern, card, path, form, Beside(picture, charx))
        self._around.say(lambda: t(f"存进了 {path.name}。", f"Written to {path.name}."))


def drawn(pack: Pack) -> bytes:
    """Her picture as a PNG."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(
        Figure(pack, SCALE).still(Pose("happy"), keep=False).toImage()
    )
    return bytes(buffer.data().data())
