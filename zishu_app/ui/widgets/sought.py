"""Words that were searched for, marked in a line of text that is painted."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter

from zishu_app.core.terms import places
from zishu_app.ui.theme import look


def mark_sought(painter: QPainter, place: QRect, text: str, sought: str) -> None:
    """After the line was drawn at the left of `place`, as it is drawn there: cut, and in the font of the painter."""
    metrics = painter.fontMetrics()
    top = place.top() + (place.height() - metrics.height()) // 2
    for start, end in places(text, sought) if sought else ():
        left = place.left() + metrics.horizontalAdvance(text[:start])
        word = text[start:end]
        ground = QRect(left, top, metrics.horizontalAdvance(word), metrics.height())
        painter.fillRect(ground, QColor(look.now().sought))
        painter.setPen(QColor(look.now().on_sought))
        painter.drawText(ground, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), word)
