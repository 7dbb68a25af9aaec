"""The window around the pages: which one is in front, what is told where, and how it closes."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget

from tests.teacher import Teacher
from tests.ui.conftest import Run, Settle
from tests.ui.orders import asked
from zishu_app.core.texts import set_language
from zishu_app.ledger.overview import RunRow, list_runs
from zishu_app.ledger.runs import calls_of, talks_of, turns_of
from zishu_app.ui import window as window_module
from zishu_app.ui.errors import Told
from zishu_app.ui.follow import LANGUAGE
from zishu_app.ui.remembered import Remembered
from zishu_app.ui.tabs.make.page import MakePage
from zishu_app.ui.widgets.side import NARROW, OPEN
from zishu_app.ui.widgets.toast import Toast
from zishu_app.ui.window import PAGES, Window
from zishu_app.ui.workbench import Workbench


class ScriptedPage(QWidget):
    """A page that remembers what it was given, and closes as it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.received: list[Any] = []
        self.stopped = 0
        self.ending: asyncio.Task[None] | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def receive(self, what: Any) -> None:
        self.received.append(what)

    def stop_softly(self) -> "asyncio.Task[None] | None":
        self.stopped += 1
        return self.ending


class Stage:
    """A window, and what it called when it was closed."""

    def __init__(self, bench: Workbench) -> None:
        self.house = bench.house
        self.closed = 0
        self.windows: list[Window] = []

    def open(self) -> Window:
        """One that is made, and not yet shown."""
        self.windows.append(Window(self.house, self._close))
        return self.windows[-1]

    def _close(self) -> None:
        self.closed += 1

    async def end(self) -> None:
        for one in self.windows:
            await one.tasks.end()
            shiboken6.delete(one)


@pytest.fixture
def stage(bench: Workbench, run: Run[Any]) -> Iterator[Stage]:
    made = Stage(bench)
    yield made
    run(made.end())


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch) -> dict[str, ScriptedPage]:
    """Pages that cost nothing, by name, as they are built."""
    built: dict[str, ScriptedPage] = {}

    def build(name: str) -> ScriptedPage:
        assert name not in built, "each page is built once"
        built[name] = ScriptedPage()
        return built[name]

    for name in PAGES:
        monkeypatch.setitem(PAGES, name, lambda _bench, name=name: build(name))
    return built


def front(window: Window) -> QWidget:
    return window._stack.currentWidget()


def marked(window: Window) -> list[str]:
    return [name for name, one in window.side._buttons.items() if one.isChecked()]


def said_in(widget: QWidget) -> list[str]:
    return [one.text() for one in widget.findChildren(QLabel) if one.isVisible() and one.text()]


class Eye(QObject):
    """Sees in which order things are painted and built."""

    def __init__(self, window: Window) -> None:
        super().__init__()
        self._window = window
        self.seen: list[int] = []
        window.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.Paint:
            self.seen.append(self._window._stack.count())
        return False


def test_the_frame_is_painted_before_its_first_page_is_built(
    stage: Stage, pages: dict[str, ScriptedPage], run: Run[Any], settle: Settle
) -> None:
    async def go() -> None:
        window = stage.open()
        eye = Eye(window)
        window.open()
        assert pages == {}
        await settle(lambda: pages)
        await settle(lambda: window.isVisible() and eye.seen)
        assert eye.seen[0] == 0, "there was no page yet when it was painted"
        assert front(window) is pages["welcome"], "the first time, the welcome"
        assert list(pages) == ["welcome"], "and no other page is built"

    run(go())


@pytest.mark.parametrize(("known", "first"), [("distill", "distill"), ("gone", "welcome"), (7, "welcome")])
def test_it_opens_with_the_page_that_was_open(
    stage: Stage, pages: dict[str, ScriptedPage], run: Run[Any], settle: Settle, known: object, first: str
) -> None:
    async def go() -> None:
        window = stage.open()
        window.bench.remembered.put("page", known)
        window.open()
        await settle(lambda: pages)
        assert front(window) is pages[first]

    run(go())


def test_a_page_that_is_asked_for_before_the_first_one_came_stays_in_front(
    stage: Stage, pages: dict[str, ScriptedPage], run: Run[Any]
) -> None:
    async def go() -> None:
        window = stage.open()
        window.open()
        window.go("distill")
        await asyncio.sleep(0.1)
        assert front(window) is pages["distill"]
        assert list(pages) == ["distill"]

    run(go())


