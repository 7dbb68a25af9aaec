"""Fields for numbers: whole ones and money with a unit, shares with a slider."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractSpinBox, QDoubleSpinBox, QSlider, QSpinBox, QWidget

from zishu_app.ui.follow import say
from zishu_app.ui.theme.tokens import CONTROL, GAP, NEAR
from zishu_app.ui.widgets.calm import calm
from zishu_app.ui.widgets.cards import row
from zishu_app.ui.widgets.labels import Say

#: Qt counts in 32 bits
MOST = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a number may be. `least`: what the lowest number means, in words."""

    low: int
    high: int
    least: Say | None = None
    unit: Say | None = None


class Number(QSpinBox):
    """A whole number."""

    def __init__(self, name: Say, bounds: Bounds, changed: Callable[[], object]) -> None:
        super().__init__()
        self.setRange(bounds.low, bounds.high)
        self.setGroupSeparatorShown(bounds.high > 9999)
        if bounds.high > 9999:
            self.setStepType(QSpinBox.StepType.AdaptiveDecimalStepType)
        _roomy(self)

        def speak() -> None:
            self.setAccessibleName(name())
            self.setSuffix(bounds.unit() if bounds.unit else "")
            self.setSpecialValueText(bounds.least() if bounds.least else "")

        say(self, speak)
        self.valueChanged.connect(lambda _: changed())


class Money(QDoubleSpinBox):
    """An amount of money; 0 is said as `none`. Its currency comes with the model."""

    def __init__(self, name: Say, none: Say, changed: Callable[[], object]) -> None:
        super().__init__()
        self.setRange(0, 1_000_000)
        self.setDecimals(2)
        self.setGroupSeparatorShown(True)
        _roomy(self)
        say(self, lambda: self.setAccessibleName(name()))
        say(self, lambda: self.setSpecialValueText(none()))
        self.valueChanged.connect(lambda _: changed())


class Slider(QSlider):
    """A lying slider; a click on its groove goes there a page at a time, the arrow keys one by one."""

    def __init__(self, name: Say, low: int, high: int, changed: Callable[[int], object]) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setRange(low, high)
        self.setPageStep(max((high - low) // 10, 1))
        calm(self)
        say(self, lambda: self.setAccessibleName(name()))
        self.valueChanged.connect(changed)


class Share(QWidget):
    """A share of 0 to 1, as a slider with its number beside it, in percent."""

    def __init__(self, name: Say, changed: Callable[[], object]) -> None:
        super().__init__()
        self._changed = changed
        self.slider = Slider(name, 0, 100, self._follow)
        self.number = Number(name, Bounds(0, 100, unit=lambda: " %"), self._lead)
        self.number.setFixedWidth(92)
        beside(self, self.slider, self.number)

    @property
    def share(self) -> float:
        """0 to 1."""
        return self.number.value() / 100

    def set_share(self, share: float) -> None:
        """Show a share."""
        self.number.setValue(round(share * 100))

    def _follow(self, percent: int) -> None:
        self.number.setValue(percent)

    def _lead(self) -> None:
        self.slider.setValue(self.number.value())
        self._changed()


def beside(owner: QWidget, slider: Slider, number: Number) -> None:
    """A slider with its number as one field."""
    line = row(gap=GAP)
    line.addWidget(slider, 1)
    line.addWidget(number)
    owner.setLayout(line)
    owner.setFocusProxy(slider)


def _roomy(box: QAbstractSpinBox) -> None:
    """What both kinds have in common; the style sheet does not reach the text's distance from the edge."""
    box.lineEdit().setTextMargins(NEAR, 0, 0, 0)
    box.setMinimumWidth(84)
    box.setFixedHeight(CONTROL)
    calm(box)
