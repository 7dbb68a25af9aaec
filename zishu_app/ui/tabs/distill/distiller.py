"""Distillations run in this window: begun, taken up again, stopped; one at a time."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from zishu_app.core.streams import closing
from zishu_app.core.texts import t
from zishu_app.distill.events import FileWritten
from zishu_app.ledger.budget import Amount, Caps
from zishu_app.ledger.overview import RunRow, find_run
from zishu_app.ui.errors import Told
from zishu_app.ui.tabs.distill.run_state import RunState
from zishu_app.ui.workbench import Workbench

if TYPE_CHECKING:
    from zishu_app.ledger.runs import Run
    from zishu_app.studio.distill import Going
    from zishu_app.studio.runs import Order, Outcome

KIND = "distill"


@dataclass
class Opened:
    """A run that is looked at: one that goes on here, or one that is over."""

    row: RunRow
    state: RunState
    spent: Callable[[], Amount]
    caps: Caps
    live: bool = False
    stopping: bool = False


class Distiller(QObject):
    """What goes on is in `live`; it is drawn by whoever looks."""

    #: the id of the run
    begun = Signal(str)
    ended = Signal(str)
    #: what is going on has changed its mind: it is being made ready, or it failed before it began
    changed = Signal()

    def __init__(self, parent: QObject, bench: Workbench) -> None:
        super().__init__(parent)
        self._bench = bench
        self.live: Opened | None = None
        self._stop = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def busy(self) -> bool:
        """Whether a run goes on, or is about to."""
        return self._task is not None and not self._task.done()

    def begin(self, asked: "Order") -> None:
        """Distil what was asked for."""
        self._start(lambda: self._make(asked))

    def resume(self, run_id: str, limits: Mapping[str, Any]) -> None:
        """Go on with a run that was stopped or killed; `limits` count instead of its own."""
        self._start(lambda: self._go_on(run_id, limits))

    def stop(self) -> None:
        """Ask nothing more, and end when what was asked is answered; a second time: at once. What is answered is kept."""
        if self._stop.is_set() and self._task is not None:
            self._task.cancel()
        self._stop.set()
        if self.live is not None:
            self.live.stopping = True

    def stop_softly(self) -> "asyncio.Task[None] | None":
        """The window closes: the task that ends at the next boundary, if there is one."""
        if self._task is None or self._task.done():
            return None
        if not self._stop.is_set():
            self.stop()
        return self._task

    def row_of(self, run_id: str) -> RunRow | None:
        """How a run stands in the ledger. Blocks shortly."""
        return find_run(self._bench.house.store, KIND, run_id)

    def _start(self, work: Callable[[], Any]) -> None:
        if self.busy:
            self._bench.tell(
                Told(
                    "info",
                    t("已有一次蒸馏在进行。", "A distillation is going on already."),
                    t("等它结束，或先停下它。", "Wait for it, or stop it first."),
                )
            )
            return
        self._stop = asyncio.Event()
        self._task = self._bench.tasks.start(self, work())
        self._task.add_done_callback(lambda _: self.changed.emit())
        self.changed.emit()

    async def _make(self, asked: "Order") -> None:
        from zishu_app.ledger.caps import caps_for
        from zishu_app.studio.distill import speaker_of
        from zishu_app.studio.runs import start

        house = self._bench.house
        speaker = await speaker_of(house, asked.settings)  # what is missing is told before anything begins
        caps_for(asked.recipe["max_total_tokens"], asked.recipe["max_cost"], [speaker])
        await self._follow(await start(house, KIND, asked), asked)

    async def _go_on(self, run_id: str, limits: Mapping[str, Any]) -> None:
        from zishu_app.studio.runs import take_up

        run, asked = await take_up(self._bench.house, KIND, run_id, {}, limits)
        await self._follow(run, asked)

    async def _follow(self, run: "Run", asked: "Order") -> None:
        from zishu_app.studio.distill import ready
        from zishu_app.studio.runs import keeping
        from zishu_app.ui.tabs.distill.past import lines_of

        house = self._bench.house
        try:
            async with keeping(house, run) as ending:
                going = await ready(house, run, asked, self._stop)
                state = await self._show(going, RunState(await asyncio.to_thread(lines_of, going)))
                async with closing(going.events()) as events:
                    async for event in events:
                        state.hear(event)
                        if isinstance(event, FileWritten):
                            self._bench.news.samples_changed.emit()
                going.outcome.close(run, ending)
            self._tell_end(going.outcome)
        finally:
            self._over(run.id)

    async def _show(self, going: "Going", state: RunState) -> RunState:
        budget = going.batch.tools.accounts.budget
        row = await asyncio.to_thread(self.row_of, going.run.id)
        assert row is not None
        self.live = Opened(
            row, state, lambda: budget.spent, budget.caps, live=True, stopping=self._stop.is_set()
        )
        self._bench.remembered.write()
        self._bench.news.runs_changed.emit()
        self.begun.emit(going.run.id)
        return state

    def _over(self, run_id: str) -> None:
        was, self.live = self.live, None
        if was is not None:
            was.live, was.stopping = False, False
            was.row = self.row_of(run_id) or was.row
            was.state.close()
        self._bench.news.runs_changed.emit()
        self.ended.emit(run_id)

    def _tell_end(self, outcome: "Outcome") -> None:
        if outcome.stopped or outcome.left:
            return  # the run itself says so, and how to go on
        done = outcome.done + outcome.skipped
        if outcome.failed:
            said = Told(
                "warn",
                t(
                    f"{done} 段已蒸馏，{outcome.failed} 个没有成。",
                    f"{done} distilled, {outcome.failed} could not be.",
                ),
                t("原因在列表里。", "The reasons are in the list."),
            )
        else:
            said = Told("good", t(f"{done} 段对话已蒸馏好。", f"{done} distilled."))
        self._bench.tell(said)
