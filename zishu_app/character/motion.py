"""How she moves: from what she is doing and the time to a pose, and to the moment when the pose will be another one.

Pure, so that nothing has to run while nothing moves: the window asks for a pose, and is woken when it is due. At rest
that is twice a second (breath and hair go in ten steps) and at each blink; only speaking and changes of
feeling are drawn thirty times a second.
"""

import math
from dataclasses import dataclass

from zishu_app.character.manifest import Manifest
from zishu_app.character.pose import Pose
from zishu_app.core.chance import dice

#: seconds of one breath, and the steps it is drawn in
BREATH, STEPS = 4.2, 10
#: seconds in each of which she blinks once, how long that takes, and how long the lids are halfway
BLINK, BLINKING, LID = 4.0, 0.16, 0.04
#: seconds between two frames while something moves
FRAME = 1 / 30
#: seconds of a mouth shape where only the pace of the text is known
SYLLABLE = 0.11
#: seconds for which she looks one way when she looks around
TURN = 0.75
#: seconds in which a feeling arrives, with a little hop
ARRIVING = 0.45

#: what she does by herself, and for how many seconds
ACTIVITIES = {"stretch": 3.2, "book": 14.0, "tea": 9.0, "look": 3.0, "hum": 6.0, "wave": 2.4}


@dataclass(frozen=True, slots=True)
class Motion:
    """What she is doing."""

    emotion: str = "calm"
    #: when this feeling came
    since: float = -10.0
    #: one of `ACTIVITIES`, or nothing
    activity: str = ""
    began: float = 0.0
    #: she speaks; how loud, from 0 to 1, or None where only the text is known
    speaking: bool = False
    level: float | None = None
    #: she is thinking of what to say
    thinking: bool = False
    asleep: bool = False
    #: where the pointer is, each from -1 to 1; None: far away
    gaze: tuple[float, float] | None = None
    accessory: str = ""
    #: of her blinking
    seed: int = 0


def pose_at(manifest: Manifest, motion: Motion, now: float) -> Pose:
    """How she stands at `now` (seconds of any clock that does not jump)."""
    phase = math.floor(now / BREATH * STEPS) % STEPS / STEPS * 2 * math.pi
    resting = motion.asleep or motion.emotion == "sleepy"
    turn, nod = _head(motion, now)
    return Pose(
        emotion="sleepy" if motion.asleep else motion.emotion,
        eyes=_eyes(manifest, motion, now),
        mouth=_mouth(manifest, motion, now),
        arms=_arms(manifest, motion),
        accessory=motion.accessory,
        gaze=None if resting else _gaze(motion, now),
        tilt=round(turn, 2),
        nod=round(nod, 2),
        breath=round((1 - math.cos(phase)) / 2, 3),
        sway=round(math.sin(phase + 0.9), 3),
        marks=not motion.activity and not motion.speaking,
    )


def due(motion: Motion, now: float) -> float:
    """Seconds until the pose changes by itself."""
    if now - motion.since < ARRIVING or motion.activity in ("wave", "hum"):
        return FRAME
    if motion.speaking and motion.level is not None:
        return FRAME
    step = BREATH / STEPS
    soon = [step - now % step]
    if motion.speaking:
        soon.append(SYLLABLE - now % SYLLABLE)
    if not (motion.asleep or motion.emotion == "sleepy"):
        soon.append(_next_lid(motion, now))
    if motion.activity == "look":
        soon.append(TURN - (now - motion.began) % TURN)
    # never sooner than a frame: a clock that stands exactly on the edge would be asked again and again
    return max(min(soon), FRAME / 2)


def _blink(motion: Motion, slot: int) -> float:
    """When she begins to blink in a slot of time."""
    return slot * BLINK + dice(motion.seed, "blink", slot).random() * (BLINK - 2 * BLINKING)


def _next_lid(motion: Motion, now: float) -> float:
    slot = math.floor(now / BLINK)
    edges = (0.0, LID, BLINKING - LID, BLINKING)
    times = [_blink(motion, one) + edge for one in (slot, slot + 1) for edge in edges]
    return min(time - now for time in times if time > now + 1e-6)


def _eyes(manifest: Manifest, motion: Motion, now: float) -> str:
    """Lids that fall and rise; empty: as the feeling has it."""
    if motion.asleep:
        return "closed"
    own = manifest.emotions[motion.emotion].eyes
    if own not in ("open", "wide", "teary", "low"):
        return ""
    since = now - _blink(motion, math.floor(now / BLINK))
    if not 0 <= since < BLINKING:
        return "open" if motion.thinking and own == "open" else ""
    shut = LID <= since < BLINKING - LID
    return "closed" if shut or "half" not in manifest.eyes else "half"


def _mouth(manifest: Manifest, motion: Motion, now: float) -> str:
    """The mouth of what she says; empty: as the feeling has it."""
    shapes = manifest.mouth.speech
    if not motion.speaking:
        return shapes[0] if motion.activity == "hum" and math.floor(now / 0.6) % 2 else ""
    if motion.level is not None:
        return shapes[min(int(motion.level * len(shapes)), len(shapes) - 1)]
    return shapes[dice(motion.seed, "mouth", math.floor(now / SYLLABLE)).randrange(len(shapes))]


def _arms(manifest: Manifest, motion: Motion) -> str:
    """What her arms do; empty: as the feeling has it."""
    if motion.thinking and "type" in manifest.arms:
        return "type"
    if motion.activity in manifest.arms:
        return motion.activity
    return "rest" if motion.activity or motion.asleep else ""


def _gaze(motion: Motion, now: float) -> tuple[float, float] | None:
    if motion.activity == "look":
        turn = math.floor((now - motion.began) / TURN) % 4
        return ((-1.0, 0.0), (0.0, 0.0), (1.0, 0.0), (0.0, -0.5))[turn]
    if motion.thinking or motion.activity in ("book", "tea"):
        return (0.0, 1.0)
    return motion.gaze


def _head(motion: Motion, now: float) -> tuple[float, float]:
    """Degrees and pixels: a hop when a feeling arrives, a nod while she hums or waves."""
    arrived = now - motion.since
    if 0 <= arrived < ARRIVING and not motion.asleep:
        x = arrived / ARRIVING
        return 0.0, -7 * math.sin(math.pi * x) * (1 - x)
    if motion.activity in ("wave", "hum"):
        return 2.0 * math.sin((now - motion.began) * 5), 0.0
    return 0.0, 0.0
