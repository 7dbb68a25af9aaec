"""The drawings of resources/icons in any colour and size, sharp at any scaling of the screen."""

import contextlib
import functools
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from zishu_app.core.files import write_new
from zishu_app.core.paths import RESOURCES

FOLDER = RESOURCES / "icons"
SCALES = (1, 2, 3)


@functools.cache
def _source(name: str) -> str:
    return (FOLDER / f"{name}.svg").read_text(encoding="utf-8")


def drawing(name: str, colour: str) -> str:
    """The SVG itself, in a colour."""
    return _source(name).replace("currentColor", colour)


@functools.lru_cache(512)
def pixmap(name: str, colour: str, size: int, scale: float = 1.0, height: int = 0) -> QPixmap:
    """`size` in logical pixels; `height` where it is not square."""
    tall = height or size
    made = QPixmap(round(size * scale), round(tall * scale))
    made.setDevicePixelRatio(scale)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    QSvgRenderer(QByteArray(drawing(name, colour).encode())).render(painter, QRectF(0, 0, size, tall))
    painter.end()
    return made


@functools.lru_cache(512)
def icon(name: str, colour: str, size: int = 20, disabled: str = "", room: int = 0) -> QIcon:
    """For buttons and lists. `disabled`: its colour where nothing can be done with it; Qt's own grey is too faint.
    `room`: pixels left empty to the right of it.
    """
    made = QIcon()
    for scale in SCALES:
        made.addPixmap(_beside(pixmap(name, colour, size, float(scale)), room))
        if disabled:
            made.addPixmap(_beside(pixmap(name, disabled, size, float(scale)), room), QIcon.Mode.Disabled)
    return made


def _beside(drawn: QPixmap, room: int) -> QPixmap:
    if not room:
        return drawn
    scale = drawn.devicePixelRatio()
    made = QPixmap(drawn.width() + round(room * scale), drawn.height())
    made.setDevicePixelRatio(scale)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.drawPixmap(0, 0, drawn)
    painter.end()
    return made


def coloured_file(folder: Path, name: str, colour: str) -> Path:
    """A file of the icon in a colour: style sheets take pictures from files only.

    Where it cannot be written (the disk is full), the picture is missing and nothing else.
    """
    path = folder / f"{name}-{colour.lstrip('#')}.svg"
    with contextlib.suppress(OSError):
        if not path.exists():
            write_new(path, drawing(name, colour))
    return path
