"""A ground that hears keys itself: what lies over a page gives its keys to no shortcut."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QWidget


class Keyed(QFrame):
    """`keys`: what each does; also while the keyboard is at one of `inside`."""

    def __init__(self, keys: Mapping[Qt.Key, Callable[[], object]]) -> None:
        super().__init__()
        self._keys = keys
        self.setProperty("kind", "card")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def listen(self, *inside: QWidget) -> None:
        """Hear the keys of these too, before they do."""
        for one in inside:
            one.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """See `listen`."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and self._heard(event):
            return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """See QWidget."""
        if not self._heard(event):
            super().keyPressEvent(event)

    def _heard(self, event: QKeyEvent) -> bool:
        held = event.modifiers() & ~(Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier)
        do = None if held else self._keys.get(Qt.Key(event.key()))
        if do is not None:
            do()
        return do is not None
