"""She in a process of its own, so that a new start is one: `python tests/flows/her.py HOME day|again`.

`day` greets, talks, is asked to remind, is put right, and goes; `again` opens the same home. The last line says how
things stand, as JSON. Her model is scripted and her memory needs no lane: nothing here is slow.
"""

import asyncio
import json
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["QT_API"] = "pyside6"
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import qasync
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton

from tests.books import scripted, speaker
from zishu_app.character.pack import accessories_in, read_pack
from zishu_app.core.keys import Keys
from zishu_app.core.paths import RESOURCES, open_home
from zishu_app.core.settings import load_settings
from zishu_app.core.texts import set_language
from zishu_app.dataset.find import Filter, page
from zishu_app.house import House
from zishu_app.memory.hashing import HashingEmbedder
from zishu_app.memory.index import ScriptedIndex
from zishu_app.memory.mind import Mind
from zishu_app.memory.reminders import waiting
from zishu_app.studio.companion import Companion, open_companion
from zishu_app.ui.errors import Told
from zishu_app.ui.main import application
from zishu_app.ui.pet.around import Around
from zishu_app.ui.pet.figure import Figure
from zishu_app.ui.pet.presence import Nature, Presence
from zishu_app.ui.pet.stage import Stage
from zishu_app.ui.pet.window import PetWindow
from zishu_app.ui.tasks import Tasks


async def mind(house: House, character: str) -> Mind:
    """A memory without a lane, in the place of `House.mind`."""
    return Mind(character, house.memories, HashingEmbedder(), ScriptedIndex(), house.clock)


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(10):  # an answer that failed never comes
        while not holds():  # noqa: ASYNC110 - she is looked at from outside
            await asyncio.sleep(0.01)


def failed(told: Told) -> None:
    print(told.message, told.hint, file=sys.stderr)


def staged(companion: Companion, tasks: Tasks) -> Stage:
    """Her window, bubble and field around an opened companion with a scripted model."""

    async def brain() -> Any:
        return speaker(scripted(lambda messages, options: "[happy]How nice!"))

    companion.chat.brain = brain
    assert companion.memory is not None
    companion.memory.brain = brain  # type: ignore[assignment]
    wardrobe, _ = accessories_in([RESOURCES / "accessories"])
    pet = PetWindow(Figure(read_pack(RESOURCES / "characters" / "zishu"), 0.3))
    nature = Nature(companion.chat.persona.card, companion.condition, lambda: wardrobe)
    return Stage(companion, Presence(pet, nature), Around(tasks, lambda name, what: None))


async def tell(stage: Stage, text: str) -> None:
    """Write it to her, and wait until she has answered and remembered."""
    stage.opinions.answer = None
    stage.entry.open()
    QTest.keyClicks(stage.entry.field, text)
    QTest.keyClick(stage.entry.field, Qt.Key.Key_Return)
    await until(lambda: stage.opinions.answer is not None)
    await stage.companion.afterwards.done()


async def day(stage: Stage) -> None:
    """What is done on the first day."""
    await until(lambda: stage.bubble.said)  # she greets
    stage.wear("turtle")
    await tell(stage, "I live in Hangzhou.")
    await tell(stage, "In 20 minutes remind me to drink tea.")
    edit = next(
        one
        for one in stage.bubble.acts.findChildren(QToolButton)
        if one.accessibleName() == "You should have said …"
    )
    edit.click()
    field = next(one.field for one in stage.bubble.extras.children() if hasattr(one, "field"))
    field.setPlainText("Tea at half past, noted.")
    QTest.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    await until(lambda: "learn" in stage.bubble.said)
    stage.pet.carrier.place = replace(stage.pet.carrier.place, across=0.25)


async def stand(stage: Stage) -> dict[str, Any]:
    """How things are with her."""
    companion, house = stage.companion, stage.companion.house
    assert companion.memory is not None

    def corrections() -> list[str]:
        with house.samples.reading() as file:
            return [row.verdict for row in page(file, Filter(kinds=("correction",)))]

    return {
        "across": stage.pet.carrier.place.across,
        "wears": stage.pet.motion.accessory,
        "feels": companion.condition.face(),
        "bubble": stage.bubble.said,
        "said": [(one.kind, one.content) for one in reversed(await companion.history())],
        "remembers": [one.text for one in await companion.memory.look()],
        "reminders": [one.text for one in await asyncio.to_thread(waiting, house.memories, "zishu")],
        "corrections": await asyncio.to_thread(corrections),
    }


async def play(house: House, what: str) -> None:
    tasks = Tasks(failed)
    async with house:
        stage = staged(await open_companion(house), tasks)
        stage.open()
        await (day(stage) if what == "day" else asyncio.sleep(0.3))
        found = await stand(stage)
        stage.leave()
        await stage.companion.close()
        await tasks.end()
    print(json.dumps(found), flush=True)


def main(root: str, what: str) -> None:
    home = open_home(Path(root))
    settings = load_settings(home, {"window.theme": "light", "language": "en"}, environment={})
    set_language("en")
    House.mind = mind  # type: ignore[method-assign, assignment]
    with qasync.QEventLoop(application(home, settings)) as loop:
        loop.run_until_complete(play(House(home, settings, Keys(home.keys)), what))
        # the widgets go before the application, without a word
        sys.stdout.flush()
        os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
