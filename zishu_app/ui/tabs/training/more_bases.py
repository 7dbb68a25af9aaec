"""Bases she could learn on and that are not here yet: each with what it is, and fetched on the spot; those that cannot be
trained here are shown with what to take instead.
"""

import asyncio
import importlib
from collections.abc import Callable, Sequence
from contextlib import aclosing
from typing import Any

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from zishu_app.brains.bases_cards import LearnerCard
from zishu_app.brains.events import DownloadOptions, Received
from zishu_app.core.texts import t
from zishu_app.ui.errors import Told
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.training.choices import tongues_of
from zishu_app.ui.theme.tokens import GAP, NEAR, ROOM, TIGHT
from zishu_app.ui.widgets.bar import Bar
from zishu_app.ui.widgets.buttons import button, icon_button
from zishu_app.ui.widgets.cards import column, row, scrolled
from zishu_app.ui.widgets.download_row import mega, received
from zishu_app.ui.widgets.labels import Say, label, rule, set_kind
from zishu_app.ui.widgets.overlay import Overlay
from zishu_app.ui.workbench import Workbench


class LearnerRow(QWidget):
    """One base; `done` hears its id when it is here."""

    def __init__(self, bench: Workbench, card: LearnerCard, done: Callable[[str], object]) -> None:
        super().__init__()
        self._bench, self._card, self._done = bench, card, done
        self._going: asyncio.Task[None] | None = None
        self._state: Say = lambda: ""
        self._kind = "small"
        name, about = label("", lambda: card.name), label("faint", self._about)
        for one in (name, about):
            one.setProperty("foreign", True)
        note = label("small", lambda: str(card.note), wrap=True)
        self._said, self._bar = label("small", wrap=True), Bar()
        self.button = button(self._verb, self._press, icon="download")
        self.button.setVisible(card.trainable)
        words = column(row(name, about, None), note, self._bar, self._said, gap=TIGHT)
        line = row(gap=GAP)
        line.addLayout(words, 1)
        line.addWidget(self.button)
        line.setContentsMargins(0, NEAR, 0, NEAR)
        self.setLayout(line)
        self._bar.hide()
        if not card.trainable:
            self._state = lambda: t(
                f"不能在这里训练；可以用 {card.successor}。",
                f"Cannot be trained here; take {card.successor}.",
            )
        say(self, self._show)

    @property
    def is_going(self) -> bool:
        """Whether it is on its way."""
        return self._going is not None and not self._going.done()

    def start(self) -> None:
        """Fetch it, or go on where it was left."""
        if not self.is_going:
            self._tell("small", lambda: t("正在连接……", "Connecting …"))
            self._going = self._bench.tasks.start(self, self._fetch(), failed=self._failed)
            self._show()

    def stop(self) -> None:
        """Let it be; what has arrived is kept."""
        if self._going is not None:
            self._going.cancel()
            self._going = None
        self._tell("small", lambda: t("已停下，下载过的部分会保留。", "Stopped; what has arrived is kept."))

    def _press(self) -> None:
        (self.stop if self.is_going else self.start)()

    async def _fetch(self) -> None:
        await asyncio.to_thread(importlib.import_module, "zishu_app.brains.bases_download")
        from zishu_app.brains.bases_download import download_base

        house = self._bench.house
        options = DownloadOptions(prefer=house.settings.downloads.prefer)
        client = await asyncio.to_thread(lambda: house.client)
        async with aclosing(download_base(client, self._card, house.home.bases, options)) as events:
            async for event in events:
                self._take(event)
        self._going = None
        self._bar.hide()
        self._tell("small", lambda: t("下载完成。", "It is here."))
        self._done(self._card.id)

    def _take(self, event: Any) -> None:
        from zishu_app.brains.bases_download import Began

        if isinstance(event, Began):
            self._tell("small", lambda: event.path)
        elif isinstance(event, Received):
            self._bar.setVisible(bool(event.total))
            self._bar.set_share(event.done / event.total if event.total else 0.0)
            self._tell("small", lambda: received(event))

    def _failed(self, said: Told) -> None:
        self._going = None
        self._tell("fault", lambda: f"{said.message} {said.hint}".strip())

    def _tell(self, kind: str, state: Say) -> None:
        self._kind, self._state = kind, state
        self._show()

    def _show(self) -> None:
        said = self._state()
        set_kind(self._said, self._kind)
        self._said.setText(said)
        self._said.setVisible(bool(said))
        self.button.setText(self._verb())
        self.button.setAccessibleName(f"{self._verb()} {self._card.name}")

    def _verb(self) -> str:
        return t("停下", "Stop") if self.is_going else t("下载", "Download")

    def _about(self) -> str:
        card = self._card
        return f"{mega(card.download_size)} · {card.licence} · {tongues_of(card)}"


class MoreBases:
    """Lies over the page until it is closed; what is on its way goes on meanwhile."""

    def __init__(self, page: QWidget, bench: Workbench, done: Callable[[str], object]) -> None:
        self._bench, self._done = bench, done
        self.rows: dict[str, LearnerRow] = {}
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
                self.rows[card.id] = LearnerRow(self._bench, card, self._done)
                self._list.addWidget(self.rows[card.id])
        self._nothing.setVisible(not self.rows)
        self.overlay.open()

    def close_(self) -> None:
        """Back to the form."""
        self.overlay.close_()
