"""Samples to review, and the Review page with the keyboard on it.

- `fill(count)`: adds so many talks of six messages to the test's data set; `Talk 3` is the fourth. `put(draft)` adds one.
- `page`: the Review page over what is there, shown and active; it has asked its queue.
- `press(page, "A", "Ctrl+Z" ...)`: presses keys where the keyboard is, and lets the page settle after each.
- `stored(number)`: the sample as it stands on the disk.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Sequence
from typing import Any

import pytest
import qasync
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from tests.ui.conftest import Run, Settle
from zishu_app.dataset.sample import Draft, Sample, fingerprint, message, said
from zishu_app.dataset.store import add, get
from zishu_app.ui.tabs.review.page import ReviewPage
from zishu_app.ui.workbench import Workbench

#: seconds since 1970
CAME = 1_790_000_000

Fill = Callable[..., list[int]]
Put = Callable[[Draft], int]
Stored = Callable[[int], Sample]
Press = Callable[..., Coroutine[Any, Any, None]]


@pytest.fixture(autouse=True)
def on_the_one_loop(loop: qasync.QEventLoop) -> Iterator[None]:
    """Keys are pressed between two turns of the loop: what that starts must know which loop it is."""
    asyncio.set_event_loop(loop)
    yield
    asyncio.set_event_loop(None)


def talk(number: int, rounds: int = 3, **more: Any) -> Draft:
    """One that can be told from the others."""
    messages = tuple(
        message(role, f"{'Question' if role == 'user' else 'Answer'} {place} of talk {number}.")
        for place in range(rounds)
        for role in ("user", "assistant")
    )
    fields: dict[str, Any] = {"kind": "dialogue", "language": "en", "title": f"Talk {number}", **more}
    messages = fields.pop("messages", messages)
    return Draft(key=fingerprint("dialogue", number, said(messages)), messages=messages, **fields)


@pytest.fixture
def put(bench: Workbench, run: Run[Any]) -> Put:
    def one(draft: Draft) -> int:
        (number,) = run(add(bench.house.samples, [draft], CAME))
        assert number is not None
        return int(number)

    return one


@pytest.fixture
def fill(bench: Workbench, run: Run[Any]) -> Fill:
    def many(count: int = 5, **more: Any) -> list[int]:
        drafts = [talk(number, **more) for number in range(count)]
        return [int(number) for number in run(add(bench.house.samples, drafts, CAME))]

    return many


@pytest.fixture
def stored(bench: Workbench) -> Stored:
    def read(number: int) -> Sample:
        with bench.house.samples.reading() as connection:
            found = get(connection, number)
        assert found is not None
        return found

    return read


Open = Callable[[], ReviewPage]


@pytest.fixture
def opened(bench: Workbench, run: Run[Any], settle: Settle) -> Iterator[Open]:
    """Opens the page, after the data set was filled; closed with the test."""
    pages: list[ReviewPage] = []

    async def begin() -> ReviewPage:
        page = ReviewPage(bench)
        pages.append(page)
        page.resize(1000, 720)
        page.show()
        page.activateWindow()
        await settle(page.isActiveWindow)
        await settled(page)
        return page

    def open_() -> ReviewPage:
        made = run(begin())
        assert isinstance(made, ReviewPage)
        return made

    yield open_
    for page in pages:
        page.close()
        run(page.hand.settled())
        run(bench.tasks.end())
        shiboken6.delete(page)  # at once, with its timers: what they start would find no loop


@pytest.fixture
def page(fill: Fill, opened: Open) -> ReviewPage:
    """The page over five talks, the newest first."""
    fill(5)
    return opened()


async def settled(page: ReviewPage) -> None:
    """What was asked has been answered, what was done is on the disk and shown."""
    for _ in range(400):
        await asyncio.sleep(0.01)
        others = [task for task in page._bench.tasks._all if not task.done()]
        if not others and page.queue.count is not None:
            return
    raise AssertionError("the page does not come to rest")


async def press(page: ReviewPage, *keys: str) -> None:
    """Press keys one after the other."""
    for one in keys:
        strike(one)
        await settled(page)


def strike(keys: str) -> None:
    """Press a key, with whatever is held, where the keyboard is."""
    target = QApplication.focusWidget()
    assert target is not None, "nothing has the keyboard"
    sequence = QKeySequence(keys)
    assert sequence.count() == 1, keys
    combination = sequence[0]
    QTest.keyClick(target, combination.key(), combination.keyboardModifiers())


def write(text: str) -> None:
    """Write where the keyboard is."""
    target = QApplication.focusWidget()
    assert target is not None
    QTest.keyClicks(target, text)


def title(page: ReviewPage) -> str:
    """What is read."""
    return page.stage.opened.sample.title if page.stage.opened is not None else ""


def texts(page: ReviewPage) -> Sequence[str]:
    """The messages as they are shown."""
    return [group.said.text for group in page.reader.sample.view.text.groups]


def focus(page: ReviewPage) -> QWidget | None:
    """Who has the keyboard."""
    widget = QApplication.focusWidget()
    return widget if widget is not None and page.isAncestorOf(widget) else None


__all__ = [
    "CAME",
    "Fill",
    "Open",
    "Put",
    "Stored",
    "Qt",
    "focus",
    "press",
    "settled",
    "strike",
    "talk",
    "texts",
    "title",
    "write",
]
