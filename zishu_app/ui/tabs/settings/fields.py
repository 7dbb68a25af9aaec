"""The field for a setting, chosen by its type: nothing here knows a setting by name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin

from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QFileDialog, QLineEdit, QSpinBox, QWidget

from zishu_app.core.settings import describe, shown_with, told_of
from zishu_app.core.texts import language, t
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.settings.who_box import KINDS as WHO
from zishu_app.ui.tabs.settings.who_box import WhoBox
from zishu_app.ui.theme.tokens import TIGHT
from zishu_app.ui.widgets.brain_box import BrainBox
from zishu_app.ui.widgets.buttons import Segments, icon_button
from zishu_app.ui.widgets.calm import calm
from zishu_app.ui.widgets.cards import boxed, row
from zishu_app.ui.widgets.labels import Say
from zishu_app.ui.workbench import Workbench

#: widths of fields: numbers, whatever is written, and models with their long names
NUMBER, TEXT, MODEL = 172, 272, 320
#: what a number without an upper limit may become in the form
MOST = 100_000_000
#: choices of up to so many are all in sight
FEW = 3

Edited = Callable[[Any], object]


@dataclass(frozen=True, slots=True)
class Editor:
    """A field: what is put on the page, what shows a value in it, and the part that takes the focus."""

    widget: QWidget
    show: Callable[[Any], object]
    focus: QWidget


class Figure(QDoubleSpinBox):
    """A number with as many decimals as it has."""

    def textFromValue(self, value: float) -> str:  # noqa: N802 - Qt's name
        """See QDoubleSpinBox."""
        return f"{value:g}" if abs(value) < MOST else super().textFromValue(value)


def editor(bench: Workbench, dotted: str, edited: Edited) -> Editor:
    """The field for a setting; `edited` hears each value that is chosen or typed."""
    field = describe()[dotted]
    kind = shown_with(dotted).get("kind", "")
    if kind == "model":
        return _model(bench, dotted, edited)
    if kind in WHO:
        return _who(bench, dotted, edited)
    if get_origin(field.annotation) is Literal:
        return _choice([str(one) for one in get_args(field.annotation)], edited)
    if field.annotation is bool:
        return _switch(dotted, edited)
    if field.annotation is int:
        return _whole(dotted, edited)
    if field.annotation is float:
        return _share(edited) if _limits(dotted) == {"ge": 0, "le": 1} else _number(dotted, edited)
    return _text(dotted, edited, browse=kind == "file")


def word_of(choice: str) -> str:
    """What a choice is called; one without a word of its own is shown as it is written."""
    return {
        "auto": t("自动", "Automatic"),
        "zh": "中文",
        "en": "English",
        "light": t("浅色", "Light"),
        "dark": t("深色", "Dark"),
        "tokens": t("按长度", "By length"),
        "turns": t("按轮数", "By rounds"),
        "hub": "Hugging Face",
        "mirror": t("国内镜像", "Chinese mirror"),
        "off": t("从不", "Never"),
        "rare": t("偶尔", "Now and then"),
        "normal": t("常常", "Often"),
        "lively": t("很活泼", "Very often"),
        "tiny": t("很小：没有显卡", "Tiny: no graphics card"),
        "small": t("小：6–8 GB 显存", "Small: 6-8 GB"),
        "medium": t("中：12–16 GB 显存", "Medium: 12-16 GB"),
        "large": t("大：24 GB 以上显存", "Large: 24 GB and more"),
    }.get(choice, choice)


def shown_value(dotted: str, value: Any) -> str:
    """A value in a sentence."""
    if isinstance(value, bool):
        return t("开", "on") if value else t("关", "off")
    if value == "":
        return words(dotted, "empty") or t("空", "empty")
    if isinstance(value, str):
        return word_of(value) if get_origin(describe()[dotted].annotation) is Literal else value
    least = words(dotted, "least")
    if least and value == _limits(dotted).get("ge"):
        return least
    return f"{value * 100:g} %" if _limits(dotted) == {"ge": 0, "le": 1} else f"{value:,g}"


def words(dotted: str, what: str) -> str:
    """The pair of words a setting has for `what` ("least", "empty"), in the language of the moment; or ""."""
    pair = shown_with(dotted).get(what)
    return str(pair[0] if language() == "zh" else pair[1]) if pair else ""


def _limits(dotted: str) -> Mapping[str, float]:
    found = {}
    for one in describe()[dotted].metadata:
        for name in ("ge", "gt", "le", "lt"):
            if getattr(one, name, None) is not None:
                found[name] = getattr(one, name)
    return found


def _model(bench: Workbench, dotted: str, edited: Edited) -> Editor:
    empty = "empty" in shown_with(dotted)
    same: Say | None = (lambda: words(dotted, "empty")) if empty else None
    box = BrainBox(bench, edited, name=lambda: told_of(dotted)[0], same=same)
    box.setMinimumWidth(TEXT)
    box.setMaximumWidth(MODEL)
    calm(box)

    def show(value: str) -> None:
        if box.spec != value and not box.hasFocus():
            box.choose(value)

    return Editor(box, show, box)


def _who(bench: Workbench, dotted: str, edited: Edited) -> Editor:
    box = WhoBox(bench, shown_with(dotted)["kind"], lambda: told_of(dotted)[0], edited)
    box.setFixedWidth(TEXT)
    return Editor(box, box.show_value, box)


def _choice(options: list[str], edited: Edited) -> Editor:
    if len(options) <= FEW:
        segments = Segments({one: _named(one) for one in options}, edited)
        return Editor(segments, segments.choose, segments)
    box = QComboBox()
    box.setFixedWidth(TEXT)
    calm(box)
    for one in options:
        box.addItem("", one)

    def speak() -> None:
        for number, one in enumerate(options):
            box.setItemText(number, word_of(one))

    say(box, speak)
    box.activated.connect(lambda _: edited(box.currentData()))
    return Editor(box, lambda value: box.setCurrentIndex(box.findData(value)), box)


def _named(choice: str) -> Say:
    return lambda: word_of(choice)


def _switch(dotted: str, edited: Edited) -> Editor:
    box = QCheckBox()
    say(box, lambda: box.setAccessibleName(told_of(dotted)[0]))
    box.clicked.connect(lambda on: edited(bool(on)))
    return Editor(box, box.setChecked, box)


def _whole(dotted: str, edited: Edited) -> Editor:
    box, limits = QSpinBox(), _limits(dotted)
    box.setRange(int(limits.get("ge", -MOST)), int(limits.get("le", MOST)))
    box.setGroupSeparatorShown(True)
    box.setKeyboardTracking(False)
    box.setFixedWidth(NUMBER)
    calm(box)
    if "least" in shown_with(dotted):
        say(box, lambda: box.setSpecialValueText(words(dotted, "least")))
        box.setFixedWidth(TEXT)
    box.valueChanged.connect(edited)
    return Editor(box, lambda value: _quietly(box, value), box)


def _number(dotted: str, edited: Edited) -> Editor:
    box, limits = Figure(), _limits(dotted)
    box.setDecimals(3)
    lowest = limits.get("ge", 0.001 if "gt" in limits else -MOST)
    box.setRange(lowest, limits.get("le", MOST))
    box.setSingleStep(0.1 if box.maximum() <= 2 else 1.0)
    box.setKeyboardTracking(False)
    box.setFixedWidth(NUMBER)
    calm(box)
    if dotted.endswith("_s"):
        say(box, lambda: box.setSuffix(t(" 秒", " s")))
    box.valueChanged.connect(edited)
    return Editor(box, lambda value: _quietly(box, value), box)


def _share(edited: Edited) -> Editor:
    box = Figure()
    box.setDecimals(2)
    box.setRange(0, 100)
    box.setSuffix(" %")
    box.setKeyboardTracking(False)
    box.setFixedWidth(NUMBER)
    calm(box)
    box.valueChanged.connect(lambda percent: edited(round(percent / 100, 6)))
    return Editor(box, lambda value: _quietly(box, value * 100), box)


def _text(dotted: str, edited: Edited, *, browse: bool) -> Editor:
    line = QLineEdit()
    say(line, lambda: line.setPlaceholderText(words(dotted, "empty")))
    line.setFixedWidth(TEXT - (36 if browse else 0))
    line.editingFinished.connect(lambda: edited(line.text().strip()))

    def show(value: str) -> None:
        if line.text() != value and not (line.hasFocus() and line.isModified()):
            line.setText(value)
        line.setToolTip(value)
        line.setCursorPosition(0)

    if not browse:
        return Editor(line, show, line)
    look_for = icon_button("folder-open", lambda: t("浏览…", "Browse …"), lambda: _browse(line, edited))
    look_for.setFixedSize(32, 32)
    return Editor(boxed(row(line, look_for, gap=TIGHT)), show, line)


def _browse(line: QLineEdit, edited: Edited) -> None:
    dialog = QFileDialog(line.window(), t("选择文件", "Choose a file"), line.text())
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.fileSelected.connect(line.setText)
    dialog.fileSelected.connect(edited)
    dialog.open()


def _quietly(box: QSpinBox | QDoubleSpinBox, value: Any) -> None:
    """Show a value without telling anybody; what is being typed is left alone."""
    box.blockSignals(True)
    box.setValue(value)
    box.blockSignals(False)
