"""The checks below each other: what each looks for, and how many samples it has found something in; a click leads there."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QEnterEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QLabel, QSizePolicy, QWidget

from zishu_app.dataset.checking.findings import CHECKS, Check
from zishu_app.dataset.checking.words import explanation, title
from zishu_app.dataset.words import samples_word
from zishu_app.ui.follow import say
from zishu_app.ui.theme import look
from zishu_app.ui.theme.icons import put_picture
from zishu_app.ui.theme.tokens import GAP, NEAR, ROUND, TIGHT
from zishu_app.ui.widgets.cards import column, row
from zishu_app.ui.widgets.labels import label, rule, set_kind

#: width of the counts
COUNT = 88


class CheckRow(QAbstractButton):
    """One check; `seen` hears that its samples are wanted."""

    def __init__(self, check: Check, seen: Callable[[Check], object]) -> None:
        super().__init__()
        self._check = check
        self._count: int | None = None
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover, True)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        name, about = label("", lambda: title(check)), label("small", lambda: explanation(check), wrap=True)
        self._figure = label("lead")
        self._figure.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._figure.setFixedWidth(COUNT)
        line = row(gap=GAP)
        line.addLayout(column(name, about, gap=2), 1)
        line.addWidget(self._figure)
        self._onward = QLabel()
        put_picture(self._onward, "chevron-right", 16, "soft")
        keep = self._onward.sizePolicy()
        keep.setRetainSizeWhenHidden(True)
        self._onward.setSizePolicy(keep)
        line.addWidget(self._onward)
        line.setContentsMargins(GAP, NEAR, GAP, NEAR)
        self.setLayout(line)
        for part in (name, about, self._figure, self._onward):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, True)
        self.clicked.connect(lambda *_: seen(check))
        say(self, self._speak)

    def show_count(self, count: int | None) -> None:
        """How many samples it has found something in; None: nobody has looked yet."""
        self._count = count
        self.setEnabled(bool(count))
        self._onward.setVisible(bool(count))
        set_kind(self._figure, "lead" if count else "faint")
        self._figure.setText("–" if count is None else f"{count:,}")
        self._speak()

    def _speak(self) -> None:
        many = samples_word(self._count) if self._count is not None else "–"
        self.setAccessibleName(f"{title(self._check)}: {many}. {explanation(self._check)}")

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As much as its words need."""
        layout = self.layout()
        return layout.sizeHint() if layout is not None else super().sizeHint()

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Drawn anew under the pointer."""
        super().enterEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The ground; the words are labels on it."""
        worn, painter = look.now(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(worn.violet), 2) if self.hasFocus() else Qt.PenStyle.NoPen)
        over = self.underMouse() and self.isEnabled()
        painter.setBrush(QColor(worn.wash) if over else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), ROUND, ROUND)


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
            inside.addWidget(self.rows[check])
        self.setLayout(inside)

    def show_counts(self, counts: Mapping[Check, int] | None) -> None:
        """None: nobody has looked yet."""
        for check, one in self.rows.items():
            one.show_count(None if counts is None else counts.get(check, 0))
