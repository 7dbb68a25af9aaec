"""The Distil page as a user meets it: talks go in, statements come out, and each leads to its messages and back."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import shiboken6
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.teacher import Teacher
from tests.ui.conftest import Heard, Settle
from tests.ui.distill.conftest import Talks
from zishu_app.core.texts import set_language
from zishu_app.ledger.runs import start_run
from zishu_app.ui.follow import LANGUAGE
from zishu_app.ui.tabs.distill.page import DistillPage, past
from zishu_app.ui.workbench import Workbench


async def filled(page: DistillPage, paths: list[Path], settle: Settle) -> None:
    """Hand files to the page and wait until it may start."""
    page.receive(paths)
    await settle(lambda: page.form.card.sources.all and not page.form.card.sources.waiting)
    await settle(page.form.bar.button.isEnabled)


async def distilled(page: DistillPage, paths: list[Path], settle: Settle) -> None:
    """Distil files, to the end."""
    await filled(page, paths, settle)
    page.form.bar.button.click()
    await settle(lambda: page.run.opened is not None and not page.distiller.busy)


def rows(page: DistillPage) -> list[tuple[str, str]]:
    """Names and states of the run's talks, as the list shows them."""
    shown = page.run.list.rows
    return [(shown.at(number).title, shown.at(number).state) for number in range(shown.rowCount())]


def may_go_on(page: DistillPage) -> bool:
    """Whether going on is offered."""
    return not page.run.halt.isHidden() and page.run.halt.button.isEnabled()


def test_a_folder_is_distilled_and_a_bad_file_stops_nothing(
    page: DistillPage, talks: Talks, run: Any, settle: Settle, tmp_path: Path
) -> None:
    folder = talks(2)
    (folder / "broken.json").write_text('{"messages": [', encoding="utf-8")

    run(distilled(page, [folder], settle))

    assert rows(page) == [("broken.json", "unreadable"), ("Roof 0", "done"), ("Roof 1", "done")]
    assert "not valid JSON" in page.run.list.rows.at(0).under
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "distilled_Roof 0.json",
        "distilled_Roof 1.json",
    ]
    run(settle(lambda: page.shelf.list.rows.at(0).state == "done"))
    assert page.run.halt.isHidden()
    assert page.form.idle, "the next order begins with an empty list"


def test_a_bad_file_is_shown_before_anything_starts(
    page: DistillPage, talks: Talks, run: Any, settle: Settle, app: QApplication
) -> None:
    folder = talks(1)
    (folder / "broken.json").write_text("[1, 2", encoding="utf-8")

    run(filled(page, [folder], settle))
    run(asyncio.sleep(0.15))

    first = page.form.card.list.rows.at(0)
    assert (first.title, first.state) == ("broken.json", "unreadable")
    assert "not valid JSON" in first.under
    assert str(folder) not in first.under


def test_a_statement_leads_to_its_messages_and_back(
    page: DistillPage, talks: Talks, run: Any, settle: Settle
) -> None:
    run(distilled(page, [talks(2)], settle))
    page.run.list.activated.emit(page.run.list.rows.index(0))
    reader = page.run.reader
    run(settle(lambda: reader.reading is not None and reader.statements.model_.entries))
    entries = reader.statements.model_.entries
    number = next(row for row, one in enumerate(entries) if one.kind == "line" and one.messages)

    reader.statements.setCurrentIndex(reader.statements.model_.index(number))
    lit = reader.talk.lit
    assert lit == list(entries[number].messages)

    reader.talk.picked.emit(entries[number].messages[0])
    assert number in reader.statements.lit
    assert reader.statements.current() is None


def test_the_final_summary_is_the_other_side_of_the_same_talk(
    page: DistillPage, talks: Talks, run: Any, settle: Settle
) -> None:
    run(distilled(page, [talks(1)], settle))
    page.run.read(1)
    reader = page.run.reader
    run(settle(lambda: reader.statements.model_.entries))
    by_chunk = [one.text for one in reader.statements.model_.entries if one.kind == "head"]
    assert by_chunk[:2] == ["Chunk 1", "Chunk 2"]

    reader.view._buttons["final"].click()
    sections = [one.text for one in reader.statements.model_.entries if one.kind == "section"]
    assert sections == ["Main Issues Discussed", "Core Insights and Conclusions"]


