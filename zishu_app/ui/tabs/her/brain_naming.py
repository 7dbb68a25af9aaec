"""Another name for a brain she has learnt, or a note about it: one line to write in, Enter keeps it, Escape does not."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from zishu_app.brains.learnt import Learnt
from zishu_app.core.texts import t
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.her.brain_deeds import LearntDeeds
from zishu_app.ui.theme.tokens import NEAR
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import column, row
from zishu_app.ui.widgets.labels import label

#: characters that can be read in a row
MOST = 200


class Naming(QWidget):
    """Hidden while nothing is written."""

    def __init__(self, deeds: LearntDeeds) -> None:
        super().__init__()
        self._deeds = deeds
        self._brain: Learnt | None = None
        self._noting = False
        self._head = label("field")
        self.field = QLineEdit()
        self.field.setMaxLength(MOST)
        self.field.returnPressed.connect(self.keep)
        leave = button(lambda: t("取消", "Cancel"), self.leave, kind="quiet")
        keep = button(lambda: t("好", "Keep"), self.keep, kind="primary")
        line = row(gap=NEAR)
        line.addWidget(self.field, 1)
        line.addWidget(leave)
        line.addWidget(keep)
        inside = column(self._head, line, gap=NEAR)
        inside.setContentsMargins(0, 0, 0, 0)
        self.setLayout(inside)
        say(self, self._speak)
        self.hide()

    def rename(self, brain: Learnt) -> None:
        """Write its name."""
        self._open(brain, brain.name, noting=False)

    def note(self, brain: Learnt) -> None:
        """Write what is to be remembered of it."""
        self._open(brain, brain.note, noting=True)

    def keep(self) -> None:
        """What is written counts."""
        if self._brain is not None:
            do = self._deeds.note if self._noting else self._deeds.rename
            do(self._brain, self.field.text())
        self.leave()

    def leave(self) -> None:
        """Nothing is written any more."""
        self._brain = None
        self.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Escape gives it up."""
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)

    def _open(self, brain: Learnt, text: str, *, noting: bool) -> None:
        self._brain, self._noting = brain, noting
        self._speak()
        self.field.setText(text)
        self.show()
        self.field.setFocus()
        self.field.selectAll()

    def _speak(self) -> None:
        name = self._brain.name if self._brain else ""
        said = (
            t(f"记一笔，关于“{name}”", f'A note about "{name}"')
            if self._noting
            else t(f"“{name}”的新名字", f'Another name for "{name}"')
        )
        self._head.setText(said)
        self.field.setAccessibleName(said)
