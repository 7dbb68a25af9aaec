"""Buttons: what they say, which icon they carry, what they do."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton, QSizePolicy, QToolButton

from zishu_app.ui.follow import say
from zishu_app.ui.theme.icons import put_icon
from zishu_app.ui.theme.tokens import GAP
from zishu_app.ui.widgets.labels import Say

Do = Callable[[], object]

#: which colour of the look an icon has on a kind of button
ICON_TOKENS = {"primary": "on_violet"}


class _Button(QPushButton):
    """Enter presses it too, not the space bar alone; held, it presses once."""

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """See QWidget."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.isAutoRepeat():
                self.click()
        else:
            super().keyPressEvent(event)


def button(text: Say, do: Do, *, icon: str = "", kind: str = "", hint: Say | None = None) -> QPushButton:
    """A button. `kind`: primary, quiet, link, or "" for an ordinary one; `hint` explains it on hover."""
    made = _Button()
    if kind:
        made.setProperty("kind", kind)
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    say(made, lambda: made.setText(text()))
    if hint is not None:
        say(made, lambda: made.setToolTip(hint()))
    if icon:
        put_icon(made, icon, ICON_TOKENS.get(kind, "soft"), words=True)
    made.clicked.connect(lambda *_: do())
    return made


def icon_button(icon: str, name: Say, do: Do, *, size: int = 18) -> QToolButton:
    """An icon alone; its name is its tool tip and what a screen reader says."""
    made = QToolButton()
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    put_icon(made, icon, "soft", size)

    def speak() -> None:
        made.setToolTip(name())
        made.setAccessibleName(name())

    say(made, speak)
    made.clicked.connect(lambda *_: do())
    return made


class Segments(QFrame):
    """A choice of a few, all of them in sight."""

    def __init__(self, options: dict[str, Say], picked: Callable[[str], object]) -> None:
        super().__init__()
        self.setProperty("kind", "well")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)  # beside a tall text too
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 4, 4, 4)
        row.setSpacing(2)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QPushButton] = {}
        for key, text in options.items():
            one = button(text, lambda key=key: picked(key), kind="segment")  # type: ignore[misc]
            one.setCheckable(True)
            say(one, lambda one=one: one.setMinimumWidth(_bold_width(one)))  # type: ignore[misc]
            self._group.addButton(one)
            self._buttons[key] = one
            row.addWidget(one)
        next(iter(self._buttons.values())).setChecked(True)

    @property
    def value(self) -> str:
        """The key of what is chosen."""
        return next(key for key, one in self._buttons.items() if one.isChecked())

    def show_option(self, key: str, shown: bool) -> None:
        """Whether it can be chosen now."""
        if self._buttons[key].isHidden() == shown:
            self._buttons[key].setVisible(shown)

    def choose(self, key: str) -> None:
        """Choose without telling anybody."""
        if key in self._buttons:
            before = next((one for one in self._buttons.values() if one.hasFocus()), None)
            self._buttons[key].setChecked(True)
            if before is not None:  # the ring goes along
                self._buttons[key].setFocus()


def _bold_width(one: QPushButton) -> int:
    """What is chosen is written bolder; its room must not depend on it, or the others would move."""
    bold = one.font()
    bold.setWeight(QFont.Weight.DemiBold)
    return QFontMetrics(bold).horizontalAdvance(one.text()) + 2 * GAP + 6
