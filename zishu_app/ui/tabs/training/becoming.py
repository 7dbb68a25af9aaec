"""What was learnt becomes a brain: kept, made hers with the gate's word, gone back on, given away in another form."""

from collections.abc import Callable, Coroutine
from typing import Any

from PySide6.QtWidgets import QFrame, QLineEdit

from zishu_app.brains.learnt import Learnt
from zishu_app.core.streams import closing
from zishu_app.core.texts import Language, language, t
from zishu_app.studio.giving import Form, forms_of
from zishu_app.studio.her_brain import HerBrain
from zishu_app.studio.learnt import adopt, make_hers
from zishu_app.training.runs import TrainingRun
from zishu_app.ui.errors import Told
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.training.after_state import Afterwards
from zishu_app.ui.tabs.training.giving_away import GivingAway, GivingHands
from zishu_app.ui.tabs.training.words import title_of
from zishu_app.ui.theme.tokens import GAP, NEAR, ROOM
from zishu_app.ui.widgets.bar import Bar
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import column, row
from zishu_app.ui.widgets.field import Field
from zishu_app.ui.widgets.labels import Say, label, set_kind
from zishu_app.ui.widgets.question import Question
from zishu_app.ui.widgets.toast import Offering
from zishu_app.ui.workbench import Workbench


