"""Her face as a small picture: for her icon in the tray, and wherever a feeling is named."""

from PySide6.QtCore import QPointF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import QIcon, QPixmap

from zishu_app.character.pose import Pose
from zishu_app.ui.pet.figure import Figure
from zishu_app.ui.pet.patches import EYES, MOUTH, Patches

#: sizes of an icon: panels take the one they need
SIZES = (22, 32, 48, 64, 96)
#: share of those pixels her face must have for it, and the size at which she is drawn for a picture
ENOUGH, LARGE = 0.8, 0.6
#: how much wider than her eyes the picture is
AROUND = 1.45


def face(figure: Figure, pose: Pose, size: int) -> QPixmap:
    """A square of `size` pixels. Where she is small herself, she is drawn larger for it."""
    if face_place(figure).width() * figure.ratio < size * ENOUGH:
        worn, figure = figure.worn, Figure(figure.pack, LARGE, 1.0)
        figure.wear(worn)
    place, still = face_place(figure), figure.still(pose, keep=False).toImage()
    still.setDevicePixelRatio(1)
    part = QRectF(QPointF(place.topLeft()) * figure.ratio, QSizeF(place.size()) * figure.ratio).toRect()
    whole = still.copy(part)
    return QPixmap.fromImage(whole.scaled(size, size, mode=Qt.TransformationMode.SmoothTransformation))


def face_icon(figure: Figure, pose: Pose) -> QIcon:
    """The same in the sizes of an icon."""
    made = QIcon()
    largest = face(figure, pose, SIZES[-1])
    for size in SIZES:
        made.addPixmap(largest.scaled(size, size, mode=Qt.TransformationMode.SmoothTransformation))
    return made


def face_place(figure: Figure) -> QRect:
    """A square around her face, in pixels of the widget; the upper part where she has no eyes that are known."""
    patches = Patches(figure)
    eyes = patches.place(Pose(), EYES)
    if eyes.isEmpty():
        side = round(min(figure.size.width(), figure.size.height()) * 0.6)
        return QRect(round((figure.size.width() - side) / 2), 0, side, side)
    whole = eyes.united(patches.place(Pose(), MOUTH))
    side = round(eyes.width() * AROUND)
    left, top = whole.center().x() - side // 2, whole.center().y() - round(side * 0.56)
    return QRect(left, max(top, 0), side, side)
