"""The Make page: dialogues that were made, those being made, and the form for new ones."""

import asyncio
import functools
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget

from zishu_app.core.texts import t
from zishu_app.ledger.overview import RunRow, list_runs, unfinished
from zishu_app.ledger.runs import talks_of, turns_of
from zishu_app.ui.errors import Told
from zishu_app.ui.follow import say
from zishu_app.ui.outside import open_folder
from zishu_app.ui.tabs.make.form import MakeForm
from zishu_app.ui.tabs.make.maker import KIND, Maker
from zishu_app.ui.tabs.make.run_state import Opened, RunState
from zishu_app.ui.tabs.make.told import run_title
from zishu_app.ui.theme.tokens import GAP, NEAR, ROOM
from zishu_app.ui.told import RUN_TONES, money, run_word, when
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import column
from zishu_app.ui.widgets.labels import label
from zishu_app.ui.widgets.rows import Row, RowList
from zishu_app.ui.widgets.search import Search
from zishu_app.ui.workbench import Workbench

if TYPE_CHECKING:
    from zishu_app.ui.tabs.make.run_view import RunView

#: milliseconds between two looks at what has come in
BEAT = 100


class MakePage(QWidget):
    """Left the runs, right the form or one of them."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self._bench = bench
        self._searched = ""
        self._shown = ""
        self._maker = Maker(self, bench)
        self._list = RowList(self._open)
        self._nothing = label("small", wrap=True)
        self._form = MakeForm(bench, self._maker.begin)
        self._build()
        bench.news.runs_changed.connect(self._draw_list)
        self._beat = QTimer(self)
        self._beat.setInterval(BEAT)
        self._beat.timeout.connect(self._redraw)
        self._maker.begun.connect(self._begun)
        self._maker.ended.connect(self._ended)
        say(self, self._speak)
        QTimer.singleShot(0, self, self._offer_unfinished)

    @functools.cached_property
    def _view(self) -> "RunView":
        """Built when the first run is opened: whoever only fills in the form does not wait for it."""
        from zishu_app.ui.tabs.make.run_view import RunView

        acts = {
            "stop": self._maker.stop,
            "resume": lambda: self._maker.resume(self._shown, self._view.limits()),
            "folder": self._open_folder,
            "distil": lambda: self._bench.go("distill", self._view.files()),
            "again": lambda: self.receive(self._maker.row_of(self._shown).recipe),
        }
        made = RunView(self._bench, acts, self._maker.wish)
        self._stack.addWidget(made)
        return made

    def _redraw(self) -> None:
        if "_view" in self.__dict__:
            self._view.draw()

    def _build(self) -> None:
        new = button(lambda: t("新的对话", "New dialogues"), self._new, icon="add")
        search = Search(lambda: t("搜索运行", "Search runs"), self._search)
        left = QWidget()
        inside = column(new, search, gap=NEAR)
        inside.setContentsMargins(ROOM, ROOM, 0, GAP)
        inside.addWidget(self._nothing)
        inside.addWidget(self._list, 1)
        left.setLayout(inside)
        left.setMinimumWidth(190)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._form)
        splitter = QSplitter()
        splitter.setHandleWidth(NEAR)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(left)
        splitter.addWidget(self._stack)
        splitter.setStretchFactor(1, 1)
        self._bench.remembered.keep_splitter("make.page", splitter, [210, 780])
        whole = column(gap=0)
        whole.addWidget(splitter, 1)
        self.setLayout(whole)
        for keys, act in (("Ctrl+N", self._new), ("Ctrl+F", search.setFocus)):
            QShortcut(QKeySequence(keys), self).activated.connect(act)
        new.setShortcut(QKeySequence())
        say(new, lambda: new.setToolTip(t("新的对话（Ctrl+N）", "New dialogues (Ctrl+N)")))

    def receive(self, what: Any) -> None:
        """A run's id: open it. A recipe: fill the form with it."""
        if isinstance(what, str):
            self._open(what)
        elif isinstance(what, Mapping):
            self._form.take(what)
            self._new()

    def _open(self, run_id: str) -> None:
        if self._maker.live is not None and self._maker.live.run.id == run_id:
            self._view.open(self._maker.live)
        else:
            run, talks = self._maker.row_of(run_id), talks_of(self._bench.house.store, run_id)
            state = RunState(talks, distil=bool(run.recipe.get("distil")))
            self._view.open(Opened(run, state))
            self._bench.tasks.start(self, self._read(state), replaces="read")
        self._shown = run_id
        self._stack.setCurrentWidget(self._view)
        self._list.choose(run_id)

    async def _read(self, state: RunState) -> None:
        """What was said in a run that is opened, one dialogue after another, so that nothing waits for it."""
        for one in state.dialogues.values():
            turns = await asyncio.to_thread(turns_of, self._bench.house.store, one.talk_id)
            if not one.loaded:
                state.read_turns(one.number, turns)
        self._redraw()

    def _begun(self, run_id: str) -> None:
        self._open(run_id)
        self._beat.start()

    def _ended(self, _run_id: str) -> None:
        self._beat.stop()
        self._redraw()

    def stop_softly(self) -> "asyncio.Task[None] | None":
        """See `Window.closeEvent`."""
        return self._maker.stop_softly()

    def _new(self) -> None:
        self._shown = ""
        self._list.choose(None)
        self._stack.setCurrentWidget(self._form)

    def _open_folder(self) -> None:
        open_folder(Path(self._maker.row_of(self._shown).recipe["conversation_dir"]))

    def _search(self, words: str) -> None:
        self._searched = words
        self._draw_list()

    def _draw_list(self) -> None:
        runs = list_runs(self._bench.house.store, KIND, self._searched)
        self._list.show_rows([run_row(run) for run in runs], keep=self._shown or None)
        nothing = t("做过的对话会列在这里。", "What was made is listed here.")
        self._nothing.setText(t("没有找到。", "Nothing was found.") if self._searched else nothing)
        self._nothing.setVisible(not runs)

    def _speak(self) -> None:
        self._draw_list()
        self._redraw()

    def _offer_unfinished(self) -> None:
        """What a crash or a power cut left behind is offered once, at the start."""
        left = [
            run
            for run in unfinished(self._bench.house.store)
            if run.kind == KIND and run.state == "interrupted"
        ]
        if not left:
            return
        self._open(left[0].id)
        self._bench.tell(
            Told(
                "warn",
                t("上次的运行被中断了。", "The last run was interrupted."),
                t("已经说过的都在；点“继续”接着做。", "Everything said is there; Go on continues it."),
            )
        )


def run_row(run: RunRow) -> Row:
    """A run as the list shows it."""
    paid = f" · {money(run.micros, run.currency)}" if run.micros else ""
    # all is written and something is left: it is the distilling
    lacking = run.state in ("stopped", "interrupted") and run.done == run.talks and run.recipe.get("distil")
    word = t("未蒸馏完", "not distilled") if lacking else run_word(run.state)
    return Row(
        run.id,
        run_title(run),
        when(run.created) + paid,
        state=f"{word} {run.done}/{run.talks}",
        tone=RUN_TONES[run.state],
        hint="\n".join([run.id, f"{run.tokens:,} tokens", *run.scenarios]),
    )
