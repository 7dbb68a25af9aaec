"""What she does becomes what is seen: only what has changed is painted, and nothing is woken for nothing."""

from typing import Any

import pytest
from PySide6.QtCore import QRect, Qt

from tests.ui.conftest import Run, Settle
from zishu_app.character.motion import LONGEST
from zishu_app.ui.pet.body import Body
from zishu_app.ui.pet.moving import COARSE, FADE, Moving
from zishu_app.ui.pet.patches import EYES, MOUTH


class Clock:
    def __init__(self) -> None:
        self.now = 10.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(body: Body) -> Clock:
    made = Clock()
    body.window._moving._clock = made
    body.window.show()
    return made


@pytest.fixture
def painted(body: Body, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> list[QRect]:
    """The parts of the window that were painted anew."""
    found: list[QRect] = []
    monkeypatch.setattr(body.window, "repaint", found.append)
    return found


def tick(moving: Moving, clock: Clock, now: float) -> None:
    clock.now = now
    moving._woken()


def test_a_breath_is_all_of_her_and_a_blink_her_eyes(body: Body, clock: Clock, painted: list[QRect]) -> None:
    moving, whole = body.window._moving, body.window.rect()
    tick(moving, clock, 10.0)
    seen, now = set(), 10.0
    for _ in range(60):
        before = moving._shown
        painted.clear()
        now += moving._wake.interval() / 1000
        tick(moving, clock, now)
        if (before.eyes, moving._shown.eyes) in (("closed", "half"), ("half", "")):
            assert painted == [moving._patches.place(moving._shown, EYES)]
            seen.add("blink")
        elif before.breath != moving._shown.breath:
            assert painted == [whole]
            seen.add("breath")
    assert seen == {"blink", "breath"}


def test_her_mouth_alone_is_painted_while_she_speaks(body: Body, clock: Clock, painted: list[QRect]) -> None:
    window, moving = body.window, body.window._moving
    window.speak(0.0)
    painted.clear()
    window.speak(0.9)
    assert painted == [], "a mouth stays for a moment"
    clock.now += 0.07
    window.speak(0.9)
    assert painted == [moving._patches.place(moving._shown, MOUTH)]
    painted.clear()
    for level in (0.86, 0.9, 1.0, 7.0):
        clock.now += 0.07
        window.speak(level)
    assert painted == [], "the same mouth"
    assert moving._shown.mouth == window.figure.manifest.mouth.speech[-1]
    window.move_on(speaking=False, level=None)
    assert moving._shown.mouth == ""


def test_a_feeling_fades_over(body: Body, clock: Clock, painted: list[QRect]) -> None:
    window, moving = body.window, body.window._moving
    window.move_on(emotion="happy")
    assert moving._before is not None
    assert moving._wake.interval() <= 34
    tick(moving, clock, clock.now + FADE + 0.01)
    assert moving._before is None
    assert painted[-1] == window.rect()


def test_she_sleeps_between_two_moments(body: Body, clock: Clock) -> None:
    moving = body.window._moving
    body.window.move_on(asleep=True)  # her lids stay down
    tick(moving, clock, 10.5)
    tick(moving, clock, 4.6 * 3 + 3.3)  # the rest of a breath
    wait = moving._wake.interval()
    assert COARSE * 1000 < wait <= LONGEST * 1000 / 0.95 + 1
    assert moving._wake.timerType() == Qt.TimerType.CoarseTimer
    remaining = moving._wake.remainingTime()
    body.window.move_on(accessory="ribbon")
    assert moving._wake.remainingTime() <= remaining, "a timer that fits is left alone"


def test_nothing_moves_that_is_not_seen(body: Body, clock: Clock) -> None:
    body.window.hide()
    assert not body.window._moving._wake.isActive()
    body.window.move_on(emotion="sad")
    assert not body.window._moving._wake.isActive()
    body.window.show()
    assert body.window._moving._wake.isActive()


def test_whoever_looks_now_and_then_does_it_when_she_breathes(
    body: Body, clock: Clock, run: Run[Any], settle: Settle
) -> None:
    beats: list[int] = []
    body.window.beat.connect(lambda: beats.append(1))
    tick(body.window._moving, clock, 11.0)
    assert beats == [1]
    body.window.move_on(gaze=(1.0, 0.0))
    assert beats == [1], "not for what somebody else began"
