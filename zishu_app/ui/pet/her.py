"""She, put together: her body, her manners, her menu, her icon in the tray, her hotkeys; and, a moment after she is seen,
her talk. Nothing here decides anything that one of them could.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QMenu

from zishu_app.character.pose import Pose
from zishu_app.core.setting_her import Companion
from zishu_app.core.texts import t
from zishu_app.desktop.base import Desktop
from zishu_app.house import House
from zishu_app.studio.companion_state import StateFile
from zishu_app.ui.pet import around as talk_around
from zishu_app.ui.pet.body import Body
from zishu_app.ui.pet.faces import face, face_icon, feeling
from zishu_app.ui.pet.hotkeys import Hotkeys
from zishu_app.ui.pet.manners import Manners, System
from zishu_app.ui.pet.menu import PICTURE, Brain, Menu, Stand, Wishes
from zishu_app.ui.pet.tray import Tray, no_tray
from zishu_app.ui.tasks import Tasks
from zishu_app.ui.workbench import News

if TYPE_CHECKING:
    from zishu_app.ui.pet.stage import Stage

#: what of her manners lasts, in the state file
PART, TOLD = "desktop", "told"
#: how long something important stays in her bubble, in milliseconds
STAY = 15_000


@dataclass(frozen=True)
class Surroundings:
    """What she is given of the program around her."""

    house: House
    desktop: Desktop
    tasks: Tasks
    news: News
    state: StateFile
    #: brings a page of the studio to the front
    page: Callable[[str, Any], object]
    quit: Callable[[], object]
    #: changes settings, by dotted names
    change: Callable[[dict[str, Any]], object]


class Her(QObject):
    """All of her."""

    #: her talk has come; until then she can only be looked at, carried and touched
    met = Signal()

    def __init__(self, body: Body, around: Surroundings) -> None:
        super().__init__()
        self.body, self._around = body, around
        self.stage: Stage | None = None
        self._meeting: asyncio.Task[None] | None = None
        #: what is to be done as soon as her talk has come
        self._waiting: list[Callable[[Stage], object]] = []
        self._kept = dict(around.state.read(PART))
        self.manners = Manners(body, System(around.desktop, self._settings, around.tasks.start))
        self.manners.set_quiet(self._kept.get("disturb_not") is True)
        self.hotkeys = Hotkeys(around.desktop, {"talk": self.talk, "through": self._turn_through})
        wishes = self._wishes()
        translucent = around.desktop.has_compositor()
        self._menu = Menu(QMenu(), wishes, translucent=translucent)
        self.tray = Tray(
            face_icon(body.window.figure, Pose()), wishes, self._say_no_tray, translucent=translucent
        )
        self.manners.turned.connect(self._turned)
        self.manners.gone.connect(self._gone)
        body.window.menu_asked.connect(self._open_menu)
        self.follow()

    @property
    def there(self) -> bool:
        """Whether somebody who closes the studio still finds her: on the desktop or in the tray."""
        return self.manners.shown or self.tray.there

    def follow(self) -> None:
        """Be as the settings have it."""
        settings = self._settings()
        self.manners.follow()
        self.hotkeys.follow({"talk": settings.hotkey, "through": settings.through_hotkey})
        self.tray.refresh()

    def show(self, shown: bool) -> None:
        """Have her on the desktop, or not."""
        self.manners.show(shown)
        if shown:
            self.meet()

    def meet(self) -> None:
        """Her talk comes, once: it takes a moment, in which she is seen already."""
        if self._meeting is None:
            self._meeting = self._around.tasks.start(self, self._meet())

    def come(self, accessory: str = "") -> None:
        """Somebody started the program again for her: she comes, also if the mouse went through her, and talks."""
        if self.manners.through:
            self.manners.set_through(False)
        self.show(True)
        if accessory:
            self.wear(accessory)
        self.body.window.raise_()
        self.talk()

    def talk(self) -> None:
        """She listens: the field to write to her opens."""
        if not self.manners.shown:
            self.show(True)
        self._with_stage(lambda stage: stage.talk())

    def wear(self, accessory: str) -> None:
        """She wears this from now on."""
        self.body.wear(accessory)
        self._with_stage(lambda stage: stage.wear(accessory))

    def say(self, text: str, stay: int = STAY) -> None:
        """She says something to the person by herself."""
        self._with_stage(lambda stage: stage.tell(text, stay))

    async def close(self) -> None:
        """She goes; how she is lasts."""
        self.tray.close()
        if self.stage is not None:
            self.stage.leave()
            await self.stage.companion.close()
        self.body.window.hide()

    def _settings(self) -> Companion:
        return self._around.house.settings.companion

    async def _meet(self) -> None:
        # in a thread: it brings the ledger and all that a talk stands on, while she breathes and can be touched
        await asyncio.to_thread(import_module, "zishu_app.studio.companion")
        from zishu_app.studio.companion import open_companion
        from zishu_app.ui.pet.clockwork import Clockwork
        from zishu_app.ui.pet.presence import Nature, Presence
        from zishu_app.ui.pet.stage import Stage

        companion = await open_companion(self._around.house)
        nature = Nature(companion.chat.persona.card, companion.condition, self.body.wardrobe)
        presence = Presence(self.body.window, nature)
        around = talk_around.Around(self._around.tasks, self._around.page, lambda: self.manners.quiet)
        solid = not self._around.desktop.has_compositor()
        self.stage = Stage(companion, presence, around, solid=solid)
        # she may have been carried elsewhere meanwhile
        self._around.state.write("place", self.body.window.carrier.place.as_dict())
        self.stage.open()
        self.manners.show(self.manners.shown)
        Clockwork(self.stage, around.tasks, around.quiet, self._around.desktop.idle_seconds)
        self.met.emit()
        waiting, self._waiting = self._waiting, []
        for act in waiting:
            act(self.stage)

    def _with_stage(self, act: Callable[["Stage"], object]) -> None:
        """Now, or as soon as her talk has come."""
        if self.stage is not None:
            act(self.stage)
        else:
            self._waiting.append(act)
            self.meet()

    def _gone(self, gone: bool) -> None:
        """What belongs to her goes with her; she comes back alone."""
        if gone and self.stage is not None:
            self.stage.bubble.leave()
            self.stage.entry.leave()

    def _turn_through(self) -> None:
        self.manners.set_through(not self.manners.through)

    def _turned(self) -> None:
        self.tray.refresh()
        if self._kept.get("disturb_not", False) != self.manners.disturb_not:
            self._keep(disturb_not=self.manners.disturb_not)

    def _keep(self, **values: Any) -> None:
        self._kept.update(values)
        self._around.state.write(PART, self._kept)

    def _open_menu(self, at: QPoint) -> None:
        self._menu.menu.popup(at)

    def _say_no_tray(self) -> None:
        """Once, ever: who has read it knows."""
        if not self._kept.get(TOLD):
            self._keep(**{TOLD: True})
            self.say(no_tray())

    def _wishes(self) -> Wishes:
        around = self._around
        return Wishes(
            talk=self.talk,
            wear=self.wear,
            mood=self._tell_mood,
            disturb_not=self.manners.set_quiet,
            through=self.manners.set_through,
            show=lambda on: around.change({"companion.shown": on}),
            size=lambda size: around.change({"companion.size": size}),
            talks_first=lambda level: around.change({"companion.talks_first": level}),
            brain=lambda spec: around.tasks.start(self, self._use_brain(spec)),
            other_brain=lambda: around.page("welcome", None),
            history=lambda: around.page("her", "history"),
            studio=lambda: around.page("", None),
            settings=lambda: around.page("settings", "companion"),
            quit=around.quit,
            stand=self._stand,
            wardrobe=self.body.wardrobe,
            brains=lambda show: around.tasks.start(self, self._find_brains(show), replaces="brains"),
        )

    def _stand(self) -> Stand:
        """How things stand, for the menu."""
        settings, manners = self._settings(), self.manners
        stand = Stand(
            manners.shown,
            manners.disturb_not,
            manners.through,
            settings.size,
            settings.talks_first,
            self.body.window.motion.accessory,
        )
        if self.stage is None:
            return stand
        today = self._today()
        return replace(
            stand, mood=feeling(today), face=face(self.body.window.figure, Pose(today), 2 * PICTURE)
        )

    def _today(self) -> str:
        """What she is like today."""
        assert self.stage is not None
        condition = self.stage.companion.condition
        condition.face()
        return condition.mood.today

    def _tell_mood(self) -> None:
        def tell(stage: "Stage") -> None:
            stage.presence.settle()
            word = feeling(self._today())
            stage.tell(t(f"今天的我：{word}。", f"Today I am {word}."))

        self._with_stage(tell)

    async def _find_brains(self, show: Callable[[Sequence[Brain]], None]) -> None:
        if self.stage is None:
            show([])
            return
        brain = self.stage.companion.brain
        found, hers = await brain.choices(), await brain.hers()
        current = hers.current(self._settings().brain)
        itself = Brain("", t("自动选择", "By itself"), not current)
        show([itself, *(Brain(one.spec, one.name, one.spec == current, one.why_not) for one in found)])

    async def _use_brain(self, spec: str) -> None:
        if self.stage is not None:
            await self.stage.companion.brain.use(spec)
            name = await self.stage.companion.brain.speaks()
            self.stage.tell(t(f"从现在起，我用 {name} 说话。", f"From now on I speak with {name}."))
