"""The Data set page: what there is, what comes in, what is cleaned, what is frozen, what goes out."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from zishu_app.core.texts import t
from zishu_app.dataset.find import Filter, groups
from zishu_app.dataset.words import samples_word
from zishu_app.ui.follow import say
from zishu_app.ui.sections import Sections
from zishu_app.ui.tabs.dataset.around import Around
from zishu_app.ui.tabs.dataset.catching import Catching
from zishu_app.ui.theme.tokens import GAP, ROOM
from zishu_app.ui.widgets.cards import column, row
from zishu_app.ui.widgets.elided import Elided
from zishu_app.ui.widgets.labels import Say, label
from zishu_app.ui.widgets.toast import Toast
from zishu_app.ui.widgets.veil import Veil
from zishu_app.ui.workbench import Workbench

#: the sections in the order of the work
NAMES: dict[str, Say] = {
    "overview": lambda: t("概览", "Overview"),
    "import": lambda: t("导入", "Import"),
    "checks": lambda: t("检查", "Checks"),
    "duplicates": lambda: t("重复", "Duplicates"),
    "versions": lambda: t("版本", "Versions"),
    "export": lambda: t("导出", "Export"),
}


def _overview(around: Around) -> QWidget:
    from zishu_app.ui.tabs.dataset.overview import Overview

    return Overview(around)


def _import(around: Around) -> QWidget:
    from zishu_app.ui.tabs.dataset.intake import Import

    return Import(around)


def _checks(around: Around) -> QWidget:
    from zishu_app.ui.tabs.dataset.checks import Checks

    return Checks(around)


def _duplicates(around: Around) -> QWidget:
    from zishu_app.ui.tabs.dataset.duplicates import Duplicates

    return Duplicates(around)


def _versions(around: Around) -> QWidget:
    from zishu_app.ui.tabs.dataset.versions import Versions

    return Versions(around)


def _export(around: Around) -> QWidget:
    from zishu_app.ui.tabs.dataset.export import Export

    return Export(around)


#: each is built when it is first shown
SECTIONS: dict[str, Callable[[Around], QWidget]] = {
    "overview": _overview,
    "import": _import,
    "checks": _checks,
    "duplicates": _duplicates,
    "versions": _versions,
    "export": _export,
}


class DatasetPage(QWidget):
    """A head with the sections beside each other, and the one that is open below it."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self._bench = bench
        self.toast = Toast(self)
        self._shelf = Sections(NAMES, self._made, bench.remembered, "dataset.section")
        self.tabs, self.open = self._shelf.tabs, self._shelf.open
        self._around = Around(bench, self.toast, self.open)
        self._found = 0
        self.catching = Catching(self, bench)
        self._count = Elided("soft")
        self._count.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._build()
        self._veil = Veil(self, lambda: t("松手导入", "Let go to import"), self.take)
        say(self, self._speak)
        self.catching.work.looked.connect(self._speak)
        bench.news.samples_changed.connect(self._look)
        bench.news.runs_changed.connect(self._look)
        self._shelf.open_last()

    def _build(self) -> None:
        title = label("display", lambda: t("数据集", "Data set"))
        head = row(title, self.tabs, gap=ROOM)
        head.addWidget(self._count, 1)
        head.setContentsMargins(ROOM, ROOM, ROOM, 0)
        whole = column(head, gap=GAP)
        whole.addWidget(self._shelf, 1)
        self.setLayout(whole)
        self._shelf.listen(self, Qt.ShortcutContext.WindowShortcut)

    def _made(self, name: str) -> QWidget:
        return SECTIONS[name](self._around)

    def receive(self, what: Any) -> None:
        """The name of a section: open it. Paths: import them. A filter: freeze what it finds."""
        if isinstance(what, str):
            self.open(what)
        elif isinstance(what, Filter):
            self.open("versions")
            self.sections["versions"].offer(what)  # type: ignore[attr-defined]
        elif isinstance(what, Sequence):
            self.take([Path(one) for one in what])

    def take(self, paths: Sequence[Path]) -> None:
        """Files and folders that were dropped anywhere on the page."""
        self.open("import")
        self.sections["import"].take(paths)  # type: ignore[attr-defined]

    @property
    def sections(self) -> dict[str, QWidget]:
        """The sections by name that have been shown."""
        return self._shelf.built

    @property
    def section(self) -> str:
        """The name of the section in front."""
        return self._shelf.front

    def stop_softly(self) -> "asyncio.Task[None] | None":
        """See `Window.closeEvent`."""
        going = [one.stop_softly() for one in self.sections.values() if hasattr(one, "stop_softly")]
        going.append(self.catching.work.stop_softly())
        ending = [one for one in going if one is not None]
        return self._bench.tasks.start(self, _all(ending)) if ending else None

    def _look(self) -> None:
        self._bench.tasks.start(self, self._tell_count(), replaces="count")

    async def _tell_count(self) -> None:
        samples = self._bench.house.samples

        def look() -> int:
            with samples.reading() as connection:
                return sum(one.n for one in groups(connection) if one.verdict != "removed")

        self._found = await asyncio.to_thread(look)
        self._speak()

    def _speak(self) -> None:
        whole = samples_word(self._found) if self._found else ""
        self._count.setText(self.catching.words() or whole)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Look for what was made elsewhere meanwhile."""
        super().showEvent(event)
        self.catching.begin()
        self._look()


async def _all(tasks: Sequence["asyncio.Task[None]"]) -> None:
    await asyncio.wait(tasks)
