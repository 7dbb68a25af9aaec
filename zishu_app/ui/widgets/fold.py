"""What few people need, folded away under one line that can be opened."""

from collections.abc import Callable

from PySide6.QtWidgets import QLayout, QSizePolicy, QVBoxLayout, QWidget

from zishu_app.ui.follow import wear
from zishu_app.ui.theme import look
from zishu_app.ui.theme.icons import draw_icon
from zishu_app.ui.theme.tokens import GAP
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import boxed, row
from zishu_app.ui.widgets.labels import Say, label


class Fold(QWidget):
    """A line to click, and a layout that comes and goes. `turned` hears whether it is open."""

    def __init__(self, name: Say, inside: QLayout, turned: Callable[[bool], object]) -> None:
        super().__init__()
        self._turned = turned
        self._inside = boxed(inside)
        self._inside.hide()
        self.head = button(name, self._turn, kind="quiet")
        self.opened = False
        self.head.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._note = label("faint")
        line = row(self.head, self._note, None)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.addLayout(line)
        layout.addWidget(self._inside)
        wear(self, self._point)

    def open(self, opened: bool = True) -> None:
        """Open or close it without telling anybody."""
        self.opened = opened
        self._inside.setVisible(opened)
        self._note.setVisible(not opened)
        self._point()

    def note(self, text: str) -> None:
        """A word beside the line while it is closed: what in there is not as usual."""
        self._note.setText(text)

    def _turn(self) -> None:
        self.open(not self.opened)
        self._turned(self.opened)

    def _point(self) -> None:
        name = "chevron-down" if self.opened else "chevron-right"
        draw_icon(self.head, name, (look.now().soft, look.now().faint), size=16)
