"""The Make page as a user meets it: a run is begun and watched, taken in hand, stopped, gone on with, found again."""

import contextlib
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton

from tests.teacher import Teacher
from tests.ui.conftest import Heard, Run, Settle
from tests.ui.orders import asked
from zishu_app.core.settings import load_settings
from zishu_app.core.texts import set_language
from zishu_app.ledger.overview import list_runs
from zishu_app.studio.runs import Order
from zishu_app.ui.follow import LANGUAGE
from zishu_app.ui.tabs.make.page import MakePage
from zishu_app.ui.widgets.rows import Row, RowList
from zishu_app.ui.workbench import Workbench

Begin = Callable[..., Order]


@pytest.fixture
def stage(bench: Workbench, tmp_path: Path, settle: Settle) -> "Stage":
    return Stage(bench, tmp_path, settle)


class Stage:
    """A Make page on the screen, for as long as a test's coroutine runs."""

    def __init__(self, bench: Workbench, folder: Path, settle: Settle) -> None:
        self.bench, self.folder, self.settle = bench, folder, settle

    @contextlib.asynccontextmanager
    async def page(self) -> AsyncIterator[MakePage]:
        made = MakePage(self.bench)
        made.resize(1100, 760)
        made.show()
        try:
            yield made
        finally:
            await self.bench.tasks.end()
            shiboken6.delete(made)

    @contextlib.asynccontextmanager
    async def with_teacher(self, **teaching: Any) -> AsyncIterator[tuple[MakePage, Teacher]]:
        async with Teacher(**teaching) as teacher, self.page() as page:
            yield page, teacher

    def begin(self, page: MakePage, teacher: Teacher, **wanted: Any) -> None:
        """As the form does when the user starts."""
        page._maker.begin(asked(self.bench.house, teacher.base_url, self.folder, **wanted))

    async def made(self, page: MakePage, teacher: Teacher, **wanted: Any) -> None:
        """A run from its beginning to its end."""
        ended: list[str] = []
        page._maker.ended.connect(ended.append)
        self.begin(page, teacher, **wanted)
        await self.settle(lambda: ended)

    def files(self, folder: str = "conversations") -> list[Path]:
        return sorted((self.folder / folder).glob("*.json"))


def rows(shown: RowList) -> list[Row]:
    return [shown.rows.at(number) for number in range(shown.rows.rowCount())]


def talk_of(page: MakePage) -> str:
    return page._view._dialogue.talk.toPlainText()


def figure(page: MakePage, name: str) -> tuple[str, str]:
    gauge = page._view._gauges[name]
    return gauge._figure.text(), gauge._note.text()


def asked_and_paid(page: MakePage) -> dict[str, str]:
    """The figures of that part of a run, by their names."""
    page._view._parts._buttons["asked"].click()
    found: dict[str, str] = {}
    for grid in page._view._asked._grids:
        for number in range(grid.rowCount()):
            pair = [grid.itemAtPosition(number, column) for column in (0, 1)]
            if all(pair):
                name, value = (item.widget() for item in pair if item is not None)
                assert isinstance(name, QLabel)
                assert isinstance(value, QLabel)
                found[name.text()] = value.text()
    return found


def pick(shown: RowList, number: int) -> None:
    """As with the mouse: `currentChanged` tells that somebody did."""
    QTest.mouseClick(
        shown.viewport(),
        Qt.MouseButton.LeftButton,
        pos=shown.visualRect(shown.rows.index(number)).center(),
    )


def hand(page: MakePage, name: str) -> QPushButton:
    """What a hand can do with the dialogue that is watched."""
    buttons = page._view._dialogue._hand.findChildren(QPushButton)
    return next(one for one in buttons if one.text() == name)


