"""The checks of the Cleaning section: run over all samples, counted, each leading to what it has found."""

import asyncio
from collections.abc import Mapping

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from zishu_app.core.streams import closing
from zishu_app.core.texts import t
from zishu_app.dataset.checking.findings import CHECKS, Check, Limits
from zishu_app.dataset.checks import Checked, check_all, tag_of
from zishu_app.dataset.find import Filter, count
from zishu_app.dataset.words import samples_word
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.dataset.around import Around
from zishu_app.ui.tabs.dataset.check_rows import CheckRows
from zishu_app.ui.tabs.dataset.progress import Progress
from zishu_app.ui.tabs.dataset.work import Work
from zishu_app.ui.theme.tokens import GAP, ROOM
from zishu_app.ui.told import when
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import card, column, row, scrolled
from zishu_app.ui.widgets.labels import label, set_kind

#: beyond every time
LAST = 1 << 40


class Checks(QWidget):
    """Counts are those of the last time somebody looked."""

    def __init__(self, around: Around) -> None:
        super().__init__()
        self._around = around
        self.work = Work(self, around.bench)
        self._progress = (0, 0)
        self._live: Mapping[Check, int] | None = None
        self._known: Mapping[Check, int] = {}
        self._new = 0
        self.rows = CheckRows(self._see)
        self.run = button(self._verb, self.begin, kind="primary")
        self.progress = Progress(self.work)
        self._stand = label("small", wrap=True)
        self._build()
        self.work.looked.connect(self._draw)
        self.work.ended.connect(self._renew)
        around.bench.news.samples_changed.connect(self._renew)
        say(self, self._draw)

    def _build(self) -> None:
        about = label(
            "soft",
            lambda: t(
                "只靠规则，不问模型。找到的记成标签，什么都不会被改动或丢掉。",
                "Rules alone, no model is asked. What they find becomes a tag; nothing is changed or thrown away.",
            ),
            wrap=True,
        )
        head = row(gap=GAP)
        head.addLayout(column(about, self._stand, gap=2), 1)
        head.addWidget(self.run)
        inside = column(head, self.progress, card(self.rows, margin=GAP // 2), None, gap=GAP)
        inside.setContentsMargins(ROOM, 0, ROOM, ROOM)
        self.setLayout(column(scrolled(inside), gap=0))

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """What has changed while nobody looked."""
        super().showEvent(event)
        self._renew()

    def begin(self) -> None:
        """Look at all of them."""
        self.work.start(self._follow)

    async def _follow(self, stop: asyncio.Event) -> None:
        settings, began = self._around.settings.dataset, self._around.clock.now()
        limits = Limits(settings.shortest, settings.longest)
        try:
            async with closing(check_all(self._around.samples, Filter(), limits, stop)) as events:
                async for event in events:
                    self._progress, self._live = (event.done, event.total), event.found
                    if isinstance(event, Checked) and event.done == event.total:
                        self._around.bench.remembered.put(
                            "dataset.checked", began.isoformat(timespec="seconds")
                        )
                        self._around.bench.remembered.put("dataset.checked_at", int(began.timestamp()))
        finally:
            self._live = None
            self._around.bench.news.samples_changed.emit()

    def stop_softly(self) -> "asyncio.Task[None] | None":
        """See `Window.closeEvent`."""
        return self.work.stop_softly()

    def _renew(self) -> None:
        if self.isVisible() and not self.work.busy:
            self._around.bench.tasks.start(self, self._look(), replaces="look")

    async def _look(self) -> None:
        samples, since = self._around.samples, self._around.bench.remembered.get("dataset.checked_at", 0)

        def look() -> tuple[dict[Check, int], int]:
            with samples.reading() as connection:
                found = {one: count(connection, Filter(tags=(tag_of(one),))).n for one in CHECKS}
                return found, count(connection, Filter(created=(since, LAST))).n

        self._known, self._new = await asyncio.to_thread(look)
        self._draw()

    def _see(self, check: Check) -> None:
        self._around.show(Filter(tags=(tag_of(check),)))

    def _draw(self) -> None:
        busy, at = self.work.busy, self._around.bench.remembered.get("dataset.checked", "")
        looked = bool(at) or any(self._known.values())
        self.rows.show_counts(self._live if busy else self._known if looked else None)
        self.run.setVisible(not busy)
        self.run.setText(self._verb())
        set_kind(self.run, "" if at and not self._new else "primary")
        done, total = self._progress
        words = t(f"看了 {done:,} / {total:,}", f"{done:,} of {samples_word(total)}")
        self.progress.show_stand(lambda: words, done, total)
        self._stand.setText("" if busy else self._sentence(at))
        self._stand.setVisible(bool(self._stand.text()))

    def _verb(self) -> str:
        looked = bool(self._around.bench.remembered.get("dataset.checked", ""))
        return t("再检查一遍", "Check again") if looked else t("检查全部样本", "Check all samples")

    def _sentence(self, at: str) -> str:
        if not at:
            return t("还没有检查过。", "Nothing was checked yet.")
        if self._new:
            return t(
                f"上次检查：{when(at)}。之后又来了 {samples_word(self._new)}。",
                f"Last checked {when(at)}; {samples_word(self._new)} have come since.",
            )
        return t(f"上次检查：{when(at)}。", f"Last checked {when(at)}.")
