"""Two brains compared without knowing which is which: ten prompts, two answers each, decided with the keys 1 to 4."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QLayout, QStackedWidget, QTextBrowser, QWidget

from zishu_app.core.streams import closing
from zishu_app.core.texts import Language, counted, language, t
from zishu_app.studio.blind import PROMPTS, Asking, ask_both, keep
from zishu_app.training.compare import Blind, Result, Verdict
from zishu_app.ui.errors import Told
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.training.keyed import Keyed
from zishu_app.ui.theme.tokens import GAP, NEAR, ROOM
from zishu_app.ui.widgets.bar import Bar
from zishu_app.ui.widgets.buttons import button, icon_button
from zishu_app.ui.widgets.cards import boxed, card, column, row
from zishu_app.ui.widgets.keycap import KeyButton
from zishu_app.ui.widgets.labels import Say, label
from zishu_app.ui.widgets.overlay import Overlay
from zishu_app.ui.workbench import Workbench

#: seeds of which side is which
SEEDS = 2**31


@dataclass(frozen=True, slots=True)
class Two:
    """The former and the latter brain: as they are asked for, and as they are called."""

    specs: tuple[str, str]
    names: tuple[str, str]


class BlindView:
    """Lies over `page`. `done` hears how it came out, when all are decided and kept."""

    def __init__(self, page: QWidget, bench: Workbench, done: Callable[[Two, Result], object]) -> None:
        self._bench, self._done = bench, done
        self._two: Two | None = None
        self.blind: Blind | None = None
        self._place = 0
        #: pairs that were kept; -1: it has not ended
        self._kept = -1
        self._said: Say = lambda: ""
        self._frame = Keyed(
            {
                Qt.Key.Key_1: lambda: self.judge("left"),
                Qt.Key.Key_2: lambda: self.judge("right"),
                Qt.Key.Key_3: lambda: self.judge("same"),
                Qt.Key.Key_4: lambda: self.judge("bad"),
                Qt.Key.Key_Backspace: self.step_back,
            }
        )
        self.answers = (_answer(), _answer())
        self._build()
        self._frame.listen(*self.answers)
        self.overlay = Overlay(page, self._frame, QSize(860, 560))
        say(self._frame, self._draw)

    def _build(self) -> None:
        self._count, self._prompt, self._told = (
            label("soft"),
            label("lead", wrap=True),
            label("lead", wrap=True),
        )
        self._told.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._bar = Bar()
        close = icon_button("close", lambda: t("关闭", "Close"), self.close_, size=16)
        head = row(
            label("title", lambda: t("蒙眼比较", "Compared blindly")), self._count, None, close, gap=GAP
        )
        sides = row(gap=GAP)
        for letter, answer in zip("AB", self.answers, strict=True):
            side = card(label("field", lambda letter=letter: letter), margin=GAP)  # type: ignore[misc]
            inside = side.layout()
            assert inside is not None
            inside.addWidget(answer)
            sides.addWidget(side, 1)
        self._verdicts = boxed(self._buttons())
        judging = column(self._prompt, gap=GAP)
        judging.addLayout(sides, 1)
        judging.addWidget(self._verdicts)
        asked, told = QWidget(), QWidget()
        asked.setLayout(judging)
        told.setLayout(column(None, self._told, self._bar, self._onward(), None, gap=GAP))
        self._stack = QStackedWidget()
        self._stack.addWidget(asked)
        self._stack.addWidget(told)
        whole = column(head, gap=GAP)
        whole.addWidget(self._stack, 1)
        whole.setContentsMargins(ROOM, GAP, ROOM, ROOM)
        self._frame.setLayout(whole)

    def _buttons(self) -> QLayout:
        keys = (
            KeyButton(lambda: t("A 好", "A is better"), "1", lambda: self.judge("left"), kind=""),
            KeyButton(lambda: t("B 好", "B is better"), "2", lambda: self.judge("right"), kind=""),
            KeyButton(lambda: t("差不多", "As good"), "3", lambda: self.judge("same")),
            KeyButton(lambda: t("都不好", "Both bad"), "4", lambda: self.judge("bad")),
        )
        back = button(lambda: t("退一步", "Step back"), self.step_back, icon="undo", kind="quiet")
        return row(*keys, None, back, gap=NEAR)

    def _onward(self) -> QWidget:
        """What comes after the result."""
        self.review = button(
            lambda: t("到审阅里看看", "See them in Review"),
            lambda: self._bench.go("review", None),
            kind="primary",
        )
        self.leave = button(lambda: t("关闭", "Close"), self.close_)
        self._next = boxed(row(None, self.leave, self.review, None, gap=NEAR))
        return self._next

    def open(self, two: Two) -> None:
        """Ask both, then show their answers."""
        self._two, self.blind, self._place, self._kept = two, None, 0, -1
        self._tell(lambda: t("正在请两个大脑回答……", "Both brains are being asked …"))
        self.overlay.open(self._frame)
        self._bench.tasks.start(self._frame, self._ask(two), replaces="ask", failed=self._failed)

    def close_(self) -> None:
        """Back to the page; what is not decided is not kept."""
        self.overlay.close_()

    async def _ask(self, two: Two) -> None:
        speaks: Language = language()
        events = ask_both(self._bench.house, two.specs, PROMPTS[speaks], speaks, random.randrange(SEEDS))
        async with closing(events) as stream:
            async for event in stream:
                if isinstance(event, Asking):
                    self._bar.set_share(event.done / max(event.total, 1))
                else:
                    self.blind = event
        self._go_on()

    def judge(self, verdict: Verdict) -> None:
        """This pair is decided; the next one."""
        if self.blind is not None and self._stack.currentIndex() == 0:
            self.blind = self.blind.judged(self._place, verdict)
            self._go_on()

    def step_back(self) -> None:
        """The pair before is to be decided again."""
        if self.blind is not None and self._place > 0 and self._stack.currentIndex() == 0:
            self._place -= 1
            self.blind = self.blind.judged(self._place, None)
            self._draw()

    def _go_on(self) -> None:
        assert self.blind is not None
        place = self.blind.next_place()
        if place is None:
            self._bench.tasks.start(self._frame, self._keep(self.blind), replaces="ask", failed=self._failed)
            return
        self._place = place
        self._stack.setCurrentIndex(0)
        self._draw()
        self._frame.setFocus()

    async def _keep(self, blind: Blind) -> None:
        speaks: Language = language()
        kept = await keep(self._bench.house, blind, speaks)
        result, two, self._kept = blind.result(), self._two, len(kept)
        self._tell(lambda: _ended(result, len(kept)))
        if kept:
            self._bench.news.samples_changed.emit()
        if two is not None:
            self._done(two, result)

    def _failed(self, told: Told) -> None:
        self._tell(lambda: f"{told.message} {told.hint}".strip())

    def _tell(self, said: Say) -> None:
        self._said = said
        self._stack.setCurrentIndex(1)
        self._draw()

    def _draw(self) -> None:
        judging = self.blind is not None and self._stack.currentIndex() == 0
        self._told.setText(self._said())
        self._bar.setVisible(self.blind is None)
        self._next.setVisible(self._kept >= 0)
        self.review.setVisible(self._kept > 0)
        self._count.setVisible(judging)
        if not judging or self.blind is None:
            return
        shown = self.blind.shown(self._place)
        self._count.setText(f"{shown.number} / {shown.total}")
        self._prompt.setText(shown.prompt)
        for answer, text in zip(self.answers, (shown.left, shown.right), strict=True):
            answer.setPlainText(text or "–")


def _answer() -> QTextBrowser:
    made = QTextBrowser()
    made.setOpenLinks(False)
    made.setFrameShape(QFrame.Shape.NoFrame)
    made.viewport().setAutoFillBackground(False)
    return made


def _ended(result: Result, kept: int) -> str:
    """How it came out, and what became of it."""
    parts = [result.told()]
    if result.alike:
        parts.append(
            t(
                f"有 {result.alike} 句两边答得一模一样，没有拿出来比。",
                f"{counted(result.alike, 'prompt')} got the same answer from both, and were not shown.",
            )
        )
    if kept:
        parts.append(
            t(
                f"{kept} 对偏好已放进审阅，等你通过。",
                f"{counted(kept, 'preference pair')} wait in Review.",
            )
        )
    return "\n".join(parts)