def test_a_run_is_watched_from_its_beginning_to_its_files(
    stage: Stage, heard: Heard, run: Run[Any], settle: Settle
) -> None:
    async def go() -> None:
        async with stage.with_teacher(latency=0.02, token_latency=0.02, tokens=12) as (page, teacher):
            stage.begin(page, teacher, num_conversations=2, distil=True)
            await settle(lambda: page._stack.currentWidget() is not page._form)
            view = page._view
            await settle(lambda: [row.state for row in rows(page._list)] == ["going on 0/2"])
            assert page._list.current_key() == page._shown
            assert [row.title for row in rows(view._list)] == ["1. Science Q&A", "2. Science Q&A"]
            assert (view._chip.text(), view._stop.isVisible(), view._resume.isVisible()) == (
                "going on",
                True,
                False,
            )
            # a message is seen while it is written
            await settle(lambda: view._dialogue.talk._text.writing)
            before = view._dialogue.talk._text.writing
            assert before is not None
            await settle(lambda: view._dialogue.talk._text.writing not in (before, None))
            assert view._dialogue._hand.isVisible()
            teacher.token_latency = 0.0

            await settle(lambda: heard.told)
            assert view._chip.text() == "done"
            assert [(row.state, row.progress) for row in rows(view._list)] == [("done", 1.0)] * 2
            assert [row.state for row in rows(page._list)] == ["done 2/2"]
            assert figure(page, "rounds")[0] == "4 / 4"
            assert int(figure(page, "tokens")[0].replace(",", "")) > 100
            assert figure(page, "left")[0] == "–"
            assert (view._stop.isVisible(), view._resume.isVisible()) == (False, False)
            assert not view._dialogue._hand.isVisible()

            first = json.loads(stage.files()[0].read_text(encoding="utf-8"))
            place = -1
            for message in first["conversation"]:
                place = talk_of(page).find(message["content"].strip(), place + 1)
                assert place >= 0, message

            view._distil.click()
            assert heard.gone == [("distill", view.files())]
            assert sorted(view.files()) == stage.files()

    run(go())
    assert [one.message for one in heard.told] == ["2 dialogues written."]
    assert len(stage.files("distilled")) == 2


def test_the_topic_is_shifted_by_hand(stage: Stage, run: Run[Any], settle: Settle) -> None:
    async def go() -> None:
        async with stage.with_teacher(latency=0.03) as (page, teacher):
            stage.begin(page, teacher, min_rounds=8, max_rounds=8)
            await settle(lambda: page._maker.live and page._maker.live.state.rounds[0] == 1)
            view = page._view._dialogue
            await settle(view._hand.isVisible)
            hand(page, "Shift the topic").click()
            await settle(lambda: not view._hand.isEnabled())
            assert view._chip.text().endswith("shifts with the next message")
            await settle(lambda: "Topic shifted to" in talk_of(page))
            await settle(view._hand.isEnabled)
            assert "shifts with" not in view._chip.text()
            await settle(lambda: page._maker.live is None)

    run(go())
    (path,) = stage.files()
    (shift,) = json.loads(path.read_text(encoding="utf-8"))["metadata"]["shifts"]
    assert (shift["kind"], shift["by_hand"]) == ("shift", True)


def test_a_dialogue_is_ended_by_hand_and_the_others_go_on(
    stage: Stage, run: Run[Any], settle: Settle
) -> None:
    async def go() -> None:
        async with stage.with_teacher(latency=0.01) as (page, teacher):
            stage.begin(page, teacher, min_rounds=12, max_rounds=12, num_conversations=2, concurrency=2)
            await settle(lambda: page._maker.live and page._maker.live.state.rounds[0] >= 2)
            await settle(page._view._dialogue._hand.isVisible)
            pick(page._view._list, 1)
            assert page._view._dialogue._shown is not None
            assert page._view._dialogue._shown.number == 1
            hand(page, "End here").click()
            await settle(lambda: page._maker.live is None)
            assert page._view._dialogue._chip.text().endswith("ended by hand")
            first, second = (row.under for row in rows(page._view._list))
            assert first == "round 12 of 12"
            assert second != "round 12 of 12"
            done, whole = figure(page, "rounds")[0].split(" / ")
            assert done == whole, "what was left out is not left to do"

    run(go())
    ended = [json.loads(path.read_text(encoding="utf-8"))["metadata"]["ended"] for path in stage.files()]
    assert sorted(ended) == ["by_hand", "rounds"]


def test_stop_and_go_on(stage: Stage, run: Run[Any], settle: Settle) -> None:
    async def go() -> None:
        async with stage.with_teacher(latency=0.05) as (page, teacher):
            stage.begin(page, teacher, min_rounds=5, max_rounds=5)
            await settle(lambda: page._maker.live and page._maker.live.state.rounds[0] == 2)
            view = page._view
            view._stop.click()
            view.draw()
            assert view._chip.text() == "stopping"
            assert not view._stop.isEnabled()
            await settle(lambda: page._maker.live is None)
            assert (view._chip.text(), view._stop.isVisible(), view._resume.isVisible()) == (
                "stopped",
                False,
                True,
            )
            assert not view._dialogue._hand.isVisible()
            assert rows(page._list)[0].state == "stopped 0/1"
            said = talk_of(page)
            assert stage.files() == []

            view._resume.click()
            await settle(lambda: view._chip.text() == "going on")
            assert talk_of(page).startswith(said), "what was said stands there"
            await settle(lambda: page._maker.live is None)
            assert (view._chip.text(), view._resume.isVisible()) == ("done", False)
            assert figure(page, "rounds")[0] == "5 / 5"

    run(go())
    assert len(stage.files()) == 1
    assert len(list_runs(stage.bench.house.store)) == 1


