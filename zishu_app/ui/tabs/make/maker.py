"""Runs of dialogues made in this window: begun, taken up again, stopped; one at a time."""

import asyncio
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal

from zishu_app.core.streams import closing
from zishu_app.core.texts import counted, t
from zishu_app.dialogue.events import Written
from zishu_app.distill.events import FileWritten
from zishu_app.ledger.overview import RunRow, find_run
from zishu_app.ledger.runs import Run, turns_of
from zishu_app.studio.runs import Order, Outcome, keeping, start, take_up
from zishu_app.ui.errors import Told
from zishu_app.ui.tabs.make.run_state import Opened, RunState
from zishu_app.ui.workbench import Workbench

KIND = "generate"


class Maker(QObject):
    """What goes on is in `live`; it is drawn by whoever looks."""

    #: the id of the run
    begun = Signal(str)
    ended = Signal(str)

    def __init__(self, parent: QObject, bench: Workbench) -> None:
        super().__init__(parent)
        self._bench = bench
        self.live: Opened | None = None
        self._stop = asyncio.Event()
        self._asked: dict[int, Any] = {}
        self._task: asyncio.Task[None] | None = None

    def begin(self, asked: Order) -> None:
        """Make what was asked for."""
        if not self._going_on():
            self._stop = asyncio.Event()  # the window may close before anything is said
            self._task = self._bench.tasks.start(self, self._make(asked))

    def resume(self, run_id: str, limits: Mapping[str, Any] | None = None) -> None:
        """Go on with a run that was stopped or killed; `limits` count from now on."""
        if not self._going_on():
            self._stop = asyncio.Event()
            self._task = self._bench.tasks.start(self, self._go_on(run_id, limits or {}))

    def stop(self) -> None:
        """Stop at the end of the turn; what is said is kept."""
        self._stop.set()
        if self.live is not None:
            self.live.stopping = True

    def stop_softly(self) -> "asyncio.Task[None] | None":
        """The window closes: the task that ends at the next turn, if there is one."""
        if self._task is None or self._task.done():
            return None
        self.stop()
        return self._task

    def wish(self, number: int, wish: str) -> None:
        """By hand: "shift" the topic of a dialogue now, or "end" it here."""
        if self.live is not None:
            self._asked[number] = wish
            self.live.state.dialogues[number].wish = wish

    def row_of(self, run_id: str) -> RunRow:
        """How a run stands in the ledger."""
        found = find_run(self._bench.house.store, KIND, run_id)
        assert found is not None, "runs are not taken out of the ledger"
        return found

    def _going_on(self) -> bool:
        if self._task is None or self._task.done():
            return False
        self._bench.tell(
            Told(
                "info",
                t("已有一个运行在进行。", "A run is going on already."),
                t("等它结束，或先停下它。", "Wait for it, or stop it first."),
            )
        )
        return True

    async def _make(self, asked: Order) -> None:
        from zishu_app.studio.generate import chosen_of, plans_of, scenarios_of, sides_of

        house = self._bench.house
        await sides_of(house, asked.settings)  # a missing key is told before anything begins
        scenarios, _bad = await asyncio.to_thread(scenarios_of, house, asked.recipe["language"])
        plans = plans_of(house, asked, chosen_of(scenarios, asked.recipe["scenarios"]))
        await self._follow(await start(house, KIND, asked), asked, plans)

    async def _go_on(self, run_id: str, limits: Mapping[str, Any]) -> None:
        run, asked = await take_up(self._bench.house, KIND, run_id, {}, limits)
        await self._follow(run, asked, None)

    async def _follow(self, run: Run, asked: Order, plans: Any) -> None:
        from zishu_app.studio.generate import ready

        house = self._bench.house
        try:
            async with keeping(house, run) as ending:
                going = await ready(house, run, asked, plans, self._stop)
                self._asked = going.work.asked
                state = await self._show(run, going, new=plans is not None)
                async with closing(going.events()) as events:
                    async for event in events:
                        state.hear(event)
                        if isinstance(event, Written | FileWritten):
                            self._bench.news.runs_changed.emit()
                            self._bench.news.samples_changed.emit()
                going.outcome.close(run, ending)
            self._tell_end(going.outcome)
        finally:
            self._over(run.id)

    async def _show(self, run: Run, going: Any, *, new: bool) -> RunState:
        budget = going.work.accounts.budget
        state = RunState(going.talks, distil=going.batch is not None)
        for talk in going.talks:
            store = self._bench.house.store
            state.read_turns(talk.number, () if new else await asyncio.to_thread(turns_of, store, talk.id))
        self.live = Opened(self.row_of(run.id), state, True, lambda: budget.spent, budget.caps)
        self._bench.remembered.write()
        self._bench.news.runs_changed.emit()
        self.begun.emit(run.id)
        return state

    def _over(self, run_id: str) -> None:
        was, self.live = self.live, None
        if was is not None:
            was.state.close()
            was.live, was.stopping, was.run = False, False, self.row_of(run_id)
        self._bench.news.runs_changed.emit()
        self.ended.emit(run_id)

    def _tell_end(self, outcome: Outcome) -> None:
        if outcome.stopped:
            said = Told("warn", t(f"已停下：{outcome.stopped}", f"Stopped: {outcome.stopped}"), outcome.hint)
        elif outcome.failed:
            said = Told(
                "info",
                t(f"{outcome.failed} 段没有做成。", f"{outcome.failed} could not be made."),
                t("原因在列表里；“继续”会再试一次。", "The reason is in the list; Go on tries again."),
            )
        elif outcome.left:
            return
        else:
            written = counted(outcome.done, "dialogue")
            said = Told("good", t(f"{outcome.done} 段对话已写好。", f"{written} written."))
        self._bench.tell(said)