def test_what_is_done_is_there_while_the_rest_goes_on(
    page: DistillPage, teacher: Teacher, talks: Talks, run: Any, settle: Settle
) -> None:
    teacher.latency = 0.15

    async def go() -> None:
        await filled(page, [talks(1)], settle)
        page.form.bar.button.click()
        await settle(lambda: page.distiller.live and page.distiller.live.state.lines[0].done)
        page.run.read(1)
        await settle(lambda: page.run.reader.statements.model_.entries)
        lines = [one for one in page.run.reader.statements.model_.entries if one.kind == "line"]
        assert page.distiller.live is not None
        assert lines
        assert any(one.messages for one in lines), "the numbers come with the events"
        await settle(lambda: not page.distiller.busy)
        await settle(lambda: page.run.reader.path() is not None)

    run(go())


def test_a_reached_budget_is_told_and_a_higher_one_goes_on(
    page: DistillPage, talks: Talks, run: Any, settle: Settle
) -> None:
    page.form._change({"budget_tokens": 3000, "max_output_tokens": 600, "concurrency": 1})
    run(distilled(page, [talks(3)], settle))
    assert not page.run.halt.isHidden()
    run(settle(lambda: page.shelf.list.rows.at(0).state == "stopped"))
    assert page.run.halt._tokens.value() == 6000
    run(settle(lambda: may_go_on(page)))

    page.run.halt._tokens.setValue(500_000)
    page.run.halt.button.click()
    run(settle(lambda: page.distiller.busy))
    run(settle(lambda: not page.distiller.busy))

    assert page.run.halt.isHidden()
    assert {state for _, state in rows(page)} <= {"done", "done before"}
    assert page.run.opened is not None
    again = page.distiller.row_of(page.run.opened.row.id)
    assert again is not None
    assert again.recipe["max_total_tokens"] == 500_000


def test_a_reached_budget_can_be_lifted(page: DistillPage, talks: Talks, run: Any, settle: Settle) -> None:
    page.form._change({"budget_tokens": 3000, "max_output_tokens": 600, "concurrency": 1})
    run(distilled(page, [talks(2)], settle))
    run(settle(lambda: may_go_on(page)))
    assert not page.run.halt._tokens.isHidden()
    assert page.run.halt._money.parentWidget().isHidden(), "there was no limit in money"

    page.run.halt._tokens.setValue(0)
    assert page.run.halt._tokens.text() == "no limit"
    page.run.halt.button.click()
    run(settle(lambda: page.distiller.busy))
    run(settle(lambda: not page.distiller.busy))

    assert {state for _, state in rows(page)} <= {"done", "done before"}
    assert page.run.opened is not None
    assert page.run.opened.caps.tokens is None
    assert page.run.opened.row.recipe["max_total_tokens"] is None


def test_stopping_twice_stops_at_once_and_the_run_can_be_taken_up(
    page: DistillPage, teacher: Teacher, talks: Talks, run: Any, settle: Settle
) -> None:
    teacher.latency = 30.0

    async def go() -> None:
        await filled(page, [talks(1)], settle)
        page.form.bar.button.click()
        await settle(lambda: page.run._stop.isVisible() and teacher.running)
        page.run._stop.click()
        await settle(lambda: page.run._stop.text() == "Stop now")
        page.run._stop.click()
        await settle(lambda: may_go_on(page))
        teacher.latency = 0.0
        assert "CancelledError" not in page.run.halt._message.text()
        page.run.halt.button.click()
        await settle(lambda: page.distiller.busy)
        await settle(lambda: not page.distiller.busy)

    run(go())
    assert rows(page) == [("Roof 0", "done")]


