"""The right side of the page: the form (or how the training pack comes), a training, several compared, items of exams."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QStackedWidget, QWidget

from zishu_app.brains.pack_events import Pack
from zishu_app.ui.tabs.training.compare import Compare
from zishu_app.ui.tabs.training.new import NewForm
from zishu_app.ui.tabs.training.pack_page import PackPage
from zishu_app.ui.tabs.training.run_pane import RunPane
from zishu_app.ui.workbench import Workbench

if TYPE_CHECKING:
    from zishu_app.ui.tabs.training.exam_editor import ExamEditor


class Stage(QStackedWidget):
    """`turned` hears whether a new training can be asked for in what is in front. `pack`: where the training pack lies."""

    def __init__(
        self, bench: Workbench, form: NewForm, run: RunPane, pack: Path, turned: Callable[[bool], object]
    ) -> None:
        super().__init__()
        self._bench, self._turned = bench, turned
        #: whether the pack is there; None: nobody has looked yet
        self._has_pack: bool | None = None
        self.form, self.run = form, run
        self.pack = PackPage(bench, self._pack_is, pack)
        self.compare = Compare(bench)
        self.items: ExamEditor | None = None
        for one in (self.form, self.pack, self.run, self.compare):
            self.addWidget(one)

    def show_new(self) -> None:
        """The form; without the training pack, how that comes."""
        self._show(self.pack if self._has_pack is False else self.form)

    def show_run(self) -> None:
        """A training."""
        self._show(self.run)

    def show_compare(self) -> None:
        """Several of them."""
        self._show(self.compare)

    def show_items(self) -> None:
        """What exams ask."""
        from zishu_app.ui.tabs.training.exam_editor import ExamEditor

        if self.items is None:
            self.items = ExamEditor(self._bench)
            self.addWidget(self.items)
        self.items.open()
        self._show(self.items)

    def look_for_pack(self) -> None:
        """It may have come or gone."""
        if not self.pack.panel.is_going:
            self.pack.panel.renew()

    def _pack_is(self, pack: Pack | None) -> None:
        self._has_pack = pack is not None
        if self.currentWidget() in (self.form, self.pack):
            self.show_new()

    def _show(self, one: QWidget) -> None:
        self.setCurrentWidget(one)
        self._turned(one in (self.form, self.pack))
