"""What can be downloaded: what it is, and, once it is on its way, how far it is, stopped and gone on with."""

import asyncio
import importlib
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QWidget

from zishu_app.brains.cards import Card
from zishu_app.brains.events import (
    Began,
    DownloadOptions,
    Planned,
    Received,
    Switched,
    Waiting,
)
from zishu_app.core.texts import duration, t
from zishu_app.ui.errors import Told
from zishu_app.ui.follow import say
from zishu_app.ui.theme.tokens import GAP, NEAR, TIGHT
from zishu_app.ui.widgets.bar import Bar
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import column, row
from zishu_app.ui.widgets.elided import Elided
from zishu_app.ui.widgets.labels import Say, label, set_kind
from zishu_app.ui.workbench import Workbench


@dataclass(frozen=True)
class Wanted:
    """What is to be fetched, and how."""

    name: str
    #: size, licence, languages in a line; and what else is to be known
    about: Say
    note: Say
    #: begins; the events are those of brains/events, and whatever else ends it
    fetch: Callable[[], Awaitable[AsyncGenerator[Any, None]]]
    #: hears that it is here
    done: Callable[[], object]
    #: bytes that an earlier start left, and of how many; 0: nothing, or nobody knows
    rest: Callable[[], Awaitable[tuple[int, int]]] | None = None
    #: why it cannot be had; None: it can
    why_not: Say | None = None


class DownloadRow(QWidget):
    """See above."""

    def __init__(self, bench: Workbench, wanted: Wanted) -> None:
        super().__init__()
        self._bench, self._wanted = bench, wanted
        self._going: asyncio.Task[None] | None = None
        self._tone, self._state = "small", wanted.why_not or _nothing
        self._share = 0.0
        name, self._about = label("", lambda: wanted.name), Elided("faint")
        for one in (name, self._about):
            one.setProperty("foreign", True)
        note = label("small", wanted.note, wrap=True)
        self._bar, self._said = Bar(), label("small", wrap=True)
        self.button = button(self._verb, self._press, icon="download")
        head = row(name, gap=NEAR)
        head.addWidget(self._about, 1)
        words = column(head, note, self._bar, self._said, gap=TIGHT)
        line = row(gap=GAP)
        line.addLayout(words, 1)
        line.addWidget(self.button)
        line.setContentsMargins(0, NEAR, 0, NEAR)
        self.setLayout(line)
        self.button.setVisible(wanted.why_not is None)
        self._bar.hide()
        self._said.hide()
        say(self, self._show)
        if wanted.rest is not None:
            bench.tasks.start(self, self._look_for_rest(wanted.rest), replaces="rest")

    @property
    def is_going(self) -> bool:
        """Whether it is on its way."""
        return self._going is not None and not self._going.done()

    def start(self) -> None:
        """Fetch it, or go on where it was left."""
        if not self.is_going:
            self._told("small", lambda: t("正在连接……", "Connecting …"))
            self._going = self._bench.tasks.start(self, self._fetch(), failed=self._failed)
            self._show()

    def stop(self) -> None:
        """Let it be; what has arrived is kept."""
        if self._going is not None:
            self._going.cancel()
            self._going = None
        self._told("small", lambda: t("已停下，下载过的部分会保留。", "Stopped; what has arrived is kept."))

    def _press(self) -> None:
        (self.stop if self.is_going else self.start)()

    async def _fetch(self) -> None:
        async with aclosing(await self._wanted.fetch()) as events:
            async for event in events:
                self._take(event)
        self._going = None
        self._share = 1.0
        self._told("small", lambda: t("下载完成。", "It is here."))
        self._wanted.done()

    def _take(self, event: object) -> None:
        match event:
            case Began():
                self._told("small", lambda: event.path)
            case Planned() if event.total:
                self._share = event.done / event.total
                self._told("small", lambda: t(f"来自 {event.source}", f"From {event.source}"))
            case Received():
                self._share = event.done / event.total if event.total else 0.0
                self._told("small", lambda: received(event))
            case Switched():
                self._told(
                    "small",
                    lambda: t(f"换 {event.source}：{event.reason}", f"{event.source}: {event.reason}"),
                )
            case Waiting():
                self._told("small", lambda: t("另一个程序正在下载它……", "Another program is fetching it …"))

    def _failed(self, said: Told) -> None:
        self._going = None
        self._told("fault", lambda: f"{said.message} {said.hint}".strip())

    async def _look_for_rest(self, rest: Callable[[], Awaitable[tuple[int, int]]]) -> None:
        """What an earlier start left is gone on with."""
        size, whole = await rest()
        if size and whole and not self.is_going:
            self._share = size / whole
            self._told(
                "small", lambda: t(f"已有 {mega(size)}，可以接着下载。", f"{mega(size)} are here already.")
            )

    def _told(self, kind: str, state: Say) -> None:
        self._tone, self._state = kind, state
        self._show()

    def _show(self) -> None:
        self._about.setText(self._wanted.about())
        said = self._state()
        set_kind(self._said, self._tone)
        self._said.setText(said)
        self._said.setVisible(bool(said))
        self._bar.setVisible(self._share > 0 or self.is_going)
        self._bar.set_share(self._share)
        self.button.setText(self._verb())
        self.button.setAccessibleName(f"{self._verb()} {self._wanted.name}")

    def _verb(self) -> str:
        if self.is_going:
            return t("停下", "Stop")
        return t("继续", "Go on") if 0 < self._share < 1 else t("下载", "Download")


def model_row(
    bench: Workbench, card: Card, done: Callable[[Path], object], options: DownloadOptions | None = None
) -> DownloadRow:
    """A row for a model's file; `done` hears of it. `options`: how to fetch, for whoever does not want the usual."""
    target = bench.house.home.models / card.file

    async def fetch() -> AsyncGenerator[Any, None]:
        # HTTP takes a while to load, and the client 50 ms the first time
        await asyncio.to_thread(importlib.import_module, "zishu_app.brains.download")
        from zishu_app.brains.download import download

        client = await asyncio.to_thread(lambda: bench.house.client)
        how = options or DownloadOptions(prefer=bench.house.settings.downloads.prefer)
        return download(client, card, bench.house.home.models, how)

    async def rest() -> tuple[int, int]:
        from zishu_app.brains.part import Part

        return await asyncio.to_thread(lambda: Part(target).bytes_on_disk()), card.size or 0

    def about() -> str:
        size = mega(card.size) if card.size else "?"
        return f"{size} · {card.licence} · {tongues(card.languages)}"

    note = lambda: str(card.note)  # noqa: E731 - said anew in another language
    return DownloadRow(bench, Wanted(card.name, about, note, fetch, lambda: done(target), rest))


def _nothing() -> str:
    return ""


def received(event: Received) -> str:
    """How far it is, how fast, how long it takes."""
    parts = [f"{mega(event.done)} / {mega(event.total)}" if event.total else mega(event.done)]
    parts.append(f"{event.speed / 1e6:.1f} MB/s")
    if event.seconds_left is not None:
        left = duration(event.seconds_left)
        parts.append(t(f"还要 {left}", f"{left} left"))
    return " · ".join(parts)


def mega(size: int) -> str:
    """A size for people."""
    return f"{size / 1e9:,.1f} GB" if size >= 1e9 else f"{size / 1e6:,.0f} MB"


def tongues(languages: tuple[str, ...]) -> str:
    """Languages by their names."""
    names = {"zh": t("中文", "Chinese"), "en": t("英文", "English")}
    return t("、", ", ").join(names.get(one, one) for one in languages)
