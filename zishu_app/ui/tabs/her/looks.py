"""Looks: she herself with all her feelings, what she wears, and who she can be; made, installed and taken away here."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFileDialog, QSplitter, QStackedWidget, QWidget

from zishu_app.character.cast import Cast, cast_of, pack_of, wearable
from zishu_app.character.pack import Accessory, Pack
from zishu_app.core.paths import RESOURCES
from zishu_app.core.texts import language, t
from zishu_app.ui.outside import open_file, open_folder
from zishu_app.ui.tabs.her.around import Around
from zishu_app.ui.tabs.her.emotions import Emotions
from zishu_app.ui.tabs.her.figure_stage import FigureStage
from zishu_app.ui.tabs.her.look_deeds import LookDeeds
from zishu_app.ui.tabs.her.making import Making
from zishu_app.ui.tabs.her.wardrobe import Cards, Wishes, character_cards, wear_cards
from zishu_app.ui.tabs.her.wear_editor import Draft
from zishu_app.ui.theme.tokens import GAP, NEAR, ROOM
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import column, scrolled
from zishu_app.ui.widgets.labels import label

GUIDE = RESOURCES / "guide"


class Looks(QWidget):
    """Left she, right what there is to choose; or, in its place, the editor."""

    def __init__(self, around: Around) -> None:
        super().__init__()
        self._around = around
        self.deeds = LookDeeds(self, around)
        self.stage = FigureStage()
        self.emotions = Emotions(self.stage.feel)
        self._pack: Pack | None = None
        self._cast = Cast({}, [])
        self._found: dict[str, tuple[Accessory, Path]] = {}
        self._shown_as: tuple[object, ...] = ()
        self.making = Making(self, self.stage, self.deeds)
        self.making.turned.connect(self._turned)
        self.wears, self.characters = _wear_cards(self.make), _character_cards(self)
        self._wrong = label("fault", wrap=True)
        self._wrong.setProperty("foreign", True)
        self._stack = QStackedWidget()
        self._build()
        around.changed.connect(self._renew)

    def _build(self) -> None:
        left = QWidget()
        beside = column(gap=GAP)
        beside.addWidget(self.stage, 1)
        beside.addWidget(self.emotions)
        beside.setContentsMargins(ROOM, 0, NEAR, ROOM)
        left.setLayout(beside)
        choices = column(self.wears, self.characters, self._wrong, None, gap=GAP)
        choices.setContentsMargins(0, 0, ROOM, ROOM)
        editing = column(self.making.editor, None, gap=GAP)
        editing.setContentsMargins(0, 0, ROOM, ROOM)
        for page in (scrolled(choices), scrolled(editing)):
            self._stack.addWidget(page)
        splitter = QSplitter()
        splitter.setHandleWidth(NEAR)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(left)
        splitter.addWidget(self._stack)
        splitter.setStretchFactor(1, 1)
        self._around.bench.remembered.keep_splitter("her.looks", splitter, [420, 560])
        whole = column(gap=0)
        whole.addWidget(splitter, 1)
        self.setLayout(whole)

    def take(self, path: Path) -> None:
        """A pack or a picture was let go over the page."""
        if path.suffix.lower() in (".svg", ".png"):
            if not self.making.on:
                self.make()
            self.making.editor.take(path)
        else:
            self.deeds.start(self.deeds.take(path), "take")

    # showing

    def _renew(self) -> None:
        if self.isVisible() and not self.making.on:
            self._around.bench.tasks.start(self, self._look(), replaces="look")

    async def _look(self) -> None:
        home, name = self._around.house.home, self._around.character
        pack = await asyncio.to_thread(pack_of, home, name)
        self._cast = await asyncio.to_thread(cast_of, home)
        self._found, wrong = await asyncio.to_thread(wearable, home)
        worn = await self.deeds.worn()
        if self._pack is None or self._pack != pack:
            self._pack = pack
            self.stage.show_pack(pack)
            self.emotions.show_pack(pack)
        self._show_cards()
        self.wears.choose(worn)
        self.characters.choose(name)
        self.stage.wear(self._found.get(worn))
        faults = [error.message for error in (*self._cast.wrong, *wrong)]
        self._wrong.setText("\n".join(faults))
        self._wrong.setVisible(bool(faults))

    def _show_cards(self) -> None:
        """Cards are made anew where there is something else to show."""
        home = self._around.house.home
        shown = (language(), tuple(self._found.items()), tuple(self._cast.packs.items()))
        if shown == self._shown_as:
            return
        self._shown_as = shown
        scale, wishes = self.devicePixelRatioF(), self._wishes()
        self.wears.show_cards(wear_cards(self._found, home.accessories, wishes, scale))
        self.characters.show_cards(character_cards(self._cast.packs, wishes, scale))

    def _wishes(self) -> Wishes:
        deeds = self.deeds
        return Wishes(
            wear=lambda name: deeds.start(deeds.wear(name), "wear"),
            change_wear=self._change,
            remove_wear=self._remove_wear,
            be=lambda name: deeds.start(deeds.be(name, self._name_of(name))),
            remove=lambda name: deeds.start(
                deeds.remove(self._cast.packs[name].folder, name, self._name_of(name))
            ),
            open_folder=open_folder,
        )

    def _name_of(self, name: str) -> str:
        return str(self._cast.packs[name].manifest.name)

    def _remove_wear(self, name: str) -> None:
        accessory, picture = self._found[name]
        self.deeds.start(self.deeds.remove(picture.parent, name, str(accessory.name)))

    # making something to wear

    def make(self) -> None:
        """Make something new."""
        if self._pack is not None:
            self.making.begin(self._pack.manifest, list(self._found))

    def _change(self, name: str) -> None:
        if self._pack is not None:
            accessory, picture = self._found[name]
            self.making.begin(self._pack.manifest, list(self._found), Draft(accessory, picture, name))

    def _turned(self, on: bool) -> None:
        self._stack.setCurrentIndex(int(on))
        self._renew()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Look what is there now."""
        super().showEvent(event)
        self._renew()