def test_a_page_is_brought_to_the_front_and_given_what_it_is_to_show(
    stage: Stage, pages: dict[str, ScriptedPage]
) -> None:
    window = stage.open()
    window.go("distill", ["a.json"])
    assert front(window) is pages["distill"]
    assert pages["distill"].received == [["a.json"]]
    assert marked(window) == ["distill"]
    window.go("make")
    window.go("distill")
    assert pages["distill"].received == [["a.json"]], "to come forward is not to be given something"
    assert window.bench.remembered.get("page", "") == "distill"
    window.bench.go("settings", "models")
    assert (front(window), pages["settings"].received) == (pages["settings"], ["models"])
    window.go("welcome")
    assert marked(window) == [], "the welcome is in no bar"


def test_a_page_that_takes_nothing_is_brought_forward_all_the_same(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PAGES, "make", lambda _bench: QWidget())
    window = stage.open()
    window.go("make", "what")
    assert marked(window) == ["make"]


def test_the_keys_of_the_pages(
    stage: Stage, pages: dict[str, ScriptedPage], run: Run[Any], settle: Settle
) -> None:
    async def go() -> None:
        window = stage.open()
        window.open()
        await settle(lambda: pages)
        window.activateWindow()
        await settle(window.isActiveWindow)
        control = Qt.KeyboardModifier.ControlModifier
        for key, name in ((Qt.Key.Key_2, "distill"), (Qt.Key.Key_3, "review"), (Qt.Key.Key_1, "make")):
            QTest.keyClick(window, key, control)
            assert marked(window) == [name]
            assert front(window) is pages[name]

    run(go())


def test_the_bar_leads_to_the_pages_and_her_mark_to_the_welcome(
    stage: Stage, pages: dict[str, ScriptedPage]
) -> None:
    window = stage.open()
    window.side._buttons["settings"].click()
    assert marked(window) == ["settings"]
    window.side._buttons["settings"].click()
    assert marked(window) == ["settings"], "a second click does not put it out"
    window.side._home.click()
    assert front(window) is pages["welcome"]


def test_a_narrow_window_shows_icons_with_their_names_as_tool_tips(
    stage: Stage, pages: dict[str, ScriptedPage]
) -> None:
    window = stage.open()
    window.show()
    window.resize(1200, 800)
    make = window.side._buttons["make"]
    assert (window.side.width(), make.text().strip(), make.toolTip()) == (OPEN, "Make", "")
    window.resize(1079, 700)
    assert (window.side.width(), make.text(), make.toolTip()) == (NARROW, "", "Make")
    assert make.accessibleName() == "Make"
    set_language("zh")
    LANGUAGE.changed()
    assert (make.text(), make.toolTip()) == ("", "生成")
    window.resize(1080, 700)
    assert (window.side.width(), make.text().strip(), make.toolTip()) == (OPEN, "生成", "")


def test_bad_news_stands_over_the_page_and_good_news_lies_over_its_foot(
    stage: Stage, pages: dict[str, ScriptedPage], run: Run[Any], settle: Settle
) -> None:
    async def go() -> None:
        window = stage.open()
        window.resize(1200, 800)
        window.open()
        await settle(lambda: pages)
        page = pages["welcome"]
        window.tell(Told("good", "3 dialogues are written.", "They are in the folder."))
        place = page.geometry()
        assert said_in(window._toast) == ["3 dialogues are written. They are in the folder."]
        assert said_in(window._banners) == []
        assert page.geometry() == place, "nothing on the page moves"
        window.tell(Told("info", "A run is going on already."))
        assert said_in(window._toast) == ["A run is going on already."]
        window.tell(Told("bad", "No key.", "Store one."))
        window.tell(Told("warn", "Stopped."))
        await settle(lambda: said_in(window._banners) == ["No key.", "Store one.", "Stopped."])
        await settle(lambda: page.height() < place.height())

    run(go())


def close_buttons(widget: QWidget) -> list[Any]:
    return [
        one for one in widget.findChildren(QWidget) if one.accessibleName() == "Close" and one.isVisible()
    ]


def test_banners_are_closed_one_by_one_and_the_same_is_said_once(
    stage: Stage, pages: dict[str, ScriptedPage], run: Run[Any], settle: Settle
) -> None:
    async def go() -> None:
        window = stage.open()
        window.open()
        await settle(lambda: pages)
        for message in ("one", "two", "one"):
            window.tell(Told("bad", message))
        await settle(lambda: said_in(window._banners) == ["two", "one"])
        for message in ("three", "four"):
            window.tell(Told("bad", message))
        await settle(lambda: said_in(window._banners) == ["one", "three", "four"])
        close_buttons(window._banners)[0].click()
        await settle(lambda: said_in(window._banners) == ["three", "four"])
        for one in close_buttons(window._banners):
            one.click()
        assert not window._banners.isVisible(), "it takes no room when there are none"

    run(go())


