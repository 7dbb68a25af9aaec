"""Before and after, a line each: a mark, how it has changed, and where the change lies nine times out of ten."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QWidget

from zishu_app.core.texts import t
from zishu_app.training.change import Change, Comparison
from zishu_app.ui.follow import LOOK, say
from zishu_app.ui.theme import look
from zishu_app.ui.theme.tokens import GAP, NEAR
from zishu_app.ui.widgets.labels import label

#: logical pixels of the picture of a change
WIDE, HIGH = 170, 22
#: a change that fills half of the picture, as a share
HALF = 0.5


def set_word(name: str) -> str:
    """A set of items, or a file that was read, as people call it; one of their own stands as it is."""
    stem, _, tongue = name.partition(".")
    word = {
        "knowledge": t("常识", "General knowledge"),
        "following": t("听指令", "Following instructions"),
        "persona": t("人设", "Who she is"),
        "general": t("通用文本的困惑度", "Perplexity of general text"),
        "held-out": t("留出样本的困惑度", "Perplexity of what was held out"),
    }.get(stem)
    if word is None:
        return name
    language = {"zh": t("中文", "Chinese"), "en": t("英文", "English")}.get(tongue, "")
    return f"{word} · {language}" if language else word


def is_better(change: Change, *, less: bool) -> bool | None:
    """Whether it is surely better; None: nobody can tell. `less`: less is better, as of perplexity."""
    if not change.sure:
        return None
    return (change.change < 0) if less else (change.change > 0)


class ChangeRows(QWidget):
    """All of a comparison."""

    def __init__(self) -> None:
        super().__init__()
        self._comparison: Comparison | None = None
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(GAP)
        self._grid.setVerticalSpacing(NEAR)
        self._grid.setColumnStretch(0, 1)
        self.setLayout(self._grid)
        say(self, self._draw)

    def show_comparison(self, comparison: Comparison | None) -> None:
        """Show this one; None: nothing."""
        self._comparison = comparison
        self._draw()

    def _draw(self) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        if self._comparison is None:
            return
        rows = [(one, False) for one in self._comparison.sets] + [
            (one, True) for one in self._comparison.texts
        ]
        for number, (change, less) in enumerate(rows):
            self._add(number, change, less=less)
        if self._comparison.texts:
            told = label("faint", wrap=True)
            told.setText(
                t(
                    "困惑度越低越好：她读到这些文字时越不意外。",
                    "The lower a perplexity, the better: the less the text surprises her.",
                )
            )
            self._grid.addWidget(told, len(rows), 0, 1, 4)

    def _add(self, number: int, change: Change, *, less: bool) -> None:
        name, figures, moved = label("", wrap=True), label("soft"), label("")
        name.setText(set_word(change.name))
        figures.setText(figures_word(change, less=less))
        moved.setText(moved_word(change, less=less))
        picture = _Picture(change, less=less)
        told = f"{name.text()}: {figures.text()}, {moved.text()}"
        picture.setAccessibleName(told)
        picture.setToolTip(span_word(change, less=less))
        for place, one in enumerate((name, figures, picture, moved)):
            self._grid.addWidget(one, number, place, Qt.AlignmentFlag.AlignVCenter)


def figures_word(change: Change, *, less: bool) -> str:
    """Before and after."""
    if less:
        return f"{change.before:.2f} → {change.after:.2f}"
    return f"{change.before:.0%} → {change.after:.0%}"


def moved_word(change: Change, *, less: bool) -> str:
    """By how much."""
    if less:
        return f"{100 * change.change / max(change.before, 1e-9):+.1f} %"
    return t(f"{100 * change.change:+.0f} 分", f"{100 * change.change:+.0f} points")


def span_word(change: Change, *, less: bool) -> str:
    """Where it lies."""
    by = max(change.before, 1e-9) if less else 1.0
    low, high, unit = 100 * change.low / by, 100 * change.high / by, " %" if less else ""
    return t(
        f"十次有九次在 {low:+.1f} 到 {high:+.1f}{unit} 之间，{change.n} 项",
        f"Nine times out of ten between {low:+.1f} and {high:+.1f}{unit}, of {change.n}",
    )


class _Picture(QWidget):
    """A line for none, the interval as a bar, the change as a dot."""

    def __init__(self, change: Change, *, less: bool) -> None:
        super().__init__()
        by = max(change.before, 1e-9) if less else 1.0
        self._values = tuple(one / by for one in (change.low, change.change, change.high))
        self._better = is_better(change, less=less)
        self.setFixedSize(WIDE, HIGH)
        LOOK.follow(self, self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """See QWidget."""
        worn, painter = look.now(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = HIGH / 2
        painter.setPen(QPen(QColor(worn.line), 1))
        painter.drawLine(QPointF(0, middle), QPointF(WIDE, middle))
        painter.setPen(QPen(QColor(worn.outline), 1))
        painter.drawLine(QPointF(WIDE / 2, 2), QPointF(WIDE / 2, HIGH - 2))
        colour = QColor({True: worn.good, False: worn.bad, None: worn.soft}[self._better])
        low, change, high = (self._x(one) for one in self._values)
        painter.setPen(Qt.PenStyle.NoPen)
        span = QColor(colour)
        span.setAlpha(80)
        painter.setBrush(span)
        painter.drawRoundedRect(QRectF(low, middle - 4, max(high - low, 2), 8), 4, 4)
        painter.setBrush(colour)
        painter.drawEllipse(QPointF(change, middle), 5, 5)

    def _x(self, share: float) -> float:
        return min(max(WIDE / 2 + share / HALF * WIDE / 2, 5), WIDE - 5)
