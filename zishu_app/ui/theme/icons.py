"""Icons on buttons and labels, which change their colour with the look."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QAbstractButton, QLabel

from zishu_app.ui.follow import wear
from zishu_app.ui.theme import look
from zishu_app.ui.theme.drawings import icon, pixmap


def put_icon(button: QAbstractButton, name: str, token: str = "soft", size: int = 18) -> None:
    """Give a button an icon that changes with the look."""
    button.setIconSize(QSize(size, size))
    wear(button, lambda: button.setIcon(icon(name, getattr(look.now(), token), size, look.now().faint)))


def put_picture(label: QLabel, name: str, size: int, token: str = "soft", height: int = 0) -> None:
    """Show an icon, or a picture, on a label."""

    def draw() -> None:
        scale = label.devicePixelRatioF()
        label.setPixmap(pixmap(name, getattr(look.now(), token), size, scale, height))

    label.setFixedSize(size, height or size)
    wear(label, draw)