def test_an_attempt_that_fails_is_shown_while_it_is_tried_again(
    stage: Stage, run: Run[Any], settle: Settle
) -> None:
    house = stage.bench.house
    house.renew(load_settings(house.home, {"requests.retry_delay_s": 0.3}, environment={}))

    async def go() -> None:
        async with stage.with_teacher(faults=1.0, kinds=("503",)) as (page, teacher):
            stage.begin(page, teacher)
            await settle(lambda: page._maker.live)
            await settle(lambda: [row.state for row in rows(page._view._list)] == ["trying again"])
            assert rows(page._view._list)[0].tone == "warn"
            assert rows(page._view._list)[0].under != ""
            assert page._view._dialogue._chip.toolTip() != ""
            teacher.faults = 0.0
            await settle(lambda: page._maker.live is None)
            (row,) = rows(page._view._list)
            assert (row.state, row.hint) == ("done", ""), "nothing is left of it"

    run(go())


def test_what_failed_says_why_and_is_made_when_it_goes_on(
    stage: Stage, heard: Heard, run: Run[Any], settle: Settle
) -> None:
    house = stage.bench.house
    house.renew(load_settings(house.home, {"requests.max_retries": 0}, environment={}))

    async def go() -> None:
        async with stage.with_teacher(faults=1.0, kinds=("500",)) as (page, teacher):
            await stage.made(page, teacher)
            (row,) = rows(page._view._list)
            assert (row.state, row.tone) == ("failed", "bad")
            assert row.under == row.hint != ""
            assert page._view._dialogue._note.text() == row.under
            assert page._view._resume.isVisible()
            teacher.faults = 0.0
            page._view._resume.click()
            await settle(lambda: len(heard.told) == 2)
            assert [(row.state, row.hint) for row in rows(page._view._list)] == [("done", "")]

    run(go())
    assert len(stage.files()) == 1


def test_a_missing_key_is_told_and_the_form_stays(
    stage: Stage, heard: Heard, run: Run[Any], settle: Settle
) -> None:
    async def go() -> None:
        async with stage.page() as page:
            house = stage.bench.house
            wanted = asked(house, "", stage.folder)
            flags = {"teacher.model": "xiaomimimo/mimo-v2-flash"}
            page._maker.begin(Order(load_settings(house.home, flags, environment={}), wanted.recipe))
            await settle(lambda: heard.told)
            assert page._stack.currentWidget() is page._form
            assert rows(page._list) == []
            assert page._nothing.isVisible()

    run(go())
    assert heard.told[0].message == "No API key was found for Xiaomi MiMo."


def test_the_form_starts_a_run(stage: Stage, run: Run[Any], settle: Settle) -> None:
    async def go() -> None:
        async with Teacher() as teacher:
            house = stage.bench.house
            flags = {
                "teacher.model": "loopback",
                "teacher.base_url": teacher.base_url,
                "dialogue.num_conversations": 1,
                "dialogue.min_rounds": 1,
                "dialogue.max_rounds": 1,
            }
            house.renew(load_settings(house.home, flags, environment={}))
            folders = {name: str(stage.folder / name) for name in ("conversations", "distilled")}
            stage.bench.remembered.put(
                "make.form",
                {"conversation_dir": folders["conversations"], "distilled_dir": folders["distilled"]},
            )
            async with stage.page() as page:
                page._form.picker.speak("en")
                await settle(page._form.foot.start.isEnabled)
                page._form.foot.start.click()
                await settle(lambda: page._maker.live)
                assert page._stack.currentWidget() is page._view
                await settle(lambda: page._maker.live is None)
                assert page._view._chip.text() == "done"

    run(go())
    assert len(stage.files()) == 1


