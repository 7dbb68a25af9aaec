"""After a training: her words before and after, the exam, the blind comparison, and the switch."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtWidgets import QFrame, QWidget

from zishu_app.brains.learnt import Learnt, keep
from zishu_app.core.texts import t
from zishu_app.training.compare import Result
from zishu_app.training.runs import TrainingRun
from zishu_app.ui.follow import LANGUAGE, say
from zishu_app.ui.tabs.training.after_state import Afterwards, find_afterwards
from zishu_app.ui.tabs.training.becoming import BecomingCard
from zishu_app.ui.tabs.training.blind_view import BlindView, Two
from zishu_app.ui.tabs.training.exam_card import ExamCard
from zishu_app.ui.tabs.training.words_card import WordsCard
from zishu_app.ui.theme.tokens import GAP, ROOM
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import column, row, scrolled
from zishu_app.ui.widgets.labels import label
from zishu_app.ui.widgets.toast import Offering
from zishu_app.ui.workbench import Workbench

#: under which a blind comparison stands among the marks of a brain
BLIND = "blind"


class AfterView(QWidget):
    """`page` is what lies under the comparison; `items` opens the items of exams."""

    def __init__(
        self,
        page: QWidget,
        bench: Workbench,
        items: Callable[[], object],
        toast: Offering,
    ) -> None:
        super().__init__()
        self._bench = bench
        self._run: TrainingRun | None = None
        self.found = Afterwards()
        self.becoming = BecomingCard(bench, self.renew, toast)
        self.exam = ExamCard(bench, self.renew, items)
        self.blind = BlindView(page, bench, self._compared)
        self.blind_card = _BlindCard(self._open_blind)
        self.words = WordsCard()
        whole = column(gap=0)
        whole.addWidget(
            scrolled(column(self.becoming, self.words, self.exam, self.blind_card, None, gap=GAP))
        )
        self.setLayout(whole)
        bench.news.brain_changed.connect(self.renew)
        LANGUAGE.follow(self, self.renew)  # what the exam says is said anew

    def show_run(self, run: TrainingRun) -> None:
        """What can be done with this one; looked up where it is another or has changed."""
        if self._run is None or (self._run.id, self._run.state) != (run.id, run.state):
            self._run, self.found = run, Afterwards()
            self._draw()
            self.renew()

    def renew(self) -> None:
        """Look again how it stands."""
        if self._run is not None and self._run.state == "done":
            self._bench.tasks.start(self, self._look(self._run), replaces="look")

    async def _look(self, run: TrainingRun) -> None:
        found = await asyncio.to_thread(find_afterwards, self._bench.house, run)
        if self._run is not None and self._run.id == run.id:
            self.found = found
            self._draw()

    def _draw(self) -> None:
        if self._run is None:
            return
        brain = self.found.brain
        self.becoming.show_found(self._run, self.found)
        self.exam.show_found(brain.spec if brain is not None else self._run.id, self.found.comparison)
        self.blind_card.show_brain(brain)

    def _open_blind(self) -> None:
        brain = self.found.brain
        if brain is None or not brain.base_spec:
            return
        other = self.found.current
        former = brain.base_spec if self.found.hers or not other else other
        self.blind.open(Two((former, brain.spec), (former, brain.name)))

    def _compared(self, two: Two, result: Result) -> None:
        """It is kept with the brain."""
        brain = self.found.brain
        if brain is not None and brain.spec == two.specs[1]:
            self._bench.tasks.start(self, self._keep(brain, blind_marks(two, result)))

    async def _keep(self, brain: Learnt, marks: Mapping[str, Any]) -> None:
        await asyncio.to_thread(lambda: keep(brain, marks={**brain.marks, BLIND: marks}))
        self.renew()


def blind_marks(two: Two, result: Result) -> dict[str, Any]:
    """A blind comparison as plain values, for the marks of a brain."""
    low, high = result.interval
    return {
        "against": two.specs[0],
        "won": result.latter,
        "decided": result.decided,
        "low": round(low, 3),
        "high": round(high, 3),
    }


class _BlindCard(QFrame):
    """What the blind comparison is, how the last one came out, and the way to it."""

    def __init__(self, open_: Callable[[], object]) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._brain: Learnt | None = None
        self._about, self._last = label("small", wrap=True), label("", wrap=True)
        self.open = button(lambda: t("开始比较", "Compare"), open_, icon="eye-off")
        inside = column(
            label("lead", lambda: t("蒙眼比较", "Compared blindly")),
            self._about,
            self._last,
            row(self.open, None),
            gap=GAP,
        )
        inside.setContentsMargins(ROOM, ROOM, ROOM, ROOM)
        self.setLayout(inside)
        say(self, self._draw)

    def show_brain(self, brain: Learnt | None) -> None:
        """Which brain it is about; None: it is none yet."""
        self._brain = brain
        self._draw()

    def _draw(self) -> None:
        brain = self._brain
        can = brain is not None and bool(brain.base_spec)
        self.open.setEnabled(can)
        self._about.setText(
            t(
                "十句话，两个回答，不说哪个是谁的；按 1 到 4 选。选出来的会成为偏好样本。",
                "Ten prompts and two answers each, without saying whose is whose; the keys 1 to 4 decide. What you prefer becomes"
                " preference pairs.",
            )
            if can or brain is not None
            else t("先把它留下来，才能拿来比较。", "It has to be kept as a brain first.")
        )
        last = brain.marks.get(BLIND) if brain is not None else None
        self._last.setVisible(isinstance(last, Mapping))
        if isinstance(last, Mapping):
            self._last.setText(
                t(
                    f"上次：{last['decided']} 句里赢了 {last['won']} 句（把握：{last['low']:.0%}–{last['high']:.0%}）。",
                    f"Last time it won {last['won']} of {last['decided']} ({last['low']:.0%} to {last['high']:.0%}).",
                )
            )
