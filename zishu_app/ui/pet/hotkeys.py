"""Her global hotkeys: heard by the desktop in a thread of its own, acted upon in the thread that draws."""

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal

from zishu_app.desktop.base import Desktop, Hotkey


class Hotkeys(QObject):
    """Keys by what they are for; `acts` says what is done."""

    _pressed = Signal(str)

    def __init__(self, desktop: Desktop, acts: Mapping[str, Callable[[], object]]) -> None:
        super().__init__()
        self._desktop, self._acts = desktop, acts
        self.known: dict[str, Hotkey] = {}
        self._pressed.connect(self._act, Qt.ConnectionType.QueuedConnection)

    def follow(self, wanted: Mapping[str, str]) -> None:
        """Listen to these combinations from now on; empty: none."""
        for what, combination in wanted.items():
            before = self.known.get(what)
            if before is not None and before.combination == combination:
                continue
            if before is not None:
                self._desktop.forget(before)
                del self.known[what]
            if combination:
                self.known[what] = self._desktop.listen(combination, partial(self._pressed.emit, what))

    def _act(self, what: str) -> None:
        self._acts[what]()
