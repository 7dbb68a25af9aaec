"""Cards in two columns where there is room for them, else in one."""

from collections.abc import Sequence

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from zishu_app.ui.theme.tokens import GAP

#: width from which there are two columns
ENOUGH = 700


class Columns(QWidget):
    """Each card goes to the side that is shorter so far; hidden ones leave no gap."""

    def __init__(self, cards: Sequence[QWidget]) -> None:
        super().__init__()
        self._cards = cards
        self._sides = (QVBoxLayout(), QVBoxLayout())
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(GAP)
        for side in self._sides:
            side.setSpacing(GAP)
            self._line.addLayout(side, 1)
        self.setLayout(self._line)
        self.deal()

    def deal(self) -> None:
        """Give each side its cards."""
        for side in self._sides:
            while side.count():
                side.takeAt(0)
        high = [0, 0]
        for one in self._cards:
            if not one.isHidden():
                number = high.index(min(high))
                self._sides[number].addWidget(one)
                high[number] += one.sizeHint().height() + GAP
        for side in self._sides:
            side.addStretch(1)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """One column below the other in a narrow window."""
        super().resizeEvent(event)
        wide = self.width() >= ENOUGH
        wanted = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        if self._line.direction() != wanted:
            self._line.setDirection(wanted)
