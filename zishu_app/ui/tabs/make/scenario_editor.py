"""Writing a scenario: every field is checked while it is typed, and what is left unsaved comes back."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from zishu_app.core.texts import Language, t
from zishu_app.dialogue.scenario_edit import faults, save
from zishu_app.dialogue.scenarios import Scenario, folded
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.make.shelf import Shelf
from zishu_app.ui.theme.tokens import GAP, NEAR
from zishu_app.ui.widgets.buttons import Segments, button, icon_button
from zishu_app.ui.widgets.cards import row, scrolled
from zishu_app.ui.widgets.elided import Elided
from zishu_app.ui.widgets.field import Field
from zishu_app.ui.widgets.labels import Say, label
from zishu_app.ui.widgets.undo import UndoStrip
from zishu_app.ui.workbench import Workbench

#: where drafts are remembered, by what they are drafts of
DRAFTS = "make.drafts"
#: height of a line of Chinese in pixels; lines a field shows
LINE = 21
LINES = {"description": 2, "user_prompt": 3, "ai_role": 4, "user_followups": 6}

NAMES: dict[str, Say] = {
    "name": lambda: t("名称", "Name"),
    "description": lambda: t("讲什么", "What it is about"),
    "user_prompt": lambda: t("用户的第一句", "First message of the user"),
    "ai_role": lambda: t("助手的角色", "Role of the AI"),
    "user_followups": lambda: t(
        "后续话题（一行一句，由浅入深）", "Follow-ups (one a line, from easy to deep)"
    ),
}


@dataclass(frozen=True)
class Draft:
    """What is worked on: the scenario it began from, its own file where there is one, and all there are."""

    shelf: Shelf
    origin: Scenario | None = None
    file: Path | None = None

    @property
    def key(self) -> str:
        """Under which its draft is remembered."""
        return f"{self.shelf.language}/{self.origin.name if self.origin else ''}"


#: hears the name and language of what was saved and the name it had before; the first is empty where none was
Left = Callable[[str, Language, str], object]


class ScenarioEditor(QWidget):
    """A panel in the place of the list."""

    def __init__(self, bench: Workbench, left: Left) -> None:
        super().__init__()
        self._bench, self._left = bench, left
        self._draft = Draft(Shelf("zh"))
        self._touched: set[str] = set()
        self._quiet = True
        self._title = Elided("lead")
        self._kept = UndoStrip()
        self._name = QLineEdit()
        self._texts = {key: QPlainTextEdit() for key in LINES}
        self.fields = {key: Field(name, self._control(key)) for key, name in NAMES.items()}
        self._language = Segments(
            {"zh": lambda: t("中文", "Chinese"), "en": lambda: t("英文", "English")},
            lambda _: self._changed(""),
        )
        self._save = button(lambda: t("保存", "Save"), self.save, icon="save", hint=lambda: "Ctrl+S")
        self._build()
        say(self, self._check)

    def _control(self, key: str) -> QLineEdit | QPlainTextEdit:
        if key == "name":
            self._name.textChanged.connect(lambda _: self._changed("name"))
            return self._name
        text = self._texts[key]
        text.setTabChangesFocus(True)
        text.setMinimumHeight(LINES[key] * LINE + 26)
        if key != "user_followups":
            text.setMaximumHeight(text.minimumHeight())
        text.textChanged.connect(lambda: self._changed(key))
        return text

    def _build(self) -> None:
        back = icon_button(
            "chevron-left", lambda: t("返回（Esc，草稿会留着）", "Back (Esc; the draft stays)"), self.close_
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(NEAR)
        layout.addLayout(row(back, self._title, None, gap=NEAR))
        layout.addWidget(self._kept)
        inside = QVBoxLayout()
        inside.setContentsMargins(2, 0, 8, 0)
        inside.setSpacing(GAP)
        for key, field in self.fields.items():
            inside.addWidget(field, 1 if key == "user_followups" else 0)
        layout.addWidget(scrolled(inside), 1)
        layout.addLayout(row(label("field", lambda: t("语言", "Language")), self._language, None, self._save))
        for keys, act in ((QKeySequence("Ctrl+S"), self.save), (QKeySequence("Esc"), self.close_)):
            QShortcut(keys, self, act, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def open(self, draft: Draft) -> None:
        """Work on it; where a draft of it was left, on that."""
        self._draft, self._touched = draft, set()
        start = _written(draft.origin)
        kept = self._bench.remembered.get(DRAFTS, {}).get(draft.key)
        self._fill(kept if _is_draft(kept) else {**start, "language": draft.shelf.language})
        self._kept.hide()
        if _is_draft(kept) and kept != {**start, "language": draft.shelf.language}:
            self._touched = {key for key in NAMES if kept[key]}
            self._kept.offer(
                lambda: t("找回了没保存的草稿。", "Your unsaved draft is back."),
                self._start_over,
                lambda: t("丢弃草稿", "Discard it"),
            )
        self._check()
        self._name.setFocus()

    def values(self) -> dict[str, Any]:
        """The form as a scenario file has it."""
        texts = {key: text.toPlainText().strip() for key, text in self._texts.items()}
        lines = [line.strip() for line in texts["user_followups"].splitlines()]
        return {
            "name": self._name.text().strip(),
            **texts,
            "user_followups": [line for line in lines if line],
        }

    @property
    def language(self) -> Language:
        """The language it is to be held in."""
        return "zh" if self._language.value == "zh" else "en"

    def save(self) -> None:
        """Save it where it is right, else show all that is not."""
        self._touched = set(NAMES)
        if not self._check():
            self._bench.tasks.start(self, self._write(), replaces="save")

    def close_(self) -> None:
        """Back to the list; the draft stays."""
        self._left("", self.language, "")

    async def _write(self) -> None:
        values, language, draft = self.values(), self.language, self._draft
        await asyncio.to_thread(save, values, language, self._bench.house.home.scenarios, draft.file)
        self._forget()
        self._left(values["name"], language, draft.origin.name if draft.origin and draft.file else "")

    def _start_over(self) -> None:
        self._forget()
        self.open(self._draft)

    def _forget(self) -> None:
        drafts = dict(self._bench.remembered.get(DRAFTS, {}))
        drafts.pop(self._draft.key, None)
        self._bench.remembered.put(DRAFTS, drafts)

    def _fill(self, values: Mapping[str, Any]) -> None:
        self._quiet = True
        self._language.choose(values["language"])
        self._name.setText(values["name"])
        for key, text in self._texts.items():
            text.setPlainText(values[key])
        self._quiet = False

    def _changed(self, key: str) -> None:
        if self._quiet:
            return
        self._touched.add(key)
        kept = {
            "name": self._name.text(),
            "language": self.language,
            **{one: text.toPlainText() for one, text in self._texts.items()},
        }
        drafts = self._bench.remembered.get(DRAFTS, {})
        self._bench.remembered.put(DRAFTS, {**drafts, self._draft.key: kept})
        self._check()

    def _check(self) -> dict[str, str]:
        """Say what is wrong with the fields that were touched; returns all that is wrong."""
        origin = self._draft.origin
        own = origin is not None and self._draft.file is not None
        new = t("新场景", "New scenario")
        self._title.setText(origin.name if origin else new)
        found = self._faults()
        for key, field in self.fields.items():
            field.tell(found.get(key, "") if key in self._touched else "")
        takes = not own and folded(self._name.text().strip()) in {
            folded(name) for name in self._draft.shelf.names
        }
        self.fields["name"].advise(
            t(
                "保存后，它会取代同名的自带场景；自带的不会改动。",
                "Saved, it stands in for the shipped one of that name.",
            )
            if takes and self.language == self._draft.shelf.language
            else ""
        )
        self._save.setEnabled(not found)
        return found

    def _faults(self) -> dict[str, str]:
        values = self.values()
        found = faults(values)
        for key in NAMES:
            if not values[key]:
                found[key] = t("还没有写。", "Nothing is written yet.")
        taken = (
            self._draft.shelf.file_of(values["name"]) if self.language == self._draft.shelf.language else None
        )
        if "name" not in found and taken is not None and taken != self._draft.file:
            found["name"] = t(f"已有同名的场景：{taken.name}。", f"A scenario has this name: {taken.name}.")
        return found


def _written(origin: Scenario | None) -> dict[str, str]:
    if origin is None:
        return dict.fromkeys(NAMES, "")
    texts = {key: str(getattr(origin, key)) for key in NAMES if key != "user_followups"}
    return texts | {"user_followups": "\n".join(" ".join(line.split()) for line in origin.user_followups)}


def _is_draft(kept: Any) -> bool:
    return isinstance(kept, dict) and all(isinstance(kept.get(key), str) for key in (*NAMES, "language"))
