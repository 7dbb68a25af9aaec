"""Why she said something: the answers she has learnt that are nearest to it, and where each of them came from."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout

from zishu_app.brains.learnt import Learnt
from zishu_app.core.texts import t
from zishu_app.training.why import Reason
from zishu_app.ui.follow import say
from zishu_app.ui.theme.tokens import GAP, NEAR, ROOM, TIGHT
from zishu_app.ui.widgets.bar import Bar
from zishu_app.ui.widgets.buttons import button, icon_button
from zishu_app.ui.widgets.cards import Part, card, clear, column, row, scrolled
from zishu_app.ui.widgets.labels import Say, label


class ReasonsPanel(QFrame):
    """`opened` hears the number of a sample that is to be read; `closed` that nobody wants to know any more."""

    def __init__(self, opened: Callable[[int], object], closed: Callable[[], object]) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._opened = opened
        self._told: Say = lambda: ""
        self._reasons: Sequence[Reason] = ()
        self._samples: Mapping[str, int] = {}
        head = label("lead", lambda: t("为什么这样说？", "Why does she say that?"), wrap=True)
        close = icon_button("close", lambda: t("关闭", "Close"), closed, size=16)
        self.about = label("soft", wrap=True)
        self.list = column(gap=NEAR)
        top = row(gap=NEAR)
        top.addWidget(head, 1)
        top.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        inside = column(top, self.about, self.list, None, gap=GAP, margin=ROOM)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scrolled(inside))
        say(self, self._speak)

    def wait(self) -> None:
        """It is being looked up."""
        self._show(lambda: t("在她学过的里面找……", "Looking through what she has learnt …"))

    def show_none(self, why_not: str) -> None:
        """There is nothing to show: why not; empty: this was not said by her."""
        self._show(lambda: why_not or _not_hers())

    def show_reasons(self, brain: Learnt, reasons: Sequence[Reason], samples: Mapping[str, int]) -> None:
        """The nearest first; `samples`: numbers by key of those that can be read."""
        self._show(lambda: _about(brain) if reasons else _nothing_near(brain), reasons, samples)

    def _show(
        self, told: Say, reasons: Sequence[Reason] = (), samples: Mapping[str, int] | None = None
    ) -> None:
        self._told, self._reasons, self._samples = told, reasons, samples or {}
        self._speak()

    def _speak(self) -> None:
        self.about.setText(self._told())
        clear(self.list)
        for one in self._reasons:
            self.list.addWidget(self._card(one))

    def _card(self, one: Reason) -> QFrame:
        near, share, told = Bar(), label("small"), label("small", wrap=True)
        near.set_share(one.near)
        share.setText(f"{one.near:.0%}")
        told.setText(one.told)
        line = row(gap=NEAR)
        line.addWidget(near, 1)
        line.addWidget(share)
        parts: list[Part] = [
            line,
            told,
            *([_text("faint", one.asked)] if one.asked else []),
            _text("", one.said),
        ]
        if (number := self._samples.get(one.key)) is not None:
            read = button(
                lambda: t("在审阅里看", "See it in Review"), lambda: self._opened(number), kind="link"
            )
            parts.append(row(read, None))
        made = card(*parts, kind="well", margin=GAP)
        inside = made.layout()
        assert inside is not None
        inside.setSpacing(TIGHT)
        made.setToolTip(t(f"和这句话相近 {one.near:.0%}", f"{one.near:.0%} near to what she said"))
        return made


def _text(kind: str, text: str) -> QLabel:
    made = label(kind, wrap=True)
    made.setText(text)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made


def _about(brain: Learnt) -> str:
    return t(
        f"“{brain.name}”学过的回答里，和这句最相近的。说明它可能从哪里学来，不是证明。",
        f'Of the answers "{brain.name}" has learnt, these are the nearest to it. They show where it may come from, and'
        " prove nothing.",
    )


def _nothing_near(brain: Learnt) -> str:
    return t(
        f"“{brain.name}”学过的里面没有相近的：多半是底座自己会的。",
        f'Nothing that "{brain.name}" has learnt is near: most likely its base says so by itself.',
    )


def _not_hers() -> str:
    return t("这句不是她的回答。", "This is no answer of hers.")
