"""The parts she is made of, drawn once for a size: each keeps only the rectangle of its picture that is not empty."""

import math
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from zishu_app.character.pack import Accessory, Pack


@dataclass(frozen=True)
class Drawn:
    """A part as it is painted: its pixmap, where that lies in pixels of the widget, and how much room it takes there."""

    pixmap: QPixmap
    at: QPointF
    place: QRectF


class Parts:
    """Of one pack at one size, and of what she wears."""

    def __init__(self, pack: Pack, scale: float, ratio: float) -> None:
        self._pack, self._scale, self._ratio = pack, scale, ratio
        self._drawn: dict[str, Drawn | None] = {}
        self.worn: tuple[Accessory, Path] | None = None

    def get(self, name: str) -> Drawn | None:
        """The part of that name; None where nothing of it is seen."""
        if name not in self._drawn:
            self._drawn[name] = self._accessory() if name == "accessory" else self._body(name)
        return self._drawn[name]

    def wear(self, accessory: tuple[Accessory, Path] | None) -> None:
        """Put something on, or take it off."""
        self.worn = accessory
        self._drawn.pop("accessory", None)

    def place_of(self, accessory: Accessory) -> QRectF:
        """Where it lies on the canvas."""
        manifest = self._pack.manifest
        anchor = manifest.anchors.get(accessory.anchor) or manifest.anchors["head"]
        wide, high = accessory.canvas
        unit = anchor.width * accessory.size / wide
        left = anchor.at[0] - accessory.at[0] * unit
        top = anchor.at[1] - accessory.at[1] * unit
        return QRectF(left, top, wide * unit, high * unit)

    def _body(self, name: str) -> Drawn | None:
        width, height = self._pack.manifest.canvas
        return self._draw(self._pack.picture(name), QRectF(0, 0, width, height))

    def _accessory(self) -> Drawn | None:
        if self.worn is None:
            return None
        accessory, picture = self.worn
        return self._draw(picture, self.place_of(accessory))

    def _draw(self, path: Path, place: QRectF) -> Drawn | None:
        """The picture drawn into a place of the canvas, without its empty border."""
        unit = self._scale * self._ratio
        left, top = math.floor(place.left() * unit), math.floor(place.top() * unit)
        whole = QImage(
            math.ceil(place.width() * unit) + 2,
            math.ceil(place.height() * unit) + 2,
            QImage.Format.Format_ARGB32_Premultiplied,
        )
        whole.fill(0)
        painter = QPainter(whole)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        inner = QRectF(
            place.left() * unit - left, place.top() * unit - top, place.width() * unit, place.height() * unit
        )
        if path.suffix == ".svg":
            QSvgRenderer(str(path)).render(painter, inner)
        else:
            painter.drawImage(inner, QImage(str(path)))
        painter.end()
        full = filled(whole)
        if full.isEmpty():
            return None
        pixmap = QPixmap.fromImage(whole.copy(full))
        pixmap.setDevicePixelRatio(self._ratio)
        at = QPointF(left + full.left(), top + full.top()) / self._ratio
        return Drawn(pixmap, at, QRectF(at, pixmap.deviceIndependentSize()))


def filled(image: QImage) -> QRect:
    """The smallest rectangle that holds everything not wholly transparent."""
    alpha = image.convertToFormat(QImage.Format.Format_Alpha8)
    width, height, stride = alpha.width(), alpha.height(), alpha.bytesPerLine()
    data = bytes(alpha.constBits())
    rows = [data[y * stride : y * stride + width] for y in range(height)]
    full = [y for y, row in enumerate(rows) if any(row)]
    if not full:
        return QRect()
    left = min(width - len(row.lstrip(b"\0")) for row in rows[full[0] : full[-1] + 1] if any(row))
    right = max(len(row.rstrip(b"\0")) for row in rows[full[0] : full[-1] + 1] if any(row))
    return QRect(left, full[0], right - left, full[-1] - full[0] + 1)
