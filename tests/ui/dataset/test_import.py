"""Import: files come in once, what is wrong is listed, and all of it can be taken back."""

import json
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from tests.ui.conftest import Heard, Settle
from zishu_app.core.texts import set_language
from zishu_app.dataset.find import Filter, count
from zishu_app.dataset.intake import BadRow, Taken
from zishu_app.ui.tabs.dataset import intake_state
from zishu_app.ui.tabs.dataset.intake import Import
from zishu_app.ui.tabs.dataset.intake_state import IntakeState, bare
from zishu_app.ui.tabs.dataset.page import DatasetPage
from zishu_app.ui.workbench import Workbench


def lines(folder: Path, name: str = "talks.jsonl", good: int = 3, bad: int = 2) -> Path:
    """A file of talks, with some lines that are none."""
    path = folder / name
    records = [
        {
            "messages": [
                {"role": "user", "content": f"Question {number}?"},
                {"role": "assistant", "content": "Yes."},
            ]
        }
        for number in range(good)
    ]
    texts = [json.dumps(record) for record in records] + ["not json"] * bad
    path.write_text("\n".join(texts) + "\n", encoding="utf-8")
    return path


def intake(page: DatasetPage) -> Import:
    page.open("import")
    one = page.sections["import"]
    assert isinstance(one, Import)
    return one


async def taken(one: Import, paths: list[Path], settle: Settle) -> None:
    one.take(paths)
    await settle(lambda: one.state is not None and one.state.ending is not None and not one.work.busy)


def many(bench: Workbench, wanted: Filter) -> int:
    with bench.house.samples.reading() as connection:
        return count(connection, wanted).n


def test_a_file_comes_in_and_its_bad_lines_are_listed(
    page: DatasetPage, bench: Workbench, heard: Heard, run: Any, settle: Settle, tmp_path: Path
) -> None:
    one = intake(page)
    assert not one.doors.wide.isHidden()
    run(taken(one, [lines(tmp_path), tmp_path / "gone.jsonl"], settle))

    result = one.result
    figures = [gauge._figure.text() for gauge in (result.added, result.known, result.bad)]
    assert figures == ["3", "0", "2"]
    rows = [one.problems.list.rows.at(number) for number in range(one.problems.list.rows.rowCount())]
    assert [row.right for row in rows] == ["gone.jsonl", "talks.jsonl · line 4", "talks.jsonl · line 5"]
    assert rows[1].title.startswith("Not valid JSON")
    assert rows[1].under, "what to do is said too"
    assert one.doors.wide.isHidden(), "the wide door gives way to what came"
    assert many(bench, Filter(verdicts=("pending",))) == 3

    run(taken(one, [tmp_path / "talks.jsonl"], settle))
    assert result.known._figure.text() == "3"
    assert result.back.isHidden(), "nothing came that could be taken back"


def test_the_list_is_searched_and_copied(
    page: DatasetPage, heard: Heard, run: Any, settle: Settle, tmp_path: Path, app: QApplication
) -> None:
    one = intake(page)
    run(taken(one, [lines(tmp_path), lines(tmp_path, "other.jsonl", good=1, bad=1)], settle))
    one.problems.search.setText("other line 2")
    run(settle(lambda: one.problems.list.rows.rowCount() == 1))
    one.problems.copy()
    (line,) = QGuiApplication.clipboard().text().splitlines()
    path, place, reason, hint = line.split("\t")
    assert (Path(path).name, place) == ("other.jsonl", "line 2")
    assert reason
    assert hint
    assert heard.told[-1].message == "1 line copied."


def test_an_import_is_taken_back_and_that_is_undone(
    page: DatasetPage, bench: Workbench, run: Any, settle: Settle, tmp_path: Path
) -> None:
    one = intake(page)
    run(taken(one, [lines(tmp_path)], settle))
    assert not one.result.back.isHidden()
    one.result.back.click()
    run(settle(lambda: page.toast.isVisible()))
    assert many(bench, Filter(verdicts=("removed",))) == 3
    assert one.result.back.isHidden()

    (undo,) = [each for each in page.toast.findChildren(QPushButton) if each.text() == "Undo"]
    undo.click()
    run(settle(lambda: many(bench, Filter(verdicts=("pending",))) == 3))


