"""The tour, right there: two AIs talk and are distilled while one looks on. It is a run like any other."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame

from zishu_app.core.streams import closing
from zishu_app.core.texts import language
from zishu_app.house import House
from zishu_app.ui.errors import Told
from zishu_app.ui.follow import say
from zishu_app.ui.outside import open_folder
from zishu_app.ui.tabs.welcome.tour_stage import TourStage
from zishu_app.ui.tabs.welcome.tour_state import Phase, TourState
from zishu_app.ui.tabs.welcome.tour_words import NARROW, WIDTH, Acts, TourWords
from zishu_app.ui.theme.tokens import ROOM
from zishu_app.ui.widgets.cards import row
from zishu_app.ui.workbench import Workbench

if TYPE_CHECKING:
    from zishu_app.studio.guide import Guide

#: milliseconds between two looks at what was heard
BEAT = 100
#: width from which on the words have all the room they like
ENOUGH = 860


class TourCard(QFrame):
    """Words on the left; on the right a picture, which gives way to the talk."""

    def __init__(self, bench: Workbench, began: Callable[[], object]) -> None:
        """`began` is called when it begins to play, and takes more room than before."""
        super().__init__()
        self._bench, self._began = bench, began
        self.setProperty("kind", "card")
        self._by: Guide | None = None
        self._state: TourState | None = None
        self._phase: Phase = "idle"
        self._run_id = ""
        self._stop = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._beat = QTimer(self)
        self._beat.setInterval(BEAT)
        self._beat.timeout.connect(self._draw)
        self.words = TourWords(
            Acts(self.start, self.stop, self._open_distil, self._go_make, self._open_folder)
        )
        self.stage = TourStage()
        line = row(self.words, gap=ROOM, margin=ROOM)
        line.addWidget(self.stage, 1)
        self.setLayout(line)
        say(self, self._speak)
        say(self, self.look_again)
        bench.news.settings_changed.connect(self.look_again)

    @property
    def phase(self) -> Phase:
        """How it stands."""
        return self._phase

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """On a narrow card the talk keeps most of the room."""
        super().resizeEvent(event)
        self.words.setFixedWidth(WIDTH if self.width() >= ENOUGH else NARROW)

    def look_again(self) -> None:
        """Which brain would play, now that language or settings changed."""
        self._bench.tasks.start(self, self._look(), replaces="look", failed=lambda _: None)

    def start(self) -> None:
        """Play it."""
        if self._task is not None and not self._task.done():
            return
        self._stop, self._state = asyncio.Event(), TourState(rounds=3)
        self.stage.begin()
        self._phase = "waking"
        self._speak()
        self._beat.start()
        self.words.stop.setFocus()
        self._task = self._bench.tasks.start(self, self._play(self._state), failed=self._failed)
        self._began()

    def stop(self) -> "asyncio.Task[None] | None":
        """Stop after the message that is being written; the task that ends then, if there is one."""
        if self._task is None or self._task.done():
            return None
        self._stop.set()
        self._draw()
        return self._task

    async def _look(self) -> None:
        self._by = await asyncio.to_thread(_guide, self._bench.house)
        self._speak()

    async def _play(self, state: TourState) -> None:
        tour = await asyncio.to_thread(_tour)
        by = await asyncio.to_thread(_guide, self._bench.house)
        async with closing(tour.play(self._bench.house, by, self._stop)) as events:
            async for event in events:
                if isinstance(event, tour.Begun):
                    self._run_id = event.run.id
                    self._bench.news.runs_changed.emit()
                elif isinstance(event, tour.Over):
                    self._ended(event, state)
                else:
                    state.hear(event)

    def _ended(self, over: Any, state: TourState) -> None:
        """By itself, by hand, or because a model would not go on."""
        outcome = over.outcome
        self._end("done" if not over.unfinished else "stopped" if outcome.by_hand else "failed")
        if self._phase == "failed":
            self.words.show_fault(Told("bad", outcome.stopped or state.reason, outcome.hint or state.hint))

    def _failed(self, told: Told) -> None:
        self._end("failed")
        self.words.show_fault(told)

    def _end(self, phase: Phase) -> None:
        here = self.isAncestorOf(self.window().focusWidget() or self.window())
        self._draw()
        self._beat.stop()
        assert self._state is not None
        self._state.phase = self._phase = phase
        self._speak()
        paths = [path for path in (self._state.conversation, self._state.distilled) if path is not None]
        self.words.show_files(self._bench.house.home.root, paths)
        if here:  # the button that had the keyboard is gone
            (self.words.again if phase == "failed" else self.words.make).setFocus()
        self._bench.news.runs_changed.emit()

    def _speak(self) -> None:
        self.words.show_phase(self._phase, self._state, self._by)

    def _draw(self) -> None:
        state = self._state
        if state is None:
            return
        self.stage.draw(state)
        if state.phase != self._phase:
            self._phase = state.phase
            self._speak()
        self.words.show_progress(state, stopping=self._stop.is_set())

    def _open_distil(self) -> None:
        if self._state is not None and self._state.conversation is not None:
            self._bench.go("distill", [self._state.conversation])

    def _go_make(self) -> None:
        self._bench.go("make", self._run_id if self._phase == "stopped" else None)

    def _open_folder(self) -> None:
        open_folder(self._bench.house.home.root / "tour")


def _guide(house: House) -> "Guide":
    from zishu_app.studio.guide import guide

    return guide(house, language())


def _tour() -> Any:
    """The studio's tour; in a thread, for what it needs takes a moment to load the first time."""
    from zishu_app.studio import tour

    return tour
