"""The ways of a card in and out: which files are asked for, and what is offered."""

import asyncio
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from zishu_app.character.card import read_card
from zishu_app.character.card_file import plain_value
from zishu_app.character.tavern_files import Written, read_book, read_tavern
from zishu_app.core.texts import t
from zishu_app.ui.outside import open_file
from zishu_app.ui.tabs.her.card_deeds import CardDeeds
from zishu_app.ui.tabs.her.card_door import CardDoor
from zishu_app.ui.widgets.menu import Offer

FORMS: dict[Written, tuple[str, str]] = {
    "png": ("PNG", "png"),
    "charx": ("CHARX", "charx"),
    "json": ("JSON (V3)", "json"),
    "json-v2": ("JSON (V2)", "json"),
}


class CardFiles(QObject):
    """`door`: where a card that came in waits for an answer."""

    def __init__(self, owner: QWidget, deeds: CardDeeds) -> None:
        super().__init__(owner)
        self._owner, self._deeds = owner, deeds
        self.door = CardDoor(
            lambda card, path: deeds.start(deeds.settle(card, path), "door"),
            lambda card: deeds.start(deeds.put_in_place(card), "door"),
        )

    def offers(self) -> Sequence[Offer]:
        """What can be done."""
        deeds = self._deeds
        return [
            Offer(t("导入 SillyTavern 卡……", "Import a SillyTavern card …"), self._ask_card, "upload"),
            Offer(t("导入知识（lorebook）……", "Import knowledge (a lorebook) …"), self._ask_book, "book"),
            *(
                Offer(t(f"导出为 {name}……", f"Export as {name} …"), partial(self._ask_export, form), "export")
                for form, (name, _) in FORMS.items()
            ),
            Offer(t("打开文件", "Open the file"), self._open_file, "external"),
            Offer(
                t("回到自带的卡", "Back to the shipped card"),
                lambda: deeds.start(deeds.reset(), "reset"),
                "reset",
                enabled=deeds.is_own(),
            ),
        ]

    async def take(self, path: Path) -> None:
        """A card has come: who it is, and what is to become of it, is asked at the door."""
        if path.suffix.lower() == ".toml":
            card = await asyncio.to_thread(read_card, path)
        else:
            card = (await asyncio.to_thread(read_tavern, path)).card
        self.door.ask(card, path)

    async def take_book(self, path: Path) -> None:
        """What another book knows is put behind what hers does."""
        book = await asyncio.to_thread(read_book, path)
        card = await self._deeds.read()
        known = plain_value(card.knowledge)
        entries = [*known["entries"], *plain_value(book.entries)]
        name = known["name"] or book.name
        await self._deeds.change({"knowledge": {**known, "name": name, "entries": entries}})

    def _ask_card(self) -> None:
        dialog = QFileDialog(self._owner, t("导入角色卡", "Import a card"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(t("角色卡 (*.png *.json *.charx *.toml)", "Cards (*.png *.json *.charx *.toml)"))
        dialog.fileSelected.connect(lambda name: self._deeds.start(self.take(Path(name)), "take"))
        dialog.open()

    def _ask_book(self) -> None:
        dialog = QFileDialog(self._owner, t("导入知识", "Import knowledge"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(t("知识 (*.json *.png *.charx)", "Lorebooks (*.json *.png *.charx)"))
        dialog.fileSelected.connect(lambda name: self._deeds.start(self.take_book(Path(name)), "take"))
        dialog.open()

    def _ask_export(self, form: Written) -> None:
        name, suffix = FORMS[form]
        dialog = QFileDialog(self._owner, t(f"导出为 {name}", f"Export as {name}"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(f"{name} (*.{suffix})")
        dialog.setDefaultSuffix(suffix)
        dialog.selectFile(f"{self._deeds.own.parent.name}.{suffix}")
        dialog.fileSelected.connect(lambda to: self._deeds.start(self._deeds.give(Path(to), form), "give"))
        dialog.open()

    def _open_file(self) -> None:
        path = self._deeds.own
        open_file(path if path.is_file() else self._deeds.shipped)
