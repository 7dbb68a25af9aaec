"""Card: who she is, shown well and written in place; cards of other programs come in and go out."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QLabel, QWidget

from zishu_app.character.card import Card
from zishu_app.character.cast import pack_of, wearable
from zishu_app.character.pose import Pose
from zishu_app.core.texts import t
from zishu_app.ui.follow import say
from zishu_app.ui.pet.faces import face
from zishu_app.ui.pet.figure import Figure
from zishu_app.ui.tabs.her.around import Around
from zishu_app.ui.tabs.her.card_deeds import CardDeeds
from zishu_app.ui.tabs.her.card_fields import FURTHER, TEXTS, TextField, lists
from zishu_app.ui.tabs.her.card_files import CardFiles
from zishu_app.ui.tabs.her.card_parts import ListPart, Part, TextPart
from zishu_app.ui.theme.tokens import GAP, NEAR, ROOM
from zishu_app.ui.widgets.buttons import Segments
from zishu_app.ui.widgets.cards import column, row, scrolled, stand
from zishu_app.ui.widgets.fold import Fold
from zishu_app.ui.widgets.labels import label, set_kind
from zishu_app.ui.widgets.menu import menu_button

#: width below which the two columns stand below each other, and the size of her portrait
NARROW, FACE = 860, 72
NAME = TextField(
    "name", lambda: t("名字", "Name"), lambda: t("她叫什么。", "What she is called."), form="line"
)


class CardSection(QWidget):
    """A head with her name, and her card in two columns."""

    def __init__(self, around: Around) -> None:
        super().__init__()
        self._around = around
        self.deeds = CardDeeds(self, around, around.speaks)
        self.card: Card | None = None
        self._wearable: dict[str, str] = {}
        self._own = False
        self.files = CardFiles(self, self.deeds)
        self.name = TextPart(NAME, self._save, bare=True)
        self.texts = [TextPart(spec, self._save) for spec in TEXTS]
        self.further = [TextPart(spec, self._save) for spec in FURTHER]
        self.lists = [ListPart(spec, self._save) for spec in lists(self._worn_words)]
        self._portrait, self._state = QLabel(), label("chip")
        self._portrait.setFixedSize(FACE, FACE)
        self.languages = Segments({"zh": lambda: "中文", "en": lambda: "English"}, self._turn_language)
        self.languages.setProperty("foreign", True)
        self._build()
        say(self, self._speak)
        around.changed.connect(self._renew)
        around.bench.news.her_changed.connect(self._renew)

    def _build(self) -> None:
        more = menu_button(lambda: t("导入和导出", "Import and export"), "upload", self.files.offers)
        head = row(self._portrait, self.name.frame, gap=ROOM)
        head.setStretch(1, 1)
        side = column(row(None, self.languages), row(None, self._state), row(None, more), None, gap=NEAR)
        head.addLayout(side)
        *beside, knowledge = _frames(self.lists)
        left, right = column(*_frames(self.texts), knowledge, gap=GAP), column(*beside, gap=GAP)
        fold = Fold(lambda: t("更多", "More"), column(*_frames(self.further), gap=GAP), lambda _: None)
        left.addWidget(fold)
        for one in (left, right):
            one.addStretch(1)
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._columns.setSpacing(GAP)
        self._columns.addLayout(left, 1)
        self._columns.addLayout(right, 1)
        inside = column(self.files.door, head, gap=GAP)
        inside.addLayout(self._columns)
        inside.setContentsMargins(ROOM, 0, ROOM, ROOM)
        self._area = scrolled(inside)
        whole = column(gap=0)
        whole.addWidget(self._area, 1)
        self.setLayout(whole)

    @property
    def parts(self) -> list[Part]:
        """All parts of the card."""
        return [self.name, *self.texts, *self.further, *self.lists]

    def take(self, path: Path) -> None:
        """A card was let go over the page."""
        self._area.verticalScrollBar().setValue(0)  # the door is at the top
        self.deeds.start(self.files.take(path), "take")

    # showing

    def _renew(self) -> None:
        if self.isVisible():
            self._around.bench.tasks.start(self, self._look(), replaces="look")

    async def _look(self) -> None:
        self.card = await self.deeds.read()
        found, _ = await asyncio.to_thread(wearable, self._around.house.home)
        self._wearable = {name: str(one.name) for name, (one, _) in found.items()}
        for part in self.parts:
            if not part.frame.writing:
                part.show_card(self.card)
        own = self._own = await asyncio.to_thread(self.deeds.is_own)
        self._speak()
        self._state.setVisible(own or await asyncio.to_thread(self.deeds.shipped.is_file))
        set_kind(self._state, "chip", tone="" if own else "plain")
        self.languages.choose(self.deeds.language)
        self.languages.setVisible(await asyncio.to_thread(self.deeds.speaks_both))
        pack = await asyncio.to_thread(pack_of, self._around.house.home, self._around.character)
        scale = self.devicePixelRatioF()
        picture = face(Figure(pack, 0.5), Pose("happy"), round(FACE * scale))
        picture.setDevicePixelRatio(scale)
        self._portrait.setPixmap(picture)

    def _speak(self) -> None:
        self._state.setText(t("改过的", "Yours") if self._own else t("自带的", "As it was shipped"))

    def _worn_words(self) -> dict[str, str]:
        return {"": t("什么都不戴", "Nothing"), **self._wearable}

    def _turn_language(self, language: str) -> None:
        self.deeds.language = "en" if language == "en" else "zh"
        for part in self.parts:
            part.frame.leave()
        self._renew()

    # writing

    def _save(self, part: Part, values: dict[str, Any]) -> None:
        self._around.bench.tasks.start(self, self._saved(part, values), replaces="save")

    async def _saved(self, part: Part, values: dict[str, Any]) -> None:
        await self.deeds.change(values)  # where it is wrong, what was written stays open
        part.frame.leave()
        await self._look()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """In a narrow window the columns stand below each other."""
        super().resizeEvent(event)
        stand(self._columns, beside=self.width() >= NARROW)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Look whether the file was changed by hand."""
        super().showEvent(event)
        self._renew()


def _frames(parts: Sequence[Part]) -> list[QWidget]:
    return [part.frame for part in parts]
