"""Her manners: hiding, being quiet, sleeping, letting the mouse through, looking at the pointer."""

from collections.abc import Coroutine, Iterator
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import QPoint, Qt

from tests.ui.conftest import Run, Settle
from tests.ui.pet.conftest import Clock
from zishu_app.core.setting_her import Companion
from zishu_app.core.settings import load_settings
from zishu_app.desktop.scripted import ScriptedDesktop
from zishu_app.ui.pet.body import Body
from zishu_app.ui.pet.gaze import BORED, SELDOM, Gaze
from zishu_app.ui.pet.hotkeys import Hotkeys
from zishu_app.ui.pet.manners import ASK, LOOK, SLEEP, Manners, System
from zishu_app.ui.pet.screens import native
from zishu_app.ui.workbench import Workbench


class Wanted:
    """The settings, which a test changes."""

    def __init__(self, bench: Workbench) -> None:
        self._home = bench.house.home
        self.values: dict[str, Any] = {"companion.size": 0.3}

    def __call__(self) -> Companion:
        return load_settings(self._home, self.values, environment={}).companion


@pytest.fixture
def wanted(bench: Workbench) -> Wanted:
    return Wanted(bench)


@pytest.fixture
def manners(
    body: Body, desktop: ScriptedDesktop, bench: Workbench, clock: Clock, wanted: Wanted
) -> Iterator[Manners]:
    made = Manners(body, System(desktop, wanted, bench.tasks.start, clock))
    made.show(True)
    yield made
    shiboken6.delete(made)


def beat(manners: Manners, clock: Clock, seconds: float = LOOK) -> None:
    """Time passes, and she breathes."""
    clock.now += seconds
    manners.body.window.beat.emit()


async def beaten(manners: Manners, clock: Clock, seconds: float, until: Coroutine[Any, Any, None]) -> None:
    """The same where something slow is begun by it."""
    beat(manners, clock, seconds)
    await until


