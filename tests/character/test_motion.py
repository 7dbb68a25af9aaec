"""How she moves: poses come from the time alone, and nothing is woken while nothing changes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zishu_app.character.manifest import EMOTIONS, read_manifest
from zishu_app.character.motion import ACTIVITIES, LONGEST, Motion, due, pose_at
from zishu_app.character.pose import placed, region_at
from zishu_app.core.paths import RESOURCES

MANIFEST = read_manifest(RESOURCES / "characters" / "zishu" / "character.toml")
PARTS = {path.stem for path in (RESOURCES / "characters" / "zishu" / "parts").iterdir()}

motions = st.builds(
    Motion,
    emotion=st.sampled_from(EMOTIONS),
    since=st.floats(0, 100),
    activity=st.sampled_from(["", *ACTIVITIES]),
    began=st.floats(0, 100),
    speaking=st.booleans(),
    level=st.none() | st.floats(0, 1),
    thinking=st.booleans(),
    asleep=st.booleans(),
    gaze=st.none() | st.tuples(st.floats(-1, 1), st.floats(-1, 1)),
    accessory=st.sampled_from(["", "ribbon"]),
    seed=st.integers(0, 1000),
)


@given(motions, st.floats(0, 1000))
def test_every_moment_can_be_drawn(motion: Motion, now: float) -> None:
    pose = pose_at(MANIFEST, motion, now)
    parts = {one.part for one in placed(MANIFEST, pose)} - {"accessory"}
    assert parts <= PARTS
    assert {"face", "body", "hair_front"} <= parts


@given(motions, st.floats(0, 1000))
def test_nothing_changes_before_it_is_due(motion: Motion, now: float) -> None:
    wait = due(motion, now)
    assert 0 < wait <= LONGEST + 1e-9
    if wait > 0.05:  # between two frames of a movement it does change
        assert pose_at(MANIFEST, motion, now) == pose_at(MANIFEST, motion, now + wait * 0.9)


def test_at_rest_she_is_woken_a_few_times_a_second_only() -> None:
    motion, now, woken = Motion(), 100.0, 0
    while now < 160.0:
        now += due(motion, now)
        woken += 1
    assert woken < 60 * 4.5


def test_she_blinks_in_every_slot_and_not_in_her_sleep() -> None:
    times = [100 + n * 0.02 for n in range(3000)]
    eyes = [pose_at(MANIFEST, Motion(), now).eyes for now in times]
    closed = sum(1 for a, b in zip(eyes, eyes[1:], strict=False) if b == "closed" != a)
    assert 13 <= closed <= 16  # a minute of them, one in four seconds
    asleep = {pose_at(MANIFEST, Motion(asleep=True), now).eyes for now in times}
    assert asleep == {"closed"}


def test_her_mouth_follows_the_sound() -> None:
    shapes = MANIFEST.mouth.speech
    quiet = pose_at(MANIFEST, Motion(speaking=True, level=0.0), 5.0).mouth
    loud = pose_at(MANIFEST, Motion(speaking=True, level=1.0), 5.0).mouth
    assert (quiet, loud) == (shapes[0], shapes[-1])


@pytest.mark.parametrize(
    ("x", "y", "region"),
    [(230, 120, "head"), (152, 276, "cheek"), (143, 440, "hand"), (230, 470, "body"), (5, 5, "")],
)
def test_regions(x: float, y: float, region: str) -> None:
    assert region_at(MANIFEST, x, y) == region
