"""After a training: examined, compared blindly, made hers with the gate's word, gone back on."""

import dataclasses
from collections.abc import AsyncIterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.ui.conftest import Settle
from tests.ui.training.conftest import Kept
from zishu_app.brains.hers import read_hers
from zishu_app.brains.learnt import Learnt, list_learnt
from zishu_app.core.texts import set_language
from zishu_app.dataset.find import groups
from zishu_app.studio.blind import Asking
from zishu_app.training.change import Change
from zishu_app.training.compare import Blind, blind
from zishu_app.training.marks import Report, Scored, write_report
from zishu_app.training.runs import TrainingRun
from zishu_app.ui.follow import LANGUAGE
from zishu_app.ui.tabs.training import blind_view
from zishu_app.ui.tabs.training.after import AfterView
from zishu_app.ui.tabs.training.blind_view import Two
from zishu_app.ui.tabs.training.change_rows import figures_word, is_better, moved_word, set_word
from zishu_app.ui.tabs.training.exam_card import Pace
from zishu_app.ui.tabs.training.page import TrainingPage
from zishu_app.ui.workbench import Workbench


def report(brain: str, created: str, right: int, of: int = 40) -> Report:
    """An exam of general items, of which so many are right."""
    items = tuple(
        Scored(f"k{number}", "knowledge.en", "guard", "en", "facts", "mark", number < right, 0.25, 1.0)
        for number in range(of)
    )
    return Report(
        f"{created[:10]}-{brain.replace('/', '-')}", created, brain, brain, "base", "template", "", items,
        {"general.en": ((12.0, 10), (9.0, 8))}, 12.0, "cpu",
    )  # fmt: skip


@pytest.fixture
def trained(kept: Kept, bench: Workbench) -> TrainingRun:
    """A training that is done, with an adapter."""
    run = kept()
    run.adapter.mkdir()
    for name in ("adapter_model.safetensors", "adapter_config.json", "zishu.json"):
        (run.adapter / name).write_text("{}", encoding="utf-8")
    return run


