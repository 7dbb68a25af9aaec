"""A field of several lines that is kept or given up from the keyboard."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit


class WritingField(QPlainTextEdit):
    """Ctrl+Enter keeps what is written, Escape gives it up."""

    def __init__(self, keep: Callable[[], object], leave: Callable[[], object]) -> None:
        super().__init__()
        self._keep, self._leave = keep, leave

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """See QPlainTextEdit."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._keep()
        elif event.key() == Qt.Key.Key_Escape:
            self._leave()
        else:
            super().keyPressEvent(event)
