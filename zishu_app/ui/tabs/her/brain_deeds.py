"""What is done with brains she has learnt, one thing at a time: named, noted, given away, compared, taken in, put aside."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from zishu_app.brains.learnt import Learnt
from zishu_app.core.aside import KEPT, drop
from zishu_app.core.texts import t
from zishu_app.studio import learnt
from zishu_app.studio.gate import gate_of
from zishu_app.studio.giving import Form, Given, export, take_in
from zishu_app.studio.parity import Compared, compare
from zishu_app.studio.removed import Removed
from zishu_app.training.change import Gate
from zishu_app.ui.tabs.her.around import Around
from zishu_app.ui.tabs.her.brain_doing import Doing


class LearntDeeds(QObject):
    """`changed`: the brains are otherwise than before. `doing` is what goes on."""

    changed = Signal()

    def __init__(self, owner: QWidget, around: Around) -> None:
        super().__init__(owner)
        self._around = around
        self.doing = Doing(owner, around)

    def rename(self, brain: Learnt, name: str) -> None:
        """Another name."""
        self.doing.start(self._kept(learnt.rename(brain, name)))

    def note(self, brain: Learnt, text: str) -> None:
        """What the person wants to remember of it."""
        self.doing.start(self._kept(learnt.note(brain, text)))

    def export(self, brain: Learnt, form: Form, target: Path) -> None:
        """Give it away in a form."""
        self.doing.start(self._export(brain, form, target))

    def compare(self, brain: Learnt) -> None:
        """Hold its forms against each other."""
        self.doing.start(self._compare(brain))

    def take(self, folder: Path) -> None:
        """A friend's folder."""
        self.doing.start(self._take(folder))

    def remove(self, brain: Learnt) -> None:
        """Put it aside; it can be brought back from the foot of the list, and for a while from the toast."""
        self.doing.start(self._remove(brain))

    def bring_back(self, removed: Removed) -> None:
        """It was not meant."""
        self._around.toast.withdraw(_about(removed.id))
        self.doing.start(self._kept(learnt.put_back(self._around.house, removed.folder)))

    def drop(self, removed: Removed) -> None:
        """It goes for good."""
        self._around.toast.withdraw(_about(removed.id))
        self.doing.start(self._kept(asyncio.to_thread(drop, removed.folder)))

    def look_at_gate(self, brain: Learnt, then: Callable[[Gate | None], object]) -> None:
        """What its exam says about making it hers."""
        self.doing.start(self._look_at_gate(brain, then))

    async def _kept(self, work: Coroutine[Any, Any, object]) -> None:
        await work
        self.changed.emit()

    async def _export(self, brain: Learnt, form: Form, target: Path) -> None:
        self.doing.tell(lambda: t(f"正在写“{brain.name}”……", f'Writing "{brain.name}" …'))
        last = await self.doing.watched(export(self._around.house, brain, form, target))
        if isinstance(last, Given):
            self.doing.tell(lambda: last.told)

    async def _compare(self, brain: Learnt) -> None:
        self.doing.tell(lambda: t("正在准备……", "Getting ready …"))
        last = await self.doing.watched(compare(self._around.house, brain))
        if isinstance(last, Compared):
            self.doing.tell(lambda: t(f"“{brain.name}”：", f'"{brain.name}":') + f"\n{last.told}")

    async def _take(self, folder: Path) -> None:
        self.doing.tell(lambda: t(f"正在收下 {folder.name}……", f"Taking in {folder.name} …"))
        brain = await take_in(self._around.house, folder)
        self.doing.tell(lambda: t(f"收下了“{brain.name}”。", f'"{brain.name}" was taken in.'))
        self.changed.emit()

    async def _remove(self, brain: Learnt) -> None:
        aside = await learnt.put_aside(self._around.house, brain)
        self.doing.tell(lambda: "")
        self.changed.emit()
        self._around.say(
            lambda: t(
                f"“{brain.name}”移走了，{KEPT.days} 天内可以拿回来。",
                f'"{brain.name}" was removed; for {KEPT.days} days it can be brought back.',
            ),
            lambda: self.doing.start(self._kept(learnt.put_back(self._around.house, aside))),
            about=_about(brain.id),
        )

    async def _look_at_gate(self, brain: Learnt, then: Callable[[Gate | None], object]) -> None:
        then(await asyncio.to_thread(gate_of, self._around.house, brain))


def _about(brain_id: str) -> str:
    """What is said of its being removed, for the toast."""
    return f"removed {brain_id}"
