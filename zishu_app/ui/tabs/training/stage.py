"""The right side of the page: the form (or how the training pack comes), a training, several compared, items of exams."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QWidget

from zishu_app.brains.pack_events import Pack
from zishu_app.core.texts import t
from zishu_app.ui.tabs.training.compare import Compare
from zishu_app.ui.tabs.training.new import NewForm
from zishu_app.ui.tabs.training.pack_page import PackPage
from zishu_app.ui.tabs.training.run_pane import RunPane
from zishu_app.ui.theme.tokens import GAP, ROOM
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import column, row
from zishu_app.ui.widgets.labels import label
from zishu_app.ui.workbench import Workbench

if TYPE_CHECKING:
    from zishu_app.ui.tabs.training.exam_editor import ExamEditor


class Stage(QStackedWidget):
    """`turned` hears what is in front: "new", "run", "compare" or "items". `pack`: where the training pack lies."""

    def __init__(
        self, bench: Workbench, form: NewForm, run: RunPane, pack: Path, turned: Callable[[str], object]
    ) -> None:
        super().__init__()
        self._bench, self._turned = bench, turned
        #: whether the pack is there; None: nobody has looked yet
        self._has_pack: bool | None = None
        self.form, self.run = form, run
        self.pack = PackPage(bench, self._pack_is, pack)
        self.compare = Compare(bench)
        self.items: ExamEditor | None = None
        self._desk = QWidget()
        for one in (self.form, self.pack, self.run, self.compare):
            self.addWidget(one)

    def show_new(self) -> None:
        """The form; without the training pack, how that comes."""
        self._show(self.pack if self._has_pack is False else self.form, "new")

    def show_run(self) -> None:
        """A training."""
        self._show(self.run, "run")

    def show_compare(self) -> None:
        """Several of them."""
        self._show(self.compare, "compare")

    def show_items(self, back: Callable[[], object]) -> None:
        """What exams ask; `back`: to what was in front before."""
        from zishu_app.ui.tabs.training.exam_editor import ExamEditor

        if self.items is None:
            self.items = ExamEditor(self._bench)
            self._lay_desk(self.items, back)
        self.items.open()
        self._show(self._desk, "items")

    def _lay_desk(self, items: QWidget, back: Callable[[], object]) -> None:
        leave = button(lambda: t("回到训练", "Back to the training"), back, icon="chevron-left", kind="quiet")
        title = label("title", lambda: t("考试的题目", "What exams ask"))
        whole = column(row(leave, title, None, gap=GAP), gap=GAP)
        whole.addWidget(items, 1)
        whole.setContentsMargins(ROOM, ROOM, ROOM, ROOM)
        self._desk.setLayout(whole)
        # it has the page for itself: what it needs must not make the list narrower ever after
        self._desk.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.addWidget(self._desk)

    def look_for_pack(self) -> None:
        """It may have come or gone."""
        if not self.pack.panel.is_going:
            self.pack.panel.renew()

    def _pack_is(self, pack: Pack | None) -> None:
        self._has_pack = pack is not None
        if self.currentWidget() in (self.form, self.pack):
            self.show_new()

    def _show(self, one: QWidget, name: str) -> None:
        self.setCurrentWidget(one)
        self._turned(name)
