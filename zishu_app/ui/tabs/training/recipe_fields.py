"""The field for a value of a recipe, chosen by its type: nothing here knows a value by name but the learning rate's kind,
which is told by how small it is.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin

from PySide6.QtGui import QDoubleValidator
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QLineEdit, QSpinBox, QWidget

from zishu_app.core.texts import language, t
from zishu_app.training.recipe import Recipe, told_of
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.training.words import choice_word
from zishu_app.ui.widgets.calm import calm

#: widths of fields
NUMBER, TEXT = 132, 188
#: what a number without an upper limit may become in the form
MOST = 2_000_000_000

Edited = Callable[[Any], object]


@dataclass(frozen=True, slots=True)
class Editor:
    """A field, and what shows a value in it without telling anybody."""

    widget: QWidget
    show: Callable[[Any], object]


def editor(name: str, edited: Edited) -> Editor:
    """The field for a value; `edited` hears each one that is chosen or typed."""
    kind = Recipe.model_fields[name].annotation
    if get_origin(kind) is Literal:
        return _choice([str(one) for one in get_args(kind)], edited)
    if kind is bool:
        return _switch(edited)
    if kind is int:
        return _whole(name, edited)
    if kind is float:
        return _share(edited) if _is_share(name) else _number(_limits(name), edited)
    return _names(edited)


def shown_value(name: str, value: Any) -> str:
    """A value in a sentence."""
    if isinstance(value, bool):
        return t("开", "on") if value else t("关", "off")
    if isinstance(value, str):
        return choice_word(value)
    if isinstance(value, tuple | list):
        return ", ".join(value)
    if _is_share(name):
        return f"{value * 100:g} %"
    least = _least(name)
    return least if least and value == _limits(name).get("ge") else f"{value:g}"


def _is_share(name: str) -> bool:
    """A part of something; a factor between 0 and 1 is none."""
    return _limits(name) == {"ge": 0, "le": 1} and name != "weight_decay"


def _limits(name: str) -> Mapping[str, float]:
    found = {}
    for one in Recipe.model_fields[name].metadata:
        for limit in ("ge", "gt", "le", "lt"):
            if getattr(one, limit, None) is not None:
                found[limit] = getattr(one, limit)
    return found


def _least(name: str) -> str:
    """What the lowest number means, where it means something else than a number; else ""."""
    extra = Recipe.model_fields[name].json_schema_extra
    pair = extra.get("least") if isinstance(extra, dict) else None
    return str(pair[0] if language() == "zh" else pair[1]) if isinstance(pair, tuple | list) else ""


def _choice(options: list[str], edited: Edited) -> Editor:
    box = QComboBox()
    box.setFixedWidth(TEXT)
    calm(box)
    for one in options:
        box.addItem("", one)

    def speak() -> None:
        for number, one in enumerate(options):
            box.setItemText(number, choice_word(one))

    say(box, speak)
    box.activated.connect(lambda _: edited(box.currentData()))
    return Editor(box, lambda value: box.setCurrentIndex(box.findData(value)))


def _switch(edited: Edited) -> Editor:
    box = QCheckBox()
    box.clicked.connect(lambda on: edited(bool(on)))
    return Editor(box, box.setChecked)


def _whole(name: str, edited: Edited) -> Editor:
    box, limits = QSpinBox(), _limits(name)
    box.setRange(int(limits.get("ge", -MOST)), int(min(limits.get("le", MOST), MOST)))
    box.setGroupSeparatorShown(True)
    box.setKeyboardTracking(False)
    box.setFixedWidth(TEXT if _least(name) else NUMBER)
    say(box, lambda: box.setSpecialValueText(_least(name)))
    calm(box)
    box.valueChanged.connect(edited)
    return Editor(box, lambda value: _quietly(box, value))


def _share(edited: Edited) -> Editor:
    box = QDoubleSpinBox()
    box.setDecimals(1)
    box.setRange(0, 100)
    box.setSuffix(" %")
    box.setKeyboardTracking(False)
    box.setFixedWidth(NUMBER)
    calm(box)
    box.valueChanged.connect(lambda percent: edited(round(percent / 100, 6)))
    return Editor(box, lambda value: _quietly(box, value * 100))


def _number(limits: Mapping[str, float], edited: Edited) -> Editor:
    """Written as one writes it: 0.0002, or 2e-4. What cannot be is left as it was."""
    line, seen = QLineEdit(), [0.0]
    line.setFixedWidth(NUMBER)
    bounds = QDoubleValidator(line)
    bounds.setNotation(QDoubleValidator.Notation.ScientificNotation)
    line.setValidator(bounds)

    def show(value: float) -> None:
        seen[0] = value
        line.setText(f"{value:g}")
        line.setCursorPosition(0)

    def take() -> None:
        value = _within(line.text(), limits)
        if value is None:
            show(seen[0])
        elif value != seen[0]:
            edited(value)

    line.editingFinished.connect(take)
    return Editor(line, show)


def _within(text: str, limits: Mapping[str, float]) -> float | None:
    """A number, if it is one that may be."""
    try:
        value = float(text)
    except ValueError:
        return None
    fits = (
        value >= limits.get("ge", -MOST)
        and value > limits.get("gt", -MOST - 1)
        and value <= limits.get("le", MOST)
        and value < limits.get("lt", MOST + 1)
    )
    return value if fits else None


def _names(edited: Edited) -> Editor:
    line = QLineEdit()
    line.setFixedWidth(TEXT)

    def take() -> None:
        names = tuple(part.strip() for part in line.text().replace("，", ",").split(",") if part.strip())
        if names:
            edited(names)

    line.editingFinished.connect(take)
    return Editor(line, lambda names: line.setText(", ".join(names)))


def _quietly(box: QSpinBox | QDoubleSpinBox, value: Any) -> None:
    box.blockSignals(True)
    box.setValue(value)
    box.blockSignals(False)


def named(name: str) -> Callable[[], str]:
    """The title of a value."""
    return lambda: told_of(name)[0]


def helped(name: str) -> Callable[[], str]:
    """The help of a value."""
    return lambda: told_of(name)[1]