def test_what_is_told_is_no_markup(stage: Stage, pages: dict[str, ScriptedPage]) -> None:
    window = stage.open()
    window.show()
    for tone in ("bad", "good"):
        window.tell(Told(tone, "<b>x</b>", "<img src='y'>"))  # type: ignore[arg-type]
    labels = [one for one in window.findChildren(QLabel) if "<b>x</b>" in one.text()]
    assert len(labels) == 2
    assert all(one.textFormat() == Qt.TextFormat.PlainText for one in labels)


def test_a_toast_leaves_when_it_is_closed(stage: Stage, pages: dict[str, ScriptedPage]) -> None:
    window = stage.open()
    window.show()
    window.tell(Told("good", "done"))
    assert window._toast.isVisible()
    close_buttons(window._toast)[0].click()
    assert not window._toast.isVisible()


def test_what_the_window_says_does_not_cover_what_a_page_says(
    stage: Stage, pages: dict[str, ScriptedPage]
) -> None:
    window = stage.open()
    window.resize(1200, 800)
    window.show()
    window.go("make")
    mine = Toast(pages["make"])
    window.tell(Told("good", "done"))
    alone = window._toast.geometry()
    mine.offer(lambda: "A is gone.", lambda: None)
    window.resize(1000, 700)
    assert mine.isVisible() and window._toast.isVisible()
    below = mine.geometry().translated(pages["make"].mapTo(window._stack, QPoint()))
    assert window._toast.geometry().bottom() < below.top()
    mine.leave()
    assert window._stack.height() - window._toast.geometry().bottom() == 800 - alone.bottom()


def test_it_stays_at_the_foot_of_the_page(
    stage: Stage, pages: dict[str, ScriptedPage], run: Run[Any]
) -> None:
    async def go() -> None:
        window = stage.open()
        window.resize(1200, 800)
        window.open()
        await asyncio.sleep(0.05)
        window.tell(Told("good", "done"))
        for size in ((1200, 800), (900, 600)):
            window.resize(*size)
            await asyncio.sleep(0.05)
            toast, page = window._toast.geometry(), window._stack.rect()
            assert page.contains(toast)
            assert abs(toast.center().x() - page.center().x()) <= 1
            assert page.bottom() - toast.bottom() < 40

    run(go())


def test_a_failure_in_the_window_is_told_over_the_page(
    stage: Stage, pages: dict[str, ScriptedPage], run: Run[Any], expects_log: list[Any]
) -> None:
    async def wrong() -> None:
        raise ZeroDivisionError

    async def go() -> None:
        window = stage.open()
        window.show()
        await window.tasks.start(window, wrong())
        assert "our fault" in said_in(window._banners)[0]

    run(go())


def test_somebody_rang(stage: Stage, pages: dict[str, ScriptedPage]) -> None:
    window = stage.open()
    window.showMinimized()
    window.come_forward()
    assert window.isVisible()
    assert not window.windowState() & Qt.WindowState.WindowMinimized


def test_closing_keeps_the_place_and_the_page_of_the_window(
    stage: Stage, pages: dict[str, ScriptedPage], run: Run[Any], settle: Settle
) -> None:
    async def go() -> None:
        window = stage.open()
        window.open()
        await settle(lambda: pages)
        window.setGeometry(30, 40, 900, 580)
        window.go("distill")
        window.close()
        await settle(lambda: stage.closed)
        assert not window.isVisible()

    run(go())
    again = stage.open()
    assert again.bench.remembered.get("page", "") == "distill"
    assert again.bench.remembered.restore_place(again)
    assert again.height() == 580


def test_closing_waits_for_the_end_of_the_turn_and_happens_once(
    stage: Stage, pages: dict[str, ScriptedPage], run: Run[Any], settle: Settle
) -> None:
    async def go() -> None:
        window, turn_ended = stage.open(), asyncio.Event()
        window.open()
        window.go("make")
        window.go("distill")
        pages["make"].ending = asyncio.ensure_future(turn_ended.wait())  # type: ignore[arg-type]
        window.close()
        window.close()  # somebody is impatient
        await settle(lambda: window._toast.isVisible())
        assert said_in(window._toast) == ["Coming to the end of the turn …"]
        assert (window.isVisible(), stage.closed) == (True, 0)
        turn_ended.set()
        await settle(lambda: stage.closed)
        await asyncio.sleep(0.02)
        assert (window.isVisible(), stage.closed) == (False, 1)
        assert (pages["make"].stopped, pages["distill"].stopped) == (1, 1)

    run(go())


