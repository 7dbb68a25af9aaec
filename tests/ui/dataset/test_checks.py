"""The checks: run over everything, counted, and each leads to what it has found."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.ui.conftest import Heard, Settle
from tests.ui.dataset.conftest import CAME, Filled
from zishu_app.dataset.checks import STEP
from zishu_app.dataset.find import Filter
from zishu_app.dataset.sample import message
from zishu_app.ui.tabs.dataset.checks import Checks
from zishu_app.ui.tabs.dataset.page import DatasetPage


def opened(page: DatasetPage) -> Checks:
    page.open("checks")
    one = page.sections["checks"]
    assert isinstance(one, Checks)
    return one


async def checked(one: Checks, settle: Settle) -> None:
    one.run.click()
    await settle(lambda: not one.work.busy)
    await settle(lambda: one.rows.rows["short"]._count is not None)


def test_what_is_found_is_counted_and_leads_to_its_samples(
    page: DatasetPage, filled: Filled, heard: Heard, run: Any, settle: Settle
) -> None:
    filled(5)
    filled(1, messages=(message("user", "How are you today, my friend?"), message("assistant", "Ok.")))
    one = opened(page)
    assert one._stand.text() == "Nothing was checked yet."
    assert one.rows.rows["short"]._figure.text() == "–"
    assert not one.rows.rows["short"].tile.isEnabled()

    run(checked(one, settle))
    run(settle(lambda: one.rows.rows["short"]._count == 1))
    assert one.rows.rows["long"]._count == 0
    assert one._stand.text().startswith("Last checked ")
    assert one.run.text() == "Check again"
    QTest.keyClick(one.rows.rows["short"].tile, Qt.Key.Key_Return)
    assert heard.gone[-1] == ("review", Filter(tags=("check:short",)))


def test_what_came_since_is_told(page: DatasetPage, filled: Filled, run: Any, settle: Settle) -> None:
    filled(3)
    one = opened(page)
    run(checked(one, settle))
    filled(2, now=CAME * 2, first=3)
    page._around.bench.news.samples_changed.emit()
    run(settle(lambda: "2 samples have come since" in one._stand.text()))


def test_checking_is_stopped_and_what_was_looked_at_is_kept(
    page: DatasetPage, filled: Filled, run: Any, settle: Settle
) -> None:
    filled(6 * STEP)
    one = opened(page)

    async def go() -> None:
        one.run.click()
        await settle(lambda: one.rows.rows["short"]._count is not None)  # counts grow while it goes on
        one.progress.stop.click()
        await settle(lambda: not one.work.busy)

    run(go())
    assert one._progress[0] < 6 * STEP
    assert page._around.bench.remembered.get("dataset.checked", "") == ""


def test_the_keyboard_comes_back_to_what_was_pressed(
    page: DatasetPage, filled: Filled, run: Any, settle: Settle
) -> None:
    filled(3 * STEP)
    one = opened(page)

    async def go() -> list[object]:
        page.activateWindow()
        await settle(page.isActiveWindow)
        one.run.setFocus()
        one.run.click()
        await settle(lambda: one.run.isHidden())
        meanwhile = QApplication.focusWidget()
        await settle(lambda: not one.work.busy and not one.run.isHidden())
        return [meanwhile, QApplication.focusWidget()]

    assert run(go()) == [one.progress.stop, one.run]
