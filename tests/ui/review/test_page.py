"""The Review page as an evening goes: edits and their versions, undoing after a restart, filters, everything at once."""

import asyncio
from typing import Any

import shiboken6
from PySide6.QtGui import QColor, QImage, QTextCursor
from PySide6.QtWidgets import QApplication

from tests.ui.conftest import Heard, Run, Settle
from tests.ui.review.conftest import Fill, Open, Put, Stored, press, settled, talk, texts, title, write
from zishu_app.core.errors import DataError
from zishu_app.core.texts import set_language
from zishu_app.dataset import acts
from zishu_app.dataset.acts import Part
from zishu_app.dataset.find import Filter
from zishu_app.dataset.sample import Source, message
from zishu_app.review.desk import Desk
from zishu_app.ui.follow import LANGUAGE
from zishu_app.ui.remembered import Remembered
from zishu_app.ui.tabs.review.page import ReviewPage
from zishu_app.ui.tabs.review.wish import Wish
from zishu_app.ui.theme import look
from zishu_app.ui.workbench import Workbench


def shelf_titles(page: ReviewPage) -> list[str]:
    rows = page.queue.rows
    return [row.title for row in map(rows.row_at, range(rows.rowCount())) if row is not None]


# --- edits -------------------------------------------------------------------------------------------------------


def test_a_message_is_written_anew_where_it_stands(page: ReviewPage, run: Run[Any], stored: Stored) -> None:
    number = page.stage.number or 0
    run(press(page, "Down", "E"))
    editor = page.editing.editor
    assert editor.open_
    assert QApplication.focusWidget() is editor.field
    assert editor.field.toPlainText() == "Answer 0 of talk 4."
    write(" And a jar.")
    run(press(page, "Ctrl+Return"))
    assert stored(number).messages[1].content == "Answer 0 of talk 4. And a jar."
    assert stored(number).version == 1
    assert texts(page)[1] == "Answer 0 of talk 4. And a jar."
    assert page.reader.at == 1
    assert QApplication.focusWidget() is page.reader.sample.view
    assert not page.editing.drafts.of(number)


def test_nothing_that_was_written_is_lost_on_escape(
    page: ReviewPage, run: Run[Any], stored: Stored, bench: Workbench
) -> None:
    number = page.stage.number or 0
    run(press(page, "E"))
    write("Half a ")
    run(press(page, "Escape"))
    assert stored(number).version == 0
    assert page.editing.drafts.of(number) == [0]
    assert "unsaved edit" in [text for text, _ in page.head._told()]
    run(press(page, "J", "K", "E"))
    assert page.editing.editor.field.toPlainText() == "Question 0 of talk 4.Half a "
    assert bench.remembered.get("review.drafts", {}) == {f"{number}/0": "Question 0 of talk 4.Half a "}
    kept = Remembered(bench.house.home.root / "window.json")
    assert kept.get("review.drafts", {}) == {f"{number}/0": "Question 0 of talk 4.Half a "}, "on the disk"
    run(press(page, "Escape"))


def test_a_draft_can_be_thrown_away(page: ReviewPage, run: Run[Any]) -> None:
    number = page.stage.number or 0
    run(press(page, "E"))
    write("x")
    run(press(page, "Shift+Escape"))
    assert not page.editing.editor.open_
    assert page.editing.drafts.of(number) == []


def test_what_is_refused_stays_a_draft(page: ReviewPage, run: Run[Any], stored: Stored) -> None:
    number = page.stage.number or 0
    run(press(page, "E"))
    page.editing.editor.field.setPlainText("  ")
    run(press(page, "Ctrl+Return"))
    assert stored(number).version == 0
    assert page.editing.drafts.get(number, 0) == "  "
    assert "cannot be empty" in page.room._toasts[0].accessibleName()


