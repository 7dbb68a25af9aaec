"""What was removed from a list, at the foot of it: for some days each can be brought back, or made to go for good."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QWidget

from zishu_app.core.texts import counted, t
from zishu_app.studio.removed import Removed
from zishu_app.ui.follow import say
from zishu_app.ui.theme.tokens import NEAR, TIGHT
from zishu_app.ui.told import when
from zishu_app.ui.widgets.buttons import Do, button, icon_button
from zishu_app.ui.widgets.cards import boxed, clear, column, row, scrolled
from zishu_app.ui.widgets.elided import Elided
from zishu_app.ui.widgets.fold import Fold
from zishu_app.ui.widgets.labels import Say, label

#: pixels beyond which the rows scroll
TALL = 240


@dataclass(frozen=True)
class Ways:
    """What is done with one: brought back, or dropped for good."""

    back: Callable[[Removed], object]
    drop: Callable[[Removed], object]


@dataclass(frozen=True)
class Words:
    """How one is told: seen from when, and whether there is room for words on its buttons."""

    now: datetime
    wide: bool


class RemovedFold(QWidget):
    """One quiet line, hidden where nothing was removed; opened, it has a row for each. `wide`: there is room for words on
    their buttons.
    """

    def __init__(self, ways: Ways, *, wide: bool = False) -> None:
        super().__init__()
        self._ways, self._wide = ways, wide
        self._there: Sequence[Removed] = ()
        self._now = datetime.min
        self.shown: list[RemovedRow] = []
        self._rows = column(gap=NEAR)
        self._area = scrolled(self._rows)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the buttons in it are what Tab leads to
        inside = self._area.widget()
        assert inside is not None
        inside.installEventFilter(self)
        self.fold = Fold(self._name, column(self._area), lambda _open: self._fit())
        whole = column(self.fold, gap=0)
        self.setLayout(whole)
        say(self, self._draw)

    def show_removed(self, there: Sequence[Removed], now: datetime) -> None:
        """Show these; where nothing has changed, nothing is drawn anew."""
        if (list(there), now.date()) != (list(self._there), self._now.date()):
            self._there, self._now = there, now
            self._draw()

    def _draw(self) -> None:
        clear(self._rows)
        words = Words(self._now, self._wide)
        self.shown = [RemovedRow(one, words, self._ways) for one in self._there]
        before: QWidget = self.fold.head
        for made in self.shown:
            self._rows.addWidget(made)
            for one in made.stops:  # what comes later would stand at the end of the whole window
                QWidget.setTabOrder(before, one)
                before = one
        self.fold.head.setText(self._name())
        self.setVisible(bool(self._there))
        self._fit()

    def _fit(self) -> None:
        """As tall as what is in it; where that is much, it scrolls, and the list above keeps its room."""
        self._rows.activate()
        width = max(self._area.viewport().width(), 1)
        tall = self._rows.heightForWidth(width) if self._rows.hasHeightForWidth() else 0
        self._area.setFixedHeight(min(tall, TALL))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """A question came or went."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Words are broken otherwise in another width."""
        super().resizeEvent(event)
        self._fit()

    def _name(self) -> str:
        return t(f"移走的（{len(self._there)}）", f"Removed ({len(self._there)})")


class RemovedRow(QFrame):
    """One of them. Before it goes for good it is asked once, in its own place."""

    def __init__(self, one: Removed, words: Words, ways: Ways) -> None:
        super().__init__()
        self.one = one
        name, self.under = Elided(""), label("small", lambda: since_word(one, words), wrap=True)
        name.setText(one.title)
        name.setProperty("foreign", True)
        make = _button_of_words if words.wide else icon_button
        self.back = make("undo", lambda: t("拿回来", "Bring back"), lambda: ways.back(one))
        self.drop = make("trash", lambda: t("彻底删除", "Delete for good"), self._ask)
        head = row(gap=TIGHT)
        head.addLayout(column(name, self.under, gap=0), 1)
        head.addWidget(self.back)
        head.addWidget(self.drop)
        self.sure = button(lambda: t("删除", "Delete"), lambda: ways.drop(one), kind="quiet")
        self.keep = button(lambda: t("留着", "Keep"), self._leave, kind="quiet")
        asked = label(
            "small", lambda: t("彻底删除，再也拿不回来？", "For good, with no way back?"), wrap=True
        )
        self._asked = boxed(column(asked, row(self.sure, self.keep, None, gap=NEAR), gap=TIGHT))
        self._asked.hide()
        #: in the order of Tab
        self.stops = (self.back, self.drop, self.sure, self.keep)
        self.setLayout(column(head, self._asked, gap=TIGHT))
        self.setToolTip(one.id)
        say(self, lambda: self.setAccessibleName(f"{one.title} {since_word(one, words)}"))

    def _ask(self) -> None:
        self._asked.show()
        self.keep.setFocus()

    def _leave(self) -> None:
        self.drop.setFocus()
        self._asked.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Escape keeps it; Enter presses icons too."""
        if event.key() == Qt.Key.Key_Escape and self._asked.isVisible():
            self._leave()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            if (pressed := next((one for one in self.stops if one.hasFocus()), None)) is not None:
                pressed.click()
        else:
            super().keyPressEvent(event)


def since_word(one: Removed, words: Words) -> str:
    """When it was removed, and how long it is kept yet."""
    today = words.now.date()
    ago, left = (today - one.at.date()).days, max((one.until.date() - today).days, 0)
    since = (
        t(f"{ago} 天前移走", f"removed {counted(ago, 'day')} ago")
        if ago > 1
        else t("昨天移走", "removed yesterday")
        if ago == 1
        else t("今天移走", "removed today")
    )
    kept = (
        t(f"还留 {left} 天", f"{counted(left, 'day')} left")
        if left
        else t("今天就不留了", "gone after today")
    )
    return (" · " if words.wide else "\n").join([when(one.made, words.now), since, kept])


def _button_of_words(icon: str, name: Say, do: Do) -> QAbstractButton:
    return button(name, do, icon=icon, kind="quiet")
