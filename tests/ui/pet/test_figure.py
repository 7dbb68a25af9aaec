"""What is painted bit by bit is what would be painted whole; and what is kept stays small."""

import functools
from dataclasses import replace

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage, QPainter, QPixmap
from PySide6.QtWidgets import QApplication

from zishu_app.character.pack import accessories_in, read_pack
from zishu_app.character.pose import Pose
from zishu_app.core.paths import RESOURCES
from zishu_app.ui.pet.figure import Figure, Kept
from zishu_app.ui.pet.outline import region_of
from zishu_app.ui.pet.patches import Patches, plain

RATIOS = (1.0, 1.25, 1.5, 2.0, 1.1)
POSES = (
    Pose(eyes="closed", breath=0.5, sway=0.4),
    Pose(eyes="half", mouth="mouth_o", breath=1.0),
    Pose("happy", gaze=(1.0, -1.0), breath=0.2),
    Pose("thinking", mouth="mouth_a", eyes="closed"),
    Pose("shy", mouth="mouth_i", gaze=(-1.0, 1.0), accessory="turtle"),
)


@functools.cache
def figure(ratio: float, scale: float = 0.4) -> Figure:
    return Figure(read_pack(RESOURCES / "characters" / "zishu"), scale, ratio)


def blank(one: Figure) -> QImage:
    size = (one.size * one.ratio).toSize()
    image = QImage(size.width() + 1, size.height() + 1, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(one.ratio)
    image.fill(Qt.GlobalColor.transparent)
    return image


def painted(one: Figure, pose: Pose) -> QImage:
    image = blank(one)
    painter = QPainter(image)
    one.paint(painter, pose)
    painter.end()
    return image


def shown(one: Figure, image: QImage, pose: Pose, changed: QRect) -> QImage:
    """As the window does it: the part that has changed is empty, and everything else keeps what it had."""
    painter = QPainter(image)
    painter.setClipRect(changed)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Clear)
    painter.fillRect(changed, Qt.GlobalColor.transparent)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
    Patches(one).show(painter, pose, changed)
    painter.end()
    return image


def differing(a: QImage, b: QImage) -> int:
    """Pixels that differ by more than a turned edge may, which is reckoned a little otherwise at another corner."""
    one, other = (image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied) for image in (a, b))
    first, second = bytes(one.constBits()), bytes(other.constBits())
    return sum(
        any(abs(x - y) > 24 for x, y in zip(first[at : at + 4], second[at : at + 4], strict=True))
        for at in range(0, len(first), 4)
        if first[at : at + 4] != second[at : at + 4]
    )


@pytest.mark.parametrize("ratio", RATIOS)
@pytest.mark.parametrize("pose", POSES)
def test_a_pose_with_patches_is_the_pose(app: QApplication, ratio: float, pose: Pose) -> None:
    one = figure(ratio)
    whole = QRect(0, 0, 1000, 1000)
    assert differing(shown(one, blank(one), pose, whole), painted(one, pose)) == 0


@pytest.mark.parametrize("ratio", RATIOS)
@pytest.mark.parametrize("what", ["eyes", "mouth"])
@pytest.mark.parametrize("pose", POSES)
def test_a_patch_is_enough_for_what_changes_in_it(
    app: QApplication, ratio: float, what: str, pose: Pose
) -> None:
    one = figure(ratio)
    other = replace(pose, eyes="", gaze=None) if what == "eyes" else replace(pose, mouth="")
    patch = Patches(one).place(pose, what)
    assert patch.isEmpty() == (ratio == 1.1), "where pixels do not fit, there are none"
    if not patch.isEmpty():
        assert differing(shown(one, painted(one, other), pose, patch), painted(one, pose)) == 0


def test_a_moment_of_a_movement_is_not_kept(app: QApplication) -> None:
    one = figure(1.0)
    before = len(one._kept)
    pose = Pose("sad", nod=-3.4, tilt=1.2, eyes="closed")
    assert differing(shown(one, blank(one), pose, QRect(0, 0, 1000, 1000)), painted(one, pose)) == 0
    assert len(one._kept) == before


def test_what_is_plain() -> None:
    pose = Pose("happy", eyes="closed", mouth="mouth_a", gaze=(0, 0), arms="wave", breath=0.4)
    assert plain(pose) == Pose("happy", arms="wave", breath=0.4)
    assert plain(plain(pose)) is not None


def test_the_longest_unused_is_let_go(app: QApplication) -> None:
    kept, made = Kept(3 * 400), []

    def make(name: str) -> QPixmap:
        made.append(name)
        return QPixmap(10, 10)

    for name in ("a", "b", "c", "a", "d", "a", "b"):
        kept.get(name, lambda name=name: make(name))
    assert made == ["a", "b", "c", "d", "b"]
    assert len(kept) == 3
    kept.get("huge", lambda: QPixmap(100, 100))
    assert len(kept) == 1, "what is shown is kept, however large"
    kept.clear()
    assert len(kept) == 0


def test_an_accessory_is_worn_and_found(app: QApplication) -> None:
    worn, wrong = accessories_in([RESOURCES / "accessories"])
    assert wrong == []
    one = Figure(read_pack(RESOURCES / "characters" / "zishu"), 0.4)
    pose = Pose(accessory="turtle")
    bare = one.still(pose)
    one.wear(worn["turtle"])
    assert differing(one.still(pose).toImage(), bare.toImage()) > 100
    anchor = one.manifest.anchors[worn["turtle"][0].anchor]
    assert one.covers_accessory(*anchor.at)
    assert not one.covers_accessory(0, 0)
    one.wear(None)
    assert not one.covers_accessory(*anchor.at)


def test_the_outline_is_where_she_is(app: QApplication) -> None:
    one = figure(2.0)
    still = one.still(Pose())
    region = region_of(still, 1.0)
    assert region.contains(QRect(90, 60, 4, 4)), "her face"
    assert not region.contains(QRect(0, 0, 2, 2))
    assert region_of(still, 2.0).boundingRect().width() == pytest.approx(
        region.boundingRect().width() * 2, abs=4
    )
