"""What to teach her next, on the page: what her owner was not content with, what she missed, and where that leads."""

from typing import Any

from PySide6.QtWidgets import QLabel, QPushButton

from tests.ui.conftest import Heard, Run
from tests.ui.her.conftest import Open, Talk, settled
from tests.ui.her.test_learnt import section
from zishu_app.brains.learnt import Learnt, keep
from zishu_app.dataset.find import Filter
from zishu_app.review.desk import Desk
from zishu_app.training.marks import Report, Scored, write_report
from zishu_app.ui.tabs.her.history import History
from zishu_app.ui.tabs.her.page import HerPage
from zishu_app.ui.workbench import Workbench


def press_(page: HerPage, text: str) -> None:
    (found,) = [one for one in section(page).teach.findChildren(QPushButton) if one.text() == text]
    found.click()


def told(page: HerPage) -> str:
    return "\n".join(one.text() for one in section(page).teach.findChildren(QLabel))


def test_where_nothing_is_known_nothing_is_offered(opened: Open) -> None:
    assert not section(opened("brain")).teach.isVisible()


def test_what_her_owner_disliked_is_led_to(
    talk: Talk, opened: Open, run: Run[Any], heard: Heard, bench: Workbench
) -> None:
    talk(("Hi", "No."))
    page = opened("history")
    history = page.sections["history"]
    assert isinstance(history, History)
    history.foot.bad.click()
    run(settled(page))
    page.open("brain")
    run(settled(page))
    assert "1 answer you did not like" in told(page)
    press_(page, "Look at them")
    assert heard.gone == [("her", {"disliked": True})]
    page.open("history")
    run(settled(page))
    history.turns.correct(history.turns.turns[1], "Yes!")
    run(settled(page))
    page.open("brain")
    run(settled(page))
    assert not section(page).teach.isVisible(), "it was put right, and waits in Review"


def test_corrections_she_has_not_learnt_are_frozen(
    talk: Talk, opened: Open, run: Run[Any], heard: Heard, bench: Workbench
) -> None:
    talk(("Hi", "No."))
    page = opened("history")
    history = page.sections["history"]
    assert isinstance(history, History)
    history.turns.correct(history.turns.turns[1], "Yes!")
    run(settled(page))
    run(Desk(bench.house.samples, "me", bench.house.clock).decide(1, "accepted"))
    home = bench.house.home
    (home.brains / "gift").mkdir(parents=True)
    friends = Learnt("gift", home.brains / "gift", "Gift", "2199-01-01", "", "", "b", "", "", "", {})
    keep(friends)  # what a friend gives has learnt nothing of it
    page.open("brain")
    run(settled(page))
    assert "1 correction of yours that she has not learnt yet" in told(page)
    press_(page, "Freeze them")
    assert heard.gone == [("dataset", Filter(kinds=("correction",), verdicts=("accepted",)))]
    keep(friends, run="run")
    page.open("card")
    page.open("brain")
    run(settled(page))
    assert not section(page).teach.isVisible(), "a training since then has taken them in"


def test_what_she_missed_in_her_exam_is_told(opened: Open, run: Run[Any], bench: Workbench) -> None:
    items = tuple(
        Scored(f"en-persona-{n:03}", "persona.en", "persona", "en", "identity", "m", False, 0.3, 0.1)
        for n in range(1, 7)
    )
    write_report(bench.house.home.exam_reports, Report("1", "2026-01-01", "", "x", "b", "t", "en:p", items))
    page = opened("brain")
    assert "About her · English · identity: 0% of 6 items mastered" in told(page)
    assert "What name should I give them?" in told(page)
    press_(page, "What she missed")
