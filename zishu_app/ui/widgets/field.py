"""A field of a form: its name above, help below, and in the place of the help what is wrong with it."""

from PySide6.QtWidgets import QLayout, QWidget

from zishu_app.ui.theme.tokens import TIGHT
from zishu_app.ui.widgets.cards import column
from zishu_app.ui.widgets.labels import Say, label


class Field(QWidget):
    """`control` is what is filled in; where it stands among others in a row, `within` is that row."""

    def __init__(
        self,
        name: Say,
        control: QWidget,
        *,
        help_: Say | None = None,
        within: QWidget | QLayout | None = None,
    ) -> None:
        super().__init__()
        self.control = control
        self.name = name
        head = label("field", name)
        head.setBuddy(control)
        self._help = label("small", help_, wrap=True)
        self._fault = label("fault", wrap=True)
        self._fault.hide()
        self.setLayout(
            column(head, control if within is None else within, self._help, self._fault, None, gap=TIGHT)
        )
        self._help.setVisible(
            help_ is not None
        )  # not before it has its place: it would be a window of its own

    @property
    def fault(self) -> str:
        """What is wrong with it; empty: nothing."""
        return self._fault.text() if not self._fault.isHidden() else ""

    def tell(self, fault: str) -> None:
        """Say what is wrong; empty: nothing is."""
        if fault == self.fault:
            return
        self._fault.setText(fault)
        self._fault.setVisible(bool(fault))
        self._help.setVisible(bool(self._help.text()) and not fault)
        self.control.setProperty("fault", "true" if fault else None)
        self.control.style().unpolish(self.control)
        self.control.style().polish(self.control)

    def advise(self, text: str) -> None:
        """Change the help."""
        self._help.setText(text)
        self._help.setVisible(bool(text) and not self.fault)
