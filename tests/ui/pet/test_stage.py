"""Her talk in the window: streamed into the bubble, felt in the face, stopped, corrected, remembered and forgotten."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QToolButton

from tests.books import LetterCounter
from tests.ui.conftest import Run, Settle
from zishu_app.brains.choices import Way
from zishu_app.character.chat import Brain, Recalled
from zishu_app.character.greetings import Greeting
from zishu_app.character.pack import accessories_in, read_pack
from zishu_app.core.errors import BrainMissing, ModelUnreachable
from zishu_app.core.paths import RESOURCES
from zishu_app.dataset.find import Filter, page
from zishu_app.ledger.calls import Speaker
from zishu_app.llm.scripted import ScriptedModel
from zishu_app.memory.remember import Kept
from zishu_app.studio.companion import Companion, open_companion
from zishu_app.studio.senses import Exchange, Senses
from zishu_app.ui.pet.acts import LEAST
from zishu_app.ui.pet.around import Around
from zishu_app.ui.pet.figure import Figure
from zishu_app.ui.pet.presence import Nature, Presence
from zishu_app.ui.pet.stage import Stage
from zishu_app.ui.pet.ways import offers
from zishu_app.ui.pet.window import PetWindow
from zishu_app.ui.widgets.elided import Elided
from zishu_app.ui.workbench import Workbench

ANSWER = "[happy]Of course. **Two** mirrors, face to face."


async def nothing(_text: str, _count: Any) -> Recalled:
    return Recalled()


@pytest.fixture
def model() -> ScriptedModel:
    made = ScriptedModel(answers=lambda messages, options: ANSWER)
    made.piece = 6
    return made


def thinking(model: ScriptedModel) -> Brain:
    async def brain() -> Speaker:
        return Speaker(model, LetterCounter())

    return brain


@pytest.fixture
def stage(bench: Workbench, run: Run[Any], model: ScriptedModel, settle: Settle) -> Iterator[Stage]:
    companion: Companion = run(open_companion(bench.house, senses=Senses(nothing)))

    companion.chat.brain = thinking(model)
    wardrobe, _ = accessories_in([RESOURCES / "accessories"])
    pet = PetWindow(Figure(read_pack(RESOURCES / "characters" / "zishu"), 0.4))
    presence = Presence(pet, Nature(companion.chat.persona.card, companion.condition, lambda: wardrobe))
    made = Stage(
        companion, presence, Around(bench.tasks, bench.go, samples_changed=bench.news.samples_changed.emit)
    )
    pet.show()
    made.open()
    run(settle(made.bubble.isVisible))  # her greeting
    yield made
    made.leave()
    run(companion.close())


def press(parent: Any, name: str) -> None:
    """The button of this name, to be seen or to be heard."""
    found = [
        one
        for one in (*parent.findChildren(QPushButton), *parent.findChildren(QToolButton))
        if name in (one.text(), one.accessibleName()) and not one.isHidden()
    ]
    assert found, name
    found[0].click()


def buttons(parent: Any) -> list[str]:
    """The small buttons in sight, in their order."""
    return [one.accessibleName() for one in parent.findChildren(QToolButton) if one.isVisible()]


def test_she_greets_at_the_first_meeting_and_not_again(stage: Stage, run: Run[Any], settle: Settle) -> None:
    assert stage.bubble.said
    first = stage.bubble.said
    stage.bubble.leave()
    stage.open()
    run(asyncio.sleep(0.1))
    assert not stage.bubble.isVisible() or stage.bubble.said == first


def test_her_greeting_does_not_cover_what_is_to_be_read(
    stage: Stage, run: Run[Any], settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    greeted: list[bool] = []

    async def greet() -> Greeting:
        greeted.append(True)
        return Greeting("Good morning!", "happy")

    monkeypatch.setattr(stage.companion, "greet", greet)
    stage.bubble.leave()
    stage.open()
    stage.tell("These settings are wrong.", 15_000)
    run(settle(lambda: greeted and stage.pet.motion.emotion))
    assert stage.bubble.said == "These settings are wrong."


def test_an_answer_streams_without_its_tag_and_shows_in_her_face(
    stage: Stage, run: Run[Any], settle: Settle
) -> None:
    stage.entry.open()
    QTest.keyClicks(stage.entry.field, "What is recursion?")
    QTest.keyClick(stage.entry.field, Qt.Key.Key_Return)
    run(settle(lambda: stage.opinions.answer is not None))
    assert stage.bubble.said == "Of course. **Two** mirrors, face to face."
    assert "mirrors" in stage.bubble.text.toPlainText()
    assert "[happy]" not in stage.bubble.text.toPlainText()
    assert stage.pet.motion.emotion == "happy"
    assert not stage.pet.motion.speaking
    assert stage.bubble.acts.isVisible()


def test_enter_while_a_word_is_put_together_sends_nothing(stage: Stage, model: ScriptedModel) -> None:
    stage.entry.open()
    field = stage.entry.field
    field.inputMethodEvent(QInputMethodEvent("ni hao", []))
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert model.calls == []
    field.inputMethodEvent(QInputMethodEvent())
    QTest.keyClicks(field, "line one")
    QTest.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClicks(field, "line two")
    assert field.toPlainText().splitlines() == ["line one", "line two"]


def test_a_click_stops_her_and_what_she_was_stopped_in_is_not_hers(
    stage: Stage, run: Run[Any], settle: Settle, model: ScriptedModel
) -> None:
    model.pause = 0.05
    stage.talk()
    stage.say("Tell me")
    run(settle(lambda: "Of" in stage.bubble.said))
    stage.bubble.activateWindow()  # as a click does
    run(settle(stage.bubble.isActiveWindow))
    stage.bubble.text.clicked.emit()
    run(settle(lambda: not stage.bubble.speaking))
    run(asyncio.sleep(0.2))
    assert stage.entry.field.hasFocus(), "one can write on"
    acts = stage.bubble.acts
    assert (acts.foot.isVisible(), acts.foot.text()) == (True, "stopped")
    assert buttons(acts) == ["Once more", "Copy", "Close"], "it is no answer that could be rated"
    kinds = [one.kind for one in run(stage.companion.history())]
    assert "assistant" not in kinds[:1]
    assert "partial" in kinds
    model.pause = 0.0
    press(acts, "Once more")
    run(settle(lambda: stage.opinions.answer))
    assert (acts.foot.text(), len(buttons(acts))) == ("scripted · model", 7)


def test_long_lines_of_code_are_broken_and_not_cut(stage: Stage) -> None:
    stage.tell("So:\n\n```\n" + "return 1 if n < 2 else n * f(n - 1) " * 3 + "\n```\n\nDone.", 5000)
    text = stage.bubble.text
    assert text.document().idealWidth() <= text.viewport().width() + 1
    assert text.document().size().height() <= text.height(), "and all of it is seen"


def test_what_stays_can_be_closed(stage: Stage) -> None:
    stage.tell("It is time: drink tea!", 0)
    assert buttons(stage.bubble.acts) == ["Close"]
    press(stage.bubble.acts, "Close")
    assert not stage.bubble.isVisible()
    stage.tell("Hm?", 5000)
    assert not stage.bubble.acts.isVisible(), "this one goes by itself"


def test_without_a_compositor_bubble_and_field_are_cut_to_their_outlines(stage: Stage) -> None:
    stage.tell("Good morning!", 15_000)
    stage.entry.open()
    for one in (stage.bubble, stage.entry):
        assert one.mask().isEmpty()
        one.set_solid(True)
        assert not one.mask().contains(QPoint(1, 1)), "the corner is not there"
        assert one.mask().contains(one.rect().center())
    stage.tell("Good morning! " * 20, 15_000)
    assert stage.bubble.mask().boundingRect().height() > stage.bubble.height() - 30, "as large as it is now"
    for one in (stage.bubble, stage.entry):
        one.set_solid(False)
        assert one.mask().isEmpty()


def test_the_field_stays_above_her_whoever_comes_forward(stage: Stage) -> None:
    for one in (stage.entry, stage.bubble):
        assert one.windowHandle().transientParent() is stage.pet.windowHandle()


def test_a_long_name_of_a_brain_is_cut_where_there_is_no_room(stage: Stage) -> None:
    name = "deepseek/a-model-with-quite-a-long-name-and-a-date-2026-11-29"
    shown = "DeepSeek · a-model-with-quite-a-long-name-and-a-date-2026-11-29"
    stage.bubble.begin()
    stage.bubble.add("Yes.")
    stage.bubble.end(name, 5000)
    foot = stage.bubble.acts.foot
    assert stage.bubble.width() < 360, "it makes no bubble wide"
    assert LEAST <= foot.width() < foot.fontMetrics().horizontalAdvance(shown)
    assert foot.toolTip() == f"Answered by {shown}"


def test_a_correction_waits_in_the_review_queue(
    stage: Stage, bench: Workbench, run: Run[Any], settle: Settle
) -> None:
    news: list[bool] = []
    bench.news.samples_changed.connect(lambda: news.append(True))
    stage.say("What is recursion?")
    run(settle(lambda: stage.opinions.answer is not None))
    press(stage.bubble.acts, "You should have said …")
    field = next(one.field for one in stage.bubble.extras.children() if hasattr(one, "field"))
    field.setPlainText("A function that calls itself.")
    stage.presence.touched("cheek")
    assert stage.bubble.extras.writing, "what is being written is not lost by a touch"
    QTest.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    def samples() -> list[Any]:
        with bench.house.samples.reading() as connection:
            return page(connection, Filter(kinds=("correction",)))

    run(settle(samples))
    (row,) = samples()
    assert row.verdict == "pending"
    run(settle(lambda: "learn" in stage.bubble.said))
    assert news  # a queue that is open shows it


def test_why_she_says_that_is_told_on_her_page(
    stage: Stage, run: Run[Any], settle: Settle, heard: Any
) -> None:
    stage.say("Hello")
    run(settle(lambda: stage.opinions.answer is not None))
    answer = stage.opinions.answer
    assert answer is not None
    press(stage.bubble.acts, "Why does she say that?")
    assert heard.gone == [("her", {"why": (answer.talk, answer.step)})]
    assert not stage.bubble.isVisible(), "it does not cover the page"


def test_rating_is_kept_with_the_answer(stage: Stage, run: Run[Any], settle: Settle) -> None:
    stage.say("Hello")
    run(settle(lambda: stage.opinions.answer is not None))
    press(stage.bubble.acts, "Good")

    async def rated(mark: int | None) -> None:
        while (await stage.companion.history())[0].extra.get("rating") != mark:  # noqa: ASYNC110 - kept beside the talk
            await asyncio.sleep(0.01)

    run(rated(1))
    press(stage.bubble.acts, "Good")  # once more: neither
    run(rated(None))


def offered(stage: Stage) -> list[str]:
    return [one.text() for one in stage.bubble.extras.findChildren(QPushButton) if not one.isHidden()]


def test_without_a_brain_she_says_so_and_offers_the_ways(
    stage: Stage, run: Run[Any], settle: Settle, heard: Any
) -> None:
    async def none() -> Speaker:
        raise BrainMissing("I have no brain yet.", "Give me one:\n  · a key: zishu keys set x")

    stage.companion.chat.brain = none
    stage.say("Hello?")
    run(settle(lambda: "no brain" in stage.bubble.said))
    assert "zishu" not in stage.bubble.said, "command lines are for the command line"
    ways = ["Paste a key", "Download a small model", "Use Ollama or the like"]
    assert offered(stage) == [*ways, "Try again"]
    for name in ways:
        press(stage.bubble.extras, name)
    assert heard.gone == [("welcome", "key"), ("settings", "models"), ("her", "brain")]
    assert not stage.bubble.isVisible(), "it does not cover the page"
    stage.companion.chat.brain = thinking(ScriptedModel(answers=lambda messages, options: ANSWER))
    press(stage.bubble.extras, "Try again")
    run(settle(lambda: stage.opinions.answer))


def test_the_ways_in_another_language(stage: Stage, heard: Any) -> None:
    changed: list[dict[str, Any]] = []
    around = Around(stage._around.tasks, stage._around.page, change=changed.append)
    ways = [Way("download", "", "", "qwen3-0.6b"), Way("english", "", "", "builtin")]
    for _, act in offers(ways, around):
        act()
    assert heard.gone == [("welcome", "download")]
    assert changed == [{"companion.language": "en"}]


def test_where_an_answer_fails_the_models_are_one_click_away(
    stage: Stage, run: Run[Any], settle: Settle, heard: Any
) -> None:
    async def none() -> Speaker:
        raise ModelUnreachable("Nobody answers.", "Look at the cable.\nLook again.")

    stage.companion.chat.brain = none
    stage.say("Hello?")
    run(settle(lambda: "Nobody answers" in stage.bubble.said))
    assert "cable.\n" in stage.bubble.text.toPlainText().replace("\u2028", "\n")
    assert offered(stage) == ["Try again", "Models and keys"]
    press(stage.bubble.extras, "Models and keys")
    assert heard.gone == [("settings", "models")]
    assert stage.pet.isVisible()


def test_what_is_written_stands_in_one_line_with_the_button(stage: Stage, run: Run[Any]) -> None:
    stage.entry.open()
    field = stage.entry.field
    (send,) = stage.entry.findChildren(QToolButton)
    heights = []
    for text in ("", "hello", "\u4f60\u597d", ""):
        field.setPlainText(text)
        run(asyncio.sleep(0.01))
        heights.append(stage.entry.height())
        line = field.blockBoundingGeometry(field.document().firstBlock()).center().y()
        middle = field.y() + line
        assert abs(middle - send.geometry().center().y()) <= 2, text
    assert max(heights) - min(heights) <= 1, "it does not jump when one begins to write"
    field.setPlainText("one\ntwo\nthree")
    run(asyncio.sleep(0.01))
    assert field.height() > 3 * field.fontMetrics().height(), "all three are seen"


def test_touching_her_shows_and_is_said(stage: Stage, run: Run[Any], settle: Settle) -> None:
    stage.bubble.leave()
    scale = stage.pet.figure.scale
    assert stage.pet.region(QPointF(152 * scale, 276 * scale)) == "cheek"
    stage.presence.touched("cheek")
    assert stage.pet.motion.emotion == "shy"
    assert stage.bubble.said


def test_her_place_and_what_she_wears_last(stage: Stage, run: Run[Any], settle: Settle) -> None:
    stage.wear("turtle")
    run(settle(lambda: stage.pet.motion.accessory == "turtle"))
    stage.pet.carrier.place = replace(stage.pet.carrier.place, across=0.25)
    stage.company.keep()
    file = stage.companion.condition.file
    assert file.read("place")["across"] == 0.25
    assert file.read("zishu")["worn"]["accessory"] == "turtle"


def chips(stage: Stage) -> list[list[str]]:
    """What stands on each chip below her words."""
    layout = stage.bubble.extras.layout()
    found = [layout.itemAt(place).widget() for place in range(layout.count())]
    return [[one.text() for one in chip.findChildren(Elided)] for chip in found]


def test_a_chip_belongs_to_what_was_said(stage: Stage, run: Run[Any], settle: Settle) -> None:
    last: list[Exchange] = []

    async def remember(exchange: Exchange) -> list[Kept]:
        last.append(exchange)
        return []

    stage.companion.senses = Senses(remember=remember)
    kept = [Kept(1, "The user has a cat", "new")]
    chip, of = "Remembered: The user has a cat", "You said \u201cI have a cat\u201d before"
    told = stage.companion.remembered
    assert told is not None
    stage.say("I have a cat")
    run(settle(lambda: last))
    told(last[0], kept)
    assert chips(stage) == [[chip]], "below the answer to it"
    stage.tell("That tickles!", 5000)
    assert chips(stage) == []
    told(last[0], kept)
    assert chips(stage) == [[of, chip]], "below a word of her own it says of what it is"
    stage.say("And a dog")
    run(settle(lambda: len(last) == 2))
    told(last[0], kept)
    told(last[1], [Kept(2, "The user has a dog", "new")])
    assert chips(stage) == [[of, chip], ["Remembered: The user has a dog"]]


def test_a_chip_can_be_read_before_the_bubble_goes(stage: Stage) -> None:
    stage.tell("Good.", 40)
    stage.bubble.extras.remembered("The user has a cat", lambda: None, lambda: None)
    assert stage.bubble._leave.remainingTime() > 3000


def test_a_bubble_that_grows_stays_off_her(stage: Stage, run: Run[Any], settle: Settle) -> None:
    stage.tell("Good morning!", 15_000)
    before = stage.bubble.geometry()
    stage.bubble.extras.remembered("The user loves hiking", lambda: None, lambda: None)
    stage.bubble.extras.ask("It cannot be brought back.", (lambda: "Forget", lambda: None), lambda: None)
    run(settle(lambda: stage.bubble.height() > before.height()))
    run(asyncio.sleep(0.05))  # what the layout does later belongs to it
    assert stage.bubble.geometry().bottom() <= before.bottom()


def test_with_a_new_brain_she_says_hello_out_of_it(
    stage: Stage, model: ScriptedModel, run: Run[Any], settle: Settle
) -> None:
    stage.companion.chat.brain = thinking(
        ScriptedModel(answers=lambda messages, options: "[proud]Hello! I feel a little wiser.")
    )
    stage.hello()
    run(settle(lambda: "wiser" in stage.bubble.said))
    assert stage.bubble.said == "Hello! I feel a little wiser."
    assert stage.pet.motion.emotion == "proud"
    last = run(stage.companion.history(most=1))[0]
    assert (last.content, last.extra["by_herself"]) == ("Hello! I feel a little wiser.", True)
