"""Memories on the page: looked at, searched, written, pinned, merged, carried out and in, and forgotten for good."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.ui.conftest import Heard, Run
from tests.ui.her.conftest import NOTED, Open, Remember, Talk, focused, press, settled, write
from zishu_app.house import House
from zishu_app.memory.hashing import HashingEmbedder
from zishu_app.memory.index import ScriptedIndex
from zishu_app.memory.look import get, history_of
from zishu_app.memory.mind import Mind
from zishu_app.memory.store import Memory, Noted, used
from zishu_app.ui.tabs.her.memories import Memories
from zishu_app.ui.tabs.her.memory_list import PAGE
from zishu_app.ui.tabs.her.page import HerPage
from zishu_app.ui.workbench import Workbench


def section(page: HerPage) -> Memories:
    found = page.sections["memories"]
    assert isinstance(found, Memories)
    return found


def texts(page: HerPage) -> list[str]:
    return [one.text for one in section(page).shelf.rows.memories]


def stored(bench: Workbench, number: int) -> Memory | None:
    with bench.house.memories.reading() as connection:
        return get(connection, number)


@pytest.fixture
def page(remember: Remember, opened: Open) -> HerPage:
    """Three memories, the newest first."""
    remember("Likes green tea", kind="preference")
    remember("Lives in Hamburg", NOTED + 10)
    remember("Has an exam on Friday", NOTED + 20, kind="event")
    return opened("memories")


def choose(page: HerPage, text: str, run: Run[Any]) -> Memory:
    """By the mouse."""
    memories = section(page)
    memory = next(one for one in memories.shelf.rows.memories if one.text == text)
    memories.shelf.list.setFocus()  # as a click does, before it chooses
    memories.shelf.list.setCurrentIndex(memories.shelf.rows.index(memories.shelf.rows.find(memory.id)))
    run(settled(page))
    return memory


# --- the list ----------------------------------------------------------------------------------------------------


def test_nothing_is_said_where_nothing_is(opened: Open) -> None:
    page = opened("memories")
    shelf = section(page).shelf
    assert shelf._stack.currentWidget() is shelf._nothing
    assert not shelf.filters.isVisible()


def test_what_she_remembers_is_listed_and_found(page: HerPage, run: Run[Any], remember: Remember) -> None:
    remember("Somebody else's", character="other")
    assert texts(page) == ["Has an exam on Friday", "Lives in Hamburg", "Likes green tea"]
    filters = section(page).shelf.filters
    filters.search.setText("tea")
    run(_pause(page))
    assert texts(page) == ["Likes green tea"]
    filters.search.setText("nothing like it")
    run(_pause(page))
    shelf = section(page).shelf
    assert shelf._stack.currentWidget() is shelf._unfound
    filters.clear()
    filters._turned("event", True)
    run(settled(page))
    assert texts(page) == ["Has an exam on Friday"]


async def _pause(page: HerPage) -> None:
    import asyncio

    await asyncio.sleep(0.2)
    await settled(page)


def test_order_pins_and_the_past(page: HerPage, run: Run[Any], bench: Workbench) -> None:
    memories = section(page)
    tea = choose(page, "Likes green tea", run)
    run(press(page, "P"))
    assert (stored(bench, tea.id) or tea).pinned
    memories.shelf.ask()
    run(settled(page))
    assert texts(page)[0] == "Likes green tea"
    run(used(bench.house.memories, [2, 2], NOTED + 50))
    memories.shelf.filters._ask(order="uses")
    run(settled(page))
    assert texts(page) == ["Likes green tea", "Lives in Hamburg", "Has an exam on Friday"]
    choose(page, "Lives in Hamburg", run)
    memories._command("end")
    run(settled(page))
    memories.shelf.filters._turned("past", False)
    run(settled(page))
    assert texts(page) == ["Likes green tea", "Has an exam on Friday"]
    memories.shelf.filters._turned("pinned", True)
    run(settled(page))
    assert texts(page) == ["Likes green tea"]


def test_a_long_list_is_fetched_as_one_scrolls(
    bench: Workbench, run: Run[Any], opened: Open, remember: Remember
) -> None:
    def put(connection: sqlite3.Connection) -> None:
        from zishu_app.memory.store import insert

        for number in range(PAGE * 2 + 5):
            insert(connection, "zishu", Noted(f"Thing {number}"), NOTED + number)

    run(bench.house.memories.change(put))
    page = opened("memories")
    shelf = section(page).shelf
    assert shelf.rows.rowCount() == PAGE
    for _ in range(4):
        shelf.list.scrollToBottom()
        run(settled(page))
    assert shelf.rows.rowCount() == PAGE * 2 + 5
    assert len({one.id for one in shelf.rows.memories}) == PAGE * 2 + 5
    assert "405 memories" in shelf._told.text()


def test_an_endpoint_that_is_not_asked_is_named_with_the_way_to_the_setting(
    remember: Remember,
    opened: Open,
    run: Run[Any],
    bench: Workbench,
    monkeypatch: pytest.MonkeyPatch,
    heard: Heard,
) -> None:
    async def mind(house: House, character: str) -> Mind:
        given = "" if house.settings.memory.endpoint_reads else "somebody/reads-all"
        return Mind(character, house.memories, HashingEmbedder(), ScriptedIndex(), house.clock, given)

    monkeypatch.setattr(House, "mind", mind)
    remember("Likes green tea")
    page = opened("memories")
    note = section(page).shelf.kept_here
    assert note.isVisible()
    assert "somebody/reads-all" in note.said.text() and "words alone" in note.said.text()
    note.way.click()
    assert heard.gone[-1] == ("settings", "companion")
    page.around.changes.put({"memory.endpoint_reads": True})
    run(settled(page))
    assert not note.isVisible()


# --- one memory --------------------------------------------------------------------------------------------------


def test_a_memory_is_written_anew_with_its_history_and_taken_back(
    page: HerPage, run: Run[Any], bench: Workbench
) -> None:
    memory = choose(page, "Lives in Hamburg", run)
    run(press(page, "F2"))
    sheet = section(page).sheet
    assert focused() is sheet.editor.field
    write("Lives in Kiel")
    run(press(page, "Ctrl+Return"))
    assert (stored(bench, memory.id) or memory).text == "Lives in Kiel"
    assert sheet._text.text() == "Lives in Kiel"
    with bench.house.memories.reading() as connection:
        assert [text for _, text, _ in history_of(connection, memory.id)] == ["Lives in Hamburg"]
    page.toast._take_back()
    run(settled(page))
    assert (stored(bench, memory.id) or memory).text == "Lives in Hamburg"


def test_escape_writes_nothing(page: HerPage, run: Run[Any], bench: Workbench) -> None:
    memory = choose(page, "Lives in Hamburg", run)
    run(press(page, "Return"))
    write("x")
    run(press(page, "Escape"))
    assert (stored(bench, memory.id) or memory).text == "Lives in Hamburg"
    assert not section(page).sheet.editor.isVisible()


def test_something_new_is_written(page: HerPage, run: Run[Any], bench: Workbench) -> None:
    memories = section(page)
    memories.sheet_new()
    run(settled(page))
    memories.sheet.editor.kind.setCurrentIndex(3)
    write("Water the plants on Sundays")
    run(press(page, "Ctrl+Return"))
    assert "Water the plants on Sundays" in texts(page)
    made = next(one for one in memories.shelf.rows.memories if one.text.startswith("Water"))
    assert (made.kind, made.confidence) == ("promise", 1.0)
    assert memories.sheet.opened is not None
    assert memories.sheet.opened.memory.id == made.id


def test_why_it_came_to_mind(remember: Remember, talk: Talk, opened: Open, run: Run[Any]) -> None:
    number = remember("Likes green tea with honey", kind="preference")
    talk(("What tea shall I buy?", "Green."), ("And honey?", "Yes."), recalled=[number])
    page = opened("memories")
    page.receive(number)
    run(settled(page))
    why = section(page).sheet.why
    assert "And honey?" in why._said.text()
    assert why._figures.isVisible()
    assert why._bars[1][1].toolTip() == "honey"
    assert "%" in why._bars[0][2].text()


def test_the_bubble_leads_to_a_memory(page: HerPage, run: Run[Any]) -> None:
    page.open("history")

    class Kept:
        number = 1

    page.receive(Kept())
    run(settled(page))
    assert page.section == "memories"
    assert section(page).sheet._text.text() == "Likes green tea"


def test_two_become_one(page: HerPage, run: Run[Any], bench: Workbench) -> None:
    tea = choose(page, "Likes green tea", run)
    run(press(page, "M"))
    memories = section(page)
    assert memories.shelf.note.isVisible()
    choose(page, "Lives in Hamburg", run)
    assert memories.sheet.question.isVisible()
    run(press(page, "Return"))
    assert texts(page) == ["Likes green tea", "Has an exam on Friday"]
    with bench.house.memories.reading() as connection:
        assert "Lives in Hamburg" in [text for _, text, _ in history_of(connection, tea.id)]
    assert not memories.shelf.note.isVisible()


def merged(page: HerPage, run: Run[Any]) -> None:
    choose(page, "Likes green tea", run)
    run(press(page, "M"))
    choose(page, "Lives in Hamburg", run)
    run(press(page, "Return"))
    assert texts(page) == ["Likes green tea", "Has an exam on Friday"]


def test_a_merge_is_taken_back(page: HerPage, run: Run[Any]) -> None:
    merged(page, run)
    page.toast._take_back()
    run(settled(page))
    assert sorted(texts(page)) == ["Has an exam on Friday", "Likes green tea", "Lives in Hamburg"]
    assert section(page).sheet._text.text() == "Likes green tea"


def test_a_merge_comes_apart_also_later(page: HerPage, run: Run[Any], bench: Workbench) -> None:
    sheet = section(page).sheet
    choose(page, "Likes green tea", run)
    assert not sheet._apart.isVisible()
    merged(page, run)
    page.toast.leave()
    choose(page, "Has an exam on Friday", run)
    assert not sheet._apart.isVisible()
    tea = choose(page, "Likes green tea", run)
    assert sheet._apart.isVisible()
    sheet._apart.click()
    run(settled(page))
    assert sorted(texts(page)) == ["Has an exam on Friday", "Likes green tea", "Lives in Hamburg"]
    assert not sheet._apart.isVisible()
    with bench.house.memories.reading() as connection:
        assert history_of(connection, tea.id) == []


def test_a_merge_can_be_given_up(page: HerPage, run: Run[Any]) -> None:
    choose(page, "Likes green tea", run)
    run(press(page, "M"))
    choose(page, "Lives in Hamburg", run)
    run(press(page, "Escape"))
    assert len(texts(page)) == 3
    assert not section(page).shelf.note.isVisible()
    assert section(page).merging.into is None


# --- forgetting --------------------------------------------------------------------------------------------------


def test_forgetting_says_what_it_means_and_is_final(
    remember: Remember, talk: Talk, opened: Open, run: Run[Any], bench: Workbench
) -> None:
    (step,) = talk(("I keep zebrafinches at home", "How lovely."))
    remember("Keeps zebrafinches at home", turn=(1, step - 1))
    page = opened("memories")
    choose(page, "Keeps zebrafinches at home", run)
    run(press(page, "Delete"))
    question = section(page).sheet.question
    assert question.isVisible()
    assert "Forget for good" in question._said.text()
    assert "of the chats" in question._said.text()
    assert texts(page) == ["Keeps zebrafinches at home"]  # nothing has happened yet
    run(press(page, "Return"))
    assert texts(page) == []
    assert "Forgotten" in page.toast._said.text()
    assert not page.toast._button.isVisible()  # there is no way back
    for path in bench.house.home.root.rglob("*"):
        if path.is_file():
            assert b"zebrafinches" not in path.read_bytes(), path


def test_forgetting_can_be_thought_better_of(page: HerPage, run: Run[Any]) -> None:
    choose(page, "Lives in Hamburg", run)
    run(press(page, "Delete"))
    run(press(page, "Escape"))
    assert not section(page).sheet.question.isVisible()
    assert "Lives in Hamburg" in texts(page)
    assert focused() is section(page).shelf.list


# --- out and in, and pausing ---------------------------------------------------------------------------------------


def test_memories_go_out_and_come_in(page: HerPage, run: Run[Any], tmp_path: Path, bench: Workbench) -> None:
    deeds, path = section(page).deeds, tmp_path / "memories.json"
    deeds.start(deeds.give(path))
    run(settled(page))
    kept = json.loads(path.read_text("utf-8"))
    kept["memories"].append({**kept["memories"][0], "text": "Plays the flute"})
    path.write_text(json.dumps(kept), "utf-8")
    page.take([path])  # let go over the page
    run(settled(page))
    assert "Plays the flute" in texts(page)
    assert "1 memory came, 3 known before" in page.toast._said.text()


def test_what_is_no_file_of_memories_is_told(
    page: HerPage, run: Run[Any], tmp_path: Path, heard: Heard
) -> None:
    (tmp_path / "x.json").write_text("[]", "utf-8")
    page.take([tmp_path / "x.json"])
    run(settled(page))
    assert heard.told
    assert heard.told[-1].tone == "bad"


def test_she_can_be_kept_from_noting(page: HerPage, run: Run[Any], bench: Workbench) -> None:
    shelf = section(page).shelf
    assert shelf.pause.isChecked()
    shelf.pause.click()
    run(settled(page))
    assert not bench.house.settings.memory.remembers
    assert not shelf.pause.isChecked()
    assert "words alone" in shelf._told.text()  # hashing, in this test


def test_a_memory_that_is_gone_is_not_shown(page: HerPage, run: Run[Any]) -> None:
    page.receive(999)
    run(settled(page))
    assert section(page)._right.currentWidget() is section(page)._hint


def test_another_character_remembers_other_things(
    page: HerPage, run: Run[Any], remember: Remember, bench: Workbench
) -> None:
    remember("Somebody else's", character="bo")
    page.around.changes.put({"companion.character": "bo"})
    run(settled(page))
    assert texts(page) == ["Somebody else's"]
