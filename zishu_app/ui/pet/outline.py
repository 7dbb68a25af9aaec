"""Where she is in her window, and where clicks go through to what lies below.

Windows and macOS see by themselves where a window is transparent. An X server is told, by way of `shape`; Wayland by the
window's mask. Where there is no compositor, the window is cut to her outline.
"""

from collections.abc import Callable, Hashable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QBitmap, QGuiApplication, QPixmap, QRegion
from PySide6.QtWidgets import QWidget

#: takes a window's number and the rectangles that take clicks, in pixels of the screen; whether that was possible
Shape = Callable[[int, Sequence[tuple[int, int, int, int]]], bool]

#: systems whose windows take clicks everywhere unless they are told otherwise
TOLD = ("xcb", "wayland")


class Outline:
    """Follows what is shown in `widget`."""

    def __init__(self, widget: QWidget, shape: Shape | None, *, solid: bool = False) -> None:
        self._widget, self._shape = widget, shape
        self._kind: Hashable = None
        self._cut = False
        self.solid = solid

    def forget(self) -> None:
        """What was told is no longer true: the next time it is told again."""
        self._kind = None

    def follow(self, kind: Hashable, draw: Callable[[], QPixmap]) -> None:
        """She stands like this; `draw` is asked only where `kind` is another one than before."""
        if kind == self._kind:
            return
        self._kind = kind
        platform = QGuiApplication.platformName()
        if platform not in TOLD:
            return
        pixmap = draw()
        if not self.solid and self._shape is not None and platform == "xcb":
            through = self._widget.windowFlags() & Qt.WindowType.WindowTransparentForInput
            region = QRegion() if through else region_of(pixmap, pixmap.devicePixelRatio())
            parts = [one.getRect() for one in region]  # type: ignore[attr-defined]
            if self._shape(int(self._widget.winId()), parts):
                self._uncut()
                return
        region = region_of(pixmap, 1.0)
        if not self.solid:  # breath, hair and soft edges need a little more room
            for dx, dy in ((6, 0), (-6, 0), (0, 6), (0, -8), (4, 4), (-4, 4), (4, -4), (-4, -4)):
                region = region.united(region.translated(dx, dy))
        self._widget.setMask(region)
        self._cut = True

    def _uncut(self) -> None:
        if self._cut:
            self._widget.clearMask()
            self._cut = False


def region_of(pixmap: QPixmap, ratio: float) -> QRegion:
    """Where a pixmap is more than half there. `ratio`: pixels of the answer for one of the widget."""
    size = pixmap.deviceIndependentSize() * ratio
    image = pixmap.toImage().scaled(size.toSize())
    flags = Qt.ImageConversionFlag.ThresholdDither | Qt.ImageConversionFlag.AvoidDither
    mask = QBitmap.fromImage(image.createAlphaMask(flags))
    mask.setDevicePixelRatio(1)
    return QRegion(mask)
