"""What goes with her: her bubble and the field under her follow where she is; her place is kept."""

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from zishu_app.studio.companion_state import StateFile
from zishu_app.ui.pet.beside import Box
from zishu_app.ui.pet.bubble import Bubble
from zishu_app.ui.pet.entry import Entry
from zishu_app.ui.pet.place import place_from
from zishu_app.ui.pet.window import PetWindow

#: milliseconds after a move until her place is kept
KEEP = 800
#: her part of the state file
PART = "place"


class Company(QObject):
    """Lives as long as her window."""

    def __init__(self, pet: PetWindow, bubble: Bubble, entry: Entry, state: StateFile) -> None:
        super().__init__(pet)
        self._pet, self._bubble, self._entry, self._state = pet, bubble, entry, state
        self._kept = QTimer(self)
        self._kept.setSingleShot(True)
        self._kept.setInterval(KEEP)
        self._kept.timeout.connect(self.keep)
        pet.carrier.moved.connect(self._moved)
        for one in (bubble, entry):
            above(one, pet)

    def come(self) -> None:
        """She is where she stood. Whether she is seen is a matter of manners."""
        self._pet.carrier.stand(place_from(self._state.read(PART)))
        self.follow()

    def follow(self) -> None:
        """Bubble and field are where she is."""
        her = Box(self._pet.x(), self._pet.y(), self._pet.width(), self._pet.height())
        self._bubble.follow(her)
        self._entry.follow(her)

    def keep(self) -> None:
        """Her place lasts to the next start."""
        self._kept.stop()
        self._state.write(PART, self._pet.carrier.place.as_dict())

    def _moved(self) -> None:
        self.follow()
        self._kept.start()


def above(window: QWidget, other: QWidget) -> None:
    """Have the system keep one window above another, however that comes forward: a click on her would cover the field
    that reaches over her feet.
    """
    for one in (window, other):
        one.winId()  # the system has it from now on
    handle = window.windowHandle()
    assert handle is not None
    handle.setTransientParent(other.windowHandle())
