"""The system packages that set-up wants: each with its reason, and Qt's many libraries as one."""

import importlib
import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest

from zishu_app.core import qt_libraries
from zishu_app.core.texts import set_language

# its files import each other by name, as they do when Python runs start.py in that folder
sys.path.append(str(Path(__file__).parents[2] / "packaging"))
system_packages = importlib.import_module("system_packages")
environment = importlib.import_module("environment")
setting_up = importlib.import_module("setting_up")

BARE = ["libEGL.so.1", "libglib-2.0.so.0", "libxcb-cursor.so.0"]


@dataclass
class ScriptedScreen:
    """Hears what is said, and lets every command succeed."""

    told: list[str] = field(default_factory=list)
    ran: list[list[str]] = field(default_factory=list)

    def say(self, text: str) -> None:
        self.told.append(text)

    def run(self, label: str, command: list[str]) -> SimpleNamespace:
        self.ran.append(command)
        return SimpleNamespace(code=0)


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A Debian that has everything but three of Qt's libraries and Xvfb."""
    monkeypatch.setattr(system_packages, "is_debian", lambda: True)
    monkeypatch.setattr(system_packages, "has_chinese_font", lambda: True)
    monkeypatch.setattr(
        system_packages.shutil, "which", lambda name: None if name == "Xvfb" else f"/usr/bin/{name}"
    )
    monkeypatch.setattr(qt_libraries, "missing", lambda sonames: [one for one in sonames if one in BARE])
    monkeypatch.setattr(qt_libraries, "_apt_names", lambda: "libegl1\nlibglib2.0-0t64\nlibxcb-cursor0\n")
    monkeypatch.setattr(system_packages, "installed_size", lambda names: 7_000_000)
    (tmp_path / "main_Packages").touch()
    monkeypatch.setattr(system_packages, "LISTS", tmp_path)


def missing(*, test: bool = False) -> list[str]:
    return [one.name for one in system_packages.wanted(test=test) if one.missing]


@pytest.mark.usefixtures("bare")
def test_the_libraries_of_qt_are_wanted_as_one() -> None:
    (found,) = [one for one in system_packages.wanted() if one.missing]
    assert found.name == "a set of 3 libraries for Qt"
    assert found.packages == ("libegl1", "libglib2.0-0t64", "libxcb-cursor0")


@pytest.mark.usefixtures("bare")
def test_an_x_server_is_wanted_for_the_tests_only() -> None:
    assert missing(test=True) == [*missing(), "xvfb"]


def test_one_library_goes_by_its_own_name() -> None:
    assert system_packages.for_qt(["libxcb-icccm.so.4"]).name == "libxcb-icccm4"


def test_when_nothing_is_missing_apt_is_not_asked_for_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(qt_libraries, "_apt_names", lambda: pytest.fail("half a second for nothing"))
    assert not system_packages.for_qt([]).missing


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "en",
            [
                "  a set of 3 libraries for Qt is missing: without it the window cannot open; "
                "the command line works all the same.",
                "  Run: sudo apt-get install -y libegl1 libglib2.0-0t64 libxcb-cursor0",
            ],
        ),
        (
            "zh",
            [
                "  缺少 Qt 用的一组库（3 个）：没有它，窗口打不开；命令行照常可用。",
                "  可运行：sudo apt-get install -y libegl1 libglib2.0-0t64 libxcb-cursor0",
            ],
        ),
    ],
)
def test_what_cannot_be_installed_is_told_in_two_lines(
    language: str, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    set_language(language)
    monkeypatch.setattr(system_packages, "_prefix", lambda screen, names: None)
    screen = ScriptedScreen()
    assert system_packages.install_missing(screen) is None
    assert screen.told == told


@pytest.mark.usefixtures("bare")
def test_each_package_is_installed_and_the_set_is_named_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system_packages, "_prefix", lambda screen, names: [])
    screen = ScriptedScreen()
    taken = system_packages.install_missing(screen, test=True)
    assert taken is not None
    assert taken[1] == 7_000_000
    assert screen.ran[0][-4:] == ["libegl1", "libglib2.0-0t64", "libxcb-cursor0", "xvfb"]
    assert [line.partition(": ")[2].rpartition(": ")[0] for line in screen.told] == [
        "a set of 3 libraries for Qt, xvfb"
    ]


@pytest.mark.parametrize(
    ("wanted", "before", "test"), [((), "", False), (("test",), "", True), ((), "test", True)]
)
def test_set_up_wants_what_tests_need_where_tests_run(
    wanted: tuple[str, ...], before: str, test: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []

    class Enough(Exception):
        """The rest of the set-up is not looked at."""

    def install_missing(screen: object, *, test: bool) -> None:
        asked.append(test)
        raise Enough

    monkeypatch.setattr(system_packages, "install_missing", install_missing)
    setting_up.stamp.write(str(tmp_path), {"extras": before})
    screen = SimpleNamespace(log=tmp_path / "log", say=lambda text: None)
    with pytest.raises(Enough):
        setting_up.SetUp(environment.Place(tmp_path, tmp_path), screen, "first").run(wanted)
    assert asked == [test]
