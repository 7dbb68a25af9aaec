"""The page and she on the desktop at once: what is changed on the page is seen on her."""

from collections.abc import Iterator
from typing import Any

import pytest
import shiboken6

from tests.books import scripted, speaker
from tests.ui.conftest import Run, Settle
from zishu_app.character.cast import TEMPLATE
from zishu_app.desktop.scripted import ScriptedDesktop
from zishu_app.ledger.calls import Speaker
from zishu_app.ui.first import First, embody
from zishu_app.ui.program import Program
from zishu_app.ui.single import Start
from zishu_app.ui.tabs.her.card import CardSection
from zishu_app.ui.tabs.her.history import History
from zishu_app.ui.tabs.her.looks import Looks
from zishu_app.ui.tabs.her.page import HerPage
from zishu_app.ui.workbench import Workbench


@pytest.fixture
def program(bench: Workbench, run: Run[Any]) -> Iterator[Program]:
    house, desktop = bench.house, ScriptedDesktop()
    made: list[Program] = []

    async def begin() -> Program:
        body = embody(house.home, house.settings.companion, desktop)
        made.append(Program(house, First(desktop, body), lambda: None))
        made[0].open(Start("desktop"))
        made[0].show_studio("her", "looks")
        return made[0]

    yield run(begin())

    async def close() -> None:
        await made[0].close()
        window = made[0].her.body.window
        shiboken6.delete(made[0])
        shiboken6.delete(window)

    run(close())


def page_of(program: Program) -> HerPage:
    assert program.window is not None
    page = program.window._pages["her"]
    assert isinstance(page, HerPage)
    return page


def looks_of(program: Program) -> Looks:
    looks = page_of(program).sections["looks"]
    assert isinstance(looks, Looks)
    return looks


def test_what_is_put_on_here_is_worn_there(program: Program, run: Run[Any], settle: Settle) -> None:
    async def go() -> None:
        await settle(lambda: program.her.talks.stage)
        await settle(lambda: "turtle" in looks_of(program).wears.cards)
        looks_of(program).wears.cards["turtle"].click()
        await settle(lambda: program.her.body.window.motion.accessory == "turtle")
        await settle(lambda: looks_of(program).wears.cards["turtle"].isChecked())

    run(go())


def test_once_more_is_said_on_the_desktop_and_read_here(
    program: Program, run: Run[Any], settle: Settle
) -> None:
    speaks = speaker(scripted(["[calm]One.", "[calm]Two."]))

    async def brain() -> Speaker:
        return speaks

    async def go() -> None:
        await settle(lambda: program.her.talks.stage)
        stage = program.her.talks.stage
        assert stage is not None
        stage.companion.chat.brain = brain
        page_of(program).open("history")
        history = page_of(program).sections["history"]
        assert isinstance(history, History)
        stage.say("Count.")
        await settle(lambda: history.turns.turns and history.turns.turns[-1].content == "One.")
        history.foot.again.click()
        await settle(lambda: stage.bubble.said == "Two.")
        await settle(lambda: history.turns.turns[-1].content == "Two.")
        assert history.turns.turns[-2].extra["superseded"] is True

    run(go())


def test_who_is_chosen_here_comes_there(program: Program, run: Run[Any], settle: Settle) -> None:
    async def go() -> None:
        await settle(lambda: program.her.talks.stage)
        page_of(program).take([TEMPLATE])
        await settle(lambda: "mochi" in looks_of(program).characters.cards)
        looks_of(program).characters.cards["mochi"].click()
        await settle(lambda: program.her.body.window.figure.manifest.id == "mochi")
        assert program.her.body.window.isVisible()
        await settle(lambda: program.her.talks.stage)

    run(go())


def test_what_is_written_here_she_is_there(program: Program, run: Run[Any], settle: Settle) -> None:
    async def go() -> None:
        await settle(lambda: program.her.talks.stage)
        page_of(program).open("card")
        card = page_of(program).sections["card"]
        assert isinstance(card, CardSection)
        await settle(lambda: card.card is not None)
        card.name._save(card.name, {"name": "Violet"})
        await settle(
            lambda: (
                program.her.talks.stage
                and program.her.talks.stage.companion.chat.persona.card.name == "Violet"
            )
        )

    run(go())
