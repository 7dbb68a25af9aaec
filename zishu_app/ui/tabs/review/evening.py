"""How the evening goes: what was decided, what is left, how fast, and how far the judges agree with the person."""

import sqlite3
import time
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, QTimer, Signal

from zishu_app.dataset import acts, find
from zishu_app.dataset.acts import Act
from zishu_app.review.agreement import ALL, PANEL, Agreement, Calibration, agreements, calibration
from zishu_app.review.pace import Pace, midnight, pace
from zishu_app.ui.tabs.review.queue import COUNTED, Queue
from zishu_app.ui.workbench import Workbench

#: milliseconds between two looks at the clock, and after which marks are compared anew
BEAT, AFTER = 10_000, 1_500
#: seconds after midnight at which a day begins: an evening that goes on is one evening
LATE = 4 * 3600


@dataclass(frozen=True, slots=True)
class Stand:
    """How it goes, and how far the judges agree with the person."""

    pace: Pace
    #: whether `pace.left` is exact
    exact: bool
    agreements: tuple[Agreement, ...]
    calibration: Calibration

    @property
    def panel(self) -> Agreement | None:
        """The judges together, over all criteria."""
        return next((one for one in self.agreements if (one.who, one.criterion) == (PANEL, ALL)), None)


class Evening(QObject):
    """`changed` tells a Stand."""

    changed = Signal(object)

    def __init__(self, parent: QObject, bench: Workbench, queue: Queue) -> None:
        super().__init__(parent)
        self._bench, self._queue = bench, queue
        self._done = acts.Decisions(0, 0, [])
        self._left, self._exact = 0, True
        self._agreed: tuple[Agreement, ...] = ()
        self._beat, self._after = QTimer(self), QTimer(self)
        self._beat.setInterval(BEAT)
        self._beat.timeout.connect(self._tell)
        self._after.setSingleShot(True)
        self._after.setInterval(AFTER)
        self._after.timeout.connect(self.look)
        queue.counted.connect(self.look)

    def begin(self) -> None:
        """Somebody is here."""
        self._beat.start()
        self.look()

    def rest(self) -> None:
        """Nobody looks."""
        self._beat.stop()

    def look(self) -> None:
        """Read it again."""
        self._bench.tasks.start(self, self._look(), replaces="look")

    def decided(self) -> None:
        """A sample was decided just now: told at once, and read again a moment later."""
        now, done = int(time.time()), self._done
        self._done = acts.Decisions(done.single + 1, done.bulk, [*done.times, now])
        self._left = max(self._left - 1, 0)
        self._tell()
        self._after.start()

    def soon(self) -> None:
        """Something has changed that changes the figures."""
        self._after.start()

    def acted(self, act: Act) -> None:
        """Something was done that may change the figures."""
        if act.what in ("rate", "accept", "reject", "remove", "reopen"):
            self._after.start()

    async def _look(self) -> None:
        undecided = replace(self._queue.asked, verdicts=("pending",))
        since = midnight(int(time.time()), time.localtime().tm_gmtoff - LATE)

        def read(connection: sqlite3.Connection) -> tuple[acts.Decisions, find.Count, list[Agreement]]:
            return (
                acts.decisions(connection, since),
                find.count(connection, undecided, COUNTED),
                agreements(connection),
            )

        self._done, count, agreed = await self._bench.house.samples.ask(read)
        self._left, self._exact, self._agreed = count.n, count.exact, tuple(agreed)
        self._tell()

    def _tell(self) -> None:
        done = self._done
        found = pace(done.times, int(time.time()), done=done.single, left=self._left, bulk=done.bulk)
        self.changed.emit(Stand(found, self._exact, self._agreed, calibration(self._agreed)))
