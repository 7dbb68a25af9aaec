"""Her words before and after, beside each other: the same five questions at the first and at the last checkpoint."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel

from zishu_app.core.texts import t
from zishu_app.ui.follow import say
from zishu_app.ui.theme.tokens import GAP, ROOM
from zishu_app.ui.widgets.cards import column
from zishu_app.ui.widgets.labels import label, set_kind


class WordsCard(QFrame):
    """Hidden while there is nothing to hold against each other."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._said: Sequence[Mapping[str, Any]] = ()
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(ROOM)
        self._grid.setVerticalSpacing(GAP)
        for place, wide in enumerate((2, 4, 4)):
            self._grid.setColumnStretch(place, wide)
        title = label("lead", lambda: t("她的话：训练前后", "Her words, before and after"))
        inside = column(title, self._grid, gap=GAP)
        inside.setContentsMargins(ROOM, ROOM, ROOM, ROOM)
        self.setLayout(inside)
        say(self, self._draw)
        self.hide()

    def show_said(self, said: Sequence[Mapping[str, Any]]) -> None:
        """Show these: `step`, `prompt`, `answer`."""
        if list(said) != list(self._said):
            self._said = list(said)
            self._draw()

    @property
    def pairs(self) -> list[tuple[str, str, str]]:
        """Each question with the first answer and the last."""
        steps = sorted({int(one["step"]) for one in self._said})
        if len(steps) < 2:
            return []
        by = {(str(one["prompt"]), int(one["step"])): str(one["answer"]) for one in self._said}
        prompts = dict.fromkeys(prompt for prompt, _ in by)
        return [(one, by.get((one, steps[0]), ""), by.get((one, steps[-1]), "")) for one in prompts]

    def _draw(self) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        pairs = self.pairs
        self.setVisible(bool(pairs))
        if not pairs:
            return
        for place, head in enumerate(("", t("训练前", "Before"), t("训练后", "After"))):
            self._grid.addWidget(_word(head, "field"), 0, place)
        for number, (prompt, before, after) in enumerate(pairs, 1):
            for place, (text, kind) in enumerate(((prompt, "soft"), (before, "soft"), (after, ""))):
                self._grid.addWidget(_word(text, kind), number, place, Qt.AlignmentFlag.AlignTop)


def _word(text: str, kind: str) -> QLabel:
    made = label("", wrap=True)
    made.setText(text)
    if kind:
        set_kind(made, kind)
    made.setProperty("foreign", kind != "field")
    made.setMinimumWidth(90)
    return made
