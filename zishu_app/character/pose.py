"""How a character stands at one moment: which parts, where, turned by how much. Pure; drawn by ui/pet/figure."""

from dataclasses import dataclass

from zishu_app.character.manifest import Manifest

#: no part at all, e.g. for a mouth that is drawn over a pose
NOTHING = "-"


@dataclass(frozen=True, slots=True)
class Pose:
    """A moment of a character. Empty fields: as the emotion has it; `NOTHING` leaves the place empty."""

    emotion: str = "calm"
    eyes: str = ""
    mouth: str = ""
    arms: str = ""
    accessory: str = ""
    #: where she looks, each from -1 to 1; None: as the emotion has it
    gaze: tuple[float, float] | None = None
    #: degrees of the head, beside the emotion's own
    tilt: float = 0.0
    #: pixels of the canvas by which the head sinks
    nod: float = 0.0
    #: 0 breathed out, 1 breathed in
    breath: float = 0.0
    #: from -1 to 1, of what the manifest allows
    sway: float = 0.0
    #: whether the emotion's marks are shown
    marks: bool = True


@dataclass(frozen=True, slots=True)
class Placed:
    """A part to draw, the lowest first."""

    part: str
    #: pixels of the canvas
    dx: float
    dy: float
    #: degrees and the point it is turned about, from the inside out
    turns: tuple[tuple[float, tuple[float, float]], ...]


def placed(manifest: Manifest, pose: Pose, *, behind: bool = False) -> list[Placed]:
    """Every part of a pose in the order of drawing; the accessory stands as a part named "accessory".

    `behind`: it is worn behind her head, whatever the manifest says.
    """
    slots = _slots(manifest, pose)
    emotion = manifest.emotions[pose.emotion]
    look = _look(manifest, pose)
    found: list[Placed] = []
    for slot in _order(manifest, behind=behind):
        turns: list[tuple[float, tuple[float, float]]] = []
        if pose.sway and slot in manifest.sway:
            sway = manifest.sway[slot]
            turns.append((sway.degrees * pose.sway, sway.pivot))
        in_head = slot in manifest.head.slots
        if in_head and (angle := emotion.tilt + pose.tilt):
            turns.append((angle, manifest.head.pivot))
        nod = pose.nod if in_head else 0.0
        for part in slots.get(slot, ()):
            dx, dy = look if part in manifest.gaze.parts else (0.0, 0.0)
            found.append(Placed(part, dx, dy + nod, tuple(turns)))
    return found


def _order(manifest: Manifest, *, behind: bool) -> list[str]:
    """Slots from the back to the front."""
    order = list(manifest.order)
    if behind and "accessory" in order:
        order.remove("accessory")
        order.insert(
            next((at for at, slot in enumerate(order) if slot in manifest.head.slots), 0), "accessory"
        )
    return order


def _slots(manifest: Manifest, pose: Pose) -> dict[str, tuple[str, ...]]:
    emotion = manifest.emotions[pose.emotion]
    arms = manifest.arms.get(pose.arms or emotion.arms) or manifest.arms["rest"]
    return {
        **manifest.always,
        "arms_behind": arms.behind,
        "arms_before": arms.before,
        "blush": (emotion.blush,) if emotion.blush else (),
        "eyes": manifest.eyes.get(pose.eyes or emotion.eyes, ()),
        "mouth": () if pose.mouth == NOTHING else (pose.mouth or emotion.mouth,),
        "brows": (emotion.brows,),
        "accessory": ("accessory",) if pose.accessory else (),
        "marks": emotion.marks if pose.marks else (),
    }


def _look(manifest: Manifest, pose: Pose) -> tuple[float, float]:
    """Pixels of the canvas by which the eyes are moved."""
    own = manifest.emotions[pose.emotion].gaze
    if pose.gaze is None or any(own):
        return own
    reach = manifest.gaze.reach
    return pose.gaze[0] * reach[0], pose.gaze[1] * reach[1]


def region_at(manifest: Manifest, x: float, y: float) -> str:
    """What is touched at a point of the canvas; empty where nothing is."""
    for region, ellipses in manifest.touch.items():
        for cx, cy, rx, ry in ellipses:
            if ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 <= 1:
                return region
    return ""