def test_a_run_of_the_past_shows_what_was_said_asked_paid_and_made(
    stage: Stage, run: Run[Any], settle: Settle
) -> None:
    async def go() -> None:
        async with stage.with_teacher() as (page, teacher):
            await stage.made(page, teacher, num_conversations=2, noise_rate=0.5, min_rounds=4, max_rounds=4)
            calls = teacher.calls
        async with stage.page() as page:
            assert page._stack.currentWidget() is page._form, "what is done is not in the way"
            pick(page._list, 0)
            (found,) = list_runs(stage.bench.house.store)
            assert page._stack.currentWidget() is page._view
            assert page._view._chip.text() == "done"
            assert page._view._title.text() == "Science Q&A and 1 more"
            first = json.loads(stage.files()[0].read_text(encoding="utf-8"))
            pick(page._view._list, first["metadata"]["number"])
            await settle(lambda: first["conversation"][-1]["content"].strip() in talk_of(page))
            assert page._view._dialogue.talk.verticalScrollBar().value() == 0, "it is read from its beginning"
            noise = [
                json.loads(path.read_text(encoding="utf-8"))["metadata"]["noise"] for path in stage.files()
            ]
            await settle(lambda: figure(page, "rounds")[0] == "8 / 8")
            mistaken = sum(one["with_mistakes"] for one in noise)
            assert figure(page, "noise") == (f"{mistaken} / 6", "meant 50%"), "six messages are no share"
            told = asked_and_paid(page)
            assert told["Model"] == "loopback"
            assert (told["Plays the user"], told["Scenarios"]) == ("the same model", "Science Q&A")
            assert (told["Rounds"], told["Noise"], told["Seed"]) == ("8", "50%", "7")
            assert (told["Calls"], told["Tried again"]) == (str(calls), "0")
            assert told["Tokens"] == f"{found.tokens:,}" == figure(page, "tokens")[0]
            assert told["State"] == "done"
            assert told["Dialogues in"] == str(stage.folder / "conversations")
            assert "Distillates in" not in told

    run(go())


def test_what_is_paid_and_made_is_told_as_it_stands_and_not_as_it_began(
    stage: Stage, run: Run[Any], settle: Settle
) -> None:
    async def go() -> None:
        async with stage.with_teacher(latency=0.03) as (page, teacher):
            stage.begin(page, teacher, min_rounds=4, max_rounds=4)
            await settle(lambda: page._maker.live and page._maker.live.state.rounds[0] == 2)
            told = asked_and_paid(page)
            assert int(told["Tokens"].replace(",", "")) > 0, "while it goes on"
            assert told["State"] == "going on"
            await settle(lambda: page._maker.live is None)
            (found,) = list_runs(stage.bench.house.store)
            page_shown = {one.text() for one in page._view._asked.findChildren(QLabel) if one.isVisible()}
            assert {"done", f"{found.tokens:,}"} <= page_shown, "and when it is over, without another click"

    run(go())


def test_runs_and_dialogues_are_found(stage: Stage, run: Run[Any], settle: Settle) -> None:
    def found(shown: RowList) -> list[str]:
        return [row.title for row in rows(shown)]

    async def go() -> None:
        async with stage.with_teacher() as (page, teacher):
            await stage.made(page, teacher, min_rounds=1, max_rounds=1)
            await stage.made(
                page, teacher, min_rounds=1, max_rounds=1, num_conversations=3, scenarios=["Learning Methods"]
            )
            assert found(page._list) == ["Learning Methods and 2 more", "Science Q&A"], "the newest first"
            page._search("science")
            assert found(page._list) == ["Science Q&A"]
            pick(page._list, 0)
            assert page._view._title.text() == "Science Q&A"
            page._search("no such thing")
            assert found(page._list) == []
            assert page._nothing.text() == "Nothing was found."
            page._search("")
            assert len(found(page._list)) == 2
            assert page._list.current_key() == page._shown
            pick(page._list, 0)
            view = page._view
            for words, titles in (
                ("2", ["2. Learning Methods"]),
                ("LEARN done", ["1. Learning Methods", "2. Learning Methods", "3. Learning Methods"]),
                ("failed", []),
            ):
                view._search(words)
                assert found(view._list) == titles

    run(go())


def test_more_like_an_old_run(stage: Stage, run: Run[Any], settle: Settle) -> None:
    async def go() -> None:
        async with stage.with_teacher() as (page, teacher):
            await stage.made(page, teacher, noise_rate=0.25)
            again = next(
                one for one in page._view.findChildren(QPushButton) if one.text() == "More like this"
            )
            again.click()
            assert page._stack.currentWidget() is page._form
            assert page._list.current_key() is None
            choices = page._form.choices
            assert (choices.noise_rate, choices.language) == (0.25, "en")
            assert choices.names == ["Science Q&A"]

    run(go())


