"""Files and folders that are let go over a widget; nothing else can be given to it."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QWidget


class Drops(QObject):
    """`take` gets the paths. Lives as long as the widget."""

    def __init__(self, widget: QWidget, take: Callable[[list[Path]], object]) -> None:
        super().__init__(widget)
        self._take = take
        widget.setAcceptDrops(True)
        widget.installEventFilter(self)

    def eventFilter(self, _widget: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """See QObject."""
        if not isinstance(event, QDropEvent):
            return False
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths and event.type() == QEvent.Type.DragEnter:
            event.acceptProposedAction()
        elif paths and event.type() == QEvent.Type.Drop:
            event.acceptProposedAction()
            self._take(paths)
        return bool(paths)