def test_closing_the_window_waits_for_the_questions_at_hand_only(
    page: DistillPage, teacher: Teacher, talks: Talks, run: Any, settle: Settle
) -> None:
    teacher.latency = 0.05
    assert page.stop_softly() is None

    async def go() -> None:
        await filled(page, [talks(1)], settle)
        page.form.bar.button.click()
        await settle(lambda: page.distiller.live is not None and teacher.running)
        task = page.stop_softly()
        assert task is not None
        await task

    run(go())
    asked, halted = teacher.stats()["answered"], page.run.halt
    assert len(asked) == 4  # so many chunks at once; not the fifth, not the summary
    assert rows(page) == [("Roof 0", "4/5 chunks")]
    run(settle(lambda: may_go_on(page)))

    halted.button.click()
    run(settle(lambda: page.distiller.busy))
    run(settle(lambda: not page.distiller.busy))
    assert rows(page) == [("Roof 0", "done")]
    assert set(teacher.stats()["answered"].values()) == {1}


def test_a_run_whose_process_is_gone_is_offered_again(
    bench: Workbench, page: DistillPage, talks: Talks, run: Any, settle: Settle, tmp_path: Path
) -> None:
    async def leave_one_behind() -> None:
        from zishu_app.studio.runs import order

        wanted = {
            "inputs": [str(talks(1))],
            "output": str(tmp_path / "out"),
            "batch": True,
            "language": None,
            "max_cost": None,
            "max_total_tokens": None,
        }
        recipe = order(bench.house.settings, wanted).recipe
        left = await start_run(bench.house.store, "distill", recipe, bench.house.clock)
        await bench.house.store.write(("UPDATE runs SET pid = 999999999 WHERE id = ?", (left.id,)))

    run(leave_one_behind())
    again = DistillPage(bench)
    run(settle(lambda: again.run.opened is not None))
    assert again.run.opened is not None
    assert again.run.opened.row.state == "interrupted"
    assert not again.run.halt.isHidden()
    run(settle(lambda: may_go_on(again)))

    again.run.halt.button.click()
    run(settle(lambda: again.distiller.busy))
    run(settle(lambda: not again.distiller.busy))
    assert [line.state for line in again.run.opened.state.lines] == ["done"]
    shiboken6.delete(again)


def test_a_past_run_is_put_together_from_its_files(
    bench: Workbench, page: DistillPage, talks: Talks, run: Any, settle: Settle, tmp_path: Path
) -> None:
    folder = talks(2)
    run(distilled(page, [folder], settle))
    next((tmp_path / "out").glob("*Roof 0*")).unlink()
    (folder / "broken.json").write_text("{", encoding="utf-8")
    assert page.run.opened is not None
    before = page.run.opened

    page.open(before.row.id)
    run(settle(lambda: page.run.opened is not before))
    assert sorted(rows(page)) == [("Roof 0", "not done"), ("Roof 1", "done")]


def test_a_result_made_in_another_way_is_none_of_a_run_that_was_stopped(
    page: DistillPage, bench: Workbench, talks: Talks, run: Any, settle: Settle
) -> None:
    run(distilled(page, [talks(1)], settle))
    assert page.run.opened is not None
    made = page.run.opened.row
    settings = dict(made.recipe["settings"])

    def lines(**change: Any) -> list[str]:
        recipe = {**made.recipe, "settings": {**settings, **change}}
        opened = run(past(bench.house, replace(made, state="stopped", recipe=recipe)))
        return [line.state for line in opened.state.lines]

    assert lines() == ["done"]
    assert lines(**{"distill.max_tokens": 90}) == ["left"]
    assert lines(**{"distill.temperature": 1.5}) == ["left"]
    assert lines(**{"teacher.model": "another"}) == ["left"]


def test_what_is_copied_is_told(
    page: DistillPage, talks: Talks, run: Any, settle: Settle, heard: Heard
) -> None:
    run(distilled(page, [talks(1)], settle))
    page.run.read(1)
    reader = page.run.reader
    run(settle(lambda: reader.statements.model_.entries))
    reader.taking.copy_all()
    assert heard.told[-1].message == "Copied."
    assert "Chunk 1" in QGuiApplication.clipboard().text()


