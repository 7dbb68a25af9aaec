"""A number of tokens, as a slider that takes small and large ones alike, with the number beside it."""

import math
from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from zishu_app.ui.widgets.labels import Say
from zishu_app.ui.widgets.numbers import Bounds, Number, Slider, beside

#: places of the slider
STEPS = 400


class Size(QWidget):
    """`bounds` are those of the number; the slider goes from `low` to `high` by the same factor each step."""

    def __init__(
        self, name: Say, bounds: Bounds, slide: tuple[int, int], changed: Callable[[], object]
    ) -> None:
        super().__init__()
        self._changed = changed
        self._low, self._high = slide
        self._leading = False
        self.slider = Slider(name, 0, STEPS, self._follow)
        self.number = Number(name, bounds, self._lead)
        self.number.setFixedWidth(104)
        beside(self, self.slider, self.number)

    @property
    def size_(self) -> int:
        """What is set."""
        return self.number.value()

    def set_size(self, size: int) -> None:
        """Show a size without telling anybody."""
        self.blockSignals(True)
        self.number.blockSignals(True)
        self.number.setValue(size)
        self.number.blockSignals(False)
        self._place()
        self.blockSignals(False)

    def _follow(self, step: int) -> None:
        if not self._leading:
            self.number.setValue(size_at(step / STEPS, self._low, self._high))

    def _lead(self) -> None:
        if not self.slider.isSliderDown():
            self._place()
        self._changed()

    def _place(self) -> None:
        self._leading = True
        self.slider.setValue(round(share_of(self.number.value(), self._low, self._high) * STEPS))
        self._leading = False


def size_at(share: float, low: int, high: int) -> int:
    """The round number at a place of the slider; 0 stands at its left end where `low` is 0."""
    first = float(max(low, 8))
    if low == 0 and share <= 0.001:
        return 0
    exact = first * (high / first) ** share
    digits: int = 10 ** max(int(math.log10(exact)) - 1, 0)
    half = digits * 5 if exact / digits >= 50 else digits
    return int(min(max(round(exact / half) * half, low), high))


def share_of(size: int, low: int, high: int) -> float:
    """The opposite of `size_at`, for any number."""
    first = max(low, 8)
    if size <= first:
        return 0.0 if size <= low or low else size / first * 0.001
    return min(math.log(size / first) / math.log(high / first), 1.0)