def test_she_hides_from_what_fills_her_screen_and_comes_back(
    manners: Manners, desktop: ScriptedDesktop, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone: list[bool] = []
    manners.gone.connect(gone.append)
    window = manners.body.window
    assert window.isVisible()
    desktop.filling = "Film"
    beat(manners, clock)
    assert (window.isVisible(), manners.quiet, manners.filling) == (False, True, "Film")
    assert manners._hidden.isActive(), "while she hides, a timer of her own looks"
    assert desktop.asked[-1] == window.geometry().center().toTuple()
    desktop.filling = None
    manners._hidden.timeout.emit()
    assert window.isVisible()
    assert not manners._hidden.isActive()
    assert gone == [True, False]


def test_who_does_not_want_that_sees_her_always(
    manners: Manners, desktop: ScriptedDesktop, clock: Clock, wanted: Wanted
) -> None:
    desktop.filling = "Film"
    beat(manners, clock)
    wanted.values["companion.hide_for_full_screen"] = False
    manners.follow()
    assert manners.body.window.isVisible()
    beat(manners, clock)
    assert manners.body.window.isVisible()


def test_she_looks_every_two_seconds_only(manners: Manners, desktop: ScriptedDesktop, clock: Clock) -> None:
    desktop.asked.clear()
    for _ in range(40):
        beat(manners, clock, 0.1)
    assert len(desktop.asked) in (1, 2)


def test_sent_away_she_is_away(manners: Manners, desktop: ScriptedDesktop) -> None:
    manners.show(False)
    assert not manners.body.window.isVisible()
    assert manners.quiet
    assert not manners._hidden.isActive()
    manners.show(True)
    assert manners.body.window.isVisible()
    assert not manners.quiet


def test_on_top_and_gravity_are_as_the_settings_have_them(manners: Manners, wanted: Wanted) -> None:
    window = manners.body.window
    top = Qt.WindowType.WindowStaysOnTopHint
    assert window.windowFlags() & top
    assert window.carrier.gravity
    wanted.values |= {"companion.on_top": False, "companion.gravity": False}
    manners.follow()
    assert not window.windowFlags() & top
    assert not window.windowHandle().flags() & top, "the window itself was told, and not made anew"
    assert window.isVisible()
    assert not window.carrier.gravity


def test_the_mouse_goes_through_her_and_back(manners: Manners) -> None:
    turned: list[bool] = []
    manners.turned.connect(lambda: turned.append(manners.through))
    manners.set_through(True)
    through = Qt.WindowType.WindowTransparentForInput
    assert manners.body.window.windowHandle().flags() & through
    manners.set_through(False)
    assert not manners.body.window.windowHandle().flags() & through
    assert turned == [True, False]


def test_she_sleeps_when_nobody_is_there_and_wakes(
    manners: Manners, desktop: ScriptedDesktop, clock: Clock, run: Run[Any], settle: Settle
) -> None:
    slept: list[bool] = []
    manners.slept.connect(slept.append)
    clock.now += SLEEP
    desktop.idle = SLEEP - 1
    run(beaten(manners, clock, ASK, settle(lambda: manners.idle == SLEEP - 1)))
    assert not manners.asleep
    desktop.idle = SLEEP + 1
    run(beaten(manners, clock, ASK, settle(lambda: manners.asleep)))
    desktop.idle = 1.0
    run(beaten(manners, clock, ASK, settle(lambda: not manners.asleep)))
    desktop.idle = SLEEP + 1
    run(beaten(manners, clock, ASK, settle(lambda: manners.asleep)))
    manners.body.window.touched.emit("head")
    assert not manners.asleep
    assert slept == [True, False, True, False]


def test_who_was_away_before_she_came_does_not_send_her_to_sleep(
    manners: Manners, desktop: ScriptedDesktop, clock: Clock, run: Run[Any], settle: Settle
) -> None:
    desktop.idle = 2 * SLEEP
    run(beaten(manners, clock, ASK, settle(lambda: manners.idle == 2 * SLEEP)))
    assert not manners.asleep
    run(beaten(manners, clock, SLEEP - ASK, settle(lambda: manners.asleep)))
    manners.show(False)
    manners.show(True)
    manners.wake()
    desktop.idle = 3 * SLEEP
    run(beaten(manners, clock, ASK, settle(lambda: manners.idle == 3 * SLEEP)))
    assert not manners.asleep, "called back, she has just come"


def test_she_is_not_even_seen_for_a_moment_over_what_fills_the_screen(
    manners: Manners, desktop: ScriptedDesktop
) -> None:
    manners.show(False)
    desktop.filling = "Film"
    gone: list[bool] = []
    manners.gone.connect(gone.append)
    manners.show(True)
    assert not manners.body.window.isVisible()
    assert gone == []
    assert manners._hidden.isActive()
    desktop.filling = None
    manners._hidden.timeout.emit()
    assert manners.body.window.isVisible()


def test_where_idleness_is_not_known_her_own_clock_counts(
    manners: Manners, desktop: ScriptedDesktop, clock: Clock, run: Run[Any], settle: Settle
) -> None:
    desktop.idle = None
    run(beaten(manners, clock, SLEEP + 1, settle(lambda: manners.asleep)))


def test_she_is_quiet_when_the_system_is(
    manners: Manners, desktop: ScriptedDesktop, clock: Clock, run: Run[Any], settle: Settle
) -> None:
    assert not manners.quiet
    desktop.quiet = True
    run(beaten(manners, clock, ASK, settle(lambda: manners.quiet)))
    desktop.quiet = False
    run(beaten(manners, clock, ASK, settle(lambda: not manners.quiet)))
    manners.set_quiet(True)
    assert manners.quiet


def test_the_compositor_may_go(manners: Manners, desktop: ScriptedDesktop, clock: Clock) -> None:
    cut: list[bool] = []
    manners.cut.connect(cut.append)
    desktop.compositor = False
    beat(manners, clock)
    beat(manners, clock)
    assert manners.body.window._outline.solid
    desktop.compositor = True
    beat(manners, clock)
    assert not manners.body.window._outline.solid
    assert cut == [True, False]


def test_when_screens_change_she_is_fitted_once(
    manners: Manners, run: Run[Any], settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    fitted: list[int] = []
    monkeypatch.setattr(manners.body.window.carrier, "stand", lambda *_: fitted.append(1))
    manners.screens._rest.setInterval(20)
    screen = manners.body.window.screen()
    for _ in range(5):
        screen.availableGeometryChanged.emit(screen.availableGeometry())
        screen.logicalDotsPerInchChanged.emit(96.0)
    run(settle(lambda: fitted))
    assert fitted == [1]


def test_pixels_of_the_system() -> None:
    class Screen:
        def geometry(self) -> Any:
            from PySide6.QtCore import QRect

            return QRect(1000, 100, 800, 600)

        def devicePixelRatio(self) -> float:  # noqa: N802 - as Qt has it
            return 1.5

    assert native(QPoint(1100, 300), Screen()) == QPoint(1150, 400)  # type: ignore[arg-type]


class Pointer:
    def __init__(self, at: QPoint) -> None:
        self.at = at

    def __call__(self) -> QPoint:
        return self.at


def test_she_looks_at_the_pointer_while_it_moves_near_her(body: Body, clock: Clock) -> None:
    window = body.window
    window.show()
    face = window.point_of("face")
    pointer, woken = Pointer(QPoint(-5000, 0)), []
    gaze = Gaze(window, pointer=pointer, clock=clock)
    gaze.somebody.connect(lambda: woken.append(1))

    def beats(seconds: float) -> None:
        clock.now += seconds
        window.beat.emit()

    beats(SELDOM)
    assert (window.motion.gaze, woken) == (None, [])
    pointer.at = face + QPoint(390, 0)
    beats(SELDOM / 2)
    assert woken == [], "not so often"
    beats(SELDOM)
    assert (window.motion.gaze, woken) == ((1.0, 0.0), [1])
    assert gaze._near.isActive(), "near her it is looked at more often"
    pointer.at = face + QPoint(-115, -100)
    gaze._near.timeout.emit()
    assert window.motion.gaze == (-0.5, -0.5)
    clock.now += BORED
    gaze._near.timeout.emit()
    assert window.motion.gaze is None, "it rests: she looks ahead again"
    assert not gaze._near.isActive()
    pointer.at = face + QPoint(500, 0)
    beats(SELDOM)
    assert window.motion.gaze is None, "too far away"


def test_hotkeys_are_heard_in_the_thread_that_draws(
    app: object, desktop: ScriptedDesktop, run: Run[Any], settle: Settle
) -> None:
    import threading

    heard: list[int] = []
    hotkeys = Hotkeys(desktop, {"talk": lambda: heard.append(threading.get_ident())})
    hotkeys.follow({"talk": "Ctrl+Alt+Z"})
    thread = threading.Thread(target=lambda: desktop.press("Ctrl+Alt+Z"))
    thread.start()
    thread.join()
    assert heard == []
    run(settle(lambda: heard))
    assert heard == [threading.get_ident()]
    hotkeys.follow({"talk": "Ctrl+Alt+Z"})
    assert list(desktop.heard) == ["Ctrl+Alt+Z"]
    hotkeys.follow({"talk": "Ctrl+Alt+Y"})
    assert list(desktop.heard) == ["Ctrl+Alt+Y"]
    hotkeys.follow({"talk": ""})
    assert (desktop.heard, hotkeys.known) == ({}, {})
    desktop.taken = ("F1",)
    hotkeys.follow({"talk": "F1"})
    assert hotkeys.known["talk"].why_not == "taken"
