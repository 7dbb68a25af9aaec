"""Writing a memory, a new one or another wording: Ctrl+Enter keeps it, Escape gives it up."""

from collections.abc import Callable

from PySide6.QtWidgets import QComboBox, QWidget

from zishu_app.core.texts import t
from zishu_app.memory.store import KINDS, Kind
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.her.words import kind_word
from zishu_app.ui.theme.tokens import NEAR
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import boxed, column, row
from zishu_app.ui.widgets.labels import label
from zishu_app.ui.widgets.writing import WritingField


class MemoryEditor(QWidget):
    """A field for what it says; Ctrl+Enter keeps it, Escape gives it up."""

    def __init__(self, save: Callable[[str, Kind], object], leave: Callable[[], object]) -> None:
        super().__init__()
        self._save, self._leave, self._kind_of_new = save, leave, False
        self.field = MemoryField(self._keep, leave)
        self.kind = QComboBox()
        say(self.kind, self._name_kinds)
        self._kinds = boxed(row(label("field", lambda: t("种类", "Kind")), self.kind, None))
        keep = button(lambda: t("保存", "Keep"), self._keep, kind="primary")
        give_up = button(lambda: t("取消", "Cancel"), leave, kind="quiet")
        self._hint = label(
            "faint", lambda: t("Ctrl+Enter 保存，Esc 取消", "Ctrl+Enter keeps it, Esc does not")
        )
        self._head = label("lead", lambda: t("写给她", "Something she is to remember"))
        inside = column(self._head, self.field, self._kinds, row(self._hint, None, give_up, keep), gap=NEAR)
        inside.setContentsMargins(0, 0, 0, 0)
        self.setLayout(inside)
        self.hide()

    def open(self, text: str, kind: Kind | None) -> None:
        """Write; `kind`: of a new one, which is asked for."""
        for part in (self._head, self._kinds):
            part.setVisible(kind is not None)
        self._kind_of_new = kind is not None
        if kind is not None:
            self.kind.setCurrentIndex(KINDS.index(kind))
        self.field.setPlainText(text)
        self.field.selectAll()
        self.show()
        self.field.setFocus()

    def _keep(self) -> None:
        text = self.field.toPlainText().strip()
        if not text:
            self._leave()
            return
        self.hide()
        self._save(text, KINDS[max(self.kind.currentIndex(), 0)])

    def _name_kinds(self) -> None:
        at = max(self.kind.currentIndex(), 0)
        self.kind.blockSignals(True)
        self.kind.clear()
        self.kind.addItems([kind_word(kind) for kind in KINDS])
        self.kind.setCurrentIndex(at)
        self.kind.setAccessibleName(t("种类", "Kind"))
        self.kind.blockSignals(False)


class MemoryField(WritingField):
    """Its size and its name."""

    def __init__(self, keep: Callable[[], object], leave: Callable[[], object]) -> None:
        super().__init__(keep, leave)
        self.setTabChangesFocus(True)
        self.setFixedHeight(96)
        say(self, self._speak)

    def _speak(self) -> None:
        self.setPlaceholderText(
            t("一件关于你的事，例如：对花生过敏。", "Something about you, e.g. allergic to peanuts.")
        )
        self.setAccessibleName(t("记忆的内容", "What the memory says"))