def test_versions_are_compared_word_by_word_and_put_in_force_again(
    page: ReviewPage, run: Run[Any], stored: Stored
) -> None:
    number = page.stage.number or 0
    for text in ("Question 0 of the talk.", "Question 0 of my talk."):
        run(press(page, "E"))
        page.editing.editor.field.setPlainText(text)
        run(press(page, "Ctrl+Return"))
    run(press(page, "V"))
    assert [one.who for one in page.comparing.versions._versions] == ["", "me", "me"]
    first = page.reader.sample.view.text.groups[0].said
    assert first.text == "Question 0 of my talk 4."
    assert {first.text[one.start : one.end]: one.manner for one in first.spans} == {
        "my ": "new",
        " 4": "gone",
    }
    run(press(page, "B"))
    first = page.reader.sample.view.text.groups[0].said
    assert {one.manner for one in first.spans} == {"gone", "new"}
    assert "the" in first.text
    assert "my" in first.text
    run(press(page, "Left", "Left", "Return"))
    assert (stored(number).version, stored(number).messages[0].content) == (0, "Question 0 of talk 4.")
    assert texts(page)[0] == "Question 0 of talk 4."
    run(press(page, "V", "Escape"))
    assert not page.strips.showing(page.comparing.versions)
    assert texts(page)[0] == "Question 0 of talk 4."


def test_a_sample_that_was_never_edited_has_nothing_to_compare(page: ReviewPage, run: Run[Any]) -> None:
    run(press(page, "V"))
    assert not page.strips.showing(page.comparing.versions)
    assert "never edited" in page.room._toasts[0].accessibleName()


# --- taking back -------------------------------------------------------------------------------------------------


def test_undo_goes_to_the_sample_it_concerns_and_says_what_was_undone(
    page: ReviewPage, run: Run[Any], stored: Stored
) -> None:
    number = page.stage.number or 0
    run(press(page, "A", "A", "J"))
    assert title(page) == "Talk 1"
    run(press(page, "U"))
    assert title(page) == "Talk 3"
    assert page.room._toasts[0].accessibleName() == "Undone: Accepted (Talk 3)"
    run(press(page, "Ctrl+Z"))
    assert (title(page), stored(number).verdict) == ("Talk 4", "pending")
    run(press(page, "Shift+U", "Ctrl+Shift+Z"))
    assert [stored(number - back).verdict for back in (0, 1)] == ["accepted", "accepted"]
    run(press(page, "Shift+U"))
    assert "done again" in page.room._toasts[0].accessibleName()


def test_undo_reaches_back_before_a_restart(
    page: ReviewPage, opened: Open, run: Run[Any], stored: Stored
) -> None:
    number = page.stage.number or 0
    run(press(page, "F", "5", "A"))
    page.hide()
    again = opened()
    run(press(again, "U", "U", "U"))
    assert (stored(number).verdict, stored(number).flagged, stored(number).stars) == ("pending", False, None)
    assert again.stage.number == number
    run(press(again, "U"))
    assert "Nothing is left to undo" in again.room._toasts[0].accessibleName()


def test_what_cannot_be_written_is_told_and_shown_as_it_is(
    page: ReviewPage, run: Run[Any], stored: Stored, heard: Heard, monkeypatch: Any
) -> None:
    async def full(*_: object, **__: object) -> None:
        raise DataError("the disk is full", "make room")

    number = page.stage.number or 0
    monkeypatch.setattr(Desk, "decide", full)
    run(press(page, "A"))
    assert [one.message for one in heard.told] == ["the disk is full"]
    row = page.queue.rows.row_at(0)
    assert row is not None
    assert (row.verdict, stored(number).verdict) == ("pending", "pending")


# --- the queue ---------------------------------------------------------------------------------------------------


def test_the_place_in_the_queue_is_told_of_all_that_it_found(page: ReviewPage, run: Run[Any]) -> None:
    run(press(page, "A", "A"))
    assert page.head._place.text() == "3 / 5"
    assert page.queue.count is not None
    assert page.queue.count.n == 3
    run(press(page, "F5"))
    assert page.head._place.text() == "1 / 3"


def test_enter_leads_from_the_search_to_what_it_found(
    page: ReviewPage, run: Run[Any], stored: Stored
) -> None:
    run(press(page, "/"))
    write('"talk 2"')
    run(press(page, "Return", "A"))
    assert shelf_titles(page) == ["Talk 2"]
    number = page.queue.rows.id_at(0) or 0
    assert stored(number).verdict == "accepted"


