"""Small models that speak Chinese, fetched from here; the mirror first where the window speaks Chinese."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QLayout, QVBoxLayout, QWidget

from zishu_app.brains.cards import Card
from zishu_app.brains.events import DownloadOptions
from zishu_app.brains.find import find_file, known_cards
from zishu_app.core.texts import language, t
from zishu_app.ui.errors import Told
from zishu_app.ui.tabs.welcome.brain import use_brain
from zishu_app.ui.tabs.welcome.verdict import Verdict
from zishu_app.ui.theme.tokens import GAP, NEAR
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import column, row
from zishu_app.ui.widgets.download_row import mega, model_row
from zishu_app.ui.widgets.labels import Say, label, rule
from zishu_app.ui.workbench import Workbench


class DownloadPanel(QWidget):
    """`done` is called with nothing when she has the new brain."""

    def __init__(self, bench: Workbench, done: Callable[[], object]) -> None:
        super().__init__()
        self._bench, self._done = bench, done
        self.rows: dict[str, QWidget] = {}
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        self.verdict = Verdict()
        source = label("faint", _source_told, wrap=True)
        self.setLayout(column(self._list, source, self.verdict, gap=GAP))
        bench.tasks.start(self, self._fill(), replaces="fill")

    async def _fill(self) -> None:
        home = self._bench.house.home
        cards = await asyncio.to_thread(known_cards, home)
        chinese = sorted(
            (card for card in cards.values() if card.speaks_chinese), key=lambda card: card.size or 0
        )
        here = await asyncio.to_thread(lambda: {card.id: find_file(home, card) for card in chinese})
        for card in chinese:
            found = here[card.id]
            made = self._there(card, found.path) if found else self._away(card)
            if self.rows:
                self._list.addWidget(rule())
            self.rows[card.id] = made
            self._list.addWidget(made)

    def _there(self, card: Card, path: Path) -> QWidget:
        name = label("", lambda: card.name)
        here = label("chip", lambda: t("已在本机", "on this computer"))
        use = button(lambda: t("用它", "Use it"), lambda: self.use(path))
        line = row(name, here, None, use, gap=GAP)
        line.setContentsMargins(0, GAP, 0, GAP)
        return boxed_with(line)

    def _away(self, card: Card) -> QWidget:
        prefer = "mirror" if language() == "zh" else self._bench.house.settings.downloads.prefer
        fetch = model_row(self._bench, card, self.use, DownloadOptions(prefer=prefer))
        return boxed_with(column(fetch, label("faint", _memory_told(card)), NEAR, gap=0))

    def use(self, path: Path) -> None:
        """From now on she thinks with this file."""
        self._bench.tasks.start(self, self._use(path), replaces="use", failed=self.verdict.show_told)

    async def _use(self, path: Path) -> None:
        await use_brain(self._bench, str(path))
        self.verdict.show_told(Told("good", t("已经换上了。", "She has it now.")))
        self._done()


def boxed_with(layout: QLayout) -> QWidget:
    """A widget around a layout that keeps its margins."""
    made = QWidget()
    made.setLayout(layout)
    return made


def _memory_told(card: Card) -> Say:
    import psutil

    free = psutil.virtual_memory().available
    needed = card.memory_mb * 1_000_000

    def told() -> str:
        if needed <= free:
            return t(
                f"运行时约占内存 {mega(needed)}，够用。",
                f"Takes about {mega(needed)} of memory; there is enough.",
            )
        return t(
            f"运行时约占内存 {mega(needed)}，现在只空闲 {mega(free)}。",
            f"Takes about {mega(needed)} of memory; only {mega(free)} are free now.",
        )

    return told


def _source_told() -> str:
    return t(
        "先试国内镜像，再试 Hugging Face；随时可停，下次接着下，下完核对 sha256。",
        "From Hugging Face, else from a mirror. Stop at any time and go on later; the file's sha256 is checked.",
    )
