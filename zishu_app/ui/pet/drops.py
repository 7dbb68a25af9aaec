"""Files and folders that are let go over her; nothing else can be given to her."""

from pathlib import Path

from PySide6.QtGui import QDropEvent


def paths_in(event: QDropEvent) -> list[Path]:
    """What is held over her, or let go; taken if there is anything."""
    paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
    if paths:
        event.acceptProposedAction()
    return paths
