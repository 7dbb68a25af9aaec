"""Editing a list: rows of fields, one below the other, each to be taken away; and a new one at the end."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QLineEdit,
    QPlainTextEdit,
    QSlider,
    QSpinBox,
    QWidget,
)

from zishu_app.core.texts import t
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.her.card_fields import Column, ListField, Row
from zishu_app.ui.theme.tokens import GAP, NEAR, TIGHT
from zishu_app.ui.widgets.buttons import button, icon_button
from zishu_app.ui.widgets.cards import column, row
from zishu_app.ui.widgets.flow import Flow
from zishu_app.ui.widgets.labels import label
from zishu_app.ui.widgets.writing import WritingField

#: heights of a text field, in lines
LEAST, MOST = 2, 12
#: pixels of a field for a few words
WORDS = 184
#: what words are parted by
COMMAS = ("，", "、", ";", "；")


class GrowingText(WritingField):
    """A field as tall as its text; Ctrl+Enter and Escape are told."""

    def __init__(self, keep: Callable[[], object], leave: Callable[[], object], least: int = LEAST) -> None:
        super().__init__(keep, leave)
        self._least = least
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.textChanged.connect(self.grow)
        self.grow()

    def grow(self) -> None:
        """As tall as the text is now."""
        lines = max(int(self.document().size().height()), self._least)
        policy = Qt.ScrollBarPolicy
        self.setVerticalScrollBarPolicy(
            policy.ScrollBarAlwaysOff if lines <= MOST else policy.ScrollBarAsNeeded
        )
        self.setFixedHeight(min(lines, MOST) * self.fontMetrics().lineSpacing() + 24)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Another width has other lines."""
        super().resizeEvent(event)
        self.grow()


class RowsEditor(QWidget):
    """Edits the rows of one field; what a row holds beside its columns stays with it."""

    def __init__(self, spec: ListField, keep: Callable[[], object], leave: Callable[[], object]) -> None:
        super().__init__()
        self._spec, self._keep, self._leave = spec, keep, leave
        self._rows: list[_RowEditor] = []
        self._list = column(gap=NEAR)
        self._add = button(spec.new, self.add, icon="add", kind="quiet")
        inside = column(self._list, row(self._add, None), gap=NEAR)
        inside.setContentsMargins(0, 0, 0, 0)
        self.setLayout(inside)

    def open(self, rows: Sequence[Row]) -> None:
        """Edit these."""
        for one in list(self._rows):
            self._drop(one)
        for values in rows:
            self._put(values)
        if not rows:
            self.add()

    def values(self) -> list[Row]:
        """The rows as they stand now."""
        return [one.values() for one in self._rows]

    def add(self) -> None:
        """A new row, with the keyboard in it."""
        made = self._put({one.key: one.empty for one in self._spec.columns})
        made.focus()

    def _put(self, values: Row) -> "_RowEditor":
        made = _RowEditor(self._spec.columns, values, self._drop, (self._keep, self._leave))
        self._rows.append(made)
        self._list.addWidget(made)
        return made

    def _drop(self, one: "_RowEditor") -> None:
        self._rows.remove(one)
        self._list.removeWidget(one)
        one.hide()
        one.deleteLater()


class _RowEditor(QFrame):
    """The fields of one row."""

    def __init__(
        self,
        columns: Sequence[Column],
        values: Row,
        drop: Callable[["_RowEditor"], object],
        ends: tuple[Callable[[], object], Callable[[], object]],
    ) -> None:
        super().__init__()
        self.setProperty("kind", "well")
        self._columns, self._values, self._ends = columns, values, ends
        self._fields = {one.key: self._made(one) for one in columns}
        small = [one for one in columns if one.kind != "text"]
        flow = QWidget()
        flow.setLayout(Flow(*(_titled(one, self._fields[one.key]) for one in small), gap=GAP))
        remove = icon_button(
            "close", lambda: t("去掉这一条", "Take this one away"), lambda: drop(self), size=14
        )
        head = row(gap=NEAR)
        head.addWidget(flow, 1)
        head.addWidget(remove)
        head.setAlignment(remove, Qt.AlignmentFlag.AlignTop)
        inside = column(head, gap=NEAR)
        for one in columns:
            if one.kind == "text":
                inside.addWidget(_titled(one, self._fields[one.key]))
        inside.setContentsMargins(GAP, NEAR, NEAR, NEAR)
        self.setLayout(inside)

    def values(self) -> Row:
        """What stands in the fields, and beside them."""
        return {**self._values, **{one.key: _value(one, self._fields[one.key]) for one in self._columns}}

    def focus(self) -> None:
        """The keyboard goes to the first field to be written into."""
        first = next(
            (one for one in self._columns if one.kind in ("text", "line", "words")), self._columns[0]
        )
        self._fields[first.key].setFocus()

    def _made(self, one: Column) -> QWidget:
        value = self._values.get(one.key, one.empty)
        made = _control(one, value, self._ends)
        say(made, lambda: made.setAccessibleName(one.title()))
        return made


def _titled(one: Column, control: QWidget) -> QWidget:
    made = QWidget()
    head = label("field", one.title)
    head.setBuddy(control)
    inside = column(head, control, gap=TIGHT)
    inside.setContentsMargins(0, 0, 0, 0)
    made.setLayout(inside)
    return made


def _control(one: Column, value: Any, ends: tuple[Callable[[], object], Callable[[], object]]) -> QWidget:
    """The field for a kind of value."""
    if one.kind == "text":
        text = GrowingText(*ends)
        text.setPlainText(str(value))
        return text
    if one.kind in ("line", "words"):
        line = QLineEdit(", ".join(value) if one.kind == "words" else str(value))
        line.setFixedWidth(WORDS)
        line.setCursorPosition(0)
        line.setProperty("foreign", True)
        return line
    if one.kind == "choice":
        box = QComboBox()
        for key, name in one.choices().items():
            box.addItem(name, key)
        if box.findData(value) < 0:
            box.addItem(str(value), value)
        box.setCurrentIndex(box.findData(value))
        return box
    if one.kind == "share":
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setRange(5, 100)
        slider.setValue(round(float(value) * 100))
        slider.setFixedWidth(160)
        return slider
    if one.kind == "number":
        number = QSpinBox()
        number.setRange(0, 1000)
        number.setValue(int(value))
        number.setFixedWidth(96)
        return number
    flag = QCheckBox()
    flag.setChecked(bool(value))
    return flag


def _value(one: Column, control: QWidget) -> Any:
    """What stands in a field."""
    if isinstance(control, QPlainTextEdit):
        return control.toPlainText()
    if isinstance(control, QLineEdit):
        text = control.text()
        return words_of(text) if one.kind == "words" else text.strip()
    if isinstance(control, QComboBox):
        return control.currentData()
    if isinstance(control, QSlider):
        return control.value() / 100
    if isinstance(control, QSpinBox):
        return control.value()
    return isinstance(control, QCheckBox) and control.isChecked()


def words_of(text: str) -> list[str]:
    """Words with commas between them, of whatever kind; a key between slashes may hold commas."""
    if text.strip().startswith("/") and text.strip().rstrip("abcdefghijklmnopqrstuvwxyz").endswith("/"):
        return [text.strip()]
    for comma in COMMAS:
        text = text.replace(comma, ",")
    return [word.strip() for word in text.split(",") if word.strip()]
