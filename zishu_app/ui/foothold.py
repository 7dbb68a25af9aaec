"""Where the keyboard is, it stays: also while what had it cannot be used, or has gone.

A button that is pressed is often disabled while its work goes on, or gives way to another one. Qt then moves the
keyboard to whatever comes next in the order of Tab: the page scrolls there by itself, and the space bar presses
something nobody chose. Here it waits beside the place instead, where no key does anything; it goes back as soon as
what had it can be used again, and Tab goes on from there. Whoever sets the focus on purpose is not hindered.
"""

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

#: what a widget hears when it may be usable again
_BACK = (QEvent.Type.EnabledChange, QEvent.Type.Show, QEvent.Type.ShowToParent)


class Foothold(QObject):
    """Of one window, which asks in its `focusNextPrevChild`."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        #: what had the keyboard last; what lost it though nobody moved it; and what has it meanwhile
        self._had: QWidget | None = None
        self._lost: QWidget | None = None
        self._stand: QWidget | None = None
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        app.focusObjectChanged.connect(self._moved)

    def keeps(self, *, forward: bool) -> bool | None:
        """None: Qt may go on as it does. False: nobody moved the keyboard, and it waits. True: Tab went on from where it
        had been.
        """
        has: QWidget | None = self._window.focusWidget()
        if has is None:
            return None
        if not self._usable(has):
            self._wait_for(has)
            return False
        lost = self._lost
        if has is self._stand and lost is not None and shiboken6.isValid(lost):
            return self._go_on(lost, forward=forward)
        return None

    def _wait_for(self, lost: QWidget) -> None:
        """The nearest thing around it that can be seen has the keyboard meanwhile."""
        around = lost.parentWidget()
        while around is not None and around is not self._window and not self._usable(around):
            around = around.parentWidget()
        if around is None:
            return
        former = self._lost
        if lost is not self._stand or former is None or not shiboken6.isValid(former):
            self._lost = lost
            lost.installEventFilter(self)
        self._stand = around
        around.setFocus(Qt.FocusReason.OtherFocusReason)

    def _go_on(self, lost: QWidget, *, forward: bool) -> bool | None:
        """Tab from the place that was lost."""
        one = _after(lost, forward=forward)
        while one is not None and one is not lost:
            stops = bool(one.focusPolicy() & Qt.FocusPolicy.TabFocus) and one.focusProxy() is None
            if stops and one.window() is self._window and self._usable(one):
                reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
                one.setFocus(reason)
                return True
            one = _after(one, forward=forward)
        return None

    def _moved(self, now: QObject | None) -> None:
        """Of what lies in something that is disabled as a whole Qt takes the keyboard without asking the window."""
        window, had = self._window, self._had
        if now is window:
            if had is not None and shiboken6.isValid(had) and not self._usable(had):
                self._wait_for(had)
        elif isinstance(now, QWidget) and window.isAncestorOf(now):
            self._had = now

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """It goes back, unless somebody has moved it."""
        if event.type() in _BACK and watched is self._lost:
            lost, waits = self._lost, self._window.focusWidget() is self._stand
            if not waits:
                self._forget()
            elif self._usable(lost):
                self._forget()
                lost.setFocus(Qt.FocusReason.OtherFocusReason)
        return super().eventFilter(watched, event)

    def _forget(self) -> None:
        if self._lost is not None:
            self._lost.removeEventFilter(self)
        self._lost = self._stand = None

    def _usable(self, one: QWidget) -> bool:
        return one.isEnabled() and one.isVisibleTo(self._window)


def _after(one: QWidget, *, forward: bool) -> QWidget | None:
    return one.nextInFocusChain() if forward else one.previousInFocusChain()