def test_filters_are_walked_from_above(page: ReviewPage, run: Run[Any]) -> None:
    run(press(page, "G"))
    walked = []
    for _ in range(6):
        here = QApplication.focusWidget()
        assert here is not None
        walked.append(here.property("text"))
        run(press(page, "Tab"))
    assert walked == [
        "to review  5",
        "accepted  0",
        "rejected  0",
        "in the bin  0",
        "dialogue  5",
        "English  5",
    ]


def test_two_characters_find_a_chinese_text(put: Put, opened: Open, run: Run[Any]) -> None:
    for number, text in enumerate(("今天天气很好", "明天去爬山", "天上有云")):
        put(talk(number, messages=(message("user", text), message("assistant", "好的")), language="zh"))
    page = opened()
    page.shelf.search.setText("天气")
    run(asyncio.sleep(0.2))
    run(settled(page))
    assert shelf_titles(page) == ["Talk 0"]
    page.shelf.search.setText("")
    run(asyncio.sleep(0.2))
    run(settled(page))
    assert len(shelf_titles(page)) == 3


def test_what_was_searched_for_is_marked_where_it_is_read(put: Put, opened: Open, run: Run[Any]) -> None:
    put_distilled(put)
    put(talk(1))
    put(talk(2))
    page = opened()
    page.resize(1400, 800)
    assert marked(page) == []
    run(search(page, "talk 2"))
    assert title(page) == "Talk 2"
    assert marked(page)[-2:] == ["talk", "2"] and len(marked(page)) == 14, "the 2 of a question, too"

    # the same sample in another search, and in none
    run(search(page, '"answer 1"'))
    assert (title(page), marked(page)) == ("Talk 2", ["Answer 1"])
    run(search(page, ""))
    assert marked(page) == []

    # of what was distilled the source is read too, and the line of the prompt that is folded
    run(search(page, "begins"))
    assert marked(page) == ["begins"] and page.reader.source.isVisible()
    run(press(page, "Down"))
    selections = page.reader.sample.view.extraSelections()
    assert [one.cursor.selectedText() for one in selections][-1] == "begins", "also where the keyboard is"
    run(search(page, "distil"))
    assert marked(page)[0].startswith("▸ Prompt and source")
    run(search(page, "talk"))
    page.receive(page.queue.rows.id_at(page.queue.rows.rowCount() - 1))
    run(settled(page))
    assert title(page) == "Talk 0"
    assert len(page.reader.source.view.text.groups[0].sought) == 1


def test_what_was_searched_for_is_marked_in_titles(put: Put, opened: Open, run: Run[Any]) -> None:
    put(talk(1, title="海有多深", language="zh"))
    page = opened()

    def colours() -> set[str]:
        """Whether the list and the head have the ground of the mark."""
        grounds = {"list": page.shelf.list.viewport(), "head": page.head}
        wanted = QColor(look.now().sought)
        return {name for name, widget in grounds.items() if shows(widget.grab().toImage(), wanted)}

    assert colours() == set()
    run(search(page, "多深"))
    assert colours() == {"list", "head"}
    run(search(page, "question"))
    assert colours() == set()


async def search(page: ReviewPage, words: str) -> None:
    """Search, and wait for the answer."""
    page.shelf.search.setText(words)
    await asyncio.sleep(0.2)
    await settled(page)
    assert page.queue.asked.text == words


def marked(page: ReviewPage) -> list[str]:
    """What is marked of the sample as searched for, in the order of the text."""
    view = page.reader.sample.view
    found = []
    for group in view.text.groups:
        for start, end in group.sought:
            cursor = QTextCursor(view.document())
            cursor.setPosition(start)
            cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
            assert cursor.charFormat().background().color() == QColor(look.now().sought)
            found.append(cursor.selectedText())
    return found


def shows(picture: QImage, colour: QColor) -> bool:
    """Whether a picture has a colour somewhere."""
    return any(
        picture.pixelColor(across, down) == colour
        for down in range(picture.height())
        for across in range(0, picture.width(), 3)
    )


