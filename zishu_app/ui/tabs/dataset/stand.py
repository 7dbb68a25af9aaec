"""How far the review is: one band of all verdicts, and a figure for each that leads to its samples."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from zishu_app.core.texts import t
from zishu_app.dataset.sample import VERDICTS, Verdict
from zishu_app.dataset.words import samples_word, verdict_word
from zishu_app.ui.follow import LOOK, say, wear
from zishu_app.ui.tabs.dataset.words import TOKENS, percent
from zishu_app.ui.theme import look
from zishu_app.ui.theme.tokens import GAP, NEAR, ROOM
from zishu_app.ui.widgets.cards import column, row
from zishu_app.ui.widgets.labels import label
from zishu_app.ui.widgets.tile import Tile

#: their order on the band: what is decided, what is left
ORDER: tuple[Verdict, ...] = ("accepted", "rejected", "pending")
BAND = 14


class Band(QWidget):
    """All verdicts beside each other, as wide as they are many."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(BAND)
        self._counts: Mapping[str, int] = {}
        LOOK.follow(self, self.update)
        say(self, self._speak)

    def show_counts(self, counts: Mapping[str, int]) -> None:
        """How many samples have each verdict; the bin is not shown."""
        self._counts = counts
        self._speak()
        self.update()

    def _speak(self) -> None:
        told = [f"{verdict_word(one)}: {samples_word(self._counts.get(one, 0))}" for one in ORDER]
        self.setAccessibleName(t("；", "; ").join(told))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """See QWidget."""
        worn, painter = look.now(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        whole, total = QRectF(self.rect()), sum(self._counts.get(one, 0) for one in ORDER)
        if not total:
            painter.setBrush(QColor(worn.wash_strong))
            painter.drawRoundedRect(whole, BAND / 2, BAND / 2)
            return
        left = 0.0
        for one in ORDER:
            count = self._counts.get(one, 0)
            if count:
                wide = max(whole.width() * count / total, 6)
                painter.setBrush(QColor(getattr(worn, TOKENS[one])))
                painter.drawRoundedRect(QRectF(left, 0, max(wide - 2, 4), BAND), 4, 4)
                left += wide


class Figure:
    """A count with its name, as a tile; it leads to its samples."""

    def __init__(self, verdict: Verdict, picked: Callable[[Verdict], object]) -> None:
        self._verdict = verdict
        self._count, self._share = label("figure"), label("small")
        name = label("field", lambda: verdict_word(verdict))
        dot = QLabel()
        dot.setFixedSize(10, 10)
        wear(dot, lambda: dot.setStyleSheet(_dot(verdict)))
        inside = column(row(dot, name, None, gap=NEAR), row(self._count, self._share, None, gap=NEAR), gap=2)
        inside.setContentsMargins(GAP, NEAR, GAP, NEAR)
        self.tile = Tile(inside, lambda: picked(verdict))
        say(self.tile, self._speak)
        self.show_count(0, 0)

    def show_count(self, count: int, whole: int) -> None:
        """How many, and of how many."""
        self._count.setText(f"{count:,}")
        self._share.setText(percent(count, whole) if whole else "")
        self._speak()

    def _speak(self) -> None:
        told = f"{verdict_word(self._verdict)}: {self._count.text()} {self._share.text()}"
        self.tile.setAccessibleName(told)
        self.tile.setToolTip(t("看这些样本", "See these samples"))


class Stand(QFrame):
    """`picked` hears the verdict whose samples are wanted."""

    def __init__(self, picked: Callable[[Verdict], object]) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.band = Band()
        self.figures = {one: Figure(one, picked) for one in (*ORDER, VERDICTS[-1])}
        line = row(gap=NEAR)
        for one in self.figures.values():
            line.addWidget(one.tile, 1)
        inside = column(self.band, line, gap=GAP)
        inside.setContentsMargins(ROOM, ROOM, ROOM, GAP)
        self.setLayout(inside)

    def show_counts(self, counts: Mapping[str, int]) -> None:
        """How many samples have each verdict."""
        whole = sum(counts.get(one, 0) for one in ORDER)
        self.band.show_counts(counts)
        for verdict, figure in self.figures.items():
            figure.show_count(counts.get(verdict, 0), whole if verdict in ORDER else 0)


def _dot(verdict: Verdict) -> str:
    worn = look.now()
    colour = getattr(worn, TOKENS[verdict])
    edge = worn.violet if verdict == "pending" else colour
    return f"background: {colour}; border: 1px solid {edge}; border-radius: 5px;"
