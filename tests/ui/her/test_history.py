"""What was said with her, on the page: read, searched, rated, corrected, and what she saw."""

from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtGui import QGuiApplication

from tests.ui.conftest import Heard, Run
from tests.ui.her.conftest import Open, Remember, Talk, focused, press, settled, write
from zishu_app.core.clock import SystemClock
from zishu_app.dataset.find import Filter, count
from zishu_app.dataset.store import get
from zishu_app.ledger.chats import PARTIAL, chat_run, history, say, sitting
from zishu_app.ui.tabs.her.history import History
from zishu_app.ui.tabs.her.history_turns import PAGE
from zishu_app.ui.tabs.her.page import HerPage
from zishu_app.ui.workbench import Workbench


def section(page: HerPage) -> History:
    found = page.sections["history"]
    assert isinstance(found, History)
    return found


def shown(page: HerPage) -> list[str]:
    return [group.said.text for group in section(page).view.text.groups if group.said.number >= 0]


def names(page: HerPage) -> list[str]:
    return [group.said.name for group in section(page).view.text.groups if group.said.number >= 0]


async def put(bench: Workbench, kind: str, text: str, **extra: Any) -> None:
    house = bench.house
    made = await chat_run(house.store, "zishu", house.clock)
    number = await sitting(house.store, made, house.clock)
    await say(house.store, number, kind, text, {"at": house.clock.now().isoformat(), **extra})


@pytest.fixture
def page(talk: Talk, opened: Open) -> HerPage:
    talk(("How are you?", "Fine, thanks."), ("Show me a loop", "```\nfor x in y:\n    pass\n```"))
    return opened("history")


def test_nothing_is_begun_by_looking(opened: Open, bench: Workbench) -> None:
    page = opened("history")
    assert section(page)._stack.currentWidget() is section(page)._nothing
    assert list(bench.house.store.read("SELECT * FROM runs")) == []


def test_the_talk_is_read_with_its_day_and_its_code(page: HerPage) -> None:
    assert shown(page) == ["How are you?", "Fine, thanks.", "Show me a loop", "for x in y:\n    pass"]
    assert names(page) == ["You", "Zishu", "You", "Zishu"]
    groups = section(page).view.text.groups
    assert groups[0].said.voice == "mark"  # the day
    assert [one.manner for one in groups[-1].said.spans] == ["code"]
    assert "scripted · brain" in groups[-1].said.note
    assert section(page).picked == 3  # her last answer
    assert groups[-1].focused


def test_what_is_searched_for_lights_up(page: HerPage, run: Run[Any]) -> None:
    section(page).search.setText("FINE")
    section(page).ask()
    run(settled(page))
    assert shown(page) == ["Fine, thanks."]
    (group,) = [one for one in section(page).view.text.groups if one.said.number >= 0]
    assert [one.manner for one in group.said.spans] == ["finding"]
    section(page).search.setText("nobody said this")
    section(page).ask()
    run(settled(page))
    assert section(page)._stack.currentWidget() is section(page)._unfound


def test_an_answer_is_rated_and_taken_back(page: HerPage, run: Run[Any], bench: Workbench) -> None:
    foot = section(page).foot
    foot.good.click()
    run(settled(page))
    assert section(page).turn is not None
    assert section(page).turn.extra["rating"] == 1
    assert "good" in section(page).view.text.groups[-1].said.note
    with bench.house.samples.reading() as connection:
        assert count(connection, Filter()).n == 1
    foot.bad.click()
    run(settled(page))
    assert section(page).turn.extra["rating"] == -1
    assert not foot.good.isChecked()
    foot.bad.click()
    run(settled(page))
    assert "rating" not in section(page).turn.extra


def test_an_answer_is_corrected_and_becomes_material(page: HerPage, run: Run[Any], bench: Workbench) -> None:
    section(page).pick(1)
    foot = section(page).foot
    foot.better.click()
    run(settled(page))
    assert focused() is foot.field
    write("Sleepy, to be honest.")
    run(press(page, "Ctrl+Return"))
    assert shown(page)[1] == "Sleepy, to be honest."
    assert "corrected" in section(page).view.text.groups[2].said.note
    with bench.house.samples.reading() as connection:
        sample = get(connection, 1)
    assert sample is not None
    assert (sample.kind, sample.messages[-1].content) == ("correction", "Sleepy, to be honest.")
    assert sample.provenance["rejected"] == "Fine, thanks."
    assert "waits in Review" in page.toast._said.text()


def test_escape_corrects_nothing(page: HerPage, run: Run[Any], bench: Workbench) -> None:
    section(page).foot.better.click()
    write("x")
    run(press(page, "Escape"))
    assert not section(page).foot._editor.isVisible()
    with bench.house.samples.reading() as connection:
        assert count(connection, Filter()).n == 0


def test_what_she_did_not_answer_cannot_be_rated(page: HerPage, run: Run[Any]) -> None:
    section(page).pick(0)
    foot = section(page).foot
    assert foot.copy.isEnabled()
    assert not any(one.isEnabled() for one in (foot.good, foot.bad, foot.better, foot.seen, foot.why))
    foot.copy.click()
    assert QGuiApplication.clipboard().text() == "How are you?"


def test_keys_go_from_turn_to_turn(page: HerPage, run: Run[Any]) -> None:
    section(page).view.setFocus()
    run(press(page, "Alt+Up", "Alt+Up"))
    assert section(page).picked == 1
    run(press(page, "Alt+Down"))
    assert section(page).picked == 2


