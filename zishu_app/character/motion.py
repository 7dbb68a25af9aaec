"""How she moves: from what she is doing and the time to a pose, and to the moment when the pose will be another one.

Pure, so that nothing has to run while nothing moves: the window asks for a pose, and is woken when it is due. At rest
that is twice a second: to be woken costs far more than to draw, so breath goes in eight steps and then rests, as breath
does, and she blinks when a step is due anyway. Only changes of feeling are drawn thirty times a second.
"""

import bisect
import functools
import math
from dataclasses import dataclass

from zishu_app.character.manifest import Manifest
from zishu_app.character.pose import Pose
from zishu_app.core.chance import dice

#: seconds of one breath
BREATH = 4.6
#: its steps: when each begins, how far she has breathed in then, and how her hair hangs; the last one is the rest
STEPS = tuple(
    (begins, depth, round(math.sin(turn / 8 * 2 * math.pi + 0.9), 3))
    for turn, (begins, depth) in enumerate(
        ((0.0, 0.15), (0.4, 0.5), (0.8, 0.85), (1.2, 1.0), (1.9, 0.8), (2.35, 0.5), (2.8, 0.2), (3.25, 0.0))
    )
)
#: seconds between two of them at most
LONGEST = BREATH - STEPS[-1][0]
#: seconds in each of which she blinks once; lids fall at once, stay down, and are up again in two steps
BLINK, SHUT, BLINKING = 4.0, 0.1, 0.17
#: seconds between two frames while something moves, and while she only swings a little
FRAME, SWING = 1 / 30, 1 / 12
#: seconds of a mouth shape while she hums
HUM = 0.6
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
    _, depth, sway = STEPS[_step(now)]
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
        breath=depth,
        sway=sway,
        marks=not motion.activity and not motion.speaking,
    )


def due(motion: Motion, now: float) -> float:
    """Seconds until the pose changes by itself."""
    if now - motion.since < ARRIVING:
        return FRAME
    soon = [_next_step(now)]
    if motion.speaking and motion.level is None:
        soon.append(SYLLABLE - now % SYLLABLE)
    if not (motion.asleep or motion.emotion == "sleepy"):
        soon += [edge - now for edge in _lids(motion.seed, math.floor(now / BLINK)) if edge > now]
    if motion.activity in ("wave", "hum"):
        soon.append(SWING - (now - motion.began) % SWING)
    if motion.activity == "hum":
        soon.append(HUM - now % HUM)
    if motion.activity == "look":
        soon.append(TURN - (now - motion.began) % TURN)
    # never sooner than a frame: a clock that stands exactly on the edge would be asked again and again
    return max(min(soon), FRAME / 2)


def _step(now: float) -> int:
    """The step of her breath at a time."""
    return bisect.bisect(STEPS, now % BREATH, key=lambda one: one[0]) - 1


def _next_step(now: float) -> float:
    """Seconds until the next step."""
    following = _step(now) + 1
    begins = STEPS[following][0] if following < len(STEPS) else BREATH
    return begins - now % BREATH


@functools.lru_cache(16)
def _lids(seed: int, slot: int) -> tuple[float, float, float]:
    """When her lids fall in a slot of time, are halfway up, and up. Kept: dice cost more than all else here."""
    wished = slot * BLINK + dice(seed, "blink", slot).random() * (BLINK - BLINKING - LONGEST)
    falls = wished + _next_step(wished)
    return falls, falls + SHUT, falls + BLINKING


def _eyes(manifest: Manifest, motion: Motion, now: float) -> str:
    """Lids that fall and rise; empty: as the feeling has it."""
    if motion.asleep:
        return "closed"
    own = manifest.emotions[motion.emotion].eyes
    if not set(manifest.eyes[own]) & set(manifest.gaze.parts):  # closed already, or squeezed
        return ""
    falls, half, up = _lids(motion.seed, math.floor(now / BLINK))
    if not falls <= now < up:
        return ""
    return "half" if now >= half and "half" in manifest.eyes else "closed"


def _mouth(manifest: Manifest, motion: Motion, now: float) -> str:
    """The mouth of what she says; empty: as the feeling has it."""
    shapes = manifest.mouth.speech
    if not motion.speaking:
        return shapes[0] if motion.activity == "hum" and math.floor(now / HUM) % 2 else ""
    if motion.level is not None:
        return mouth_of(manifest, motion.level)
    return shapes[dice(motion.seed, "mouth", math.floor(now / SYLLABLE)).randrange(len(shapes))]


def mouth_of(manifest: Manifest, level: float) -> str:
    """The mouth of a sound, by how loud it is."""
    shapes = manifest.mouth.speech
    return shapes[min(max(int(level * len(shapes)), 0), len(shapes) - 1)]


def _arms(manifest: Manifest, motion: Motion) -> str:
    """What her arms do; empty: as the feeling has it."""
    if motion.thinking and "type" in manifest.arms:
        return "type"
    if motion.activity in manifest.arms:
        return motion.activity
    return "rest" if motion.activity else ""


def _gaze(motion: Motion, now: float) -> tuple[float, float] | None:
    if motion.activity == "look":
        turn = math.floor((now - motion.began) / TURN) % 4
        return ((-1.0, 0.0), (0.0, 0.0), (1.0, 0.0), (0.0, -0.5))[turn]
    if motion.thinking or motion.activity in ("book", "tea", "desk"):
        return (0.0, 1.0)
    return motion.gaze


def _head(motion: Motion, now: float) -> tuple[float, float]:
    """Degrees and pixels: a hop when a feeling arrives, a nod while she hums or waves."""
    arrived = now - motion.since
    if 0 <= arrived < ARRIVING and not motion.asleep:
        x = arrived / ARRIVING
        return 0.0, -7 * math.sin(math.pi * x) * (1 - x)
    if motion.activity in ("wave", "hum"):
        return 2.0 * math.sin(math.floor((now - motion.began) / SWING) * SWING * 5), 0.0
    return 0.0, 0.0
