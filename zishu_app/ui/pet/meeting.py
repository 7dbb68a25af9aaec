"""Her talk comes a moment after she is seen: it brings the ledger, her memory and all that they stand on."""

import asyncio
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from zishu_app.ui.pet.around import Around
from zishu_app.ui.pet.body import Body
from zishu_app.ui.pet.manners import Manners
from zishu_app.ui.pet.surroundings import Surroundings

if TYPE_CHECKING:
    from zishu_app.ui.pet.stage import Stage


class Meeting(QObject):
    """Begun when she is shown for the first time, or wanted for something."""

    #: her talk has come; until then she can only be looked at, carried and touched
    met = Signal()
    #: it cannot come: a `Told`
    failed = Signal(object)

    def __init__(self, body: Body, manners: Manners, around: Surroundings) -> None:
        super().__init__()
        self.stage: Stage | None = None
        #: what she is to wear when it comes; "": what she wore
        self.wear = ""
        self._body, self._manners, self._around = body, manners, around
        self._task: asyncio.Task[None] | None = None
        self._waiting: list[Callable[[Stage], object]] = []

    def begin(self) -> None:
        """Once; again where it failed."""
        if self.stage is None and (self._task is None or self._task.done()):
            self._task = self._around.tasks.start(self, self._meet(), failed=self.failed.emit)

    def then(self, act: Callable[["Stage"], object]) -> None:
        """Do it now, or as soon as her talk has come."""
        if self.stage is not None:
            act(self.stage)
            return
        self._waiting.append(act)
        self.begin()

    async def end(self) -> None:
        """She goes; nothing of the talk is lost, and nothing of it goes on."""
        if self._task is not None:
            self._task.cancel()
        stage, self.stage = self.stage, None
        if stage is None:
            return
        stage.leave()
        await stage.companion.close()
        for one in (stage, stage.opinions, stage.presence, stage.bubble, stage.entry):
            one.deleteLater()

    async def _meet(self) -> None:
        # in a thread: she breathes and can be touched meanwhile
        await asyncio.to_thread(import_module, "zishu_app.studio.companion")
        from zishu_app.studio.companion import open_companion
        from zishu_app.ui.pet.clockwork import Clockwork
        from zishu_app.ui.pet.night_school import NightSchool
        from zishu_app.ui.pet.presence import Nature, Presence
        from zishu_app.ui.pet.stage import Stage

        window, given = self._body.window, self._around
        companion = await open_companion(given.house)
        if self.wear:
            await companion.wear(self.wear)
        presence = Presence(
            window, Nature(companion.chat.persona.card, companion.condition, self._body.wardrobe)
        )
        around = _around(given, self._manners)
        self.stage = Stage(companion, presence, around, solid=self._manners.solid)
        for one in (self.stage.bubble, self.stage.entry):
            self._manners.cut.connect(one.set_solid)
        # she may have been carried elsewhere meanwhile
        given.state.write("place", window.carrier.place.as_dict())
        self.stage.open()
        self._manners.show(self._manners.shown)
        Clockwork(self.stage, around.tasks, around.quiet, given.desktop.idle_seconds)
        NightSchool(self.stage, self._manners, given.desktop, around.tasks)
        self.met.emit()
        waiting, self._waiting = self._waiting, []
        for act in waiting:
            act(self.stage)


def _around(given: Surroundings, manners: Manners) -> Around:
    return Around(
        given.tasks,
        given.page,
        lambda: manners.quiet,
        given.news.samples_changed.emit,
        given.news.answers.emit,
        given.change,
    )
