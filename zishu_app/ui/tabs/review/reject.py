"""Rejecting with a reason: a digit takes one of the list, own words are written and sent with Enter."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QPushButton

from zishu_app.core.texts import language, t
from zishu_app.review.rubric import Reason
from zishu_app.ui.follow import say
from zishu_app.ui.theme.tokens import GAP, NEAR, TIGHT
from zishu_app.ui.widgets.cards import column, row
from zishu_app.ui.widgets.flow import Flow, emptied
from zishu_app.ui.widgets.keycap import KeyButton
from zishu_app.ui.widgets.labels import label

#: digits there are; reasons beyond them are clicked or written
DIGITS = "1234567890"


class RejectStrip(QFrame):
    """`rejected` hears the reason, as it is stored; `left` that nobody wants to reject."""

    def __init__(self, rejected: Callable[[str], object], left: Callable[[], object]) -> None:
        super().__init__()
        self._rejected = rejected
        self._reasons: tuple[Reason, ...] = ()
        self.setProperty("kind", "banner")
        self.setProperty("tone", "bad")
        self.setAccessibleName("")
        self._flow = Flow(gap=TIGHT + 2)
        self.field = _Own(self._picked, self._sent)
        line = row(label("field", lambda: t("为什么退回？", "Why reject it?")), gap=NEAR)
        line.addWidget(self.field, 1)
        line.addWidget(KeyButton(lambda: t("退回", "Reject"), "Return", self._sent))
        line.addWidget(KeyButton(lambda: t("取消", "Cancel"), "Escape", left))
        inside = column(self._flow, line, gap=NEAR)
        inside.setContentsMargins(GAP, NEAR, GAP, NEAR)
        self.setLayout(inside)
        say(self, self._speak)

    def ask(self, reasons: tuple[Reason, ...]) -> None:
        """Begin anew with these reasons."""
        if reasons != self._reasons:
            self._reasons = reasons
            self._speak()
        self.field.clear()

    def _speak(self) -> None:
        emptied(self._flow)
        for number, one in enumerate(self._reasons):
            self._flow.addWidget(self._chip(number, one))
        self.field.setPlaceholderText(
            t(
                "按数字选一条，或写下自己的理由；也可以留空",
                "A digit takes one; or write your own, or nothing",
            )
        )
        self.field.setAccessibleName(t("理由", "Reason"))
        self.setAccessibleName(t("为什么退回？", "Why reject it?"))

    def _chip(self, number: int, one: Reason) -> QPushButton:
        digit = DIGITS[number] if number < len(DIGITS) else ""
        made = QPushButton(f"{digit}  {one.titles[language()]}".strip())
        made.setProperty("kind", "chip")
        made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        made.clicked.connect(lambda *_: self._rejected(one.name))
        return made

    def _picked(self, digit: str) -> bool:
        """Whether a digit names a reason."""
        number = DIGITS.index(digit)
        if number >= len(self._reasons):
            return False
        self._rejected(self._reasons[number].name)
        return True

    def _sent(self) -> None:
        self._rejected(" ".join(self.field.text().split()))


class _Own(QLineEdit):
    """A digit at its beginning picks; Enter sends."""

    def __init__(self, picked: Callable[[str], bool], sent: Callable[[], object]) -> None:
        super().__init__()
        self._picked, self._sent = picked, sent

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """See QLineEdit; while an input method composes, no key comes here."""
        text = event.text()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._sent()
        elif len(text) == 1 and text in DIGITS and not self.text() and self._picked(text):
            event.accept()
        else:
            super().keyPressEvent(event)
