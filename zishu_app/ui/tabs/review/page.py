"""The Review page: the queue, the sample that is read, and everything that can be decided about it by keyboard."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from zishu_app.core.texts import t
from zishu_app.dataset.find import Filter
from zishu_app.studio.samples import CaughtUp, catch_up
from zishu_app.ui.tabs.review.commands import BY_NAME
from zishu_app.ui.tabs.review.comparing import Comparing
from zishu_app.ui.tabs.review.deciding import Deciding
from zishu_app.ui.tabs.review.editing import Editing
from zishu_app.ui.tabs.review.evening import Evening
from zishu_app.ui.tabs.review.evening_view import EveningLine, EveningSheet
from zishu_app.ui.tabs.review.foot import Foot
from zishu_app.ui.tabs.review.hand import Hand
from zishu_app.ui.tabs.review.head import Head
from zishu_app.ui.tabs.review.judge_form import JudgeForm
from zishu_app.ui.tabs.review.judge_run import JudgeRun
from zishu_app.ui.tabs.review.judged import JudgedSheet
from zishu_app.ui.tabs.review.keyboard import Keyboard, writing
from zishu_app.ui.tabs.review.keys_help import KeysHelp
from zishu_app.ui.tabs.review.marking import Marking
from zishu_app.ui.tabs.review.nothing import Nothing
from zishu_app.ui.tabs.review.opened import Opened
from zishu_app.ui.tabs.review.palette import Palette
from zishu_app.ui.tabs.review.queue import Queue
from zishu_app.ui.tabs.review.reader import Reader
from zishu_app.ui.tabs.review.room import Others, Parts, Room
from zishu_app.ui.tabs.review.shelf import Shelf
from zishu_app.ui.tabs.review.stage import Stage
from zishu_app.ui.tabs.review.strips import Strips
from zishu_app.ui.tabs.review.whole import Whole
from zishu_app.ui.tabs.review.wish import ORDERS, Wish
from zishu_app.ui.tabs.review.xraying import Xraying
from zishu_app.ui.widgets.cards import column
from zishu_app.ui.workbench import Workbench

#: groups of commands that need a sample in sight
OF_A_SAMPLE = ("decide", "mark", "edit", "move")
#: commands beside those that edit which need the text before one's eyes
OF_THE_TEXT = ("other_side", "fold", "fold_all")


class ReviewPage(QWidget):
    """Left the queue, right the sample."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self._bench = bench
        self.queue, self.hand = Queue(self, bench), Hand(self, bench)
        self.stage = Stage(self, bench, self.queue, self.hand)
        self.evening, self.judging = Evening(self, bench, self.queue), JudgeRun(self, bench)
        self.reader = Reader(bench)
        self.strips = Strips(self.reader.take_keys)
        self.foot = Foot(self.do, lambda name, score: self.marking.marked(name, score))
        self.head = Head(self.stage.step, lambda: self.room.show_queue(True))
        self.line = EveningLine(lambda: self.do("evening"))
        self.shelf = Shelf(bench, self.queue, self.stage.open, lambda: self.room.show_queue(False))
        self.stage.list = self.shelf.list
        self.form = JudgeForm(bench, self.queue, self.judging, self.escape)
        parts = Parts(self.head, self.line, self.reader, self.strips, self.foot)
        self.room = Room(bench, self.shelf, parts, Others(Nothing(bench, self.do), self.form))
        self.setLayout(column(self.room))
        stage, strips, say = self.stage, self.strips, self.room.say
        self.deciding = Deciding(bench, stage, strips, self.evening, say)
        self.marking = Marking(bench, stage, strips, self.foot.marks, self.foot.say)
        self.editing = Editing(bench, stage, strips, self.reader, self.room)
        self.comparing = Comparing(bench, stage, strips, self.reader, self.room)
        self.whole, self.xraying = Whole(bench, stage, strips, self.room), Xraying(bench, stage, self.reader)
        self.sheet = EveningSheet(self, lambda: self.do("accept_judged"))
        self.judged, self.palette_, self.help = JudgedSheet(self), Palette(self, self.do), KeysHelp(self)
        self._commands = commands_of(self)
        Keyboard(self, (self.reader.sample.view, self.reader.source.view), self.do, self.escape)
        self.setFocusProxy(self.reader)
        self._listen()
        self.queue.ask()
        QTimer.singleShot(0, self, lambda: bench.tasks.start(self, self._catch_up()))

    def _listen(self) -> None:
        self.stage.shown.connect(self._show)
        self.stage.at_end.connect(self._at_end)
        self.queue.answered.connect(self._answered)
        self.queue.counted.connect(self._place)
        self.reader.told.connect(self.foot.say)
        self.shelf.search.returnPressed.connect(self.reader.take_keys)
        self.evening.changed.connect(self.line.show_stand)
        self.evening.changed.connect(self.sheet.show_stand)
        self.hand.acted.connect(self.evening.acted)
        self.judging.judged.connect(self._judged)
        self.judging.changed.connect(lambda: self.line.show_judging(self.judging.live))
        self._bench.news.samples_changed.connect(self._samples_changed)
        self._bench.news.settings_changed.connect(self.stage.settings_changed)

    def do(self, name: str) -> None:
        """A command by its name."""
        act = self._commands.get(name)
        group = BY_NAME[name].group
        needs = group in OF_A_SAMPLE and name not in ("undo", "redo")
        hidden = (needs and not self.room.reads) or (self.room.forms and group == "all" and name != "judge")
        if act is not None and not hidden:
            self.room.hush()
            if group == "edit" or name in OF_THE_TEXT:
                self.xraying.leave()
            act()

    def escape(self) -> None:
        """Whatever is open closes, the innermost first; then the keyboard goes back to the text."""
        for one in (one.overlay for one in (self.sheet, self.judged, self.palette_, self.help)):
            if one.isVisible():
                one.close_()
                return
        if self.editing.editor.open_:
            self.editing.editor.leave()
        elif self.strips.showing(self.comparing.versions):
            self.comparing.leave()
        elif self.strips.showing(self.whole.going) and self.whole.escape():
            return
        elif self.room.forms:
            self.room.show_form(False)
            self.reader.take_keys()
        elif not self.strips.close_() and not self.xraying.leave():
            self.shelf.close_filters()
            self.reader.take_keys()

    async def _catch_up(self) -> None:
        """What was made before there was a data set, or by a process that was killed, comes now."""
        self.whole.look()
        async for event in catch_up(self._bench.house):
            if isinstance(event, CaughtUp) and event.added:
                self._bench.news.samples_changed.emit()

    def receive(self, what: Any) -> None:
        """A filter: review what it finds. A number: read that sample."""
        if isinstance(what, Filter):
            self.queue.ask(Wish(what, self.queue.wish.order))
        elif isinstance(what, int):
            self._bench.tasks.start(self, self._read(what), replaces="jump")

    async def _read(self, number: int) -> None:
        if self.queue.whole is None:  # the page was opened for it: its queue comes first
            await self.queue.ask()
        await self.stage.jump(number)

    def stop_softly(self) -> "asyncio.Task[None] | None":
        """See `Window.closeEvent`: nothing that was decided is lost."""
        if self.editing.editor.open_:
            self.editing.editor.leave()
            self._bench.remembered.write()  # the draft, for what is remembered was written before this
        if self.hand.idle() and not self.judging.busy:
            return None

        async def settled() -> None:
            judging = self.judging.stop_softly()
            await self.hand.settled()
            if judging is not None:
                await asyncio.wait([judging])

        return self._bench.tasks.start(self, settled())

    def _show(self, opened: Opened | None) -> None:
        """The sample that is to be read, or none."""
        self.xraying.show_sample(opened)
        if opened is None:
            self.reader.forget()
            return
        before = self.reader.sample.opened
        anew = before is None or before.sample.id != opened.sample.id
        if anew:
            self.editing.editor.leave()
            self.strips.leave_sample()
        self.room.show_text()
        sought, draft = self.queue.asked.text, bool(self.editing.drafts.of(opened.sample.id))
        self.head.show_sample(opened, draft=draft, sought=sought)
        self.foot.marks.show_marks(self.stage.criteria(), opened.marks, anew=anew)
        if not self.strips.showing(self.comparing.versions):
            self.reader.show_sample(opened, sought)
        self._place()

    def _place(self) -> None:
        found, rows = self.queue.found, self.queue.rows.rowCount()
        known = max(found.n, rows) if found is not None else None
        self.head.place(self.stage.row, known, exact=found is None or found.exact)

    def _at_end(self, by: int) -> None:
        """A step found no more."""
        if by < 0:
            self.room.refuse(t("已经是第一个了。", "This is the first one."))
        elif self.queue.rows.goes_on:
            self.queue.more()
        elif self.queue.left():
            self.room.refuse(t("队列到头了。按 F5 重新取。", "This is the end of the queue. F5 asks anew."))
        else:
            self.room.show_nothing(self.room.nothing.done)

    def _answered(self) -> None:
        """Another queue: it may be empty."""
        if self.queue.rows.rowCount():
            return
        nothing, wish = self.room.nothing, self.queue.wish
        if not self.queue.whole:
            self.room.show_nothing(nothing.none)
        elif wish.filter.verdicts == ("pending",) and not wish.filter.text:
            self.room.show_nothing(nothing.done)
        else:
            self.room.show_nothing(nothing.found)

    def _samples_changed(self) -> None:
        """Samples came or went by another hand."""
        if self.hand.tidings.own:
            return
        self.stage.ahead.forget()
        if self.room.reads and self.queue.rows.rowCount():
            self.shelf.stale()
        else:
            self.queue.ask()

    def _judged(self, number: int) -> None:
        """A sample has other marks of the judges."""
        self._bench.tasks.start(self, self.stage.renew(number))
        self.evening.soon()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Somebody is here."""
        super().showEvent(event)
        self.evening.begin()
        if not writing():
            QTimer.singleShot(0, self, self.reader.take_keys)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Somebody went to another page."""
        super().hideEvent(event)
        self.evening.rest()


