"""History: what was said with her, the newest at the foot; searched, rated and corrected from here."""

import asyncio

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget

from zishu_app.core.texts import counted, t
from zishu_app.ledger.chats import Said
from zishu_app.memory.look import get_many
from zishu_app.memory.store import Memory
from zishu_app.studio.her_talks import HerTalks, open_talks, recalled_of
from zishu_app.ui.follow import LANGUAGE
from zishu_app.ui.tabs.her.around import Around
from zishu_app.ui.tabs.her.history_foot import Deeds, HistoryFoot
from zishu_app.ui.tabs.her.history_rows import Names, is_hers, shown, text_of
from zishu_app.ui.tabs.her.seen import SeenPanel
from zishu_app.ui.theme.tokens import GAP, NEAR, ROOM
from zishu_app.ui.widgets.cards import column, row
from zishu_app.ui.widgets.elided import Elided
from zishu_app.ui.widgets.empty import Empty
from zishu_app.ui.widgets.search import Search
from zishu_app.ui.widgets.talk_view import TalkView

#: turns fetched at once, and pixels from the top at which older ones are asked for
PAGE, NEAR_TOP = 120, 40


class History(QWidget):
    """The talk, what can be done with one turn of it, and what she saw."""

    def __init__(self, around: Around) -> None:
        super().__init__()
        self._around = around
        self.turns: list[Said] = []
        self.picked = -1
        self._talks: HerTalks | None = None
        self._goes_on, self._fetching = False, False
        self.search = Search(lambda: t("搜索聊天记录", "Search what was said"), lambda _: self.ask())
        self.view = TalkView()
        self.foot = HistoryFoot(Deeds(self._copy, self._rate, self._correct, self._look_behind))
        self.seen = SeenPanel(lambda number: around.bench.go("her", number), lambda: self._look_behind(False))
        self.seen.hide()
        self._told = Elided("faint")
        self._stack = QStackedWidget()
        self._build()
        self.view.picked.connect(self.pick)
        self.view.drawn.connect(self._ring)
        self.view.verticalScrollBar().valueChanged.connect(self._scrolled)
        around.changed.connect(self._forget_talks)
        around.memories_changed.connect(self.ask)  # what was forgotten is blotted out here too
        LANGUAGE.follow(self, lambda: self._draw(keep=True))

    def _build(self) -> None:
        talk = QWidget()
        inside = column(gap=NEAR)
        inside.addWidget(self.view, 1)
        inside.addWidget(self.foot)
        inside.setContentsMargins(0, 0, 0, 0)
        talk.setLayout(inside)
        self._nothing = Empty(
            "empty-make",
            lambda: t("还没有聊过", "Nothing was said yet"),
            lambda: t(
                "跟桌面上的她说句话，就会出现在这里。", "Talk with her on the desktop, and it stands here."
            ),
        )
        self._unfound = Empty(
            "empty-review",
            lambda: t("没有找到", "Nothing was found"),
            lambda: t("没有人说过这个。换个词试试。", "Nobody said that. Try another word."),
        )
        for page in (talk, self._nothing, self._unfound):
            self._stack.addWidget(page)
        self._talk = talk
        splitter = QSplitter()
        splitter.setHandleWidth(NEAR)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self._stack)
        splitter.addWidget(self.seen)
        splitter.setStretchFactor(0, 1)
        self._around.bench.remembered.keep_splitter("her.history", splitter, [640, 340])
        head = row(gap=GAP)
        head.addWidget(self.search, 1)
        head.addWidget(self._told, 1)
        whole = column(head, gap=NEAR)
        whole.addWidget(splitter, 1)
        whole.setContentsMargins(ROOM, 0, ROOM, ROOM)
        self.setLayout(whole)
        for keys, act in (
            ("Alt+Up", lambda: self._step(-1)),
            ("Alt+Down", lambda: self._step(1)),
            ("Ctrl+F", self.search.setFocus),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)

    # what is shown

    def ask(self) -> "asyncio.Task[None]":
        """Ask anew, from the newest turn."""
        return self._around.bench.tasks.start(self, self._ask(), replaces="ask")

    async def _ask(self) -> None:
        talks = await self._opened()
        found = await talks.history(self.search.text().strip(), None, PAGE)
        self._goes_on, self._fetching = len(found) == PAGE, False
        self.turns = found[::-1]
        self.picked = -1
        front = self._talk if self.turns else self._unfound if self.search.text().strip() else self._nothing
        self._stack.setCurrentWidget(front)
        self._draw(keep=False)
        last = next((n for n in range(len(self.turns) - 1, -1, -1) if is_hers(self.turns[n])), -1)
        self.pick(last, scroll=False)
        self.view.end()

    async def _opened(self) -> HerTalks:
        if self._talks is None or not self._talks.run_id:
            self._talks = await open_talks(self._around.house, self._around.character, self._around.speaks)
        return self._talks

    def _forget_talks(self) -> None:
        self._talks = None
        if self.isVisible():
            self.ask()

    def _scrolled(self, value: int) -> None:
        if value <= NEAR_TOP and self._goes_on and not self._fetching and self.turns:
            self._fetching = True
            self._around.bench.tasks.start(self, self._older(), replaces="older")

    async def _older(self) -> None:
        first, talks = self.turns[0], await self._opened()
        try:
            found = await talks.history(self.search.text().strip(), (first.talk, first.step), PAGE)
        finally:
            self._fetching = False
        self._goes_on = len(found) == PAGE
        self.turns = [*found[::-1], *self.turns]
        if self.picked >= 0:
            self.picked += len(found)
        before = self.view.document().size().height()
        self._draw(keep=False)
        self.view.scroll_to(round(self.view.document().size().height() - before))

    def _draw(self, *, keep: bool) -> None:
        if self._talks is None:
            return
        bar = self.view.verticalScrollBar()
        place = bar.value()
        person = self._around.house.settings.companion.user_name.strip() or t("你", "You")
        names = Names(self._talks.persona.card.name, person)
        self.view.show_talk(shown(self.turns, names, self.search.text().strip()))
        if keep:
            self.view.scroll_to(place)
        number = len(self.turns)
        more = t("，往上还有", ", more above") if self._goes_on else ""
        self._told.setText(t(f"{number:,} 句", counted(number, "turn")) + more if number else "")

    # one turn

    @property
    def turn(self) -> Said | None:
        """The turn that is picked."""
        return self.turns[self.picked] if 0 <= self.picked < len(self.turns) else None

    def pick(self, number: int, *, scroll: bool = False) -> None:
        """Pick a turn."""
        self.picked = number
        self._ring()
        if scroll:
            group = next((one for one in self.view.text.groups if one.said.number == number), None)
            if group is not None:
                self.view.scroll_to(int(self.view.text.ground(group).top()) - NEAR)
        self.foot.show_turn(self.turn)
        if self.seen.isVisible():
            self._around.bench.tasks.start(self, self._show_seen(), replaces="seen")

    def _ring(self) -> None:
        """The turn that is picked has a ring around it."""
        for group in self.view.text.groups:
            group.focused = group.said.number == self.picked >= 0
        self.view.viewport().update()

    def _step(self, by: int) -> None:
        if self.turns:
            self.pick(min(max(self.picked + by, 0), len(self.turns) - 1), scroll=True)

    def _copy(self) -> None:
        if (turn := self.turn) is not None:
            QGuiApplication.clipboard().setText(text_of(turn))
            self._around.say(lambda: t("已复制。", "Copied."))

    def _rate(self, mark: int) -> None:
        if (turn := self.turn) is not None:
            self._around.bench.tasks.start(self, self._rated(turn, mark), replaces="rate")

    async def _rated(self, turn: Said, mark: int) -> None:
        talks = await self._opened()
        try:
            await talks.rate(turn.talk, turn.step, None if not mark else mark > 0)
        finally:
            await self._renew(turn)
        self._around.bench.news.samples_changed.emit()

    def _correct(self, text: str) -> None:
        if (turn := self.turn) is not None:
            self._around.bench.tasks.start(self, self._corrected(turn, text), replaces="correct")

    async def _corrected(self, turn: Said, text: str) -> None:
        talks = await self._opened()
        number = await talks.correct(turn.talk, turn.step, text)
        await self._renew(turn)
        self._around.bench.news.samples_changed.emit()
        self._around.say(
            lambda: (
                t(
                    "改正进了审阅，通过后她就能学。",
                    "The correction waits in Review; accepted, she learns from it.",
                )
                if number is not None
                else t("改正收回了。", "The correction was taken back.")
            )
        )

    async def _renew(self, turn: Said) -> None:
        """One turn has changed."""
        talks = await self._opened()
        found = await talks.history("", (turn.talk, turn.step + 1), 1)
        for number, one in enumerate(self.turns):
            if found and (one.talk, one.step) == (found[0].talk, found[0].step):
                self.turns[number] = found[0]
        self._draw(keep=True)
        self.foot.show_turn(self.turn)

    def _look_behind(self, on: bool) -> None:
        self.foot.seen.setChecked(on)
        self.seen.setVisible(on)
        if on:
            self._around.bench.tasks.start(self, self._show_seen(), replaces="seen")

    async def _show_seen(self) -> None:
        turn = self.turn
        if turn is None:
            return
        mind, numbers = await self._around.mind(), recalled_of(turn)

        memories: list[Memory] = await mind.memories.ask(lambda file: get_many(file, numbers, mind.character))
        self.seen.show_answer(turn, memories)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Look what was said meanwhile."""
        super().showEvent(event)
        self.ask()
