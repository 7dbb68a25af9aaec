"""What stands where there is nothing yet: a picture, what this place is for, and what to do."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from zishu_app.ui.theme.icons import put_picture
from zishu_app.ui.theme.tokens import NEAR
from zishu_app.ui.widgets.cards import Part, column, row
from zishu_app.ui.widgets.labels import Say, label


class Empty(QWidget):
    """An empty state."""

    def __init__(self, picture: str, title: Say, text: Say, *parts: Part) -> None:
        super().__init__()
        drawing = QLabel()
        put_picture(drawing, picture, 240, height=160)
        head, said = label("title", title, wrap=True), label("soft", text, wrap=True)
        for one in (head, said):
            one.setAlignment(Qt.AlignmentFlag.AlignCenter)
            one.setMaximumWidth(460)
        inside = column(
            None, row(None, drawing, None), row(None, head, None), row(None, said, None), gap=NEAR
        )
        head.setMinimumWidth(320)
        said.setMinimumWidth(320)
        if parts:
            inside.addSpacing(NEAR)
            inside.addLayout(row(None, *parts, None))
        inside.addStretch(2)
        self.setLayout(inside)
