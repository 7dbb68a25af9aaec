"""Two samples beside each other, or in one where there is no room for that: what one has and the other has not, word by word."""

import asyncio

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QScrollBar, QStackedWidget, QWidget

from zishu_app.core.texts import t
from zishu_app.dataset.sample import Sample
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.dataset.differing import as_said, beside, in_one
from zishu_app.ui.theme.tokens import NEAR, TIGHT
from zishu_app.ui.widgets.cards import boxed, column, row
from zishu_app.ui.widgets.labels import label
from zishu_app.ui.widgets.talk_view import Said, TalkView
from zishu_app.ui.workbench import Workbench

#: width from which both stand beside each other
ENOUGH = 520


class PairView(QWidget):
    """`kept` stands on the left, `other` on the right."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self._bench = bench
        self.kept, self.other, self.both = TalkView(), TalkView(), TalkView()
        self._said: tuple[list[Said], list[Said], list[Said]] = ([], [], [])
        legend = label(
            "faint",
            lambda: t(
                "划掉的只有最好的那条有，下划线的只有另一条有",
                "Struck out: in the best only. Underlined: in the other only",
            ),
            wrap=True,
        )
        self._stack = QStackedWidget()
        sides = row(gap=NEAR)
        sides.addWidget(self.kept, 1)
        sides.addWidget(self.other, 1)
        in_one_ = column(legend, gap=TIGHT)
        in_one_.addWidget(self.both, 1)
        for one in (sides, in_one_):
            self._stack.addWidget(boxed(one))
        self.setLayout(column(self._stack, gap=0))
        _together(self.kept.verticalScrollBar(), self.other.verticalScrollBar())
        for view, name in ((self.kept, _kept_word), (self.other, _other_word), (self.both, _both_word)):
            say(view, lambda view=view, name=name: view.setAccessibleName(name()))  # type: ignore[misc]

    def show_pair(self, kept: Sample | None, other: Sample | None) -> None:
        """Show how they differ; of one alone, all of it."""
        self._bench.tasks.start(self, self._compare(kept, other), replaces="compare")

    async def _compare(self, kept: Sample | None, other: Sample | None) -> None:
        if kept is None:
            self._said = ([], [], [])
        elif other is None:
            alone = as_said(kept.messages)
            self._said = (alone, [], alone)
        else:
            before, after = kept.messages, other.messages
            left, right = await asyncio.to_thread(beside, before, after)
            self._said = (left, right, await asyncio.to_thread(in_one, before, after))
        for view, said in zip((self.kept, self.other, self.both), self._said, strict=True):
            view.show_talk(said)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """In one where there is no room for two."""
        super().resizeEvent(event)
        self._stack.setCurrentIndex(0 if self.width() >= ENOUGH else 1)


def _together(one: QScrollBar, other: QScrollBar) -> None:
    """Both are at the same share of their length: what belongs together is seen together."""

    def follow(leading: QScrollBar, led: QScrollBar) -> None:
        if leading.maximum() and led.maximum():
            place = round(leading.value() / leading.maximum() * led.maximum())
            if abs(place - led.value()) > 1:
                led.setValue(place)

    one.valueChanged.connect(lambda _: follow(one, other))
    other.valueChanged.connect(lambda _: follow(other, one))


def _kept_word() -> str:
    return t("最好的", "The best")


def _other_word() -> str:
    return t("另一条", "The other")


def _both_word() -> str:
    return t("两条的差别", "How both differ")
