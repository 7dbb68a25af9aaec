"""She looks toward the pointer while it moves near her, and ahead again when it has gone or come to rest."""

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QPoint, QTimer, Signal
from PySide6.QtGui import QCursor

from zishu_app.ui.pet.window import PetWindow

#: pixels from her face within which she looks, and at which she looks as far aside as she can
NEAR, ASIDE = 400.0, 220.0
#: steps of a look, each way: more are not seen, and each is a picture to be kept
STEPS = 2
#: milliseconds between two looks while the pointer moves near her; seconds until she looks ahead again
OFTEN, BORED = 100, 4.0
#: seconds between two looks while it does not
SELDOM = 0.9


class Gaze(QObject):
    """Looks after the eyes of `pet`."""

    #: the pointer has moved: somebody is there
    somebody = Signal()

    def __init__(
        self,
        pet: PetWindow,
        *,
        pointer: Callable[[], QPoint] = QCursor.pos,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(pet)
        self._pet, self._pointer, self._clock = pet, pointer, clock
        self._at = pointer()
        self._moved = self._looked = clock() - BORED
        self._near = QTimer(self)
        self._near.setInterval(OFTEN)
        self._near.timeout.connect(self._look)
        pet.beat.connect(self._now_and_then)

    def _now_and_then(self) -> None:
        """At her own pace: no timer runs for a pointer that is elsewhere."""
        if not self._near.isActive() and self._clock() - self._looked >= SELDOM:
            self._look()

    def _look(self) -> None:
        now, at = self._clock(), self._pointer()
        self._looked = now
        if at != self._at:
            self._at, self._moved = at, now
            self.somebody.emit()
        wanted = self._toward(at) if now - self._moved < BORED else None
        if wanted is None or not self._pet.isVisible():
            self._near.stop()
        elif not self._near.isActive():
            self._near.start()
        if wanted != self._pet.motion.gaze:
            self._pet.move_on(gaze=wanted)

    def _toward(self, at: QPoint) -> tuple[float, float] | None:
        """Which way that is, from -1 to 1; None: too far away to care."""
        face = self._pet.point_of("face")
        x, y = at.x() - face.x(), at.y() - face.y()
        if x * x + y * y > NEAR * NEAR:
            return None
        return _step(x / ASIDE), _step(y / ASIDE)


def _step(share: float) -> float:
    return round(min(max(share, -1.0), 1.0) * STEPS) / STEPS
