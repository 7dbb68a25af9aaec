"""Icons on buttons and labels, which change their colour with the look."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QAbstractButton, QLabel

from zishu_app.ui.follow import wear
from zishu_app.ui.theme import look
from zishu_app.ui.theme.drawings import icon, pixmap

#: room between an icon and the words beside it, more than the four pixels that Qt leaves
BESIDE_WORDS = 4


def put_icon(
    button: QAbstractButton, name: str, token: str = "soft", size: int = 18, *, words: bool = False
) -> None:
    """Give a button an icon that changes with the look; `words`: it has words beside it."""
    wear(
        button,
        lambda: draw_icon(
            button, name, (getattr(look.now(), token), look.now().faint), size=size, words=words
        ),
    )


def draw_icon(
    button: QAbstractButton, name: str, colours: tuple[str, str], *, size: int = 18, words: bool = True
) -> None:
    """The same for now; `colours`: also that of a button with which nothing can be done."""
    room = BESIDE_WORDS if words else 0
    button.setIconSize(QSize(size + room, size))
    button.setIcon(icon(name, colours[0], size, colours[1], room))


def put_picture(label: QLabel, name: str, size: int, token: str = "soft", height: int = 0) -> None:
    """Show an icon, or a picture, on a label."""

    def draw() -> None:
        scale = label.devicePixelRatioF()
        label.setPixmap(pixmap(name, getattr(look.now(), token), size, scale, height))

    label.setFixedSize(size, height or size)
    wear(label, draw)
