"""Changes of settings made in the window: checked, written, and in force at once.

Everything that touches the file is done in a thread, one change after the other.
"""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from zishu_app.core.errors import SettingsError
from zishu_app.core.settings import Settings, describe, fixed, load_settings, value_of
from zishu_app.core.settings_file import Change, change, default, set_aside, take_back
from zishu_app.core.texts import t
from zishu_app.ui.follow import speak
from zishu_app.ui.tabs.settings.known import stamp_of
from zishu_app.ui.theme import look
from zishu_app.ui.workbench import Workbench

#: hears of what is wrong with a value; "" when it was taken
Verdict = Callable[[str], object]


class Changes(QObject):
    """The settings as the form sees them."""

    #: values, or what is known of the file, are other than before
    changed = Signal()
    #: a change was written: a `Change`
    saved = Signal(object)

    def __init__(self, bench: Workbench, owner: QObject) -> None:
        super().__init__(owner)
        self._bench = bench
        self._door = asyncio.Lock()
        self._seen: tuple[int, int] | None = stamp_of(self.file)
        #: what is wrong with the user's file; None: nothing
        self.fault: SettingsError | None = None
        #: variables of the environment that hold a setting, by its dotted name
        self.fixed = fixed()
        self._find_fault()

    @property
    def settings(self) -> Settings:
        """Those in force."""
        return self._bench.house.settings

    @property
    def file(self) -> Path:
        """The user's file."""
        return self._bench.house.home.settings

    def value(self, dotted: str) -> Any:
        """The value in force."""
        return value_of(self.settings, dotted)

    def differs(self, dotted: str) -> bool:
        """Whether the user chose another value than the shipped one."""
        return dotted not in self.fixed and self.value(dotted) != default(dotted)

    def differing(self) -> list[str]:
        """All settings the user chose another value for."""
        return [dotted for dotted in describe() if self.differs(dotted)]

    def put(self, values: Mapping[str, Any], verdict: Verdict | None = None) -> None:
        """Write values by dotted name; None: the shipped one. What is wrong with them is told to `verdict`."""
        self._bench.tasks.start(self, self._do(lambda: change(self._bench.house.home, values), verdict))

    def undo(self, done: Change) -> None:
        """Take a change back."""
        self._bench.tasks.start(self, self._do(lambda: take_back(self._bench.house.home, done), None))

    def set_aside(self) -> None:
        """Put a broken file out of the way; the shipped settings hold."""
        self._bench.tasks.start(self, self._set_aside())

    def look_again(self) -> None:
        """Take over what was changed in the file by hand."""
        stamp = stamp_of(self.file)
        if stamp != self._seen:
            self._seen = stamp
            self._bench.tasks.start(self, self._reload(), replaces="reload")

    async def _do(self, act: Callable[[], Change], verdict: Verdict | None) -> None:
        async with self._door:
            try:
                done = await asyncio.to_thread(act)
            except SettingsError as error:
                if verdict is None:
                    raise
                verdict(said_of(error))
                return
            self._seen = stamp_of(self.file)
        if verdict is not None:
            verdict("")
        self._take(done.settings)
        if done.text_before != done.text_after:
            self.saved.emit(done)

    async def _set_aside(self) -> None:
        async with self._door:
            await asyncio.to_thread(set_aside, self._bench.house.home)
        self._seen = None
        await self._reload()

    async def _reload(self) -> None:
        self._find_fault()
        if self.fault is None:
            self._take(await asyncio.to_thread(load_settings, self._bench.house.home))
        else:
            self.changed.emit()

    def _find_fault(self) -> None:
        try:
            load_settings(self._bench.house.home)
            self.fault = None
        except SettingsError as error:
            self.fault = error

    def _take(self, settings: Settings) -> None:
        """New settings are in force from here on."""
        before, house = self.settings, self._bench.house
        self.fault = None
        house.renew(settings)
        if settings.language != before.language:
            speak(settings.language)
        app = QApplication.instance()
        if settings.window.theme != before.window.theme and isinstance(app, QApplication):
            look.put_on(app, settings.window.theme, house.home.root / "cache" / "icons")
        self.changed.emit()
        self._bench.news.settings_changed.emit()


def said_of(error: SettingsError) -> str:
    """What is wrong with a value, for under its field: without file and name, which stand beside it."""
    lines = error.message.splitlines()
    if len(lines) < 2:
        return error.message
    return t("；", "; ").join(line.strip().split(": ", 2)[-1] for line in lines[1:])
