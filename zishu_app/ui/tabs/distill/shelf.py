"""The list of distillations, and the way to a new one."""

import asyncio
from collections.abc import Callable

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from zishu_app.core.texts import t
from zishu_app.ledger.overview import RunRow, list_runs
from zishu_app.ui.follow import say, wear
from zishu_app.ui.tabs.distill.distiller import KIND, Distiller
from zishu_app.ui.tabs.distill.words import recipe_title, talks_word
from zishu_app.ui.theme import look
from zishu_app.ui.theme.icons import draw_icon
from zishu_app.ui.theme.tokens import GAP, NEAR, ROOM
from zishu_app.ui.told import RUN_TONES, money, reason_word, run_word, when
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import column
from zishu_app.ui.widgets.labels import label, set_kind
from zishu_app.ui.widgets.rows import Row, RowList
from zishu_app.ui.widgets.search import Search
from zishu_app.ui.workbench import Workbench

#: runs listed
MOST = 500


class Shelf(QWidget):
    """`new` opens the form, `opened` a run by its id, `result` asks for a file."""

    def __init__(
        self,
        bench: Workbench,
        distiller: Distiller,
        new: Callable[[], object],
        opened: Callable[[str], object],
        result: Callable[[], object],
    ) -> None:
        super().__init__()
        self._bench, self._distiller = bench, distiller
        self._runs: list[RunRow] = []
        self._searched, self._emphasis = "", False
        self.list = RowList(opened)
        say(self.list, lambda: self.list.setAccessibleName(t("蒸馏记录", "Distillations")))
        self.new = button(
            lambda: t("新的蒸馏", "New distillation"),
            new,
            hint=lambda: t("新的蒸馏（Ctrl+N）", "New (Ctrl+N)"),
        )
        self.search = Search(lambda: t("搜索", "Search"), self._search)
        self._nothing = label("small", wrap=True)
        from_file = button(
            lambda: t("打开结果文件", "Open a result"), result, icon="folder-open", kind="quiet"
        )
        inside = column(self.new, self.search, gap=NEAR)
        inside.setContentsMargins(ROOM, ROOM, 0, GAP)
        inside.addWidget(self._nothing)
        inside.addWidget(self.list, 1)
        inside.addWidget(from_file)
        self.setLayout(inside)
        self.setMinimumWidth(190)
        for keys, act in (("Ctrl+N", new), ("Ctrl+F", self.search.setFocus), ("Ctrl+O", result)):
            QShortcut(QKeySequence(keys), self).activated.connect(act)
        bench.news.runs_changed.connect(self.renew)
        say(self, self.draw)
        wear(self, self._mark)
        self.renew()

    def renew(self) -> None:
        """Look again what there is."""
        self._bench.tasks.start(self, self._look(), replaces="look")

    async def _look(self) -> None:
        self._runs = await asyncio.to_thread(list_runs, self._bench.house.store, KIND, "", MOST)
        self.draw()

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
        rows = [self._row(run) for run in self._runs if all(word in _said(run) for word in words)]
        self.list.show_rows(rows)
        self._nothing.setVisible(not rows)
        self._nothing.setText(
            t("没有找到。", "Nothing was found.")
            if self._runs
            else t("在这一页蒸馏过的会列在这里。", "What you distil on this page is listed here.")
        )

    def _search(self, words: str) -> None:
        self._searched = words
        self.draw()

    def _row(self, run: RunRow) -> Row:
        live = self._distiller.live
        mine = live if live is not None and live.row.id == run.id else None
        tokens, micros = (mine.spent().tokens, mine.spent().micros) if mine else (run.tokens, run.micros)
        under = [talks_word(count)] if (count := int(run.recipe.get("talks") or 0)) else []
        under.append(f"{tokens:,} tokens")
        if micros:
            under.append(money(micros, run.currency))
        state = t("收尾中", "ending") if mine and mine.stopping else run_word(run.state)
        return Row(
            run.id,
            recipe_title(run.recipe),
            " · ".join(under),
            when(run.created),
            state,
            RUN_TONES.get(run.state, "plain"),
            mine.state.share if mine else None,
            hint=reason_word(run.reason),
        )


def _said(run: RunRow) -> str:
    """Where a search looks."""
    inputs = run.recipe.get("inputs") or [run.recipe.get("input", "")]
    return "\n".join([run.id, str(run.recipe.get("output", "")), *map(str, inputs), *run.models]).casefold()