def test_closing_does_not_wait_for_ever(
    stage: Stage,
    pages: dict[str, ScriptedPage],
    run: Run[Any],
    settle: Settle,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(window_module, "GRACE", 0.05)

    async def go() -> None:
        window = stage.open()
        window.open()
        window.go("make")
        pages["make"].ending = asyncio.ensure_future(asyncio.sleep(60))
        began = time.monotonic()
        window.close()
        await settle(lambda: stage.closed)
        assert time.monotonic() - began < 2
        pages["make"].ending.cancel()

    run(go())


async def running(stage: Stage, teacher: Teacher, folder: Path, settle: Settle) -> tuple[Window, MakePage]:
    """A window in which a run of long dialogues is going on, as far as its first answer."""
    window = stage.open()
    window.go("make")
    window.show()
    page = window._pages["make"]
    assert isinstance(page, MakePage)
    page._maker.begin(asked(window.bench.house, teacher.base_url, folder, min_rounds=30, max_rounds=30))
    await settle(lambda: page._maker.live and page._maker.live.state.dialogues[0].done)
    return window, page


def only_run(stage: Stage) -> RunRow:
    (found,) = list_runs(stage.house.store)
    return found


def test_closing_while_a_run_goes_on_keeps_the_turn_and_marks_the_run_as_stopped(
    stage: Stage, run: Run[Any], settle: Settle, tmp_path: Path
) -> None:
    async def go() -> None:
        async with Teacher(latency=0.15) as teacher:
            window, _page = await running(stage, teacher, tmp_path, settle)
            await settle(lambda: teacher.running)  # in the middle of a turn
            window.close()
            await settle(lambda: stage.closed)
            found = only_run(stage)
            assert (found.state, found.reason, found.ended is not None) == ("stopped", "", True)
            calls = calls_of(stage.house.store, found.id)
            assert calls == {"answered": teacher.answered.total(), "retries": 0}, "none was cut off"
            (talk,) = talks_of(stage.house.store, found.id)
            turns = turns_of(stage.house.store, talk.id)
            assert len(turns) == 1 + teacher.calls, "every answer is stored, and the first message"
            assert len(turns) < 20, "and it did not go on to the end"

    run(go())


def test_a_run_that_does_not_come_to_its_end_is_ended_and_can_be_gone_on_with(
    stage: Stage, run: Run[Any], settle: Settle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window_module, "GRACE", 0.05)

    async def go() -> None:
        async with Teacher() as teacher:
            teacher.latency = 0.02
            window, _page = await running(stage, teacher, tmp_path, settle)
            teacher.latency = 60.0
            before = teacher.calls
            await settle(lambda: teacher.calls > before)
            window.close()
            await settle(lambda: stage.closed)
            assert only_run(stage).state == "running"
            await window.tasks.end()  # as the program does when the window has gone
            assert only_run(stage).state == "stopped"

    run(go())


def test_a_run_that_is_closed_before_it_spoke_keeps_nobody_waiting(
    stage: Stage, run: Run[Any], settle: Settle, tmp_path: Path
) -> None:
    async def go() -> None:
        async with Teacher(latency=0.05) as teacher:
            window = stage.open()
            window.go("make")
            window.show()
            page = window._pages["make"]
            assert isinstance(page, MakePage)
            order = asked(window.bench.house, teacher.base_url, tmp_path, min_rounds=30, max_rounds=30)
            page._maker.begin(order)
            window.close()
            began = time.monotonic()
            await settle(lambda: stage.closed)
            assert time.monotonic() - began < window_module.GRACE
            assert teacher.calls <= 1
            assert [row.state for row in list_runs(stage.house.store)] in ([], ["stopped"])

    run(go())


def test_what_is_remembered_is_on_the_disk_as_soon_as_a_run_goes_on(
    stage: Stage, run: Run[Any], settle: Settle, tmp_path: Path
) -> None:
    """Whatever happens to the program then, the form comes back as it was."""

    async def go() -> None:
        async with Teacher(latency=0.05) as teacher:
            window, page = await running(stage, teacher, tmp_path, settle)
            page._maker.stop()
            await settle(lambda: page._maker.live is None)
            written = Remembered(window.bench.house.home.root / "window.json")
            assert written.get("page", "") == "make"

    run(go())
