"""Judging that was begun in this window: one run at a time, followed, stopped, gone on with."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from zishu_app.core.streams import closing
from zishu_app.core.texts import counted, t
from zishu_app.ledger.budget import Amount
from zishu_app.ledger.overview import RunRow, list_runs
from zishu_app.review.events import Found, Judged, NotJudged, Refined
from zishu_app.ui.errors import Told
from zishu_app.ui.workbench import Workbench

if TYPE_CHECKING:
    from zishu_app.ledger.runs import Run
    from zishu_app.studio.runs import Order, Outcome

KIND = "judge"
#: reasons of failures that are kept for the list
MOST = 20


@dataclass
class Judging:
    """A run that goes on, as far as its events tell."""

    run_id: str
    spent: Callable[[], Amount]
    currency: str
    total: int = 0
    done: int = 0
    failed: int = 0
    refined: int = 0
    #: what could not be judged, the newest last
    troubles: tuple[str, ...] = ()
    stopping: bool = False

    def hear(self, event: Any) -> None:
        """Take an event into account."""
        if isinstance(event, Found):
            self.total, self.done = event.samples, event.done
        elif isinstance(event, Judged):
            self.done += 1
        elif isinstance(event, Refined):
            self.refined += 1
        elif isinstance(event, NotJudged):
            self.failed += not event.who
            who = event.who or t(f"样本 {event.sample}", f"sample {event.sample}")
            self.troubles = (*self.troubles, f"{who}: {event.reason}")[-MOST:]


class JudgeRun(QObject):
    """`changed`: it goes on, or has ended; `judged` tells the number of a sample that has other marks now."""

    changed = Signal()
    judged = Signal(int)

    def __init__(self, parent: QObject, bench: Workbench) -> None:
        super().__init__(parent)
        self._bench = bench
        self.live: Judging | None = None
        self._stop = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def busy(self) -> bool:
        """Whether a run goes on, or is about to."""
        return self._task is not None and not self._task.done()

    def begin(self, asked: "Order") -> None:
        """Judge what was asked for."""
        self._start(self._make(asked))

    def resume(self, run_id: str) -> None:
        """Go on with a run that was stopped or killed."""
        self._start(self._go_on(run_id))

    def stop(self) -> None:
        """Ask nothing more, and end when what was asked is answered; a second time: at once."""
        if self._stop.is_set() and self._task is not None:
            self._task.cancel()
        self._stop.set()
        if self.live is not None:
            self.live.stopping = True
            self.changed.emit()

    def stop_softly(self) -> "asyncio.Task[None] | None":
        """The window closes: the task that ends at the next boundary, if there is one."""
        if not self.busy:
            return None
        if not self._stop.is_set():
            self.stop()
        return self._task

    async def left(self) -> RunRow | None:
        """The newest run, where it can be gone on with."""
        rows = await asyncio.to_thread(list_runs, self._bench.house.store, KIND, "", 1)
        newest = rows[0] if rows else None
        return newest if newest is not None and newest.state in ("stopped", "interrupted") else None

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        if self.busy:
            work.close()
            return
        self._stop = asyncio.Event()
        self._task = self._bench.tasks.start(self, work)
        self._task.add_done_callback(lambda _: self.changed.emit())
        self.changed.emit()

    async def _make(self, asked: "Order") -> None:
        from zishu_app.studio.judge import sides_of
        from zishu_app.studio.runs import start

        await sides_of(self._bench.house, asked)  # what is missing is told before anything begins
        await self._follow(await start(self._bench.house, KIND, asked), asked)

    async def _go_on(self, run_id: str) -> None:
        from zishu_app.studio.runs import take_up

        await self._follow(*await take_up(self._bench.house, KIND, run_id, {}, {}))

    async def _follow(self, run: "Run", asked: "Order") -> None:
        from zishu_app.studio.judge import ready
        from zishu_app.studio.runs import keeping

        house = self._bench.house
        try:
            async with keeping(house, run) as ending:
                going = await ready(house, run, asked, self._stop)
                budget = going.outcome.accounts.budget
                self.live = Judging(run.id, lambda: budget.spent, budget.caps.currency)
                self._bench.news.runs_changed.emit()
                async with closing(going.events()) as events:
                    async for event in events:
                        self._hear(event)
                going.outcome.close(run, ending)
            self._tell_end(going.outcome)
        finally:
            self.live = None
            self._bench.news.runs_changed.emit()

    def _hear(self, event: Any) -> None:
        if self.live is not None:
            self.live.hear(event)
            if isinstance(event, Judged | Refined):
                self.judged.emit(event.sample)
            self.changed.emit()

    def _tell_end(self, outcome: "Outcome") -> None:
        if outcome.stopped:
            self._bench.tell(Told("warn", outcome.stopped, outcome.hint))
        elif not outcome.left:
            done, failed = outcome.done, outcome.failed
            said = t(f"评审打完了 {done} 个样本。", f"{counted(done, 'sample')} judged.")
            missing = t(f"{failed} 个没有评成。", f"{failed} could not be.") if failed else ""
            self._bench.tell(Told("warn" if failed else "good", said, missing))
