"""The window in a process of its own, to be killed: `python tests/flows/window.py WHAT HOME FOLDER URL`.

It opens on the home as a user would, and does one thing there: `begin` starts a run of dialogues that are distilled
too, `go-on` presses "Go on" on the run that is offered, `tour` plays the tour of the welcome. A line tells each step:
`taken`, `told MESSAGE`, `rounds N`, `files N`, `phase NAME`, `streams`,
`over STATE`.
"""

import asyncio
import functools
import os
import sys
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["QT_API"] = "pyside6"
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import qasync

from tests.ui.orders import asked
from zishu_app.core.keys import Keys
from zishu_app.core.paths import open_home
from zishu_app.core.settings import load_settings
from zishu_app.core.texts import set_language
from zishu_app.house import House
from zishu_app.ledger.overview import list_runs
from zishu_app.studio import tour
from zishu_app.ui.main import application
from zishu_app.ui.single import Single
from zishu_app.ui.window import Window

DIALOGUES = {"num_conversations": 3, "min_rounds": 4, "max_rounds": 6, "noise_rate": 0.3, "distil": True}


def say(*words: object) -> None:
    print(*words, flush=True)


async def until(holds: Any) -> None:
    while not holds():  # noqa: ASYNC110 - the window is looked at from outside
        await asyncio.sleep(0.01)


async def dialogues(window: Window, what: str, folder: Path, url: str) -> None:
    """Begin, or go on, and tell how far it is."""
    if what == "begin":
        window.go("make")
    await until(lambda: "make" in window._pages)
    page: Any = window._pages["make"]
    if what == "begin":
        page._maker.begin(asked(window.bench.house, url, folder, concurrency=2, **DIALOGUES))
    else:
        await until(lambda: page._shown)
        page._view._resume.click()
    await until(lambda: page._maker.live)
    live, known = page._maker.live, None
    while live.live:
        files = sum(one.path is not None for one in live.state.dialogues.values())
        if (live.state.rounds[0], files) != known:
            known = (live.state.rounds[0], files)
            say("rounds", known[0])
            say("files", files)
        await asyncio.sleep(0.005)


async def play(window: Window) -> None:
    """The tour, as short as it can be: one round, and nothing is distilled."""
    whole = tour.recipe
    tour.flags = functools.partial(tour.flags, rounds=1)
    tour.recipe = lambda home, language: {**whole(home, language), "distil": False}
    window.go("welcome")
    card, known = window._pages["welcome"].tour, None  # type: ignore[attr-defined]
    card.start()
    streams = False
    while known not in ("done", "failed", "stopped"):
        if not streams and card.stage.talk._text.writing:
            streams = True
            say("streams")
        if card.phase != known:
            known = card.phase
            say("phase", known)
        await asyncio.sleep(0.01)


async def live(house: House, what: str, folder: Path, url: str) -> None:
    async with house:
        window = Window(house, lambda: None)
        tell = window.bench.tell
        window.bench.tell = lambda said: (say("told", said.message), tell(said))[1]
        window.open()
        if what == "tour":
            await play(window)
        else:
            await dialogues(window, what, folder, url)
        say("over", list_runs(house.store)[0].state)
        window.close()
        await window.tasks.end()
    window.deleteLater()


def main() -> None:
    what, home_folder, folder, url = sys.argv[1:]
    set_language("en")
    home = open_home(home_folder)
    settings = load_settings(home, {"window.theme": "light"})
    application(home, settings)
    single = Single(home)
    say("taken" if single.take() else "refused")
    qasync.run(live(House(home, settings, Keys(home.keys)), what, Path(folder), url))
    single.leave()


if __name__ == "__main__":
    main()
