"""A signal of the system, or Ctrl-C in its terminal, ends the program as its menu does: softly.

Who asks for it a second time does not wait for that.
"""

import asyncio
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import FrameType

from PySide6.QtCore import QTimer

#: those of them that this system has; who started us may have had us not listen to some
SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
#: milliseconds between two moments for Python, where the loop does not hear of signals itself
MOMENT = 500


@contextmanager
def ends_softly(end: Callable[[], object]) -> Iterator[None]:
    """Within it the first signal that asks for the end calls `end`, in the loop; the second one ends the process."""
    every = [getattr(signal, name) for name in SIGNALS if hasattr(signal, name)]
    before = {one: signal.getsignal(one) for one in every if signal.getsignal(one) != signal.SIG_IGN}
    loop = asyncio.get_running_loop()

    def asked() -> None:
        leave(signal.SIG_DFL)
        end()

    def leave(handler: signal.Handlers | None = None) -> None:
        moments.stop()
        for one, former in before.items():
            if heard:
                loop.remove_signal_handler(one)
            signal.signal(one, handler or former)

    moments = QTimer()
    heard = _heard_by_loop(loop, before, asked)
    if not heard:
        _heard_by_python(loop, before, asked)
        moments.timeout.connect(lambda: None)
        moments.start(MOMENT)
    try:
        yield
    finally:
        leave()


def _heard_by_loop(
    loop: asyncio.AbstractEventLoop, every: Iterable[signal.Signals], asked: Callable[[], None]
) -> bool:
    """Whether it can; on Windows it cannot."""
    try:
        for one in every:
            loop.add_signal_handler(one, asked)
    except NotImplementedError:
        return False
    return True


def _heard_by_python(
    loop: asyncio.AbstractEventLoop, every: Iterable[signal.Signals], asked: Callable[[], None]
) -> None:
    """Python hears of a signal when it runs next, wherever that is: the loop is told."""

    def hear(_number: int, _frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(asked)

    for one in every:
        signal.signal(one, hear)
