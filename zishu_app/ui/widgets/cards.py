"""Grounds to put things on: cards, columns and rows with the rhythm of the look."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLayout, QScrollArea, QVBoxLayout, QWidget

from zishu_app.ui.theme.tokens import GAP, NEAR, ROOM
from zishu_app.ui.widgets.labels import Say, label

Part = QWidget | QLayout | int | None


def fill(layout: QBoxLayout, *parts: Part) -> QBoxLayout:
    """Put parts into a layout: widgets, layouts, a distance in pixels, or None for all the room that is left."""
    for part in parts:
        if part is None:
            layout.addStretch(1)
        elif isinstance(part, int):
            layout.addSpacing(part)
        elif isinstance(part, QWidget):
            layout.addWidget(part)
        else:
            layout.addLayout(part)
    return layout


def column(*parts: Part, gap: int = GAP, margin: int = 0) -> QVBoxLayout:
    """Parts below each other."""
    made = QVBoxLayout()
    made.setSpacing(gap)
    made.setContentsMargins(margin, margin, margin, margin)
    fill(made, *parts)
    return made


def row(*parts: Part, gap: int = NEAR, margin: int = 0) -> QHBoxLayout:
    """Parts beside each other."""
    made = QHBoxLayout()
    made.setSpacing(gap)
    made.setContentsMargins(margin, margin, margin, margin)
    fill(made, *parts)
    return made


def card(*parts: Part, title: Say | None = None, kind: str = "card", margin: int = ROOM) -> QFrame:
    """Parts below each other on a card of their own."""
    made = QFrame()
    made.setProperty("kind", kind)
    inside = column(gap=GAP, margin=margin)
    made.setLayout(inside)
    if title is not None:
        inside.addWidget(label("lead", title))
    fill(inside, *parts)
    return made


def clear(layout: QLayout) -> None:
    """Nothing is in a layout any more; the widgets that were go."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()


def boxed(layout: QLayout) -> QWidget:
    """A widget around a layout, to be shown and hidden as one."""
    made = QWidget()
    layout.setContentsMargins(0, 0, 0, 0)
    made.setLayout(layout)
    return made


def scrolled(layout: QLayout) -> QScrollArea:
    """A column that scrolls when it is longer than the window."""
    inside = QWidget()
    inside.setProperty("kind", "scrolled")
    inside.setLayout(layout)
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(inside)
    return area


def stand(parts: QBoxLayout, *, beside: bool) -> None:
    """Parts beside each other, or in a narrow window below each other."""
    ways = QBoxLayout.Direction
    parts.setDirection(ways.LeftToRight if beside else ways.TopToBottom)
