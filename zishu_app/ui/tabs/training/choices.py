"""What the form has to choose from: versions, bases, brains, and what this computer has. Reads the disk: for a thread."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from zishu_app.brains.bases import bases_here, known_bases
from zishu_app.brains.bases_cards import LearnerCard
from zishu_app.brains.cards import BUILTIN_ID
from zishu_app.brains.learnt import Learnt, list_learnt
from zishu_app.core.texts import t
from zishu_app.dataset.frozen import Frozen, list_frozen
from zishu_app.house import House
from zishu_app.training.machine import Machine, look
from zishu_app.training.recipe import Size, size_for


@dataclass(frozen=True, slots=True)
class LearnerChoice:
    """A base she can learn on: one that is here, or the built-in one, which is made the first time."""

    #: as it is asked for
    id: str
    name: str
    #: None: a folder without a card
    card: LearnerCard | None = None
    #: None: it is not made yet
    folder: Path | None = None


@dataclass(frozen=True)
class Choices:
    """All of it, as it was found."""

    versions: Sequence[Frozen]
    bases: Sequence[LearnerChoice]
    #: bases that can be fetched, or are known and cannot be trained here
    more: Sequence[LearnerCard]
    brains: Sequence[Learnt]
    machine: Machine
    #: the dial for this computer, unless the settings say otherwise
    fits: Size

    def base(self, wanted: str) -> LearnerChoice | None:
        """The one that is asked for so."""
        return next((one for one in self.bases if one.id == (wanted or BUILTIN_ID)), None)


def find_choices(house: House) -> Choices:
    """Look what there is."""
    home = house.home
    cards = known_bases(home)
    here = [
        LearnerChoice(one.id, one.name, one.card, one.folder)
        for one in bases_here(home, cards)
        if one.card is None or one.card.trainable
    ]
    if all(one.id != BUILTIN_ID for one in here):
        here.insert(0, LearnerChoice(BUILTIN_ID, cards[BUILTIN_ID].name, cards[BUILTIN_ID]))
    ids = {one.id for one in here}
    machine, usual = look(home.trainings), house.settings.training.size
    return Choices(
        list_frozen(home.datasets),
        here,
        [card for card in cards.values() if card.id not in ids],
        list_learnt(home.brains),
        machine,
        size_for(machine.card_gb) if usual == "auto" else usual,
    )


def base_about(base: LearnerChoice) -> str:
    """A base in a line: what it speaks, under which licence, and what to know of it."""
    if base.card is None:
        return t("自己的模型文件夹", "A model folder of your own")
    return f"{tongues_of(base.card)} · {base.card.licence}"


def tongues_of(card: LearnerCard) -> str:
    """What it speaks; of many only whether Chinese is among them."""
    names = {"zh": t("中文", "Chinese"), "en": t("英文", "English")}
    return t("、", ", ").join(names[one] for one in card.languages if one in names)
