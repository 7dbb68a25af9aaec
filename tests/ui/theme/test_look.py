"""Day and night: chosen, or as the system says, and changed while the window is open."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette, QStyleHints
from PySide6.QtWidgets import QApplication, QLabel

from zishu_app.ui.follow import LOOK
from zishu_app.ui.theme import look
from zishu_app.ui.theme.tokens import DAY, NIGHT


class System:
    """The desktop, whose look can be changed. The platform without a screen has none of its own."""

    def __init__(self, app: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
        self._hints = app.styleHints()
        self._scheme = Qt.ColorScheme.Light
        monkeypatch.setattr(QStyleHints, "colorScheme", lambda _hints: self._scheme)

    def turn(self, scheme: Qt.ColorScheme) -> None:
        self._scheme = scheme
        self._hints.colorSchemeChanged.emit(scheme)


@pytest.fixture
def system(app: QApplication, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[System]:
    made = System(app, monkeypatch)
    yield made
    look.put_on(app, "light", tmp_path)


def ground(app: QApplication) -> str:
    return app.palette().color(QPalette.ColorRole.Window).name().upper()


def test_auto_follows_the_system_both_ways(app: QApplication, system: System, tmp_path: Path) -> None:
    look.put_on(app, "auto", tmp_path)
    assert look.now() is DAY
    system.turn(Qt.ColorScheme.Dark)
    assert look.now() is NIGHT
    assert ground(app) == NIGHT.paper
    assert NIGHT.violet in app.styleSheet()
    assert DAY.violet not in app.styleSheet()
    system.turn(Qt.ColorScheme.Light)
    assert look.now() is DAY
    assert ground(app) == DAY.paper


@pytest.mark.parametrize(("choice", "worn"), [("light", DAY), ("dark", NIGHT)])
def test_what_is_chosen_stays_whatever_the_system_does(
    app: QApplication, system: System, tmp_path: Path, choice: look.Choice, worn: object
) -> None:
    look.put_on(app, choice, tmp_path)
    for scheme in (Qt.ColorScheme.Dark, Qt.ColorScheme.Light, Qt.ColorScheme.Unknown):
        system.turn(scheme)
        assert look.now() is worn


def test_who_wears_the_look_hears_of_a_change_and_of_nothing_else(
    app: QApplication, system: System, tmp_path: Path
) -> None:
    label, heard = QLabel(), []
    look.put_on(app, "light", tmp_path)
    LOOK.follow(label, lambda: heard.append(look.now().dark))
    look.put_on(app, "dark", tmp_path)
    look.put_on(app, "dark", tmp_path)  # nothing changes: nothing is dressed anew
    look.put_on(app, "light", tmp_path)
    assert heard == [False, True, False]


def test_a_disabled_text_is_fainter_than_one_that_can_be_used() -> None:
    made = look.palette(NIGHT)
    disabled, active = QPalette.ColorGroup.Disabled, QPalette.ColorGroup.Active
    assert made.color(disabled, QPalette.ColorRole.Text).name().upper() == NIGHT.faint
    assert made.color(active, QPalette.ColorRole.Text).name().upper() == NIGHT.ink
