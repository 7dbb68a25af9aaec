"""One item of an exam, written: what is wrong with it is said while it is typed, and a rule can be tried on an answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QCheckBox, QLineEdit, QPlainTextEdit, QWidget

from zishu_app.core.texts import t
from zishu_app.training.item_file import item_faults, item_of
from zishu_app.training.items import Item
from zishu_app.training.rules import broken
from zishu_app.ui.follow import say
from zishu_app.ui.theme.tokens import GAP, NEAR
from zishu_app.ui.widgets.buttons import Segments, button
from zishu_app.ui.widgets.cards import boxed, column, row, scrolled
from zishu_app.ui.widgets.field import Field
from zishu_app.ui.widgets.labels import Say, label, set_kind
from zishu_app.ui.widgets.numbers import Bounds, Number

#: height of a line in pixels, and around the lines
LINE, AROUND = 21, 26
#: words that a rule can ask for at most
MOST = 500

NAMES: dict[str, Say] = {
    "id": lambda: t("编号", "Id"),
    "ability": lambda: t("考什么（一个词）", "What it is about (a word)"),
    "prompt": lambda: t("问题", "What is asked"),
    "right": lambda: t("正确答案", "The right answer"),
    "wrong": lambda: t("错误答案（一行一个，一到三个）", "Wrong answers (one a line, one to three)"),
    "contains_any": lambda: t("至少出现其中一个（一行一个）", "One of these must stand in it (one a line)"),
    "contains_none": lambda: t("不能出现（一行一个）", "None of these may (one a line)"),
    "starts_with": lambda: t("开头是其中一个（一行一个）", "It begins with one of these (one a line)"),
    "regex": lambda: t("正则表达式", "Regular expression"),
}
#: lines that a field shows
LINES = {"prompt": 2, "right": 2, "wrong": 3, "contains_any": 2, "contains_none": 2, "starts_with": 2}
LISTS = ("wrong", "contains_any", "contains_none", "starts_with")
BY_RULE = ("contains_any", "contains_none", "starts_with", "regex")


@dataclass(frozen=True, slots=True)
class Draft:
    """An item that is being written."""

    #: the id it had before; "": a new one
    before: str
    said: Mapping[str, str]
    kind: str
    most: int
    language: str
    system: bool


class ItemForm(QWidget):
    """`save` hears the item and the id it had before, "" for a new one."""

    def __init__(self, save: Callable[[Item, str], object]) -> None:
        super().__init__()
        self._save, self._before, self._quiet, self._touched = save, "", True, False
        self.controls: dict[str, QLineEdit | QPlainTextEdit] = {
            name: _lines(LINES[name]) if name in LINES else QLineEdit() for name in NAMES
        }
        for control in self.controls.values():
            control.textChanged.connect(lambda *_: self._changed())
        self.kind = Segments(
            {"answers": lambda: t("对错答案", "Answers"), "rule": lambda: t("规则", "A rule")},
            lambda _: self._changed(),
        )
        self.most = Number(
            lambda: t("最多几个词", "Words at most"),
            Bounds(0, MOST, lambda: t("不限字数", "any length"), lambda: t(" 个字词以内", " words at most")),
            self._changed,
        )
        self.language = Segments(
            {
                "": lambda: t("任何语言", "Any language"),
                "zh": lambda: t("中文", "Chinese"),
                "en": lambda: t("英文", "English"),
            },
            lambda _: self._changed(),
        )
        self.system = QCheckBox()
        self.system.toggled.connect(lambda _: self._changed())
        self.trial, self.verdict, self.fault = QLineEdit(), label("small"), label("fault", wrap=True)
        self.trial.textChanged.connect(lambda _: self._try())
        self.keep = button(
            lambda: t("保存", "Save"), self.save, icon="save", kind="primary", hint=lambda: "Ctrl+S"
        )
        self._build()
        say(self, self._speak)

    def _build(self) -> None:
        fields = {name: Field(NAMES[name], self.controls[name]) for name in NAMES}
        trial = Field(lambda: t("试一个回答", "Try an answer"), self.trial)
        self._answers = boxed(column(fields["right"], fields["wrong"], gap=GAP))
        rules = (fields[name] for name in BY_RULE)
        length = row(self.most, self.language, None)
        self._rule = boxed(column(*rules, length, trial, self.verdict, gap=GAP))
        inside = column(
            row(fields["ability"], fields["id"]),
            fields["prompt"],
            self.system,
            row(self.kind, None),
            self._answers,
            self._rule,
            None,
            gap=GAP,
        )
        inside.setContentsMargins(2, 0, NEAR, 0)
        whole = column(gap=NEAR)
        whole.addWidget(scrolled(inside), 1)
        whole.addWidget(self.fault)
        whole.addLayout(row(None, self.keep))
        self.setLayout(whole)
        save = QShortcut(QKeySequence("Ctrl+S"), self)
        save.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        save.activated.connect(self.save)

    def open(self, item: Item, *, new: bool = False) -> None:
        """Write on it."""
        self._quiet, self._before, self._touched = True, "" if new else item.id, False
        values = item.as_dict()
        rule = values.get("rule", {})
        for name, control in self.controls.items():
            value = rule.get(name, "") if name in BY_RULE else values.get(name, "")
            _write(control, "\n".join(value) if isinstance(value, list) else str(value))
        self.kind.choose("rule" if item.rule else "answers")
        self.most.setValue(int(rule.get("max_words", 0)))
        self.language.choose(str(rule.get("language", "")))
        self.system.setChecked(item.system)
        self.trial.clear()
        self._quiet = False
        self._show()

    def draft(self) -> "Draft":
        """What is written, whether it is right or not."""
        said = {name: _read(control) for name, control in self.controls.items()}
        rest = (self.kind.value, self.most.value(), self.language.value, self.system.isChecked())
        return Draft(self._before, said, *rest)

    def take_up(self, draft: "Draft") -> None:
        """Go on writing on that."""
        self._quiet = True
        self._before = draft.before
        for name, control in self.controls.items():
            _write(control, draft.said[name])
        self.kind.choose(draft.kind)
        self.most.setValue(draft.most)
        self.language.choose(draft.language)
        self.system.setChecked(draft.system)
        self._quiet, self._touched = False, True
        self._show()

    def values(self) -> dict[str, Any]:
        """What is written, as it stands in a file."""
        said = {name: _read(control) for name, control in self.controls.items()}
        found: dict[str, Any] = {name: said[name] for name in ("id", "ability", "prompt")}
        if self.kind.value == "rule":
            rule: dict[str, Any] = {name: _value(name, said[name]) for name in BY_RULE}
            rule |= {"max_words": self.most.value(), "language": self.language.value}
            found["rule"] = {name: value for name, value in rule.items() if value}
        else:
            found |= {"right": said["right"], "wrong": _value("wrong", said["wrong"])}
        return found | ({"system": True} if self.system.isChecked() else {})

    def save(self) -> None:
        """Where nothing is wrong with it; else what is."""
        self._touched = True
        values = self.values()
        if not self._show():
            self._save(item_of(values), self._before)

    @property
    def is_changed(self) -> bool:
        """Whether something was typed that is not saved."""
        return self._touched

    def _changed(self) -> None:
        if not self._quiet:
            self._touched = True
            self._show()

    def _show(self) -> list[str]:
        """What belongs to the kind of item, and what is wrong with it."""
        rule = self.kind.value == "rule"
        self._answers.setVisible(not rule)
        self._rule.setVisible(rule)
        faults = item_faults(self.values())
        told = faults[0] if faults and self._touched else ""
        self.fault.setText(told)
        self.fault.setVisible(bool(told))
        self.keep.setEnabled(not faults or not self._touched)
        self._try()
        return faults

    def _try(self) -> None:
        """Whether the answer that is tried keeps the rule."""
        values, answer = self.values(), self.trial.text()
        tried = "rule" in values and bool(answer.strip()) and not item_faults(values)
        self.verdict.setVisible(tried)
        if not tried:
            return
        rule = item_of(values).rule
        missed = broken(rule, answer) if rule else []
        set_kind(self.verdict, "fault" if missed else "small")
        names = t("、", ", ").join(_part(one) for one in missed)
        self.verdict.setText(
            t(f"没有做到：{names}", f"Not kept: {names}") if missed else t("做到了。", "It keeps the rule.")
        )

    def _speak(self) -> None:
        self.system.setText(t("提问之前先给她人设", "Her persona is given before it is asked"))
        self._show()


def _lines(count: int) -> QPlainTextEdit:
    made = QPlainTextEdit()
    made.setTabChangesFocus(True)
    made.setFixedHeight(count * LINE + AROUND)
    return made


def _write(control: QLineEdit | QPlainTextEdit, text: str) -> None:
    if isinstance(control, QLineEdit):
        control.setText(text)
    else:
        control.setPlainText(text)


def _read(control: QLineEdit | QPlainTextEdit) -> str:
    return (control.text() if isinstance(control, QLineEdit) else control.toPlainText()).strip()


def _value(name: str, text: str) -> str | list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()] if name in LISTS else text


def _part(name: str) -> str:
    """A part of a rule, in a word."""
    return {
        "contains_any": t("该有的词", "a word that should be there"),
        "contains_none": t("不该有的词", "a word that should not"),
        "starts_with": t("开头", "the beginning"),
        "regex": t("正则表达式", "the expression"),
        "max_words": t("长度", "the length"),
        "language": t("语言", "the language"),
    }[name]
