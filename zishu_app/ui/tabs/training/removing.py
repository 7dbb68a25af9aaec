"""Trainings are put aside, and brought back, or dropped for good."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QWidget

from zishu_app.core.aside import KEPT, bring_back, drop, put_aside
from zishu_app.core.texts import t
from zishu_app.studio.removed import Removed
from zishu_app.studio.training import find_run
from zishu_app.ui.errors import Told
from zishu_app.ui.tabs.training.trainer import Trainer
from zishu_app.ui.tabs.training.words import title_of
from zishu_app.ui.widgets.toast import Toast
from zishu_app.ui.workbench import Workbench

#: hears the id of a training that was put aside or dropped, and whether it was brought back
Hears = Callable[[str, bool], object]


@dataclass(frozen=True)
class Hands:
    """Where it is offered to be taken back, and who hears of it."""

    toast: Toast
    removed: Hears


class Removing:
    """Belongs to `page`."""

    def __init__(self, page: QWidget, trainer: Trainer, bench: Workbench, hands: Hands) -> None:
        self._page, self._trainer, self._bench = page, trainer, bench
        self._toast, self._removed = hands.toast, hands.removed

    def remove(self, run_id: str) -> None:
        """Put a training aside; one that goes on comes to a checkpoint first."""
        self._bench.tasks.start(self._page, self._remove(run_id), replaces="remove")

    def bring_back(self, removed: Removed) -> None:
        """It was not meant."""
        self._toast.withdraw(_about(removed.id))
        self._bench.tasks.start(self._page, self._bring_back(removed.folder, removed.id))

    def drop(self, removed: Removed) -> None:
        """It goes for good."""
        self._toast.withdraw(_about(removed.id))
        self._bench.tasks.start(self._page, self._drop(removed))

    async def _remove(self, run_id: str) -> None:
        if (live := self._trainer.live) is not None and live.run.id == run_id:
            self._trainer.pause()
            await self._trainer.rest()
        run = await find_run(self._bench.house, run_id)
        if run.state == "running":
            self._bench.tell(Told("info", t("它还在训练，先暂停。", "It is learning still; pause it first.")))
            return
        aside = await asyncio.to_thread(put_aside, run.folder, self._bench.house.clock.now())
        title = title_of(run)
        self._removed(run.id, False)
        self._toast.offer(
            lambda: t(
                f"训练“{title}”移走了，{KEPT.days} 天内可以拿回来。",
                f'The training "{title}" was removed; for {KEPT.days} days it can be brought back.',
            ),
            lambda: self._bench.tasks.start(self._page, self._bring_back(aside, run.id)),
            about=_about(run.id),
        )

    async def _bring_back(self, aside: Path, run_id: str) -> None:
        await asyncio.to_thread(bring_back, aside)
        self._removed(run_id, True)

    async def _drop(self, removed: Removed) -> None:
        await asyncio.to_thread(drop, removed.folder)
        self._removed(removed.id, False)


def _about(run_id: str) -> str:
    """What is said of its being removed, for the toast."""
    return f"removed {run_id}"