class BecomingCard(QFrame):
    """`changed` hears that something is otherwise now; `toast` what was done and how it is taken back."""

    def __init__(
        self,
        bench: Workbench,
        changed: Callable[[], object],
        toast: Offering,
    ) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._bench, self._changed, self._toast = bench, changed, toast
        self._run: TrainingRun | None = None
        self.found = Afterwards()
        self._state: Say = lambda: ""
        self._busy, self._share = False, 0.0
        self._chip, self._about = label("chip"), label("", wrap=True)
        self._said, self._bar = label("small", wrap=True), Bar()
        self.name = QLineEdit()
        self.name.setMaximumWidth(320)
        self._named = Field(lambda: t("叫什么", "Its name"), self.name)
        self.question = Question()
        hands = GivingHands(self._adopted, self._start, self._forms, self._tell, changed)
        self.giving = GivingAway(self, bench, hands)
        self._build()
        say(self, self._draw)

    def _build(self) -> None:
        self.make = button(
            lambda: t("给她换上", "Make it her brain"), self.make_hers, icon="her", kind="primary"
        )
        self.keep = button(
            lambda: t("只留下", "Keep it only"),
            lambda: self._start(self._keep()),
            icon="save",
            hint=lambda: t("成为一个大脑，先不给她换上", "It becomes a brain, and is not given to her yet"),
        )
        self.back = button(lambda: t("换回原来的", "Go back"), self.go_back, icon="undo")
        head = row(label("lead", lambda: t("她的大脑", "Her brain")), self._chip, None, gap=GAP)
        tools = row(self.make, self.keep, self.back, self.giving.give, self.giving.check, None, gap=NEAR)
        inside = column(head, self._about, self._named, self.question, self._bar, self._said, tools, gap=GAP)
        inside.setContentsMargins(ROOM, ROOM, ROOM, ROOM)
        self.setLayout(inside)

    def show_found(self, run: TrainingRun, found: Afterwards) -> None:
        """What it is about, and how it stands."""
        if self._run is None or self._run.id != run.id:
            self.name.setText(f"{title_of(run)} {run.created[5:10]}")
            self._state, self._share = (lambda: ""), 0.0
            self.question.close_()
        self._run, self.found = run, found
        self._draw()

    # deeds

    def make_hers(self) -> None:
        """Make it her brain; where it has lost too much, only after an explicit word."""
        comparison = self.found.comparison
        if comparison is None or comparison.gate.offered:
            self._start(self._make_hers())
            return
        reason = comparison.gate.reason
        self.question.ask(
            lambda: t(f"{reason} 还是给她换上吗？", f"{reason} Make it her brain all the same?"),
            lambda: t("还是换上", "All the same"),
            self._all_the_same,
        )

    def _all_the_same(self) -> None:
        self.question.close_()
        self._start(self._make_hers())

    async def _make_hers(self) -> None:
        brain = await self._adopted()
        if brain is not None:
            await make_hers(self._bench.house, brain)
            self._bench.news.brain_changed.emit()
            self._tell(lambda: "")
            self._toast(
                lambda: t(f"她现在用“{brain.name}”说话。", f'She speaks with "{brain.name}" now.'),
                self.go_back,
                about="brain",
            )
            self._changed()

    async def _keep(self) -> None:
        brain = await self._adopted()
        if brain is not None:
            self._tell(lambda: "")
            self._toast(lambda: t(f"“{brain.name}”已留下。", f'"{brain.name}" is kept.'), None)
            self._changed()

    def _forms(self) -> dict[Form, str]:
        return forms_of(self._run) if self._run is not None else {}

    async def _adopted(self) -> Learnt | None:
        """The brain; it is made where it is none yet."""
        if self.found.brain is not None or self._run is None:
            return self.found.brain
        self._tell(lambda: t("正在写成 llama.cpp 能读的形式……", "Writing it as llama.cpp reads it …"))
        async with closing(adopt(self._bench.house, self._run, self.name.text())) as events:
            async for event in events:
                if isinstance(event, Learnt):
                    return event
        return None

    def go_back(self) -> None:
        """She speaks again with what she spoke with before."""
        self._start(self._go_back())

    async def _go_back(self) -> None:
        speaks: Language = language()
        await HerBrain(self._bench.house, speaks).roll_back()
        self._bench.news.brain_changed.emit()
        self._toast(lambda: t("换回来了。", "She has gone back to the one before."), None, about="brain")
        self._changed()

    # what goes on

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        """One thing at a time."""
        if self._busy:
            work.close()
            return
        self._busy = True
        self._draw()
        self._bench.tasks.start(self, self._guarded(work), failed=self._failed)

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        finally:
            self._busy = False
            self._draw()

    def _failed(self, told: Told) -> None:
        self._tell(lambda: f"{told.message} {told.hint}".strip())

    def _tell(self, state: Say, share: float = 0.0) -> None:
        self._state, self._share = state, share
        self._draw()

    def _draw(self) -> None:
        found = self.found
        self._chip.setText(_stands(found))
        set_kind(self._chip, "chip", tone="good" if found.hers else "plain")
        self._about.setText(_about(found))
        self._named.setVisible(found.brain is None)
        said = self._state()
        self._said.setText(said)
        self._said.setVisible(bool(said))
        self._bar.setVisible(self._busy and self._share > 0)
        self._bar.set_share(self._share)
        self.make.setVisible(not found.hers)
        self.keep.setVisible(found.brain is None)
        self.back.setVisible(found.hers and found.former is not None)
        for one in (self.make, self.keep, self.back, self.giving.give, self.giving.check):
            one.setEnabled(not self._busy)
        self.giving.check.setVisible(self._run is None or not self._run.whole)


def _stands(found: Afterwards) -> str:
    if found.hers:
        return t("她正在用", "hers now")
    return t("已留下", "kept") if found.brain is not None else t("还没有留下", "not kept yet")


def _about(found: Afterwards) -> str:
    """What can be done, and what it would mean."""
    brain = found.brain
    if found.hers and brain is not None:
        return t(
            f"她现在用“{brain.name}”说话，随时可以换回来。",
            f'She speaks with "{brain.name}" now, and can go back at any time.',
        )
    if found.comparison is None:
        return t(
            "还没有考过试：换上之前先考一考，看看有没有丢掉别的本事。",
            "It was not examined yet. Examine it before she is given it, to see whether something was lost.",
        )
    if not found.comparison.gate.offered:
        return t(
            "考试说它丢了一些本事：要换上得你亲口说。",
            "The exam says that something was lost: she gets it only if you say so.",
        )
    return t(
        "可以给她换上。原来的大脑留着，一键换回。",
        "It can be made hers. The brain she has stays, and is one click away.",
    )
