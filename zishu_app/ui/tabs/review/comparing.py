"""The versions of the sample that is read: looked at, compared word by word, put in force again."""

import asyncio

from zishu_app.core.texts import t
from zishu_app.review.difference import Changed, versions_difference
from zishu_app.ui.tabs.review.deciding import Commands
from zishu_app.ui.tabs.review.reader import Reader
from zishu_app.ui.tabs.review.room import Room
from zishu_app.ui.tabs.review.stage import Stage
from zishu_app.ui.tabs.review.strips import Strips
from zishu_app.ui.tabs.review.versions import VersionsStrip, compared
from zishu_app.ui.workbench import Workbench


class Comparing:
    """`room` says why there is nothing to compare."""

    def __init__(self, bench: Workbench, stage: Stage, strips: Strips, reader: Reader, room: Room) -> None:
        self._bench, self._stage, self._strips, self._reader = bench, stage, strips, reader
        self._refuse = room.refuse
        self.versions = VersionsStrip(self._look, self._restore, self.leave)

    def commands(self) -> Commands:
        """What it does, by name."""
        return {"versions": self._turn}

    def _turn(self) -> None:
        opened = self._stage.opened
        if self._strips.showing(self.versions):
            self.leave()
        elif opened is not None and opened.versions:
            self._strips.open(self.versions, self.versions)
            self.versions.show_versions(opened.versions, opened.sample.version)
        elif opened is not None:
            self._refuse(t("这个样本没有改过。", "This sample was never edited."))

    def _look(self, before: int, after: int) -> None:
        self._bench.tasks.start(self._reader, self._compare(before, after), replaces="compare")

    async def _compare(self, before: int, after: int) -> None:
        opened = self._stage.opened
        if opened is None or max(before, after) >= len(opened.versions):
            return
        one, other = opened.versions[before].messages, opened.versions[after].messages
        # the first time it reads the dictionary of Chinese words
        changed: tuple[Changed, ...] = await asyncio.to_thread(versions_difference, one, other)
        if self._strips.showing(self.versions) and self._stage.opened is opened:
            self._reader.sample.compare(compared(changed, one, other))
            self.versions.show_changed(changed)

    def _restore(self, version: int) -> None:
        number = self._stage.number
        if number is not None:
            self._strips.close_(self.versions)
            self._stage.hand.do(number, lambda desk: desk.restore(number, version))

    def leave(self) -> None:
        """Back to the text as it is."""
        if self._strips.close_(self.versions):
            self._back_to_text()

    def _back_to_text(self) -> None:
        if self._stage.opened is not None:
            self._reader.sample.show_sample(self._stage.opened)