def drop(page: DistillPage, path: Path) -> None:
    """Drag a file onto the page and let go."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    actions, buttons, keys = (
        Qt.DropAction.CopyAction,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    entering = QDragEnterEvent(page.rect().center(), actions, data, buttons, keys)
    QApplication.sendEvent(page, entering)
    assert entering.isAccepted()
    assert page._veil.isVisible()
    QApplication.sendEvent(page, QDropEvent(QPointF(page.rect().center()), actions, data, buttons, keys))
    assert not page._veil.isVisible()


def test_a_result_that_is_dropped_is_opened_with_its_source(
    page: DistillPage, talks: Talks, run: Any, settle: Settle, tmp_path: Path
) -> None:
    run(distilled(page, [talks(1)], settle))
    drop(page, tmp_path / "out" / "distilled_Roof 0.json")
    reader = page.result.reader
    run(settle(lambda: reader.reading is not None))
    assert page._stack.currentWidget() is page.result
    assert reader.reading is not None
    assert [message.content for message in reader.reading.messages][0].startswith("What is Roof 0 number 0")


def test_talks_that_are_dropped_are_added(page: DistillPage, talks: Talks, run: Any, settle: Settle) -> None:
    drop(page, talks(2))
    run(settle(lambda: len(page.form.card.sources.talks) == 2))
    assert page._stack.currentWidget() is page.form


def test_a_file_that_is_no_result_is_told(
    page: DistillPage, run: Any, settle: Settle, heard: Heard, tmp_path: Path
) -> None:
    path = tmp_path / "distilled_x.json"
    path.write_text('{"a": 1}', encoding="utf-8")
    page.receive([path])
    run(settle(lambda: heard.told))
    assert "not a result" in heard.told[0].message
    assert page._stack.currentWidget() is page.form


def test_what_is_removed_comes_back(page: DistillPage, talks: Talks, run: Any, settle: Settle) -> None:
    run(filled(page, [talks(3)], settle))
    card = page.form.card
    names = [one.path.name for one in card.sources.all]
    page.activateWindow()
    card.list.setFocus()
    card.list.setCurrentIndex(card.list.rows.index(1))
    QTest.keyClick(card.list, Qt.Key.Key_Delete)
    assert [one.path.name for one in card.sources.all] == [names[0], names[2]]
    card._undo.back.click()
    assert [one.path.name for one in card.sources.all] == names

    card.clear()
    assert not page.form.bar.may_start
    card._undo.back.click()
    assert [one.path.name for one in card.sources.all] == names


def test_the_picture_follows_the_settings(page: DistillPage, talks: Talks, run: Any, settle: Settle) -> None:
    run(filled(page, [talks(1)], settle))
    run(settle(lambda: page.form.cut.preview is not None))
    assert page.form.cut.preview is not None
    many = len(page.form.cut.preview.spans)
    page.form.cut.knobs.most.slider.setValue(page.form.cut.knobs.most.slider.maximum())
    run(settle(lambda: page.form.cut.preview and len(page.form.cut.preview.spans) == 1))
    assert many > 1
    assert page.form.wishes.max_tokens == 32_000


def test_an_overlap_that_is_too_large_cannot_start(
    page: DistillPage, talks: Talks, run: Any, settle: Settle
) -> None:
    run(filled(page, [talks(1)], settle))
    page.form.cut.knobs.overlap.number.setValue(100)
    assert page.form.cut.knobs.shared.fault
    assert not page.form.bar.button.isEnabled()
    page.form.cut.knobs.overlap.number.setValue(99)
    assert not page.form.cut.knobs.shared.fault
    assert page.form.bar.button.isEnabled()


def test_a_missing_key_is_told_before_the_start(
    page: DistillPage, talks: Talks, run: Any, settle: Settle
) -> None:
    run(filled(page, [talks(1)], settle))
    page.form.way.brain.setEditText("openai/gpt-4o-mini")
    run(settle(lambda: not page.form.bar.may_start))
    assert "OpenAI" in page.form.bar._said.text()
    assert page.form.bar._mend.isVisible()
    page.form.way.brain.setEditText("loopback")
    run(settle(lambda: page.form.bar.may_start))


def test_copying_takes_the_statement_or_its_section(
    page: DistillPage, talks: Talks, run: Any, settle: Settle
) -> None:
    run(distilled(page, [talks(1)], settle))
    page.run.read(1)
    reader = page.run.reader
    run(settle(lambda: reader.statements.model_.entries))
    entries = reader.statements.model_.entries
    number = next(row for row, one in enumerate(entries) if one.kind == "line")
    reader.statements.setCurrentIndex(reader.statements.model_.index(number))

    reader.taking.copy_statement()
    assert QGuiApplication.clipboard().text() == entries[number].text
    reader.taking.copy_section()
    taken = QGuiApplication.clipboard().text().splitlines()
    assert taken[0] == "Core Questions"
    assert taken[1] == f"- {entries[number].text}"


def test_a_result_is_exported(
    page: DistillPage, talks: Talks, run: Any, settle: Settle, tmp_path: Path, heard: Heard
) -> None:
    run(distilled(page, [talks(1)], settle))
    page.run.read(1)
    run(settle(lambda: page.run.reader.path() is not None))
    taking = page.run.reader.taking

    async def save() -> None:
        for suffix in (".md", ".txt", ".json"):
            task = taking.write(tmp_path / f"mine{suffix}", suffix)
            assert task is not None
            await task

    run(save())
    assert (tmp_path / "mine.md").read_text(encoding="utf-8").startswith("# Roof 0\n\n## Final summary")
    assert "(messages " in (tmp_path / "mine.md").read_text(encoding="utf-8")
    assert "Overall Conversation Topic" in (tmp_path / "mine.txt").read_text(encoding="utf-8")
    assert json.loads((tmp_path / "mine.json").read_text(encoding="utf-8"))["total_chunks"] > 1

    (tmp_path / "file").write_text("", encoding="utf-8")
    taking.write(tmp_path / "file" / "mine.md", ".md")
    run(settle(lambda: any("not saved" in one.message for one in heard.told)))


def test_the_language_changes_while_it_is_open(
    page: DistillPage, talks: Talks, run: Any, settle: Settle
) -> None:
    run(distilled(page, [talks(1)], settle))
    set_language("zh")
    LANGUAGE.changed()
    assert rows(page) == [("Roof 0", "完成")]
    assert page.run._state.text() == "完成"
    assert page.shelf.new.text() == "新的蒸馏"
    page.run.read(1)
    run(settle(lambda: page.run.reader.statements.model_.entries))
    assert page.run.reader.statements.model_.entries[0].text == "第 1 块"


def test_only_one_distillation_at_a_time(
    page: DistillPage, teacher: Teacher, talks: Talks, run: Any, settle: Settle, heard: Heard
) -> None:
    teacher.latency = 0.1

    async def go() -> None:
        await filled(page, [talks(1)], settle)
        page.form.bar.button.click()
        await settle(lambda: page.distiller.live is not None)
        assert page.distiller.live is not None
        page.distiller.resume(page.distiller.live.row.id, {})
        assert "going on already" in heard.told[-1].message
        page.new()
        assert not page.form.bar.may_start
        await settle(lambda: not page.distiller.busy)

    run(go())


def test_reading_gets_all_the_room_of_a_narrow_window(
    page: DistillPage, talks: Talks, run: Any, settle: Settle
) -> None:
    run(distilled(page, [talks(2)], settle))
    page.resize(800, 600)
    assert page.shelf.isVisible()
    page.run.read(1)
    assert not page.shelf.isVisible()
    page.run.leave()
    assert page.shelf.isVisible()
