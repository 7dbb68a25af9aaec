"""How the page is laid out: the queue at the left, resizable or hidden; at its right the sample, or why there is none."""

from dataclasses import dataclass

from PySide6.QtWidgets import QFrame, QSplitter, QStackedWidget, QWidget

from zishu_app.ui.tabs.review.evening_view import EveningLine
from zishu_app.ui.tabs.review.foot import Foot
from zishu_app.ui.tabs.review.head import Head
from zishu_app.ui.tabs.review.nothing import Nothing
from zishu_app.ui.tabs.review.reader import Reader
from zishu_app.ui.tabs.review.shelf import Shelf
from zishu_app.ui.tabs.review.strips import Strips
from zishu_app.ui.theme.tokens import GAP, NEAR, ROOM, TIGHT
from zishu_app.ui.widgets.cards import column
from zishu_app.ui.widgets.toast import Toast
from zishu_app.ui.workbench import Workbench

#: milliseconds a line over the text stays, unless something else is done before
STAY = 6_000


@dataclass(frozen=True)
class Parts:
    """What stands where a sample is read, from above."""

    head: Head
    line: EveningLine
    reader: Reader
    strips: Strips
    foot: Foot


@dataclass(frozen=True)
class Others:
    """What stands in the place of a sample."""

    nothing: Nothing
    form: QWidget


class Room(QFrame):
    """Holds the parts of the page."""

    def __init__(self, bench: Workbench, shelf: Shelf, parts: Parts, others: Others) -> None:
        super().__init__()
        self._bench, self._shelf, self._head = bench, shelf, parts.head
        nothing, form = others.nothing, others.form
        self.nothing, self._form = nothing, form
        self._text = QWidget()
        parts.line.lead(parts.head.chips)
        inside = column(parts.head, parts.line, gap=TIGHT)
        inside.addWidget(parts.reader, 1)
        asked = column(parts.strips)
        inside.addLayout(asked)
        inside.addWidget(parts.foot)
        inside.setContentsMargins(GAP, GAP, ROOM, GAP)
        self._text.setLayout(inside)
        self._toasts = Toast(parts.reader, STAY), Toast(nothing, STAY)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._text)
        self._stack.addWidget(self._empty(nothing))
        self._stack.addWidget(form)
        self._strips, self._places = parts.strips, {self._text: asked, self._bare: self._bare_asked}
        #: what is shown when no form is open
        self._below: QWidget = self._text
        self._split()
        self.show_queue(not bench.remembered.get("review.hidden", False))

    def _split(self) -> None:
        splitter = QSplitter()
        splitter.setHandleWidth(NEAR)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self._shelf)
        splitter.addWidget(self._stack)
        splitter.setStretchFactor(1, 1)
        self._bench.remembered.keep_splitter("review.page", splitter, [280, 730])
        whole = column(gap=0)
        whole.addWidget(splitter, 1)
        self.setLayout(whole)

    def _empty(self, nothing: Nothing) -> QWidget:
        """What is asked can also be asked where no sample is read."""
        self._bare, self._bare_asked = QWidget(), column()
        inside = column(gap=GAP)
        inside.addWidget(nothing, 1)
        inside.addLayout(self._bare_asked)
        inside.setContentsMargins(GAP, GAP, ROOM, GAP)
        self._bare.setLayout(inside)
        return self._bare

    def show_queue(self, shown: bool) -> None:
        """Show or hide the queue."""
        self._shelf.setVisible(shown)
        self._head.show_queue.setVisible(not shown)
        self._bench.remembered.put("review.hidden", not shown)

    def show_text(self) -> None:
        """A sample is read."""
        self._put(self._text)

    def show_nothing(self, why: QWidget) -> None:
        """There is nothing to be read; `why` is one of `nothing`."""
        self.nothing.setCurrentWidget(why)
        self._put(self._bare)

    def show_form(self, shown: bool = True) -> None:
        """Show the form over it, or what lies below it again."""
        self._stack.setCurrentWidget(self._form if shown else self._below)

    @property
    def forms(self) -> bool:
        """Whether the form is open."""
        return self._stack.currentWidget() is self._form

    @property
    def reads(self) -> bool:
        """Whether a sample is shown."""
        return self._stack.currentWidget() is self._text

    def _put(self, below: QWidget) -> None:
        if below is self._below:
            return
        self._below = below
        self._places[below].addWidget(self._strips)
        if not self.forms:
            self._stack.setCurrentWidget(below)
        before, after = self._toasts[::-1] if self.reads else self._toasts
        if not before.isHidden():  # what was just said goes along
            text = before.accessibleName()
            before.leave()
            after.offer(lambda: text, None)

    def say(self, text: str, *, done: bool = True) -> None:
        """A line over the foot of the text, for a while. `done`: False where it says why something was not done."""
        self._toasts[0 if self.reads else 1].offer(lambda: text, None, done=done)

    def refuse(self, text: str) -> None:
        """Why something was not done."""
        self.say(text, done=False)

    def hush(self) -> None:
        """Something else is done: what was said is over."""
        for toast in self._toasts:
            if not toast.isHidden():
                toast.leave()
