"""A run on the Make page: its gauges, its dialogues, the one that is watched, and what can be done with it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget

from zishu_app.core.texts import duration, t
from zishu_app.ledger.budget import Amount, Caps
from zishu_app.ledger.overview import RunRow, find_run
from zishu_app.ledger.runs import turns_of
from zishu_app.ledger.store import Store
from zishu_app.ui.tabs.make.asked import Asked
from zishu_app.ui.tabs.make.dialogue_view import DialogueView
from zishu_app.ui.tabs.make.run_state import Dialogue, Opened
from zishu_app.ui.tabs.make.told import STATE_TONES, run_title, state_word
from zishu_app.ui.theme.tokens import GAP, NEAR, ROOM
from zishu_app.ui.told import RUN_TONES, limits_reached, money, run_word
from zishu_app.ui.widgets.buttons import Do, Segments, button
from zishu_app.ui.widgets.cards import card, column, row
from zishu_app.ui.widgets.elided import Elided
from zishu_app.ui.widgets.gauge import Gauge
from zishu_app.ui.widgets.halt import Halt, Stand
from zishu_app.ui.widgets.labels import label, set_kind
from zishu_app.ui.widgets.rows import Row, RowList
from zishu_app.ui.widgets.search import Search
from zishu_app.ui.workbench import Workbench

#: user messages below which a share says nothing, and is told as a count
FEW = 10


class RunView(QWidget):
    """Draws an `Opened` run. `acts`: stop, resume, folder, distil, again, delete; `ask`: by hand, number and wish."""

    def __init__(self, bench: Workbench, acts: Mapping[str, Do], ask: Callable[[int, str], object]) -> None:
        super().__init__()
        self._bench = bench
        self._opened: Opened | None = None
        self._told: RunRow | None = None
        self._watched = -1
        self._searched = ""
        self._title, self._chip = Elided("title"), label("chip")
        self._list = RowList(self._watch)
        self._dialogue = DialogueView(ask)
        self._asked = Asked()
        self._halt = Halt(acts["resume"])
        self._parts = Segments(
            {
                "dialogues": lambda: t("对话", "Dialogues"),
                "asked": lambda: t("要求与花费", "Asked and paid"),
            },
            self._show_part,
        )
        self._gauges = self._made_gauges()
        self._build(acts)

    def _made_gauges(self) -> dict[str, Gauge]:
        return {
            "rounds": Gauge(lambda: t("轮", "Rounds"), bar=True),
            "noise": Gauge(lambda: t("噪声", "Noise"), bar=True),
            "tokens": Gauge(lambda: "Tokens"),
            "money": Gauge(lambda: t("费用", "Money")),
            "left": Gauge(lambda: t("剩余时间", "Time left")),
            "took": Gauge(lambda: t("用时", "Took")),
        }

    def _build(self, acts: Mapping[str, Do]) -> None:
        self._stop = button(lambda: t("停下", "Stop"), acts["stop"], icon="stop")
        self._resume = button(lambda: t("继续", "Go on"), acts["resume"], icon="continue", kind="primary")
        folder = button(lambda: t("文件夹", "Folder"), acts["folder"], icon="folder", kind="quiet")
        self._distil = button(lambda: t("去蒸馏", "Distil"), acts["distil"], icon="distill", kind="quiet")
        again = button(lambda: t("照样再做", "More like this"), acts["again"], icon="retry", kind="quiet")
        head = row(self._title, self._chip, None, again, self._distil, folder, self._stop, self._resume)
        gauges = row(gap=ROOM)
        for gauge in self._gauges.values():
            gauges.addWidget(gauge, 1)
        self._splitter = self._made_splitter()
        self._stack = QStackedWidget()
        self._stack.addWidget(self._splitter)
        self._stack.addWidget(self._asked)
        whole = column(head, self._halt, card(gauges, margin=GAP + 2), row(self._parts, None), gap=GAP)
        whole.setContentsMargins(ROOM, ROOM, ROOM, GAP)
        whole.addWidget(self._stack, 1)
        self.setLayout(whole)

    def _made_splitter(self) -> QSplitter:
        search = Search(lambda: t("找对话", "Find a dialogue"), self._search)
        left = QWidget()
        inside = column(search, gap=NEAR)
        inside.addWidget(self._list, 1)
        left.setLayout(inside)
        made = QSplitter()
        made.setHandleWidth(GAP)
        made.setChildrenCollapsible(False)
        made.addWidget(left)
        made.addWidget(self._dialogue)
        made.setStretchFactor(1, 1)
        left.setMinimumWidth(170)
        self._bench.remembered.keep_splitter("make.run", made, [250, 600])
        return made

    @property
    def store(self) -> Store:
        """The ledger."""
        return self._bench.house.store

    def open(self, opened: Opened) -> None:
        """Show this run."""
        self._opened = opened
        self._watched = min(opened.state.dialogues, default=-1)
        self._tell_asked(opened.run)
        self._halt.forget()
        self.draw()
        self._list.setFocus()

    def draw(self) -> None:
        """Draw what is new; cheap enough to be called ten times a second."""
        if self._opened is None:
            return
        self._draw_head(self._opened)
        self._draw_gauges(self._opened)
        shown = (_row(one, live=self._opened.live) for one in self._opened.state.dialogues.values())
        rows = [row for row in shown if _matches(row, self._searched)]
        self._list.show_rows(rows, keep=self._watched)
        self._draw_dialogue()
        if self._opened.run is not self._told:  # it is over, or was taken up again
            self._tell_asked(self._opened.run)

    def _tell_asked(self, run: RunRow) -> None:
        """What it paid and made up to now: the row tells how it stood when it was opened."""
        self._told = run
        self._asked.show_run(find_run(self.store, run.kind, run.id) or run, self.store)

    def _draw_head(self, opened: Opened) -> None:
        run = opened.run
        self._title.setText(run_title(run))
        word = (
            t("正在停下", "stopping")
            if opened.stopping
            else run_word("running" if opened.live else run.state)
        )
        self._chip.setText(word)
        set_kind(self._chip, "chip", tone="violet" if opened.live else RUN_TONES[run.state])
        self._stop.setVisible(opened.live)
        self._stop.setEnabled(not opened.stopping)
        stand = None if opened.live else _stand(opened.run)
        self._halt.show_stand(stand)
        halted = not opened.live and run.state in ("stopped", "failed", "interrupted")
        self._resume.setVisible(halted and stand is None)
        self._distil.setEnabled(any(one.path for one in opened.state.dialogues.values()))

    def _draw_gauges(self, opened: Opened) -> None:
        done, total = opened.state.rounds
        self._gauges["rounds"].show_figure(f"{done:,} / {total:,}", "", done / total if total else 0.0)
        mistaken, typed, target = opened.state.noise
        share = mistaken / typed if typed else 0.0
        meant = t(f"目标 {target:.0%}", f"meant {target:.0%}")
        noise = f"{share:.0%}" if typed >= FEW else f"{mistaken} / {typed}"
        self._gauges["noise"].show_figure(noise, meant, share, target)
        spent = opened.spent() if opened.spent else Amount(opened.run.tokens, opened.run.micros)
        caps = opened.caps or Caps(opened.run.recipe.get("max_total_tokens"))
        limit = t(f"上限 {caps.tokens:,}", f"at most {caps.tokens:,}") if caps.tokens else ""
        self._gauges["tokens"].show_figure(f"{spent.tokens:,}", limit)
        currency = caps.currency or opened.run.currency
        most = t(f"上限 {caps.micros / 1e6:g}", f"at most {caps.micros / 1e6:g}") if caps.micros else ""
        self._gauges["money"].show_figure(money(spent.micros, currency) if spent.tokens else "–", most)
        left = opened.state.seconds_left if opened.live else None
        self._gauges["left"].show_figure(duration(left) if left is not None else "–")
        self._gauges["left"].setVisible(opened.live)
        self._gauges["took"].show_figure(_taken(opened.run))
        self._gauges["took"].setVisible(not opened.live)

    def _draw_dialogue(self) -> None:
        opened = self._opened
        if opened is None or self._watched not in opened.state.dialogues:
            return
        one = opened.state.dialogues[self._watched]
        if not one.loaded:
            # what was said before this window looked; a few hundred rows at most
            opened.state.read_turns(one.number, turns_of(self.store, one.talk_id))
        self._dialogue.show_dialogue(one, live=opened.live, stopping=opened.stopping)

    def _watch(self, number: int) -> None:
        self._watched = number
        self._draw_dialogue()

    def _search(self, words: str) -> None:
        self._searched = words.casefold()
        self.draw()

    def _show_part(self, key: str) -> None:
        if key == "asked" and self._opened is not None:
            self._tell_asked(self._opened.run)
        self._stack.setCurrentIndex(1 if key == "asked" else 0)

    def limits(self) -> dict[str, int | float | None]:
        """What was asked for going on: limits that count from now on."""
        return self._halt.limits()

    def files(self) -> list[Path]:
        """The dialogues of the run that are written."""
        if self._opened is None:
            return []
        return [one.path for one in self._opened.state.dialogues.values() if one.path]


def _taken(run: RunRow) -> str:
    """How long a run was worked on, from its first start to its last end."""
    if run.ended is None:
        return "–"
    return duration((datetime.fromisoformat(run.ended) - datetime.fromisoformat(run.created)).total_seconds())


def _stand(run: RunRow) -> Stand | None:
    """A run that a limit may have stopped: going on is offered with another one."""
    tokens, most = limits_reached(run)
    if tokens is None and most is None:
        return None
    why = t(f"已停下：{run.reason}", f"Stopped: {run.reason}")
    return Stand(run.id, why, tokens, most, Amount(run.tokens, run.micros))


def _matches(row: Row, searched: str) -> bool:
    said = f"{row.title} {row.state}".casefold()
    return all(word in said for word in searched.split())


def _row(one: Dialogue, *, live: bool) -> Row:
    under = (
        one.reason
        if one.state in ("failed", "retrying")
        else t(f"第 {one.done} 轮，共 {one.rounds}", f"round {one.done} of {one.rounds}")
    )
    return Row(
        one.number,
        f"{one.number + 1}. {one.scenario}",
        under,
        state=state_word(one.state, one.done, live=live),
        tone=STATE_TONES[one.state],
        progress=1.0 if one.over else one.done / max(one.rounds, 1),
        hint=one.reason,
    )
