"""What is handed to the system to be opened in its own way: files and folders."""

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices


def open_folder(path: Path) -> None:
    """Show a folder; it is made if it is not there yet."""
    path.mkdir(parents=True, exist_ok=True)
    open_file(path)


def open_file(path: Path) -> None:
    """Open a file with whatever opens such files here."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
