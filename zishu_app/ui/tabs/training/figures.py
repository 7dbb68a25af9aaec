"""The figures of a training: how far it is, how long it will take, what it measures now."""

from PySide6.QtWidgets import QWidget

from zishu_app.core.texts import duration, t
from zishu_app.ui.tabs.training.trainer import Opened
from zishu_app.ui.tabs.training.words import gigabytes, number
from zishu_app.ui.theme.tokens import GAP, TIGHT
from zishu_app.ui.widgets.cards import card, column
from zishu_app.ui.widgets.flow import Flow
from zishu_app.ui.widgets.gauge import Gauge


class Figures(QWidget):
    """Beside each other; in a narrow window below each other."""

    def __init__(self) -> None:
        super().__init__()
        self._steps = Gauge(lambda: t("步", "Steps"), bar=True)
        self._steps.setMinimumWidth(112)
        self._time = Gauge(lambda: t("时间", "Time"))
        self._loss = Gauge(lambda: t("训练损失", "Training loss"))
        self._held = Gauge(lambda: t("评估损失", "Held-out loss"))
        self._speed = Gauge(lambda: t("速度", "Speed"))
        self._memory = Gauge(lambda: t("内存", "Memory"))
        self._all = (self._steps, self._time, self._loss, self._held, self._speed, self._memory)
        high = max(one.sizeHint().height() for one in self._all)
        for one in self._all:
            one.setMinimumHeight(high)
        self.setLayout(column(card(Flow(*self._all, gap=GAP + TIGHT), margin=GAP), gap=0))

    def show_run(self, opened: Opened) -> None:
        """Show how it stands now."""
        state, result = opened.state, opened.run.result
        curves = state.curves
        done = int(result.get("steps") or state.done)
        note = state.text if opened.live and not state.total else ""
        self._steps.show_figure(
            f"{done:,} / {state.total:,}" if state.total else f"{done:,}", note, _share(opened)
        )
        self._time.show_figure(*_time(opened))
        self._loss.show_figure(number(curves.loss.smooth.last), _before(result.get("first_loss")))
        self._held.show_figure(
            number(curves.by_name["eval_loss"].last), _before(result.get("first_eval_loss"))
        )
        speed = result.get("tokens_per_s") or curves.by_name["tokens_per_s"].last
        self._speed.show_figure(f"{speed:,.0f}" if speed else "–", "tokens/s")
        memory = result.get("peak_memory_mb") or curves.by_name["memory_mb"].last
        expected = opened.run.estimate.get("memory_mb")
        note = t(f"估计 {gigabytes(expected)}", f"{gigabytes(expected)} expected") if expected else ""
        self._memory.show_figure(gigabytes(memory) if memory else "–", note)


def _share(opened: Opened) -> float:
    return 1.0 if opened.run.state == "done" else opened.state.share


def _time(opened: Opened) -> tuple[str, str]:
    """The time that is left, or that it took; and what was expected."""
    result, expected = opened.run.result, opened.run.estimate.get("seconds")
    before = t(f"估计 {duration(expected)}", f"{duration(expected)} expected") if expected else ""
    if result.get("seconds"):
        return duration(float(result["seconds"])), before
    left = opened.state.seconds_left() if opened.live else None
    if left is None:
        return "–", before
    return duration(left), t("还要", "left")


def _before(value: object) -> str:
    return t(f"起初 {number(value)}", f"{number(value)} at first") if isinstance(value, int | float) else ""
