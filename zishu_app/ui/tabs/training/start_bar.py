"""The foot of the form: what is being done, or why it cannot begin, and the next thing to do."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from zishu_app.core.texts import t
from zishu_app.studio.material import Preparing
from zishu_app.ui.follow import say, wear
from zishu_app.ui.tabs.training.wishes import Wishes
from zishu_app.ui.theme import look
from zishu_app.ui.theme.icons import draw_icon
from zishu_app.ui.theme.tokens import GAP, TIGHT
from zishu_app.ui.widgets.bar import Bar
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import column, row
from zishu_app.ui.widgets.labels import label, rule, set_kind


class StartBar(QWidget):
    """`look_over` has it looked over, `stop` leaves that, `start` begins."""

    def __init__(
        self, look_over: Callable[[], object], stop: Callable[[], object], start: Callable[[], object]
    ) -> None:
        super().__init__()
        self._wishes = Wishes()
        self._step: Preparing | None = None
        #: the training goes on already; it was looked over, and whether it may begin then
        self._busy, self._looked, self._may = False, False, False
        self.look = button(lambda: t("检查一遍", "Look it over"), look_over, kind="primary")
        self.stop = button(lambda: t("停下", "Stop"), stop, icon="stop")
        self.start = button(lambda: t("开始训练", "Start"), start, icon="play", kind="primary")
        self._said, self._bar = label("soft", wrap=True), Bar()
        line = row(gap=GAP)
        line.addLayout(column(self._said, self._bar, gap=TIGHT), 1)
        for one in (self.look, self.stop, self.start):
            line.addWidget(one)
        line.setContentsMargins(0, GAP, 0, GAP)
        self.setLayout(column(rule(), line, gap=0))
        say(self, self._draw)
        wear(self, self._mark)

    def follow(self, wishes: Wishes) -> None:
        """The choices are others."""
        self._wishes = wishes
        self._draw()

    def show_step(self, step: Preparing | None) -> None:
        """What of the look is being done; None: it is not looked over now."""
        self._step = step
        self._draw()

    def show_looked(self, looked: bool, may: bool) -> None:
        """Whether it was looked over, and may begin."""
        self._looked, self._may = looked, may
        self._draw()

    def set_busy(self, busy: bool) -> None:
        """Whether a training goes on already."""
        self._busy = busy
        self._draw()

    @property
    def may_look(self) -> bool:
        """Whether there is something to look at, and nothing wrong with it."""
        return bool(self._wishes.dataset) and not self._wishes.fault and self._step is None

    def _draw(self) -> None:
        looking = self._step is not None
        self.look.setVisible(not looking)
        self.look.setEnabled(self.may_look)
        set_kind(self.look, "" if self._looked else "primary")
        self._mark()
        self.look.setText(t("再检查一遍", "Look again") if self._looked else t("检查一遍", "Look it over"))
        self.stop.setVisible(looking)
        self.start.setVisible(self._looked and not looking)
        self.start.setEnabled(self._may and not self._busy)
        self._bar.setVisible(looking and bool(self._step and self._step.total))
        if self._step is not None and self._step.total:
            self._bar.set_share(self._step.done / self._step.total)
        self._said.setText(self._sentence())
        self._said.setVisible(bool(self._said.text()))

    def _mark(self) -> None:
        worn = look.now()
        colour = worn.soft if self._looked else worn.on_violet
        draw_icon(self.look, "check-circle", (colour, worn.soft))

    def _sentence(self) -> str:
        if self._step is not None:
            return step_word(self._step)
        if not self._wishes.dataset:
            return t("先选她要学的版本。", "Choose what she is to learn from first.")
        if self._wishes.fault:
            return t("先改正配方里标出的地方。", "Correct what is wrong with the recipe first.")
        if self._looked and not self._may:
            return t("先解决标为红色的问题。", "What is marked red stands against it.")
        if self._looked and self._busy:
            return t(
                "一次训练正在进行，结束后可以再开始。", "A training is going on; start when it has ended."
            )
        if self._looked:
            return t("一切就绪。", "Everything is ready.")
        return t(
            "先检查一遍：材料、底座、内存、时间，不会开始训练。",
            "First it is looked over: material, base, memory, time. Nothing is trained yet.",
        )


def step_word(step: Preparing) -> str:
    """What is being done."""
    word = {
        "base": t("准备底座……", "Making the base ready …"),
        "material": t("读材料……", "Reading the material …"),
        "general": t(
            "请底座自己回答通用问题，防止忘记……",
            "Having the base answer general questions, against forgetting …",
        ),
        "count": t("数 token、算内存和时间……", "Counting tokens, working out memory and time …"),
    }[step.step]
    return f"{word} {step.done:,} / {step.total:,}" if step.total else word
