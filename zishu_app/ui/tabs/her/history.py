"""History: what was said with her, the newest at the foot; searched, rated, corrected and asked about from here."""

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget

from zishu_app.core.texts import counted, t
from zishu_app.ledger.chats import Said
from zishu_app.ui.follow import LANGUAGE
from zishu_app.ui.tabs.her.around import Around
from zishu_app.ui.tabs.her.history_foot import Deeds, HistoryFoot
from zishu_app.ui.tabs.her.history_rows import is_hers, shown, text_of
from zishu_app.ui.tabs.her.history_side import Side
from zishu_app.ui.tabs.her.history_turns import Turns
from zishu_app.ui.theme.tokens import GAP, NEAR, ROOM
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import boxed, column, row
from zishu_app.ui.widgets.elided import Elided
from zishu_app.ui.widgets.empty import Empty
from zishu_app.ui.widgets.search import Search
from zishu_app.ui.widgets.talk_view import TalkView

#: pixels from the top at which older turns are asked for, and from the foot at which new ones are shown
NEAR_END = 40


class History(QWidget):
    """The talk, what can be done with one turn of it, and what lay behind it."""

    def __init__(self, around: Around) -> None:
        super().__init__()
        self._around = around
        self.turns = Turns(self, around)
        self.picked = -1
        #: talk and step of an answer that is to be asked about as soon as it is found
        self._wanted: tuple[int, int] | None = None
        self.search = Search(lambda: t("搜索聊天记录", "Search what was said"), lambda _: self.ask())
        self.view = TalkView()
        self.foot = HistoryFoot(_deeds(self))
        self.side = Side(around)
        self.side.turned.connect(self.foot.show_beside)
        self.only_bad = button(lambda: t("你不喜欢的", "Those you disliked"), self.ask, kind="chip")
        self.only_bad.setCheckable(True)
        self._told = Elided("faint")
        self._talk, self._nothing = _talk(self.view, self.foot), _nothing()
        self._unfound, self._content = _unfound(), _content()
        self._build()
        self.view.picked.connect(self.pick)
        self.view.drawn.connect(self._ring)
        self.view.verticalScrollBar().valueChanged.connect(
            lambda value: self.turns.more() if value <= NEAR_END else None
        )
        self.turns.answered.connect(self._answered)
        self.turns.grew.connect(self._grew)
        self.turns.renewed.connect(self._renewed)
        news = around.bench.news
        news.answers.connect(self.foot.show_answering)
        news.answers.connect(lambda on: None if on else _take_in(self))
        self.foot.show_answering(news.answering)
        around.changed.connect(self._changed)
        around.memories_changed.connect(self.ask)  # what was forgotten is blotted out here too
        LANGUAGE.follow(self, self._renewed)

    def _build(self) -> None:
        self._stack = QStackedWidget()
        for page in (self._talk, self._nothing, self._unfound, self._content):
            self._stack.addWidget(page)
        splitter = QSplitter()
        splitter.setHandleWidth(NEAR)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self._stack)
        splitter.addWidget(self.side)
        splitter.setStretchFactor(0, 1)
        self._around.bench.remembered.keep_splitter("her.history", splitter, [640, 340])
        head = row(gap=GAP)
        head.addWidget(self.search, 1)
        head.addWidget(self.only_bad)
        head.addWidget(self._told, 1)
        whole = column(head, gap=NEAR)
        whole.addWidget(splitter, 1)
        whole.setContentsMargins(ROOM, 0, ROOM, ROOM)
        self.setLayout(whole)
        acts: dict[str, Callable[[], object]] = {
            "Alt+Up": lambda: self._step(-1),
            "Alt+Down": lambda: self._step(1),
            "Ctrl+F": self.search.setFocus,
        }
        for keys, act in acts.items():
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)

    # what is shown

    def ask(self) -> None:
        """Ask anew, from the newest turn."""
        self.search.setEnabled(not self.only_bad.isChecked())
        self.turns.ask(self.search.text().strip(), disliked=self.only_bad.isChecked())

    def receive(self, what: Mapping[str, Any]) -> None:
        """See `HerPage.receive`."""
        with QSignalBlocker(self.search):  # what is asked for is not to be searched for once more
            self.search.clear()
        self.only_bad.setChecked(bool(what.get("disliked")))
        self._wanted = what.get("why")
        self.ask()

    def _changed(self) -> None:
        self.turns.forget()
        if self.isVisible():
            self.ask()

    def _answered(self) -> None:
        turns = self.turns.turns
        empty = self._content if self.turns.disliked else self._unfound if self.turns.text else self._nothing
        self._stack.setCurrentWidget(self._talk if turns else empty)
        self._draw()
        self.pick(next((n for n in range(len(turns) - 1, -1, -1) if is_hers(turns[n])), -1))
        self.view.end()
        self._seek()

    def _grew(self, by: int) -> None:
        if self.picked >= 0:
            self.picked += by
        before = self.view.document().size().height()
        self._draw()
        self.view.scroll_to(round(self.view.document().size().height() - before))
        self._seek()

    def _seek(self) -> None:
        """The answer that is asked about, however old it is."""
        turns, wanted = self.turns, self._wanted
        if wanted is None:
            return
        place = next((n for n, one in enumerate(turns.turns) if (one.talk, one.step) == tuple(wanted)), -1)
        if place < 0 and turns.goes_on:
            turns.more()
            return
        self._wanted = None
        if place >= 0:
            self.pick(place)
            _reveal(self.view)
            self.side.open("why")

    def _renewed(self) -> None:
        place = self.view.verticalScrollBar().value()
        self._draw()
        self.view.scroll_to(place)
        self._show_turn()

    def _draw(self) -> None:
        turns = self.turns
        self.view.show_talk(shown(turns.turns, turns.names, turns.text))
        number = len(turns.turns)
        more = t("，往上还有", ", more above") if turns.goes_on else ""
        self._told.setText(t(f"{number:,} 句", counted(number, "turn")) + more if number else "")

    # one turn

    @property
    def turn(self) -> Said | None:
        """The turn that is picked."""
        turns = self.turns.turns
        return turns[self.picked] if 0 <= self.picked < len(turns) else None

    def pick(self, number: int) -> None:
        """Pick a turn."""
        self.picked = number
        self._ring()
        self._show_turn()

    def _show_turn(self) -> None:
        whole = not self.turns.text and not self.turns.disliked
        self.foot.show_turn(self.turn, last=whole and self.picked == len(self.turns.turns) - 1)
        self.side.show_turn(self.turn)

    def _ring(self) -> None:
        """The turn that is picked has a ring around it."""
        for group in self.view.text.groups:
            group.focused = group.said.number == self.picked >= 0
        self.view.viewport().update()

    def _step(self, by: int) -> None:
        if not self.turns.turns:
            return
        self.pick(min(max(self.picked + by, 0), len(self.turns.turns) - 1))
        _reveal(self.view)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Look what was said meanwhile."""
        super().showEvent(event)
        self.ask()


def _talk(view: TalkView, foot: HistoryFoot) -> QWidget:
    inside = column(gap=NEAR)
    inside.addWidget(view, 1)
    inside.addWidget(foot)
    return boxed(inside)


def _reveal(view: TalkView) -> None:
    """The turn that is picked comes into sight."""
    group = next((one for one in view.text.groups if one.focused), None)
    if group is not None:
        view.scroll_to(int(view.text.ground(group).top()) - NEAR)


def _take_in(history: History) -> None:
    """She has answered. Whoever reads what was said before, or writes, is not taken away from it."""
    bar = history.view.verticalScrollBar()
    if history.isVisible() and not history.foot.writing and bar.value() >= bar.maximum() - NEAR_END:
        history.ask()


def _nothing() -> Empty:
    return Empty(
        "empty-make",
        lambda: t("还没有聊过", "Nothing was said yet"),
        lambda: t(
            "跟桌面上的她说句话，就会出现在这里。", "Talk with her on the desktop, and it stands here."
        ),
    )


def _unfound() -> Empty:
    return Empty(
        "empty-review",
        lambda: t("没有找到", "Nothing was found"),
        lambda: t("没有人说过这个。换个词试试。", "Nobody said that. Try another word."),
    )


def _content() -> Empty:
    return Empty(
        "empty-done",
        lambda: t("没有要改的", "Nothing to put right"),
        lambda: t(
            "你不喜欢的回答都改过了，或者还没有。",
            "Every answer you disliked was put right, or there was none.",
        ),
    )


def _deeds(history: History) -> Deeds:
    """What is done with the turn that is picked."""

    def copy(turn: Said) -> None:
        QGuiApplication.clipboard().setText(text_of(turn))
        history._around.say(lambda: t("已复制。", "Copied."))

    def picked(act: Callable[[Said], object]) -> None:
        if (turn := history.turn) is not None:
            act(turn)

    return Deeds(
        lambda: picked(copy),
        lambda mark: picked(lambda turn: history.turns.rate(turn, mark)),
        lambda text: picked(lambda turn: history.turns.correct(turn, text)),
        lambda name: history.side.open(name),
        history._around.bench.news.again.emit,
        history._around.bench.news.hush.emit,
    )
