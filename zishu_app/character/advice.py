"""What an artist may want to know of a pack that is right as it is: what she cannot do with it, and what was drawn in vain."""

import re
import struct
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

from zishu_app.character.manifest import REGIONS, Emotion, Manifest
from zishu_app.character.pack import PARTS, Pack
from zishu_app.core.texts import t

#: by how much a part may be off the shape of the canvas
OFF = 0.02
_BOX = re.compile(r"""viewBox\s*=\s*["']\s*([-\d.]+)[\s,]+([-\d.]+)[\s,]+([-\d.]+)[\s,]+([-\d.]+)""")


def advice(pack: Pack) -> list[str]:
    """Each a sentence; none where there is nothing to say. Reads the pictures' beginnings: for a thread."""
    return [*_faces(pack.manifest), *_missing(pack), *_shapes(pack), *_unused(pack)]


def _faces(manifest: Manifest) -> Iterator[str]:
    for (one, first), (other, second) in combinations(manifest.emotions.items(), 2):
        if _looks(manifest, first) == _looks(manifest, second):
            yield t(
                f"表情 {one} 和 {other} 看上去一样：换一处眉、眼、嘴或记号。",
                f"{one} and {other} look the same: give one other brows, eyes, mouth or marks.",
            )


def _looks(manifest: Manifest, emotion: Emotion) -> tuple[object, ...]:
    return (
        emotion.brows, manifest.eyes[emotion.eyes], emotion.mouth, emotion.blush, emotion.arms, emotion.marks,
        emotion.gaze, emotion.tilt,
    )  # fmt: skip


def _missing(pack: Pack) -> Iterator[str]:
    """What she could do if it were there."""
    manifest = pack.manifest
    does = {
        "wave": t("打招呼时不挥手", "she does not wave"),
        "type": t("想的时候不打字", "she does not type while she thinks"),
        "book": t("闲着时不看书", "she never reads"),
        "tea": t("闲着时不喝茶", "she never drinks tea"),
        "stretch": t("闲着时不伸懒腰", "she never stretches"),
    }
    for name, lack in does.items():
        if name not in manifest.arms:
            yield t(f"没有手势 arms.{name}：{lack}。", f"There is no arms.{name}: {lack}.")
    if "half" not in manifest.eyes:
        yield t("没有 eyes.half：眨眼会一下子闭上。", "There is no eyes.half: she blinks in one step.")
    if not manifest.gaze.parts:
        yield t(
            "gaze.parts 是空的：眼睛不会跟着鼠标。",
            "gaze.parts is empty: her eyes do not follow the pointer.",
        )
    for anchor in ("left", "chest"):
        if anchor not in manifest.anchors:
            yield t(
                f"没有 anchors.{anchor}：戴在那里的配件会戴到头上。",
                f"There is no anchors.{anchor}: what is made for it goes to her head.",
            )
    for region in REGIONS:
        if region not in manifest.touch:
            yield t(
                f"没有 touch.{region}：碰那里没有反应。",
                f"There is no touch.{region}: nothing happens there.",
            )
    if not pack.card.is_file():
        yield t(
            "没有 card.toml：她没有性格，只有名字。",
            "There is no card.toml: she has a name and no character.",
        )


def _shapes(pack: Pack) -> Iterator[str]:
    wide, high = pack.manifest.canvas
    for part in sorted(pack.manifest.parts()):
        picture = pack.picture(part)
        size = _size(picture)
        if size is not None and abs(size[0] / size[1] - wide / high) > OFF * wide / high:
            yield t(
                f"{picture.name} 的比例是 {size[0]:g}×{size[1]:g}，画布是 {wide}×{high}：会被拉伸。",
                f"{picture.name} is {size[0]:g} x {size[1]:g}, the canvas {wide} x {high}: it will be stretched.",
            )


def _size(picture: Path) -> tuple[float, float] | None:
    """Width and height of a picture's own canvas; None where it does not say."""
    with picture.open("rb") as file:
        start = file.read(4096)
    if picture.suffix == ".png":
        width, height = struct.unpack(">II", start[16:24])
        return (float(width), float(height))
    found = _BOX.search(start.decode("utf-8", "replace"))
    if found is None:
        return None
    try:
        box = float(found[3]), float(found[4])
    except ValueError:
        return None
    return box if min(box) > 0 else None


def _unused(pack: Pack) -> Iterator[str]:
    known = {pack.picture(part).name for part in pack.manifest.parts()}
    folder = pack.folder / PARTS
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        if path.suffix in (".svg", ".png") and path.name not in known:
            yield t(f"{path.name} 没有用到。", f"{path.name} is not used.")
