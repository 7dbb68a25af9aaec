"""Which sample is being reviewed, and how one gets to the next: at once, for it was fetched before it was asked for."""

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from zishu_app.dataset.acts import Act
from zishu_app.dataset.checking.findings import Limits
from zishu_app.dataset.sample import Verdict
from zishu_app.review.rubric import Criterion, criteria, fitting
from zishu_app.ui.tabs.review.hand import Hand
from zishu_app.ui.tabs.review.opened import Ahead, Asked, Opened
from zishu_app.ui.tabs.review.queue import Queue
from zishu_app.ui.tabs.review.queue_list import QueueList
from zishu_app.ui.workbench import Workbench

#: samples that are fetched before they are asked for
AHEAD = 4


class Stage(QObject):
    """`shown` tells an Opened that is to be read, None where there is nothing; `at_end` that a step found no more."""

    shown = Signal(object)
    at_end = Signal(int)

    def __init__(self, parent: QObject, bench: Workbench, queue: Queue, hand: Hand) -> None:
        super().__init__(parent)
        self._bench, self.queue, self.hand = bench, queue, hand
        self.ahead = Ahead(self, bench)
        self.list: QueueList | None = None
        #: the sample that is or will be read, and its row (or where it would stand)
        self.number: int | None = None
        self.row = 0
        self.opened: Opened | None = None
        self._criteria: tuple[Criterion, ...] = ()
        self.settings_changed()
        self.ahead.came.connect(self._came)
        queue.answered.connect(self._answered)
        hand.acted.connect(lambda act: bench.tasks.start(self, self._follow(act)))
        hand.turned.connect(self._turned)
        hand.failed.connect(lambda number: bench.tasks.start(self, self.renew(number)))

    def settings_changed(self) -> None:
        """Criteria and limits as the settings have them now."""
        settings = self._bench.house.settings
        self._criteria = criteria(settings.review.criteria)
        limits = Limits(settings.dataset.shortest, settings.dataset.longest)
        self.ahead.asked = Asked(tuple(one.name for one in self._criteria), limits)
        self.ahead.forget()
        if self.number is not None:
            self.open(self.number, self.row)

    def criteria(self) -> tuple[Criterion, ...]:
        """What the sample that is read is rated by."""
        if self.opened is None:
            return ()
        return fitting(self._criteria, self.opened.sample.kind, compared=self.opened.source is not None)

    def open(self, number: int, row: int | None = None) -> None:
        """Read this sample."""
        self.number = number
        self.row = self.queue.rows.find(number, self.row) if row is None else row
        if self.list is not None and self.list.at != self.row:
            self.list.choose(self.row)
        found = self.ahead.get(number)
        if found is not None:
            self._show(found)
        self._look_ahead()

    def step(self, by: int) -> None:
        """To the row before or after."""
        row = self.row + by
        number = self.queue.rows.id_at(row) if self.row >= 0 else self.queue.rows.id_at(0)
        if number is None or row < 0:
            self.at_end.emit(by)
        else:
            self.open(number, max(row, 0))

    def on(self) -> None:
        """After a verdict: to the next that was not decided since the queue was asked."""
        row, rows = self.row + 1, self.queue.rows
        wanted = self.queue.wish.filter.verdicts
        while (number := rows.id_at(row)) is not None:
            known = rows.row_at(row)
            if known is None or not wanted or known.verdict in wanted:
                self.open(number, row)
                return
            row += 1
        if not self.queue.left():
            self.number, self.opened = None, None
        self.at_end.emit(1)

    def decide(self, verdict: Verdict, reason: str = "") -> None:
        """Decide on the sample that is read, and go on. It is shown as decided at once, and written meanwhile."""
        number, opened = self.number, self.opened
        if number is None or opened is None or opened.sample.id != number:
            return
        known = self.queue.rows.row_at(self.row) if self.row >= 0 else None
        if known is not None:
            self.queue.rows.put(replace(known, verdict=verdict))
        self.ahead.forget(number)
        self.hand.do(number, lambda desk: desk.decide(number, verdict, reason))
        if verdict == "pending":
            self.assume(verdict=verdict, reason="")
        else:
            self.on()

    def assume(self, **changed: Any) -> None:
        """Show the sample that is read as it will be when what was just done is on the disk."""
        if self.opened is not None:
            self._show(replace(self.opened, sample=replace(self.opened.sample, **changed)))

    async def renew(self, number: int) -> None:
        """Read a sample again, and its row; show it where it is the one that is read."""
        self.ahead.forget(number)
        await self.queue.renew(number)
        if number == self.number:
            found = await self.ahead.fetch(number)
            if found is not None and number == self.number:
                self._show(found)

    async def jump(self, number: int) -> None:
        """To a sample wherever it stands, also where the queue does not hold it."""
        await self.renew(number)
        self.open(number)

    def _show(self, opened: Opened) -> None:
        self.opened = opened
        self.shown.emit(opened)

    def _came(self, number: int) -> None:
        if number != self.number:
            return
        found = self.ahead.get(number)
        if found is not None and (self.opened is None or self.opened is not found):
            self._show(found)

    def _look_ahead(self) -> None:
        around = [self.row, *range(self.row + 1, self.row + AHEAD), self.row - 1]
        numbers = [one for row in around if row >= 0 and (one := self.queue.rows.id_at(row)) is not None]
        first = [self.number] if self.number is not None else []
        # the one that is read first, and by itself: the others may not hold it up
        self.ahead.want(first)
        self.ahead.want(numbers)

    def _answered(self) -> None:
        """Another queue: its first sample, unless the one that is read is in it."""
        rows = self.queue.rows
        at = rows.find(self.number) if self.number is not None and self.opened is not None else -1
        if at >= 0 and self.number is not None:
            self.open(self.number, at)
        elif (first := rows.id_at(0)) is not None:
            self.open(first, 0)
        else:
            self.number, self.opened, self.row = None, None, 0
            self.shown.emit(None)

    async def _follow(self, act: Act) -> None:
        """The row as it stands on the disk; the sample too, where it is still the one that is read."""
        if act.sample is not None and self.hand.idle(act.sample):
            await self.renew(act.sample)
        self.queue.recount()

    def _turned(self, act: Act | None, _back: bool) -> None:
        if act is None:
            return
        self.ahead.forget()
        self.queue.recount()
        if act.total > 1 and act.what != "split":
            self.queue.ask()
        elif act.sample is not None:
            self._bench.tasks.start(self, self.jump(act.sample), replaces="jump")
