"""Choosing what the dialogues are about, and keeping scenarios of one's own."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QStackedWidget

from zishu_app.core.texts import Language, t
from zishu_app.dialogue.scenario_edit import remove, restore
from zishu_app.dialogue.scenarios import Scenario
from zishu_app.ui.tabs.make.scenario_editor import Draft, ScenarioEditor
from zishu_app.ui.tabs.make.scenario_list import Acts, ScenarioList
from zishu_app.ui.tabs.make.shelf import Key, Shelf, load_shelf
from zishu_app.ui.theme.tokens import ROOM
from zishu_app.ui.widgets.buttons import Segments
from zishu_app.ui.widgets.cards import column
from zishu_app.ui.widgets.slide import slide
from zishu_app.ui.workbench import Workbench


@dataclass(frozen=True, slots=True)
class _Gone:
    """A scenario that was deleted: where its file was and is now, and whether it was chosen."""

    name: str
    language: Language
    path: Path
    trashed: Path
    chosen: bool


class ScenarioPicker(QFrame):
    """A card with the list, or with the editor in its place. `changed` hears that the choice is another."""

    def __init__(self, bench: Workbench, changed: Callable[[], object]) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._bench, self._changed = bench, changed
        self.shelf = Shelf("zh")
        #: names by language; a language that is missing: all
        self.chosen: dict[str, list[str]] = {}
        self._languages = Segments(
            {"zh": lambda: t("中文", "Chinese"), "en": lambda: t("英文", "English")},
            lambda key: self.speak("zh" if key == "zh" else "en"),
        )
        self.stack = QStackedWidget()
        self.setLayout(column(self.stack, margin=ROOM))
        self.list = ScenarioList(Acts(self._choose, self.edit, self.delete), self._languages)
        self.editor = ScenarioEditor(bench, self._left)
        self.stack.addWidget(self.list)
        self.stack.addWidget(self.editor)

    @property
    def language(self) -> Language:
        """The language of the dialogues."""
        return "zh" if self._languages.value == "zh" else "en"

    @property
    def scenarios(self) -> list[Scenario]:
        """Those that are chosen; none while they are being read."""
        names = self._names()
        return [item for item in self.shelf.scenarios if item.name in names] if self.loaded else []

    @property
    def loaded(self) -> bool:
        """Whether the scenarios of the language are read."""
        return self.shelf.language == self.language and bool(self.shelf.scenarios)

    def fill(self, language: Language, chosen: dict[str, list[str]]) -> None:
        """Show a choice without telling anybody."""
        self.chosen = {key: list(names) for key, names in chosen.items()}
        self._languages.choose(language)
        self.list.show_shelf(self.shelf, self._names())
        self.renew()

    def speak(self, language: Language) -> None:
        """Another language is chosen."""
        self._languages.choose(language)
        self.renew()
        self._changed()

    def renew(self, look_at: Key | None = None) -> None:
        """Read the files again: they may have been changed outside."""
        self._bench.tasks.start(self, self._load(look_at), replaces="load")

    def edit(self, scenario: Scenario | None) -> None:
        """Write on a scenario, or a new one."""
        self.list.undo.hide()
        self.editor.open(Draft(self.shelf, scenario, self.shelf.file_of(scenario.name) if scenario else None))
        slide(self.stack, self.editor)

    def delete(self, name: str) -> None:
        """Throw one of the user's own away."""
        path = self.shelf.file_of(name)
        if path is not None:
            self._bench.tasks.start(self, self._remove(name, path))

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """See `renew`."""
        super().showEvent(event)
        self.renew()

    async def _load(self, look_at: Key | None) -> None:
        before = self.shelf
        self.shelf = await asyncio.to_thread(load_shelf, self._bench.house, self.language)
        self.list.show_shelf(self.shelf, self._names(), look_at)
        if self.shelf != before:
            self._changed()

    async def _remove(self, name: str, path: Path) -> None:
        language, chosen = self.shelf.language, name in self._names()
        trashed = await asyncio.to_thread(remove, path, self._bench.house.home.root / "trash")
        gone = _Gone(name, language, path, trashed, chosen)
        self.list.undo.offer(
            lambda: t(f"已删除“{name}”。", f"“{name}” is deleted."),
            lambda: self._bench.tasks.start(self, self._bring_back(gone)),
        )
        self.renew()

    async def _bring_back(self, gone: _Gone) -> None:
        await asyncio.to_thread(restore, gone.trashed, gone.path)
        chosen = self.chosen.get(gone.language)
        if chosen is None and not gone.chosen and self.shelf.language == gone.language:
            chosen = list(self.shelf.names)  # all there were without it
        if chosen is not None:
            rest = [name for name in chosen if name != gone.name]
            self.chosen[gone.language] = [*rest, gone.name] if gone.chosen else rest
        self.renew(gone.name)

    def _left(self, saved: str, language: Language, before: str) -> None:
        """The editor is done: show what was saved, chosen."""
        slide(self.stack, self.list, back=True)
        if not saved:
            self.list.rows.setFocus()
            return
        chosen = self.chosen.get(language)
        if chosen is not None:
            self.chosen[language] = [name for name in chosen if name != before] + [saved]
        if language != self.language:
            self.speak(language)
        self.renew(saved)

    def _names(self) -> set[str]:
        every, chosen = set(self.shelf.names), self.chosen.get(self.language)
        return every if chosen is None else every & set(chosen)

    def _choose(self, names: set[str]) -> None:
        if names >= set(self.shelf.names):
            self.chosen.pop(self.language, None)
        else:
            self.chosen[self.language] = [name for name in self.shelf.names if name in names]
        self.list.show_shelf(self.shelf, self._names())
        self._changed()
