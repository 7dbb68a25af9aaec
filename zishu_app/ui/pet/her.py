"""She, put together: her body, her manners, her menu, her icon in the tray, her hotkeys; and, a moment after she is seen,
her talk. Nothing here decides anything that one of them could.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

from zishu_app.character.pose import Pose
from zishu_app.core.setting_her import Companion
from zishu_app.ui.pet.body import Body
from zishu_app.ui.pet.faces import face_icon
from zishu_app.ui.pet.hotkeys import Hotkeys
from zishu_app.ui.pet.manners import Manners, System
from zishu_app.ui.pet.meeting import Meeting
from zishu_app.ui.pet.menu import Menu
from zishu_app.ui.pet.offers import Acts, Offers
from zishu_app.ui.pet.surroundings import Surroundings
from zishu_app.ui.pet.tray import Tray, no_tray

if TYPE_CHECKING:
    from zishu_app.ui.pet.stage import Stage

#: what of her manners lasts, in the state file
PART, TOLD = "desktop", "told"
#: how long something important stays in her bubble, in milliseconds
STAY = 15_000


class Her(QObject):
    """All of her."""

    def __init__(self, body: Body, around: Surroundings) -> None:
        super().__init__()
        self.body, self._around = body, around
        self._kept = dict(around.state.read(PART))
        self.manners = Manners(body, System(around.desktop, self._settings, around.tasks.start))
        self.manners.set_quiet(self._kept.get("disturb_not") is True)
        self.talks = Meeting(body, self.manners, around)
        self.hotkeys = Hotkeys(around.desktop, {"talk": self.talk, "through": self._turn_through})
        acts = Acts(self.manners, self.talk, self.wear, self.talks.then)
        self._offers = Offers(body, around, acts)
        wishes, solid = self._offers.wishes(), self.manners.solid
        self._menu = Menu(QMenu(), wishes, solid=solid)
        icon = face_icon(body.window.figure, Pose())
        self.tray = Tray(icon, wishes, self._say_no_tray, solid=solid)
        for one in (self.manners, self.talks, self.hotkeys, self._offers, self.tray):
            one.setParent(self)  # they go with her
        self.manners.turned.connect(self._turned)
        self.manners.gone.connect(self._gone)
        for menu in (self._menu, self.tray):
            self.manners.cut.connect(menu.set_solid)
        self.talks.met.connect(self._met)
        # a pack, a card, something to wear: her page knows which
        body.window.dropped.connect(lambda paths: around.page("her", paths))
        body.window.menu_asked.connect(self._menu.menu.popup)
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
            self.talks.begin()

    def come(self, accessory: str = "") -> None:
        """Somebody started the program again for her: she comes, also if the mouse went through her, and talks."""
        if self.manners.through:
            self.manners.set_through(False)
        self.show(True)
        if accessory:
            self.wear(accessory)
        self.body.window.raise_()
        self.talk()

    def talk(self, about: Callable[["Stage"], object] | None = None) -> None:
        """She listens: the field to write to her opens. `about`: something else is wanted of her talk."""
        if not self.manners.shown:
            self.show(True)
        self.talks.then(about or (lambda stage: stage.talk()))

    def wear(self, accessory: str) -> None:
        """She wears this from now on."""
        self.body.wear(accessory)
        self.talks.wear = accessory
        if self.talks.stage is not None:
            self.talks.stage.wear(accessory)

    def say(self, text: str, stay: int = STAY) -> None:
        """She says something to the person by herself."""
        self.talks.then(lambda stage: stage.tell(text, stay))

    async def close(self) -> None:
        """She goes; how she is lasts."""
        self.tray.close()
        self.hotkeys.follow({"talk": "", "through": ""})
        await self.talks.end()
        self.body.window.hide()

    def _settings(self) -> Companion:
        return self._around.house.settings.companion

    def _met(self) -> None:
        """The menu knows more now."""
        if self.talks.stage is not None:
            self._offers.look(self.talks.stage)
            self.tray.refresh()

    def _gone(self, gone: bool) -> None:
        """What belongs to her goes with her; she comes back alone."""
        if gone and self.talks.stage is not None:
            self.talks.stage.bubble.leave()
            self.talks.stage.entry.leave()

    def _turn_through(self) -> None:
        self.manners.set_through(not self.manners.through)

    def _turned(self) -> None:
        self.tray.refresh()
        if self._kept.get("disturb_not", False) != self.manners.disturb_not:
            self._keep(disturb_not=self.manners.disturb_not)

    def _keep(self, **values: Any) -> None:
        self._kept.update(values)
        self._around.state.write(PART, self._kept)

    def _say_no_tray(self) -> None:
        """Once, ever: who has read it knows."""
        if not self._kept.get(TOLD):
            self._keep(**{TOLD: True})
            self.say(no_tray())
