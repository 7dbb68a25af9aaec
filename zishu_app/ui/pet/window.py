"""Her window: frameless and translucent, as large as she is; it shows how she moves and tells how she is touched.

What is transparent is not hers: clicks beside her go to what lies below, see `outline`.
"""

import time
from collections.abc import Callable

from PySide6.QtCore import QPoint, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDropEvent,
    QEnterEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QWidget

from zishu_app.character.motion import Motion
from zishu_app.character.pose import region_at
from zishu_app.ui.pet.carry import Carrier
from zishu_app.ui.pet.drops import paths_in
from zishu_app.ui.pet.figure import Figure
from zishu_app.ui.pet.moving import Moving
from zishu_app.ui.pet.outline import Outline, Shape

#: milliseconds after which Qt has told the system what it had to tell
SPOKEN = 60


class PetWindow(QWidget):
    """She stands here; `carrier` moves her about. `solid`: there is no compositor. `shape`: see `outline`."""

    #: "head", "cheek", "hand", "body" or "accessory"
    touched = Signal(str)
    #: the menu is asked for, at this point of the screen
    menu_asked = Signal(QPoint)
    #: files and folders let go over her
    dropped = Signal(list)
    #: see `Moving.beat`
    beat = Signal()

    def __init__(
        self,
        figure: Figure,
        *,
        solid: bool = False,
        clock: Callable[[], float] = time.monotonic,
        shape: Shape | None = None,
    ) -> None:
        super().__init__(None, Qt.WindowType.FramelessWindowHint | Qt.WindowType.Tool)
        # also without a compositor: one may come
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.carrier = Carrier(self, clock)
        self.setAcceptDrops(True)
        #: she has been seen
        self.painted = False
        self._outline = Outline(self, shape, solid=solid)
        self._moving = Moving(self, figure, self._outline, clock)
        self._moving.beat.connect(self.beat)
        self.setFixedSize(figure.size.toSize())

    @property
    def figure(self) -> Figure:
        """What she looks like."""
        return self._moving.figure

    @property
    def motion(self) -> Motion:
        """What she is doing."""
        return self._moving.motion

    def show_figure(self, figure: Figure) -> None:
        """Another character, or another size; her feet stay where they are."""
        self.setFixedSize(figure.size.toSize())
        self._moving.take(figure)
        self.carrier.stand()

    def move_on(self, **changes: object) -> None:
        """She does something else; see `Motion`. A change of feeling fades over."""
        self._moving.move_on(**changes)

    def speak(self, level: float) -> None:
        """She speaks this loud at this moment, from 0 to 1."""
        self._moving.speak(level)

    def set_solid(self, solid: bool) -> None:
        """The compositor has gone, or one has come."""
        if solid != self._outline.solid:
            self._outline.solid = solid
            self._moving.begin()

    def set_flag(self, flag: Qt.WindowType, on: bool) -> None:
        """On top, or transparent for the mouse. Changed in place: a window that is made anew flickers and moves."""
        flags = self.windowFlags() | flag if on else self.windowFlags() & ~flag
        if flags == self.windowFlags():
            return
        self.overrideWindowFlags(flags)
        if (handle := self.windowHandle()) is not None:
            handle.setFlags(flags)
        # Qt tells the system something of her outline, too, when it goes on: we have the last word
        QTimer.singleShot(SPOKEN, self, self._moving.begin)

    def point_of(self, name: str) -> QPoint:
        """A point of hers on the screen: "head", "face", "mouth" or "feet"."""
        points = {"head": (0.5, 0.06), "face": (0.5, 0.42), "mouth": (0.5, 0.5), "feet": (0.5, 1.0)}
        across, down = points[name]
        return self.mapToGlobal(QPoint(round(self.width() * across), round(self.height() * down)))

    def region(self, point: QPointF) -> str:
        """What is touched at a point of the window."""
        x, y = point.x() / self.figure.scale, point.y() / self.figure.scale
        if self.motion.accessory and self.figure.covers_accessory(x, y):
            return "accessory"
        return region_at(self.figure.manifest, x, y)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """See QWidget."""
        painter = QPainter(self)
        self._moving.paint(painter, event.rect())
        painter.end()
        self.painted = True

    def showEvent(self, _event: object) -> None:  # noqa: N802 - Qt's name
        """See QWidget."""
        self._moving.begin()

    def hideEvent(self, _event: object) -> None:  # noqa: N802 - Qt's name
        """See QWidget."""
        self._moving.rest()

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

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """See QWidget."""
        paths_in(event)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """See QWidget."""
        if paths := paths_in(event):
            self.dropped.emit(paths)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 - Qt's name
        """See QWidget."""
        self.menu_asked.emit(event.globalPos())

    def enterEvent(self, _event: QEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Behind an edge she comes out when the pointer is there ..."""
        self.carrier.come_out()

    def leaveEvent(self, _event: object) -> None:  # noqa: N802 - Qt's name
        """... and goes back when it has left."""
        self.carrier.go_back()
