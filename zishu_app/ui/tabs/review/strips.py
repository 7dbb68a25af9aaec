"""The place between text and foot where a question is asked in passing: one at a time, answered with the keyboard."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from zishu_app.ui.widgets.cards import column


class Strips(QWidget):
    """Takes no room while nothing is asked, and no more than what is asked needs. `left`: called when a strip has
    gone, to give the keyboard back.
    """

    def __init__(self, left: Callable[[], object]) -> None:
        super().__init__()
        self._left = left
        self._current: QWidget | None = None
        self._column = column(gap=0)
        self.setLayout(self._column)
        self.hide()

    def open(self, strip: QWidget, focus: QWidget) -> None:
        """Ask this; `focus` gets the keyboard."""
        if strip.parentWidget() is not self:
            self._column.addWidget(strip)
        if self._current is not None and self._current is not strip:
            self._current.hide()
        self._current = strip
        strip.show()
        self.show()
        focus.setFocus()

    def close_(self, strip: QWidget | None = None) -> bool:
        """Nothing is asked any more; says whether something was. `strip`: only if it is this."""
        if self._current is None or (strip is not None and self._current is not strip):
            return False
        self._current.hide()
        self._current = None
        self.hide()
        self._left()
        return True

    def leave_sample(self) -> None:
        """Another sample is read: what was asked about the one before is void. What concerns all of them stays."""
        if self._current is not None and not self._current.property("lasts"):
            self.close_()

    def showing(self, strip: QWidget) -> bool:
        """Whether this is what is asked."""
        return self._current is strip

    def event(self, event: QEvent) -> bool:
        """While something is asked, keys are answers and no commands; those with Ctrl and Escape stay the page's."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and is_plain(event):
            event.accept()
            return True
        return super().event(event)


def is_plain(event: QKeyEvent) -> bool:
    """A key that answers something where something is asked."""
    held = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    return event.key() != Qt.Key.Key_Escape and not event.modifiers() & held
