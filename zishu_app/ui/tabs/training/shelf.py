"""The list of trainings, the way to a new one, and to several of them in one chart."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from zishu_app.brains.bases_titles import base_title
from zishu_app.core.texts import t
from zishu_app.studio.removed import removed_runs
from zishu_app.studio.training import all_runs
from zishu_app.training.runs import TrainingRun
from zishu_app.ui.follow import say, wear
from zishu_app.ui.removed import RemovedFold
from zishu_app.ui.removed import Ways as RemovedWays
from zishu_app.ui.tabs.training.removing import Removing
from zishu_app.ui.tabs.training.trainer import Trainer
from zishu_app.ui.tabs.training.words import TONES, size_word, state_word, title_of
from zishu_app.ui.theme import look
from zishu_app.ui.theme.icons import draw_icon
from zishu_app.ui.theme.tokens import GAP, NEAR, ROOM
from zishu_app.ui.told import when
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import column
from zishu_app.ui.widgets.labels import label, set_kind
from zishu_app.ui.widgets.rows import Row, RowList
from zishu_app.ui.widgets.search import Search
from zishu_app.ui.workbench import Workbench

#: fewer than so many are not compared
FEW = 2


@dataclass(frozen=True)
class Ways:
    """Where the list leads: to the form, to a training by its id, to the chart of several. `removing` is for Delete, and for
    what was removed.
    """

    new: Callable[[], object]
    opened: Callable[[str], object]
    compare: Callable[[], object]
    removing: Removing


class Shelf(QWidget):
    """`runs`: all of them, as they were found last. `hidden`: the id of one that belongs to the form still."""

    looked = Signal()

    def __init__(self, bench: Workbench, trainer: Trainer, ways: Ways) -> None:
        super().__init__()
        self._bench, self._trainer, self._ways = bench, trainer, ways
        self.runs: list[TrainingRun] = []
        self.hidden = ""
        self._searched, self._emphasis = "", False
        self.list = RowList(ways.opened)
        say(self.list, lambda: self.list.setAccessibleName(t("训练记录", "Trainings")))
        self._build()
        for keys, act in (("Ctrl+N", ways.new), ("Ctrl+F", self.search.setFocus)):
            QShortcut(QKeySequence(keys), self).activated.connect(act)
        QShortcut(QKeySequence("Delete"), self.list).activated.connect(self._remove)
        trainer.changed.connect(self.renew)
        say(self, self.draw)
        wear(self, self._mark)

    def _build(self) -> None:
        self.new = button(
            lambda: t("新的训练", "New training"),
            self._ways.new,
            hint=lambda: t("新的训练（Ctrl+N）", "New training (Ctrl+N)"),
        )
        self.search = Search(lambda: t("搜索", "Search"), self._search)
        self._nothing = label("small", wrap=True)
        removing = self._ways.removing
        self.removed = RemovedFold(RemovedWays(removing.bring_back, removing.drop))
        self.compare = button(
            lambda: t("比较几次训练", "Compare trainings"), self._ways.compare, icon="compare", kind="quiet"
        )
        inside = column(self.new, self.search, gap=NEAR)
        inside.setContentsMargins(ROOM, ROOM, 0, GAP)
        inside.addWidget(self._nothing)
        inside.addWidget(self.list, 1)
        inside.addWidget(self.removed)
        inside.addWidget(self.compare)
        self.setLayout(inside)
        self.setMinimumWidth(190)

    def renew(self) -> None:
        """Look again what there is."""
        self._bench.tasks.start(self, self.look(), replaces="look")

    async def look(self) -> None:
        """The same, to be waited for."""
        house = self._bench.house
        self.runs, removed = await all_runs(house), await removed_runs(house)
        self.draw()
        self.removed.show_removed(removed, house.clock.now())
        self.looked.emit()

    def run_of(self, run_id: str) -> TrainingRun | None:
        """One of them."""
        return next((run for run in self.runs if run.id == run_id), None)

    def emphasise(self, new: bool) -> None:
        """Whether the way to a new one is the first thing to do here: not while the form is open."""
        set_kind(self.new, "primary" if new else "")
        self._emphasis = new
        self._mark()

    def _mark(self) -> None:
        worn = look.now()
        draw_icon(self.new, "add", (worn.on_violet if self._emphasis else worn.soft, worn.faint))

    def draw(self) -> None:
        """Show how they stand now."""
        words = self._searched.casefold().split()
        there = [run for run in self.runs if run.id != self.hidden]
        rows = [self._row(run) for run in there if all(word in _said(run) for word in words)]
        self.list.show_rows(rows)
        self.compare.setVisible(len(there) >= FEW)
        self._nothing.setVisible(not rows)
        self._nothing.setText(
            t("没有找到。", "Nothing was found.")
            if there
            else t("训练过的会列在这里。", "Trainings are listed here.")
        )

    def _search(self, words: str) -> None:
        self._searched = words
        self.draw()

    def _remove(self) -> None:
        key = self.list.current_key()
        if key is not None:
            self._ways.removing.remove(key)

    def _row(self, run: TrainingRun) -> Row:
        live = self._trainer.live
        mine = live if live is not None and live.run.id == run.id else None
        state = "running" if mine else run.state
        word = t("存档中", "saving") if mine and mine.pausing else state_word(state)
        return Row(
            run.id,
            title_of(run),
            # the whole first line is its name's: names of versions are long, and the list is narrow
            f"{size_word(run.recipe.size)} · {when(run.created)}",
            state=word,
            tone=TONES[state],
            progress=mine.state.share if mine else None,
            hint="\n".join(part for part in (run.id, base_title(run.base), run.note, run.why) if part),
        )


def _said(run: TrainingRun) -> str:
    """Where a search looks."""
    words = (
        run.id,
        run.dataset,
        run.base,
        base_title(run.base),
        size_word(run.recipe.size),
        state_word(run.state),
        run.note,
    )
    return "\n".join(words).casefold()
