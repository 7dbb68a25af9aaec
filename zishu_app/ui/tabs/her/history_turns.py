"""The turns of the talks with her, as far as they were fetched; what is said of them is written down here."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from zishu_app.core.texts import t
from zishu_app.ledger.chats import Said
from zishu_app.studio.her_talks import HerTalks, open_talks
from zishu_app.ui.tabs.her.around import Around
from zishu_app.ui.tabs.her.history_rows import Names

#: turns fetched at once
PAGE = 120


class Turns(QObject):
    """`answered`: asked anew; `grew`: so many older ones came before the others; `renewed`: one has changed."""

    answered = Signal()
    grew = Signal(int)
    renewed = Signal()

    def __init__(self, owner: QWidget, around: Around) -> None:
        super().__init__(owner)
        self._around = around
        #: the oldest first
        self.turns: list[Said] = []
        self.text, self.disliked = "", False
        self.goes_on = False
        self._fetching = False
        self._talks: HerTalks | None = None

    def ask(self, text: str, *, disliked: bool = False) -> "asyncio.Task[None]":
        """The newest turns; `text`: those in which it stands; `disliked`: answers that were called bad, and nothing else."""
        self.text, self.disliked = text, disliked
        return self._start(self._ask(), "ask")

    def more(self) -> None:
        """Older ones."""
        if self.goes_on and not self._fetching and self.turns:
            self._fetching = True
            self._start(self._older(), "older")

    def forget(self) -> None:
        """They may be those of another character now."""
        self._talks = None

    def rate(self, turn: Said, mark: int) -> None:
        """1 good, -1 bad, 0 neither."""
        self._start(self._rated(turn, mark), "rate")

    def correct(self, turn: Said, text: str) -> None:
        """What she should have said; empty: what she said was right."""
        self._start(self._corrected(turn, text), "correct")

    @property
    def names(self) -> Names:
        """Who talks."""
        person = self._around.house.settings.companion.user_name.strip() or t("你", "You")
        return Names(self._talks.persona.card.name if self._talks else "", person)

    def _start(self, work: Coroutine[Any, Any, None], name: str) -> "asyncio.Task[None]":
        return self._around.bench.tasks.start(self, work, replaces=name)

    async def _opened(self) -> HerTalks:
        if self._talks is None or not self._talks.run_id:
            around = self._around
            self._talks = await open_talks(around.house, around.character, around.speaks)
        return self._talks

    async def _ask(self) -> None:
        found = await self._fetched(None)
        self.goes_on, self._fetching = len(found) == PAGE, False
        self.turns = found[::-1]
        self.answered.emit()

    async def _fetched(self, before: tuple[int, int] | None) -> list[Said]:
        talks = await self._opened()
        if self.disliked:
            return await talks.disliked(before, PAGE)
        return await talks.history(self.text, before, PAGE)

    async def _older(self) -> None:
        first = self.turns[0]
        try:
            found = await self._fetched((first.talk, first.step))
        finally:
            self._fetching = False
        self.goes_on = len(found) == PAGE
        self.turns = [*found[::-1], *self.turns]
        self.grew.emit(len(found))

    async def _rated(self, turn: Said, mark: int) -> None:
        talks = await self._opened()
        try:
            await talks.rate(turn.talk, turn.step, None if not mark else mark > 0)
        finally:
            await self._renew(turn)
        self._around.bench.news.samples_changed.emit()

    async def _corrected(self, turn: Said, text: str) -> None:
        talks = await self._opened()
        number = await talks.correct(turn.talk, turn.step, text)
        await self._renew(turn)
        self._around.bench.news.samples_changed.emit()
        kept = number is not None
        self._around.say(lambda: _kept() if kept else t("改正收回了。", "The correction was taken back."))

    async def _renew(self, turn: Said) -> None:
        """One turn has changed."""
        talks = await self._opened()
        found = await talks.history("", (turn.talk, turn.step + 1), 1)
        for number, one in enumerate(self.turns):
            if found and (one.talk, one.step) == (found[0].talk, found[0].step):
                self.turns[number] = found[0]
        self.renewed.emit()


def _kept() -> str:
    return t(
        "改正进了审阅，通过后她就能学。", "The correction waits in Review; accepted, she learns from it."
    )
