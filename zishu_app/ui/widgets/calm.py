"""Fields in a page that scrolls: the wheel moves the page, not the value it happens to pass over."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QAbstractSpinBox, QWidget

from zishu_app.ui.theme.tokens import NEAR


class _Calm(QObject):
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Only a field with the focus takes the wheel."""
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)


def calm(field: QWidget) -> None:
    """Give a spin box or a combo box this manner; and to a spin box the margin that style sheets do not give it."""
    field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    if isinstance(field, QAbstractSpinBox):
        field.lineEdit().setTextMargins(NEAR, 0, 0, 0)
    field.installEventFilter(_Calm(field))
