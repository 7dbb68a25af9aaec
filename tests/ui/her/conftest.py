"""Her page over a home of its own, with what compares meanings kept in memory.

- `remember(text, kind=..., ...)`: she knows this; its number.
- `talk(("Hello", "Hi!"), ...)`: this was said; the steps of her answers.
- `opened(section)`: the page with a section in front, shown and active; it has come to rest.
- `settled(page)`: what was asked has been answered, what was done is on the disk and shown.
- `press(page, "Delete", ...)`: presses keys where the keyboard is, and lets the page settle after each.
"""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import qasync
import shiboken6
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from tests.ui.conftest import Heard, Run, Settle
from tests.ui.review.conftest import strike, write
from zishu_app.house import House
from zishu_app.ledger.chats import chat_run, say, sitting
from zishu_app.memory.hashing import HashingEmbedder
from zishu_app.memory.index import ScriptedIndex
from zishu_app.memory.mind import Mind
from zishu_app.memory.store import Noted, add
from zishu_app.ui.tabs.her.page import HerPage
from zishu_app.ui.workbench import Workbench

#: seconds since 1970
NOTED = 1_790_000_000

Remember = Callable[..., int]
Talk = Callable[..., list[int]]
Open = Callable[[str], HerPage]


@pytest.fixture(autouse=True)
def on_the_one_loop(loop: qasync.QEventLoop) -> Iterator[None]:
    """Keys are pressed between two turns of the loop: what that starts must know which loop it is."""
    asyncio.set_event_loop(loop)
    yield
    asyncio.set_event_loop(None)


@pytest.fixture(autouse=True)
def no_lane(monkeypatch: pytest.MonkeyPatch) -> None:
    """No worker is started for vectors."""
    index, embedder = ScriptedIndex(), HashingEmbedder()

    async def mind(house: House, character: str) -> Mind:
        return Mind(character, house.memories, embedder, index, house.clock)

    monkeypatch.setattr(House, "mind", mind)


@pytest.fixture
def remember(bench: Workbench, run: Run[Any]) -> Remember:
    def one(text: str, at: int = NOTED, character: str = "zishu", **more: Any) -> int:
        return int(run(add(bench.house.memories, character, Noted(text, **more), at)))

    return one


@pytest.fixture
def talk(bench: Workbench, run: Run[Any]) -> Talk:
    async def put(pairs: tuple[tuple[str, str], ...], more: dict[str, Any]) -> list[int]:
        house = bench.house
        made = await chat_run(house.store, "zishu", house.clock)
        at = {"at": house.clock.now().isoformat()}
        number = await sitting(house.store, made, house.clock)
        steps = []
        for asked, answer in pairs:
            step = await say(house.store, number, "user", asked, at)
            extra = {**at, "to": step, "brain": "scripted/brain", **more}
            steps.append(await say(house.store, number, "assistant", answer, extra))
        return steps

    return lambda *pairs, **more: run(put(pairs, more))


@pytest.fixture
def opened(bench: Workbench, run: Run[Any], settle: Settle) -> Iterator[Open]:
    pages: list[HerPage] = []

    async def begin(section: str) -> HerPage:
        page = HerPage(bench)
        pages.append(page)
        page.resize(1000, 720)
        page.show()
        page.activateWindow()
        await settle(page.isActiveWindow)
        page.open(section)
        await settled(page)
        return page

    yield lambda section: run(begin(section))
    for page in pages:
        page.close()
        run(bench.tasks.end())
        shiboken6.delete(page)


async def settled(page: HerPage) -> None:
    for quiet in range(600):
        await asyncio.sleep(0.01)
        if quiet > 3 and not [one for one in page._bench.tasks._all if not one.done()]:
            return
    raise AssertionError("the page does not come to rest")


async def press(page: HerPage, *keys: str) -> None:
    for one in keys:
        strike(one)
        await settled(page)


def focused() -> QObject | None:
    """Who has the keyboard."""
    return QApplication.focusWidget()


__all__ = [
    "NOTED",
    "Heard",
    "Open",
    "Remember",
    "Run",
    "Talk",
    "focused",
    "press",
    "settled",
    "strike",
    "write",
]
