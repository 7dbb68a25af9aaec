"""One group of duplicates: the best beside another one, word by word, and what can be done with them."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtWidgets import QWidget

from zishu_app.core.texts import counted, t
from zishu_app.dataset.duplicates import Group
from zishu_app.dataset.sample import Sample
from zishu_app.dataset.store import get_many
from zishu_app.dataset.words import verdict_word
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.dataset.around import Around
from zishu_app.ui.tabs.dataset.group_list import State, likeness
from zishu_app.ui.tabs.dataset.pair_view import PairView
from zishu_app.ui.theme.tokens import GAP, NEAR
from zishu_app.ui.widgets.buttons import button, icon_button
from zishu_app.ui.widgets.cards import boxed, column, row
from zishu_app.ui.widgets.elided import Elided
from zishu_app.ui.widgets.labels import label


class GroupView(QWidget):
    """`acts`: "keep" and "apart" do something with the group, "best" hears of a group with another best."""

    def __init__(
        self,
        around: Around,
        keep: Callable[[], object],
        apart: Callable[[], object],
        best: Callable[[Group], object],
    ) -> None:
        super().__init__()
        self._around, self._best = around, best
        self.group: Group | None = None
        self._state: State = ""
        #: which of the others stands beside the best, from 0
        self._at = 0
        self._shown: tuple[Sample | None, Sample | None] = (None, None)
        self._title, self._kept, self._other = Elided("lead"), Elided("small"), Elided("small")
        self._place = label("small")
        self.pair = PairView(around.bench)
        self.keep = button(
            lambda: t("留最好的", "Keep the best"),
            keep,
            kind="primary",
            hint=lambda: t("其余的会退回（K）", "The others are rejected (K)"),
        )
        self.apart = button(
            lambda: t("都留下", "Keep all"),
            apart,
            hint=lambda: t(
                "它们不算重复，以后不再列出（N）", "They are no duplicates, and do not come up again (N)"
            ),
        )
        self.swap = button(
            lambda: t("改留这条", "Keep this"),
            self.make_best,
            kind="link",
            hint=lambda: t("它成为最好的（B）", "It becomes the best of the group (B)"),
        )
        self._build()
        say(self, self._draw)

    def _build(self) -> None:
        back = icon_button(
            "chevron-left", lambda: t("上一条", "The one before"), lambda: self.step(-1), size=16
        )
        onward = icon_button(
            "chevron-right", lambda: t("下一条", "The next one"), lambda: self.step(1), size=16
        )
        self._steps = boxed(row(back, self._place, onward, gap=2))
        head = row(gap=NEAR)
        head.addWidget(self._title, 1)
        head.addWidget(self._steps)
        head.addWidget(self.apart)
        head.addWidget(self.keep)
        left, right = row(gap=NEAR), row(gap=NEAR)
        left.addWidget(self._kept, 1)
        right.addWidget(self._other, 1)
        right.addWidget(self.swap)
        both = row(gap=GAP)
        both.addLayout(left, 1)
        both.addLayout(right, 1)
        whole = column(head, both, gap=NEAR)
        whole.addWidget(self.pair, 1)
        self.setLayout(whole)

    def show_group(self, group: Group | None, state: State = "") -> None:
        """Show a group; the one that stood beside its best stays there if it is the same group."""
        before = self.group
        same = before is not None and group is not None and set(before.ids) == set(group.ids)
        self._at = min(self._at, len(group.ids) - 2) if same and group is not None else 0
        was, self.group, self._state = self._state, group, state
        if group is not None and (not same or before != group or state != was):
            self._fetch()
        self._draw()

    def step(self, by: int) -> None:
        """Another one beside the best."""
        if self.group is not None and len(self.group.ids) > 2:
            self._at = (self._at + by) % (len(self.group.ids) - 1)
            self._fetch()
            self._draw()

    def make_best(self) -> None:
        """The one beside it is the better one."""
        if self.group is not None and not self._state:
            other = self.group.ids[self._at + 1]
            rest = [one for one in self.group.ids if one != other]
            self._best(replace(self.group, ids=(other, *rest)))

    def _fetch(self) -> None:
        self._around.bench.tasks.start(self, self._look(), replaces="look")

    async def _look(self) -> None:
        group = self.group
        if group is None:
            return
        samples, wanted = self._around.samples, (group.best, group.ids[self._at + 1])

        def look() -> dict[int, Sample]:
            with samples.reading() as connection:
                return {one.id: one for one in get_many(connection, wanted)}

        found = await asyncio.to_thread(look)
        self._shown = (found.get(wanted[0]), found.get(wanted[1]))
        self.pair.show_pair(*self._shown)
        self._draw()

    def _draw(self) -> None:
        group = self.group
        if group is None:
            return
        kept, other = self._shown
        self._title.setText(likeness(group))
        self._kept.setText(_about(kept, t("最好的", "Best")))
        self._other.setText(_about(other, t("另一条", "Other")))
        others = len(group.ids) - 1
        self._place.setText(f"{self._at + 1} / {others}")
        self._steps.setVisible(others > 1)
        for one in (self.keep, self.apart, self.swap):
            one.setVisible(not self._state)


def _about(sample: Sample | None, what: str) -> str:
    """What speaks for a sample, and against it."""
    if sample is None:
        return ""
    length = sum(len(one.content) for one in sample.messages)
    parts = [what, verdict_word(sample.verdict)]
    if sample.stars is not None:
        parts.append(f"★ {sample.stars:.1f}")
    if sample.score is not None:
        parts.append(t(f"评审 {sample.score:.1f}", f"judged {sample.score:.1f}"))
    parts.append(t(f"{length:,} 个字", counted(length, "character")))
    return " · ".join(parts)
