"""A model that can be downloaded: what it is, and, once it is on its way, how far it is, stopped and gone on with."""

import asyncio
import importlib
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path

from PySide6.QtWidgets import QWidget

from zishu_app.brains.cards import Card
from zishu_app.brains.events import DownloadOptions, Finished, Planned, Progress, Received, Switched, Waiting
from zishu_app.core.texts import duration, t
from zishu_app.ui.errors import Told
from zishu_app.ui.follow import say
from zishu_app.ui.theme.tokens import GAP, NEAR, TIGHT
from zishu_app.ui.widgets.bar import Bar
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import column, row
from zishu_app.ui.widgets.labels import Say, label, set_kind
from zishu_app.ui.workbench import Workbench


class DownloadRow(QWidget):
    """`done` hears of the file when it is whole. `options`: how to fetch, for whoever does not want the usual."""

    def __init__(
        self,
        bench: Workbench,
        card: Card,
        done: Callable[[Path], object],
        options: DownloadOptions | None = None,
    ) -> None:
        super().__init__()
        self._bench, self._card, self._done, self._options = bench, card, done, options
        self._going: asyncio.Task[None] | None = None
        self._tone, self._state = "small", _nothing
        self._share = 0.0
        name = label("", lambda: card.name)
        about = label("faint", self._about)
        note = label("small", lambda: str(card.note), wrap=True)
        self._bar, self._said = Bar(), label("small", wrap=True)
        self.button = button(self._verb, self._press, icon="download")
        words = column(row(name, about, None), note, self._bar, self._said, gap=TIGHT)
        line = row(gap=GAP)
        line.addLayout(words, 1)
        line.addWidget(self.button)
        line.setContentsMargins(0, NEAR, 0, NEAR)
        self.setLayout(line)
        self._bar.hide()
        self._said.hide()
        say(self, self._show)
        bench.tasks.start(self, self._look_for_rest(), replaces="rest")

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
        await asyncio.to_thread(
            importlib.import_module, "zishu_app.brains.download"
        )  # HTTP takes a while to load
        from zishu_app.brains.download import download

        house = self._bench.house
        options = self._options or DownloadOptions(prefer=house.settings.downloads.prefer)
        client = await asyncio.to_thread(lambda: house.client)  # 50 ms the first time
        async with aclosing(download(client, self._card, house.home.models, options)) as events:
            async for event in events:
                self._take(event)
        self._going = None
        self._show()
        self._done(house.home.models / self._card.file)

    def _take(self, event: Progress) -> None:
        match event:
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
            case Finished():
                self._share = 1.0
                self._told("small", lambda: t("下载完成。", "It is here."))

    def _failed(self, said: Told) -> None:
        self._going = None
        self._told("fault", lambda: f"{said.message} {said.hint}".strip())

    async def _look_for_rest(self) -> None:
        """What an earlier start left is gone on with."""
        from zishu_app.brains.part import Part

        target = self._bench.house.home.models / self._card.file
        size = await asyncio.to_thread(lambda: Part(target).bytes_on_disk())
        if size and self._card.size and not self.is_going:
            self._share = size / self._card.size
            self._told(
                "small", lambda: t(f"已有 {mega(size)}，可以接着下载。", f"{mega(size)} are here already.")
            )

    def _told(self, kind: str, state: Say) -> None:
        self._tone, self._state = kind, state
        self._show()

    def _show(self) -> None:
        said = self._state()
        set_kind(self._said, self._tone)
        self._said.setText(said)
        self._said.setVisible(bool(said))
        self._bar.setVisible(self._share > 0 or self.is_going)
        self._bar.set_share(self._share)
        self.button.setText(self._verb())
        self.button.setAccessibleName(f"{self._verb()} {self._card.name}")

    def _verb(self) -> str:
        if self.is_going:
            return t("停下", "Stop")
        return t("继续", "Go on") if 0 < self._share < 1 else t("下载", "Download")

    def _about(self) -> str:
        card = self._card
        size = mega(card.size) if card.size else "?"
        return f"{size} · {card.licence} · {tongues(card.languages)}"


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
