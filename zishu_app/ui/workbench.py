"""What every page of the window is given: the house, and the few things pages do with the window around them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QObject, Signal

from zishu_app.desktop.base import Desktop
from zishu_app.house import House
from zishu_app.ui.errors import Told
from zishu_app.ui.remembered import Remembered
from zishu_app.ui.tasks import Tasks


class News(QObject):
    """What one page does and another may want to know."""

    #: something in the ledger's list of runs has changed
    runs_changed = Signal()
    #: settings, models or keys have changed
    settings_changed = Signal()
    #: samples came, were decided on, or were taken back
    samples_changed = Signal()
    #: who she is or how she looks has changed: whoever plays her reads her card and her pictures anew
    her_changed = Signal()
    #: what she is to wear from now on, by its id
    wears = Signal(str)
    #: she speaks with another brain from now on
    brain_changed = Signal()
    #: another answer of hers is wanted to what was said last; and that she is silent
    again = Signal()
    hush = Signal()
    #: she begins to answer; or has come to the end of it, whichever that was
    answers = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        #: she is answering
        self.answering = False
        self.answers.connect(self._note)

    def _note(self, on: bool) -> None:  # noqa: FBT001 - as the signal tells it
        self.answering = on


@dataclass(eq=False)
class Workbench:
    """Handed to every page."""

    house: House
    tasks: Tasks
    remembered: Remembered
    #: shows a banner over the page; returns nothing
    tell: Callable[[Told], None]
    #: brings a page to the front: its name, and what it is to do there
    go: Callable[[str, Any], None]
    news: News = field(default_factory=News)
    #: the system's desktop; None where nothing but the window was opened
    desktop: Desktop | None = None
