"""What she says by the clock: reminders and the focus timer when they are due, and now and then something of her own."""

import asyncio
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from zishu_app.character.card import filled
from zishu_app.character.initiative import Around as Moment
from zishu_app.character.initiative import Initiative, begin, initiative_from, may_begin, wait
from zishu_app.character.tags import Felt, whole, without_tags
from zishu_app.studio.reminding import due
from zishu_app.ui.pet.stage import Stage
from zishu_app.ui.tasks import Tasks

#: milliseconds between two looks at the clock
LOOK = 10_000
#: milliseconds for which a reminder stays: until it is closed
STAY = 0
#: milliseconds for which something of her own stays
SHORT = 12_000
#: her part of the state file
PART = "initiative"


class Clockwork(QObject):
    """Goes as long as she is there. `idle`: seconds without a key or the pointer, None where that is not known."""

    def __init__(
        self, stage: Stage, tasks: Tasks, quiet: Callable[[], bool], idle: Callable[[], float | None]
    ) -> None:
        super().__init__(stage)
        self._stage, self._tasks, self._quiet, self._idle = stage, tasks, quiet, idle
        self._state: Initiative | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        self.look()

    def look(self) -> None:
        """Is it time for anything?"""
        self._tasks.start(self, self._look(), replaces="look")

    async def _look(self) -> None:
        companion = self._stage.companion
        persona = companion.chat.persona
        if self._stage.presence.busy or self._stage.bubble.extras.writing:
            return  # whatever is due is said afterwards, where it is seen
        said = await due(companion.house, persona.character, persona.language)
        if said:  # what is due together is told together: one would cover the other
            await self._say("\n\n".join(one.text for one in said), said[-1].emotion, STAY)
        else:
            await self._begin()

    async def _begin(self) -> None:
        """She talks first, if she may."""
        companion = self._stage.companion
        file, card = companion.condition.file, companion.chat.persona.card
        moment = self._moment(await asyncio.to_thread(self._idle))
        if self._state is None:  # at a start she does not begin at once
            self._state = wait(initiative_from(await asyncio.to_thread(file.read, PART)), moment)
        if not may_begin(self._state, moment):
            return
        says, self._state = begin(self._state, moment, (), card.openers)
        await asyncio.to_thread(file.write, PART, self._state.as_dict())
        if says:
            text = filled(says, card, companion.called)
            felt = [one.emotion for one in whole(text) if isinstance(one, Felt)]
            await self._say(without_tags(text), felt[-1] if felt else "calm", SHORT)

    def _moment(self, idle: float | None) -> Moment:
        companion = self._stage.companion
        last = companion.condition.last
        return Moment(
            now=companion.condition.now(),
            level=companion.house.settings.companion.talks_first,
            disturb=self._quiet(),
            idle=idle,
            talked=last.timestamp() if last else 0.0,
            busy=self._stage.presence.busy or self._stage.entry.isVisible(),
        )

    async def _say(self, text: str, emotion: str, stay: int) -> None:
        self._stage.presence.feel(emotion)
        self._stage.presence.do("wave")
        self._stage.tell(text, stay)
        await self._stage.companion.say(text, emotion, by_herself=True)
