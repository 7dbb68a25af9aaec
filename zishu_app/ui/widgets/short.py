"""One line of a name or a title, of any kind of the type scale: what does not fit is cut off at its end."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy


class Short(QLabel):
    """Never wider than its place; `tip`: the whole of it is in the tool tip where it was cut."""

    def __init__(self, kind: str, *, tip: bool = True) -> None:
        super().__init__()
        self.setProperty("kind", kind)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._whole, self._tip = "", tip
        self.setText(" ")

    @property
    def whole(self) -> str:
        """All of it."""
        return self._whole

    def show_text(self, text: str) -> None:
        """Show this."""
        if text != self._whole:
            self._whole = text
            self.setAccessibleName(text)
            self._cut()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """It can become very narrow."""
        return QSize(40, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Cut anew."""
        super().resizeEvent(event)
        self._cut()

    def _cut(self) -> None:
        line = " ".join(self._whole.split())
        shown = self.fontMetrics().elidedText(line, Qt.TextElideMode.ElideRight, self.width())
        # an empty line keeps its height
        self.setText(shown or " ")
        # "<" would make Qt take a name for markup
        self.setToolTip(line.replace("<", "‹") if self._tip and shown != line else "")
