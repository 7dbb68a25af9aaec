"""One page comes in the place of another, a small way from the side, so that one sees where it came from."""

from PySide6.QtCore import QEasingCurve, QPoint, QPropertyAnimation
from PySide6.QtWidgets import QStackedWidget, QWidget

#: milliseconds, and pixels
SLIDE, FAR = 160, 36


def slide(stack: QStackedWidget, page: QWidget, *, back: bool = False) -> None:
    """Bring a page to the front, from the right; `back`: from the left."""
    if stack.currentWidget() is page:
        return
    stack.setCurrentWidget(page)
    moving = QPropertyAnimation(page, b"pos", page)
    moving.setDuration(SLIDE)
    moving.setStartValue(QPoint(-FAR if back else FAR, 0))
    moving.setEndValue(QPoint(0, 0))
    moving.setEasingCurve(QEasingCurve.Type.OutCubic)
    moving.start(QPropertyAnimation.DeletionPolicy.DeleteWhenStopped)
