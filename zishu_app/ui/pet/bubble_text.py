"""The text in her bubble: Markdown at most, wrapped, scrolled where it is long. Nothing is ever fetched for it."""

from PySide6.QtCore import QSize, Qt, QUrl, Signal
from PySide6.QtGui import QMouseEvent, QTextDocument, QTextOption
from PySide6.QtWidgets import QTextBrowser

#: pixels: the narrowest and the widest text, and the highest before it scrolls
NARROW, WIDE, HIGH = 120, 320, 240


class BubbleText(QTextBrowser):
    """The text; a click while she speaks stops her."""

    clicked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setUndoRedoEnabled(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.setStyleSheet("background: transparent")
        self.document().setDocumentMargin(0)
        option = self.document().defaultTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.document().setDefaultTextOption(option)

    def loadResource(self, _kind: int, _name: QUrl | str) -> None:  # noqa: N802 - Qt's name
        """Nothing is ever fetched for what a model wrote."""

    def say(self, text: str) -> QSize:
        """Show it; the size it wants."""
        at_end = self.verticalScrollBar().value() >= self.verticalScrollBar().maximum() - 4
        document = self.document()
        document.setMarkdown(text, QTextDocument.MarkdownFeature.MarkdownNoHTML)
        document.setTextWidth(-1)
        width = min(max(int(document.idealWidth()) + 2, NARROW), WIDE)
        document.setTextWidth(width)
        height = min(int(document.size().height()) + 2, HIGH)
        self.setFixedSize(width + (14 if document.size().height() > HIGH else 0), height)
        if at_end:
            self.verticalScrollBar().setValue(self.verticalScrollBar().maximum())
        return self.size()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """See QWidget."""
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and not self.textCursor().hasSelection():
            self.clicked.emit()
