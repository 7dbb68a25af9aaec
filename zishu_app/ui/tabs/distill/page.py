"""The Distil page: distillations that were made, the one that goes on, and the form for a new one."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget

from zishu_app.core.texts import t
from zishu_app.house import House
from zishu_app.ledger.budget import Amount, Caps
from zishu_app.ledger.overview import RunRow, unfinished
from zishu_app.ui.tabs.distill.distiller import KIND, Distiller, Opened
from zishu_app.ui.tabs.distill.new import NewForm
from zishu_app.ui.tabs.distill.result_pane import ResultPane
from zishu_app.ui.tabs.distill.run_pane import RunPane
from zishu_app.ui.tabs.distill.run_state import RunState
from zishu_app.ui.tabs.distill.shelf import Shelf
from zishu_app.ui.theme.tokens import NEAR
from zishu_app.ui.widgets.cards import column
from zishu_app.ui.widgets.veil import Veil
from zishu_app.ui.workbench import Workbench

#: milliseconds between two looks at what has come in
BEAT = 100
#: a page narrower than this gives all its room to what is being read
SPARE = 900


class DistillPage(QWidget):
    """Left the runs; right the form, one of them, or a result that was opened."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self._bench = bench
        self._shown = ""
        self.distiller = Distiller(self, bench)
        self.form = NewForm(bench, self.distiller.begin)
        self.run = RunPane(bench, self.distiller, lambda _: self._make_room())
        self.result = ResultPane(bench, self._result_shown, self.new)
        self.shelf = Shelf(bench, self.distiller, self.new, self.open, self.result.ask)
        self._build()
        self._veil = Veil(self, lambda: t("松手添加", "Let go to add"), self.take)
        self._beat = QTimer(self)
        self._beat.setInterval(BEAT)
        self._beat.timeout.connect(self._draw)
        self.distiller.begun.connect(self._begun)
        self.distiller.ended.connect(self._ended)
        self.distiller.changed.connect(self._draw)
        self.new()
        QTimer.singleShot(0, self, lambda: bench.tasks.start(self, self._offer_interrupted()))

    def _build(self) -> None:
        self._stack = QStackedWidget()
        for one in (self.form, self.run, self.result):
            self._stack.addWidget(one)
        splitter = QSplitter()
        splitter.setHandleWidth(NEAR)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.shelf)
        splitter.addWidget(self._stack)
        splitter.setStretchFactor(1, 1)
        self._bench.remembered.keep_splitter("distill.page", splitter, [210, 780])
        whole = column(gap=0)
        whole.addWidget(splitter, 1)
        self.setLayout(whole)

    async def _offer_interrupted(self) -> None:
        """What a crash or a power cut left behind is offered once, where nothing else was asked for."""
        left = await asyncio.to_thread(unfinished, self._bench.house.store)
        broken = next((run for run in left if run.kind == KIND and run.state == "interrupted"), None)
        if broken is not None and self.form.idle and self._stack.currentWidget() is self.form:
            self.open(broken.id)

    def receive(self, what: Any) -> None:
        """Paths: distil these. A run's id: open it."""
        if isinstance(what, str):
            self.open(what)
        elif isinstance(what, Sequence):
            self.take([Path(one) for one in what])

    def stop_softly(self) -> "asyncio.Task[None] | None":
        """See `Window.closeEvent`."""
        return self.distiller.stop_softly()

    def take(self, paths: Sequence[Path]) -> None:
        """Files and folders that were dropped or sent here: a result alone is opened, all else is to be distilled."""
        if len(paths) == 1 and is_result(paths[0]):
            self.result.open(paths[0])
        elif paths:
            self.new()
            self.form.add(paths)

    def new(self) -> None:
        """The form."""
        self._shown = ""
        self.shelf.list.choose(None)
        self._show(self.form)

    def open(self, run_id: str) -> None:
        """A run."""
        self._bench.tasks.start(self, self._open(run_id), replaces="open")

    async def _open(self, run_id: str) -> None:
        live = self.distiller.live
        if live is not None and live.row.id == run_id:
            opened = live
        else:
            row = await asyncio.to_thread(self.distiller.row_of, run_id)
            if row is None:
                return
            opened = await past(self._bench.house, row)
        self._shown = run_id
        self.shelf.list.choose(run_id)
        self._show(self.run)
        self.run.open(opened)

    def _result_shown(self) -> None:
        self._shown = ""
        self.shelf.list.choose(None)
        self._show(self.result)

    def _show(self, one: QWidget) -> None:
        self._stack.setCurrentWidget(one)
        self.shelf.emphasise(one is not self.form)
        self._make_room()

    def _make_room(self) -> None:
        reads = self._stack.currentWidget() is self.result or (
            self._stack.currentWidget() is self.run and self.run.reads
        )
        self.shelf.setVisible(not reads or self.width() >= SPARE)

    def _begun(self, run_id: str) -> None:
        self.form.started()
        self._beat.start()
        self.open(run_id)

    def _ended(self, run_id: str) -> None:
        self._beat.stop()
        self._draw()
        if self._shown == run_id and self.run.opened is not None:
            self.run.draw(anew=not self.run.reads)

    def _draw(self) -> None:
        self.form.bar.set_busy(self.distiller.busy)
        self.run.draw()
        self.shelf.draw()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """See QWidget."""
        super().resizeEvent(event)
        self._make_room()


async def past(house: House, row: RunRow) -> Opened:
    """A run that is over, as its files tell it. One that is done keeps what was made anew in its place since; of
    one that was stopped, a result counts that it would not make again.
    """
    from zishu_app.ui.tabs.distill.past import maker_of, past_lines

    maker = None if row.state == "done" else await maker_of(house, row.recipe)
    lines = await asyncio.to_thread(past_lines, row.recipe, maker)
    spent, caps = Amount(row.tokens, row.micros), Caps(row.recipe.get("max_total_tokens"))
    cost = row.recipe.get("max_cost")
    if cost:
        caps = Caps(caps.tokens, round(cost * 1_000_000), row.currency)
    return Opened(row, RunState(lines), lambda: spent, caps)


def is_result(path: Path) -> bool:
    """Whether a file is named as results are."""
    return path.is_file() and path.name.startswith("distilled_") and path.suffix == ".json"
