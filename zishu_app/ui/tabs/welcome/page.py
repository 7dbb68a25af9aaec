"""The welcome: who she is, what happens here, a look at it, and the ways to a better brain."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from zishu_app.core.texts import t
from zishu_app.ui.tabs.welcome.head import Head
from zishu_app.ui.tabs.welcome.tour_card import TourCard
from zishu_app.ui.tabs.welcome.ways import Ways
from zishu_app.ui.theme.tokens import ROOM
from zishu_app.ui.widgets.cards import boxed, column, row, scrolled
from zishu_app.ui.widgets.veil import Veil
from zishu_app.ui.workbench import Workbench

#: the widest a line of it may become
WIDEST = 980
#: width of a scroll bar, see theme/sheet
BAR = 12


class WelcomePage(QWidget):
    """Scrolls where the window is small; takes a model file that is dropped anywhere on it."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self.head, self.tour = Head(bench), TourCard(bench, self._look_on)
        self.ways = Ways(bench, self._got_brain)
        inside = boxed(column(self.head, self.tour, self.ways, None, gap=ROOM + 4))
        inside.setMaximumWidth(WIDEST)
        centred = row(gap=0)
        centred.addStretch(1)
        centred.addWidget(inside, 1000)
        centred.addStretch(1)
        centred.setContentsMargins(ROOM, ROOM, ROOM, ROOM)
        self._margins = centred
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        self._area = scrolled(centred)
        self._area.verticalScrollBar().rangeChanged.connect(self._keep_place)
        whole.addWidget(self._area)
        self.veil = Veil(
            self, lambda: t("松开鼠标，看看这个模型文件", "Let go to look at this model file"), self._dropped
        )

    def receive(self, what: str) -> None:
        """Open a way to a brain: "key", "file" or "download"."""
        self.ways.open(what)
        QTimer.singleShot(0, self._area, lambda: self._area.ensureWidgetVisible(self.ways, 0, ROOM))

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """The keyboard begins at the tour."""
        super().showEvent(event)
        if self.focusWidget() is None:
            self.tour.words.start.setFocus()

    def _keep_place(self, _least: int, most: int) -> None:
        """A scroll bar that comes stands in the margin: nothing on the page moves."""
        self._margins.setContentsMargins(ROOM, ROOM, ROOM - BAR if most else ROOM, ROOM)

    def _got_brain(self) -> None:
        """What comes next is in view, and is the one thing to do."""
        self.tour.words.give_way(True)
        QTimer.singleShot(0, self._area, lambda: self._area.ensureWidgetVisible(self.ways.onward, 0, ROOM))

    def _look_on(self) -> None:
        """Bring all of the tour into view, once it has its new size."""
        QTimer.singleShot(0, self._area, lambda: self._area.ensureWidgetVisible(self.tour, 0, ROOM))

    def stop_softly(self) -> "asyncio.Task[None] | None":
        """The window closes: the tour ends after the message that is being written."""
        return self.tour.stop()

    def _dropped(self, paths: Sequence[Path]) -> None:
        """The first model file among them; where there is none, what is wrong with the first."""
        models = [path for path in paths if path.suffix.lower() == ".gguf"]
        self.ways.take_file((models or list(paths))[0])
