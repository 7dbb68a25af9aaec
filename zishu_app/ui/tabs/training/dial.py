"""The one dial of a training: four sizes, each with what it means, and the one that fits this computer."""

from collections.abc import Callable, Mapping

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QWidget

from zishu_app.core.texts import t
from zishu_app.training.machine import Machine
from zishu_app.training.recipe import SIZES, Size, derive, size_for
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.training.meanings import Meaning
from zishu_app.ui.tabs.training.words import choice_word, gigabytes, long_time, size_for_word, size_word
from zishu_app.ui.theme.tokens import NEAR
from zishu_app.ui.widgets.cards import column
from zishu_app.ui.widgets.choice_card import ChoiceCard
from zishu_app.ui.widgets.labels import label

#: pixels below which the cards stand two and two
NARROW = 620


class Dial(QWidget):
    """`picked` hears the size."""

    def __init__(self, picked: Callable[[Size], object]) -> None:
        super().__init__()
        self._machine: Machine | None = None
        self._meanings: Mapping[Size, Meaning] = {}
        self._group = QButtonGroup(self)
        self.cards: dict[Size, ChoiceCard] = {}
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(NEAR)
        self._across = 0
        for size in SIZES:
            self.cards[size] = ChoiceCard("gauge", _named(size), self._about(size))
            self.cards[size].clicked.connect(lambda *_, size=size: picked(size))
            self._group.addButton(self.cards[size])
            say(self.cards[size], lambda size=size: self.cards[size].setToolTip(derived_word(size)))  # type: ignore[misc]
        self._here = label("small", wrap=True)
        self.setLayout(column(self._grid, self._here, gap=NEAR))
        self._lay(len(SIZES))
        say(self, self._speak)

    def choose(self, size: Size) -> None:
        """Choose without telling anybody."""
        self.cards[size].setChecked(True)

    def show_machine(self, machine: Machine) -> None:
        """Say which of them fits here, and why."""
        self._machine = machine
        self._speak()

    def show_meanings(self, meanings: Mapping[Size, Meaning]) -> None:
        """Say what each would take."""
        self._meanings = meanings
        for card in self.cards.values():
            card.speak()

    def _about(self, size: Size) -> Callable[[], str]:
        def said() -> str:
            meaning = self._meanings.get(size)
            lines = [size_for_word(size), *(meaning_lines(meaning) if meaning is not None else ())]
            return "\n".join(lines)

        return said

    def _speak(self) -> None:
        machine = self._machine
        if machine is None:
            self._here.setText(t("正在看这台电脑……", "Looking at this computer …"))
            return
        size = size_word(size_for(machine.card_gb))
        if machine.card:
            said = t(
                f"这台电脑：{machine.card}，{gigabytes(machine.total_mb)} 显存，空着 {gigabytes(machine.free_mb)}。"
                f"合适的是“{size}”。",
                f"This computer: {machine.card} with {gigabytes(machine.total_mb)}, {gigabytes(machine.free_mb)} free."
                f" {size} fits it.",
            )
        else:
            said = t(
                f"这台电脑：没有能用的显卡；{machine.cores} 个核心，内存空着 {gigabytes(machine.free_mb)}。"
                f"合适的是“{size}”。",
                f"This computer: no graphics card that can be used; {machine.cores} cores,"
                f" {gigabytes(machine.free_mb)} of memory free. {size} fits it.",
            )
        self._here.setText(said)

    def _lay(self, across: int) -> None:
        if across == self._across:
            return
        self._across = across
        for number, card in enumerate(self.cards.values()):
            self._grid.addWidget(card, number // across, number % across)
        for place in range(len(SIZES)):
            self._grid.setColumnStretch(place, 1 if place < across else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Two and two where there is little room."""
        super().resizeEvent(event)
        self._lay(2 if self.width() < NARROW else len(SIZES))


def _named(size: Size) -> Callable[[], str]:
    return lambda: size_word(size)


def derived_word(size: Size) -> str:
    """What follows from a size, in short; all of it is in the fold below."""
    recipe = derive(size)
    return t(
        f"{choice_word(recipe.precision)}，秩 {recipe.rank}，每行 {recipe.longest} tokens",
        f"{choice_word(recipe.precision)}, rank {recipe.rank}, {recipe.longest} tokens a row",
    )


def meaning_lines(meaning: Meaning) -> list[str]:
    """What a size would take here: memory and time, a short line each."""
    memory = gigabytes(meaning.memory_mb)
    fits = {
        "green": t(f"放得下：{memory}", f"Fits: {memory}"),
        "yellow": t(f"很紧：{memory}", f"A tight fit: {memory}"),
        "red": t(f"放不下：要 {memory}", f"Too much: {memory}"),
    }[meaning.light]
    if meaning.slow:
        return [fits, t("没有显卡会很慢", "Slow without a card")]
    return [fits, long_time(meaning.seconds)] if meaning.seconds else [fits]
