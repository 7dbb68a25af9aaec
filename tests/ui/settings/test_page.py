"""The page: sections, the search over all of them, what differs, and a settings file that cannot be read."""

from itertools import pairwise
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from zishu_app.core.settings import defaults
from zishu_app.core.settings_file import own_values
from zishu_app.ui.main import settings_of
from zishu_app.ui.tabs.settings import form
from zishu_app.ui.tabs.settings.page import SettingsPage
from zishu_app.ui.tabs.settings.sections import SECTIONS
from zishu_app.ui.widgets import search


@pytest.fixture
def page(bench: Any, run: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(form, "PAUSE", 0)
    monkeypatch.setattr(search, "PAUSE", 0)
    made = SettingsPage(bench)
    made.resize(1000, 800)
    made.show()
    yield made
    shiboken6.delete(made)


def shown(page: SettingsPage) -> list[str]:
    """The settings that are found."""
    cards = [card for _, _, card in page._found._groups if card is not None]
    return [row.dotted for card in cards for row in card.rows if not row.isHidden() and not card.isHidden()]


def test_every_section_opens_and_the_last_one_is_remembered(page: SettingsPage, bench: Any) -> None:
    for section in SECTIONS:
        page.receive(section.name)
        assert page.section == section.name
        assert page._buttons[section.name].isChecked()
    again = SettingsPage(bench)
    assert again.section == SECTIONS[-1].name
    shiboken6.delete(again)


def test_the_search_brings_settings_of_all_sections_together(
    page: SettingsPage, run: Any, settle: Any
) -> None:
    page.search.setText("temperature")
    run(settle(lambda: page.section == ""))
    assert shown(page) == [
        "dialogue.user_temperature", "dialogue.assistant_temperature", "distill.temperature"
    ]  # fmt: skip
    assert not any(one.isChecked() for one in page._buttons.values())
    page.search.setText("nothing is called so")
    run(settle(lambda: not shown(page)))
    assert "Nothing found" in page._found._none.text() and not page._found._none.isHidden()
    page.search.clear()
    run(settle(lambda: page.section == SECTIONS[0].name))


def test_sections_without_settings_are_found_too(page: SettingsPage, run: Any, settle: Any) -> None:
    page.search.setText("licence")
    run(settle(lambda: page.section == ""))
    heads = {section.name: head for section, head, _ in page._found._groups}
    assert not heads["about"].isHidden() and heads["distill"].isHidden()


def test_what_differs_all_reset_and_taken_back(page: SettingsPage, bench: Any, run: Any, settle: Any) -> None:
    assert not page.reset_all.isEnabled()
    own = {"worker.slots": 5, "dialogue.noise_rate": 0.5}
    page.changes.put(own)
    run(settle(lambda: bench.house.settings.worker.slots == 5))
    page.only.click()
    assert shown(page) == ["dialogue.noise_rate", "worker.slots"]
    page.reset_all.click()
    run(settle(lambda: own_values(bench.house.home) == {}))
    run(settle(lambda: shown(page) == []))
    assert page._found._none.text() == "Everything is as shipped."
    assert page.toast.isVisible()
    assert page.toast._said.text() == "Back to the defaults: 2 settings"
    page.toast._button.click()
    run(settle(lambda: own_values(bench.house.home) == own))
    assert not page.toast.isHidden() or page.changes.differing()


def test_resetting_one_says_so(page: SettingsPage, bench: Any, run: Any, settle: Any) -> None:
    page.changes.put({"worker.slots": 5})
    run(settle(lambda: page.toast._said.text() == "Saved: Answers at once"))
    page.changes.put({"worker.slots": None})
    run(settle(lambda: page.toast._said.text() == "Back to the default: Answers at once"))


def test_escape_empties_the_search(page: SettingsPage, run: Any, settle: Any) -> None:
    page.search.setText("temperature")
    run(settle(lambda: page.section == ""))
    QTest.keyClick(page.search, Qt.Key.Key_Escape)
    assert page.search.text() == ""
    run(settle(lambda: page.section == SECTIONS[0].name))


def test_a_file_that_breaks_meanwhile_is_said_and_can_be_put_aside(
    page: SettingsPage, bench: Any, run: Any, settle: Any, heard: Any
) -> None:
    home = bench.house.home
    page.changes.put({"worker.slots": 5})
    run(settle(lambda: bench.house.settings.worker.slots == 5))
    home.settings.write_text("[worker\nslots = 6\n", encoding="utf-8")
    page.changes.look_again()
    run(settle(lambda: not page._fault.isHidden()))
    assert str(home.settings) in page._fault._said.text()
    assert bench.house.settings.worker.slots == 5, "what held before goes on holding"
    page.changes.put({"worker.slots": 7})
    run(settle(lambda: heard.told))
    assert "cannot be read" in heard.told[0].message
    page.changes.set_aside()
    run(settle(page._fault.isHidden))
    assert bench.house.settings.worker.slots == 2
    assert (home.root / "settings.broken-1.toml").read_text(encoding="utf-8") == "[worker\nslots = 6\n"


def test_what_is_mended_by_hand_is_taken_over(page: SettingsPage, bench: Any, run: Any, settle: Any) -> None:
    bench.house.home.settings.write_text("[worker]\nslots = 9\n", encoding="utf-8")
    page.changes.look_again()
    run(settle(lambda: bench.house.settings.worker.slots == 9))
    assert page._fault.isHidden()


def test_a_slip_in_the_file_does_not_keep_the_window_shut(bench: Any) -> None:
    home = bench.house.home
    assert settings_of(home) == (defaults(), None)
    home.settings.write_text("[worker]\nslots = 99\n", encoding="utf-8")
    settings, fault = settings_of(home)
    assert settings == defaults()
    assert fault is not None and str(home.settings) in fault.message and "at most 64" in fault.message


@pytest.mark.parametrize("height", [560, 600, 800])
def test_no_section_lies_over_another(page: SettingsPage, app: Any, height: int) -> None:
    page.resize(836, height)
    app.processEvents()
    places = [one.geometry() for one in page._buttons.values()]
    assert not [above for above, below in pairwise(places) if above.intersects(below)]
    assert all(place.height() >= page.fontMetrics().height() for place in places)
    foot = page.only.mapTo(page, QPoint()).y()
    assert (
        page._buttons[SECTIONS[-1].name].mapTo(page, places[-1].bottomLeft() - places[-1].topLeft()).y()
        < foot
    )
