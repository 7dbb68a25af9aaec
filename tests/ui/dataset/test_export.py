"""Export: a form, some samples, a place; and what was left out of the file."""

import json
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QLabel, QPushButton

from tests.ui.conftest import Heard, Settle
from tests.ui.dataset.conftest import Filled
from zishu_app.dataset.find import Filter
from zishu_app.dataset.forms import FORMS
from zishu_app.dataset.sample import message
from zishu_app.ui.tabs.dataset import export as export_module
from zishu_app.ui.tabs.dataset.export import Export
from zishu_app.ui.tabs.dataset.form_cards import ENDINGS
from zishu_app.ui.tabs.dataset.page import DatasetPage
from zishu_app.ui.workbench import Workbench


def opened(page: DatasetPage) -> Export:
    page.open("export")
    one = page.sections["export"]
    assert isinstance(one, Export)
    return one


async def counted(one: Export, number: int, settle: Settle) -> None:
    await settle(lambda: one.what._count.text().startswith(f"{number} "))


async def exported(one: Export, path: Path, settle: Settle) -> None:
    one.path.setText(str(path))
    one._draw()
    await settle(one.start.isEnabled)
    one.start.click()
    await settle(lambda: one.state is not None and one.state.ending is not None and not one.work.busy)


@pytest.mark.parametrize("form", FORMS)
def test_each_form_is_written(
    page: DatasetPage, filled: Filled, run: Any, settle: Settle, tmp_path: Path, form: str
) -> None:
    filled(6)
    one = opened(page)
    one.what.which._buttons["all"].click()
    one.forms.cards[form].click()  # type: ignore[index]
    assert one.path.text().endswith(ENDINGS[form])  # type: ignore[index]
    path = tmp_path / f"out{ENDINGS[form]}"  # type: ignore[index]
    run(exported(one, path, settle))
    assert path.stat().st_size > 0
    assert one.result._said.text().startswith("6 samples written")
    if form == "openai":
        assert len([json.loads(line) for line in path.read_text("utf-8").splitlines()]) == 6


def test_accepted_ones_alone_unless_something_else_is_said(
    page: DatasetPage, filled: Filled, bench: Workbench, run: Any, settle: Settle, tmp_path: Path
) -> None:
    numbers = filled(6)
    one = opened(page)
    run(settle(lambda: one._said.text().startswith("There are no such samples")))
    assert not one.start.isEnabled()

    async def accept() -> None:
        await page._around.desk.decide(numbers[0], "accepted")
        bench.news.samples_changed.emit()
        await counted(one, 1, settle)

    run(accept())
    run(exported(one, tmp_path / "out.jsonl", settle))
    assert len((tmp_path / "out.jsonl").read_text("utf-8").splitlines()) == 1


def test_all_of_them_tells_how_many_were_turned_down(
    page: DatasetPage, filled: Filled, bench: Workbench, run: Any, settle: Settle
) -> None:
    numbers = filled(6)
    one = opened(page)
    run(page._around.desk.decide(numbers[0], "rejected"))
    bench.news.samples_changed.emit()
    one.what.which._buttons["all"].click()
    run(settle(lambda: one.what._count.text() == "6 samples, 1 of them rejected"))
    one.what.which._buttons["accepted"].click()
    run(settle(lambda: one.what._count.text() == "0 samples"))


def test_a_choice_of_samples_is_counted_and_remembered(
    page: DatasetPage, filled: Filled, bench: Workbench, run: Any, settle: Settle
) -> None:
    filled(12)
    one = opened(page)
    one.what.which._buttons["some"].click()
    run(counted(one, 12, settle))
    one.what.kinds["dialogue"].click()
    one.what.languages["en"].click()
    run(counted(one, 4, settle))
    run(settle(lambda: one.what.scenario.count() == 5))
    one.what.scenario.setCurrentIndex(one.what.scenario.findData("S1"))
    one.what.scenario.activated.emit(one.what.scenario.currentIndex())
    run(counted(one, 1, settle))
    assert one.what.wanted == Filter(kinds=("dialogue",), languages=("en",), scenarios=("S1",))

    again = Export(page._around)
    run(settle(lambda: again.what.scenario.count() == 5))
    assert again.what.wanted == one.what.wanted
    again.deleteLater()


def test_what_does_not_fit_is_listed_and_can_be_opened(
    page: DatasetPage, filled: Filled, heard: Heard, run: Any, settle: Settle, tmp_path: Path
) -> None:
    filled(2)
    (odd,) = filled(
        1, messages=(message("user", "one"), message("user", "two"), message("assistant", "three"))
    )
    one = opened(page)
    one.what.which._buttons["all"].click()
    one.forms.cards["alpaca"].click()
    run(exported(one, tmp_path / "out.json", settle))
    assert one.left._title.text() == "1 sample left out"
    row = one.left.list.rows.at(0)
    assert (row.key, row.title) == (odd, "Message 2 should be the assistant's.")
    one.left.list.activated.emit(one.left.list.rows.index(0))
    assert heard.gone[-1] == ("review", odd)


def test_a_place_that_cannot_be_written_to_is_told_before(
    page: DatasetPage, filled: Filled, run: Any, settle: Settle, tmp_path: Path
) -> None:
    filled(2)
    one = opened(page)
    one.what.which._buttons["all"].click()
    run(counted(one, 2, settle))
    for text, fault in (("", "Name a file."), (str(tmp_path), "That is a folder: name a file in it.")):
        one.path.setText(text)
        one._draw()
        assert one.place.fault == fault
        assert not one.start.isEnabled()
    (tmp_path / "there.jsonl").write_text("x", encoding="utf-8")
    one.path.setText(str(tmp_path / "there.jsonl"))
    one._draw()
    assert "will be replaced" in one._said.text()
    assert one.start.isEnabled()


def test_a_failure_stands_over_the_page_and_the_form_can_be_used_again(
    page: DatasetPage, filled: Filled, heard: Heard, run: Any, settle: Settle, tmp_path: Path
) -> None:
    filled(2)
    (tmp_path / "file").write_text("x", encoding="utf-8")
    one = opened(page)
    one.what.which._buttons["all"].click()
    run(counted(one, 2, settle))
    one.path.setText(str(tmp_path / "file" / "out.jsonl"))
    one._draw()
    one.start.click()
    run(settle(lambda: not one.work.busy and heard.told))
    assert heard.told[-1].tone == "bad"
    assert one.start.isEnabled()


def test_it_is_shown_in_its_folder(
    page: DatasetPage,
    filled: Filled,
    run: Any,
    settle: Settle,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown: list[Path] = []
    monkeypatch.setattr(export_module, "open_folder", shown.append)
    filled(2)
    one = opened(page)
    one.what.which._buttons["all"].click()
    run(exported(one, tmp_path / "out.jsonl", settle))
    (button,) = [each for each in one.result.findChildren(QPushButton) if each.text() == "Show in its folder"]
    button.click()
    assert shown == [tmp_path]
    assert any("out.jsonl" in each.text() for each in one.result.findChildren(QLabel))
