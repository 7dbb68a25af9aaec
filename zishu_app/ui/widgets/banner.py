"""Banners over a page: what went wrong and what to do, without a box that must be clicked away."""

from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from zishu_app.core.texts import t
from zishu_app.ui.errors import Told
from zishu_app.ui.theme.icons import put_picture
from zishu_app.ui.theme.tokens import GAP, NEAR, ROOM
from zishu_app.ui.widgets.buttons import icon_button
from zishu_app.ui.widgets.cards import column, row
from zishu_app.ui.widgets.labels import label

ICONS = {"info": "info", "good": "check-circle", "warn": "warning", "bad": "error"}
COLOURS = {"info": "violet_ink", "good": "good", "warn": "warn", "bad": "bad"}
#: banners at once; the oldest makes room
MOST = 3


class Banners(QWidget):
    """The place of the banners; it takes no room when there are none."""

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(ROOM, GAP, ROOM, 0)
        self._column.setSpacing(NEAR)
        self._shown: list[tuple[Told, QFrame]] = []
        self.hide()

    def show_told(self, said: Told) -> None:
        """Show one; the same again is shown once."""
        for old, frame in list(self._shown):
            if old == said:
                self._close(frame)
        if len(self._shown) >= MOST:
            self._close(self._shown[0][1])
        frame = self._made(said)
        self._shown.append((said, frame))
        self._column.addWidget(frame)
        self.show()

    def _made(self, said: Told) -> QFrame:
        frame = QFrame()
        frame.setProperty("kind", "banner")
        frame.setProperty("tone", said.tone)
        mark = QLabel()
        put_picture(mark, ICONS[said.tone], 20, COLOURS[said.tone])
        message = label("", wrap=True)
        message.setText(said.message)
        words = column(message, gap=2)
        if said.hint:
            hint = label("small", wrap=True)
            hint.setText(said.hint)
            words.addWidget(hint)
        close = icon_button("close", lambda: t("关闭", "Close"), lambda: self._close(frame), size=16)
        line = row(mark, gap=GAP)
        line.addLayout(words, 1)
        line.addWidget(close)
        line.setContentsMargins(GAP, NEAR, NEAR, NEAR)
        frame.setLayout(line)
        frame.setAccessibleName(f"{said.message} {said.hint}")
        return frame

    def _close(self, frame: QFrame) -> None:
        self._shown = [one for one in self._shown if one[1] is not frame]
        self._column.removeWidget(frame)
        frame.deleteLater()
        self.setVisible(bool(self._shown))
