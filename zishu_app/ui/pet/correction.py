"""The field in her bubble in which her words are changed into better ones: "you should have said ..."."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from zishu_app.core.texts import t
from zishu_app.ui.follow import say
from zishu_app.ui.theme.tokens import NEAR
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import column, row
from zishu_app.ui.widgets.writing import WritingField

#: pixels
SIZE = (320, 96)


class CorrectionField(QWidget):
    """ "You should have said ...": her words, to be changed into better ones."""

    def __init__(self, said: str, take: Callable[[str], object], leave: Callable[[], object]) -> None:
        super().__init__()
        self._take = take
        self.field = WritingField(self._done, leave)
        self.field.setPlainText(said)
        self.field.setFixedSize(*SIZE)
        say(self.field, lambda: self.field.setAccessibleName(t("应该这样说", "You should have said")))
        keep = button(lambda: t("就该这样说", "Say it like this"), self._done, kind="primary")
        keep.setToolTip("Ctrl+Enter")
        no = button(lambda: t("算了", "Never mind"), leave, kind="quiet")
        self.setLayout(column(self.field, row(None, no, keep, gap=NEAR), gap=NEAR))

    def begin(self) -> None:
        """Ready to be written into."""
        self.field.setFocus()
        self.field.selectAll()

    def _done(self) -> None:
        self._take(self.field.toPlainText().strip())
