"""Draws her: parts become pixmaps once for each size, a pose is a few of them laid over each other.

An SVG of this kind takes some milliseconds to draw, a pixmap some hundredths of one. Each part keeps only the
rectangle that is not empty, so that sixty of them take a few megabytes. Poses that come again and again (breath) are
kept whole.
"""

import math
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable
from pathlib import Path

from PySide6.QtCore import QPointF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import QPainter, QPixmap, QTransform

from zishu_app.character.manifest import Manifest
from zishu_app.character.pack import Accessory, Pack
from zishu_app.character.pose import Placed, Pose, placed
from zishu_app.ui.pet.parts import Parts

#: bytes of poses and patches that are kept, and, where she is very large, how many whole poses at least
KEPT, ROUND = 8 * 2**20, 10


class Kept:
    """Pixmaps by name, the longest unused of them let go when they become too many bytes."""

    def __init__(self, most: int) -> None:
        self._most, self._bytes = most, 0
        self._found: OrderedDict[Hashable, QPixmap] = OrderedDict()

    def get(self, name: Hashable, make: Callable[[], QPixmap]) -> QPixmap:
        """The one of that name; made where there is none."""
        found = self._found.get(name)
        if found is None:
            found = self._found[name] = make()
            self._bytes += _weight(found)
            while self._bytes > self._most and len(self._found) > 1:
                self._bytes -= _weight(self._found.popitem(last=False)[1])
        else:
            self._found.move_to_end(name)
        return found

    def __len__(self) -> int:
        return len(self._found)

    def clear(self) -> None:
        """Let go of all."""
        self._found.clear()
        self._bytes = 0


def _weight(pixmap: QPixmap) -> int:
    return pixmap.width() * pixmap.height() * 4


class Figure:
    """One character at one size. `scale`: pixels of the widget for one of the canvas; `ratio`: of the screen."""

    def __init__(self, pack: Pack, scale: float, ratio: float = 1.0) -> None:
        self.pack, self.scale, self.ratio = pack, scale, ratio
        self._parts = Parts(pack, scale, ratio)
        self._kept = Kept(max(KEPT, round(ROUND * self.size.width() * self.size.height() * ratio**2 * 4)))

    @property
    def manifest(self) -> Manifest:
        """What she is made of."""
        return self.pack.manifest

    @property
    def size(self) -> QSizeF:
        """In pixels of the widget."""
        width, height = self.manifest.canvas
        return QSizeF(width * self.scale, height * self.scale)

    @property
    def worn(self) -> tuple[Accessory, Path] | None:
        """What she wears."""
        return self._parts.worn

    def wear(self, accessory: tuple[Accessory, Path] | None) -> None:
        """Put something on, or take it off."""
        self._parts.wear(accessory)
        self._kept.clear()

    def covers_accessory(self, x: float, y: float) -> bool:
        """Whether a point of the canvas lies on what she wears."""
        return self.worn is not None and self._parts.place_of(self.worn[0]).contains(QPointF(x, y))

    def paint(self, painter: QPainter, pose: Pose, within: QRectF | None = None) -> None:
        """Paint a pose with its upper left corner at the painter's origin; `within`: only what reaches into that."""
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        breath = _breath(self.manifest, pose, self.scale)
        origin = painter.transform()
        for one in placed(self.manifest, pose, behind=self.worn is not None and self.worn[0].behind):
            drawn = self._parts.get(one.part)
            if drawn is None:
                continue
            turned = _turned(one, self.scale) * breath
            if within is None or turned.mapRect(drawn.place).intersects(within):
                painter.setTransform(turned * origin)
                painter.drawPixmap(drawn.at, drawn.pixmap)
        painter.setTransform(origin)

    def still(self, pose: Pose, *, keep: bool = True) -> QPixmap:
        """A pose as one pixmap. Kept, it costs one blit the next time; not to be kept: a moment of a movement."""
        whole = QRect(0, 0, math.ceil(self.size.width()), math.ceil(self.size.height()))
        return self.cut(pose, whole) if keep else self._compose(pose, whole, None)

    def cut(self, pose: Pose, where: QRect) -> QPixmap:
        """A part of a pose, kept."""
        name = (pose, where.x(), where.y(), where.width(), where.height())
        return self._kept.get(name, lambda: self._compose(pose, where, QRectF(where)))

    def extent(self, pose: Pose, parts: Collection[str]) -> QRectF:
        """Where these parts lie in a pose, in pixels of the widget."""
        whole = QRectF()
        for one in placed(self.manifest, pose):
            if one.part in parts and (drawn := self._parts.get(one.part)) is not None:
                whole = whole.united(_turned(one, self.scale).mapRect(drawn.place))
        return whole

    def _compose(self, pose: Pose, where: QRect, within: QRectF | None) -> QPixmap:
        size = QSizeF(where.size()) * self.ratio
        pixmap = QPixmap(math.ceil(size.width()), math.ceil(size.height()))
        pixmap.setDevicePixelRatio(self.ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.translate(-where.topLeft())
        self.paint(painter, pose, within)
        painter.end()
        return pixmap


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
