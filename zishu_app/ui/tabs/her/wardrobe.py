"""What she can wear and who she can be, as cards with pictures; what is one's own can be changed and taken away."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QFrame, QWidget

from zishu_app.character.accessories import NOTHING
from zishu_app.character.cast import is_shipped
from zishu_app.character.pack import Accessory, Pack
from zishu_app.character.pose import Pose
from zishu_app.core.texts import t
from zishu_app.ui.pet.figure import Figure
from zishu_app.ui.tabs.her.picture_card import PICTURE, PictureCard, drawn_file
from zishu_app.ui.theme import look
from zishu_app.ui.theme.drawings import pixmap
from zishu_app.ui.theme.tokens import GAP, NEAR, ROOM
from zishu_app.ui.widgets.cards import column
from zishu_app.ui.widgets.flow import Flow, emptied
from zishu_app.ui.widgets.labels import Say, label
from zishu_app.ui.widgets.menu import Offer


@dataclass(frozen=True)
class Wishes:
    """What is asked for, by id."""

    wear: Callable[[str], object]
    change_wear: Callable[[str], object]
    remove_wear: Callable[[str], object]
    be: Callable[[str], object]
    remove: Callable[[str], object]
    open_folder: Callable[[Path], object]


class Cards(QFrame):
    """A title, cards that go on in the next line, and buttons below them."""

    def __init__(self, title: Say, about: Say, buttons: Sequence[QWidget]) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._flow = Flow(gap=GAP)
        holder = QWidget()
        holder.setLayout(self._flow)
        below = QWidget()
        below.setLayout(Flow(*buttons))
        inside = column(label("lead", title), label("small", about, wrap=True), holder, below, gap=NEAR)
        inside.setContentsMargins(ROOM, GAP, ROOM, GAP)
        self.setLayout(inside)
        self.cards: dict[str, PictureCard] = {}

    def show_cards(self, cards: Mapping[str, PictureCard]) -> None:
        """Show these."""
        emptied(self._flow)
        self.cards = dict(cards)
        for card in self.cards.values():
            self._flow.addWidget(card)

    def choose(self, name: str) -> None:
        """This one is chosen."""
        for key, card in self.cards.items():
            card.setChecked(key == name)


def wear_cards(
    found: Mapping[str, tuple[Accessory, Path]], own: Path, wishes: Wishes, scale: float
) -> dict[str, PictureCard]:
    """Nothing, and then everything there is to wear."""
    nothing = PictureCard(t("什么都不戴", "Nothing"), lambda: wishes.wear(NOTHING))
    nothing.show_picture(pixmap("hanger", look.now().faint, 36, scale))
    cards = {NOTHING: nothing}
    for name, (accessory, picture) in found.items():
        mine = own in picture.parents
        offers = partial(_wear_offers, name, picture.parent, wishes) if mine else None
        cards[name] = PictureCard(str(accessory.name), partial(wishes.wear, name), offers)
        cards[name].show_picture(drawn_file(str(picture), PICTURE, scale))
    return cards


def character_cards(packs: Mapping[str, Pack], wishes: Wishes, scale: float) -> dict[str, PictureCard]:
    """Everybody there is."""
    cards = {}
    for name, pack in packs.items():
        offers = None if is_shipped(pack) else partial(_offers, name, pack.folder, wishes)
        cards[name] = PictureCard(str(pack.manifest.name), partial(wishes.be, name), offers)
        wide, high = pack.manifest.canvas
        figure = Figure(pack, PICTURE / max(wide, high), scale)
        cards[name].show_picture(figure.still(Pose(), keep=False))
    return cards


def _wear_offers(name: str, folder: Path, wishes: Wishes) -> Sequence[Offer]:
    return [
        Offer(t("改一改", "Change"), partial(wishes.change_wear, name), "edit"),
        Offer(t("打开文件夹", "Open its folder"), partial(wishes.open_folder, folder), "folder-open"),
        Offer(t("拿走", "Take away"), partial(wishes.remove_wear, name), "trash"),
    ]


def _offers(name: str, folder: Path, wishes: Wishes) -> Sequence[Offer]:
    return [
        Offer(t("打开文件夹", "Open its folder"), partial(wishes.open_folder, folder), "folder-open"),
        Offer(t("拿走", "Take away"), partial(wishes.remove, name), "trash"),
    ]
