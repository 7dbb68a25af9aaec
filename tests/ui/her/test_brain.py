"""Her brain on the page: which one speaks, which others there are and why not, changing it and going back."""

from typing import Any

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QLabel, QPushButton

from tests.ui.conftest import Heard, Run
from tests.ui.her.conftest import Open, settled
from zishu_app.brains.hers import read_hers
from zishu_app.ui.tabs.her.brain import BrainSection
from zishu_app.ui.tabs.her.brain_rows import PastRow
from zishu_app.ui.tabs.her.page import HerPage
from zishu_app.ui.workbench import Workbench


@pytest.fixture
def page(bench: Workbench, opened: Open, monkeypatch: pytest.MonkeyPatch) -> HerPage:
    """Two endpoints with a key, and whatever lies on this computer."""
    for name in ("DEEPSEEK_API_KEY", "MOONSHOT_API_KEY"):
        monkeypatch.setenv(name, "sk-" + "1" * 30)
    return opened("brain")


def section(page: HerPage) -> BrainSection:
    found = page.sections["brain"]
    assert isinstance(found, BrainSection)
    return found


def test_what_can_be_used_stands_first_and_the_rest_says_why_not(page: HerPage) -> None:
    choices = section(page).stand.choices
    usable = [one for one in choices if not one.why_not]
    assert {"deepseek", "moonshot"} <= {one.spec for one in usable}
    assert list(choices[: len(usable)]) == usable
    openai = next(one for one in choices if one.spec == "openai")
    assert "no key" in openai.why_not


def test_another_brain_is_given_and_gone_back_on(page: HerPage, run: Run[Any], bench: Workbench) -> None:
    brain = section(page)
    assert not brain.alone.isVisible()
    brain._use("deepseek")
    run(settled(page))
    assert brain.stand.speaks.startswith("deepseek/")
    assert "You chose it" in brain._about.text()
    assert "She speaks with DeepSeek · deepseek-flash" in page.toast._said.text()
    brain._use("moonshot")
    run(settled(page))
    assert [one.why for one in read_hers(bench.house.home.her_brains).changes] == ["chosen", "chosen"]
    assert brain._did.count() == 2
    brain.back.click()
    run(settled(page))
    assert brain.stand.speaks.startswith("deepseek/")
    assert brain.stand.past[0].why == "back"
    brain.alone.click()
    run(settled(page))
    assert brain.stand.current == ""


def test_one_of_before_that_cannot_speak_now_says_why_not(
    page: HerPage, run: Run[Any], bench: Workbench
) -> None:
    brain = section(page)
    for one in ("openai", "deepseek"):
        brain._use(one)
        run(settled(page))
    rows = [one for one in brain.findChildren(PastRow) if "OpenAI" in _texts(one)]
    assert rows and all("no key" in _texts(one) for one in rows)
    assert not any(one.isEnabled() for row in rows for one in row.findChildren(QPushButton))


def _texts(row: PastRow) -> str:
    return " ".join(one.text() for one in row.findChildren(QLabel))


def test_the_toast_takes_a_change_back(page: HerPage, run: Run[Any]) -> None:
    section(page)._use("deepseek")
    run(settled(page))
    section(page)._use("moonshot")
    run(settled(page))
    page.toast._take_back()
    run(settled(page))
    assert section(page).stand.speaks.startswith("deepseek/")


def test_where_there_is_none_the_ways_are_offered(page: HerPage, run: Run[Any], heard: Heard) -> None:
    section(page)._use("openai")
    run(settled(page))
    stand = section(page).stand
    assert stand.speaks == ""
    assert section(page)._name.text() == "None that can be used"
    assert len(stand.ways) >= 3
    assert section(page)._offers.count() == len(stand.ways)
    item = section(page)._offers.itemAt(0)
    assert item is not None
    item.widget().click()  # type: ignore[attr-defined]
    assert heard.gone == [("settings", "models")]


def test_in_a_narrow_window_what_was_stands_last(page: HerPage, run: Run[Any]) -> None:
    brain = section(page)
    brain._use("deepseek")
    run(settled(page))

    def order() -> bool:
        top = {one: one.mapTo(brain, QPoint(0, 0)).y() for one in (brain._past, brain.learnt)}
        return top[brain._past] > top[brain.learnt]

    page.resize(880, 560)
    run(settled(page))
    assert order()
    page.resize(1200, 800)
    run(settled(page))
    assert brain._left.indexOf(brain._past) >= 0