def test_what_came_since_is_not_undone_instead(
    page: DatasetPage, bench: Workbench, heard: Heard, run: Any, settle: Settle, tmp_path: Path
) -> None:
    one = intake(page)
    run(taken(one, [lines(tmp_path)], settle))
    one.result.back.click()
    run(settle(lambda: page.toast.isVisible()))

    async def flag() -> None:
        await page._around.desk.flag(1, on=True)

    run(flag())
    page.toast._take_back()
    run(settle(lambda: heard.told and "nothing was undone" in heard.told[-1].message))
    assert many(bench, Filter(verdicts=("removed",))) == 3


def test_what_came_is_shown_for_review(
    page: DatasetPage, heard: Heard, run: Any, settle: Settle, tmp_path: Path
) -> None:
    one = intake(page)
    run(taken(one, [lines(tmp_path)], settle))
    one.result.review.click()
    name, wanted = heard.gone[-1]
    assert name == "review"
    assert one.state is not None
    assert wanted == Filter(created=(one.state.now, one.state.now + 1))


def test_an_import_is_stopped(page: DatasetPage, run: Any, settle: Settle, tmp_path: Path) -> None:
    one = intake(page)

    async def go() -> None:
        one.take([lines(tmp_path, good=900)])
        await settle(lambda: one.state is not None and one.state.added)
        one.progress.stop.click()
        await settle(lambda: not one.work.busy)

    run(go())
    assert one.state is not None
    assert one.state.ending is not None
    assert one.state.ending.stopped
    assert 0 < one.state.added < 900
    assert "Stopped" in one.result._said.text()


def test_files_are_dropped_anywhere_on_the_page(
    page: DatasetPage, run: Any, settle: Settle, tmp_path: Path, app: QApplication
) -> None:
    assert page.section == "overview"
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(lines(tmp_path)))])
    given = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    entering = QDragEnterEvent(page.rect().center(), *given)
    QApplication.sendEvent(page, entering)
    assert entering.isAccepted()
    QApplication.sendEvent(page, QDropEvent(QPointF(page.rect().center()), *given))
    assert page.section == "import"
    one = intake(page)
    run(settle(lambda: one.state is not None and one.state.ending is not None and not one.work.busy))
    assert one.state is not None
    assert one.state.added == 3


def test_a_second_import_waits_for_the_first(
    page: DatasetPage, heard: Heard, run: Any, settle: Settle, tmp_path: Path
) -> None:
    one = intake(page)

    async def go() -> None:
        one.take([lines(tmp_path, good=500)])
        one.take([lines(tmp_path, "other.jsonl")])
        await settle(lambda: not one.work.busy)

    run(go())
    assert heard.told[0].message == "An import is going on."
    assert one.state is not None
    assert one.state.added == 500


def test_very_many_problems_are_counted_and_not_kept(monkeypatch: Any) -> None:
    monkeypatch.setattr(intake_state, "MOST", 2)
    state = IntakeState(0, [])
    for number in range(5):
        state.hear(BadRow(Path("a.csv"), number, None, "a.csv, item 1: wrong.", "mend it"))
    state.hear(Taken(5, 0, 0, 5, 1.0))
    assert (len(state.problems), state.more, state.bad) == (2, 3, 5)


def test_a_reason_without_its_place() -> None:
    path = Path("folder") / "talks.jsonl"
    assert bare(f"{path}, line 3: not valid JSON.", path) == "Not valid JSON."
    set_language("zh")
    assert bare(f"{path} 第 3 行：不是有效的 JSON。", path) == "不是有效的 JSON。"
    assert bare("something else", path) == "Something else"


def test_the_sections_are_turned_with_the_keyboard(page: DatasetPage, run: Any, settle: Settle) -> None:
    page.activateWindow()
    run(settle(page.isActiveWindow))
    QTest.keyClick(page, Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
    assert page.section == "import"
    QTest.keyClick(page, Qt.Key.Key_PageUp, Qt.KeyboardModifier.ControlModifier)
    assert page.section == "overview"
