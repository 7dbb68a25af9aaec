"""What the person does, done one after the other: acts of the desk, undoing, and what goes on for a while.

An act is shown before it is on the disk, so that nobody waits for the disk; where it cannot be written, it is told and
shown as it is.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

from zishu_app.core.streams import closing
from zishu_app.core.texts import t
from zishu_app.dataset import acts
from zishu_app.dataset.acts import Act, Part
from zishu_app.dataset.find import Filter
from zishu_app.dataset.sample import Verdict
from zishu_app.review.desk import Desk
from zishu_app.ui.errors import Told
from zishu_app.ui.workbench import Workbench

#: milliseconds in which other pages hear of acts once
NEWS = 800


@dataclass(frozen=True, slots=True)
class Going:
    """Something that takes a while. `seconds`: since it was begun."""

    act: Act
    done: int
    total: int
    seconds: float

    @property
    def remaining(self) -> float | None:
        """Seconds it will take still, once that can be told."""
        if not self.done or self.seconds < 1:
            return None
        return self.seconds * max(self.total - self.done, 0) / self.done


class Tidings(QObject):
    """Other pages hear of what was done here, once for all that was done in a while."""

    def __init__(self, parent: QObject, bench: Workbench) -> None:
        super().__init__(parent)
        self._bench = bench
        #: whether what is told now was done here
        self.own = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(NEWS)
        self._timer.timeout.connect(self._tell)

    def soon(self) -> None:
        """Something was done."""
        self._timer.start()

    def _tell(self) -> None:
        self.own = True
        self._bench.news.samples_changed.emit()
        self.own = False


class Hand(QObject):
    """`acted`: an act is on the disk; `turned`: one was undone (or, False, done again); `failed`: a sample whose act
    was not written; `going` tells how far something is, `rested` that it has ended or was stopped (its act, or None).
    """

    acted = Signal(object)
    turned = Signal(object, bool)
    failed = Signal(int)
    going = Signal(object)
    rested = Signal(object)

    def __init__(self, parent: QObject, bench: Workbench) -> None:
        super().__init__(parent)
        self._bench = bench
        self._lock = asyncio.Lock()
        self._stop = asyncio.Event()
        self._long: asyncio.Task[None] | None = None
        self._pending: Counter[int] = Counter()
        self.tidings = Tidings(self, bench)

    @property
    def desk(self) -> Desk:
        """The data set as this person works on it."""
        house = self._bench.house
        return Desk(house.samples, house.settings.review.reviewer or t("我", "me"), house.clock)

    @property
    def busy(self) -> bool:
        """Whether something that takes a while goes on."""
        return self._long is not None

    def idle(self, number: int | None = None) -> bool:
        """Whether everything that was done (to one sample, where it is named) is on the disk."""
        if number is not None:
            return not self._pending[number]
        return not self.busy and not self._pending.total() and not self._lock.locked()

    def do(
        self,
        number: int,
        work: Callable[[Desk], Awaitable[Act]],
        refused: Callable[[str], object] | None = None,
    ) -> "asyncio.Task[None]":
        """An act on a sample, after all that was done before. `refused` hears why it makes no sense, instead of the
        window.
        """
        self._pending[number] += 1
        return self._bench.tasks.start(
            self, self._do(number, work), failed=lambda said: self._not_done(number, said, refused)
        )

    async def _do(self, number: int, work: Callable[[Desk], Awaitable[Act]]) -> None:
        try:
            async with self._lock:
                act = await work(self.desk)
        finally:
            self._pending[number] -= 1
            if not self._pending[number]:
                del self._pending[number]
        self.tidings.soon()
        self.acted.emit(act)

    def _not_done(self, number: int, said: Told, refused: Callable[[str], object] | None) -> None:
        if refused is not None:
            refused(f"{said.message} {said.hint}".strip())
        else:
            self._bench.tell(said)
        self.failed.emit(number)

    def turn(self, *, back: bool) -> "asyncio.Task[None]":
        """Undo the last act, or do the one again that was undone last."""
        return self._bench.tasks.start(self, self._turn(back=back))

    async def _turn(self, *, back: bool) -> None:
        samples = self._bench.house.samples
        async with self._lock:
            self._stop = asyncio.Event()
            last = await self._through(acts.undo(samples) if back else acts.redo(samples))
        self.tidings.soon()
        self.turned.emit(last, back)

    def decide_all(self, wanted: Filter, verdict: Verdict, reason: str = "") -> None:
        """A verdict on everything a filter finds, as one act."""
        self.go_through(lambda: self.desk.decide_all(wanted, verdict, reason))

    def go_through(self, parts: Callable[[], AsyncIterator[Part]]) -> None:
        """Something that goes in parts, unless something goes on already."""
        if self._long is None:
            self._stop = asyncio.Event()
            self._long = self._bench.tasks.start(self, self._go_through(parts), failed=self._ended_badly)

    async def _go_through(self, parts: Callable[[], AsyncIterator[Part]]) -> None:
        act = None
        try:
            act = await self._through(parts())
        finally:
            self._long = None
        self.tidings.soon()
        self.rested.emit(act)

    def _ended_badly(self, said: Told) -> None:
        self._bench.tell(said)
        self.rested.emit(None)

    async def _through(self, parts: AsyncIterator[Part]) -> Act | None:
        """All parts, each told; None where there was nothing to do."""
        began, act = time.monotonic(), None
        async with closing(parts) as stream:
            async for part in stream:
                act = part.act
                if not part.finished:
                    self.going.emit(Going(act, part.done, part.total, time.monotonic() - began))
                if self._stop.is_set():
                    break
        return act

    def stop(self) -> None:
        """End what goes on after the part it is at."""
        self._stop.set()

    async def settled(self) -> None:
        """Everything that was done is on the disk, and what goes on has come to the end of a part."""
        self.stop()
        if self._long is not None:
            await asyncio.wait([self._long])
        async with self._lock:
            pass