def test_the_answer_to_an_older_search_is_void(page: ReviewPage, run: Run[Any]) -> None:
    async def both() -> None:
        for word in ("talk 1", "talk 2"):
            page.queue.ask(Wish(Filter(text=f'"{word}"')))
        await settled(page)

    run(both())
    assert shelf_titles(page) == ["Talk 2"]


def test_filters_are_chosen_by_keyboard_shown_as_chips_and_remembered(
    put: Put, opened: Open, run: Run[Any], bench: Workbench
) -> None:
    put(talk(0, kind="imported", scenario="sea"))
    put(talk(1, kind="dialogue", scenario="sky"))
    page = opened()
    run(press(page, "G"))
    assert page.shelf.filtering
    options = page.shelf.filters._choosers["kinds"]._chips
    assert {key: chip.text() for key, chip in options.items()} == {
        "dialogue": "dialogue  1",
        "imported": "imported  1",
    }
    options["imported"].setFocus()
    run(press(page, "Return"))
    assert shelf_titles(page) == ["Talk 0"]
    run(press(page, "Escape"))
    assert not page.shelf.filtering
    assert page.shelf.chips._texts == ["to review", "imported"]
    assert bench.remembered.get("review.wish", {})["filter"] == {
        "kinds": ("imported",),
        "verdicts": ("pending",),
    }
    page.shelf._remove(1)
    run(settled(page))
    assert shelf_titles(page) == ["Talk 1", "Talk 0"]


def test_letters_are_no_commands_while_conditions_are_chosen(
    page: ReviewPage, run: Run[Any], stored: Stored
) -> None:
    number = page.stage.number or 0
    run(press(page, "G", "A", "Delete"))
    assert stored(number).verdict == "pending"


def test_all_filters_come_off_at_once(page: ReviewPage, run: Run[Any]) -> None:
    run(press(page, "A", "F5"))
    assert page.queue.rows.rowCount() == 4
    run(press(page, "Ctrl+Backspace"))
    assert page.queue.rows.rowCount() == 5


def test_the_queue_is_sorted_otherwise(page: ReviewPage, run: Run[Any]) -> None:
    page.do("oldest")
    run(settled(page))
    assert shelf_titles(page)[0] == "Talk 0"
    assert title(page) == "Talk 4", "what is read stays where it is still found"


def test_the_last_verdict_leads_on(page: ReviewPage, run: Run[Any]) -> None:
    run(press(page, "A", "A", "A", "A", "A"))
    assert page.room.nothing.currentWidget() is page.room.nothing.done
    assert not page.room.reads
    run(press(page, "U"))
    assert page.room.reads
    assert title(page) == "Talk 0"


def test_where_nothing_is_yet_the_page_leads_to_where_samples_come_from(
    opened: Open, run: Run[Any], heard: Heard
) -> None:
    page = opened()
    assert page.room.nothing.currentWidget() is page.room.nothing.none
    from PySide6.QtWidgets import QPushButton

    buttons = page.room.nothing.none.findChildren(QPushButton)
    for one in buttons:
        one.click()
    assert [name for name, _ in heard.gone] == ["make", "distill", "dataset"]


def test_what_comes_from_elsewhere_is_offered_and_does_not_move_the_queue(
    page: ReviewPage, put: Put, run: Run[Any], bench: Workbench
) -> None:
    put(talk(9))
    bench.news.samples_changed.emit()
    run(settled(page))
    assert page.queue.rows.rowCount() == 5
    assert not page.shelf._anew.isHidden()
    run(press(page, "F5"))
    assert shelf_titles(page)[0] == "Talk 9"
    assert page.shelf._anew.isHidden()


def test_a_filter_or_a_sample_is_handed_over(page: ReviewPage, run: Run[Any]) -> None:
    first = page.queue.rows.id_at(4) or 0
    page.receive(first)
    run(settled(page))
    assert title(page) == "Talk 0"
    page.receive(Filter(verdicts=("rejected",)))
    run(settled(page))
    assert page.room.nothing.currentWidget() is page.room.nothing.found


