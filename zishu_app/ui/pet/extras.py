"""What stands below the text in her bubble for a while: things to do, what she remembered, a field to correct her."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from zishu_app.core.texts import t
from zishu_app.ui.pet.bubble_text import WIDE
from zishu_app.ui.pet.correction import CorrectionField
from zishu_app.ui.theme.tokens import TIGHT
from zishu_app.ui.widgets.buttons import button, icon_button
from zishu_app.ui.widgets.cards import column, row
from zishu_app.ui.widgets.elided import Elided
from zishu_app.ui.widgets.labels import label, set_kind

#: pixels of a small button
SMALL = 26

#: what an offer is called, and what it does
Way = tuple[Callable[[], str], Callable[[], object]]


class Extras(QWidget):
    """One below the other; empty it takes no room."""

    #: something came or went: the bubble has another size
    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._column = column(gap=TIGHT)
        self.setLayout(self._column)
        self.hide()

    def offer(self, ways: Sequence[Way]) -> None:
        """Things to do, a button each."""
        for name, act in ways:
            self.add(button(name, act))

    def remembered(
        self, text: str, edit: Callable[[], object], forget: Callable[[], object], of: str = ""
    ) -> None:
        """A small chip: she has remembered something. It can be put right, forgotten, or left as it is.

        `of`: what the person had said, where something else is in the bubble by now.
        """
        said = Elided("small")
        said.setText(t(f"记住了：{text}", f"Remembered: {text}"))
        said.setFixedWidth(WIDE - 3 * SMALL)
        chip = QWidget()
        mend = icon_button("edit", lambda: t("改一改", "Put it right"), edit, size=14)
        gone = icon_button("trash", lambda: t("忘掉", "Forget it"), forget, size=14)
        keep = icon_button("check", lambda: t("就记着", "Keep it"), lambda: self._drop(chip), size=14)
        for one in (mend, gone, keep):
            set_kind(one, "small")
            one.setFixedSize(SMALL, SMALL)
        line = row(said, mend, gone, keep, gap=0)
        before = Elided("faint")
        before.setText(t(f"刚才你说“{of}”", f"You said “{of}” before"))
        before.setFixedWidth(WIDE - 10)
        chip.setLayout(column(*([before] if of else []), line, gap=0))
        self.add(chip)

    def ask(self, question: str, yes: Way, no: Callable[[], object]) -> None:
        """Something that cannot be undone is asked once."""
        strip = QWidget()

        def answered(act: Callable[[], object]) -> None:
            self._drop(strip)
            act()

        told = label("small", wrap=True)
        told.setText(question)
        told.setFixedWidth(WIDE - 10)
        name, act = yes
        leave = button(lambda: t("算了", "Never mind"), lambda: answered(no), kind="quiet")
        do = button(name, lambda: answered(act))
        strip.setLayout(column(told, row(None, leave, do, gap=TIGHT), gap=TIGHT))
        self.add(strip)

    def correct(self, said: str, take: Callable[[str], object]) -> None:
        """A field with what she said, to be put right in place; Ctrl+Enter takes it, Esc leaves it."""
        self.clear()
        field = CorrectionField(said, take, self.clear)
        self.add(field)
        field.begin()

    @property
    def writing(self) -> bool:
        """Whether somebody writes what she should have said."""
        return any(isinstance(one, CorrectionField) and not one.isHidden() for one in self.children())

    def add(self, widget: QWidget) -> None:
        """Anything else."""
        self._column.addWidget(widget)
        self.show()
        self.changed.emit()

    def _drop(self, widget: QWidget) -> None:
        self._column.removeWidget(widget)
        widget.hide()
        widget.deleteLater()
        self.setVisible(self._column.count() > 0)
        self.changed.emit()

    def clear(self) -> None:
        """Nothing any more."""
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.hide()
        self.changed.emit()
