"""Threads that jobs run in, kept for the next job: what libraries set up in every new thread takes longer than a short job.

Measured with chromadb: neighbours out of 100,000 vectors take 1 ms of the processor in a thread that did it before, 2 ms in a
new one. The threads are daemons: a runner that hangs must not keep the process from ending.
"""

import contextvars
import queue
import threading
from collections.abc import Callable

#: threads that wait for a job, at most
MOST_IDLE = 4

Work = Callable[[], None]


class Hands:
    """Does any number of things at once; each in a thread that has nothing else to do."""

    def __init__(self, most_idle: int = MOST_IDLE) -> None:
        self._most_idle = most_idle
        self._lock = threading.Lock()
        #: of threads that wait: where each is given what to do. The one that worked last is asked first
        self._idle: list[queue.SimpleQueue[tuple[str, Work]]] = []

    def do(self, name: str, work: Work) -> None:
        """Have it done; `work` raises nothing. `name`: what the thread is called meanwhile."""
        with self._lock:
            given = self._idle.pop() if self._idle else None
        if given is None:
            given = queue.SimpleQueue()
            threading.Thread(target=self._serve, args=(given,), daemon=True).start()
        given.put((name, work))

    def _serve(self, given: "queue.SimpleQueue[tuple[str, Work]]") -> None:
        while True:
            threading.current_thread().name, work = given.get()
            # nothing that a job sets for itself is there for the next one
            contextvars.Context().run(work)
            with self._lock:
                if len(self._idle) >= self._most_idle:
                    return
                self._idle.append(given)
