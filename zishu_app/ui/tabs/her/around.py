"""What every section of the page is given: whose page it is, her memory, and what may be asked of the page around it."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from zishu_app.core.texts import Language, language
from zishu_app.house import House
from zishu_app.memory.mind import Mind
from zishu_app.ui.tabs.settings.changes import Changes
from zishu_app.ui.widgets.labels import Say
from zishu_app.ui.widgets.toast import Toast
from zishu_app.ui.workbench import Workbench


class Around(QObject):
    """`changed`: another character, her card or her looks; `memories_changed`: what she remembers."""

    changed = Signal()
    memories_changed = Signal()

    def __init__(self, page: QWidget, bench: Workbench, toast: Toast, open_: Callable[[str], object]) -> None:
        super().__init__(page)
        self.bench, self.toast, self.open = bench, toast, open_
        self.changes = Changes(bench, self)
        self._mind: Mind | None = None
        self._known = self._what_counts()
        bench.news.settings_changed.connect(self._settings_changed)

    @property
    def house(self) -> House:
        """The house."""
        return self.bench.house

    @property
    def character(self) -> str:
        """Whose page it is."""
        return self.house.settings.companion.character

    @property
    def speaks(self) -> Language:
        """The language she speaks."""
        wanted = self.house.settings.companion.language
        return language() if wanted == "auto" else wanted

    async def mind(self) -> Mind:
        """Her memory; opened when it is first asked for."""
        if self._mind is None or self._mind.character != self.character:
            self._mind = await self.house.mind(self.character)
        return self._mind

    def say(
        self, said: Say, undo: Callable[[], object] | None = None, *, done: bool = True, about: str = ""
    ) -> None:
        """What was done, with a way back; or (`done` False) why it was not. `about`: see Toast.offer."""
        self.toast.offer(said, undo, done=done, about=about)

    def _what_counts(self) -> tuple[object, ...]:
        settings = self.house.settings
        reads = settings.dataset.embedding_model, settings.memory.endpoint_reads
        return (settings.companion.character, settings.companion.language, *reads)

    def _settings_changed(self) -> None:
        if (now := self._what_counts()) != self._known:
            self._known, self._mind = now, None
            self.changed.emit()
            self.memories_changed.emit()
