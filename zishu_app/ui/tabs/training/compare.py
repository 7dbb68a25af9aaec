"""Several trainings in one chart: one value of theirs, a colour each."""

import asyncio
from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from zishu_app.brains.bases_titles import base_title
from zishu_app.core.texts import t
from zishu_app.training.runs import TrainingRun
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.training.run_state import Curves, read_state
from zishu_app.ui.tabs.training.words import number, size_word, state_word, title_of
from zishu_app.ui.theme.tokens import GAP, NEAR, ROOM
from zishu_app.ui.told import when
from zishu_app.ui.widgets.buttons import Segments
from zishu_app.ui.widgets.cards import card, column, row
from zishu_app.ui.widgets.chart import Chart, Line
from zishu_app.ui.widgets.checks import Check, CheckList
from zishu_app.ui.widgets.labels import Say, label
from zishu_app.ui.widgets.trace import Trace
from zishu_app.ui.workbench import Workbench

#: colours of the lines, as names of theme/tokens; as many can be told apart
COLOURS = ("violet", "shift", "mistake", "good", "warn", "bad")
#: what is compared
VALUES: dict[str, Say] = {
    "loss": lambda: t("训练损失", "Training loss"),
    "eval_loss": lambda: t("评估损失", "Held-out loss"),
    "gradient_norm": lambda: t("梯度范数", "Gradient norm"),
    "tokens_per_s": lambda: t("速度", "Speed"),
    "memory_mb": lambda: t("内存", "Memory"),
}
#: pixels of the list: as many, and at least where there is little room
LIST, LEAST = 230, 112


class Compare(QWidget):
    """A list to choose from, and the chart."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self._bench = bench
        self.runs: Sequence[TrainingRun] = ()
        #: ids, in the order in which they were chosen
        self.chosen: list[str] = []
        self._curves: dict[str, Curves] = {}
        self.list = CheckList(self._toggle, lambda _: None, self._toggle)
        self.list.setMaximumHeight(LIST)
        self.list.setMinimumHeight(LEAST)
        say(self.list, lambda: self.list.setAccessibleName(t("训练记录", "Trainings")))
        self.what = Segments(dict(VALUES), lambda _: self._draw())
        self.chart = Chart(lambda: VALUES[self.what.value](), height=190)
        self._nothing = label(
            "soft",
            lambda: t("勾选要放在一起看的训练。", "Tick the trainings to be seen together."),
            wrap=True,
        )
        whole = column(
            label("title", lambda: t("比较训练", "Trainings compared")), row(self.what, None), gap=GAP
        )
        whole.addWidget(card(self._nothing, self.chart, margin=NEAR), 1)
        whole.addWidget(card(self.list, margin=NEAR))
        whole.setContentsMargins(ROOM, ROOM, ROOM, ROOM)
        self.setLayout(whole)
        say(self, self._draw)

    def open(self, runs: Sequence[TrainingRun]) -> None:
        """Choose among these; at first the two newest that have come anywhere."""
        self.runs = [run for run in runs if run.jobs]
        there = [run.id for run in self.runs]
        self.chosen = [one for one in self.chosen if one in there] or there[:2]
        self._curves = {key: one for key, one in self._curves.items() if key in there}
        self._bench.tasks.start(self, self._read(), replaces="read")
        self._draw()

    def _toggle(self, key: str) -> None:
        if key in self.chosen:
            self.chosen.remove(key)
        elif len(self.chosen) < len(COLOURS):
            self.chosen.append(key)
        self._bench.tasks.start(self, self._read(), replaces="read")
        self._draw()

    async def _read(self) -> None:
        folder = self._bench.house.home.runs
        for run in self.runs:
            if run.id in self.chosen and (run.id not in self._curves or run.state == "running"):
                self._curves[run.id] = (await asyncio.to_thread(read_state, run.jobs, folder)).curves
                self._draw()

    def _draw(self) -> None:
        lines = []
        for place, key in enumerate(self.chosen):
            run = next((one for one in self.runs if one.id == key), None)
            if run is not None and key in self._curves:
                trace = trace_of(self._curves[key], self.what.value)
                lines.append(Line(_named(run), trace, COLOURS[place], dots=self.what.value == "eval_loss"))
        self.chart.show_lines(lines)
        self.chart.setVisible(bool(self.chosen))
        self._nothing.setVisible(not self.chosen)
        full = len(self.chosen) >= len(COLOURS)
        self.list.show_rows([self._row(run, full=full) for run in self.runs])

    def _row(self, run: TrainingRun, *, full: bool) -> Check:
        result = run.result
        held = number(result.get("eval_loss")) if result else "–"
        under = [base_title(run.base), size_word(run.recipe.size), state_word(run.state), when(run.created)]
        if result:
            under.append(t(f"评估损失 {held}", f"held-out loss {held}"))
        on = run.id in self.chosen
        hint = t(f"最多 {len(COLOURS)} 次。", f"At most {len(COLOURS)}.") if full and not on else run.id
        return Check(run.id, title_of(run), " · ".join(under), checked=on, hint=hint)


def trace_of(curves: Curves, name: str) -> Trace:
    """One value; of the loss the smooth line, for several that jump cannot be told apart."""
    return curves.loss.smooth if name == "loss" else curves.by_name[name]


def _named(run: TrainingRun) -> Say:
    return lambda: f"{title_of(run)} {when(run.created)}"
