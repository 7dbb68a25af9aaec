"""What she does becomes what is seen: the pose of the moment, painted where it has changed, and a timer for the next one."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from zishu_app.character.motion import FRAME, Motion, due, mouth_of, pose_at
from zishu_app.character.pose import Pose
from zishu_app.ui.pet.figure import Figure
from zishu_app.ui.pet.outline import Outline
from zishu_app.ui.pet.patches import EYES, MOUTH, Patches, plain

#: seconds in which one look fades into the next
FADE = 0.18
#: waits from this many seconds on need not be exact
COARSE = 0.1
#: seconds for which a mouth stays at least: fifteen a second are as many as are seen
MOUTH_STAYS = 0.06
#: seconds by which two moments may differ and be the same for a timer
SAME = 0.004


class Moving(QObject):
    """Moves `figure` on `widget`. Nothing runs while nothing is seen, and nothing while nothing changes."""

    #: she has been looked after: at least at every step of a breath while she is seen. Whoever looks at something
    #: now and then does it here, for the process is awake
    beat = Signal()

    def __init__(self, widget: QWidget, figure: Figure, outline: Outline, clock: Callable[[], float]) -> None:
        super().__init__(widget)
        self.figure, self.motion = figure, Motion()
        self._patches = Patches(figure)
        self._widget, self._outline, self._clock = widget, outline, clock
        self._shown = Pose()
        #: what she looked like before she felt otherwise, and when that was
        self._before: tuple[QPixmap, float] | None = None
        #: the mouth of the sound she makes, and since when it is that one
        self._mouth, self._mouthed = "", 0.0
        #: when the timer was set for
        self._due = 0.0
        self._wake = QTimer(self)
        self._wake.setSingleShot(True)
        self._wake.timeout.connect(self._woken)

    def take(self, figure: Figure) -> None:
        """Another figure."""
        self.figure, self._before = figure, None
        self._patches = Patches(figure)
        self.begin()

    def move_on(self, **changes: object) -> None:
        """She does something else; see `Motion`. A change of feeling fades over."""
        motion = replace(self.motion, **changes)  # type: ignore[arg-type]
        if motion.emotion != self.motion.emotion or motion.asleep != self.motion.asleep:
            self._before = (self.figure.still(self._shown, keep=False), self._clock())
            motion = replace(motion, since=self._clock())
        self.motion = motion
        self._tick()

    def speak(self, level: float) -> None:
        """She speaks this loud, from 0 to 1. To be called for every moment of a sound: her mouth changes as often as drawn
        mouths do, and where it stays as it is nothing is done.
        """
        shape, now = mouth_of(self.figure.manifest, level), self._clock()
        begins = not self.motion.speaking or self.motion.level is None
        if begins or (shape != self._mouth and now - self._mouthed >= MOUTH_STAYS):
            self._mouth, self._mouthed = shape, now
            self.move_on(speaking=True, level=level)

    def begin(self) -> None:
        """The window is seen, or has become another one: all of it is painted, and the system told of her outline."""
        self._outline.forget()
        self._widget.update()
        self._tick()

    def rest(self) -> None:
        """Nothing moves that is not seen."""
        self._wake.stop()

    def paint(self, painter: QPainter, changed: QRect) -> None:
        """Paint the moment that is shown."""
        if self._before is None:
            self._patches.show(painter, self._shown, changed)
            return
        painter.drawPixmap(0, 0, self._before[0])
        painter.setOpacity(min((self._clock() - self._before[1]) / FADE, 1.0))
        painter.drawPixmap(0, 0, self.figure.still(self._shown, keep=False))

    def _woken(self) -> None:
        self._tick()
        self.beat.emit()

    def _tick(self) -> None:
        """Paint what has changed, and sleep until something will."""
        if not self._widget.isVisible():
            return
        now = self._clock()
        pose = pose_at(self.figure.manifest, self.motion, now)
        fading = self._before is not None and now - self._before[1] < FADE
        if self._before is not None:
            self._before = self._before if fading else None
            self._show(pose, self._widget.rect())
        elif pose != self._shown:
            self._show(pose, self._changed(pose))
        bare = Pose(pose.emotion, arms=pose.arms, accessory=pose.accessory, marks=pose.marks)
        self._outline.follow(bare, lambda: self.figure.still(bare, keep=False))
        self._sleep(now, FRAME if fading else due(self.motion, now))

    def _sleep(self, now: float, wait: float) -> None:
        """Until the pose changes by itself. A timer that is set for then already is left alone: to set one costs, too."""
        if self._wake.isActive() and abs(now + wait - self._due) < SAME:
            return
        self._due = now + wait
        exact = wait < COARSE
        # a coarse timer may come early, for nothing: it is set for a little later
        self._wake.setTimerType(Qt.TimerType.PreciseTimer if exact else Qt.TimerType.CoarseTimer)
        self._wake.start(max(round(wait * (1000 if exact else 1000 / 0.95)), 1))

    def _show(self, pose: Pose, changed: QRect) -> None:
        """Paint at once: an update would come with the next turn of the loop, for which the process wakes once more."""
        self._shown = pose
        self._widget.repaint(changed)

    def _changed(self, pose: Pose) -> QRect:
        """What is to be painted anew: her eyes, her mouth, or all of her."""
        before, whole = self._shown, self._widget.rect()
        if plain(pose) != plain(before):
            return whole
        if pose.mouth == before.mouth:
            return self._patches.place(pose, EYES) or whole
        if (pose.eyes, pose.gaze) == (before.eyes, before.gaze):
            return self._patches.place(pose, MOUTH) or whole
        return whole
