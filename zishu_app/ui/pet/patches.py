"""What changes most often is painted alone: her eyes when she blinks or looks about, her mouth when she speaks. A whole
picture of each of those moments would have to be made and kept; a patch over the rest costs a fraction of that.
"""

import math
from dataclasses import replace

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QPainter

from zishu_app.character.pose import Pose
from zishu_app.ui.pet.figure import Figure

#: what is painted alone
EYES, MOUTH = "eyes", "mouth"
#: places of them that are remembered
MANY = 200


class Patches:
    """Paints `figure` by what has changed."""

    def __init__(self, figure: Figure) -> None:
        self.figure = figure
        self._places: dict[tuple[str, str, float, float], QRect] = {}

    def show(self, painter: QPainter, pose: Pose, changed: QRect) -> None:
        """Paint a part of the window: a patch where that is all of it, else the whole pose with patches over it."""
        for what in (MOUTH, EYES):
            if self.place(pose, what).contains(changed):
                self._paint(painter, pose, what)
                return
        if pose.nod or pose.tilt:  # a moment of a movement
            self.figure.paint(painter, pose)
            return
        over = self._over(pose)
        painter.drawPixmap(0, 0, self.figure.still(plain(pose) if over else pose))
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        for what in over:
            self._paint(painter, pose, what)

    def place(self, pose: Pose, what: str) -> QRect:
        """Where her eyes or her mouth can be in a pose, in pixels of the widget; empty where they are not kept apart."""
        turned = (what, pose.emotion, pose.tilt, pose.nod)
        if turned not in self._places:
            if len(self._places) > MANY:
                self._places.clear()
            self._places[turned] = self._find(pose, what)
        return self._places[turned]

    def _over(self, pose: Pose) -> list[str]:
        """Which patches lie over the plain pose; none where this screen has no grid for them."""
        differs = {MOUTH: bool(pose.mouth), EYES: bool(pose.eyes or pose.gaze)}
        return [what for what in differs if differs[what] and not self.place(pose, what).isEmpty()]

    def _paint(self, painter: QPainter, pose: Pose, what: str) -> None:
        place = self.place(pose, what)
        if not self.place(pose, EYES).intersects(self.place(pose, MOUTH)):
            # what cannot be seen in it makes no other picture of it
            pose = replace(pose, mouth="") if what == EYES else replace(pose, eyes="", gaze=None)
        painter.drawPixmap(place.topLeft(), self.figure.cut(pose, place))

    def _find(self, pose: Pose, what: str) -> QRect:
        """Around all eyes, or all mouths, as the head is turned; with room for her breath."""
        manifest = self.figure.manifest
        still = replace(pose, breath=0.0, gaze=None)
        if what == EYES:
            parts = {part for parts in manifest.eyes.values() for part in parts} | set(manifest.gaze.parts)
            poses = [replace(still, eyes=eyes) for eyes in manifest.eyes]
        else:
            parts = {*manifest.mouth.speech, manifest.emotions[pose.emotion].mouth}
            poses = [replace(still, mouth=mouth) for mouth in parts]
        whole = QRectF()
        for one in poses:
            whole = whole.united(self.figure.extent(one, parts))
        room = manifest.breath.share * self.figure.size.height() + 1
        wide, high = (value * self.figure.scale + 1 for value in manifest.gaze.reach)
        return _on_grid(whole.adjusted(-wide, -high - room, wide, high + room), self.figure.ratio)


def plain(pose: Pose) -> Pose:
    """The pose without what changes often: eyes and mouth as the feeling has them, looking ahead."""
    return pose if not (pose.eyes or pose.mouth or pose.gaze) else replace(pose, eyes="", mouth="", gaze=None)


def _on_grid(place: QRectF, ratio: float) -> QRect:
    """The rectangle of whole pixels around a place whose corner is a whole pixel of the screen too."""
    step = next((one for one in (1, 2, 4) if ratio * one % 1 == 0), 0)
    if not step:
        return QRect()  # no such grid: there are no patches then
    left, top = math.floor(place.left() / step) * step, math.floor(place.top() / step) * step
    return QRect(left, top, math.ceil(place.right()) - left, math.ceil(place.bottom()) - top)