def test_twenty_thousand_rows_come_in_parts_and_hold_only_what_is_in_sight(
    fill: Fill, opened: Open, run: Run[Any]
) -> None:
    fill(20_000, rounds=1)
    page = opened()
    rows, bar = page.queue.rows, page.shelf.list.verticalScrollBar()
    assert rows.rowCount() == 400

    async def down() -> None:
        while rows.goes_on:
            bar.setValue(bar.maximum())
            await settled(page)

    run(down())
    assert rows.rowCount() == 20_000
    assert [rows.id_at(number) for number in (0, 19_999)] == [20_000, 1]
    bar.setValue(bar.maximum())
    run(asyncio.sleep(0.05))
    run(settled(page))
    last = rows.row_at(19_999)
    assert last is not None
    assert last.title == "Talk 0"
    assert len(list(rows.known())) <= 4_100
    bar.setValue(0)
    run(asyncio.sleep(0.05))
    run(settled(page))
    assert rows.row_at(0) is not None


# --- everything at once --------------------------------------------------------------------------------------------


def test_a_verdict_on_all_is_asked_with_the_exact_number_done_and_taken_back(
    page: ReviewPage, run: Run[Any], stored: Stored
) -> None:
    numbers = [page.queue.rows.id_at(row) or 0 for row in range(5)]
    run(press(page, "Ctrl+Shift+A"))
    assert page.strips.showing(page.whole.asking)
    assert page.whole.asking._asked.text() == "Accept all 5 samples that the filter finds?"
    run(press(page, "A"))
    assert page.strips.showing(page.whole.asking), "letters answer nothing"
    run(press(page, "Escape"))
    assert {stored(number).verdict for number in numbers} == {"pending"}
    run(press(page, "Ctrl+Shift+R", "Return"))
    assert {stored(number).verdict for number in numbers} == {"rejected"}
    run(press(page, "Ctrl+Z"))
    assert {stored(number).verdict for number in numbers} == {"pending"}
    assert page.queue.rows.rowCount() == 5


def test_what_was_left_half_way_is_offered_and_finished_or_taken_back(
    fill: Fill, bench: Workbench, opened: Open, run: Run[Any], stored: Stored, monkeypatch: Any
) -> None:
    monkeypatch.setattr(acts, "PART", 2)
    numbers = fill(5)
    desk = Desk(bench.house.samples, "me", bench.house.clock)

    async def broken() -> Part:
        parts = desk.decide_all(Filter(), "accepted")
        part = await anext(parts)
        await parts.aclose()  # type: ignore[attr-defined]
        return part

    assert run(broken()).done == 2
    page = opened()
    assert page.strips.showing(page.whole.going)
    assert page.whole.going._told.text() == "“Accepted 2 samples” stopped half way: there are about 5."
    page.whole.going._back.click()
    run(settled(page))
    assert {stored(number).verdict for number in numbers} == {"pending"}
    assert not page.strips.showing(page.whole.going)

    run(broken())
    page.whole.look()
    run(settled(page))
    page.whole.going._go_on.click()
    run(settled(page))
    assert {stored(number).verdict for number in numbers} == {"accepted"}

    run(undone_in_part(bench))
    page.whole.look()
    run(settled(page))
    told = page.whole.going._told.text()
    assert told == "Undoing “Accepted 5 samples” stopped half way: 2 are undone."
    assert page.whole.going._back.isHidden(), "finishing takes it back"
    page.whole.going._go_on.click()
    run(settled(page))
    assert {stored(number).verdict for number in numbers} == {"pending"}
    assert page.room._toasts[0].accessibleName() == "Undone: Accepted 5 samples"


async def undone_in_part(bench: Workbench) -> None:
    parts = acts.undo(bench.house.samples)
    await anext(parts)
    await parts.aclose()  # type: ignore[attr-defined]


# --- a distilled sample beside its source ----------------------------------------------------------------------------


