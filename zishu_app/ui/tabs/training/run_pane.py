"""One training: how far it is and what it measures, its curves, what she says meanwhile, and what can be done with it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QFrame, QStackedWidget, QWidget

from zishu_app.brains.bases_titles import base_title
from zishu_app.core.texts import t
from zishu_app.training.runs import TrainingRun, said_of
from zishu_app.ui.follow import say
from zishu_app.ui.outside import open_folder
from zishu_app.ui.tabs.training.about_run import AboutRun
from zishu_app.ui.tabs.training.after import AfterView
from zishu_app.ui.tabs.training.curves_view import CurvesView
from zishu_app.ui.tabs.training.figures import Figures
from zishu_app.ui.tabs.training.said_view import SaidView
from zishu_app.ui.tabs.training.trainer import Opened, Trainer
from zishu_app.ui.tabs.training.words import TONES, size_word, state_word, title_of
from zishu_app.ui.theme.tokens import GAP, NEAR, ROOM
from zishu_app.ui.told import when
from zishu_app.ui.widgets.buttons import Segments, button, icon_button
from zishu_app.ui.widgets.cards import boxed, column, row
from zishu_app.ui.widgets.elided import Elided
from zishu_app.ui.widgets.labels import Say, label, set_kind
from zishu_app.ui.widgets.toast import Offering
from zishu_app.ui.workbench import Workbench

#: the parts of a training, in the order of their tabs
PARTS: dict[str, Say] = {
    "curves": lambda: t("曲线", "Curves"),
    "said": lambda: t("她的回答", "What she says"),
    "about": lambda: t("记录", "Log"),
    "after": lambda: t("学完以后", "Afterwards"),
}


@dataclass(frozen=True)
class Deeds:
    """What can be done with a training: taken away, or its wishes taken over into the form. `items` opens what exams ask;
    `toast` tells what was done and how it is taken back.
    """

    remove: Callable[[str], object]
    again: Callable[[TrainingRun], object]
    items: Callable[[], object]
    toast: Offering


class RunPane(QWidget):
    """Shows what is `opened`."""

    def __init__(self, bench: Workbench, trainer: Trainer, deeds: Deeds) -> None:
        super().__init__()
        self._bench, self._trainer, self._deeds = bench, trainer, deeds
        self.opened: Opened | None = None
        self._said_at: object = None
        #: it was going on when it was drawn last
        self._learns = False
        self.figures, self.curves, self.said = Figures(), CurvesView(), SaidView()
        self.about = AboutRun()
        self.after = AfterView(self, bench, deeds.items, deeds.toast)
        made = (self.curves, self.said, self.about, self.after)
        self._parts: dict[str, QWidget] = dict(zip(PARTS, made, strict=True))
        self.tabs = Segments(dict(PARTS), self.show_part)
        self._build()
        say(self, self.draw)

    def _build(self) -> None:
        self._title, self._under, self._state = Elided("title"), label("small"), label("chip")
        self._title.setProperty("foreign", True)
        self.pause = button(lambda: t("暂停", "Pause"), self._trainer.pause, icon="pause")
        self.stop = button(
            lambda: t("停下并删除", "Stop and delete"),
            self._remove,
            icon="stop",
            kind="quiet",
            hint=lambda: t(
                "先存档再停下，然后删掉；删了可以撤销",
                "It comes to a checkpoint, stops, and is deleted; that can be undone",
            ),
        )
        self.go_on = button(self._go_word, self._go_on, icon="play", kind="primary")
        folder = icon_button("folder-open", lambda: t("打开文件夹", "Open the folder"), self._open_folder)
        again = icon_button("copy", lambda: t("照这样再练一次", "Another one like this"), self._again)
        self.remove = icon_button("trash", lambda: t("删除（Delete）", "Delete (Delete)"), self._remove)
        head = row(gap=NEAR)
        head.addLayout(column(self._title, row(self._state, self._under, None), gap=4), 1)
        for one in (self.stop, self.pause, self.go_on, again, folder, self.remove):
            head.addWidget(one)
        self._why = _Why()
        self._stack = QStackedWidget()
        for part in self._parts.values():
            self._stack.addWidget(part)
        whole = column(boxed(head), self._why, self.figures, row(self.tabs, None), gap=GAP)
        whole.addWidget(self._stack, 1)
        whole.setContentsMargins(ROOM, ROOM, ROOM, ROOM)
        self.setLayout(whole)

    def open(self, opened: Opened) -> None:
        """Show this training."""
        other = self.opened is None or self.opened.run.id != opened.run.id
        learnt = not other and self.opened is not None and self._learns and opened.run.state == "done"
        self.opened, self._said_at = opened, None
        self.curves.show_curves(opened.state.curves)
        if other:
            self.said.show_said([])
            self.after.words.show_said([])
        self.draw()
        if learnt:
            self.show_part("after")

    def show_part(self, name: str) -> None:
        """Bring one of its parts to the front."""
        self.tabs.choose(name)
        self._stack.setCurrentWidget(self._parts[name])

    def draw(self) -> None:
        """Show how it stands now."""
        opened = self.opened
        if opened is None:
            return
        run = opened.run
        state = "running" if opened.live else run.state
        self._learns = opened.live
        self._show_after(run)
        self._title.setText(title_of(run))
        self._under.setText(f"{base_title(run.base)} · {size_word(run.recipe.size)} · {when(run.created)}")
        self._state.setText(t("存档中", "saving") if opened.pausing else state_word(state))
        set_kind(self._state, "chip", tone=TONES[state])
        self.pause.setVisible(opened.live)
        self.stop.setVisible(opened.live)
        for one in (self.pause, self.stop):
            one.setEnabled(not opened.pausing)
        self.go_on.setVisible(not opened.live and run.can_go_on)
        self.go_on.setEnabled(not self._trainer.busy)
        self.go_on.setText(self._go_word())
        self.remove.setVisible(not opened.live)
        self._why.show_run(opened)
        self.figures.show_run(opened)
        self.curves.refresh()
        self.about.show_run(opened)
        self._look_for_said(opened)

    def _show_after(self, run: TrainingRun) -> None:
        """What can be done with what was learnt, once something was."""
        done = run.state == "done"
        self.tabs.show_option("after", done)
        if done:
            self.after.show_run(run)
        elif self._stack.currentWidget() is self.after:
            self.show_part("curves")

    def _look_for_said(self, opened: Opened) -> None:
        """Her answers are in a file of the run's: read when she may have been asked again."""
        every = max(opened.run.recipe.save_every, 1)
        mark = (opened.run.id, opened.state.done // every, opened.live)
        if mark != self._said_at:
            self._said_at = mark
            self._bench.tasks.start(self, self._read_said(opened), replaces="said")

    async def _read_said(self, opened: Opened) -> None:
        # she is asked after the step is told: a moment later it is written
        for pause in (0.0, 2.0) if opened.live else (0.0,):
            await asyncio.sleep(pause)
            said = await asyncio.to_thread(said_of, opened.run)
            if self.opened is opened:
                self.said.show_said(said)
                self.after.words.show_said(said)

    def _go_word(self) -> str:
        ready = self.opened is not None and self.opened.run.state == "ready"
        return t("开始训练", "Start") if ready else t("接着练", "Go on")

    def _go_on(self) -> None:
        if self.opened is not None:
            self._trainer.go_on(self.opened.run)

    def _again(self) -> None:
        if self.opened is not None:
            self._deeds.again(self.opened.run)

    def _remove(self) -> None:
        if self.opened is not None:
            self._deeds.remove(self.opened.run.id)

    def _open_folder(self) -> None:
        if self.opened is not None:
            open_folder(self.opened.run.folder)


class _Why(QFrame):
    """Why it stands still, where there is something to say."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "banner")
        self._said, self._hint = label("", wrap=True), label("small", wrap=True)
        inside = column(self._said, self._hint, gap=2)
        inside.setContentsMargins(GAP, NEAR, GAP, NEAR)
        self.setLayout(inside)
        self.hide()

    def show_run(self, opened: Opened) -> None:
        """Show why, and what going on means."""
        run = opened.run
        stands = not opened.live and run.state in ("paused", "lost", "failed")
        self.setVisible(stands)
        if not stands:
            return
        set_kind(self, "banner", tone="bad" if run.state == "failed" else "warn")
        words = {
            "paused": t("暂停在一个存档上。", "It is paused at a checkpoint."),
            "lost": t(
                "上次被中断了：程序被杀，或断了电。",
                "It was interrupted: the program was killed, or the power went.",
            ),
            "failed": run.why or t("它失败了。", "It failed."),
        }
        self._said.setText(words[run.state])
        at = opened.state.done
        self._hint.setText(
            t(
                "“接着练”从最后一个存档继续，不会重来。",
                "Go on takes it up at the last checkpoint; nothing is begun again.",
            )
            if at
            else t("还没有存档，会从头开始。", "There is no checkpoint yet: it begins at the start.")
        )
