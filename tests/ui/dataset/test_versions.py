"""Versions: the form says beforehand what will be in one; an open one is read, verified and compared."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel

from tests.ui.conftest import Heard, Settle
from tests.ui.dataset.conftest import Filled, draft, talk
from zishu_app.core.texts import set_language
from zishu_app.dataset.find import Filter
from zishu_app.dataset.sample import SampleMessage
from zishu_app.dataset.store import add
from zishu_app.ui.follow import LANGUAGE
from zishu_app.ui.tabs.dataset import broken_view, version_view
from zishu_app.ui.tabs.dataset.card_view import CardView
from zishu_app.ui.tabs.dataset.differing import beside, in_one
from zishu_app.ui.tabs.dataset.page import DatasetPage
from zishu_app.ui.tabs.dataset.versions import Versions
from zishu_app.ui.workbench import Workbench


def opened(page: DatasetPage) -> Versions:
    page.open("versions")
    one = page.sections["versions"]
    assert isinstance(one, Versions)
    return one


async def frozen(one: Versions, name: str, settle: Settle, *, which: str = "all") -> None:
    """A version of everything, to the end."""
    one.freeze()
    one.form.what.which._buttons[which].click()
    one.form.name.setText(name)
    one.form._draw()
    await settle(one.form.start.isEnabled)
    one.form.start.click()
    await settle(lambda: name in [each.name for each in one.all] and not one.form.work.busy)
    await settle(lambda: one.view.frozen is not None and one.view.frozen.name == name)


def names(one: Versions) -> list[str]:
    rows = one.list.rows
    return [rows.at(number).title for number in range(rows.rowCount())]


def test_the_first_version_is_offered_and_frozen(
    page: DatasetPage, filled: Filled, bench: Workbench, heard: Heard, run: Any, settle: Settle
) -> None:
    filled(30)
    one = opened(page)
    run(settle(lambda: one._stack.currentWidget() is one._nothing and one._read))
    one.freeze()
    assert one.form.name.text() == "v1"
    one.form.what.which._buttons["all"].click()
    # what is seen first may be that of the accepted ones, of which there are none
    run(settle(lambda: one.form.outlook.foreseen and sum(one.form.outlook.foreseen.samples.values()) == 30))
    train = one.form.outlook.sides["train"]._figure.text()

    run(frozen(one, "v1", settle))
    assert names(one) == ["v1"]
    assert heard.told[-1].message == 'Version "v1" is frozen.'
    assert one.view.frozen is not None
    assert str(one.view.frozen.counts["train"]["samples"]) == train, "as it was foreseen"
    run(settle(lambda: one.view._chip.text() == "as frozen"))
    run(settle(lambda: one.list.rows.at(0).state == "as frozen"))


def test_samples_that_are_asked_for_elsewhere_are_offered_to_be_frozen(
    page: DatasetPage, filled: Filled, run: Any, settle: Settle
) -> None:
    filled(12)
    filled(4, first=100, kind="correction")
    run(frozen(opened(page), "v1", settle))
    wanted = Filter(kinds=("correction",), verdicts=("pending",))
    page.open("overview")
    page.receive(wanted)
    one = opened(page)
    run(settle(lambda: one._stack.currentWidget() is one.form and one.form.what.found == 4))
    assert one.form.what.wanted == wanted
    assert one.form.name.text() == "v2", "a name that is free"
    one.renew()
    run(settle(lambda: not [task for task in page._bench.tasks._all if not task.done()]))
    assert one._stack.currentWidget() is one.form


def test_a_name_is_checked_while_it_is_typed(
    page: DatasetPage, filled: Filled, run: Any, settle: Settle
) -> None:
    filled(12)
    one = opened(page)
    run(frozen(one, "v1", settle))
    one.freeze()
    form = one.form
    assert form.name.text() == "v2", "the next one that is free"
    for name, wrong in (("V1", True), ("a/b", True), ("", True), ("spring 2026", False)):
        form.name.setText(name)
        form.name.textEdited.emit(name)
        assert bool(form.named.fault) is wrong, name
    run(settle(form.start.isEnabled))
    form.cancel.click()
    run(settle(lambda: one._stack.currentWidget() is one.view))


def test_nothing_to_freeze_is_told_and_cannot_be_started(
    page: DatasetPage, filled: Filled, run: Any, settle: Settle
) -> None:
    filled(3)
    one = opened(page)
    one.freeze()
    run(settle(lambda: one.form.outlook.wrong))
    assert "There is nothing to freeze." in one.form.outlook._said.text()
    assert not one.form.start.isEnabled()


def test_a_freezing_is_stopped_and_leaves_nothing(
    page: DatasetPage, bench: Workbench, run: Any, settle: Settle
) -> None:
    run(add(bench.house.samples, [draft(f"Roof {number}") for number in range(1500)], 1))
    one = opened(page)
    one.freeze()
    one.form.what.which._buttons["all"].click()

    async def go() -> None:
        await settle(one.form.start.isEnabled)
        one.form.start.click()
        await settle(lambda: one.form._step.total)
        one.form.progress.stop.click()
        await settle(lambda: not one.form.work.busy)

    run(go())
    folder = bench.house.home.datasets
    assert [each.name for each in folder.iterdir()] == []
    assert one.form.start.isEnabled()


def test_a_changed_file_is_found(
    page: DatasetPage, filled: Filled, bench: Workbench, run: Any, settle: Settle
) -> None:
    filled(12)
    one = opened(page)
    run(frozen(one, "v1", settle))
    run(settle(lambda: one.view._chip.text() == "as frozen"))
    path = bench.house.home.datasets / "v1" / "train.jsonl"
    path.chmod(0o644)
    path.write_text("{}\n", encoding="utf-8")
    one.view.verify.click()
    run(settle(lambda: one.view._chip.text() == "was changed"))
    rows = one.view.files.rows
    states = {rows.at(number).title: rows.at(number).state for number in range(rows.rowCount())}
    assert states["train.jsonl"] == "train.jsonl was changed"
    assert states["README.md"] == ""


def test_the_card_is_read_and_the_terms_are_warned_of(
    page: DatasetPage, filled: Filled, run: Any, settle: Settle, app: QApplication
) -> None:
    filled(12, provenance={"model": "openai/gpt-4o"})
    one = opened(page)
    run(frozen(one, "v1", settle))
    run(settle(lambda: "Frozen with zishu" in one.view.card.toPlainText()))
    assert "pretty_name" not in one.view.card.toPlainText(), "the part for programs is left out"
    assert not one.view.terms.isHidden()
    said = [each.text() for each in one.view.terms.findChildren(QLabel)]
    assert any("OpenAI · gpt-4o · 12 samples · OpenAI" in text for text in said)
    one.view._copy_hash()
    assert one.view.frozen is not None
    assert QGuiApplication.clipboard().text() == one.view.frozen.content


def test_no_warning_where_no_terms_bind(page: DatasetPage, filled: Filled, run: Any, settle: Settle) -> None:
    filled(12)
    one = opened(page)
    run(frozen(one, "v1", settle))
    assert one.view.terms.isHidden()


def test_two_versions_are_compared_word_by_word(
    page: DatasetPage, filled: Filled, bench: Workbench, run: Any, settle: Settle
) -> None:
    numbers = filled(14)
    one = opened(page)
    run(frozen(one, "v1", settle))

    async def change() -> None:
        desk = page._around.desk
        await desk.rewrite(numbers[0], 1, "It keeps the snow away all year.")
        await desk.decide(numbers[1], "removed")
        await asyncio.sleep(1.1)  # versions are sorted by the second

    run(change())
    run(frozen(one, "v2", settle))
    one.view.part._buttons["difference"].click()
    difference = one.view.difference
    run(settle(lambda: difference._compared is not None))
    assert difference.other.currentText() == "v1"
    assert difference._said.text() == "removed 1, changed 1"
    difference.kinds._buttons["changed"].click()
    assert [difference.list.rows.at(0).title] == ["Roof 0"]
    difference.list.setCurrentIndex(difference.list.rows.index(0))
    run(settle(lambda: "It keeps the snow away" in difference.text.toPlainText()))
    before = talk("Roof 0")[1].content
    assert before.split()[0] in difference.text.toPlainText(), "what went is there too"

    difference._search("nothing is called so")
    assert difference.list.rows.rowCount() == 0


def test_a_version_that_is_not_whole_is_not_compared(
    page: DatasetPage, filled: Filled, bench: Workbench, run: Any, settle: Settle
) -> None:
    filled(12)
    one = opened(page)
    run(frozen(one, "v1", settle))
    run(frozen(one, "v2", settle))
    (bench.house.home.datasets / "v1" / "train.jsonl").unlink()
    one.open("v2")
    one.view.part._buttons["difference"].click()
    run(settle(lambda: one.view.difference._wrong))
    assert "train.jsonl is missing" in one.view.difference._said.text()


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda path: path.write_text("{broken", encoding="utf-8"), "manifest.json cannot be read"),
        (lambda path: path.unlink(), "manifest.json is missing"),
    ],
    ids=["unreadable", "missing"],
)
def test_a_version_that_cannot_be_read_stands_in_the_list_and_says_what_is_wrong(
    page: DatasetPage,
    filled: Filled,
    bench: Workbench,
    run: Any,
    settle: Settle,
    spoil: Callable[[Path], object],
    why: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    filled(12)
    one = opened(page)
    for name in ("v1", "v2"):
        run(frozen(one, name, settle))
    manifest = bench.house.home.datasets / "v2" / "manifest.json"
    manifest.chmod(0o644)
    kept = manifest.read_bytes()
    spoil(manifest)
    one.renew()
    run(settle(lambda: one.list.rows.at(0).state == "cannot be read"))
    assert names(one) == ["v2", "v1"]
    broken = one.list.rows.at(0)
    assert (broken.tone, broken.icon) == ("bad", "warning")
    assert why in broken.hint and "restore them from a copy" in broken.hint

    assert one._stack.currentWidget() is one.broken, "what was open is told of where it was"
    said = [each.text() for each in one.broken.findChildren(QLabel)]
    assert "v2" in said and any(why in text for text in said) and any("restore" in text for text in said)
    shown: list[Path] = []
    monkeypatch.setattr(broken_view, "open_folder", shown.append)
    one.broken.folder.click()
    assert shown == [manifest.parent]

    one.open("v1")
    assert one._stack.currentWidget() is one.view and one.view.frozen is not None
    one.open("v2")
    set_language("zh")
    LANGUAGE.changed()
    run(settle(lambda: any("从备份恢复" in each.text() for each in one.broken.findChildren(QLabel))))
    assert one.list.rows.at(0).state == "读不了"

    manifest.write_bytes(kept)  # somebody has done what was said
    one.broken.again.click()
    run(settle(lambda: one._stack.currentWidget() is one.view))
    assert one.view.frozen.name == "v2" and len(names(one)) == 2


def test_where_every_version_is_broken_nobody_is_told_that_there_is_none(
    page: DatasetPage, filled: Filled, bench: Workbench, run: Any, settle: Settle
) -> None:
    filled(12)
    one = opened(page)
    run(frozen(one, "v1", settle))
    (bench.house.home.datasets / "v1" / "manifest.json").unlink()
    one.renew()
    run(settle(lambda: one._stack.currentWidget() is one.broken))
    assert names(one) == ["v1"] and not one._left.isHidden()
    one.freeze()
    assert one.form.name.text() == "v2", "the name of the broken one is taken"


def test_versions_frozen_elsewhere_are_found_when_the_section_is_shown(
    page: DatasetPage, filled: Filled, run: Any, settle: Settle
) -> None:
    filled(12)
    one = opened(page)
    run(frozen(one, "v1", settle))
    page.open("overview")
    one.all = []
    page.open("versions")
    run(settle(lambda: names(one) == ["v1"]))
    set_language("zh")
    LANGUAGE.changed()
    run(settle(lambda: one.view._chip.text() == "完好"))


def test_its_folder_is_opened(
    page: DatasetPage,
    filled: Filled,
    run: Any,
    settle: Settle,
    monkeypatch: pytest.MonkeyPatch,
    bench: Workbench,
) -> None:
    shown: list[Path] = []
    monkeypatch.setattr(version_view, "open_folder", shown.append)
    filled(12)
    one = opened(page)
    run(frozen(one, "v1", settle))
    one.view._open()
    assert shown == [bench.house.home.datasets / "v1"]


def test_a_card_is_words_only(app: QApplication) -> None:
    view = CardView()
    view.show_text(
        "---\nname: x\n---\n\n# T\n\n![p](http://example.com/p.png) <b>b</b>\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"
    )
    assert "http" not in view.toPlainText()
    assert "<b>b</b>" in view.toPlainText()
    assert view.loadResource(0, "http://example.com/p.png") is None


def test_differences_side_by_side_and_in_one() -> None:
    before = talk("Roof", rounds=1)
    told = before[1].content
    first = told.split()[0]
    after = (before[0], SampleMessage("assistant", told.replace(first, "thunder", 1), True))
    (left, right), one = beside(before, after), in_one(before, after)
    assert [said.text for said in left] == [each.content for each in before]
    assert [said.text for said in right] == [each.content for each in after]
    gone = [left[1].text[span.start : span.end] for span in left[1].spans]
    new = [right[1].text[span.start : span.end] for span in right[1].spans]
    assert (gone, new) == ([first], ["thunder"])
    assert {span.manner for span in one[1].spans} == {"gone", "new"}
    assert left[0].spans == right[0].spans == ()


def test_what_is_the_same_gives_way_to_a_line_that_counts_it() -> None:
    before = talk("Roof", rounds=6)
    after = (*before[:7], SampleMessage("assistant", "Something else altogether.", True), *before[8:])
    left, right = beside(before, after)
    shown = [(said.number, said.voice) for said in left]
    assert shown == [
        (-1, "mark"), (6, "user"), (7, "assistant"), (8, "user"), (-1, "mark"),
    ]  # fmt: skip
    assert [said.text for said in left if said.voice == "mark"] == [
        "6 messages are the same",
        "3 messages are the same",
    ]
    assert [said.number for said in right] == [said.number for said in left]
    assert len(beside(before, before)[0]) == 12, "where nothing differs all of it is shown"
