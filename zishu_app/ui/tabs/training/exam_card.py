"""The exam before and after: what was learnt is held against its base, and the gate says whether it may be hers."""

import asyncio
from collections.abc import Callable
from time import monotonic

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QFrame

from zishu_app.brains.bases import Converting
from zishu_app.brains.bases_titles import base_title
from zishu_app.core.streams import closing
from zishu_app.core.texts import counted, duration, t
from zishu_app.studio.exam import Compared, Examining, Wish, examine
from zishu_app.training.change import Comparison
from zishu_app.training.exam import Left, Sat, Sitting
from zishu_app.ui.errors import Told
from zishu_app.ui.follow import say, wear
from zishu_app.ui.tabs.training.change_rows import ChangeRows
from zishu_app.ui.theme import look
from zishu_app.ui.theme.icons import draw_icon
from zishu_app.ui.theme.tokens import GAP, NEAR, ROOM
from zishu_app.ui.told import when
from zishu_app.ui.widgets.bar import Bar
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import boxed, column, row
from zishu_app.ui.widgets.labels import Say, label, set_kind
from zishu_app.ui.workbench import Workbench

GATES = {"open": "good", "shut": "bad", "unsure": "warn"}


class Pace:
    """How long something will take, by how far it has come."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._first: tuple[float, float] | None = None

    def left(self, done: float, total: float) -> float | None:
        """Seconds; None while nobody can tell."""
        now = self._clock()
        if self._first is None or done < self._first[1]:
            self._first = (now, done)
        began, first = self._first
        return (now - began) / (done - first) * (total - done) if done > first else None


def left_word(seconds: float | None) -> str:
    """What is left, behind what is done."""
    return t(f"，还要 {duration(seconds)}", f", {duration(seconds)} left") if seconds is not None else ""


class ExamCard(QFrame):
    """`done` hears that there are new marks; `items` opens what is asked."""

    def __init__(self, bench: Workbench, done: Callable[[], object], items: Callable[[], object]) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._bench, self._done = bench, done
        self._wanted = ""
        self._comparison: Comparison | None = None
        self._stop: asyncio.Event | None = None
        self._state: Say = lambda: ""
        self._share, self._pace = 0.0, Pace()
        self._gate, self._reason = label("chip"), label("", wrap=True)
        self._about, self._said, self._bar = label("small", wrap=True), label("small", wrap=True), Bar()
        self.rows = ChangeRows()
        self.exam = button(self._verb, lambda: (self.stop if self.is_going else self.start)())
        self.exam.setIconSize(QSize(18, 18))
        edit = button(lambda: t("题目", "Items"), items, icon="edit", kind="quiet")
        head = row(
            label("lead", lambda: t("考试：训练前后", "The exam, before and after")),
            self._gate,
            None,
            gap=GAP,
        )
        tools = row(self.exam, edit, None, gap=NEAR)
        self._found = boxed(column(self._reason, self.rows, gap=GAP))
        inside = column(head, self._about, self._found, self._bar, self._said, tools, gap=GAP)
        inside.setContentsMargins(ROOM, ROOM, ROOM, ROOM)
        self.setLayout(inside)
        say(self, self._draw)
        wear(self, self._mark)

    @property
    def is_going(self) -> bool:
        """Whether an exam is sat."""
        return self._stop is not None

    def show_found(self, wanted: str, comparison: Comparison | None) -> None:
        """Who would sit it, and what came of the last one."""
        self._wanted, self._comparison = wanted, comparison
        self.rows.show_comparison(comparison)
        self._draw()

    def start(self) -> None:
        """Have it sat."""
        if self._wanted and not self.is_going:
            self._stop, self._share = asyncio.Event(), 0.0
            self._tell(lambda: t("正在准备……", "Getting ready …"))
            self._bench.tasks.start(
                self, self._sit(self._wanted, self._stop), replaces="exam", failed=self._failed
            )

    def stop(self) -> None:
        """Leave it; nothing comes of it."""
        if self._stop is not None:
            self._stop.set()
            self._tell(lambda: t("正在停下……", "Stopping …"))

    async def _sit(self, wanted: str, stop: asyncio.Event) -> None:
        marked = False
        try:
            async with closing(examine(self._bench.house, Wish(wanted), stop)) as events:
                async for event in events:
                    marked = marked or isinstance(event, Compared)
                    self._take(event)
        finally:
            self._stop = None
            self._draw()
        if marked:
            self._tell(lambda: "")
            self._done()

    def _take(self, event: object) -> None:
        match event:
            case Examining(who, kept):
                self._share, self._pace, name = 0.0, Pace(), _called(who.brain, who.name)
                self._tell(
                    lambda: (
                        t(f"{name}：用上次的成绩", f"{name}: its last exam counts")
                        if kept
                        else t(f"{name} 在考试……", f"{name} is examined …")
                    )
                )
            case Sitting(done, total, text) | Converting(done, total, text):
                self._share = done / max(total, 1)
                left = self._pace.left(done, total)
                self._tell(lambda: f"{text} {done:,.0f} / {total:,.0f}{left_word(left)}")
            case Left():
                self._tell(lambda: t("停下了，没有成绩。", "Stopped; there are no marks."))
            case Sat():
                self._tell(lambda: t("在算前后的差别……", "Working out what has changed …"))

    def _failed(self, told: Told) -> None:
        self._tell(lambda: f"{told.message} {told.hint}".strip())

    def _tell(self, state: Say) -> None:
        self._state = state
        self._draw()

    def _draw(self) -> None:
        one = self._comparison
        self._found.setVisible(one is not None)
        self._gate.setVisible(one is not None)
        if one is not None:
            words = {
                "open": t("没有变差", "nothing was lost"),
                "shut": t("别的本事变差了", "something was lost"),
                "unsure": t("说不准", "not known"),
            }
            self._gate.setText(words[one.gate.state])
            set_kind(self._gate, "chip", tone=GATES[one.gate.state])
            self._reason.setText(" ".join([one.gate.reason, *one.remarks]))
        self._about.setText(self._told(one))
        said = self._state()
        self._said.setText(said)
        self._said.setVisible(bool(said))
        self._bar.setVisible(self.is_going)
        self._bar.set_share(self._share)
        self.exam.setText(self._verb())
        self._mark()
        self.exam.setEnabled(bool(self._wanted))

    def _mark(self) -> None:
        worn = look.now()
        draw_icon(self.exam, "stop" if self.is_going else "judge", (worn.soft, worn.faint))

    def _told(self, one: Comparison | None) -> str:
        if one is None:
            return t(
                "考她的常识、听指令和人设，也考训练前的底座；两边做同样的题，差别连同把握一起列出。",
                "She is asked general knowledge, instructions and who she is, and so is the base she began with; the change is"
                " shown with how sure it is.",
            )
        items = t(f"{len(one.after.items)} 题", counted(len(one.after.items), "item"))
        before, after = (_called(each.brain, each.name) for each in (one.before, one.after))
        return f"{items} · {when(one.after.created)} · {before} → {after}"

    def _verb(self) -> str:
        if self.is_going:
            return t("停下", "Stop")
        return t("再考一次", "Examine again") if self._comparison else t("考一考", "Examine")


def _called(brain: str, name: str) -> str:
    """A base is asked for by its card's id, which is then its name as well."""
    return base_title(name) if brain == name else name
