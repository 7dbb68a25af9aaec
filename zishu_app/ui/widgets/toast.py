"""A short message over the foot of a page, with a way back: what was done can be undone for as long as it is there.

Not widgets/undo: that one is a line within a form. This one takes no room of the page and goes by itself, for pages
on which what was done leaves no place behind, and for the window.
"""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from zishu_app.core.texts import t
from zishu_app.ui.theme.icons import put_picture
from zishu_app.ui.theme.tokens import GAP, NEAR, ROOM
from zishu_app.ui.widgets.buttons import button, icon_button
from zishu_app.ui.widgets.cards import row
from zishu_app.ui.widgets.labels import Say, label

#: milliseconds it stays; long enough to read it and to reach the button with the keyboard
STAY = 12_000


class Toast(QFrame):
    """One at a time; what the older one could undo is let go with it."""

    def __init__(self, over: QWidget, stay: int = STAY) -> None:
        super().__init__(over)
        self._page = over
        self.setProperty("kind", "banner")
        self.setProperty("tone", "info")
        self._undo: Callable[[], object] | None = None
        self._marks = {icon: QLabel() for icon in ("check-circle", "info")}
        for icon, mark in self._marks.items():
            put_picture(mark, icon, 20, "violet_ink")
        self._said = label("")
        self._button = button(lambda: t("撤销", "Undo"), self._take_back, icon="undo", kind="quiet")
        close = icon_button("close", lambda: t("关闭", "Close"), self.leave, size=16)
        inside = row(*self._marks.values(), self._said, GAP, self._button, close, gap=NEAR)
        inside.setContentsMargins(GAP, NEAR - 2, NEAR - 2, NEAR - 2)
        self.setLayout(inside)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(stay)
        self._timer.timeout.connect(self.leave)
        over.installEventFilter(self)
        self.hide()

    def offer(self, said: Say, undo: Callable[[], object] | None, *, done: bool = True) -> None:
        """Say what was done, or why it was not (`done`); `undo` takes it back."""
        for icon, mark in self._marks.items():
            mark.setVisible((icon == "check-circle") == done)
        self._undo = undo
        self._said.setText(said())
        self.setAccessibleName(said())
        self._button.setVisible(undo is not None)
        self.adjustSize()
        self._place()
        self.show()
        self.raise_()
        self._timer.start()

    def leave(self) -> None:
        """Gone, and with it whatever it kept for undoing."""
        self._undo = None
        self._timer.stop()
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """It stays at the foot of its page."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        page = self._page
        most = page.width() - 2 * ROOM
        self._said.setWordWrap(False)
        size = self.sizeHint()
        if size.width() > most:
            self._said.setWordWrap(True)
            inside = self.layout()
            size = QSize(most, inside.heightForWidth(most) if inside is not None else size.height())
        self.resize(size)
        self.move((page.width() - self.width()) // 2, page.height() - self.height() - ROOM)

    def _take_back(self) -> None:
        undo = self._undo
        self.leave()
        if undo is not None:
            undo()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Escape closes it."""
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)
