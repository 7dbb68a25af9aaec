"""Hears of every window that is shown, however short: a part that is shown before it has its place is one for a moment."""

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget


class _Ear(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.shown: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            text = getattr(watched, "text", str)
            self.shown.append(f"{type(watched).__name__} {text() if callable(text) else text}".strip())
        return False


@contextmanager
def windows_shown() -> Iterator[list[str]]:
    """The kind of each, and what it says."""
    ear, app = _Ear(), QApplication.instance()
    assert app is not None
    app.installEventFilter(ear)
    try:
        yield ear.shown
    finally:
        app.removeEventFilter(ear)
