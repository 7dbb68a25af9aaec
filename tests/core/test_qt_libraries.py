"""What Qt needs of the system: what is missing is found by soname and named as apt names it."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from zishu_app.core import qt_libraries as qt
from zishu_app.core.texts import set_language

linux = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere Qt's wheel brings everything")


def all_but(*sonames: str) -> Callable[[str], bool]:
    return lambda soname: soname not in sonames


@linux
def test_a_library_is_there_when_the_linker_finds_it(tmp_path: Path) -> None:
    (tmp_path / "libbroken.so.1").write_text("not a library")
    assert qt.loads("libc.so.6")
    assert not qt.loads("libno-such-thing.so.1")
    assert not qt.loads(str(tmp_path / "libbroken.so.1"))


@linux
def test_what_is_missing_is_named() -> None:
    assert qt.missing(qt.IMPORT, all_but("libEGL.so.1")) == ["libEGL.so.1"]
    assert qt.missing(qt.IMPORT, all_but()) == []


def test_elsewhere_nothing_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    assert qt.missing(qt.IMPORT, lambda soname: False) == []
    assert qt.x_server_answers({"DISPLAY": ":1"})


@linux
@pytest.mark.parametrize(
    ("environment", "x11"),
    [
        ({"DISPLAY": ":0"}, True),
        ({"DISPLAY": ":0", "QT_QPA_PLATFORM": "xcb"}, True),
        ({"DISPLAY": ":0", "QT_QPA_PLATFORM": "offscreen:size=9x9"}, False),
        ({"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}, False),
        ({}, False),
    ],
)
def test_what_x11_needs_is_wanted_under_x11_only(environment: dict[str, str], x11: bool) -> None:
    missing = qt.missing_for_window(environment, all_but("libxcb-cursor.so.0"))
    assert missing == (["libxcb-cursor.so.0"] if x11 else [])
    assert qt.missing_for_window(environment, all_but("libGL.so.1")) == ["libGL.so.1"]


@pytest.mark.parametrize(
    ("listing", "name"),
    [
        ("libegl1\nlibglib2.0-0\n", "libglib2.0-0"),  # Debian 12
        ("libegl1\nlibglib2.0-0t64\n", "libglib2.0-0t64"),  # Debian 13, Ubuntu 24.04
        ("libglib2.0-0\nlibglib2.0-0t64\n", "libglib2.0-0t64"),  # risen from 12 to 13
        ("", "libglib2.0-0"),  # no lists yet: the new package also goes by its old name
    ],
)
def test_packages_have_the_names_that_apt_knows(listing: str, name: str) -> None:
    assert qt.packages_of(["libglib-2.0.so.0", "libEGL.so.1"], listing) == [name, "libegl1"]


def test_every_library_has_one_package() -> None:
    packages = [*qt.IMPORT.values(), *qt.X11.values()]
    assert len(set(packages)) == len(packages) == len(qt.IMPORT | qt.X11)


def test_what_is_lacking_comes_with_the_line_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(qt.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(qt, "_apt_names", lambda: "libegl1\nlibgl1\n")
    error = qt.lacking(["libEGL.so.1", "libGL.so.1"])
    assert error.message.endswith("this system lacks what Qt needs: libEGL.so.1 and 1 more.")
    assert error.hint == "sudo apt-get install -y libegl1 libgl1"
    set_language("zh")
    assert "libEGL.so.1 等 2 个" in qt.lacking(["libEGL.so.1", "libGL.so.1"]).message


def test_without_apt_the_libraries_themselves_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(qt.shutil, "which", lambda name: None)
    assert qt.what_to_do(["libEGL.so.1"]).endswith("libEGL.so.1")


@linux
def test_a_display_that_nobody_serves_does_not_answer() -> None:
    assert not qt.x_server_answers({"DISPLAY": ":65000"})
    assert qt.x_server_answers({"DISPLAY": ":65000", "QT_QPA_PLATFORM": "offscreen"})


@linux
@pytest.mark.skipif(shutil.which("Xvfb") is None, reason="there is no X server to ask")
def test_a_display_that_is_served_answers() -> None:
    command = ["Xvfb", "-displayfd", "1", "-screen", "0", "64x64x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        assert server.stdout is not None
        display = ":" + server.stdout.readline().strip()
        try:
            assert qt.x_server_answers({"DISPLAY": display})
        finally:
            server.terminate()
