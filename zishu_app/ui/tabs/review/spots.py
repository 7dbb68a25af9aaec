"""Where the keyboard is in a talk: at a message, or at a statement within one; and what else in it is lit."""

from collections.abc import Callable, Collection

from PySide6.QtCore import QEvent, QObject, QRectF
from PySide6.QtGui import QColor, QTextCursor, QTextDocument
from PySide6.QtWidgets import QTextEdit

from zishu_app.ui.follow import LOOK
from zishu_app.ui.theme import look
from zishu_app.ui.theme.tokens import NEAR
from zishu_app.ui.widgets.talk_text import Group
from zishu_app.ui.widgets.talk_view import TalkView

#: how much of the view a step moves where the message goes on below it
STEP = 0.75
#: keys of spans one can stop at
STOPS = "says/"


class Spots(QObject):
    """One for each talk view. `moved` is called when it has gone to another place.

    `quiet`: the place is shown only while the keyboard is in the view.
    """

    def __init__(self, view: TalkView, moved: Callable[[], object], *, quiet: bool = False) -> None:
        super().__init__(view)
        self._view, self._moved, self._quiet = view, moved, quiet
        #: the message, and the statement in it; -1: nowhere yet
        self.number, self.key = -1, ""
        self._pointed: frozenset[str] = frozenset()
        view.drawn.connect(self.draw)
        view.installEventFilter(self)
        LOOK.follow(self, self.draw)

    def stops(self) -> list[tuple[int, str]]:
        """All places one can be at."""
        found: list[tuple[int, str]] = []
        for group in self._view.text.groups:
            if group.said.number >= 0:
                found.append((group.said.number, ""))
                found += [(group.said.number, key) for key in group.places if key.startswith(STOPS)]
        return found

    def go(self, number: int, key: str = "", *, scroll: bool = True) -> None:
        """Be at a message, or at a statement in it."""
        self.number, self.key = number, key
        self.draw()
        if scroll:
            self.bring()
        self._moved()

    def forget(self) -> None:
        """Nowhere, and nothing is lit; tells nobody."""
        self.number, self.key, self._pointed = -1, "", frozenset()

    def step(self, by: int) -> None:
        """To the next place or the one before; first through all of what stands here."""
        stops = self.stops()
        if not stops:
            return
        if (self.number, self.key) not in stops:
            self.go(*stops[0 if by > 0 else -1])
        elif not self._scrolled(by):
            at = stops.index((self.number, self.key)) + by
            if 0 <= at < len(stops):
                self.go(*stops[at])

    def edge(self, by: int) -> None:
        """To the first place (-1) or the last one (1)."""
        if stops := self.stops():
            self.go(*stops[0 if by < 0 else -1])

    def point(self, keys: Collection[str], *, scroll: bool = True) -> None:
        """Light these statements up, and bring the first into view."""
        self._pointed = frozenset(keys)
        self.draw()
        if scroll and self._pointed:
            found = (key for group in self._view.text.groups for key in group.places if key in self._pointed)
            if key := next(found, ""):
                self.bring(key)

    def draw(self) -> None:
        """After the talk was written anew, or the look has changed."""
        shown = not self._quiet or self._view.hasFocus()
        selections = []
        for group in self._view.text.groups:
            group.focused = shown and group.said.number == self.number and group.said.number >= 0
            for key, place in group.places.items():
                here = group.focused and key == self.key
                if here or key in self._pointed:
                    selections += _lit(self._view.document(), group, place, strong=here)
        self._view.setExtraSelections(selections)
        self._view.viewport().update()

    def _group(self) -> Group | None:
        return next((one for one in self._view.text.groups if one.said.number == self.number), None)

    def _rect(self, group: Group, key: str) -> QRectF:
        """Where a place lies in the document."""
        if key not in group.places:
            return self._view.text.ground(group)
        cursor = QTextCursor(self._view.document())
        start, end = group.places[key]
        cursor.setPosition(start)
        first = self._view.cursorRect(cursor)
        cursor.setPosition(end)
        return QRectF(first.united(self._view.cursorRect(cursor))).translated(0, self._top())

    def _top(self) -> int:
        return self._view.verticalScrollBar().value()

    def bring(self, key: str = "") -> None:
        """Bring the place into view, or what has this key."""
        having = (one for one in self._view.text.groups if key in one.places)
        group = next(having, None) if key else self._group()
        if group is not None:
            self._show(self._rect(group, key or self.key))

    def _show(self, rect: QRectF) -> None:
        """Bring it into view with as little movement as there can be; of what is too tall, its beginning."""
        top, tall = self._top(), self._view.viewport().height()
        if rect.top() - NEAR < top or rect.height() + 2 * NEAR > tall:
            self._view.scroll_to(int(rect.top()) - 2 * NEAR)
        elif rect.bottom() + NEAR > top + tall:
            self._view.scroll_to(int(rect.bottom()) + 2 * NEAR - tall)

    def _scrolled(self, by: int) -> bool:
        """Where what stands here goes on beyond the view, that is brought first."""
        group = self._group()
        if group is None:
            return False
        rect, top, tall = self._rect(group, self.key), self._top(), self._view.viewport().height()
        beyond = rect.bottom() - (top + tall) if by > 0 else top - rect.top()
        seen = rect.top() < top + tall and rect.bottom() > top
        if not seen or beyond <= NEAR or rect.height() <= tall - 2 * NEAR:
            return False
        self._view.scroll_to(int(top + by * min(STEP * tall, beyond + 2 * NEAR)))
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """The keyboard comes and goes."""
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.draw()
        return super().eventFilter(watched, event)


def _lit(
    document: QTextDocument, group: Group, place: tuple[int, int], *, strong: bool
) -> list[QTextEdit.ExtraSelection]:
    """A place in another colour; what was searched for stays marked on it."""
    worn = look.now()
    inside = [one for one in group.sought if one[0] < place[1] and place[0] < one[1]]
    ground = _selection(document, place, worn.wash_strong if strong else worn.lit)
    return [ground, *(_selection(document, one, worn.sought) for one in inside)]


def _selection(document: QTextDocument, place: tuple[int, int], colour: str) -> QTextEdit.ExtraSelection:
    made, cursor = QTextEdit.ExtraSelection(), QTextCursor(document)
    cursor.setPosition(place[0])
    cursor.setPosition(place[1], QTextCursor.MoveMode.KeepAnchor)
    made.cursor = cursor
    made.format.setBackground(QColor(colour))
    return made
