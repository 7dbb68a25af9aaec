"""One scenario to read: what it is about, how it begins, who answers, where it may go; or why a file is broken."""

from pathlib import Path

from PySide6.QtWidgets import QFrame, QLabel, QWidget

from zishu_app.core.texts import t
from zishu_app.dialogue.scenarios import Scenario
from zishu_app.ui.outside import open_file
from zishu_app.ui.tabs.make.shelf import Broken
from zishu_app.ui.theme.tokens import GAP, TIGHT
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import boxed, column, row, scrolled
from zishu_app.ui.widgets.labels import Say, label


class ScenarioView(QFrame):
    """Shows what is looked at in the list."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "well")
        self._path: Path | None = None
        self._name = label("", wrap=True)
        self._about = label("soft", wrap=True)
        for one in (self._name, self._about):
            one.setProperty("foreign", True)  # the scenario's own words
        self._parts: dict[str, tuple[QWidget, QLabel]] = {}
        self._open = button(
            lambda: t("打开文件", "Open the file"), self.open_file, icon="external", kind="quiet"
        )
        inside = column(self._name, self._about, gap=TIGHT)
        inside.setContentsMargins(GAP, GAP, GAP, GAP)
        for key, name in _PARTS.items():
            inside.addWidget(self._part(key, name))
        inside.addLayout(row(self._open, None))
        inside.addStretch(1)
        self._area = scrolled(inside)
        self.setLayout(column(self._area, gap=0))

    def _part(self, key: str, name: Say) -> QWidget:
        text = label("", wrap=True)
        text.setProperty("foreign", True)  # the scenario's own words
        part = boxed(column(GAP // 2, label("field", name), text, gap=2))
        self._parts[key] = (part, text)
        return part

    def show_one(self, found: Scenario | Broken | None) -> None:
        """Show it from its beginning."""
        self.setVisible(found is not None)
        if isinstance(found, Scenario):
            followups = "\n".join(f"·  {line}" for line in found.user_followups)
            self._fill("", found.description, (found.user_prompt, followups, found.ai_role))
            self._path = None
        elif found is not None:
            self._fill(found.place, found.reasons, ("", "", ""))
            self._path = found.path
        self._open.setVisible(self._path is not None)
        self._area.verticalScrollBar().setValue(0)

    def _fill(self, name: str, about: str, texts: tuple[str, str, str]) -> None:
        self._name.setText(name)
        self._name.setVisible(bool(name))
        self._about.setText(about)
        for (part, shown), text in zip(self._parts.values(), texts, strict=True):
            shown.setText(text)
            part.setVisible(bool(text))

    def open_file(self) -> None:
        """Hand a broken file to whatever edits such files here."""
        if self._path is not None:
            open_file(self._path)


_PARTS: dict[str, Say] = {
    "user_prompt": lambda: t("第一句", "First message"),
    "user_followups": lambda: t("后续话题", "Follow-ups"),
    "ai_role": lambda: t("助手的角色", "Role of the AI"),
}
