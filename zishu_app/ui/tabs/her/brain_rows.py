"""Rows of the brain's section: one for each brain she could have, and one for each she had."""

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QLabel

from zishu_app.brains.choices import Choice
from zishu_app.brains.hers import Change
from zishu_app.core.texts import t
from zishu_app.dataset.words import language_word
from zishu_app.ui.theme.icons import put_picture
from zishu_app.ui.theme.tokens import GAP, NEAR
from zishu_app.ui.told import when
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import column, row
from zishu_app.ui.widgets.elided import Elided
from zishu_app.ui.widgets.labels import label, set_kind

ICONS = {"endpoint": "globe", "file": "model", "builtin": "spark"}


class ChoiceRow(QFrame):
    """A brain she could have: its name, what it speaks, or why it cannot be used; and the button that gives it to her."""

    def __init__(self, choice: Choice, *, hers: bool, use: Callable[[str], object]) -> None:
        super().__init__()
        self.setProperty("kind", "well")
        mark = QLabel()
        put_picture(mark, ICONS[choice.kind], 18, "faint" if choice.why_not else "violet_ink")
        name, under = Elided("", middle=True), Elided("small")
        name.setText(choice.name)
        name.setProperty("foreign", True)
        under.setText(choice.why_not or _about(choice))
        under.setProperty("foreign", True)
        if choice.why_not:
            set_kind(under, "faint")
        words = column(name, under, gap=0)
        self.use = button(lambda: t("给她用", "Give it to her"), lambda: use(choice.spec))
        self.use.setEnabled(not choice.why_not)
        chip = label("chip", lambda: t("她的", "Hers"))
        line = row(mark, gap=NEAR)
        line.addLayout(words, 1)
        line.addWidget(chip)
        line.addWidget(self.use)
        line.setContentsMargins(GAP, NEAR, GAP, NEAR)
        self.setLayout(line)
        self.use.setVisible(not hers)
        chip.setVisible(hers)
        self.setAccessibleName(f"{choice.name} {choice.why_not or _about(choice)}")


class PastRow(QFrame):
    """A change of her brain, and the way back to it."""

    def __init__(self, change: Change, shown: str, why_not: str, use: Callable[[str], object] | None) -> None:
        super().__init__()
        name, under = Elided("", middle=True), label("small")
        name.setText(shown)
        name.setProperty("foreign", True)
        under.setText(" · ".join(filter(None, (when(change.at), why_word(change.why), why_not))))
        words = column(name, under, gap=0)
        line = row(gap=NEAR)
        line.addLayout(words, 1)
        if use is not None:
            back = button(lambda: t("再用它", "Use it again"), lambda: use(change.spec), kind="quiet")
            back.setEnabled(not why_not)
            line.addWidget(back)
        line.setContentsMargins(0, 0, 0, 0)
        self.setLayout(line)


def why_word(why: str) -> str:
    """Why her brain was changed."""
    return {
        "chosen": t("你选的", "chosen by you"),
        "back": t("换回来的", "gone back to"),
        "trained": t("训练出来的", "trained"),
    }.get(why, why)


def _about(choice: Choice) -> str:
    kind = {
        "endpoint": t("在线接口", "An endpoint"),
        "file": t("这台电脑上的模型", "A model on this computer"),
        "builtin": t("自带的小模型", "The small built-in model"),
    }[choice.kind]
    tongues = t("、", ", ").join(map(language_word, choice.languages))
    return f"{kind} · {tongues}" if tongues else kind
