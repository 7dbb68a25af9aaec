"""Short messages over the foot of a page, with a way back: what was done can be undone for as long as one is there.

Not widgets/undo: that one is a line within a form. This one takes no room of the page and goes by itself, for pages
on which what was done leaves no place behind, and for the window.
"""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QWidget

from zishu_app.core.texts import t
from zishu_app.ui.follow import say
from zishu_app.ui.theme.icons import put_picture
from zishu_app.ui.theme.tokens import GAP, NEAR, ROOM
from zishu_app.ui.widgets.buttons import button, icon_button
from zishu_app.ui.widgets.cards import column, row
from zishu_app.ui.widgets.labels import Say, label

#: milliseconds a message stays, and one that can be undone: long enough to read it, to think, and to reach the button with
#: the keyboard
STAY, STAY_UNDO = 12_000, 20_000
#: so much longer at a time while the pointer or the keyboard is at it
LINGER = 4_000
#: so many are in sight at once; older ones wait behind them, and their time with them
MOST = 3

Undo = Callable[[], object]


class Offering(Protocol):
    """What says what was done, with a way back: `Toast.offer`, for parts that are not given the toast."""

    def __call__(self, said: Say, undo: Undo | None, *, done: bool = True, about: str = "") -> object:
        """See Toast."""


