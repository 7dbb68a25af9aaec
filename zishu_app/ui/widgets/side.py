"""The side bar: the pages in the order of the loop."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QButtonGroup, QPushButton, QVBoxLayout, QWidget

from zishu_app.core.texts import t
from zishu_app.ui.follow import LOOK, say
from zishu_app.ui.theme import look
from zishu_app.ui.theme.drawings import icon
from zishu_app.ui.theme.tokens import GAP, ROOM
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.labels import Say, set_kind

#: widths with and without words
OPEN, NARROW = 184, 64


@dataclass(frozen=True, slots=True)
class Entry:
    """A page in the bar. `below`: at its foot."""

    name: str
    icon: str
    text: Say
    below: bool = False


class Side(QWidget):
    """The bar itself; where the window is narrow it shows icons only."""

    def __init__(self, entries: Sequence[Entry], go: Callable[[str], object]) -> None:
        super().__init__()
        self.setProperty("kind", "side")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground, True)
        self._entries = entries
        self._narrow = False
        self._buttons: dict[str, QPushButton] = {}
        self._group = QButtonGroup(self)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(GAP, ROOM, GAP, GAP)
        self._layout.setSpacing(4)
        self._home = self._head(go)
        for entry in entries:
            if entry.below:
                self._layout.addStretch(1)
            self._add(entry, go)
        self.setFixedWidth(OPEN)
        LOOK.follow(self, self._colour)

    def _head(self, go: Callable[[str], object]) -> QPushButton:
        """Her mark and name; they lead back to the welcome."""
        head = button(lambda: t("紫舒老师", "Zishu"), lambda: go("welcome"), kind="home")
        head.setIcon(icon("zishu", "", 32))
        head.setIconSize(QSize(32, 32))
        say(head, lambda: self._speak_head(head))
        self._layout.addWidget(head)
        self._layout.addSpacing(ROOM)
        return head

    def _speak_head(self, head: QPushButton) -> None:
        head.setAccessibleName(t("紫舒老师：欢迎页", "Zishu: the welcome"))
        head.setToolTip(t("欢迎页", "The welcome"))
        head.setText("" if self._narrow else "  " + t("紫舒老师", "Zishu"))

    def _add(self, entry: Entry, go: Callable[[str], object]) -> None:
        one = button(entry.text, lambda: go(entry.name), kind="nav")
        one.setCheckable(True)
        one.setIconSize(QSize(20, 20))
        say(one, lambda: self._speak(one, entry))
        self._group.addButton(one)
        self._buttons[entry.name] = one
        self._layout.addWidget(one)

    def _speak(self, one: QPushButton, entry: Entry) -> None:
        one.setAccessibleName(entry.text())
        one.setToolTip(entry.text() if self._narrow else "")
        one.setText("" if self._narrow else f"  {entry.text()}")
        set_kind(one, "nav", narrow="true" if self._narrow else "")

    def mark(self, name: str) -> None:
        """Show which page is in front; the welcome is in no bar."""
        self._group.setExclusive(False)
        for key, one in self._buttons.items():
            one.setChecked(key == name)
        self._group.setExclusive(True)
        self._colour()

    def fit(self, width: int) -> None:
        """Take as much room as a window of this width can spare."""
        narrow = width < 1080
        if narrow == self._narrow:
            return
        self._narrow = narrow
        self._speak_head(self._home)
        self.setFixedWidth(NARROW if narrow else OPEN)
        for entry in self._entries:
            self._speak(self._buttons[entry.name], entry)

    def _colour(self) -> None:
        worn = look.now()
        for entry in self._entries:
            one = self._buttons[entry.name]
            one.setIcon(icon(entry.icon, worn.violet_ink if one.isChecked() else worn.soft, 20))
