"""Beside the talk: what she saw before the answer that is picked, or why she gave it. Looked up only while it is shown."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget

from zishu_app.core.errors import DataError
from zishu_app.ledger.chats import Said
from zishu_app.memory.look import get_many
from zishu_app.memory.store import Memory
from zishu_app.studio.her_talks import recalled_of
from zishu_app.studio.why import learnt_by, samples_of, why
from zishu_app.ui.follow import LANGUAGE
from zishu_app.ui.tabs.her.around import Around
from zishu_app.ui.tabs.her.history_rows import is_hers
from zishu_app.ui.tabs.her.reasons import ReasonsPanel
from zishu_app.ui.tabs.her.seen import SeenPanel


class Side(QStackedWidget):
    """`turned` tells what is shown: "seen", "why", or nothing."""

    turned = Signal(str)

    def __init__(self, around: Around) -> None:
        super().__init__()
        self._around = around
        self._turn: Said | None = None
        self._front = ""
        self.seen = SeenPanel(lambda number: around.bench.go("her", number), lambda: self.open(""))
        self.reasons = ReasonsPanel(lambda number: around.bench.go("review", number), lambda: self.open(""))
        for one in (self.seen, self.reasons):
            self.addWidget(one)
        self.hide()
        LANGUAGE.follow(self, self._look)  # also why there is nothing to show is said in a language

    def open(self, name: str) -> None:
        """Show this; an empty name: nothing any more."""
        self._front = name
        self.setCurrentWidget(self.reasons if name == "why" else self.seen)
        self.setVisible(bool(name))
        self.turned.emit(name)
        self._look()

    def show_turn(self, turn: Said | None) -> None:
        """It is about this one."""
        if turn != self._turn:
            self._turn = turn
            self._look()

    def _look(self) -> None:
        turn = self._turn
        if turn is None or not self._front:
            return
        work = self._show_seen(turn) if self._front == "seen" else self._show_reasons(turn)
        self._around.bench.tasks.start(self, work, replaces="look")

    async def _show_seen(self, turn: Said) -> None:
        mind, numbers = await self._around.mind(), recalled_of(turn)
        found: list[Memory] = await mind.memories.ask(lambda file: get_many(file, numbers, mind.character))
        self.seen.show_answer(turn, found)

    async def _show_reasons(self, turn: Said) -> None:
        if not is_hers(turn):
            self.reasons.show_none("")
            return
        self.reasons.wait()
        house = self._around.house
        try:
            brain = await learnt_by(house, str(turn.extra.get("brain") or ""))
            found = await why(house, brain, turn.content)
            self.reasons.show_reasons(brain, found, await samples_of(house, found))
        except DataError as error:
            self.reasons.show_none(error.message)
