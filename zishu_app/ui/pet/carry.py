"""She is taken up, carried, let go, thrown; she falls, comes to rest, peeks from an edge. Moves a widget, draws nothing."""

import time
from collections import deque
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QPointF, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from zishu_app.ui.pet.flight import Flight, Room, step, thrown
from zishu_app.ui.pet.place import Area, Place, corner, found
from zishu_app.ui.pet.slide import Slide

#: pixels a press may wander and still be a touch, and seconds over which the speed of a throw is measured
SLIP, SWING = 5, 0.09
#: milliseconds between two steps of a fall
BEAT = 16


class Carrier(QObject):
    """What carries `widget` about. `clock`: seconds of a clock that does not jump."""

    #: she was moved, or has come to rest somewhere else
    moved = Signal()
    #: she is taken up, or let go
    held = Signal(bool)

    def __init__(self, widget: QWidget, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(widget)
        self.place = Place()
        #: falls when she is let go in mid-air
        self.gravity = True
        self._widget, self._clock = widget, clock
        self._grip: QPointF | None = None
        self._dragging = False
        self._trail: deque[tuple[float, QPointF]] = deque(maxlen=12)
        self._flight: Flight | None = None
        self._last = 0.0
        self._beat = QTimer(self)
        self._beat.setInterval(BEAT)
        self._beat.setTimerType(Qt.TimerType.PreciseTimer)
        self._beat.timeout.connect(self._fall)
        self._slide = Slide(widget)
        self._slide.moved.connect(self.moved)

    @property
    def busy(self) -> bool:
        """Whether she is in somebody's hand or in the air."""
        return self._grip is not None or self._flight is not None

    def stand(self, place: Place | None = None) -> None:
        """Go to a place; to her own, where it has come out of sight."""
        if place is not None:
            self.place = place
        self._land()
        self._slide.stop()
        self._widget.move(*corner(self.place, areas(), self._size()))

    def press(self, at: QPointF) -> None:
        """Taken at a point of the widget."""
        self._land()
        self._slide.stop()
        self._grip, self._dragging = at, False
        self._trail.clear()

    def drag(self, at: QPointF, on_screen: QPointF) -> None:
        """The pointer has moved: she hangs by the point where she was taken."""
        if self._grip is None:
            return
        if not self._dragging:
            if (at - self._grip).manhattanLength() <= SLIP:
                return
            self._dragging = True
            self.held.emit(True)
            window = self._widget.windowHandle()
            if QGuiApplication.platformName() == "wayland" and window is not None:
                window.startSystemMove()  # there a window cannot move itself
                return
        self._trail.append((self._clock(), on_screen))
        self._widget.move((on_screen - self._grip).toPoint())
        self.moved.emit()

    def release(self) -> QPointF | None:
        """Let go: thrown or put down. Where she was only touched, the point."""
        grip, self._grip = self._grip, None
        if grip is None or not self._dragging:
            return grip
        self._dragging = False
        self.held.emit(False)
        self._let_go(*self._speed())
        return None

    def come_out(self) -> None:
        """From behind an edge, wholly into sight."""
        if self.place.edge and not self.busy:
            room = self._room()
            self._slide.out(round(min(max(self._widget.x(), room.left), room.right)))

    def go_back(self) -> None:
        """The pointer has left her: behind her edge again, unless it is just beside her."""
        if self.place.edge and not self.busy:
            self._slide.back(corner(self.place, areas(), self._size())[0])

    def _size(self) -> tuple[int, int]:
        return self._widget.width(), self._widget.height()

    def _speed(self) -> tuple[float, float]:
        """Pixels per second at the end of a drag."""
        now = self._clock()
        recent = [(when, at) for when, at in self._trail if now - when < SWING]
        if len(recent) < 2:
            return 0.0, 0.0
        (first, begin), (last, end) = recent[0], recent[-1]
        seconds = max(last - first, 0.008)
        return (end.x() - begin.x()) / seconds, (end.y() - begin.y()) / seconds

    def _let_go(self, vx: float, vy: float) -> None:
        self._settle()
        if self.place.edge or not self.gravity:
            self.stand()
            self.moved.emit()
            return
        self._flight = thrown(Flight(self._widget.x(), self._widget.y()), vx, vy)
        self._last = self._clock()
        self._beat.start()

    def _fall(self) -> None:
        if self._flight is None:
            return
        now = self._clock()
        # a machine that stood still for a moment does not send her through the floor
        self._flight = step(self._flight, self._room(), min(now - self._last, 0.05))
        self._last = now
        self._widget.move(round(self._flight.x), round(self._flight.y))
        if self._flight.resting:
            self._land()
            self._settle()
        self.moved.emit()

    def _land(self) -> None:
        self._flight = None
        self._beat.stop()

    def _settle(self) -> None:
        self.place = found(self._widget.x(), self._widget.y(), areas(), self._size())

    def _room(self) -> Room:
        """Where her corner may be on the screen she is on."""
        every = areas()
        area = next((one for one in every if one.name == self.place.screen), every[0])
        width, height = self._size()
        return Room(
            area.left,
            area.top,
            area.left + max(area.width - width, 0),
            area.top + max(area.height - height, 0),
        )


def areas() -> Sequence[Area]:
    """The free part of every screen, the primary one first."""
    first = QGuiApplication.primaryScreen()
    screens = sorted(QGuiApplication.screens(), key=lambda one: one is not first)
    return [_area(one.name(), one.availableGeometry()) for one in screens]


def _area(name: str, free: QRect) -> Area:
    return Area(name, free.left(), free.top(), free.width(), free.height())
