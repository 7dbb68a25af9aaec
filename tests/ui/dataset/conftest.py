"""A data set to look at, and the page over it.

- `filled(count)`: puts so many samples into the home's data set, from `first` on, and returns their numbers.
- `page`: the Data set page, shown at 1000 x 700.
"""

import asyncio
import random
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
import qasync
import shiboken6

from zishu_app.dataset.sample import Draft, Kind, SampleMessage, fingerprint, message, said
from zishu_app.dataset.store import add
from zishu_app.ui.tabs.dataset.page import DatasetPage
from zishu_app.ui.workbench import Workbench

#: makes samples and returns their numbers
Filled = Callable[..., list[int]]

#: seconds since 1970 at which the samples of these tests came
CAME = 1_700_000_000


WORDS = (
    "rain", "snow", "wind", "sun", "cloud", "river", "hill", "stone", "tree", "leaf", "bird", "fox",
    "house", "door", "wall", "lamp", "book", "letter", "song", "drum", "bread", "salt", "apple", "plum",
    "knife", "spoon", "coat", "shoe", "glass", "rope", "wheel", "road", "bridge", "boat", "sail", "net",
    "fish", "clock", "bell", "chair", "table", "pen", "ink",
)  # fmt: skip


def talk(topic: str, rounds: int = 2) -> tuple[SampleMessage, ...]:
    """Questions and answers about something, unlike those about anything else."""
    dice = random.Random(topic)
    said_ = [
        (f"What is {topic} good for, and why, in place {number}?", " ".join(dice.choices(WORDS, k=14)) + ".")
        for number in range(rounds)
    ]
    return tuple(one for asked, told in said_ for one in (message("user", asked), message("assistant", told)))


def draft(topic: str, **more: Any) -> Draft:
    """A sample about something."""
    given: dict[str, Any] = {
        "kind": "imported",
        "language": "en",
        "title": topic,
        "messages": talk(topic),
    } | more
    messages: Sequence[SampleMessage] = given["messages"]
    return Draft(fingerprint(said(messages), topic), **given)


@pytest.fixture(autouse=True)
def on_the_one_loop(loop: qasync.QEventLoop) -> Iterator[None]:
    """Buttons are pressed between two turns of the loop: what that starts must know which loop it is."""
    asyncio.set_event_loop(loop)
    yield
    asyncio.set_event_loop(None)


@pytest.fixture
def filled(bench: Workbench, run: Any) -> Filled:
    kinds: tuple[Kind, ...] = ("imported", "dialogue", "distilled")

    def fill(count: int = 12, now: int = CAME, first: int = 0, **more: Any) -> list[int]:
        drafts = [
            draft(f"Roof {number}", **({"kind": kinds[number % 3], "scenario": f"S{number % 4}"} | more))
            for number in range(first, first + count)
        ]
        return [one for one in run(add(bench.house.samples, drafts, now)) if one]

    return fill


@pytest.fixture
def page(bench: Workbench, run: Any) -> Iterator[DatasetPage]:
    made = DatasetPage(bench)
    made.resize(1000, 700)
    made.show()
    yield made
    made.close()
    shiboken6.delete(made)  # at once, with its timers: what they start would find no loop
    run(bench.tasks.end())
