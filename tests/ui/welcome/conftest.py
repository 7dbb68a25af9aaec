"""Parts of the welcome are taken away after each test: what outlives its bench would be told of languages and go on."""

from collections.abc import Callable, Iterator
from typing import TypeVar

import pytest
import shiboken6
from PySide6.QtWidgets import QWidget

from zishu_app.ui.workbench import Workbench

W = TypeVar("W", bound=QWidget)
Shown = Callable[[W, int, int], W]


@pytest.fixture
def shown(bench: Workbench) -> Iterator[Shown[QWidget]]:
    """`shown(widget, width, height)` shows it until the test is over."""
    made: list[QWidget] = []

    def show(widget: QWidget, width: int, height: int) -> QWidget:
        made.append(widget)
        widget.resize(width, height)
        widget.show()
        return widget

    yield show
    for widget in made:
        shiboken6.delete(widget)
