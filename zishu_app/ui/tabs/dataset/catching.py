"""What was made before there was a data set, or by a program that was killed, comes in when the page is opened."""

import asyncio

from PySide6.QtCore import QObject

from zishu_app.core.streams import closing
from zishu_app.core.texts import t
from zishu_app.dataset.words import samples_word
from zishu_app.ui.errors import Told
from zishu_app.ui.tabs.dataset.work import Work
from zishu_app.ui.workbench import Workbench


class Catching(QObject):
    """`work` goes on while it looks; it says so only where something came of it."""

    def __init__(self, owner: QObject, bench: Workbench) -> None:
        super().__init__(owner)
        self._bench = bench
        self.work = Work(self, bench)
        #: so many of so many were looked at
        self.done, self.total = 0, 0

    def begin(self) -> None:
        """Look, unless somebody is looking."""
        self.work.start(self._follow)

    async def _follow(self, stop: asyncio.Event) -> None:
        from zishu_app.studio.samples import CaughtUp, catch_up

        self.done = self.total = 0
        async with closing(catch_up(self._bench.house, stop)) as events:
            async for event in events:
                if isinstance(event, CaughtUp):
                    self._tell(event.added)
                else:
                    self.done, self.total = event.done, event.total

    def _tell(self, added: int) -> None:
        if not added:
            return
        self._bench.news.samples_changed.emit()
        self._bench.tell(
            Told(
                "good",
                t(
                    f"以前生成和蒸馏的结果里，新来了 {samples_word(added)}。",
                    f"{samples_word(added)} came out of what was made and distilled before.",
                ),
            )
        )

    def words(self) -> str:
        """What is said of it while it takes a while."""
        if not self.work.busy or not self.total:
            return ""
        return t(
            f"正在收进以前的结果：{self.done:,}/{self.total:,}",
            f"Taking in earlier work: {self.done:,} of {self.total:,}",
        )
