"""A training as it goes: what was measured, how far it is, what was noted. Told by the events of its run; knows no Qt."""

from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from time import monotonic

from zishu_app.jobs import journal
from zishu_app.jobs.protocol import Metric, Note
from zishu_app.training.run import Measured, Noted, Stepped, TrainingEvent
from zishu_app.ui.widgets.trace import Smoothed, Trace

#: steps over which the pace is taken
PACE = 40
#: what is measured, beside the loss
PLAIN = ("eval_loss", "learning_rate", "gradient_norm", "tokens_per_s", "memory_mb")


class Curves:
    """Everything that was measured, by name."""

    def __init__(self) -> None:
        self.loss = Smoothed()
        self.by_name: dict[str, Trace] = {name: Trace() for name in PLAIN}

    def put(self, step: int, values: dict[str, float]) -> None:
        """What was measured at a step; names nobody knows are passed over."""
        for name, value in values.items():
            if name == "loss":
                self.loss.put(step, value)
            elif name in self.by_name:
                self.by_name[name].put(step, value)

    @property
    def last_step(self) -> int:
        """The last step that was measured; 0: none was."""
        return self.loss.raw.last_step or 0


class RunState:
    """How it stands. `curves` and `notes`: of former sittings."""

    def __init__(
        self,
        curves: Curves | None = None,
        notes: Sequence[str] = (),
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self.curves = curves or Curves()
        self.done = self.curves.last_step
        self.total = 0
        #: what it does now, in the worker's words, where it is no step
        self.text = ""
        self.notes = list(notes)
        self._clock = clock
        #: steps up to here are told again, as fast as they can be read: no pace follows from them
        self.known = 0
        self._marks: deque[tuple[float, int]] = deque(maxlen=PACE)

    def hear(self, event: TrainingEvent) -> None:
        """Take an event into account."""
        match event:
            case Stepped(done, total, text):
                self._step(done, total, text)
            case Measured(step, values):
                self.curves.put(step, values)
            case Noted(text):
                self.notes.append(text)
            case _:
                pass

    @property
    def share(self) -> float:
        """0 to 1."""
        return min(self.done / self.total, 1.0) if self.total else 0.0

    def seconds_left(self) -> float | None:
        """By the pace of the last steps; None while nobody can tell."""
        if len(self._marks) < 2:
            return None
        (began, first), (now, last) = self._marks[0], self._marks[-1]
        return (now - began) / (last - first) * (self.total - self.done) if last > first else None

    def _step(self, done: int, total: int, text: str) -> None:
        if total <= 1:  # it is made ready: no steps are counted yet
            self.text = text
            return
        self.done, self.total, self.text = done, total, ""
        if done > self.known:
            if self._marks and done <= self._marks[-1][1]:
                self._marks.clear()
            self._marks.append((self._clock(), done))


def read_state(jobs: Sequence[str], folder: Path) -> RunState:
    """What the jobs of a training told, the first one first. Reads the disk: for a thread."""
    curves, notes = Curves(), []
    for job in jobs:
        for event in journal.read_events(folder / job):
            if isinstance(event, Metric):
                curves.put(event.step, event.values)
            elif isinstance(event, Note):
                notes.append(event.text)
    return RunState(curves, notes)