def test_what_did_she_see(remember: Remember, talk: Talk, opened: Open, run: Run[Any], heard: Heard) -> None:
    number = remember("Likes tea")
    talk(
        ("Hi", "Hello."),
        recalled=[number, 999],
        seen={"room": 1000, "parts": {"talk": 40, "persona": 300, "memories": 60}},
    )
    page = opened("history")
    section(page).foot.seen.click()
    run(settled(page))
    seen = section(page).side.seen
    assert [(one.key, one.count) for one in seen.bars.tallies] == [
        ("persona", 300), ("memories", 60), ("talk", 40),
    ]  # fmt: skip
    assert "400 of 1,000 tokens" in seen._whole.text()
    assert seen.memories.rows.at(0).title == "Likes tea"
    seen.memories._chosen(number)
    assert heard.gone == [("her", number)]
    section(page).pick(0)
    run(settled(page))
    assert seen._unknown.isVisible()


def test_a_long_talk_is_fetched_as_one_scrolls(bench: Workbench, run: Run[Any], opened: Open) -> None:
    async def fill() -> None:
        house = bench.house
        made = await chat_run(house.store, "zishu", house.clock)
        number = await sitting(house.store, made, house.clock)
        for place in range(PAGE + 30):
            await say(house.store, number, "user", f"Turn {place}", {})

    run(fill())
    page = opened("history")
    assert len(shown(page)) == PAGE
    assert "more above" in section(page)._told.text()
    section(page).view.verticalScrollBar().setValue(0)
    run(settled(page))
    assert shown(page) == [f"Turn {place}" for place in range(PAGE + 30)]
    assert section(page).view.verticalScrollBar().value() > 100  # what was read stays where it was


def test_what_she_was_stopped_in_is_told_apart(
    bench: Workbench, run: Run[Any], opened: Open, talk: Talk
) -> None:
    talk(("Hi", "Hello."))

    async def stop() -> None:
        house = bench.house
        made = await chat_run(house.store, "zishu", house.clock)
        number = await sitting(house.store, made, house.clock)
        await say(house.store, number, PARTIAL, "I was about to", {"to": 0})

    run(stop())
    page = opened("history")
    last = section(page).view.text.groups[-1].said
    assert last.faded
    assert "stopped" in last.note
    assert section(page).picked == 1


def test_days_stand_between(bench: Workbench, run: Run[Any], opened: Open, talk: Talk) -> None:
    talk(("Hi", "Hello."))

    async def earlier() -> None:
        house = bench.house
        made = await chat_run(house.store, "zishu", house.clock)
        number = await sitting(house.store, made, house.clock)
        later = (SystemClock().now() + timedelta(days=1)).isoformat()
        await say(house.store, number, "user", "Morning", {"at": later})

    run(earlier())
    page = opened("history")
    marks = [one.said.text for one in section(page).view.text.groups if one.said.voice == "mark"]
    assert len(marks) == 2


def test_the_library_says_the_same(page: HerPage, bench: Workbench, run: Run[Any]) -> None:
    rows = list(bench.house.store.read("SELECT id FROM runs"))
    found = history(bench.house.store, rows[0]["id"])
    assert [one.content for one in found][::-1] == [one.content for one in section(page).turns.turns]


def test_her_last_answer_can_be_had_once_more(page: HerPage, run: Run[Any], bench: Workbench) -> None:
    wanted: list[str] = []
    bench.news.again.connect(lambda: wanted.append("again"))
    bench.news.hush.connect(lambda: wanted.append("hush"))
    foot = section(page).foot
    assert foot.again.isEnabled()
    section(page).pick(1)
    assert not foot.again.isEnabled(), "something was said since"
    section(page).pick(3)
    foot.again.setFocus()
    foot.again.click()
    bench.news.answers.emit(True)
    assert focused() is foot.hush
    assert (foot.again.isVisible(), foot.hush.isVisible()) == (False, True)
    foot.hush.click()
    assert wanted == ["again", "hush"]
    run(put(bench, "assistant", "Or so.", to=2))
    bench.news.answers.emit(False)
    run(settled(page))
    assert (foot.again.isVisible(), foot.hush.isVisible()) == (True, False)
    assert shown(page)[-1] == "Or so.", "what came is seen at once"
    assert section(page).picked == 4


def test_a_greeting_and_what_was_found_cannot_be_said_once_more(
    page: HerPage, run: Run[Any], bench: Workbench
) -> None:
    foot = section(page).foot
    section(page).search.setText("loop")
    section(page).ask()
    run(settled(page))
    section(page).pick(0)
    assert not foot.again.isEnabled()
    section(page).search.setText("")
    run(put(bench, "assistant", "Good morning!", greeting=True))
    section(page).ask()
    run(settled(page))
    section(page).pick(4)
    assert not foot.again.isEnabled()
    run(put(bench, "user", "Good morning."))
    section(page).ask()
    run(settled(page))
    section(page).pick(5)
    assert foot.again.isEnabled(), "she could not answer it yet"


def test_whoever_writes_is_not_disturbed_by_her_talk(page: HerPage, run: Run[Any], bench: Workbench) -> None:
    foot = section(page).foot
    foot.better.click()
    write("Half a sen")
    run(put(bench, "user", "Meanwhile."))
    bench.news.answers.emit(False)
    run(settled(page))
    assert foot.field.toPlainText() == "Half a sen"
    assert foot.writing
    assert len(shown(page)) == 4


def test_an_answer_that_was_said_anew_stands_back(page: HerPage, run: Run[Any], bench: Workbench) -> None:
    run(put(bench, "assistant", "First.", to=2, superseded=True))
    section(page).ask()
    run(settled(page))
    group = section(page).view.text.groups[-1]
    assert group.said.faded
    assert "said anew later" in group.said.note
