"""The text in her bubble: Markdown at most, wrapped, scrolled where it is long. Nothing is ever fetched for it."""

from PySide6.QtCore import QSize, Qt, QUrl, Signal
from PySide6.QtGui import QColor, QMouseEvent, QTextCursor, QTextDocument, QTextFormat, QTextOption
from PySide6.QtWidgets import QTextBrowser

from zishu_app.ui.theme import look

#: pixels: the narrowest and the widest text, and the highest before it scrolls
NARROW, WIDE, HIGH = 120, 320, 240
#: pixels of the scroll bar
BAR = 14


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
        bar = self.verticalScrollBar()
        at_end = bar.value() >= bar.maximum() - 4
        width, height = self._measured(text)
        long = height > HIGH
        self.setVerticalScrollBarPolicy(
            Qt.ScrollBarPolicy.ScrollBarAsNeeded if long else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        )
        self.setFixedSize(width + (BAR if long else 0), min(height, HIGH))
        _set(self.document(), text)
        if at_end:
            bar.setValue(bar.maximum())
        return self.size()

    def _measured(self, text: str) -> tuple[int, int]:
        """Width and height of the text, measured apart: the document shown is always as wide as the widget."""
        apart = QTextDocument()
        apart.setDefaultFont(self.document().defaultFont())
        apart.setDocumentMargin(0)
        apart.setDefaultTextOption(self.document().defaultTextOption())
        _set(apart, text)
        width = min(max(int(apart.idealWidth()) + 3, NARROW), WIDE)
        apart.setTextWidth(width)
        return width, int(apart.size().height()) + 2

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """See QWidget."""
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and not self.textCursor().hasSelection():
            self.clicked.emit()


def _set(document: QTextDocument, text: str) -> None:
    """Lines of code stand on a ground of their own and are broken, too: nothing scrolls sideways."""
    document.setMarkdown(text, QTextDocument.MarkdownFeature.MarkdownNoHTML)
    ground = QColor(look.now().sunken)
    block = document.begin()
    while block.isValid():
        form = block.blockFormat()
        if form.hasProperty(QTextFormat.Property.BlockCodeFence):
            form.setNonBreakableLines(False)
            form.setBackground(ground)
            QTextCursor(block).setBlockFormat(form)
        block = block.next()