def put_distilled(put: Put) -> int:
    said = tuple(message("user" if n % 2 == 0 else "assistant", f"Line {n} of the talk.") for n in range(60))
    source = Source("ab" * 16, "a long talk", said)
    about = {
        "statements": [
            {"section": "a", "text": "It begins.", "messages": [0, 1]},
            {"section": "a", "text": "It ends.", "messages": [58]},
        ],
        "messages": list(range(60)),
    }
    result = (message("user", "Distil. " * 60), message("assistant", "- It begins.\n- It ends."))
    return put(talk(0, kind="distilled", messages=result, source=source, provenance=about))


def test_a_statement_lights_its_messages_and_a_message_its_statements(
    put: Put, opened: Open, run: Run[Any]
) -> None:
    put_distilled(put)
    page = opened()
    reader = page.reader
    assert reader.source.isVisible()
    assert reader.at == 1, "reading begins at the result, not at the prompt"
    run(press(page, "Down"))
    assert reader.source.view.lit == [0, 1]
    assert page.foot.told.text() == "Rests on messages 1–2"
    run(press(page, "Down"))
    assert reader.source.view.lit == [58]
    run(press(page, "X"))
    assert QApplication.focusWidget() is reader.source.view
    assert (reader.source.spots.number, reader.sample.spots._pointed) == (58, {"says/1"})
    run(press(page, "Home", "Down"))
    assert reader.sample.spots._pointed == {"says/0"}
    assert page.foot.told.text() == "Message 2: 1 statement rests on it"
    run(press(page, "X"))
    assert QApplication.focusWidget() is reader.sample.view


def test_a_click_does_the_same(put: Put, opened: Open) -> None:
    put_distilled(put)
    page = opened()
    page.reader.sample.view.touched.emit("says/1")
    assert page.reader.source.view.lit == [58]
    page.reader.source.view.picked.emit(0)
    assert page.reader.sample.spots._pointed == {"says/0"}


def test_editing_a_statement_begins_where_it_stands(put: Put, opened: Open, run: Run[Any]) -> None:
    number = put_distilled(put)
    page = opened()
    run(press(page, "Down", "Down", "E"))
    field = page.editing.editor.field
    assert field.textCursor().position() == field.toPlainText().index("It ends.")
    run(press(page, "Escape"))
    assert page.stage.number == number


def test_a_talk_without_a_source_stands_alone(put: Put, opened: Open, run: Run[Any]) -> None:
    put_distilled(put)
    put(talk(1))
    page = opened()
    assert not page.reader.source.isVisible()
    run(press(page, "J"))
    assert page.reader.source.isVisible()
    run(press(page, "K"))
    assert not page.reader.source.isVisible()


def test_a_long_talk_is_written_in_lots_and_its_end_is_there_at_once(
    put: Put, opened: Open, run: Run[Any]
) -> None:
    put(talk(0, rounds=150))
    page = opened()
    run(press(page, "End"))
    assert page.reader.at == 299
    assert len(texts(page)) == 300


# --- the evening -----------------------------------------------------------------------------------------------------


def test_the_evening_is_told_as_it_goes(page: ReviewPage, run: Run[Any]) -> None:
    run(press(page, "A", "A"))
    page.evening.look()
    run(settled(page))
    assert page.line._words.text() == "2 today · 3 left"
    run(press(page, "W"))
    assert page.sheet.overlay.isVisible()
    assert page.sheet._gauges[0]._figure.text() == "2"
    assert page.sheet._state.text() == "not calibrated"
    run(press(page, "Escape"))
    assert not page.sheet.overlay.isVisible()


def test_what_is_decided_at_once_is_told_apart_and_changes_no_pace(
    fill: Fill, opened: Open, run: Run[Any]
) -> None:
    fill(12)
    page = opened()
    run(press(page, "A", "A", "Ctrl+Shift+A", "Return"))
    page.evening.look()
    run(settled(page))
    assert page.line._words.text() == "2 today, 10 more in bulk · 0 left"
    run(press(page, "W"))
    gauges = page.sheet._gauges
    assert (gauges[0]._figure.text(), gauges[0]._note.text()) == ("2", "and 10 in bulk")
    assert gauges[2]._figure.text() == "–", "two decisions tell no pace, however many are decided beside them"
    set_language("zh")
    LANGUAGE.changed()
    assert page.line._words.text() == "今天 2，另批量 10 · 还剩 0"
    assert gauges[0]._note.text() == "另有批量 10"


