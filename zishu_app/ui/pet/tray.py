"""Her icon in the tray: her face, and her menu. Where there is no tray she says so once, and waits for one to come."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from zishu_app.core.texts import t
from zishu_app.ui.follow import say
from zishu_app.ui.pet.menu import Menu, Wishes

#: seconds after which a tray is looked for again: desktops start theirs late; after the last one it is told
AGAIN = (2, 5, 10, 30)
#: seconds between two looks from then on
LATER = 120


class Tray(QObject):
    """The icon, where there is a tray. `missing` is called once where none has come."""

    def __init__(
        self,
        icon: QIcon,
        wishes: Wishes,
        missing: Callable[[], object],
        *,
        solid: bool = False,
        available: Callable[[], bool] = QSystemTrayIcon.isSystemTrayAvailable,
    ) -> None:
        super().__init__()
        self._solid = solid
        self._icon, self._wishes = icon, wishes
        self._missing, self._available = missing, available
        self._waits = [*AGAIN]
        self._shown: QSystemTrayIcon | None = None
        self._menu: Menu | None = None
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.timeout.connect(self.look)
        self.look()

    @property
    def there(self) -> bool:
        """Whether the icon is seen."""
        return self._shown is not None

    def look(self) -> None:
        """Show the icon if there is a tray by now; else look again later."""
        if self._shown is not None:
            return
        if self._available():
            self._show()
            return
        if self._waits:
            self._again.start(self._waits.pop(0) * 1000)
            return
        self._missing()
        self._missing = _nothing
        self._again.start(LATER * 1000)

    def refresh(self) -> None:
        """How things stand has changed: some desktops keep a copy of the menu."""
        if self._menu is not None and not self._menu.menu.isVisible():
            self._menu.fill()

    def set_solid(self, solid: bool) -> None:
        """The compositor has gone, or one has come."""
        self._solid = solid
        if self._menu is not None:
            self._menu.set_solid(solid)

    def wear(self, icon: QIcon) -> None:
        """Another face."""
        self._icon = icon
        if self._shown is not None:
            self._shown.setIcon(icon)

    def close(self) -> None:
        """Take the icon away."""
        self._again.stop()
        if self._shown is not None:
            self._shown.hide()
            self._shown = None

    def _show(self) -> None:
        shown = QSystemTrayIcon(self._icon, self)
        menu = QMenu()
        self._menu = Menu(menu, self._wishes, solid=self._solid)
        shown.setContextMenu(menu)
        shown.activated.connect(self._activated)
        say(shown, lambda: shown.setToolTip(t("紫舒老师", "Zishu")))
        say(shown, self.refresh)
        shown.show()
        self._shown = shown

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in (QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.MiddleClick):
            self._wishes.talk()
        elif reason == QSystemTrayIcon.ActivationReason.DoubleClick:
            self._wishes.studio()


def _nothing() -> None:
    """It has been told."""


def no_tray() -> str:
    """What she says where there is no tray."""
    return t(
        "这个桌面没有托盘，所以我不在那里。右键点我，菜单都在。",
        "This desktop has no tray, so I am not in it. Right-click me: everything is there.",
    )
