"""What she is given of the program around her."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from zishu_app.desktop.base import Desktop
from zishu_app.house import House
from zishu_app.studio.companion_state import StateFile
from zishu_app.ui.tasks import Tasks
from zishu_app.ui.workbench import News


@dataclass(frozen=True)
class Surroundings:
    """What she is given of the program around her."""

    house: House
    desktop: Desktop
    tasks: Tasks
    news: News
    state: StateFile
    #: brings a page of the studio to the front
    page: Callable[[str, Any], object]
    quit: Callable[[], object]
    #: changes settings, by dotted names
    change: Callable[[dict[str, Any]], object]
