"""A button that opens a short list of things to do; what it offers is asked for each time it opens."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QMenu, QPushButton

from zishu_app.ui.theme import look
from zishu_app.ui.theme.drawings import icon
from zishu_app.ui.widgets.buttons import Do, button
from zishu_app.ui.widgets.labels import Say


@dataclass(frozen=True, slots=True)
class Offer:
    """One entry. `keys`: its shortcut, as it is shown."""

    text: str
    do: Do
    icon: str = ""
    enabled: bool = True
    keys: str = ""


def menu_button(text: Say, mark: str, offers: Callable[[], Sequence[Offer]]) -> QPushButton:
    """A quiet button; Enter, Space or a click opens its list."""
    made = button(text, lambda: open_menu(made, offers()), icon=mark, kind="quiet")
    return made


def open_menu(owner: QAbstractButton, offers: Sequence[Offer]) -> QMenu:
    """Open the list under a button."""
    menu = QMenu(owner)
    menu.aboutToHide.connect(menu.deleteLater)
    for offer in offers:
        action = QAction(offer.text + (f"\t{offer.keys}" if offer.keys else ""), menu)
        action.setEnabled(offer.enabled)
        if offer.icon:
            action.setIcon(icon(offer.icon, look.now().soft, 16))
        action.triggered.connect(lambda *_, do=offer.do: do())
        menu.addAction(action)
    menu.popup(owner.mapToGlobal(QPoint(0, owner.height() + 2)))
    return menu
