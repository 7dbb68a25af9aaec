"""Her window: frameless and translucent, as large as she is; it shows how she moves and tells how she is touched.

What is transparent is not hers: clicks beside her go to what lies below. Where there is no compositor, the window is
cut to her outline.
"""

import time
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QPoint, QPointF, QRect, Qt, QTimer, Signal
from PySide6.QtGui import (
    QBitmap,
    QContextMenuEvent,
    QEnterEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QRegion,
)
from PySide6.QtWidgets import QWidget

from zishu_app.character.motion import FRAME, Motion, due, pose_at
from zishu_app.character.pose import Pose, region_at
from zishu_app.ui.pet.carry import Carrier
from zishu_app.ui.pet.drops import Drops
from zishu_app.ui.pet.figure import Figure

#: seconds in which one look fades into the next
FADE = 0.18


class PetWindow(QWidget):
    """She stands here; `carrier` moves her about. `solid`: there is no compositor."""

    #: "head", "cheek", "hand", "body" or "accessory"
    touched = Signal(str)
    #: the menu is asked for, at this point of the screen
    menu_asked = Signal(QPoint)
    #: files and folders let go over her
    dropped = Signal(list)

    def __init__(
        self, figure: Figure, *, solid: bool = False, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(None, Qt.WindowType.FramelessWindowHint | Qt.WindowType.Tool)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground, not solid)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.motion = Motion()
        self.figure = figure
        self.carrier = Carrier(self, clock)
        Drops(self, self.dropped.emit)
        self._solid, self._clock = solid, clock
        self._shown = Pose()
        self._before: tuple[QPixmap, float] | None = None
        self._outline: Pose | None = None
        self._mouths = figure.mouths()
        self._wake = QTimer(self)
        self._wake.setSingleShot(True)
        self._wake.timeout.connect(self._tick)
        self.setFixedSize(figure.size.toSize())

    def show_figure(self, figure: Figure) -> None:
        """Another character, or another size; her feet stay where they are."""
        self.figure = figure
        self._outline, self._before, self._mouths = None, None, figure.mouths()
        self.setFixedSize(figure.size.toSize())
        self.carrier.stand()
        self.move_on()

    def move_on(self, **changes: object) -> None:
        """She does something else; see `Motion`. A change of feeling fades over."""
        motion = replace(self.motion, **changes)  # type: ignore[arg-type]
        if motion.emotion != self.motion.emotion or motion.asleep != self.motion.asleep:
            self._before = (self.figure.still(self._shown), self._clock())
            motion = replace(motion, since=self._clock())
        self.motion = motion
        self._tick()

    def point_of(self, name: str) -> QPoint:
        """A point of hers on the screen: "head", "mouth" or "feet"."""
        across, down = {"head": (0.5, 0.06), "mouth": (0.5, 0.5), "feet": (0.5, 1.0)}[name]
        return self.mapToGlobal(QPoint(round(self.width() * across), round(self.height() * down)))

    def region(self, point: QPointF) -> str:
        """What is touched at a point of the window."""
        x, y = point.x() / self.figure.scale, point.y() / self.figure.scale
        if self.motion.accessory and self.figure.covers_accessory(x, y):
            return "accessory"
        return region_at(self.figure.manifest, x, y)

    def _tick(self) -> None:
        """Paint what has changed, and sleep until something will."""
        if not self.isVisible():
            return
        now = self._clock()
        pose = pose_at(self.figure.manifest, self.motion, now)
        fading = self._before is not None and now - self._before[1] < FADE
        if pose != self._shown or self._before is not None:
            speaks = self.motion.speaking and self._before is None
            only_mouth = speaks and replace(pose, mouth=self._shown.mouth) == self._shown
            self._shown = pose
            self._before = self._before if fading else None
            self._show(self._mouths if only_mouth else self.rect())
        wait = FRAME if fading else due(self.motion, now)
        exact = Qt.TimerType.PreciseTimer if wait <= FRAME else Qt.TimerType.CoarseTimer
        self._wake.setTimerType(exact)
        self._wake.start(max(round(wait * 1000), 1))

    def _show(self, changed: QRect) -> None:
        """Paint a part of the window anew; her outline follows when it has changed by more than a breath."""
        self.update(changed)
        pose = self._shown
        kind = Pose(pose.emotion, arms=pose.arms, accessory=pose.accessory, marks=pose.marks)
        if kind == self._outline:
            return
        self._outline = kind
        region = _region(self.figure.still(kind))
        if not self._solid:  # breath, hair and soft edges need a little more room
            for dx, dy in ((6, 0), (-6, 0), (0, 6), (0, -8), (4, 4), (-4, 4), (4, -4), (-4, -4)):
                region = region.united(region.translated(dx, dy))
        self.setMask(region)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """See QWidget."""
        painter = QPainter(self)
        share = 1.0
        if self._before is not None:
            share = min((self._clock() - self._before[1]) / FADE, 1.0)
            painter.drawPixmap(0, 0, self._before[0])
            painter.setOpacity(share)
        if share == 1.0 and self.motion.speaking:
            self.figure.paint_speaking(painter, self._shown)
        else:
            painter.drawPixmap(0, 0, self.figure.still(self._shown))
        painter.end()

    def showEvent(self, _event: object) -> None:  # noqa: N802 - Qt's name
        """See QWidget."""
        self._tick()

    def hideEvent(self, _event: object) -> None:  # noqa: N802 - Qt's name
        """Nothing moves that is not seen."""
        self._wake.stop()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """See QWidget."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.carrier.press(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """See QWidget."""
        self.carrier.drag(event.position(), event.globalPosition())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Let go, or only touched."""
        if event.button() == Qt.MouseButton.LeftButton:
            at = self.carrier.release()
            if at is not None and (region := self.region(at)):
                self.touched.emit(region)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 - Qt's name
        """See QWidget."""
        self.menu_asked.emit(event.globalPos())

    def enterEvent(self, _event: QEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Behind an edge she comes out when the pointer is there ..."""
        self.carrier.come_out()

    def leaveEvent(self, _event: object) -> None:  # noqa: N802 - Qt's name
        """... and goes back when it has left."""
        self.carrier.go_back()


def _region(pixmap: QPixmap) -> QRegion:
    """Where a pixmap is not transparent, in pixels of the widget."""
    plain = pixmap.scaled(pixmap.deviceIndependentSize().toSize())
    plain.setDevicePixelRatio(1)
    return QRegion(QBitmap.fromPixmap(plain.mask()))
