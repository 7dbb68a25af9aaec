"""Night school as it is seen: she yawns, goes to her desk, writes while she learns, and tells of it in the morning."""

import asyncio
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from zishu_app.core.streams import closing
from zishu_app.desktop.base import Desktop
from zishu_app.house import House
from zishu_app.studio import night as school
from zishu_app.training.night import Around, may_begin, must_stop, report, told
from zishu_app.ui.pet.manners import Manners
from zishu_app.ui.pet.stage import Stage
from zishu_app.ui.tasks import Tasks

#: milliseconds between two looks at whether it is time
LOOK = 60_000
#: and between two looks at whether she is needed
HEED = 5_000
#: milliseconds between the yawn and her desk
YAWN = 4_000
#: what she says in the morning stays until it is closed
STAY = 0


class NightSchool(QObject):
    """Goes as long as she is there, and does nothing where the settings do not want it."""

    def __init__(self, stage: Stage, manners: Manners, desktop: Desktop, tasks: Tasks) -> None:
        super().__init__(stage)
        self._stage, self._manners, self._desktop, self._tasks = stage, manners, desktop, tasks
        #: set while she is away
        self._stop: asyncio.Event | None = None
        self._timer = self._every(LOOK, self.look)
        self._heeding = self._every(HEED, lambda: tasks.start(self, self._heed(), replaces="heed"))
        self._timer.start()

    def look(self) -> None:
        """Is it time to go, or something to be told?"""
        if self._stop is None:
            self._tasks.start(self, self._look(), replaces="look")

    @property
    def learning(self) -> bool:
        """She is at it."""
        return self._stop is not None

    def _every(self, milliseconds: int, act: Callable[[], object]) -> QTimer:
        timer = QTimer(self)
        timer.setInterval(milliseconds)
        timer.timeout.connect(act)
        return timer

    @property
    def _house(self) -> House:
        return self._stage.companion.house

    async def _look(self) -> None:
        night, around = await school.read_night(self._house), await self._around()
        if night.untold and around.idle is not None and around.idle < LOOK / 1000 and not self._manners.quiet:
            name = await school.name_of(self._house, night)
            await school.keep_night(self._house, told(night))
            await self._tell(report(night, name))
        elif may_begin(night, school.wanted_of(self._house.settings.training), around):
            await self._go()

    async def _around(self) -> Around:
        desktop, wanted = self._desktop, self._house.settings.training.night
        idle, power = await asyncio.to_thread(lambda: (desktop.idle_seconds(), desktop.on_power()))
        # what has to be looked up in files is looked up only where it may matter
        fresh = await school.fresh(self._house) if wanted and self._stop is None else 0
        busy = await school.is_training(self._house) if fresh else False
        return Around(self._house.clock.now(), idle, power, fresh, busy)

    async def _go(self) -> None:
        self._stop = stop = asyncio.Event()
        self._heeding.start()
        self._to_her_desk()
        try:
            night = await school.read_night(self._house)
            async with closing(school.go(self._house, night, stop)) as events:
                async for _ in events:
                    pass
        finally:
            self._heeding.stop()
            self._stop = None
            self._manners.studying = self._stage.presence.busy = False
            self._stage.pet.move_on(activity="")
            self._stage.presence.settle()

    def _to_her_desk(self) -> None:
        self._manners.studying = True
        self._manners.wake()
        presence, pet = self._stage.presence, self._stage.pet
        presence.feel("sleepy")
        presence.do("stretch")

        def sit() -> None:
            if self._stop is not None:
                presence.busy = True
                presence.feel("thinking")
                pet.move_on(activity="desk" if "desk" in pet.figure.manifest.arms else "type")

        QTimer.singleShot(YAWN, self, sit)

    async def _heed(self) -> None:
        """Whether she has to come back."""
        around = await self._around()
        if self._stop is not None and must_stop(school.wanted_of(self._house.settings.training), around):
            self._stop.set()

    async def _tell(self, text: str) -> None:
        if text:
            self._stage.presence.feel("proud")
            self._stage.presence.do("wave")
            self._stage.tell(text, STAY)
            await self._stage.companion.say(text, "proud", by_herself=True)
