"""The checks below each other: what each looks for, and how many samples it has found something in; a click leads there."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from zishu_app.dataset.checking.findings import CHECKS, Check
from zishu_app.dataset.checking.words import explanation, title
from zishu_app.dataset.words import samples_word
from zishu_app.ui.follow import say
from zishu_app.ui.theme.icons import put_picture
from zishu_app.ui.theme.tokens import GAP, NEAR, TIGHT
from zishu_app.ui.widgets.cards import column, row
from zishu_app.ui.widgets.labels import label, rule, set_kind
from zishu_app.ui.widgets.tile import Tile

#: width of the counts
COUNT = 88


class CheckRow:
    """One check, as a tile; `seen` hears that its samples are wanted."""

    def __init__(self, check: Check, seen: Callable[[Check], object]) -> None:
        self._check = check
        self._count: int | None = None
        name, about = label("", lambda: title(check)), label("small", lambda: explanation(check), wrap=True)
        self._figure = label("lead")
        self._figure.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._figure.setFixedWidth(COUNT)
        self._onward = QLabel()
        put_picture(self._onward, "chevron-right", 16, "soft")
        keep = self._onward.sizePolicy()
        keep.setRetainSizeWhenHidden(True)
        self._onward.setSizePolicy(keep)
        line = row(gap=GAP)
        line.addLayout(column(name, about, gap=2), 1)
        line.addWidget(self._figure)
        line.addWidget(self._onward)
        line.setContentsMargins(GAP, NEAR, GAP, NEAR)
        self.tile = Tile(line, lambda: seen(check))
        say(self.tile, self._speak)

    def show_count(self, count: int | None) -> None:
        """How many samples it has found something in; None: nobody has looked yet."""
        self._count = count
        self.tile.setEnabled(bool(count))
        self._onward.setVisible(bool(count))
        set_kind(self._figure, "lead" if count else "faint")
        self._figure.setText("–" if count is None else f"{count:,}")
        self._speak()

    def _speak(self) -> None:
        many = samples_word(self._count) if self._count is not None else "–"
        self.tile.setAccessibleName(f"{title(self._check)}: {many}. {explanation(self._check)}")


class CheckRows(QWidget):
    """All checks, with hairlines between them."""

    def __init__(self, seen: Callable[[Check], object]) -> None:
        super().__init__()
        inside = column(gap=TIGHT)
        self.rows: dict[Check, CheckRow] = {}
        for number, check in enumerate(CHECKS):
            if number:
                inside.addWidget(rule())
            self.rows[check] = CheckRow(check, seen)
            inside.addWidget(self.rows[check].tile)
        self.setLayout(inside)

    def show_counts(self, counts: Mapping[Check, int] | None) -> None:
        """None: nobody has looked yet."""
        for check, one in self.rows.items():
            one.show_count(None if counts is None else counts.get(check, 0))
