"""The sample itself as it is read: its messages, what is folded in them, its statements; or two versions compared."""

from collections.abc import Callable, Sequence

from zishu_app.dataset.sample import SampleMessage
from zishu_app.ui.tabs.review.folding import Piece
from zishu_app.ui.tabs.review.marks import Marks, marks_of, meant_in
from zishu_app.ui.tabs.review.opened import Opened
from zishu_app.ui.tabs.review.shown import (
    Places,
    Statement,
    all_folds,
    pieces_of_sample,
    shown_sample,
    statements_of,
)
from zishu_app.ui.tabs.review.side import Side
from zishu_app.ui.tabs.review.versions import FIRST
from zishu_app.ui.widgets.talk_text import Said


class SampleSide:
    """`moved`: the keyboard is at another message or statement."""

    def __init__(self, moved: Callable[[], object]) -> None:
        self.side = Side(moved)
        self.view, self.spots = self.side.view, self.side.spots
        self.opened: Opened | None = None
        self.statements: list[Statement] = []
        self._pieces: list[list[Piece]] = []
        self._marks = Marks()
        self._open: set[tuple[int, int]] = set()
        #: what was searched for; and what is marked of it in what is written
        self.sought, self._marked = "", ""
        #: two versions are compared instead
        self._compared = False
        self.view.picked.connect(lambda number: self.spots.go(number, scroll=False))
        self.view.touched.connect(self._touched)

    def show_sample(self, opened: Opened) -> None:
        """Show one; the same again stays where it is, with what was open."""
        before = self.opened
        if (
            before is not None
            and not self._compared
            and self._marked == self.sought
            and (before.sample.id, before.sample.messages, before.found)
            == (opened.sample.id, opened.sample.messages, opened.found)
        ):
            self.opened = opened
            return
        again = self.opened is not None and self.opened.sample.id == opened.sample.id and not self._compared
        place = self.view.verticalScrollBar().value() if again else 0
        number, key = (self.spots.number, self.spots.key) if again else (-1, "")
        if self.opened is None or self.opened.sample.id != opened.sample.id:
            self._open = set()
        self.opened, sample, self._compared = opened, opened.sample, False
        came = opened.versions[0].messages if opened.versions else None
        self._pieces, self.statements = pieces_of_sample(sample), statements_of(sample)
        self._marks = marks_of(sample.messages, sample.provenance, came)
        self.spots.forget()
        self._write(place)
        if number >= 0:
            last = len(sample.messages) - 1
            self.spots.go(min(number, last), key, scroll=number > last)
        else:
            self._begin(opened)

    def _begin(self, opened: Opened) -> None:
        """Where reading begins: after the system message, and after a prompt that repeats the source."""
        roles = [one.role for one in opened.sample.messages]
        first = next((number for number, role in enumerate(roles) if role != "system"), 0)
        if opened.source is not None and "assistant" in roles:
            first = roles.index("assistant")
        self.spots.go(first, scroll=False)

    def compare(self, said: Sequence[Said]) -> None:
        """Two versions in one text, scrolled to where they begin to differ."""
        self._compared = True
        self.spots.forget()
        self.side.show_talk(said)
        self.side.whole()
        self.spots.bring(FIRST)

    def forget(self) -> None:
        """Nothing is read."""
        self.opened, self.statements = None, []
        self.spots.forget()
        self.side.show_talk(())

    def fold(self, number: int | None = None) -> None:
        """Open or fold what can be folded in a message; None: in all of them."""
        which = {each for each in all_folds(self._pieces) if number is None or each[0] == number}
        if which:
            self._open = self._open - which if which <= self._open else self._open | which
            self.again()

    def message(self) -> SampleMessage | None:
        """What the keyboard is at."""
        at = self.spots.number
        if self.opened is None or self._compared or not 0 <= at < len(self.opened.sample.messages):
            return None
        return self.opened.sample.messages[at]

    def statement(self) -> Statement | None:
        """The statement the keyboard is at."""
        return next((one for one in self.statements if one.key == self.spots.key), None)

    def meant(self) -> list[str]:
        """What was meant where the message has typing mistakes."""
        message = self.message()
        slips = self._marks.slips.get(self.spots.number, ()) if message is not None else ()
        return meant_in(message, slips) if message is not None else []

    def again(self) -> None:
        """Write it again: something was opened, or the language has changed."""
        if not self._compared:
            self._write(self.view.verticalScrollBar().value())

    def _write(self, place: int) -> None:
        if self.opened is not None:
            self._marked = self.sought
            places = Places(self._marks, self.opened.found, self.statements, self.sought)
            self.side.show_talk(
                shown_sample(self.opened.sample.messages, self._pieces, self._open, places), place
            )

    def _touched(self, key: str) -> None:
        """A click on a statement, or on what can be opened."""
        if key.startswith("fold/"):
            number, part = (int(one) for one in key.split("/")[1:])
            self._open ^= {(number, part)}
            self.again()
            return
        here = next((one for one in self.statements if one.key == key), None)
        if here is not None:
            self.spots.go(here.message, key, scroll=False)
