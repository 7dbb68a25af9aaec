"""Linux beside the X server: power, quiet, idleness under Wayland; and what cannot be done there is said."""

import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from zishu_app.core.texts import set_language
from zishu_app.desktop.asked import ask
from zishu_app.desktop.linux import LinuxDesktop

WAYLAND = {"WAYLAND_DISPLAY": "wayland-0", "XDG_SESSION_TYPE": "wayland"}


def supply(folder: Path, name: str, **values: str) -> None:
    (folder / name).mkdir()
    for key, value in values.items():
        (folder / name / key).write_text(value + "\n")


def desktop(environment: dict[str, str], said: str = "", supplies: Path = Path("/nowhere")) -> LinuxDesktop:
    return LinuxDesktop(["zishu"], environment, supplies=supplies, tool=lambda _: said)


def test_power(tmp_path: Path) -> None:
    assert desktop({}).on_power(), "not known"
    assert desktop({}, supplies=tmp_path).on_power(), "no battery"
    supply(tmp_path, "BAT0", type="Battery", status="Discharging")
    assert not desktop({}, supplies=tmp_path).on_power()
    supply(tmp_path, "mouse", type="Battery", scope="Device", status="Discharging")
    supply(tmp_path, "AC", type="Mains", online="1")
    assert desktop({}, supplies=tmp_path).on_power()
    (tmp_path / "AC" / "online").write_text("0")
    assert not desktop({}, supplies=tmp_path).on_power()


def test_the_battery_of_a_mouse_is_not_the_computers(tmp_path: Path) -> None:
    supply(tmp_path, "mouse", type="Battery", scope="Device", status="Discharging")
    assert desktop({}, supplies=tmp_path).on_power()


@pytest.mark.parametrize(
    ("name", "said", "quiet"),
    [
        ("ubuntu:GNOME", "false", True),
        ("GNOME", "true", False),
        ("X-Cinnamon", "false", True),
        ("XFCE", "true", True),
        ("KDE", "b true", True),
        ("KDE", "", False),
        ("sway", "true", False),
    ],
)
def test_each_desktop_is_asked_in_its_own_way(name: str, said: str, quiet: bool) -> None:
    assert desktop({"XDG_CURRENT_DESKTOP": name}, said).do_not_disturb() is quiet


def test_idleness_under_wayland_is_logind_s_word() -> None:
    minute_ago = int((time.time() - 60) * 1e6)
    assert desktop(WAYLAND, "IdleHint=no\nIdleSinceHint=0").idle_seconds() == 0.0
    idle = desktop(WAYLAND, f"IdleHint=yes\nIdleSinceHint={minute_ago}").idle_seconds()
    assert idle == pytest.approx(60, abs=5)
    assert desktop(WAYLAND, "").idle_seconds() is None
    assert desktop(WAYLAND, "IdleHint=yes\nIdleSinceHint=soon").idle_seconds() is None


def test_wayland_says_what_it_does_not_allow() -> None:
    here = desktop(WAYLAND)
    assert here.has_compositor()
    assert here.full_screen(0, 0) is None
    assert not here.shape(1, [])
    assert "Wayland" in here.listen("Ctrl+Alt+Z", lambda: None).why_not
    what = [one.what for one in here.cannot()]
    assert what == [
        "Global hotkeys",
        "Hiding from some full-screen programs",
        "Remembering her place, falling, staying on top",
    ]
    assert all(one.why for one in here.cannot())
    set_language("zh")
    assert here.cannot()[0].what == "全局快捷键"
    here.close()


def test_without_any_display_it_knows_nothing_and_does_not_fail() -> None:
    here = desktop({"DISPLAY": ":65000"})
    assert (here.full_screen(0, 0), here.idle_seconds(), here.has_compositor()) == (None, None, False)
    assert here.listen("Ctrl+Alt+Z", lambda: None).why_not
    here.close()


def test_a_tool_that_is_missing_or_fails_says_nothing() -> None:
    commands: list[Sequence[str]] = [["no-such-tool-anywhere"], ["false"], ["sh", "-c", "echo x; exit 3"]]
    assert [ask(one) for one in commands] == ["", "", ""]
    assert ask(["echo", "yes"]) == "yes"
