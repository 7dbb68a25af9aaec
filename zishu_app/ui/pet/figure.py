"""Draws her: parts become pixmaps once for each size, a pose is a few of them laid over each other.

An SVG of this kind takes some milliseconds to draw, a pixmap some hundredths of one. Each part keeps only the
rectangle that is not empty, so that sixty of them take a few megabytes. Poses that come again and again (breath) are
kept whole; for eyes and mouths, which change more often, only the patch around them is.
"""

import math
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QPointF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import QImage, QPainter, QPixmap, QTransform
from PySide6.QtSvg import QSvgRenderer

from zishu_app.character.manifest import Manifest
from zishu_app.character.pack import Accessory, Pack
from zishu_app.character.pose import Placed, Pose, placed

#: bytes of poses and patches that are kept, and, where she is very large, how many whole poses at least
KEPT, ROUND = 16 * 2**20, 12
#: what changes more often than the rest
PATCHES = ("mouth", "eyes")
#: places of them that are remembered
MANY = 200


@dataclass(frozen=True)
class Drawn:
    """A part as it is painted: its pixmap, where that lies in pixels of the widget, and how much room it takes there."""

    pixmap: QPixmap
    at: QPointF
    place: QRectF


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


def plain(pose: Pose) -> Pose:
    """The pose without what changes often: eyes and mouth as the feeling has them, looking ahead."""
    return pose if not (pose.eyes or pose.mouth or pose.gaze) else replace(pose, eyes="", mouth="", gaze=None)


class Figure:
    """One character at one size. `scale`: pixels of the widget for one of the canvas; `ratio`: of the screen."""

    def __init__(self, pack: Pack, scale: float, ratio: float = 1.0) -> None:
        self.pack, self.scale, self.ratio = pack, scale, ratio
        self._parts: dict[str, Drawn | None] = {}
        self._worn: tuple[Accessory, Path] | None = None
        self._kept = Kept(max(KEPT, round(ROUND * self.size.width() * self.size.height() * ratio**2 * 4)))
        self._patches: dict[tuple[str, str, float, float], QRect] = {}

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
        self._kept.clear()

    def covers_accessory(self, x: float, y: float) -> bool:
        """Whether a point of the canvas lies on what she wears."""
        if self._worn is None:
            return False
        place = self._place_of_accessory(self._worn[0])
        return place.contains(QPointF(x, y))

    def paint(self, painter: QPainter, pose: Pose, within: QRectF | None = None) -> None:
        """Paint a pose with its upper left corner at the painter's origin; `within`: only what reaches into that."""
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        breath = _breath(self.manifest, pose, self.scale)
        origin = painter.transform()
        for one in placed(self.manifest, pose):
            drawn = self._part(one.part)
            if drawn is None:
                continue
            turned = _turned(one, self.scale) * breath
            if within is None or turned.mapRect(drawn.place).intersects(within):
                painter.setTransform(turned * origin)
                painter.drawPixmap(drawn.at, drawn.pixmap)
        painter.setTransform(origin)

    def show(self, painter: QPainter, pose: Pose, changed: QRect) -> None:
        """Paint a part of the window: a patch where that is all of it, else the whole pose with patches over it."""
        for what in PATCHES:
            where = self.patch(pose, what)
            if where.contains(changed):
                painter.drawPixmap(where.topLeft(), self._patch(pose, what, where))
                return
        if pose.nod or pose.tilt:  # a moment of a movement
            self.paint(painter, pose)
            return
        painter.drawPixmap(0, 0, self.still(plain(pose) if self._patched(pose) else pose))
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        for what in self._patched(pose):
            where = self.patch(pose, what)
            painter.drawPixmap(where.topLeft(), self._patch(pose, what, where))

    def _patched(self, pose: Pose) -> list[str]:
        """Which patches lie over the plain pose; none where this screen has no grid for them."""
        differs = {"mouth": bool(pose.mouth), "eyes": bool(pose.eyes or pose.gaze)}
        return [what for what in PATCHES if differs[what] and not self.patch(pose, what).isEmpty()]

    def patch(self, pose: Pose, what: str) -> QRect:
        """Where "eyes" or "mouth" can be in a pose, in pixels of the widget; empty where they are not kept apart."""
        turned = (what, pose.emotion, pose.tilt, pose.nod)
        if turned not in self._patches:
            if len(self._patches) > MANY:
                self._patches.clear()
            self._patches[turned] = self._find_patch(pose, what)
        return self._patches[turned]

    def still(self, pose: Pose, *, keep: bool = True) -> QPixmap:
        """A pose as one pixmap. Kept, it costs one blit the next time; not to be kept: a moment of a movement."""
        whole = QRect(0, 0, math.ceil(self.size.width()), math.ceil(self.size.height()))
        if keep:
            return self._kept.get((pose, ""), lambda: self._compose(pose, whole, None))
        return self._compose(pose, whole, None)

    def _patch(self, pose: Pose, what: str, where: QRect) -> QPixmap:
        if not self.patch(pose, "eyes").intersects(self.patch(pose, "mouth")):
            pose = replace(pose, mouth="") if what == "eyes" else replace(pose, eyes="", gaze=None)
        return self._kept.get((pose, what), lambda: self._compose(pose, where, QRectF(where)))

    def _find_patch(self, pose: Pose, what: str) -> QRect:
        """Around all eyes, or all mouths, as the head is turned; with room for her breath."""
        manifest, whole = self.manifest, QRectF()
        own = manifest.emotions[pose.emotion]
        if what == "eyes":
            names = {part for parts in manifest.eyes.values() for part in parts} | set(manifest.gaze.parts)
            poses = [replace(pose, eyes=eyes) for eyes in manifest.eyes]
        else:
            names = {*manifest.mouth.speech, own.mouth}
            poses = [replace(pose, mouth=mouth) for mouth in names]
        for still in poses:
            for one in placed(manifest, replace(still, breath=0.0, gaze=None)):
                if one.part in names and (drawn := self._part(one.part)) is not None:
                    whole = whole.united(_turned(one, self.scale).mapRect(drawn.place))
        room = manifest.breath.share * self.size.height() + 1
        wide, high = (value * self.scale + 1 for value in manifest.gaze.reach)
        return _on_grid(whole.adjusted(-wide, -high - room, wide, high + room), self.ratio)

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
        at = QPointF(left + full.left(), top + full.top()) / self.ratio
        return Drawn(pixmap, at, QRectF(at, pixmap.deviceIndependentSize()))


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


def _on_grid(place: QRectF, ratio: float) -> QRect:
    """The rectangle of whole pixels around a place whose corner is a whole pixel of the screen too."""
    step = next((one for one in (1, 2, 4) if ratio * one % 1 == 0), 0)
    if not step:
        return QRect()  # no such grid: there are no patches then
    left, top = math.floor(place.left() / step) * step, math.floor(place.top() / step) * step
    return QRect(left, top, math.ceil(place.right()) - left, math.ceil(place.bottom()) - top)


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
