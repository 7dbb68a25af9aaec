"""One side of what is read: a talk under its name. Long talks are written in lots, so that the first picture never
waits for the last message.
"""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from zishu_app.ui.tabs.review.spots import Spots
from zishu_app.ui.theme.tokens import TIGHT
from zishu_app.ui.widgets.cards import column
from zishu_app.ui.widgets.elided import Elided
from zishu_app.ui.widgets.talk_text import Said
from zishu_app.ui.widgets.talk_view import TalkView

#: messages written before the first picture, and at a time after it
LOT = 40


class Side(QWidget):
    """`moved`: the keyboard has gone to another place in it. `quiet`: see Spots."""

    def __init__(self, moved: Callable[[], object], *, quiet: bool = False) -> None:
        super().__init__()
        self.view = TalkView()
        self.view.verticalScrollBar().setSingleStep(24)
        self.name = Elided("field")
        self.name.hide()
        self.spots = Spots(self.view, moved, quiet=quiet)
        self._waiting: list[Said] = []
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._write)
        inside = column(self.name, gap=TIGHT)
        inside.addWidget(self.view, 1)
        self.setLayout(inside)
        self.setMinimumWidth(200)

    def show_talk(self, said: Sequence[Said], place: int = 0) -> None:
        """From its beginning, or scrolled to where it was."""
        self._waiting = list(said[LOT:])
        self.view.show_talk(said[:LOT])
        if place:
            self.whole()
            self.view.scroll_to(place)
        elif self._waiting:
            self._timer.start()

    def whole(self) -> None:
        """All of it, now: something far down is asked for."""
        if self._waiting:
            rest, self._waiting = self._waiting, []
            self._timer.stop()
            self.view.add(*rest)
            self.view.drawn.emit()

    def light(self, numbers: Sequence[int]) -> None:
        """Light up messages and bring the first into view."""
        if numbers and max(numbers) >= LOT // 2:  # marks between messages are written too
            self.whole()
        self.view.light(numbers)

    def page(self, by: int) -> None:
        """Scroll by a page."""
        bar = self.view.verticalScrollBar()
        bar.setValue(bar.value() + by * round(0.9 * self.view.viewport().height()))

    def _write(self) -> None:
        lot, self._waiting = self._waiting[:LOT], self._waiting[LOT:]
        self.view.add(*lot)
        if not self._waiting:
            self._timer.stop()
            self.view.drawn.emit()
