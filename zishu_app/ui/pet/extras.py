"""What stands below the text in her bubble for a while: things to do, what she remembered, a field to correct her."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from zishu_app.core.texts import t
from zishu_app.ui.pet.bubble_text import WIDE
from zishu_app.ui.pet.correction import CorrectionField
from zishu_app.ui.theme.tokens import TIGHT
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import column

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

    def remembered(self, memory: Any, look: Callable[[], object]) -> None:
        """A small chip: she has remembered something. A click shows it."""
        text = str(getattr(memory, "text", memory))
        chip = button(lambda: t(f"记住了：{text}", f"Remembered: {text}"), look, icon="check", kind="link")
        chip.setMaximumWidth(WIDE)
        self.add(chip)

    def correct(self, said: str, take: Callable[[str], object]) -> None:
        """A field with what she said, to be put right in place; Ctrl+Enter takes it, Esc leaves it."""
        self.clear()
        field = CorrectionField(said, take, self.clear)
        self.add(field)
        field.begin()

    def add(self, widget: QWidget) -> None:
        """Anything else."""
        self._column.addWidget(widget)
        self.show()
        self.changed.emit()

    def clear(self) -> None:
        """Nothing any more."""
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.hide()
        self.changed.emit()
