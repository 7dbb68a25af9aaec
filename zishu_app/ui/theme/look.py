"""Which look is worn now: day or night, following the system or chosen; put on and changed while running."""

from pathlib import Path
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from zishu_app.ui.follow import LOOK
from zishu_app.ui.theme import sheet
from zishu_app.ui.theme.fonts import font
from zishu_app.ui.theme.tokens import BODY, DAY, NIGHT, Tokens

Choice = Literal["auto", "light", "dark"]

_now: Tokens = DAY
_choice: Choice = "auto"


def now() -> Tokens:
    """The colours worn now."""
    return _now


def put_on(app: QApplication, choice: Choice, cache: Path) -> None:
    """Dress the whole program; `cache`: where the pictures of the style sheet are kept.

    Called again to change; with "auto" it follows the system from then on.
    """
    global _choice  # noqa: PLW0603 - one process wears one look
    first = app.property("dressed") is None
    _choice = choice
    if first:
        app.setProperty("dressed", True)
        app.setStyle("Fusion")
        app.setFont(font(BODY))
        app.styleHints().colorSchemeChanged.connect(lambda _: _dress(app, cache))
    _dress(app, cache)


def _dress(app: QApplication, cache: Path) -> None:
    global _now  # noqa: PLW0603 - see above
    worn = NIGHT if _is_night(app) else DAY
    if worn is _now and app.styleSheet():
        return
    _now = worn
    app.setPalette(palette(worn))
    app.setStyleSheet(sheet.written(worn, cache))
    LOOK.changed()


def _is_night(app: QApplication) -> bool:
    if _choice == "auto":
        return app.styleHints().colorScheme() == Qt.ColorScheme.Dark
    return _choice == "dark"


def palette(worn: Tokens) -> QPalette:
    """For what style sheets do not reach: selections, tool tips, disabled text."""
    made = QPalette()
    role = QPalette.ColorRole
    for one, colour in {
        role.Window: worn.paper,
        role.WindowText: worn.ink,
        role.Base: worn.surface,
        role.AlternateBase: worn.sunken,
        role.Text: worn.ink,
        role.PlaceholderText: worn.faint,
        role.Button: worn.surface,
        role.ButtonText: worn.ink,
        role.Highlight: worn.violet,
        role.HighlightedText: worn.on_violet,
        role.ToolTipBase: worn.raised,
        role.ToolTipText: worn.ink,
        role.Link: worn.violet_ink,
        role.LinkVisited: worn.violet_ink,
        role.Accent: worn.violet,
    }.items():
        made.setColor(one, QColor(colour))
    for one in (role.Text, role.ButtonText, role.WindowText):
        made.setColor(QPalette.ColorGroup.Disabled, one, QColor(worn.faint))
    return made
