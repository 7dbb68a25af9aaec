"""Slow things of the page: begun, followed, stopped. Whoever shows them looks ten times a second, not at each event."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any

import shiboken6
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication, QWidget

from zishu_app.ui.workbench import Workbench

#: milliseconds between two looks at what has come in
BEAT = 100

#: follows something slow to its end; it is asked to stop by the event
Follow = Callable[[asyncio.Event], Coroutine[Any, Any, None]]


class Work(QObject):
    """One thing at a time; `looked` is told while it goes on and once when it is over, `ended` then. What goes wrong
    stands over the page, as for every task.
    """

    looked = Signal()
    ended = Signal()

    def __init__(self, owner: QObject, bench: Workbench) -> None:
        super().__init__(owner)
        self._bench = bench
        self._task: asyncio.Task[None] | None = None
        self._stop = asyncio.Event()
        self._began = 0.0
        #: who had the keyboard when it began
        self.keys: QWidget | None = None
        self._beat = QTimer(self)
        self._beat.setInterval(BEAT)
        self._beat.timeout.connect(self.looked.emit)

    @property
    def busy(self) -> bool:
        """Whether something goes on."""
        return self._task is not None and not self._task.done()

    @property
    def stopping(self) -> bool:
        """Whether it was asked to stop."""
        return self.busy and self._stop.is_set()

    @property
    def seconds(self) -> float:
        """How long it has been going on."""
        return time.monotonic() - self._began

    def start(self, follow: Follow) -> None:
        """Begin, unless something goes on already."""
        if self.busy:
            return
        self._stop, self._began = asyncio.Event(), time.monotonic()
        self.keys = QApplication.focusWidget()
        self._task = self._bench.tasks.start(self, follow(self._stop))
        self._task.add_done_callback(lambda _: self._over())
        self._beat.start()
        self.looked.emit()

    def stop(self) -> None:
        """Ask it to come to its end; a second time it ends at once."""
        if self._task is not None and self._stop.is_set():
            self._task.cancel()
        self._stop.set()
        self.looked.emit()

    def stop_softly(self) -> "asyncio.Task[None] | None":
        """The window closes: the task that comes to its end, if there is one."""
        if not self.busy:
            return None
        self._stop.set()
        return self._task

    def _over(self) -> None:
        if shiboken6.isValid(self):  # the page may have gone first
            self._beat.stop()
            self.looked.emit()
            self.ended.emit()
