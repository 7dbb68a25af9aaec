"""Labels that say their text in the language of the moment."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from zishu_app.ui.follow import say

Say = Callable[[], str]


def set_kind(widget: QWidget, kind: str, **more: str) -> None:
    """Give a widget its place in the style sheet; drawn anew where it changes."""
    changed = False
    for name, value in {"kind": kind, **more}.items():
        changed = changed or widget.property(name) != value
        widget.setProperty(name, value)
    if changed:
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def label(kind: str, text: Say | None = None, *, wrap: bool = False) -> QLabel:
    """A label of the type scale: display, title, lead, soft, small, faint, field, fault, figure, chip, or ""."""
    made = QLabel()
    made.setTextFormat(Qt.TextFormat.PlainText)  # what models and files say is never markup
    made.setWordWrap(wrap)
    if kind:
        made.setProperty("kind", kind)
    if kind == "chip":
        made.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    if text is not None:
        say(made, lambda: made.setText(text()))
    return made


def plain(text: str) -> str:
    """A text for a tool tip: Qt takes what looks like markup there for markup, also in the name of a file."""
    return text.replace("<", "‹")


def rule() -> QFrame:
    """A hairline."""
    made = QFrame()
    made.setProperty("kind", "rule")
    return made
