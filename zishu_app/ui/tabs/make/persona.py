"""Who the simulated user is: left to chance, or said here; whatever is left empty stays with chance."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Literal

from PySide6.QtWidgets import QComboBox, QFrame, QLabel, QLineEdit, QWidget

from zishu_app.core.texts import Language, t
from zishu_app.dialogue.persona import choices
from zishu_app.dialogue.wished_persona import LONGEST, NUMBERS
from zishu_app.ui.follow import say
from zishu_app.ui.theme.tokens import GAP, NEAR, ROOM
from zishu_app.ui.widgets.buttons import Segments, icon_button
from zishu_app.ui.widgets.calm import calm
from zishu_app.ui.widgets.cards import boxed, column, row
from zishu_app.ui.widgets.field import Field
from zishu_app.ui.widgets.labels import Say, label, set_kind
from zishu_app.ui.widgets.numbers import Bounds, Number, Slider
from zishu_app.ui.workbench import Workbench

ListedPart = Literal["situation", "temper", "habit"]
LISTED: dict[ListedPart, Say] = {
    "situation": lambda: t("处境", "Situation"),
    "temper": lambda: t("脾气", "Temper"),
    "habit": lambda: t("打字习惯", "Typing habit"),
}
#: room for the words at both ends of a slider, so that sliders stand below each other
END = 42
#: the lowest age means chance
YOUNGEST, OLDEST = (int(age) for age in NUMBERS["age"])


def _chance() -> str:
    return t("随机", "By chance")


class Amount(QWidget):
    """A slider over a range of fractions that may also be left to chance."""

    def __init__(
        self, name: Say, ends: tuple[Say, Say], reach: tuple[float, float], changed: Callable[[], object]
    ) -> None:
        super().__init__()
        self._low, self._high = reach
        self._changed, self._set = changed, False
        self.slider = Slider(name, 0, 20, self._moved)
        self.slider.sliderPressed.connect(lambda: self._moved(self.slider.value()))
        self._shown = label("small")
        self._shown.setMinimumWidth(64)
        self._dice = icon_button("dice", lambda: t("交给随机", "Leave it to chance"), self._drop, size=16)
        low, high = (label("faint", end) for end in ends)
        low.setMinimumWidth(END)
        high.setMinimumWidth(END)
        line = row(low, gap=NEAR)
        line.addWidget(self.slider, 1)
        for one in (high, self._shown, self._dice):
            line.addWidget(one)
        self.setLayout(line)
        self.setFocusProxy(self.slider)
        say(self, self._show)

    @property
    def amount(self) -> float | None:
        """None: by chance."""
        step = (self._high - self._low) / self.slider.maximum()
        return round(self._low + self.slider.value() * step, 2) if self._set else None

    def fill(self, amount: float | None) -> None:
        """Show an amount without telling anybody."""
        self._set = amount is not None
        shown = (self._low + self._high) / 2 if amount is None else amount
        self.slider.blockSignals(True)
        self.slider.setValue(round((shown - self._low) / (self._high - self._low) * self.slider.maximum()))
        self.slider.blockSignals(False)
        self._show()

    def _moved(self, _value: int) -> None:
        self._set = True
        self._show()
        self._changed()

    def _drop(self) -> None:
        self.fill(None)
        self._changed()

    def _show(self) -> None:
        self._shown.setText(_chance() if self.amount is None else f"{self.amount:g}")
        self._dice.setEnabled(self._set)
        set_kind(self.slider, "" if self._set else "idle")


class PersonaFields(QFrame):
    """A card. `changed` hears of every change."""

    def __init__(self, bench: Workbench, changed: Callable[[], object]) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._bench, self._changed = bench, changed
        self._rest: dict[str, Any] = {}
        self._language: Language | None = None
        self._listed: dict[ListedPart, tuple[str, ...]] = dict.fromkeys(LISTED, ())
        self.way = Segments({"chance": _chance, "own": lambda: t("自己定", "My own")}, self._turned)
        self.name = QLineEdit()
        self.name.setMaxLength(LONGEST)
        self.name.textChanged.connect(lambda _: changed())
        say(self.name, lambda: self.name.setPlaceholderText(_chance()))
        self.age = Number(_age, Bounds(YOUNGEST - 1, OLDEST, least=_chance), changed)
        self.boxes: dict[ListedPart, QComboBox] = {part: self._box(name) for part, name in LISTED.items()}
        calm_, wordy = (
            (lambda: t("急", "hasty"), lambda: t("耐心", "patient")),
            (lambda: t("话少", "terse"), lambda: t("话多", "wordy")),
        )
        self.patience = Amount(_patience, calm_, NUMBERS["patience"], changed)
        self.verbosity = Amount(_verbosity, wordy, NUMBERS["verbosity"], changed)
        self._build()

    def _box(self, name: Say) -> QComboBox:
        box = QComboBox()
        box.setEditable(True)
        box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(12)
        edit = box.lineEdit()
        assert edit is not None
        edit.setMaxLength(LONGEST)
        edit.setClearButtonEnabled(True)
        say(box, lambda: edit.setPlaceholderText(_chance()))
        say(box, lambda: box.setAccessibleName(name()))
        calm(box)
        box.editTextChanged.connect(lambda _: self._changed())
        return box

    def _build(self) -> None:
        who = row(gap=GAP)
        who.addWidget(Field(lambda: t("名字", "Name"), self.name), 1)
        who.addWidget(Field(_age, self.age))
        inside = column(who, gap=GAP)
        for part, name in LISTED.items():
            inside.addWidget(Field(name, self.boxes[part]))
        inside.addWidget(Field(_patience, self.patience))
        inside.addWidget(Field(_verbosity, self.verbosity))
        self._own = boxed(inside)
        self._hint: QLabel = label(
            "small",
            lambda: t("每段对话都换一个人：年龄、处境、脾气各不相同。", "Somebody else in every dialogue."),
            wrap=True,
        )
        head = row(label("lead", lambda: t("用户是谁", "The user")), None, self.way)
        self.setLayout(column(head, self._hint, self._own, gap=NEAR, margin=ROOM))
        self._own.hide()

    def fill(self, persona: Mapping[str, Any], *, own: bool) -> None:
        """Show a persona."""
        self._rest = {key: persona[key] for key in ("reason", "interests") if key in persona}
        self.way.choose("own" if own else "chance")
        self.name.setText(_text(persona.get("name")))
        age = persona.get("age")
        self.age.setValue(age if isinstance(age, int) else YOUNGEST - 1)
        for part, box in self.boxes.items():
            box.setEditText(_text(persona.get(part)))
        for key, amount in (("patience", self.patience), ("verbosity", self.verbosity)):
            given = persona.get(key)
            amount.fill(float(given) if isinstance(given, int | float) else None)
        self._show_own()

    def values(self) -> dict[str, Any]:
        """As `Choices` has it."""
        found: dict[str, Any] = {"name": self.name.text().strip()}
        found |= {part: box.currentText().strip() for part, box in self.boxes.items()}
        found |= {"patience": self.patience.amount, "verbosity": self.verbosity.amount}
        found["age"] = self.age.value() if self.age.value() >= YOUNGEST else None
        given = {key: value for key, value in found.items() if value not in ("", None)}
        return {"persona": {**given, **self._rest}, "own_persona": self.way.value == "own"}

    def speak(self, language: Language) -> None:
        """Offer what there is in the language of the dialogues."""
        if language != self._language:
            self._language = language
            self._bench.tasks.start(self, self._load(language), replaces="choices")

    async def _load(self, language: Language) -> None:
        for part, box in self.boxes.items():
            listed = await asyncio.to_thread(choices, part, language)
            text = box.currentText()
            kept = "" if text in self._listed[part] and text not in listed else text
            box.blockSignals(True)
            box.clear()
            box.addItems(list(listed))
            box.setCurrentIndex(-1)
            box.setEditText(kept)
            box.blockSignals(False)
            self._listed[part] = listed
            if kept != text:
                self._changed()

    def _turned(self, _key: str) -> None:
        self._show_own()
        self._changed()

    def _show_own(self) -> None:
        own = self.way.value == "own"
        self._own.setVisible(own)
        self._hint.setVisible(not own)


def _age() -> str:
    return t("年龄", "Age")


def _patience() -> str:
    return t("耐心", "Patience")


def _verbosity() -> str:
    return t("话的长短", "Length of messages")


def _text(value: Any) -> str:
    return value[:LONGEST] if isinstance(value, str) else ""
