"""Python's garbage collector, kept to the thread that draws.

Left alone, the collector runs in whatever thread happens to ask for memory. Where it finds a forgotten widget there,
Qt's object is destroyed by a thread it does not belong to, and the program dies now or later. So it is switched off,
and the window sweeps by its own clock, by the collector's own thresholds.
"""

import gc

from PySide6.QtCore import QObject, QTimer

#: milliseconds between two looks at whether there is something to sweep: after one that found something, and at most;
#: to be woken costs more than to look
BEAT, LONGEST = 400, 6_400


class Sweeper(QObject):
    """Sweeps for as long as it lives; its parent is the application."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(BEAT)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def _look(self) -> None:
        """As long as little is made, little has to be swept, and the pause grows."""
        pause = BEAT if sweep() else min(self._timer.interval() * 2, LONGEST)
        if pause != self._timer.interval():
            self._timer.setInterval(pause)


def sweep() -> bool:
    """Collect the generations that are due, the oldest of them alone; whether there were any."""
    due = [
        number
        for number, (count, most) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True))
        if count > most
    ]
    if due:
        gc.collect(due[-1])
    return bool(due)
