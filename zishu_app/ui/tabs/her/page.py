"""The page "Her": what she remembers, what was said, who she is, how she looks, and which brain is hers."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from zishu_app.brains.gift import is_gift
from zishu_app.character.tavern_files import is_card
from zishu_app.core.texts import t
from zishu_app.ui.sections import Sections
from zishu_app.ui.tabs.her.around import Around
from zishu_app.ui.theme.tokens import GAP, ROOM
from zishu_app.ui.widgets.cards import column, row
from zishu_app.ui.widgets.labels import Say, label
from zishu_app.ui.widgets.toast import Toast
from zishu_app.ui.widgets.veil import Veil
from zishu_app.ui.workbench import Workbench

NAMES: dict[str, Say] = {
    "memories": lambda: t("记忆", "Memories"),
    "history": lambda: t("聊天记录", "History"),
    "card": lambda: t("角色卡", "Card"),
    "looks": lambda: t("形象", "Looks"),
    "brain": lambda: t("大脑", "Brain"),
}
#: which of several files that were let go together counts: a pack before a file that describes, before a picture
RANKS = {".zip": 0, "": 0, ".toml": 1, ".json": 1, ".charx": 1}


def _memories(around: Around) -> QWidget:
    from zishu_app.ui.tabs.her.memories import Memories

    return Memories(around)


def _history(around: Around) -> QWidget:
    from zishu_app.ui.tabs.her.history import History

    return History(around)


def _card(around: Around) -> QWidget:
    from zishu_app.ui.tabs.her.card import CardSection

    return CardSection(around)


def _looks(around: Around) -> QWidget:
    from zishu_app.ui.tabs.her.looks import Looks

    return Looks(around)


def _brain(around: Around) -> QWidget:
    from zishu_app.ui.tabs.her.brain import BrainSection

    return BrainSection(around)


#: each is built when it is first shown
SECTIONS: dict[str, Callable[[Around], QWidget]] = {
    "memories": _memories,
    "history": _history,
    "card": _card,
    "looks": _looks,
    "brain": _brain,
}


class HerPage(QWidget):
    """A head with the sections beside each other, and the one that is open below it."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self._bench = bench
        self.toast = Toast(self)
        self._shelf = Sections(NAMES, self._made, bench.remembered, "her.section")
        self.tabs, self.open = self._shelf.tabs, self._shelf.open
        self.around = Around(self, bench, self.toast, self.open)
        self._build()
        self._veil = Veil(self, lambda: t("松手交给她", "Let go to give it to her"), self.take)
        self._shelf.open_last()

    def _build(self) -> None:
        head = row(label("display", lambda: t("她", "Her")), self.tabs, None, gap=ROOM)
        head.setContentsMargins(ROOM, ROOM, ROOM, 0)
        whole = column(head, gap=GAP)
        whole.addWidget(self._shelf, 1)
        self.setLayout(whole)
        self._shelf.listen(self, Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def _made(self, name: str) -> QWidget:
        return SECTIONS[name](self.around)

    def receive(self, what: Any) -> None:
        """The name of a section: open it. Paths: take them in. A number, or what has one: that memory.

        `{"why": (talk, step)}`: why she gave that answer. `{"disliked": True}`: the answers that were called bad.
        """
        number = what if isinstance(what, int) else getattr(what, "number", getattr(what, "id", None))
        if isinstance(what, str):
            self.open(what)
        elif isinstance(number, int):
            self.open("memories")
            self.sections["memories"].show_memory(number)  # type: ignore[attr-defined]
        elif isinstance(what, Mapping):
            self.open("history")
            self.sections["history"].receive(what)  # type: ignore[attr-defined]
        elif isinstance(what, Sequence):
            self.take([Path(one) for one in what])

    def take(self, paths: Sequence[Path]) -> None:
        """Files and folders that were let go over the page, or over her: the one that counts goes where it belongs."""
        if paths:
            self._bench.tasks.start(self, self._sort(min(paths, key=_rank)), replaces="sort")

    async def _sort(self, path: Path) -> None:
        is_memories = self.section == "memories" and path.suffix.lower() == ".json"
        self.open("memories" if is_memories else await asyncio.to_thread(_section_for, path))
        self.sections[self.section].take(path)  # type: ignore[attr-defined]

    @property
    def sections(self) -> dict[str, QWidget]:
        """The sections by name that have been shown."""
        return self._shelf.built

    @property
    def section(self) -> str:
        """The name of the section in front."""
        return self._shelf.front


def _section_for(path: Path) -> str:
    """Where a file or folder belongs. Reads: for a thread."""
    if is_gift(path):
        return "brain"
    return "card" if is_card(path) else "looks"


def _rank(path: Path) -> int:
    return 0 if path.is_dir() else RANKS.get(path.suffix.lower(), 2)
