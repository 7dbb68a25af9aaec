"""The curves of one training: the loss large, the rest small around it."""

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from zishu_app.core.texts import t
from zishu_app.ui.tabs.training.run_state import Curves
from zishu_app.ui.theme.tokens import GAP
from zishu_app.ui.widgets.cards import card, column, scrolled
from zishu_app.ui.widgets.chart import Chart, Line, plain_figure
from zishu_app.ui.widgets.labels import Say

#: pixels below which the small ones stand below each other
NARROW = 520

#: the small ones: name of the value, title, colour
SMALL: tuple[tuple[str, Say, str], ...] = (
    ("learning_rate", lambda: t("学习率", "Learning rate"), "shift"),
    ("gradient_norm", lambda: t("梯度范数", "Gradient norm"), "warn"),
    ("tokens_per_s", lambda: t("速度（tokens/s）", "Speed (tokens/s)"), "good"),
    ("memory_mb", lambda: t("内存（MB）", "Memory (MB)"), "mistake"),
)


class CurvesView(QWidget):
    """Five charts; `refresh` paints what has come."""

    def __init__(self) -> None:
        super().__init__()
        self.loss = Chart(lambda: t("损失", "Loss"), height=210)
        self.small = {name: Chart(title, figure=plain_figure, height=132) for name, title, _ in SMALL}
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(GAP)
        self._across = 0
        self._cards = [card(chart, margin=4) for chart in self.small.values()]
        inside = column(gap=GAP)
        inside.addWidget(card(self.loss, margin=4), 3)
        inside.addLayout(self._grid, 4)
        self.setLayout(column(scrolled(inside), gap=0))
        self._lay(2)

    def show_curves(self, curves: Curves) -> None:
        """Show these from now on."""
        self.loss.show_lines(loss_lines(curves))
        for name, _, token in SMALL:
            self.small[name].show_lines([Line(_nothing, curves.by_name[name], token)])

    def refresh(self) -> None:
        """Paint what has come since."""
        for one in (self.loss, *self.small.values()):
            one.refresh()

    def _lay(self, across: int) -> None:
        if across != self._across:
            self._across = across
            for number, one in enumerate(self._cards):
                self._grid.addWidget(one, number // across, number % across)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """One below the other where there is little room."""
        super().resizeEvent(event)
        self._lay(1 if self.width() < NARROW else 2)


def loss_lines(curves: Curves) -> list[Line]:
    """What is learnt, as it is and smoothed, and what was held out."""
    return [
        Line(_nothing, curves.loss.raw, faint=True),
        Line(lambda: t("训练", "training"), curves.loss.smooth),
        Line(lambda: t("评估", "held out"), curves.by_name["eval_loss"], "mistake", dots=True),
    ]


def _nothing() -> str:
    return ""