async def killed(stage: Stage) -> str:
    """A run that a kill cut off: it says that it goes on, and its process is gone."""
    async with stage.with_teacher(latency=0.02) as (page, teacher):
        stage.begin(page, teacher, min_rounds=4, max_rounds=4)
        await stage.settle(lambda: page._maker.live and page._maker.live.state.rounds[0] == 2)
        page._maker.stop()
        await stage.settle(lambda: page._maker.live is None)
    (row,) = list_runs(stage.bench.house.store)
    gone = "UPDATE runs SET state = 'running', ended = NULL, pid = 999999999, pid_started = 1.0 WHERE id = ?"
    await stage.bench.house.store.write((gone, (row.id,)))
    return row.id


def test_what_a_kill_left_behind_is_offered_at_the_start(
    stage: Stage, heard: Heard, run: Run[Any], settle: Settle
) -> None:
    async def go() -> None:
        left = await killed(stage)
        async with stage.page() as page:
            await settle(lambda: heard.told)
            assert heard.told[-1].message == "The last run was interrupted."
            assert page._shown == left
            assert page._view._chip.text() == "interrupted"
            assert rows(page._list)[0].state == "interrupted 0/1"
            assert page._view._resume.isVisible()
            said = heard.told.copy()
        async with Teacher() as teacher:
            # the endpoint of the run has another port now: it is asked where the ledger says
            recipe = dict(list_runs(stage.bench.house.store)[0].recipe)
            recipe["settings"] = {**recipe["settings"], "teacher.base_url": teacher.base_url}
            await stage.bench.house.store.write(
                ("UPDATE runs SET recipe = ? WHERE id = ?", (json.dumps(recipe), left))
            )
            async with stage.page() as page:
                await settle(lambda: len(heard.told) > len(said))
                page._view._resume.click()
                await settle(lambda: page._maker.live)
                await settle(lambda: page._maker.live is None)
                assert page._view._chip.text() == "done"
        async with stage.page() as page:
            await settle(lambda: page._list.rows.rowCount())
            assert page._stack.currentWidget() is page._form, "nothing is left to offer"

    run(go())
    assert len(stage.files()) == 1


def test_a_run_that_somebody_stopped_is_not_offered(
    stage: Stage, heard: Heard, run: Run[Any], settle: Settle
) -> None:
    async def go() -> None:
        left = await killed(stage)
        await stage.bench.house.store.write(("UPDATE runs SET state = 'stopped' WHERE id = ?", (left,)))
        async with stage.page() as page:
            await settle(page._form.isVisible)
            assert page._stack.currentWidget() is page._form
            page.receive(left)
            assert page._view._resume.isVisible(), "but it is there"

    run(go())
    assert heard.told == []


def test_another_page_opens_a_run_or_hands_over_what_is_to_be_made(
    stage: Stage, run: Run[Any], settle: Settle
) -> None:
    async def go() -> None:
        async with stage.with_teacher() as (page, teacher):
            await stage.made(page, teacher)
            page._new()
            (found,) = list_runs(stage.bench.house.store)
            page.receive(found.id)
            assert (page._stack.currentWidget(), page._list.current_key()) == (page._view, found.id)
            page.receive(found.recipe)
            assert page._stack.currentWidget() is page._form
            assert page._form.choices.names == ["Science Q&A"]

    run(go())


def test_everything_of_a_run_speaks_the_language_of_the_moment(
    stage: Stage, run: Run[Any], settle: Settle
) -> None:
    async def go() -> None:
        async with stage.with_teacher(latency=0.05) as (page, teacher):
            stage.begin(page, teacher, min_rounds=5, max_rounds=5)
            await settle(lambda: page._maker.live and page._maker.live.state.rounds[0] == 1)
            set_language("zh")
            LANGUAGE.changed()
            assert page._view._chip.text() == "进行中"
            assert rows(page._view._list)[0].state == "对话中"
            assert rows(page._list)[0].state == "进行中 0/1"
            assert talk_of(page).startswith("用户  ·  1")

    run(go())


def test_the_keys_of_the_page(stage: Stage, run: Run[Any], settle: Settle) -> None:
    async def go() -> None:
        async with stage.with_teacher() as (page, teacher):
            await stage.made(page, teacher)
            page.activateWindow()
            await settle(page.isActiveWindow)
            control = Qt.KeyboardModifier.ControlModifier
            QTest.keyClick(page, Qt.Key.Key_N, control)
            assert page._stack.currentWidget() is page._form
            QTest.keyClick(page, Qt.Key.Key_F, control)
            assert page.focusWidget().accessibleName() == "Search runs"

    run(go())
