"""Draws her: parts become pixmaps once for each size, a pose is a few of them laid over each other.

An SVG of this kind takes some milliseconds to draw, a pixmap some hundredths of one. Each part keeps only the
rectangle that is not empty, so that sixty of them take a few megabytes.
"""

import math
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QPointF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import QImage, QPainter, QPixmap, QTransform
from PySide6.QtSvg import QSvgRenderer

from zishu_app.character.manifest import Manifest
from zishu_app.character.pack import Accessory, Pack
from zishu_app.character.pose import NOTHING, Placed, Pose, placed


@dataclass(frozen=True)
class Drawn:
    """A part as it is painted: its pixmap, and where it lies in pixels of the widget."""

    pixmap: QPixmap
    at: QPointF


class Figure:
    """One character at one size. `scale`: pixels of the widget for one of the canvas; `ratio`: of the screen."""

    def __init__(self, pack: Pack, scale: float, ratio: float = 1.0) -> None:
        self.pack, self.scale, self.ratio = pack, scale, ratio
        self._parts: dict[str, Drawn | None] = {}
        self._worn: tuple[Accessory, Path] | None = None
        self._poses: dict[Pose, QPixmap] = {}

    @property
    def manifest(self) -> Manifest:
        """What she is made of."""
        return self.pack.manifest

    @property
    def size(self) -> QSizeF:
        """In pixels of the widget."""
        width, height = self.manifest.canvas
        return QSizeF(width * self.scale, height * self.scale)

    def wear(self, accessory: tuple[Accessory, Path] | None) -> None:
        """Put something on, or take it off."""
        self._worn = accessory
        self._parts.pop("accessory", None)
        self._poses.clear()

    def covers_accessory(self, x: float, y: float) -> bool:
        """Whether a point of the canvas lies on what she wears."""
        if self._worn is None:
            return False
        place = self._place_of_accessory(self._worn[0])
        return place.contains(QPointF(x, y))

    def paint(self, painter: QPainter, pose: Pose) -> None:
        """Paint a pose with its upper left corner at the painter's origin."""
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        breath = _breath(self.manifest, pose, self.scale)
        for one in placed(self.manifest, pose):
            drawn = self._part(one.part)
            if drawn is None:
                continue
            painter.save()
            painter.setTransform(_turned(one, self.scale) * breath, True)
            painter.drawPixmap(drawn.at, drawn.pixmap)
            painter.restore()

    def paint_speaking(self, painter: QPainter, pose: Pose) -> None:
        """Paint a pose whose mouth changes often: all but the mouth is kept, and the mouth painted over it.

        What lies before a mouth (a hand) would have to be painted over it again: she takes it down when she speaks.
        """
        painter.drawPixmap(0, 0, self.still(replace(pose, mouth=NOTHING)))
        for one in placed(self.manifest, pose):
            drawn = self._part(one.part) if one.part == pose.mouth else None
            if drawn is not None:
                painter.setTransform(
                    _turned(one, self.scale) * _breath(self.manifest, pose, self.scale), True
                )
                painter.drawPixmap(drawn.at, drawn.pixmap)

    def mouths(self) -> QRect:
        """Where mouths are, in pixels of the widget: all that is painted again while she speaks."""
        whole = QRectF()
        for name in self.manifest.mouth.speech:
            if (drawn := self._part(name)) is not None:
                whole = whole.united(QRectF(drawn.at, drawn.pixmap.deviceIndependentSize()))
        return whole.toAlignedRect().adjusted(-4, -8, 4, 8)

    def still(self, pose: Pose) -> QPixmap:
        """A pose as one pixmap, kept: what is shown again and again costs one blit."""
        if pose not in self._poses:
            if len(self._poses) > 48:
                self._poses.clear()
            self._poses[pose] = self._compose(pose)
        return self._poses[pose]

    def _compose(self, pose: Pose) -> QPixmap:
        size = self.size * self.ratio
        pixmap = QPixmap(math.ceil(size.width()), math.ceil(size.height()))
        pixmap.setDevicePixelRatio(self.ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, pose)
        painter.end()
        return pixmap

    def _part(self, name: str) -> Drawn | None:
        if name not in self._parts:
            self._parts[name] = self._accessory() if name == "accessory" else self._drawn_part(name)
        return self._parts[name]

    def _drawn_part(self, name: str) -> Drawn | None:
        width, height = self.manifest.canvas
        return self._draw(self.pack.picture(name), QRectF(0, 0, width, height))

    def _accessory(self) -> Drawn | None:
        if self._worn is None:
            return None
        accessory, picture = self._worn
        return self._draw(picture, self._place_of_accessory(accessory))

    def _place_of_accessory(self, accessory: Accessory) -> QRectF:
        """Where it lies on the canvas."""
        anchor = self.manifest.anchors.get(accessory.anchor) or self.manifest.anchors["head"]
        wide, high = accessory.canvas
        unit = anchor.width * accessory.size / wide
        left = anchor.at[0] - accessory.at[0] * unit
        top = anchor.at[1] - accessory.at[1] * unit
        return QRectF(left, top, wide * unit, high * unit)

    def _draw(self, path: Path, place: QRectF) -> Drawn | None:
        """The picture drawn into a place of the canvas, without its empty border."""
        unit = self.scale * self.ratio
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
        pixmap.setDevicePixelRatio(self.ratio)
        return Drawn(pixmap, QPointF(left + full.left(), top + full.top()) / self.ratio)


def _breath(manifest: Manifest, pose: Pose, scale: float) -> QTransform:
    """She grows a little about her feet, more in height than in width."""
    share = manifest.breath.share * pose.breath
    x, y = (value * scale for value in manifest.breath.pivot)
    return QTransform().translate(x, y).scale(1 + share * 0.35, 1 + share).translate(-x, -y)


def _turned(one: Placed, scale: float) -> QTransform:
    """Where a part goes, and how it is turned."""
    whole = QTransform()
    for degrees, (x, y) in reversed(one.turns):
        x, y = x * scale, y * scale
        whole = QTransform().translate(x, y).rotate(degrees).translate(-x, -y) * whole
    return QTransform.fromTranslate(one.dx * scale, one.dy * scale) * whole


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
