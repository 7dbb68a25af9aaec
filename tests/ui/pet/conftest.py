"""Her in tests: a body without a screen, a desktop that is as it is told, and a clock that stands still."""

from collections.abc import Iterator

import pytest
import shiboken6
from PySide6.QtWidgets import QApplication

from zishu_app.core.paths import Home
from zishu_app.core.settings import load_settings
from zishu_app.desktop.scripted import ScriptedDesktop
from zishu_app.ui.pet.body import Body
from zishu_app.ui.pet.place import Place


class Clock:
    """Seconds, when they are told to pass."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desktop() -> ScriptedDesktop:
    return ScriptedDesktop()


@pytest.fixture
def body(app: QApplication, home: Home) -> Iterator[Body]:
    made = Body(home, load_settings(home, {"companion.size": 0.3}, environment={}).companion, Place())
    yield made
    made.window.hide()
    shiboken6.delete(made.window)
