"""A page of several sections: their names beside each other, the one in front, each built when it is first shown."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedWidget, QWidget

from zishu_app.ui.remembered import Remembered
from zishu_app.ui.widgets.buttons import Segments
from zishu_app.ui.widgets.labels import Say


class Sections(QStackedWidget):
    """The first of `names` is in front where nothing else was. `make` builds one; `kept`: what its name is kept under.

    `tabs` are the names, for the head of the page. `built`: the sections by name that have been shown.
    """

    def __init__(
        self, names: Mapping[str, Say], make: Callable[[str], QWidget], remembered: Remembered, kept: str
    ) -> None:
        super().__init__()
        self._names, self._make = list(names), make
        self._remembered, self._kept = remembered, kept
        self.built: dict[str, QWidget] = {}
        self.tabs = Segments(dict(names), self.open)

    @property
    def front(self) -> str:
        """The name of the section in front; "" before the first was opened."""
        shown = self.currentWidget()
        return next((name for name, one in self.built.items() if one is shown), "")

    def open_last(self) -> None:
        """Bring the section to the front that was there last."""
        self.open(self._remembered.get(self._kept, self._names[0]))

    def open(self, name: str) -> None:
        """Bring a section to the front."""
        wanted = name if name in self._names else self._names[0]
        if wanted not in self.built:
            self.built[wanted] = self._make(wanted)
            self.addWidget(self.built[wanted])
        self.setCurrentWidget(self.built[wanted])
        self.tabs.choose(wanted)
        self._remembered.put(self._kept, wanted)

    def listen(self, page: QWidget, context: Qt.ShortcutContext) -> None:
        """Ctrl+PgDown and Ctrl+PgUp lead to the next and the former one."""
        for keys, step in (("Ctrl+PgDown", 1), ("Ctrl+PgUp", -1)):
            shortcut = QShortcut(QKeySequence(keys), page)
            shortcut.setContext(context)
            shortcut.activated.connect(lambda step=step: self._turn(step))

    def _turn(self, step: int) -> None:
        self.open(self._names[(self._names.index(self.front) + step) % len(self._names)])