class Toast(QWidget):
    """Says the newest thing at the foot; what was said before and can be undone stays above it for its time."""

    def __init__(self, over: QWidget, stay: int = STAY) -> None:
        super().__init__(over)
        self._page, self._stay = over, stay
        self._column = column(gap=NEAR)
        self.setLayout(self._column)
        #: the newest last; there is always one, hidden where nothing is said
        self._lines: list[_Line] = []
        self._add()
        over.installEventFilter(self)
        self.hide()

    def offer(self, said: Say, undo: Undo | None, *, done: bool = True, about: str = "") -> None:
        """Say what was done, or why it was not (`done`); `undo` takes it back.

        It takes the place of what was said before, unless that can be undone still. `about`: of two messages about the same
        thing only the newer one counts.
        """
        if about:
            self.withdraw(about)
        if self._newest.undo is not None:
            self._add()
        self._newest.show_said(said, undo, done=done, about=about)
        self._newest.stay(self._stay if undo is None else max(self._stay, STAY_UNDO))
        self._draw()

    def withdraw(self, about: str) -> None:
        """What was said about this counts no more: it was undone elsewhere, say."""
        for line in [one for one in self._lines if one.about == about]:
            self._remove(line)

    def leave(self) -> None:
        """Gone, and with it whatever it kept for undoing."""
        for line in list(self._lines):
            self._remove(line)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """It stays at the foot of its page."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Its page is in front again, and what is said around it makes room."""
        super().showEvent(event)
        self._place()

    @property
    def _held(self) -> bool:
        """Whether somebody is at it: nothing goes away under the pointer or the keyboard."""
        focus = QApplication.focusWidget()
        return self.underMouse() or (focus is not None and self.isAncestorOf(focus))

    def _add(self) -> None:
        self._newest = line = _Line(self._time_is_up, self._take_back, self._remove)
        #: of the newest
        self._said, self._button = line.said, line.button
        self._lines.append(line)
        self._column.addWidget(line)

    def _time_is_up(self, line: "_Line") -> None:
        if self._held:
            line.stay(LINGER)
        else:
            self._remove(line)

    def _remove(self, line: "_Line") -> None:
        line.clear()
        if line is not self._newest:
            self._lines.remove(line)
            self._column.removeWidget(line)
            line.deleteLater()
        self._draw()

    def _take_back(self, line: "_Line | None" = None) -> None:
        """Undo what a line told, or the newest."""
        line = line or self._newest
        undo = line.undo
        self._remove(line)
        if undo is not None:
            undo()

    def _draw(self) -> None:
        said = [one for one in self._lines if one.says]
        for number, line in enumerate(reversed(said)):
            line.set_in_sight(number < MOST)
        self.setVisible(bool(said))
        if said:
            self.setAccessibleName(said[-1].said.text())
            self.raise_()
        self._place()

    def _place(self) -> None:
        """As wide as what is said, at most as the page; above what a page within this one says there."""
        if shown := [one for one in self._lines if one.in_sight]:
            self._place_lines(shown)
        for one in self._others(inner=False):
            one._place()

    def _place_lines(self, shown: "list[_Line]") -> None:
        page = self._page
        most = page.width() - 2 * ROOM
        width = min(max(one.natural_width for one in shown), most)
        height = sum(one.height_in(width) for one in shown) + NEAR * (len(shown) - 1)
        self.resize(width, height)
        tops = [one.mapTo(page, one.rect().topLeft()).y() for one in self._others(inner=True)]
        foot = min([page.height() - ROOM, *(top - NEAR for top in tops)])
        self.move((page.width() - width) // 2, foot - height)

    def _others(self, *, inner: bool) -> "list[Toast]":
        """Toasts in sight of pages within this one's page, or of those around it."""
        found = [one for one in self.window().findChildren(Toast) if one is not self and one.isVisible()]
        if inner:
            return [one for one in found if self._page.isAncestorOf(one._page)]
        return [one for one in found if one._page.isAncestorOf(self._page)]


class _Line(QFrame):
    """One message. `up` hears that its time is up, `undo` and `close` that they are pressed."""

    def __init__(
        self,
        up: "Callable[[_Line], object]",
        undo: "Callable[[_Line], object]",
        close: "Callable[[_Line], object]",
    ) -> None:
        super().__init__()
        self.setProperty("kind", "banner")
        self.setProperty("tone", "info")
        self.undo: Undo | None = None
        self.about, self.in_sight = "", False
        self._text: Say = lambda: ""
        self._close = close
        self._marks = {icon: QLabel() for icon in ("check-circle", "info")}
        for icon, mark in self._marks.items():
            put_picture(mark, icon, 20, "violet_ink")
        self.said = label("")
        self.button = button(lambda: t("撤销", "Undo"), lambda: undo(self), icon="undo", kind="quiet")
        leave = icon_button("close", lambda: t("关闭", "Close"), lambda: close(self), size=16)
        inside = row(*self._marks.values(), gap=NEAR)
        inside.addWidget(self.said, 1)
        for one in (self.button, leave):
            inside.addWidget(one)
        inside.setContentsMargins(GAP, NEAR - 2, NEAR - 2, NEAR - 2)
        self.setLayout(inside)
        self._left = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(lambda: up(self))
        say(self, self._speak)
        self.hide()

    @property
    def says(self) -> bool:
        """Whether there is something on it."""
        return bool(self.said.text())

    def show_said(self, said: Say, undo: Undo | None, *, done: bool, about: str) -> None:
        """What it says from now on."""
        for icon, mark in self._marks.items():
            mark.setVisible((icon == "check-circle") == done)
        self._text, self.undo, self.about = said, undo, about
        self.button.setVisible(undo is not None)
        self._speak()

    def clear(self) -> None:
        """Nothing is on it, and nothing can be undone by it."""
        self.show_said(lambda: "", None, done=True, about="")
        self._timer.stop()
        self.set_in_sight(False)

    def stay(self, milliseconds: int) -> None:
        """For so long."""
        self._timer.start(milliseconds)

    def set_in_sight(self, seen: bool) -> None:
        """While it cannot be seen its time does not go on."""
        if seen and self._left:
            self._timer.start(self._left)
            self._left = 0
        elif not seen and self._timer.isActive():
            self._left = self._timer.remainingTime()
            self._timer.stop()
        self.in_sight = seen
        self.setVisible(seen)

    @property
    def natural_width(self) -> int:
        """The width of its text in one line, and what stands around that."""
        self.said.setWordWrap(False)
        return self.sizeHint().width()

    def height_in(self, width: int) -> int:
        """How tall it is where it may be so wide; its text is broken where that is needed."""
        wraps = self.natural_width > width
        self.said.setWordWrap(wraps)
        inside = self.layout()
        return inside.heightForWidth(width) if wraps and inside is not None else self.sizeHint().height()

    def _speak(self) -> None:
        self.said.setText(self._text())
        self.setAccessibleName(self._text())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Escape closes it."""
        if event.key() == Qt.Key.Key_Escape:
            self._close(self)
        else:
            super().keyPressEvent(event)
