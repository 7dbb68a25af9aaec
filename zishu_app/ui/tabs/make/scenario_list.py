"""The scenarios of a language to choose from, with the one that is looked at shown under them."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QWidget

from zishu_app.core.texts import t
from zishu_app.dialogue.scenarios import Scenario
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.make.scenario_view import ScenarioView
from zishu_app.ui.tabs.make.shelf import Key, Shelf, rows_of
from zishu_app.ui.theme.tokens import NEAR
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import Part, column, row
from zishu_app.ui.widgets.checks import CheckList
from zishu_app.ui.widgets.labels import label, set_kind
from zishu_app.ui.widgets.search import Search
from zishu_app.ui.widgets.undo import UndoStrip

#: below this height there is no room for the scenario that is looked at; its tool tip says the most of it
ROOMY = 480


@dataclass(frozen=True)
class Acts:
    """What is done with scenarios."""

    #: the names chosen from now on
    choose: Callable[[set[str]], object]
    #: None: a new one
    edit: Callable[[Scenario | None], object]
    delete: Callable[[str], object]


class ScenarioList(QWidget):
    """`head`: what stands beside the title."""

    def __init__(self, acts: Acts, head: Part) -> None:
        super().__init__()
        self._acts, self._shelf = acts, Shelf("zh")
        self._chosen: set[str] = set()
        self._wanted = ""
        self.search = Search(lambda: t("搜索场景", "Search scenarios"), self._find)
        self._count = label("small")
        self.rows = CheckList(self._toggle, self._look, lambda _: self.edit())
        say(self, lambda: self.rows.setAccessibleName(t("场景", "Scenarios")))
        self._view = ScenarioView()
        self.undo = UndoStrip()
        self._build(head)
        say(self, self._draw)

    def _build(self, head: Part) -> None:
        every = button(lambda: t("全选", "All"), self._all, kind="quiet")
        none = button(lambda: t("全不选", "None"), self._none, kind="quiet")
        new = button(
            lambda: t("新建", "New"),
            lambda: self._acts.edit(None),
            icon="add",
            kind="quiet",
            hint=lambda: t("写一个自己的场景（Insert 键）", "Write a scenario of your own (Insert)"),
        )
        self._edit = button(
            lambda: t("编辑", "Edit"), self.edit, icon="edit", kind="quiet", hint=lambda: "F2"
        )
        self._delete = button(
            lambda: t("删除", "Delete"),
            self.delete,
            icon="trash",
            kind="quiet",
            hint=lambda: t("删除键", "Del"),
        )
        find = row(gap=NEAR // 2)
        find.addWidget(self.search, 1)
        find.addWidget(every)
        find.addWidget(none)
        layout = column(row(label("lead", lambda: t("场景", "Scenarios")), None, head), find, gap=NEAR)
        layout.addWidget(self.rows, 3)
        layout.addWidget(self._view, 2)
        layout.addWidget(self.undo)
        layout.addLayout(row(new, self._edit, self._delete, None, self._count, gap=2))
        self.setLayout(layout)
        for keys, act in (("Ins", lambda: self._acts.edit(None)), ("F2", self.edit), ("Del", self.delete)):
            where = self.rows if keys == "Del" else self
            QShortcut(QKeySequence(keys), where, act, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def show_shelf(self, shelf: Shelf, chosen: set[str], look_at: Key | None = None) -> None:
        """Show these scenarios."""
        self._shelf, self._chosen = shelf, chosen
        self._draw(look_at)

    def edit(self) -> None:
        """Write on the one that is looked at; a broken file is mended where it lies."""
        found = self._shelf.find(self.rows.current_key())
        if isinstance(found, Scenario):
            self._acts.edit(found)
        elif found is not None:
            self._view.open_file()

    def delete(self) -> None:
        """Throw the one that is looked at away, if it is the user's own."""
        key = self.rows.current_key()
        if isinstance(key, str) and self._shelf.file_of(key):
            self._acts.delete(key)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """The scenario that is looked at is shown where there is room for it."""
        super().resizeEvent(event)
        self._look(self.rows.current_key())

    def _find(self, text: str) -> None:
        self._wanted = text
        self._draw()

    def _draw(self, look_at: Key | None = None) -> None:
        self.rows.show_rows(rows_of(self._shelf, self._chosen, self._wanted), look_at)
        self._look(self.rows.current_key())
        chosen, whole = len(self._chosen), len(self._shelf.scenarios)
        nothing = not chosen and whole > 0
        set_kind(self._count, "fault" if nothing else "small")
        self._count.setText(
            t("至少选一个", "Choose at least one")
            if nothing
            else t(f"已选 {chosen} / {whole}", f"{chosen} of {whole} chosen")
        )

    def _look(self, key: Key | None) -> None:
        found = self._shelf.find(key)
        self._view.show_one(found if self.height() >= ROOMY else None)
        self._edit.setEnabled(found is not None)
        self._delete.setEnabled(isinstance(key, str) and self._shelf.file_of(key) is not None)

    def _toggle(self, key: Key) -> None:
        self._acts.choose(self._chosen ^ {str(key)})

    def _all(self) -> None:
        self._acts.choose(self._chosen | self._visible())

    def _none(self) -> None:
        self._acts.choose(self._chosen - self._visible())

    def _visible(self) -> set[str]:
        """All and none mean what the search has found."""
        return {str(one.key) for one in rows_of(self._shelf, (), self._wanted) if not one.broken}