def commands_of(page: ReviewPage) -> dict[str, Callable[[], object]]:
    """What each command does."""
    parts = (page.deciding, page.marking, page.editing, page.comparing, page.whole, page.xraying)
    known: dict[str, Callable[[], object]] = {}
    for part in parts:
        known |= part.commands()
    return {**known, **_of_reading(page), **_of_queue(page), **_of_rest(page)}


def _of_reading(page: ReviewPage) -> dict[str, Callable[[], object]]:
    reader, stage = page.reader, page.stage
    return {
        "next": lambda: stage.step(1),
        "previous": lambda: stage.step(-1),
        "next_message": lambda: reader.step(1),
        "previous_message": lambda: reader.step(-1),
        "first_message": lambda: reader.edge(-1),
        "last_message": lambda: reader.edge(1),
        "page_down": lambda: reader.side().page(1),
        "page_up": lambda: reader.side().page(-1),
        "other_side": reader.cross,
        "fold": lambda: reader.sample.fold(reader.at),
        "fold_all": reader.sample.fold,
    }


def _of_queue(page: ReviewPage) -> dict[str, Callable[[], object]]:
    shelf, room = page.shelf, page.room

    def brought(act: Callable[[], object]) -> Callable[[], None]:
        """The queue has to be in sight for it."""

        def do() -> None:
            room.show_queue(True)
            act()

        return do

    return {
        **{order: partial(shelf.order, order) for order in ORDERS},
        "search": brought(shelf.look_for),
        "filters": brought(shelf.turn_filters),
        "clear": shelf.clear,
        "refresh": page.queue.ask,
        "queue": lambda: room.show_queue(shelf.isHidden()),
    }


def _of_rest(page: ReviewPage) -> dict[str, Callable[[], object]]:
    def judge() -> None:
        page.room.show_form()
        page.form.open()

    return {
        "judge": judge,
        "judged": lambda: page.judged.open(page.stage.opened),
        "evening": page.sheet.open,
        "palette": page.palette_.open,
        "help": page.help.open,
    }
