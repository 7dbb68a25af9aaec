"""Trainings are put aside, and brought back as long as it is offered."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QWidget

from zishu_app.core.aside import bring_back, put_aside
from zishu_app.core.texts import t
from zishu_app.studio.training import find_run
from zishu_app.ui.errors import Told
from zishu_app.ui.tabs.training.trainer import Trainer
from zishu_app.ui.tabs.training.words import title_of
from zishu_app.ui.widgets.toast import Toast
from zishu_app.ui.workbench import Workbench

#: hears the id of a training that was put aside, and whether it was brought back
Removed = Callable[[str, bool], object]


@dataclass(frozen=True)
class Hands:
    """Where it is offered to be taken back, and who hears of it."""

    toast: Toast
    removed: Removed


class Removing:
    """Belongs to `page`."""

    def __init__(self, page: QWidget, trainer: Trainer, bench: Workbench, hands: Hands) -> None:
        self._page, self._trainer, self._bench = page, trainer, bench
        self._toast, self._removed = hands.toast, hands.removed

    def remove(self, run_id: str) -> None:
        """Put a training aside; one that goes on comes to a checkpoint first."""
        self._bench.tasks.start(self._page, self._remove(run_id), replaces="remove")

    async def _remove(self, run_id: str) -> None:
        if (live := self._trainer.live) is not None and live.run.id == run_id:
            self._trainer.pause()
            await self._trainer.rest()
        run = await find_run(self._bench.house, run_id)
        if run.state == "running":
            self._bench.tell(Told("info", t("它还在训练，先暂停。", "It is learning still; pause it first.")))
            return
        aside, title = await asyncio.to_thread(put_aside, run.folder), title_of(run)
        self._removed(run.id, False)
        self._toast.offer(
            lambda: t(f"训练“{title}”已删除。", f'The training "{title}" is deleted.'),
            lambda: self._bench.tasks.start(self._page, self._bring_back(aside, run.id)),
        )

    async def _bring_back(self, aside: Path, run_id: str) -> None:
        await asyncio.to_thread(bring_back, aside)
        self._removed(run_id, True)
