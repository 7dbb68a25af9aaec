"""The loop of the studio as a row of small steps; those that come with a later version are quiet."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from zishu_app.core.texts import t
from zishu_app.ui.follow import say
from zishu_app.ui.theme.icons import put_picture
from zishu_app.ui.theme.tokens import GAP, NEAR
from zishu_app.ui.widgets.cards import column, row
from zishu_app.ui.widgets.labels import Say, label


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `later`: it is not built yet."""

    icon: str
    name: Say
    about: Say
    later: bool = False


class Loop(QWidget):
    """All steps, with arrows between them."""

    def __init__(self, steps: Sequence[Step]) -> None:
        super().__init__()
        line = row(gap=GAP)
        for number, step in enumerate(steps):
            if number:
                line.addWidget(_arrow(), 0, Qt.AlignmentFlag.AlignTop)
            line.addLayout(_drawn(step), 1)
        self.setLayout(line)


def _arrow() -> QLabel:
    made = QLabel()
    put_picture(made, "chevron-right", 16, "faint", height=24)
    return made


def _drawn(step: Step) -> QVBoxLayout:
    mark = QLabel()
    put_picture(mark, step.icon, 20, "faint" if step.later else "violet_ink", height=24)
    name = label("soft" if step.later else "lead")
    say(name, lambda: name.setText(step.name()))
    about = label("faint" if step.later else "small", wrap=True)
    later = t_later(step)
    say(about, lambda: about.setText(later()))
    about.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    return column(row(mark, name, None, gap=NEAR), about, None, gap=2)


def t_later(step: Step) -> Say:
    """What is said of a step, with a word where it is not built yet."""
    if not step.later:
        return step.about
    return lambda: t(f"{step.about()}（以后推出）", f"{step.about()} (comes later)")
