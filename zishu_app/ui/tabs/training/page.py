"""The Train page: trainings that were done, the one that goes on, and the form for a new one."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QSplitter, QWidget

from zishu_app.core.paths import TRAINING_PACK
from zishu_app.training.runs import TrainingRun
from zishu_app.ui.tabs.training.looking import Heard
from zishu_app.ui.tabs.training.new import NewForm
from zishu_app.ui.tabs.training.removing import Hands, Removing
from zishu_app.ui.tabs.training.run_pane import Deeds, RunPane
from zishu_app.ui.tabs.training.shelf import Shelf, Ways
from zishu_app.ui.tabs.training.stage import Stage
from zishu_app.ui.tabs.training.trainer import Trainer
from zishu_app.ui.tabs.training.xraying import Xraying
from zishu_app.ui.theme.tokens import NEAR
from zishu_app.ui.widgets.cards import column
from zishu_app.ui.widgets.toast import Toast
from zishu_app.ui.workbench import Workbench

#: milliseconds between two looks at what has come in
BEAT = 100


class TrainingPage(QWidget):
    """Left the trainings; right what `stage` shows. `pack`: where the training pack lies."""

    def __init__(self, bench: Workbench, pack: Path = TRAINING_PACK) -> None:
        super().__init__()
        self._bench = bench
        self._shown = ""
        self.trainer = Trainer(self, bench)
        self.toast = Toast(self)
        self.removing = Removing(self, self.trainer, bench, Hands(self.toast, self._removed))
        self.form = NewForm(
            bench,
            Heard(
                lambda ready: self.trainer.go_on(ready.run),
                self._prepared,
                lambda ready: self.xray.open(ready),
            ),
        )
        deeds = Deeds(self.removing.remove, self._again, self._items, self.toast.offer)
        self.run = RunPane(bench, self.trainer, deeds)
        ways = Ways(self.new, self.open, self._compare, self.removing)
        self.shelf = Shelf(bench, self.trainer, ways)
        self.stage = Stage(bench, self.form, self.run, pack, self._front)
        self._build()
        self.xray = Xraying(self, bench)
        self._beat = QTimer(self)
        self._beat.setInterval(BEAT)
        self._beat.timeout.connect(self._draw)
        self.trainer.begun.connect(self._turned)
        self.trainer.ended.connect(self._turned)
        self.trainer.changed.connect(self._draw)
        self.new()
        QTimer.singleShot(0, self, lambda: bench.tasks.start(self, self._come()))

    def _build(self) -> None:
        splitter = QSplitter()
        splitter.setHandleWidth(NEAR)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.shelf)
        splitter.addWidget(self.stage)
        splitter.setStretchFactor(1, 1)
        self._bench.remembered.keep_splitter("training.page", splitter, [210, 780])
        whole = column(gap=0)
        whole.addWidget(splitter, 1)
        self.setLayout(whole)

    async def _come(self) -> None:
        """A training that goes on already is in front."""
        await self.shelf.look()
        self.trainer.watch_any(self.shelf.runs, quiet=False)
        self.shelf.looked.connect(lambda: self.trainer.watch_any(self.shelf.runs, quiet=True))

    def receive(self, what: Any) -> None:
        """A training's id: open it. Names and values: choices of the form, `dataset`, `base` or `brain`."""
        if isinstance(what, str):
            self.open(what)
        elif isinstance(what, Mapping):
            self.new()
            self.form.choose(**{str(name): str(value) for name, value in what.items()})

    def new(self) -> None:
        """The form; without the training pack, how that comes."""
        self._shown = ""
        self.shelf.list.choose(None)
        self.stage.show_new()

    def open(self, run_id: str) -> None:
        """A training."""
        self._bench.tasks.start(self, self._open(run_id), replaces="open")

    async def _open(self, run_id: str) -> None:
        opened = await self.trainer.opened(run_id)
        self._shown = opened.run.id
        self.shelf.list.choose(opened.run.id)
        self.stage.show_run()
        self.run.open(opened)

    def _compare(self) -> None:
        self._shown = ""
        self.shelf.list.choose(None)
        self.stage.show_compare()
        self.stage.compare.open(self.shelf.runs)

    def _items(self) -> None:
        """All the room is for them; what was in front comes back."""
        self.stage.show_items(lambda: self.open(self._shown) if self._shown else self.new())

    def _front(self, name: str) -> None:
        self.shelf.emphasise(name != "new")
        self.shelf.setVisible(name != "items")

    def _again(self, run: TrainingRun) -> None:
        """The same again: its choices in the form."""
        self.new()
        self.form.take_over(run)

    def _removed(self, run_id: str, back: bool) -> None:
        """A training was put aside, or brought back."""
        if not back and self._shown == run_id:
            self.new()
        self.shelf.renew()
        if back:
            self.open(run_id)

    # what goes on

    def _prepared(self, run_id: str) -> None:
        """A run that only the form knows of is not listed."""
        self.shelf.hidden = run_id
        self.shelf.renew()

    def _turned(self, run_id: str) -> None:
        """A training has begun, or come to an end."""
        if self.trainer.live is not None:
            self._beat.start()
        else:
            self._beat.stop()
        if self._shown == run_id or (self.trainer.live is not None and not self.trainer.quiet):
            self.open(run_id)

    def _draw(self) -> None:
        self.form.looking.bar.set_busy(self.trainer.busy)
        if self.isVisible():
            self.run.draw()
            self.shelf.draw()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Trainings are begun on the command line too; the pack may have come or gone."""
        super().showEvent(event)
        self.stage.look_for_pack()
        self.shelf.renew()