@pytest.fixture
def adopted(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is learnt becomes a brain without a worker."""

    async def adopt(house: Any, run: TrainingRun, name: str, marks: Any = None) -> AsyncIterator[Learnt]:
        from zishu_app.brains.learnt import keep

        folder = house.home.brains / "evening"
        folder.mkdir(parents=True, exist_ok=True)
        made = Learnt(
            "evening", folder, name, "2026-11-28T08:00:00", run.id, "", run.base, run.base_folder, "/nowhere.gguf",
            "builtin", {},
        )  # fmt: skip
        yield keep(made)

    monkeypatch.setattr("zishu_app.ui.tabs.training.becoming.adopt", adopt)


@pytest.fixture
def after(page: TrainingPage, trained: TrainingRun, adopted: None, run: Any, settle: Settle) -> AfterView:
    run(page.shelf.look())
    page.open(trained.id)
    run(settle(lambda: page.run.opened is not None))
    page.run.show_part("after")
    return page.run.after


def hers(bench: Workbench) -> str:
    """What she speaks with."""
    return read_hers(bench.house.home.her_brains).current("")


def test_what_was_learnt_becomes_her_brain_and_is_gone_back_on(
    after: AfterView, page: TrainingPage, bench: Workbench, run: Any, settle: Settle
) -> None:
    heard = []
    bench.news.brain_changed.connect(lambda: heard.append(hers(bench)))
    assert after.becoming.make.isVisible()
    after.becoming.name.setText("Evening")
    after.becoming.make.click()
    run(settle(lambda: after.found.hers))

    assert hers(bench) == "learnt/evening"
    assert [one.name for one in list_learnt(bench.house.home.brains)] == ["Evening"]
    assert after.becoming._chip.text() == "hers now"
    assert page.toast.isVisible()

    page.toast._button.click()
    run(settle(lambda: not after.found.hers))
    assert hers(bench) == ""
    assert heard == ["learnt/evening", ""], "who plays her hears of both"


def test_it_can_be_kept_without_being_hers(
    after: AfterView, bench: Workbench, run: Any, settle: Settle
) -> None:
    after.becoming.keep.click()
    run(settle(lambda: after.found.brain is not None))
    assert hers(bench) == ""
    assert after.becoming._chip.text() == "kept"
    assert after.becoming.keep.isHidden()


def test_where_something_was_lost_she_gets_it_only_by_an_explicit_word(
    after: AfterView, trained: TrainingRun, bench: Workbench, run: Any, settle: Settle
) -> None:
    reports = bench.house.home.exam_reports
    write_report(reports, report(trained.base, "2026-11-27T10:00:00", 38))
    write_report(reports, report(trained.id, "2026-11-27T11:00:00", 20))
    after.renew()
    run(settle(lambda: after.found.comparison is not None))
    assert after.exam._gate.text() == "something was lost"

    after.becoming.make.click()
    assert after.becoming.question.isVisible()
    assert hers(bench) == ""
    QTest.keyClick(after.becoming.question, Qt.Key.Key_Escape)
    assert hers(bench) == ""

    after.becoming.make.click()
    QTest.keyClick(after.becoming.question, Qt.Key.Key_Return)
    run(settle(lambda: after.found.hers))
    assert hers(bench) == "learnt/evening"


def test_before_and_after_stand_beside_each_other(
    after: AfterView, trained: TrainingRun, bench: Workbench, run: Any, settle: Settle
) -> None:
    reports = bench.house.home.exam_reports
    write_report(reports, report(trained.base, "2026-11-27T10:00:00", 20))
    write_report(reports, report(trained.id, "2026-11-27T11:00:00", 32))
    after.renew()
    run(settle(lambda: after.found.comparison is not None))
    rows = after.exam.rows._grid
    told = [rows.itemAtPosition(number, 2).widget().accessibleName() for number in range(rows.rowCount())]
    assert told[0].startswith("General knowledge · English: 50% → 80%, +30 points")
    assert told[1].startswith("Perplexity of general text · English: 3.21 → 3.21")
    run(settle(lambda: after.words.pairs))
    assert after.words.pairs[0] == ("Who are you?", "Who are you? 0", "Who are you? 40")

    set_language("zh")
    LANGUAGE.changed()
    assert after.exam.exam.text() == "再考一次"
    assert after.becoming.make.text() == "给她换上"


def answers(same: int = 1) -> Blind:
    """Four prompts, of which so many got the same answer from both."""
    pairs = [("old", "old") if number < same else (f"old {number}", f"new {number}") for number in range(4)]
    return blind(("builtin", "learnt/evening"), [f"Prompt {number}?" for number in range(4)], pairs, 7)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> None:
    async def ask_both(*_: Any) -> AsyncIterator[Asking | Blind]:
        yield Asking(4, 8)
        yield answers()

    monkeypatch.setattr(blind_view, "ask_both", ask_both)


def test_two_brains_are_compared_with_four_keys(
    after: AfterView, asked: None, bench: Workbench, run: Any, settle: Settle
) -> None:
    after.becoming.keep.click()
    run(settle(lambda: after.found.brain is not None))
    after.blind_card.open.click()
    view = after.blind
    run(settle(lambda: view.blind is not None and view._stack.currentIndex() == 0))
    assert view._count.text() == "1 / 3", "what both answer alike is not shown"
    assert {view.answers[0].toPlainText()[:3], view.answers[1].toPlainText()[:3]} == {"old", "new"}

    def better() -> Qt.Key:
        """The key of the new brain's side."""
        return Qt.Key.Key_1 if view.answers[0].toPlainText().startswith("new") else Qt.Key.Key_2

    QTest.keyClick(view._frame, better())
    QTest.keyClick(view._frame, Qt.Key.Key_4)
    QTest.keyClick(view._frame, Qt.Key.Key_Backspace)
    assert view._count.text() == "2 / 3"
    QTest.keyClick(view.answers[0], better())
    QTest.keyClick(view._frame, Qt.Key.Key_3)
    run(settle(lambda: view._stack.currentIndex() == 1))
    run(settle(lambda: after.found.brain is not None and "blind" in after.found.brain.marks))

    assert "2 decided pairs" in view._told.text()
    assert "2 preference pairs wait in Review" in view._told.text()
    assert view.review.isVisible() and view.leave.isVisible(), "and then"
    assert after.found.brain is not None
    assert (after.found.brain.marks["blind"]["won"], after.found.brain.marks["blind"]["decided"]) == (2, 2)
    with bench.house.samples.reading() as connection:
        assert sum(one.n for one in groups(connection)) == 2
    QTest.keyClick(view._frame, Qt.Key.Key_Escape)
    assert not view.overlay.isVisible()
    assert "won 2 of 2" in after.blind_card._last.text()


def test_a_comparison_that_fails_says_why(
    after: AfterView, bench: Workbench, monkeypatch: pytest.MonkeyPatch, run: Any, settle: Settle
) -> None:
    from zishu_app.core.errors import DataError

    async def ask_both(*_: Any) -> AsyncIterator[Asking | Blind]:
        raise DataError("The brain is gone.")
        yield Asking(0, 0)

    monkeypatch.setattr(blind_view, "ask_both", ask_both)
    after.blind.open(Two(("builtin", "learnt/evening"), ("builtin", "Evening")))
    run(settle(lambda: after.blind._told.text() == "The brain is gone."))


def test_how_a_change_is_told() -> None:
    better = Change("persona.en", 30, 0.4, 0.7, 0.15, 0.45)
    assert (figures_word(better, less=False), moved_word(better, less=False)) == ("40% → 70%", "+30 points")
    assert is_better(better, less=False) is True
    assert is_better(better, less=True) is False
    assert is_better(dataclasses.replace(better, low=-0.1), less=False) is None
    assert set_word("persona.zh") == "Who she is · Chinese"
    assert set_word("held-out.ab12") == "Perplexity of what was held out"
    assert set_word("my own set") == "my own set"


def test_the_time_that_is_left_follows_from_how_far_it_is() -> None:
    now = [0.0]
    pace = Pace(lambda: now[0])
    assert pace.left(0, 100) is None
    now[0] = 10.0
    assert pace.left(10, 100) == 90.0
    assert pace.left(0, 50) is None, "the next one begins"
