"""Chips: short words that can be switched on, or taken away."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QWidget

from zishu_app.core.texts import t
from zishu_app.ui.follow import wear
from zishu_app.ui.theme import look
from zishu_app.ui.theme.drawings import icon
from zishu_app.ui.theme.tokens import TIGHT
from zishu_app.ui.widgets.flow import Flow, emptied


@dataclass(frozen=True, slots=True)
class Option:
    """One that can be switched on. `count`: how many there are of it, None where nobody counts."""

    key: Hashable
    text: str
    count: int | None = None
    on: bool = False


_ARROWS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)


class _Chip(QPushButton):
    """`keys` that press it, beside Space and Enter."""

    def __init__(self, keys: tuple[Qt.Key, ...] = ()) -> None:
        super().__init__()
        self._keys = (Qt.Key.Key_Return, Qt.Key.Key_Enter, *keys)
        self.setProperty("kind", "chip")
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def event(self, event: QEvent) -> bool:
        """Its keys are its own, whatever they are shortcuts of."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            held = event.modifiers() & Qt.KeyboardModifier.ControlModifier
            if event.key() in (*self._keys, *_ARROWS, Qt.Key.Key_Space) and not held:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """See QPushButton; the arrows go to the neighbours."""
        if event.key() in self._keys:
            self.click()
        elif event.key() in (Qt.Key.Key_Right, Qt.Key.Key_Down):
            self.focusNextChild()
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Up):
            self.focusPreviousChild()
        else:
            super().keyPressEvent(event)


class Chooser(QWidget):
    """Chips of which any number is on. `turned` hears the key of one and whether it is on now."""

    def __init__(self, turned: Callable[[Hashable, bool], object]) -> None:
        super().__init__()
        self._turned = turned
        self._chips: dict[Hashable, QPushButton] = {}
        self._flow = Flow(gap=TIGHT + 2)
        self.setLayout(self._flow)

    def show_options(self, options: Sequence[Option]) -> bool:
        """Show these; chips that stay are not built anew, so that the keyboard stays where it is. Says whether they were."""
        anew = [one.key for one in options] != list(self._chips)
        if anew:
            emptied(self._flow)
            self._chips = {one.key: self._made(one.key) for one in options}
            for chip in self._chips.values():
                self._flow.addWidget(chip)
        for one in options:
            chip = self._chips[one.key]
            chip.setText(one.text if one.count is None else f"{one.text}  {one.count:,}")
            chip.blockSignals(True)
            chip.setChecked(one.on)
            chip.blockSignals(False)
        return anew

    def take_keys(self) -> None:
        """The keyboard goes to the first one."""
        if first := next(iter(self._chips.values()), None):
            first.setFocus(Qt.FocusReason.TabFocusReason)

    def _made(self, key: Hashable) -> QPushButton:
        chip = _Chip()
        chip.setCheckable(True)
        chip.clicked.connect(lambda on: self._turned(key, on))
        return chip


class Removable(QWidget):
    """Chips that go when they are clicked, or when Delete is pressed on them. `removed` hears the number of one."""

    def __init__(self, removed: Callable[[int], object]) -> None:
        super().__init__()
        self._removed = removed
        self._flow = Flow(gap=TIGHT + 2)
        self._texts: list[str] = []
        self.setLayout(self._flow)

    def show_texts(self, texts: Sequence[str]) -> None:
        """Show these."""
        if list(texts) == self._texts:
            return
        self._texts = list(texts)
        emptied(self._flow)
        for number, text in enumerate(texts):
            self._flow.addWidget(self._made(number, text))
        self.setVisible(bool(texts))

    def _made(self, number: int, text: str) -> QPushButton:
        chip = _Chip((Qt.Key.Key_Delete, Qt.Key.Key_Backspace))
        chip.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the cross stands behind the word
        chip.setText(text)
        said = t(f"去掉条件：{text}", f"Remove: {text}")
        chip.setToolTip(said)
        chip.setAccessibleName(said)
        chip.setMaximumWidth(220)
        wear(chip, lambda: chip.setIcon(icon("close", look.now().soft, 12)))
        chip.clicked.connect(lambda *_: self._removed(number))
        return chip
