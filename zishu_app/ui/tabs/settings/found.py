"""What a search, or the question what differs, brings out of all sections."""

from collections.abc import Callable

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from zishu_app.core.texts import t
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.settings.changes import Changes
from zishu_app.ui.tabs.settings.form import FieldCard
from zishu_app.ui.tabs.settings.sections import SECTIONS, Section, fields_of, holds, is_meant
from zishu_app.ui.theme.tokens import GAP, NEAR, ROOM
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import column, row, scrolled
from zishu_app.ui.widgets.labels import label
from zishu_app.ui.workbench import Workbench


class Found(QWidget):
    """All sections' settings in one column, of which those that are meant are shown."""

    def __init__(self, bench: Workbench, changes: Changes, open_section: Callable[[str], object]) -> None:
        super().__init__()
        self._bench, self._changes, self._open = bench, changes, open_section
        self._words, self._only = "", False
        self._groups: list[tuple[Section, QWidget, FieldCard | None]] = []
        self._head = label("title")
        self._none = label("soft", wrap=True)
        self._column: QVBoxLayout = column(gap=NEAR)
        whole = column(self._head, gap=GAP)
        whole.addWidget(scrolled(self._column), 1)
        self.setLayout(whole)
        say(self, self._speak)

    def show_for(self, words: str, *, only_differing: bool) -> None:
        """Show what is meant by `words`, or what differs from the shipped values, or both."""
        self._words, self._only = words, only_differing
        if not self._groups:
            self._build()
        found = 0
        for section, head, card in self._groups:
            names = [] if card is None else [one for one in fields_of(section) if self._is_wanted(one)]
            shown = card.show_only(names) if card is not None else 0
            meant = bool(words) and not only_differing and is_meant(section, words)
            head.setVisible(bool(shown) or meant)
            found += shown + meant
        self._none.setVisible(not found)
        self._speak()

    def _is_wanted(self, dotted: str) -> bool:
        return (not self._words or holds(dotted, self._words)) and (
            not self._only or self._changes.differs(dotted)
        )

    def _build(self) -> None:
        """Made when it is first needed: all fields at once take a moment."""
        self._column.setContentsMargins(0, 0, NEAR, 0)
        for section in SECTIONS:
            names = fields_of(section)
            card = FieldCard(self._bench, self._changes, names) if names else None
            head = self._heading(section)
            self._column.addWidget(head)
            if card is not None:
                self._column.addWidget(card)
            self._groups.append((section, head, card))
        self._column.addWidget(self._none)
        self._column.addStretch(1)

    def _heading(self, section: Section) -> QWidget:
        made = QWidget()
        title: QLabel = label("field", section.title)
        go = button(
            lambda: t("打开", "Open"), lambda: self._open(section.name), icon="arrow-right", kind="quiet"
        )
        say(go, lambda: go.setAccessibleName(t(f"打开{section.title()}", f"Open {section.title()}")))
        line = row(title, go, None)
        line.setContentsMargins(0, ROOM // 2, 0, 0)
        made.setLayout(line)
        return made

    def _speak(self) -> None:
        words = self._words
        self._head.setText(t("改过的设置", "What differs") if self._only else t("搜索结果", "Found"))
        if words:
            self._none.setText(
                t(f"没有找到“{words}”。换个词试试。", f"Nothing found for “{words}”. Try another word.")
            )
        else:
            self._none.setText(t("全部都是默认值。", "Everything is as shipped."))
