"""One dialogue as it is watched: only what is new is drawn, and what a hand can do is there when it can be done."""

from collections.abc import Iterator

import pytest
import shiboken6
from PySide6.QtWidgets import QApplication, QPushButton

from zishu_app.ui.tabs.make.dialogue_view import DialogueView
from zishu_app.ui.tabs.make.run_state import Dialogue, State
from zishu_app.ui.widgets.talk_view import Said


@pytest.fixture
def asked() -> list[tuple[int, str]]:
    return []


@pytest.fixture
def view(app: QApplication, asked: list[tuple[int, str]]) -> Iterator[DialogueView]:
    made = DialogueView(lambda number, wish: asked.append((number, wish)))
    made.resize(600, 500)
    made.show()
    yield made
    shiboken6.delete(made)


def dialogue(number: int = 0, messages: int = 0) -> Dialogue:
    made = Dialogue(number, 100 + number, f"Scenario {number}", 5, 0.0, state="talking")
    for place in range(messages):
        made.said.append(Said(place, "assistant" if place % 2 else "user", f"message {place}"))
    return made


def lines(view: DialogueView) -> list[str]:
    return view.talk.toPlainText().split("\n")


def test_a_message_grows_with_each_look_and_its_beginning_is_written_once(view: DialogueView) -> None:
    one = dialogue(messages=1)
    for text in ("It", "It is", "It is deep"):
        one.writing = ("assistant", text)
        view.show_dialogue(one, live=True)
        assert lines(view)[2:] == ["Assistant", text]
    one.said.append(Said(1, "assistant", "It is deep."))
    one.writing = ("user", "And")
    view.show_dialogue(one, live=True)
    assert lines(view)[2:] == ["Assistant  ·  2", "It is deep.", "User", "And"]


def test_what_is_void_is_gone_at_the_next_look(view: DialogueView) -> None:
    one = dialogue(messages=1)
    one.writing = ("assistant", "Half a sen")
    view.show_dialogue(one, live=True)
    one.writing = ("", "")
    view.show_dialogue(one, live=True)
    assert lines(view) == ["User  ·  1", "message 0"]
    one.writing = ("assistant", "Half")
    view.show_dialogue(one, live=True)
    one.writing = ("assistant", "Another")  # void and begun again between two looks
    view.show_dialogue(one, live=True)
    assert lines(view)[2:] == ["Assistant", "Another"]


def test_another_dialogue_takes_its_place_and_back(view: DialogueView) -> None:
    first, second = dialogue(0, 2), dialogue(1, 1)
    first.writing = ("user", "Writing")
    for one, count in ((first, 6), (second, 2), (first, 6)):
        view.show_dialogue(one, live=True)
        assert view._title.text() == one.scenario
        assert len(lines(view)) == count


def test_what_is_read_from_the_ledger_again_replaces_what_was_shown(view: DialogueView) -> None:
    one = dialogue(messages=4)
    view.show_dialogue(one, live=False)
    one.said = dialogue(messages=2).said
    view.show_dialogue(one, live=False)
    assert len(lines(view)) == 4


def test_who_watches_a_run_is_at_the_newest_message_and_who_reads_at_the_first(view: DialogueView) -> None:
    bar = view.talk.verticalScrollBar()
    view.show_dialogue(dialogue(0, 80), live=True)
    assert bar.value() == bar.maximum() > 0
    view.show_dialogue(dialogue(1, 80), live=False)
    assert bar.value() == 0


def test_what_a_hand_can_do(view: DialogueView, asked: list[tuple[int, str]]) -> None:
    one = dialogue(7, 2)
    view.show_dialogue(one, live=True)
    told = {"shift": "shifts with the next message", "end": "ends after this round"}
    for name, wish in (("Shift the topic", "shift"), ("End here", "end")):
        (found,) = [button for button in view.findChildren(QPushButton) if button.text() == name]
        found.click()
        assert asked.pop() == (7, wish)
        one.wish = wish
        view.show_dialogue(one, live=True)
        assert not found.isEnabled(), "one wish at a time"
        assert told[wish] in view._chip.text()
        one.wish = ""
        view.show_dialogue(one, live=True)
        assert found.isEnabled()
        assert told[wish] not in view._chip.text()
    view.show_dialogue(one, live=True, stopping=True)
    assert not found.isEnabled(), "it ends anyway"


@pytest.mark.parametrize("state", ["done", "failed", "distilling", "written"])
def test_where_nothing_is_said_any_more_there_is_nothing_to_do(view: DialogueView, state: State) -> None:
    one = dialogue(messages=2)
    view.show_dialogue(one, live=True)
    assert view._hand.isEnabled()
    one.state = state
    view.show_dialogue(one, live=True)
    assert view._hand.isVisible(), "nothing moves"
    assert not view._hand.isEnabled()
    view.show_dialogue(one, live=False)
    assert not view._hand.isVisible()


def test_why_it_failed_or_ended_early_is_told(view: DialogueView) -> None:
    one = dialogue(messages=2)
    one.state, one.reason = "failed", "The answer was refused."
    view.show_dialogue(one, live=True)
    assert (view._note.text(), view._note.isVisible()) == ("The answer was refused.", True)
    one.state, one.reason = "talking", ""
    view.show_dialogue(one, live=True)
    assert not view._note.isVisible()
    one.state, one.done, one.ended = "done", 3, "stalled"
    view.show_dialogue(one, live=False)
    assert view._chip.text() == "done · 3/5 · stalled, ended early"


def test_the_radar_shows_the_newest_score(view: DialogueView) -> None:
    one = dialogue(messages=2)
    view.show_dialogue(one, live=True)
    assert "–" in view._curve.toolTip()
    one.scores = [0.1, 0.62]
    view.show_dialogue(one, live=True)
    assert "0.62" in view._curve.toolTip()
