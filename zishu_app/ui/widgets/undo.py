"""What was just taken away, and the way back: instead of asking "Are you sure?" before.

Not widgets/toast: that one lies over a whole page and goes by itself. This one is part of a form, stands where the
thing was taken away, next in the order of Tab, and waits: what one writes or chooses may be missed much later.
"""

from collections.abc import Callable

from PySide6.QtWidgets import QFrame

from zishu_app.core.texts import t
from zishu_app.ui.follow import say
from zishu_app.ui.theme.tokens import GAP, TIGHT
from zishu_app.ui.widgets.buttons import button, icon_button
from zishu_app.ui.widgets.cards import row
from zishu_app.ui.widgets.labels import Say, label


class UndoStrip(QFrame):
    """One line; it stays until it is used, closed, or overtaken by the next."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "well")
        self._undo: Callable[[], object] = lambda: None
        self._text: Say = lambda: ""
        self._verb: Say = _undo
        self._said = label("small", wrap=True)
        self.back = button(_undo, self._do, kind="link")
        say(self, self._speak)
        close = icon_button("close", lambda: t("关闭", "Close"), self.hide, size=14)
        line = row(gap=GAP)
        line.setContentsMargins(GAP, TIGHT, TIGHT, TIGHT)
        line.addWidget(self._said, 1)
        line.addWidget(self.back)
        line.addWidget(close)
        self.setLayout(line)
        self.hide()

    def offer(self, text: Say, undo: Callable[[], object], verb: Say | None = None) -> None:
        """Say what happened and how it is undone; `verb`: what the button says."""
        self._text, self._undo, self._verb = text, undo, verb or _undo
        self._speak()
        self.setAccessibleName(text())
        self.show()

    def _speak(self) -> None:
        self._said.setText(self._text())
        self.back.setText(self._verb())

    def _do(self) -> None:
        self.hide()
        self._undo()


def _undo() -> str:
    return t("撤销", "Undo")
