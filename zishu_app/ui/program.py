"""The program while it runs: she on the desktop and in the tray, and the studio. Each comes when it is asked for, and the
program ends when it is told to, or when the last of them is closed.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from zishu_app.core.errors import SettingsError
from zishu_app.core.settings import Settings
from zishu_app.core.settings_file import change
from zishu_app.core.texts import t
from zishu_app.house import House
from zishu_app.studio.companion_state import StateFile
from zishu_app.ui.errors import Told
from zishu_app.ui.first import First, embody
from zishu_app.ui.pet.body import Body
from zishu_app.ui.pet.her import Her
from zishu_app.ui.pet.surroundings import Surroundings
from zishu_app.ui.single import Start
from zishu_app.ui.tasks import Tasks
from zishu_app.ui.workbench import News

if TYPE_CHECKING:
    from zishu_app.ui.window import Window

log = logging.getLogger("zishu.ui")

#: the part of the state file that is the program's, and what stands in it: whether the studio was open
PART, STUDIO = "program", "studio"
#: what she says when she speaks another language from now on
SPEAKS = {
    "zh": lambda: t("从现在起，我说中文。", "From now on I speak Chinese."),
    "en": lambda: t("从现在起，我说英文。", "From now on I speak English."),
}


class Program(QObject):
    """Everything of the window's side. `ended` is called when all of it may go."""

    def __init__(self, house: House, first: First, ended: Callable[[], object]) -> None:
        super().__init__()
        self.house, self.desktop, self._ended = house, first.desktop, ended
        self.tasks, self.news = Tasks(self.tell), News()
        self.state = StateFile(house.home.companion)
        self.window: Window | None = None
        self._leaving = False
        self.her = self._put_together(first.body)
        self.news.settings_changed.connect(self._settings_changed)
        self.news.her_changed.connect(lambda: self.tasks.start(self, self._anew(), replaces="her"))
        self.news.wears.connect(lambda accessory: self.her.wear(accessory))
        self.news.brain_changed.connect(lambda: _hello(self.her))
        self.news.again.connect(lambda: self.her.talk(lambda stage: stage.again()))
        self.news.hush.connect(lambda: self.her.talk(lambda stage: stage.stop()))

    def open(self, start: Start, fault: SettingsError | None = None) -> None:
        """Show what the program was started for."""
        self.her.show(start.mode == "desktop" or self.house.settings.companion.shown)
        if start.accessory:
            self.her.wear(start.accessory)
        if start.mode == "studio" or (not start.mode and self._studio_was_open()):
            self.show_studio()
        if fault is not None:
            shipped = t("现在用的是默认设置。", "The shipped settings hold for now.")
            self.tell(Told("warn", fault.message, f"{fault.hint} {shipped}"))
        self._tell_of_stranger()

    def come(self, start: Start) -> None:
        """Somebody started the program again."""
        if start.mode == "desktop" or start.accessory:
            self.her.come(start.accessory)
        else:
            self.show_studio()

    def show_studio(self, page: str = "", what: Any = None) -> None:
        """The studio in front, with a page if one is named."""
        from zishu_app.ui.window import Outer, Window

        if self.window is None:
            stays, hidden = lambda: self.her.there and not self._leaving, lambda: self._remember(False)
            outer = Outer(self.news, self.desktop, stays, hidden)
            self.window = Window(self.house, self._closed, outer)
            self.window.open()
        else:
            self.window.come_forward()
        if page:
            self.window.go(page, what)
        self._remember(True)

    def quit(self) -> None:
        """End it, softly: what is going on comes to the end of its turn."""
        if self._leaving:
            return
        self._leaving = True
        self._remember(self.window is not None and self.window.isVisible())
        if self.window is not None:
            self.window.leave()
        else:
            self._ended()

    def tell(self, said: Told) -> None:
        """Bad news where they are seen: in the studio if it is open, else by her."""
        if self.window is not None and self.window.isVisible():
            self.window.tell(said)
        else:
            log.info("%s %s", said.message, said.hint)
            if self.her.manners.shown:
                self.her.say(f"{said.message} {said.hint}".strip())

    async def close(self) -> None:
        """Let go of everything."""
        await self.her.close()
        if self.window is not None:
            await self.window.tasks.end()
            self.window.deleteLater()
        await self.tasks.end()
        self.desktop.close()

    def _put_together(self, body: Body) -> Her:
        self._who = _who(self.house.settings)
        self._spoke = self.house.settings.companion.language
        page, change = self.show_studio, self._change
        around = Surroundings(
            self.house, self.desktop, self.tasks, self.news, self.state, page, self.quit, change
        )
        her = Her(body, around)
        her.setParent(self)
        # she cannot say herself why her talk does not come: the studio does
        her.talks.failed.connect(lambda _: self.show_studio())
        her.talks.failed.connect(self.tell)
        return her

    async def _anew(self) -> None:
        """She is somebody else now, looks otherwise or speaks another language: the one who was there goes first."""
        before, shown, spoke = self.her, self.her.manners.shown, self._spoke
        await before.close()
        companion = self.house.settings.companion
        self.her = self._put_together(embody(self.house.home, companion, self.desktop))
        before.deleteLater()
        before.body.window.deleteLater()
        self.her.show(shown)
        if shown and companion.language != spoke and companion.language in SPEAKS:
            self.her.say(SPEAKS[companion.language]())
        self._tell_of_stranger()

    def _tell_of_stranger(self) -> None:
        """Why she is not the one the settings name."""
        if (fault := self.her.body.fault) is not None:
            self.tell(Told("warn", fault.message, fault.hint))

    def _studio_was_open(self) -> bool:
        """At the very first start it is; and where she is not to be seen, there is nothing else to open."""
        left = self.state.read(PART)
        return left.get(STUDIO, True) is True or not self.her.manners.shown

    def _closed(self) -> None:
        """The studio has gone for good, and the program with it."""
        if not self._leaving:
            self._leaving = True
            self._remember(True)
        self._ended()

    def _remember(self, studio: bool) -> None:
        if self.state.read(PART).get(STUDIO) is not studio:
            self.state.write(PART, {STUDIO: studio})

    def _change(self, values: dict[str, Any]) -> None:
        self.tasks.start(self, self._write(values))

    async def _write(self, values: dict[str, Any]) -> None:
        done = await asyncio.to_thread(change, self.house.home, values)
        self.house.renew(done.settings)
        self.news.settings_changed.emit()

    def _settings_changed(self) -> None:
        companion = self.house.settings.companion
        if companion.shown != self.her.manners.shown:
            self.her.show(companion.shown)
        if _who(self.house.settings) != self._who:
            self.tasks.start(self, self._anew(), replaces="her")
        else:
            self.her.follow()


def _hello(her: Her) -> None:
    """She says hello with her new brain, where she is there to do so."""
    if her.talks.stage is not None and her.manners.shown:
        her.talks.stage.hello()


def _who(settings: Settings) -> tuple[object, ...]:
    """What her talk is opened with."""
    companion, memory = settings.companion, settings.memory
    reads = settings.dataset.embedding_model, memory.endpoint_reads
    return companion.character, companion.language, companion.user_name, *reads
