"""Why she said something, on the page: what she has learnt that is near, where that came from, and where nothing is."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtWidgets import QLabel, QPushButton

from tests.ui.conftest import Heard, Run
from tests.ui.her.conftest import Open, Talk, press, settled
from zishu_app.brains.learnt import Learnt, keep
from zishu_app.core.texts import set_language
from zishu_app.dataset.sample import Draft, fingerprint, message
from zishu_app.dataset.store import insert
from zishu_app.ui.follow import LANGUAGE
from zishu_app.ui.tabs.her.history import History
from zishu_app.ui.tabs.her.history_turns import PAGE
from zishu_app.ui.tabs.her.page import HerPage
from zishu_app.ui.workbench import Workbench

KEY = fingerprint("correction", "tea")
LEARNT = ("I drink green tea.", "Green tea, every morning.", "The sky is blue.")


@pytest.fixture
def brain(bench: Workbench, run: Run[Any]) -> Learnt:
    """It was trained on three answers; the first of them is a sample here."""
    home = bench.house.home
    folder, material = home.brains / "one", home.trainings / "run-one" / "material"
    folder.mkdir(parents=True)
    material.mkdir(parents=True)
    asked = message("user", "What do you drink?")
    rows = [
        {
            "messages": [{"role": "user", "content": asked.content}, {"role": "assistant", "content": said}],
            "kind": kind,
            "key": key,
        }
        for said, kind, key in zip(
            LEARNT, ("correction", "general", ""), (KEY, "no key of ours", ""), strict=True
        )
    ]
    (material / "train.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n", encoding="utf-8")
    draft = Draft(KEY, "correction", "en", "Tea", (asked, message("assistant", LEARNT[0])))
    assert run(bench.house.samples.change(lambda connection: insert(connection, draft, 1))) == 1
    return keep(Learnt("one", folder, "First lesson", "2026", "run-one", "", "b", "", "", "", {}))


@pytest.fixture
def asked(brain: Learnt, talk: Talk, opened: Open, run: Run[Any]) -> Callable[[str], HerPage]:
    def ask(said_with: str) -> HerPage:
        talk(("What do you drink?", "I drink green tea, of course."), brain=said_with)
        page = opened("history")
        section(page).foot.why.click()
        run(settled(page))
        return page

    return ask


def section(page: HerPage) -> History:
    found = page.sections["history"]
    assert isinstance(found, History)
    return found


def told(page: HerPage) -> list[str]:
    """All that the panel says, from above."""
    reasons = section(page).side.reasons
    cards = [reasons.list.itemAt(place).widget() for place in range(reasons.list.count())]
    return [one.text() for card in cards for one in card.findChildren(QLabel)]


def test_the_nearest_is_told_with_where_it_came_from(asked: Callable[[str], HerPage], heard: Heard) -> None:
    page = asked("learnt/one")
    panel = section(page).side.reasons
    assert panel.isVisible()
    assert '"First lesson"' in panel.about.text()
    said = told(page)
    assert LEARNT[0] in said
    assert LEARNT[1] in said
    assert LEARNT[2] not in said, "nothing in it is near"
    assert "a correction of yours" in said
    links = panel.findChildren(QPushButton)
    assert [one.text() for one in links] == ["See it in Review"], "what is no sample here cannot be read"
    links[0].click()
    assert heard.gone == [("review", 1)]


def test_it_speaks_both_languages(asked: Callable[[str], HerPage]) -> None:
    page = asked("learnt/one")
    set_language("zh")
    LANGUAGE.changed()
    assert "你的纠正" in told(page)
    assert "最相近" in section(page).side.reasons.about.text()


@pytest.mark.parametrize(
    ("said_with", "sentence"),
    [
        ("deepseek/deepseek-chat", "learnt nothing here"),
        ("learnt/gone", "learnt/gone, is gone"),
        ("", "Nobody noted"),
    ],
)
def test_where_there_is_nothing_to_tell_it_says_so(
    asked: Callable[[str], HerPage], said_with: str, sentence: str, heard: Heard
) -> None:
    page = asked(said_with)
    assert sentence in section(page).side.reasons.about.text()
    assert told(page) == []
    assert heard.told == []


def test_what_is_far_from_all_she_learnt_is_her_base(
    brain: Learnt, talk: Talk, opened: Open, run: Run[Any]
) -> None:
    talk(("Hi", "Zebras gallop."), brain="learnt/one")
    page = opened("history")
    section(page).foot.why.click()
    run(settled(page))
    assert "most likely its base" in section(page).side.reasons.about.text()


def test_without_its_material_it_says_so(
    asked: Callable[[str], HerPage], bench: Workbench, run: Run[Any]
) -> None:
    (bench.house.home.trainings / "run-one" / "material" / "train.jsonl").unlink()
    page = asked("learnt/one")
    assert "is not here" in section(page).side.reasons.about.text()


def test_one_thing_stands_beside_the_talk_and_goes_with_the_turn(
    asked: Callable[[str], HerPage], run: Run[Any]
) -> None:
    page = asked("learnt/one")
    history = section(page)
    history.foot.seen.click()
    run(settled(page))
    assert not history.foot.why.isChecked()
    assert history.side.seen.isVisible()
    history.foot.why.click()
    history.view.setFocus()
    run(press(page, "Alt+Up"))
    assert history.side.reasons.about.text() == "This is no answer of hers."
    history.foot.show_turn(None)
    history.side.open("")
    assert not history.side.isVisible()
    assert not history.foot.why.isChecked()


def test_the_bubble_leads_to_the_answer_however_old_it_is(
    brain: Learnt, bench: Workbench, talk: Talk, opened: Open, run: Run[Any]
) -> None:
    from zishu_app.ledger.chats import history as said_in

    talk(("What do you drink?", "I drink green tea."), brain="learnt/one")
    talk(*((f"Question {number}", f"Answer {number}") for number in range(PAGE)))
    house = bench.house
    run_id = next(iter(house.store.read("SELECT id FROM runs")))["id"]
    first = said_in(house.store, run_id, most=1_000)[-2:][0]
    page = opened("card")
    page.receive({"why": (first.talk, first.step)})
    run(settled(page))
    assert page.section == "history"
    assert section(page).turn == first
    assert section(page).side.reasons.isVisible()
    assert LEARNT[0] in told(page)
    page.receive({"why": (99, 99)})
    run(settled(page))
    assert section(page).turn is not None, "one that is gone leads to the newest"


def test_answers_that_were_disliked_stand_alone(
    talk: Talk, opened: Open, run: Run[Any], bench: Workbench
) -> None:
    talk(("One?", "First."), ("Two?", "Second."), ("Three?", "Third."))
    page = opened("history")
    history = section(page)
    for place in (1, 3):
        history.pick(place)
        history.foot.bad.click()
        run(settled(page))
    history.pick(3)
    history.turns.correct(history.turns.turns[3], "Better.")
    run(settled(page))
    history.search.setText("First")
    page.receive({"disliked": True})
    run(settled(page))
    assert [one.content for one in history.turns.turns] == ["First."], "one of them was put right"
    assert history.only_bad.isChecked()
    assert history.search.text() == ""
    history.turns.correct(history.turns.turns[0], "Better.")
    run(settled(page))
    history.ask()
    run(settled(page))
    assert history._stack.currentWidget() is history._content
    history.only_bad.click()
    run(settled(page))
    assert len(history.turns.turns) == 6
