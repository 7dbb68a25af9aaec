"""The keys of the page. Single letters act wherever the keyboard is, but not while something is written, asked or looked
up: fields, strips and overlays keep their keys (see `ShortcutOverride` there), and no input method composes outside of
fields.
"""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QLineEdit, QPlainTextEdit, QWidget

from zishu_app.ui.tabs.review.commands import COMMANDS, Command


class Keyboard:
    """`do` hears the name of a command; `views`: where one reads. `escape` hears Escape."""

    def __init__(
        self,
        page: QWidget,
        views: Sequence[QWidget],
        do: Callable[[str], object],
        escape: Callable[[], object],
    ) -> None:
        self._do = do
        for command in COMMANDS:
            for keys in command.keys:
                if command.where == "page":
                    self._add(page, command, keys, Qt.ShortcutContext.WindowShortcut)
                else:
                    for view in views:
                        self._add(view, command, keys, Qt.ShortcutContext.WidgetShortcut)
        leave = QShortcut(QKeySequence("Escape"), page)
        leave.activated.connect(escape)

    def _add(self, owner: QWidget, command: Command, keys: str, context: Qt.ShortcutContext) -> None:
        made = QShortcut(QKeySequence(keys), owner)
        made.setContext(context)
        made.setAutoRepeat(command.repeats)
        made.activated.connect(lambda: self._heard(command, keys))

    def _heard(self, command: Command, keys: str) -> None:
        if "Ctrl" in keys or not writing():
            self._do(command.name)


def writing() -> bool:
    """Whether the keyboard is in a field."""
    return isinstance(QApplication.focusWidget(), QLineEdit | QPlainTextEdit | QAbstractSpinBox)
