"""How she behaves on a desktop that is not hers alone: she hides from what fills the screen, is quiet when quiet is asked
for, sleeps when nobody is there, lets the mouse through, stays in sight and sharp whatever happens to the screens.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication

from zishu_app.core.setting_her import Companion
from zishu_app.desktop.base import Desktop
from zishu_app.ui.pet.body import Body
from zishu_app.ui.pet.gaze import Gaze
from zishu_app.ui.pet.screens import Screens, filling

#: seconds between two looks at what fills the screen, and between two questions that take longer
LOOK, ASK = 2.0, 20.0
#: seconds without a key or the pointer after which she sleeps
SLEEP = 600.0
#: how much of her is seen while the mouse goes through her, on systems that can do so
THROUGH, FADING = 0.6, ("xcb", "windows", "cocoa")

#: starts something slow for an object that it ends with
Start = Callable[[QObject, Coroutine[Any, Any, None]], object]


@dataclass(frozen=True)
class System:
    """What manners need beside her body."""

    desktop: Desktop
    settings: Callable[[], Companion]
    start: Start
    #: seconds of a clock that does not jump
    clock: Callable[[], float] = time.monotonic


class Manners(QObject):
    """Looks after her body. `shown` is the wish; whether she is seen hangs on what fills the screen, too."""

    #: she has gone out of sight, or come back
    gone = Signal(bool)
    #: she fell asleep, or woke up
    slept = Signal(bool)
    #: windows are to be cut to their outlines from now on, for the compositor has gone; or no longer
    cut = Signal(bool)
    #: one of her switches was turned, by whomever
    turned = Signal()

    def __init__(self, body: Body, system: System) -> None:
        super().__init__()
        self.body, self._system = body, system
        self.disturb_not = self.through = False
        #: she learns at night: she does not fall asleep over it
        self.studying = False
        self.shown = True
        self.filling = ""
        #: seconds for which nobody was there when it was asked last; None: not known
        self.idle: float | None = None
        #: there is no compositor
        self.solid = not system.desktop.has_compositor()
        #: the system was asked to be quiet
        self._hushed = False
        #: when somebody was there last, as far as she saw; and when she came
        self._used = self._came = self._looked = self._asked = system.clock()
        self.gaze = Gaze(body.window, clock=system.clock)
        self.gaze.somebody.connect(self.wake)
        self._hidden = self._timer(round(LOOK * 1000), self._look)
        self.screens = Screens(self, body.fit)
        body.window.beat.connect(self._beat)
        body.window.touched.connect(self.wake)
        body.window.carrier.moved.connect(self._moved)
        self.follow()

    @property
    def quiet(self) -> bool:
        """Whether nobody wants to be talked to now."""
        return self.disturb_not or self._hushed or bool(self.filling) or not self.shown

    @property
    def asleep(self) -> bool:
        """Whether she sleeps."""
        return self.body.window.motion.asleep

    def follow(self) -> None:
        """Be as the settings have it."""
        settings = self._system.settings()
        self.body.follow(settings)
        self.body.window.carrier.gravity = settings.gravity
        self.body.window.set_flag(Qt.WindowType.WindowStaysOnTopHint, settings.on_top)
        if not settings.hide_for_full_screen:
            self._fill("")

    def show(self, shown: bool) -> None:
        """Have her on the desktop, or not."""
        if shown and not self.shown:
            self._came = self._system.clock()
        self.shown = shown
        if shown:
            self._look()  # first: she is not seen for a moment over what fills the screen
        self._appear()
        self.turned.emit()

    def set_quiet(self, on: bool) -> None:
        """Whether she keeps still until she is talked to."""
        self.disturb_not = on
        self.turned.emit()

    def set_through(self, on: bool) -> None:
        """Whether the mouse goes through her; she is seen through, too, so that this is no riddle."""
        self.through = on
        self.body.window.set_flag(Qt.WindowType.WindowTransparentForInput, on)
        if QGuiApplication.platformName() in FADING:
            self.body.window.setWindowOpacity(THROUGH if on else 1.0)
        self.turned.emit()

    def wake(self, *_: object) -> None:
        """Somebody is there."""
        self._used = self._system.clock()
        if self.asleep:
            self.body.window.move_on(asleep=False)
            self.slept.emit(False)

    def _timer(self, milliseconds: int, act: Callable[[], object]) -> QTimer:
        timer = QTimer(self)
        timer.setInterval(milliseconds)
        timer.timeout.connect(act)
        return timer

    def _beat(self) -> None:
        """At her own pace, while she is seen; a timer of its own looks while she hides."""
        now = self._system.clock()
        if now - self._looked >= LOOK:
            self._looked = now
            self._look()
        if now - self._asked >= ASK:
            self._asked = now
            self._system.start(self, self._ask())

    def _look(self) -> None:
        """What takes microseconds: what fills the screen, and whether windows can be translucent."""
        desktop, window = self._system.desktop, self.body.window
        if self._system.settings().hide_for_full_screen:
            self._fill(filling(desktop, window))
        window.set_solid(solid := not desktop.has_compositor())
        if solid != self.solid:
            self.solid = solid
            self.cut.emit(solid)

    async def _ask(self) -> None:
        """What may take longer: whether anybody is there, and whether the system is to be quiet."""
        desktop = self._system.desktop
        self.idle, self._hushed = await asyncio.to_thread(
            lambda: (desktop.idle_seconds(), desktop.do_not_disturb())
        )
        now = self._system.clock()
        # who was away before she came has not sent her to sleep
        idle = now - self._used if self.idle is None else min(self.idle, now - self._came)
        if idle < ASK:
            self.wake()
        elif idle >= SLEEP and not (self.asleep or self.studying or self.body.window.motion.speaking):
            self.body.window.move_on(asleep=True, activity="", gaze=None)
            self.slept.emit(True)

    def _fill(self, name: str) -> None:
        if name != self.filling:
            self.filling = name
            self._appear()

    def _appear(self) -> None:
        """Be seen, or not."""
        seen, window = self.shown and not self.filling, self.body.window
        if seen != window.isVisible():
            window.setVisible(seen)
            self.gone.emit(not seen)
        if self.shown and self.filling:
            self._hidden.start()
        else:
            self._hidden.stop()

    def _moved(self) -> None:
        """Let go on a screen with another scaling, she is drawn anew for that."""
        window = self.body.window
        if not window.carrier.busy and window.screen().devicePixelRatio() != window.figure.ratio:
            self.screens.settle()
