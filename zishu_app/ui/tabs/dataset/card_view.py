"""The card of a version as a page to read: its Markdown rendered, nothing of it ever fetched or run."""

import re
from collections.abc import Iterator

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import (
    QColor,
    QFont,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextLength,
    QTextOption,
    QTextTable,
)
from PySide6.QtWidgets import QTextBrowser

from zishu_app.ui.follow import LOOK
from zishu_app.ui.theme import look
from zishu_app.ui.theme.fonts import font
from zishu_app.ui.theme.tokens import BODY, LEAD, NEAR, TITLE

#: the part between the first two lines of dashes is for programs
_FRONT = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
#: characters of a cell from which its table takes the whole width, and breaks its lines
LONG = 40
#: sizes of headings, the first one first
_HEADINGS = (TITLE, LEAD, BODY)
#: an address or a picture in a text that somebody else wrote is shown, and not reached for
_PICTURE = re.compile(r"!\[([^\]]*)\]\([^)]*\)")


class CardView(QTextBrowser):
    """Shows Markdown in the look of the window."""

    def __init__(self) -> None:
        super().__init__()
        self._text = ""
        self.setOpenLinks(False)
        self.setUndoRedoEnabled(False)
        self.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(NEAR)
        self.viewport().setAutoFillBackground(False)
        LOOK.follow(self, self._draw)

    def loadResource(self, _kind: int, _name: QUrl | str) -> None:  # noqa: N802 - Qt's name
        """Nothing is fetched."""

    def show_text(self, text: str) -> None:
        """Show a card, from its beginning."""
        self._text = _PICTURE.sub(r"\1", _FRONT.sub("", text))
        self._draw()
        self.verticalScrollBar().setValue(0)

    def _draw(self) -> None:
        place = self.verticalScrollBar().value()
        document = self.document()
        document.setDefaultFont(font(BODY))
        features = QTextDocument.MarkdownFeature.MarkdownDialectGitHub
        document.setMarkdown(self._text, features | QTextDocument.MarkdownFeature.MarkdownNoHTML)
        _dress(document)
        self.verticalScrollBar().setValue(place)


def _dress(document: QTextDocument) -> None:
    """Sizes, distances and colours of our own: Markdown brings Qt's."""
    block = document.begin()
    while block.isValid():
        QTextCursor(block).mergeBlockFormat(_block_form(block))
        for place, length, form in _pieces(block):
            cursor = QTextCursor(document)
            cursor.setPosition(place)
            cursor.setPosition(place + length, QTextCursor.MoveMode.KeepAnchor)
            cursor.setCharFormat(form)
        block = block.next()
    for frame in document.rootFrame().childFrames():
        if isinstance(frame, QTextTable):
            _dress_table(frame)


def _is_code(block: QTextBlock) -> bool:
    marks = (QTextFormat.Property.BlockCodeLanguage, QTextFormat.Property.BlockCodeFence)
    return any(block.blockFormat().hasProperty(one) for one in marks)


def _block_form(block: QTextBlock) -> QTextBlockFormat:
    made, level = QTextBlockFormat(), block.blockFormat().headingLevel()
    if _is_code(block):
        made.setBackground(QColor(look.now().sunken))
        return made
    in_table = QTextCursor(block).currentTable() is not None
    made.setTopMargin(2 * NEAR if level and not in_table else 2)
    made.setBottomMargin(NEAR if level else 4)
    made.setLineHeight(118.0, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    if block.blockFormat().intProperty(QTextFormat.Property.BlockQuoteLevel):
        made.setLeftMargin(2 * NEAR)
    return made


def _pieces(block: QTextBlock) -> list[tuple[int, int, QTextCharFormat]]:
    """The stretches of a block, each with the form it is to have."""
    found, pieces = [], block.begin()
    level = block.blockFormat().headingLevel()
    quoted = block.blockFormat().intProperty(QTextFormat.Property.BlockQuoteLevel)
    while not pieces.atEnd():
        piece = pieces.fragment()
        form = piece.charFormat()
        if level:
            form.clearProperty(QTextFormat.Property.FontSizeAdjustment)
            form.setFont(font(_HEADINGS[min(level, len(_HEADINGS)) - 1], QFont.Weight.DemiBold))
        elif form.fontFixedPitch():
            form.setFont(font(BODY - 1, mono=True))
            form.setBackground(QColor(look.now().sunken))
        elif quoted:
            form.setForeground(QColor(look.now().warn))
        found.append((piece.position(), piece.length(), form))
        pieces += 1
    return found


def _dress_table(table: QTextTable) -> None:
    worn, form = look.now(), table.format()
    form.setBorder(1)
    form.setBorderBrush(QColor(worn.line))
    form.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    form.setBorderCollapse(True)
    form.setCellPadding(5)
    form.setTopMargin(4)
    form.setBottomMargin(NEAR)
    if any(len(cell) > LONG for cell in _cells(table)):
        form.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
    table.setFormat(form)
    for number in range(table.columns()):
        cell = table.cellAt(0, number)
        head = cell.format()
        head.setBackground(QColor(worn.sunken))
        cell.setFormat(head)


def _cells(table: QTextTable) -> Iterator[str]:
    """The text of each cell."""
    for line in range(table.rows()):
        for number in range(table.columns()):
            cursor = table.cellAt(line, number).firstCursorPosition()
            yield cursor.block().text()
