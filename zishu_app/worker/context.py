"""What a runner has in its hands: a way to tell, and a way to hear that it should stop."""

import threading
from collections.abc import Callable

from zishu_app.jobs.protocol import Event, Metric, Note, Piece, Progress


class JobStopped(BaseException):  # noqa: N818 - as CancelledError: no library's `except Exception` may swallow it
    """The job was asked to stop; raised by `Context.check_cancelled`."""


class Context:
    """Given to a runner; may be used from any of its threads."""

    def __init__(self, emit: Callable[[Event], None]) -> None:
        self._emit = emit
        self._calls: list[Callable[[], None]] = []
        self._lock = threading.Lock()
        #: set when the job should stop; for runners that wait
        self.cancelled = threading.Event()

    def progress(self, done: float, total: float, text: str = "") -> None:
        """Tell how far it is, in absolute values."""
        self._emit(Progress(done, total, text))

    def metric(self, step: int, **values: float) -> None:
        """Tell what was measured at `step`."""
        self._emit(Metric(step, values))

    def note(self, text: str) -> None:
        """Tell the user a sentence."""
        self._emit(Note(text))

    def piece(self, text: str, *, reasoning: bool = False) -> None:
        """Hand over a piece of text."""
        self._emit(Piece(text, reasoning))

    def check_cancelled(self) -> None:
        """To be called at each step. Raises JobStopped."""
        if self.cancelled.is_set():
            raise JobStopped

    def on_cancel(self, call: Callable[[], None]) -> None:
        """Have `call` called when the job should stop, for runners that wait for something else."""
        with self._lock:
            if not self.cancelled.is_set():
                self._calls.append(call)
                return
        call()

    def cancel(self) -> None:
        """Said by the lane: the job should stop."""
        with self._lock:
            self.cancelled.set()
            calls, self._calls = self._calls, []
        for call in calls:
            call()