def _wear_cards(make: Callable[[], object]) -> Cards:
    return Cards(
        lambda: t("她戴的配件", "What she wears"),
        lambda: t(
            "点一下就换上。也可以把图片拖进来。", "Click to put it on. A picture can be dropped here too."
        ),
        [button(lambda: t("做一件", "Make one"), make, icon="add")],
    )


def _character_cards(looks: Looks) -> Cards:
    add = button(lambda: t("安装一个包……", "Install a pack …"), lambda: _ask_pack(looks), icon="upload")
    begin = button(
        lambda: t("自己画一个……", "Draw one …"), lambda: _ask_new(looks), icon="edit", kind="quiet"
    )
    guide = button(lambda: t("画师指南", "Artist's guide"), _open_guide, icon="book", kind="quiet")
    return Cards(
        lambda: t("角色", "Characters"),
        lambda: t(
            "把角色包（文件夹或 .zip）拖进来就能安装。",
            "A pack (a folder or a .zip) is installed by dropping it here.",
        ),
        [add, begin, guide],
    )


def _ask_pack(looks: Looks) -> None:
    dialog = QFileDialog(looks, t("安装角色包", "Install a pack"))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilter(t("角色包 (*.zip *.toml)", "Packs (*.zip *.toml)"))
    dialog.fileSelected.connect(lambda name: looks.take(_pack_at(Path(name))))
    dialog.open()


def _ask_new(looks: Looks) -> None:
    dialog = QFileDialog(looks, t("新角色的文件夹", "A folder for the new character"))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.selectFile("my_character")
    dialog.fileSelected.connect(lambda name: looks.deeds.start(looks.deeds.begin(Path(name)), "begin"))
    dialog.open()


def _open_guide() -> None:
    open_file(GUIDE / language() / "artist.md")


def _pack_at(path: Path) -> Path:
    """A manifest means the folder it lies in."""
    return path.parent if path.name == "character.toml" else path
