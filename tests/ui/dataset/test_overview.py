"""The overview: what there is as counts, each of which leads to its samples."""

import asyncio
from itertools import pairwise
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.ui.conftest import Heard, Settle
from tests.ui.dataset.conftest import Filled
from zishu_app.core.texts import set_language
from zishu_app.dataset.find import Group
from zishu_app.dataset.stats import MARKS, Marks
from zishu_app.dataset.stats import Bin as Counted
from zishu_app.dataset.wanted import Filter
from zishu_app.ui.follow import LANGUAGE
from zishu_app.ui.tabs.dataset import pictures
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

    one.stand.figures["pending"].tile.click()
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


def test_what_the_texts_are_read_for_comes_after_the_counts(
    page: DatasetPage, filled: Filled, bench: Workbench, run: Any, settle: Settle
) -> None:
    filled(12, tags=("keep",))
    bench.news.samples_changed.emit()
    one = overview(page)
    run(settle(lambda: one.found is not None and one.found.samples == 12))
    assert one.sums.gauges["messages"]._figure.text() == "48"
    assert one.sums.gauges["messages"]._note.text() == "24 rounds"
    assert one.sums.gauges["tokens"]._figure.text().replace(",", "").isdigit()
    assert sum(each.count for each in one.histograms["lengths"].bins) == 12
    assert [(each.name, each.count) for each in one.histograms["rounds"].bins] == [("2 rounds", 12)]
    assert shown(one.bars["tags"]) == {"keep": 12}
    assert one.cards["scores"].isHidden(), "nothing was judged yet"
    assert one.cards["mistakes"].isHidden()


def test_counting_again_while_it_counts(
    page: DatasetPage, filled: Filled, bench: Workbench, run: Any, settle: Settle
) -> None:
    one = overview(page)

    async def go() -> None:
        for _ in range(5):
            bench.news.samples_changed.emit()
            await asyncio.sleep(0)
        await settle(lambda: one.found is not None and not one._counting)

    run(go())
    filled(3)
    bench.news.samples_changed.emit()
    run(settle(lambda: one.found is not None and one.found.samples == 3))


def test_pictures_of_marks_lead_to_samples_with_them() -> None:
    bins = tuple(Counted(begin, begin + 0.5, number) for number, begin in enumerate(MARKS))
    told = pictures.marks(Marks(36, 3.8, bins), leads=True)
    assert told.summary == "36 samples, 3.8 on average"
    assert [one.edge for one in told.bins][:3] == ["1", "1.5", "2"]
    spans = [one.key.score for one in told.bins if isinstance(one.key, Filter)]
    assert spans[0] == (1.0, 1.249)
    assert spans[-1] == (4.75, 5.0)
    assert all(one is not None and other is not None and one[1] < other[0] for one, other in pairwise(spans))
    assert [one.key for one in pictures.marks(Marks(1, 3.0, bins), leads=False).bins] == [None] * 9
    assert pictures.marks(Marks(0, None, bins), leads=True).bins == []


def test_bins_are_named_as_they_are_read() -> None:
    assert pictures._span(Counted(3, 4, 1)) == "3"
    assert pictures._span(Counted(16, 32, 1)) == "16–31"
    assert pictures._span(Counted(131072, None, 1)) == "131,072 or more"
    assert [pictures.short(number) for number in (0, 512, 1024, 131072)] == ["0", "512", "1k", "131k"]
