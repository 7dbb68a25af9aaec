"""One line of text that is cut where there is no room for it: names and paths; the whole of it is its tool tip then."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy

from zishu_app.ui.widgets.labels import plain


class Elided(QLabel):
    """A label that may become very narrow. `kind` as for labels; `middle`: cut in the middle, for paths."""

    def __init__(self, kind: str = "", *, middle: bool = False) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self._mode = Qt.TextElideMode.ElideMiddle if middle else Qt.TextElideMode.ElideRight
        if kind:
            self.setProperty("kind", kind)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """See QWidget."""
        return QSize(40, super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """As much of it as there is room for."""
        shown = self.fontMetrics().elidedText(self.text(), self._mode, self.width())
        tip = plain(self.text()) if shown != self.text() else ""
        if self.toolTip() != tip:
            self.setToolTip(tip)
        QPainter(self).drawText(self.rect(), int(self.alignment() | Qt.AlignmentFlag.AlignVCenter), shown)