def test_agreement_with_the_judges_is_shown(
    page: ReviewPage, run: Run[Any], bench: Workbench, stored: Stored
) -> None:
    from zishu_app.dataset.scores import Mark, Marked, keep_marks

    number = page.stage.number or 0
    marks = (Mark("faithful", 5, "as it says"), Mark("complete", 2, "half of it"))
    given = Marked("home/judge", 1.0, 0, marks)
    run(
        bench.house.samples.change(
            lambda connection: keep_marks(connection, number, given, ["home/judge"], 1)
        )
    )
    run(press(page, "5", "3"))
    page.evening.look()
    run(settled(page))
    assert page.sheet._matrix._matrix[4][4] == 1
    assert page.sheet._matrix._matrix[2][1] == 1
    assert not page.sheet.accept.isEnabled(), "two marks calibrate nobody"
    run(page.stage.renew(number))
    run(press(page, "M"))
    assert page.judged.overlay.isVisible()
    page.do("accept_judged")
    run(settled(page))
    assert stored(number).verdict == "pending"


# --- languages ---------------------------------------------------------------------------------------------------------


def test_everything_is_said_again_in_another_language(put: Put, opened: Open, run: Run[Any]) -> None:
    put_distilled(put)
    page = opened()
    run(press(page, "R"))
    set_language("zh")
    LANGUAGE.changed()
    run(settled(page))
    assert page.reader.sample.view.text.groups[0].said.text.startswith("▸ 提示与原文")
    assert page.deciding.reject.field.accessibleName() == "理由"
    assert "原文" in page.reader.source.name.text()
    assert page.shelf.chips._texts == ["待审阅"]


def test_closing_the_page_loses_nothing(
    page: ReviewPage, run: Run[Any], stored: Stored, settle: Settle
) -> None:
    number = page.stage.number or 0

    async def close_at_once() -> None:
        page.do("accept")
        page.do("edit")
        ending = page.stop_softly()
        assert ending is not None
        await ending
        assert page.stop_softly() is None, "nothing is on its way any more"

    run(close_at_once())
    assert stored(number).verdict == "accepted"
    assert shiboken6.isValid(page)


def test_what_was_made_before_comes_when_the_page_is_opened(
    opened: Open, run: Run[Any], bench: Workbench, monkeypatch: Any
) -> None:
    from zishu_app.dataset.store import add
    from zishu_app.studio.samples import CaughtUp
    from zishu_app.ui.tabs.review import page as module

    async def older(house: Any) -> Any:
        await add(house.samples, [talk(7)], 1)
        yield CaughtUp(1)

    monkeypatch.setattr(module, "catch_up", older)
    page = opened()
    run(settled(page))
    assert title(page) == "Talk 7"
    assert page.room.reads


def test_a_page_that_is_opened_for_a_sample_shows_it_and_not_the_first(
    put: Put, fill: Fill, run: Run[Any], bench: Workbench
) -> None:
    number = put(talk(99, verdict="accepted"))
    fill(3)

    async def open_for_it() -> str:
        page = ReviewPage(bench)
        page.receive(number)
        await settled(page)
        shown = title(page)
        await bench.tasks.end()
        shiboken6.delete(page)
        return shown

    assert run(open_for_it()) == "Talk 99"


def test_other_criteria_hold_as_soon_as_the_settings_say_so(
    page: ReviewPage, run: Run[Any], bench: Workbench
) -> None:
    from zishu_app.core.settings import load_settings

    flags = {"review.criteria": "clear, warm"}
    bench.house.renew(load_settings(bench.house.home, flags, environment={}))
    bench.news.settings_changed.emit()
    run(settled(page))
    assert [one.name for one in page.foot.marks._criteria] == ["clear", "warm"]
    run(press(page, "4", "2"))
    assert page.stage.opened is not None
    assert dict(page.stage.opened.marks) == {"clear": 4, "warm": 2}
