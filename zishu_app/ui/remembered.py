"""What the window remembers between two starts: its place, its splitters, the choices made in forms.

A small JSON file in the home folder. A damaged one is forgotten, not complained about: nothing of value is in it.
"""

import asyncio
import json
import threading
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray
from PySide6.QtWidgets import QSplitter, QWidget

from zishu_app.core.files import as_json, write_text


class Remembered:
    """Values by name; written when the window closes, whenever a run starts, and when something is not to be lost."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._text, self._writing = "", threading.Lock()
        self._values: dict[str, Any] = {}
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return
        if isinstance(found, dict):
            self._values = found

    def get(self, name: str, otherwise: Any = None) -> Any:
        """What was put there, if it is of the kind of `otherwise`."""
        found = self._values.get(name, otherwise)
        return found if otherwise is None or isinstance(found, type(otherwise)) else otherwise

    def put(self, name: str, value: Any) -> None:
        """Remember a value JSON can hold."""
        self._values[name] = value

    def write(self) -> None:
        """Put it on the disk."""
        self._text = as_json(self._values)
        self._settle()

    async def write_aside(self) -> None:
        """Put it on the disk beside the loop."""
        self._text = as_json(self._values)
        await asyncio.to_thread(self._settle)

    def _settle(self) -> None:
        """Always what was written last: what waits for its turn does not bring back what stood there before."""
        with self._writing:
            write_text(self._path, self._text)

    def keep_splitter(self, name: str, splitter: QSplitter, sizes: list[int]) -> None:
        """Give a splitter the sizes it had, else `sizes`, and remember each change."""
        known = self.get(name, [])
        fits = len(known) == len(sizes) and all(isinstance(size, int) for size in known) and any(known)
        splitter.setSizes(known if fits else sizes)
        splitter.splitterMoved.connect(lambda *_: self.put(name, splitter.sizes()))

    def restore_place(self, window: QWidget) -> bool:
        """Put a window where it was; says whether it is known."""
        place = self.get("place", "")
        return bool(place) and window.restoreGeometry(QByteArray.fromBase64(place.encode()))

    def keep_place(self, window: QWidget) -> None:
        """Remember where a window is."""
        self.put("place", bytes(window.saveGeometry().toBase64().data()).decode())
