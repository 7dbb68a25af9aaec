"""The X server is asked, not the window manager's word for it: full screen, idle time, compositor, hotkeys."""

import os
import shutil
import struct
import threading
from collections.abc import Iterator

import pytest

from tests.desktop.xserver import Manager, x_server
from zishu_app.desktop.combination import combination
from zishu_app.desktop.linux import LinuxDesktop
from zishu_app.desktop.x11 import X11
from zishu_app.desktop.x11_keys import X11Keys
from zishu_app.desktop.xcb import Connection

pytestmark = pytest.mark.skipif(shutil.which("Xvfb") is None, reason="there is no X server to ask")


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    with x_server() as name:
        yield name


@pytest.fixture
def manager(display: str) -> Iterator[Manager]:
    made = Manager(display)
    yield made
    made.close()


@pytest.fixture
def x11(display: str) -> Iterator[X11]:
    made = X11(display)
    yield made
    made.close()


def filling(manager: Manager, name: str = "film", **more: list[int]) -> int:
    return manager.window(name, _NET_WM_STATE=[manager.atom("_NET_WM_STATE_FULLSCREEN")], **more)


def test_nothing_fills_an_empty_screen(x11: X11) -> None:
    assert x11.full_screen(10, 10) is None


def test_a_program_that_fills_the_screen_is_named(manager: Manager, x11: X11) -> None:
    manager.window("writer")
    assert x11.full_screen(400, 300) is None, "a large window is no full screen"
    filling(manager)
    assert x11.full_screen(400, 300) == "Film"
    assert x11.full_screen(900, 300) is None, "on the next screen she can stay"


def test_what_lies_over_it_counts_unless_it_is_a_dock_or_ours(manager: Manager, x11: X11) -> None:
    filling(manager)
    manager.window("dock", _NET_WM_WINDOW_TYPE=[manager.atom("_NET_WM_WINDOW_TYPE_DOCK")])
    manager.window("zishu", _NET_WM_PID=[os.getpid()])
    assert x11.full_screen(400, 300) == "Film"
    manager.window("editor", (300, 200, 200, 200))
    assert x11.full_screen(400, 300) is None
    assert x11.full_screen(10, 10) == "Film", "beside the editor the film is still seen"


def test_what_is_on_another_desktop_or_hidden_or_gone_does_not_count(manager: Manager, x11: X11) -> None:
    manager.put(manager.server.root, "_NET_CURRENT_DESKTOP", [0], "CARDINAL")
    filling(manager, "elsewhere", _NET_WM_DESKTOP=[1])
    hidden = filling(manager, "hidden")
    states = ["_NET_WM_STATE_FULLSCREEN", "_NET_WM_STATE_HIDDEN"]
    manager.put(hidden, "_NET_WM_STATE", [manager.atom(one) for one in states])
    manager.gone(filling(manager, "gone"))
    assert x11.full_screen(400, 300) is None
    filling(manager, "everywhere", _NET_WM_DESKTOP=[0xFFFFFFFF])
    assert x11.full_screen(400, 300) == "Everywhere"


def test_a_compositor_is_known_by_its_selection(manager: Manager, x11: X11) -> None:
    assert not x11.has_compositor()
    manager.compose()
    assert x11.has_compositor()


def test_a_figure_takes_clicks_where_it_is_and_casts_no_shadow(manager: Manager, x11: X11) -> None:
    window = manager.window("figure", (100, 100, 200, 200))
    assert x11.shape(window, [(10, 20, 30, 40), (60, 0, 5, 5)])
    reply = manager.server.ask(8, struct.pack("=IB3x", window, 2), extension="SHAPE")
    found = {struct.unpack_from("=hhHH", reply, 32 + 8 * number) for number in (0, 1)}
    assert (struct.unpack_from("=I", reply, 8)[0], found) == (2, {(10, 20, 30, 40), (60, 0, 5, 5)})
    assert manager.server.words(window, "_COMPTON_SHADOW") == (0,)
    manager.gone(window)
    assert not x11.shape(window, [])


def test_how_long_nobody_was_there(x11: X11) -> None:
    idle = x11.idle_seconds()
    assert idle is not None
    assert 0 <= idle < 60


def test_after_the_end_it_knows_nothing(display: str) -> None:
    x11 = X11(display)
    x11.close()
    x11.close()
    assert (x11.full_screen(0, 0), x11.idle_seconds(), x11.has_compositor()) == (None, None, False)


def test_where_nobody_answers(display: str) -> None:
    with pytest.raises(OSError, match="no X server"):
        Connection(":65000")


def test_a_key_somebody_else_has_is_told(display: str) -> None:
    first, second = X11Keys(display), X11Keys(display)
    keys = combination("Ctrl+Alt+Z")
    try:
        assert first.grab(keys, lambda: None) == ""
        assert second.grab(keys, lambda: None) == "Another program has it."
        first.let_go(keys)
        assert second.grab(keys, lambda: None) == ""
    finally:
        first.close()
        second.close()


@pytest.mark.skipif(shutil.which("xdotool") is None, reason="nobody presses keys here")
def test_keys_are_heard(display: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import subprocess

    monkeypatch.setenv("DISPLAY", display)
    keys, heard = X11Keys(display), threading.Semaphore(0)
    try:
        assert keys.grab(combination("Ctrl+Shift+F7"), heard.release) == ""
        subprocess.run(["xdotool", "key", "ctrl+shift+F7"], check=True)
        assert heard.acquire(timeout=5)
        subprocess.run(["xdotool", "key", "shift+F7"], check=True)
        assert not heard.acquire(timeout=0.1), "all of the combination, or nothing"
    finally:
        keys.close()


def test_the_desktop_of_this_system(display: str) -> None:
    desktop = LinuxDesktop(["zishu"], {"DISPLAY": display, "HOME": "/nowhere"})
    heard = threading.Event()
    try:
        assert desktop.full_screen(1, 1) is None
        assert desktop.idle_seconds() is not None
        assert desktop.cannot() == []
        hotkey = desktop.listen("ctrl+alt+j", heard.set)
        assert hotkey.why_not == ""
        desktop.forget(hotkey)
        assert desktop.listen("J", heard.set).why_not.startswith('The hotkey "J" lacks')
    finally:
        desktop.close()
