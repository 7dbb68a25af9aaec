"""The overview: what there is as counts, each of which leads to its samples."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.ui.conftest import Heard, Settle
from tests.ui.dataset.conftest import Filled
from zishu_app.core.texts import set_language
from zishu_app.dataset.find import Filter, Group
from zishu_app.ui.follow import LANGUAGE
from zishu_app.ui.tabs.dataset.facets import SCENARIOS, facets_of, scenarios
from zishu_app.ui.tabs.dataset.overview import Overview
from zishu_app.ui.tabs.dataset.page import DatasetPage
from zishu_app.ui.workbench import Workbench


def overview(page: DatasetPage) -> Overview:
    one = page.sections["overview"]
    assert isinstance(one, Overview)
    return one


def shown(bars: Any) -> dict[str, int]:
    return {one.name: one.count for one in bars.tallies}


def test_what_there_is_is_counted(
    page: DatasetPage, filled: Filled, bench: Workbench, run: Any, settle: Settle
) -> None:
    numbers = filled(12)

    async def go() -> None:
        desk = page._around.desk
        await desk.decide(numbers[0], "accepted")
        await desk.decide(numbers[1], "accepted")
        await desk.decide(numbers[2], "rejected", "dull")
        await desk.decide(numbers[3], "removed")
        bench.news.samples_changed.emit()
        await settle(lambda: overview(page)._facets.verdicts["removed"] == 1)
        await settle(lambda: page._count.text() == "11 samples")

    run(go())
    one = overview(page)
    figures = {verdict: figure._count.text() for verdict, figure in one.stand.figures.items()}
    assert figures == {"accepted": "2", "rejected": "1", "pending": "8", "removed": "1"}
    assert shown(one.bars["kinds"]) == {"dialogue": 4, "distilled": 4, "imported": 3}
    assert shown(one.bars["languages"]) == {"English": 11}
    assert shown(one.bars["scenarios"]) == {"S0": 3, "S1": 3, "S2": 3, "S3": 2}


def test_a_bar_leads_to_its_samples(
    page: DatasetPage, filled: Filled, bench: Workbench, heard: Heard, run: Any, settle: Settle
) -> None:
    filled(12)
    bench.news.samples_changed.emit()
    one = overview(page)
    run(settle(lambda: one.bars["kinds"].tallies))

    kinds = one.bars["kinds"]
    kinds.setCurrentIndex(kinds.model().index(0, 0))
    QTest.keyClick(kinds, Qt.Key.Key_Down)
    QTest.keyClick(kinds, Qt.Key.Key_Return)
    assert heard.gone[-1] == ("review", Filter(kinds=("distilled",)))

    place = kinds.visualRect(kinds.model().index(0, 0)).center()
    QTest.mouseClick(kinds.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert heard.gone[-1] == ("review", Filter(kinds=("dialogue",)))

    one.stand.figures["pending"].click()
    assert heard.gone[-1] == ("review", Filter(verdicts=("pending",)))


def test_the_rest_of_the_scenarios_is_told_together_and_leads_nowhere() -> None:
    groups = [
        Group("imported", "en", f"Scenario {number:02}", "pending", 100 - number) for number in range(14)
    ]
    groups.append(Group("imported", "en", "", "pending", 5))
    groups.append(Group("imported", "en", "Scenario 00", "removed", 7))
    rows = scenarios(facets_of(groups))
    assert [row.name for row in rows[-2:]] == ["4 other scenarios", "no scenario"]
    assert [row.key for row in rows[-2:]] == [None, None]
    assert rows[0].count == 100, "the bin is left out"
    assert len(rows) == SCENARIOS + 2


def test_nothing_leads_to_the_import(page: DatasetPage, run: Any, settle: Settle) -> None:
    one = overview(page)
    run(settle(lambda: one._stack.currentIndex() == 1))
    page.open("import")
    assert page.section == "import"


def test_the_words_follow_the_language(
    page: DatasetPage, filled: Filled, bench: Workbench, run: Any, settle: Settle
) -> None:
    filled(3)
    bench.news.samples_changed.emit()
    run(settle(lambda: overview(page).bars["kinds"].tallies))
    set_language("zh")
    LANGUAGE.changed()
    assert set(shown(overview(page).bars["kinds"])) == {"对话", "蒸馏", "导入"}
