"""One line of text that is cut where there is no room for it: names, titles and paths; all of it is its tool tip then."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy

from zishu_app.ui.widgets.labels import plain
from zishu_app.ui.widgets.sought import mark_sought


class Elided(QLabel):
    """A label that may become very narrow. `kind` as for labels; `middle`: cut in the middle, for paths; `tip`: False
    where a tool tip would be in the way.
    """

    def __init__(self, kind: str = "", *, middle: bool = False, tip: bool = True) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self._mode = Qt.TextElideMode.ElideMiddle if middle else Qt.TextElideMode.ElideRight
        self._tip, self._sought = tip, ""
        if kind:
            self.setProperty("kind", kind)
        self.setText("")

    def setText(self, text: str) -> None:  # noqa: N802 - Qt's name
        """On one line, whatever breaks and gaps there are; an empty one keeps its height."""
        super().setText(" ".join(text.split()) or " ")

    def text(self) -> str:
        """All of it, on one line."""
        return super().text().strip()

    def seek(self, sought: str) -> None:
        """Mark in it what was searched for, as it was typed."""
        self._sought = sought
        self.update()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """See QWidget."""
        return QSize(40, super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """As much of it as there is room for."""
        whole = self.text()
        shown = self.fontMetrics().elidedText(whole, self._mode, self.width())
        tip = plain(whole) if shown != whole else ""
        if self._tip and self.toolTip() != tip:
            self.setToolTip(tip)
        painter = QPainter(self)
        painter.drawText(self.rect(), int(self.alignment() | Qt.AlignmentFlag.AlignVCenter), shown)
        mark_sought(painter, self.rect(), shown, self._sought)
