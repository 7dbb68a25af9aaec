"""Trainings of this home as the window deals with them: looked over, begun, followed, paused. One goes on at a time.

A training is a job of the long lane and outlives the window: what goes on is followed, whoever began it.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass

import shiboken6
from PySide6.QtCore import QObject, Signal

from zishu_app.core.streams import closing
from zishu_app.core.texts import t
from zishu_app.training.run import Going, Halted, Trained, TrainingEvent, halt
from zishu_app.training.runs import TrainingRun
from zishu_app.ui.errors import Told
from zishu_app.ui.tabs.training.run_state import RunState, read_state
from zishu_app.ui.workbench import Workbench

#: events after which the window is given its turn, while those of the past are read
AT_ONCE = 200


@dataclass
class Opened:
    """A training that is looked at: one that goes on, or one that does not."""

    run: TrainingRun
    state: RunState
    live: bool = False
    #: it was asked to stop, and writes its checkpoint
    pausing: bool = False


class Trainer(QObject):
    """What goes on is in `live`; it is drawn by whoever looks."""

    #: the id of the run
    begun = Signal(str)
    ended = Signal(str)
    #: the list of trainings, or what goes on, is another
    changed = Signal()

    def __init__(self, parent: QObject, bench: Workbench) -> None:
        super().__init__(parent)
        self._bench = bench
        self.live: Opened | None = None
        #: what goes on was begun elsewhere, while something else was in front here
        self.quiet = False
        #: the one that went on last, with what was heard of it
        self._last: Opened | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def busy(self) -> bool:
        """Whether a training goes on, or is about to."""
        return self._task is not None and not self._task.done()

    def go_on(self, run: TrainingRun) -> None:
        """Begin, or go on from the last checkpoint."""
        from zishu_app.studio.training import begin

        self.quiet = False
        self._start(run, lambda: begin(self._bench.house, run), again=False)

    def watch(self, run: TrainingRun) -> None:
        """Follow one that goes on already, begun by whatever program."""
        from zishu_app.studio.training import watch

        if not self.busy:
            self._start(run, lambda: watch(self._bench.house, run), again=True)

    def watch_any(self, runs: Sequence[TrainingRun], *, quiet: bool) -> None:
        """Follow the one of these that goes on, if one does. `quiet`: it takes no place from what is in front."""
        going = next((run for run in runs if run.state == "running"), None)
        if going is not None and not self.busy:
            self.quiet = quiet
            self.watch(going)

    def pause(self) -> None:
        """Ask it to stop; it writes a checkpoint first, and can be gone on with."""
        if self.live is not None and not self.live.pausing:
            self.live.pausing = True
            self.changed.emit()
            self._bench.tasks.start(self, halt(self._bench.house.lane("long"), self.live.run))

    async def rest(self) -> None:
        """Wait until nothing goes on any more."""
        if self._task is not None:
            await asyncio.wait({self._task})

    async def opened(self, run_id: str) -> Opened:
        """A training to be looked at, with everything that was measured in it. Raises DataError."""
        from zishu_app.studio.training import find_run

        if self.live is not None and self.live.run.id == run_id:
            return self.live
        run = await find_run(self._bench.house, run_id)
        if self._last is not None and (self._last.run.id, self._last.run.jobs) == (run.id, run.jobs):
            self._last.run = run
            return self._last
        state = await self._read(run.jobs)
        state.total = int(run.result.get("total_steps") or run.counts.get("steps") or 0)
        return Opened(run, state)

    async def _read(self, jobs: Sequence[str]) -> RunState:
        return await asyncio.to_thread(read_state, jobs, self._bench.house.home.runs)

    def _start(
        self, run: TrainingRun, events: Callable[[], AsyncIterator[TrainingEvent]], *, again: bool
    ) -> None:
        if self.busy:
            self._bench.tell(
                Told(
                    "info",
                    t("已有一次训练在进行。", "A training is going on already."),
                    t("等它结束，或先暂停它。", "Wait for it, or pause it first."),
                )
            )
            return
        self._task = self._bench.tasks.start(self, self._follow(run, events, again=again))
        self._task.add_done_callback(lambda _: self._over())
        self.changed.emit()

    async def _follow(
        self, run: TrainingRun, events: Callable[[], AsyncIterator[TrainingEvent]], *, again: bool
    ) -> None:
        """From its first event to its end. `again`: its events are told from the first one on."""
        state = await self._read(run.jobs[:-1] if again else run.jobs)
        if again:
            state.known = (await self._read(run.jobs)).done
        number = 0
        async with closing(events()) as stream:
            async for event in stream:
                self._hear(event, state)
                number += 1
                if number % AT_ONCE == 0:
                    await asyncio.sleep(0)

    def _hear(self, event: TrainingEvent, state: RunState) -> None:
        state.hear(event)
        match event:
            case Going(run):
                self.live = Opened(run, state, live=True)
                self._bench.remembered.write()
                self.begun.emit(run.id)
            case Trained(run) | Halted(run) if self.live is not None:
                self.live.run = run
            case _:
                pass

    def _over(self) -> None:
        was, self.live = self.live, None
        self._last = was or self._last
        if not shiboken6.isValid(self):  # the window has gone; the training goes on without it
            return
        if was is not None:
            was.live = was.pausing = False
            self.ended.emit(was.run.id)
        self.changed.emit()
