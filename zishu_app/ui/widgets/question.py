"""A question within the page, for the few things that cannot be undone: what it means, Enter does it, Escape does not."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QWidget

from zishu_app.core.texts import t
from zishu_app.ui.follow import say
from zishu_app.ui.theme.tokens import GAP, NEAR
from zishu_app.ui.widgets.cards import column, row
from zishu_app.ui.widgets.keycap import KeyButton
from zishu_app.ui.widgets.labels import Say, label


class Question(QFrame):
    """One at a time; hidden while nothing is asked. Whoever had the keyboard before gets it back."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "banner")
        self.setProperty("tone", "warn")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._text: Say = lambda: ""
        self._verb: Say = lambda: ""
        self._do: Callable[[], object] = lambda: None
        self._no: Callable[[], object] = lambda: None
        self._before: QWidget | None = None
        self._said = label("", wrap=True)
        self.yes = KeyButton(lambda: self._verb(), "Return", self._done, kind="primary")
        self.no = KeyButton(lambda: t("不了", "No"), "Escape", self.leave)
        line = row(None, self.no, self.yes, gap=NEAR)
        inside = column(self._said, line, gap=NEAR)
        inside.setContentsMargins(GAP, GAP, GAP, GAP)
        self.setLayout(inside)
        say(self, self._speak)
        self.hide()

    def ask(
        self, text: Say, verb: Say, do: Callable[[], object], no: Callable[[], object] | None = None
    ) -> None:
        """Ask; `verb` is what the button says that does it."""
        self._text, self._verb, self._do, self._no = text, verb, do, no or (lambda: None)
        self._speak()
        self.setEnabled(True)
        if not self.isVisible():
            self._before = QApplication.focusWidget()
        self.show()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def wait(self, text: Say) -> None:
        """It is being done, or found out what it means: nothing can be answered meanwhile."""
        self._text = text
        self._speak()
        if not self.isVisible():
            self._before = QApplication.focusWidget()
        self.setEnabled(False)
        self.show()

    def leave(self) -> None:
        """It is not done."""
        if self.isVisible():
            self.close_()
            self._no()

    def close_(self) -> None:
        """Nothing is asked any more."""
        self.hide()
        before, self._before = self._before, None
        if before is not None and before.isVisible():
            before.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Enter does it, Escape does not."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._done()
        elif event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)

    def _done(self) -> None:
        if self.isEnabled():
            self._do()

    def _speak(self) -> None:
        self._said.setText(self._text())
        self.yes.speak()
        self.setAccessibleName(self._text())
