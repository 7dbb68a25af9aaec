"""Bases she could learn on and that are not here yet: each with what it is, and fetched on the spot; those that cannot be
trained here are shown with what to take instead.
"""

import asyncio
import importlib
from collections.abc import AsyncGenerator, Callable, Sequence
from typing import Any

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from zishu_app.brains.bases_cards import LearnerCard
from zishu_app.brains.events import DownloadOptions
from zishu_app.core.texts import t
from zishu_app.ui.tabs.training.choices import tongues_of
from zishu_app.ui.theme.tokens import GAP, ROOM
from zishu_app.ui.widgets.buttons import icon_button
from zishu_app.ui.widgets.cards import column, row, scrolled
from zishu_app.ui.widgets.download_row import DownloadRow, Wanted, mega
from zishu_app.ui.widgets.labels import label, rule
from zishu_app.ui.widgets.overlay import Overlay
from zishu_app.ui.workbench import Workbench


def base_row(
    bench: Workbench, card: LearnerCard, done: Callable[[str], object], options: DownloadOptions | None = None
) -> DownloadRow:
    """A row for one base; `done` hears its id when it is here. `options`: how to fetch."""

    async def fetch() -> AsyncGenerator[Any, None]:
        await asyncio.to_thread(importlib.import_module, "zishu_app.brains.bases_download")
        from zishu_app.brains.bases_download import download_base

        house = bench.house
        client = await asyncio.to_thread(lambda: house.client)
        how = options or DownloadOptions(prefer=house.settings.downloads.prefer)
        return download_base(client, card, house.home.bases, how)

    def why_not() -> str:
        return t(
            f"不能在这里训练；可以用 {card.successor}。", f"Cannot be trained here; take {card.successor}."
        )

    wanted = Wanted(
        card.name,
        lambda: f"{mega(card.download_size)} · {card.licence} · {tongues_of(card)}",
        lambda: str(card.note),
        fetch,
        lambda: done(card.id),
        why_not=None if card.trainable else why_not,
    )
    return DownloadRow(bench, wanted)


class MoreBases:
    """Lies over the page until it is closed; what is on its way goes on meanwhile."""

    def __init__(self, page: QWidget, bench: Workbench, done: Callable[[str], object]) -> None:
        self._bench, self._done = bench, done
        self.rows: dict[str, DownloadRow] = {}
        self._frame = QFrame()
        self._frame.setProperty("kind", "card")
        head = row(
            label("title", lambda: t("更多底座", "More bases")),
            None,
            icon_button("close", lambda: t("关闭", "Close"), self.close_, size=16),
        )
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        self._nothing = label("soft", lambda: t("都在这台电脑上了。", "All of them are here."))
        whole = column(head, self._nothing, gap=GAP)
        whole.addWidget(scrolled(column(self._list, None, gap=0)), 1)
        whole.setContentsMargins(ROOM, GAP, GAP, ROOM)
        self._frame.setLayout(whole)
        self.overlay = Overlay(page, self._frame, QSize(680, 620))

    def open(self, cards: Sequence[LearnerCard]) -> None:
        """Show these, those that can be trained first."""
        for card in sorted(cards, key=lambda one: (not one.trainable, one.parameters)):
            if card.id not in self.rows:
                if self.rows:
                    self._list.addWidget(rule())
                self.rows[card.id] = base_row(self._bench, card, self._done)
                self._list.addWidget(self.rows[card.id])
        self._nothing.setVisible(not self.rows)
        self.overlay.open()

    def close_(self) -> None:
        """Back to the form."""
        self.overlay.close_()
