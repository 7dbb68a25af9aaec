"""The loop of the studio as a row of small steps: each leads to its page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from zishu_app.ui.follow import say
from zishu_app.ui.theme.icons import put_picture
from zishu_app.ui.theme.tokens import NEAR, TIGHT
from zishu_app.ui.widgets.cards import column, row
from zishu_app.ui.widgets.labels import Say, label
from zishu_app.ui.widgets.tile import Tile

#: height of the line with picture and name
LINE = 24


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `page`: where it is done."""

    icon: str
    name: Say
    about: Say
    page: str


class Loop(QWidget):
    """All steps, with arrows between them. `go` hears the page of a step that is picked."""

    def __init__(self, steps: Sequence[Step], go: Callable[[str], object]) -> None:
        super().__init__()
        line = row(gap=TIGHT)
        self.steps: dict[str, Tile] = {}
        for number, step in enumerate(steps):
            if number:
                line.addWidget(_arrow(), 0, Qt.AlignmentFlag.AlignTop)
            self.steps[step.page] = _way(step, go)
            line.addWidget(self.steps[step.page], 1)
        self.setLayout(line)


def _way(step: Step, go: Callable[[str], object]) -> Tile:
    """A step that can be gone to."""
    inside = _drawn(step)
    inside.setContentsMargins(NEAR, NEAR, NEAR, NEAR)
    made = Tile(inside, lambda: go(step.page))
    say(made, lambda: made.setAccessibleName(f"{step.name()}: {step.about()}"))
    return made


def _arrow() -> QLabel:
    made = QLabel()
    put_picture(made, "chevron-right", 16, "faint")
    made.setFixedHeight(LINE + 2 * NEAR)
    return made


def _drawn(step: Step) -> QVBoxLayout:
    mark = QLabel()
    put_picture(mark, step.icon, 20, "violet_ink")
    mark.setFixedHeight(LINE)
    name = label("lead", step.name)
    about = label("small", step.about, wrap=True)
    about.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    return column(row(mark, name, None, gap=NEAR), about, None, gap=2)
