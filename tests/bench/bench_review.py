"""The Review page in its window: how soon the next sample is there after a verdict, and what a long queue weighs.

    python tests/bench/bench_review.py [--samples 20000] [--folder FOLDER] [--verdicts 200] [--pause 0.12]

The data set is that of `bench_samples.py`, made once and kept in `--folder`. Prints one JSON line; times in
milliseconds.

- next: from the key that accepts until the next sample is painted (aim: p95 of 50). `disk`: until the verdict is on it.
- step: from J until the next sample is painted; `kinds`: how many of the samples gone through were distilled.
- search: from the last letter typed until the new queue is painted, the 120 ms a search waits for more letters left out.
- scroll: how late a frame comes while the whole queue is scrolled through page by page.
- grown: rows that were known in the end; grow: the longest the window stood still while the list became longer.
- memory: resident MiB with the queue at its beginning, and after all of it was scrolled through (aim: 300).
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["QT_API"] = "pyside6"

import psutil  # noqa: E402 - the path comes first
import qasync  # noqa: E402
from PySide6.QtCore import QEvent, QObject, Qt  # noqa: E402
from PySide6.QtTest import QTest  # noqa: E402
from PySide6.QtWidgets import QApplication, QWidget  # noqa: E402

from tests.bench.made_samples import build  # noqa: E402
from zishu_app.core.keys import Keys  # noqa: E402
from zishu_app.core.paths import open_home  # noqa: E402
from zishu_app.core.settings import load_settings  # noqa: E402
from zishu_app.house import House  # noqa: E402
from zishu_app.ui.main import application  # noqa: E402
from zishu_app.ui.tabs.review.page import ReviewPage  # noqa: E402

AIM_MS, AIM_MIB = 50.0, 300.0
WORDS = ("电影", "学习", "python", "天气", "talk", "因为所以")
PAUSE_MS = 120
#: scrolling through a longer queue would say nothing new
SCROLLED = 4_000


class Eye(QObject):
    """Sees when a widget has painted what it is waited for."""

    def __init__(self, seen: QWidget) -> None:
        super().__init__()
        self._holds: Any = None
        self._done: asyncio.Future[float] | None = None
        seen.installEventFilter(self)

    def wait(self, holds: Any) -> "asyncio.Future[float]":
        """When it was painted with `holds` true."""
        self._holds, self._done = holds, asyncio.get_running_loop().create_future()
        return self._done

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if (
            event.type() == QEvent.Type.Paint
            and self._done is not None
            and not self._done.done()
            and self._holds()
        ):
            # the filter hears of it before it is painted: paint it here and look at the clock after that
            watched.event(event)
            self._done.set_result(time.perf_counter())
            return True
        return super().eventFilter(watched, event)


class Heart(QObject):
    """How long the loop was held up at most."""

    def __init__(self) -> None:
        super().__init__()
        self.late: list[float] = []
        self._last = time.perf_counter()
        self.startTimer(5, Qt.TimerType.PreciseTimer)

    def timerEvent(self, _event: Any) -> None:  # noqa: N802 - Qt's name
        now = time.perf_counter()
        self.late.append((now - self._last) * 1000 - 5)
        self._last = now

    def begin(self) -> None:
        self.late.clear()


def told(taken: list[float]) -> dict[str, float]:
    """Figures of some times."""
    ordered = sorted(taken)
    return {
        "n": len(ordered),
        "p50": round(ordered[len(ordered) // 2], 1),
        "p95": round(ordered[int(len(ordered) * 0.95)], 1),
        "worst": round(ordered[-1], 1),
    }


async def quiet(page: ReviewPage) -> None:
    """Until nothing is asked any more."""
    while [one for one in page._bench.tasks._all if not one.done()]:  # noqa: ASYNC110 - asked from outside
        await asyncio.sleep(0.01)


async def keyed(page: ReviewPage, eye: Eye, key: Qt.Key, times: int, pause: float) -> list[float]:
    """How long after a key the next sample is painted."""
    taken = []
    for _ in range(times):
        before = page.stage.number
        painted = eye.wait(lambda before=before: page.reader.sample.opened.sample.id not in (None, before))
        began = time.perf_counter()
        QTest.keyClick(QApplication.focusWidget(), key)
        taken.append((await asyncio.wait_for(painted, 10) - began) * 1000)
        await asyncio.sleep(pause)
    return taken


async def searched(page: ReviewPage) -> list[float]:
    """How long after the last letter another queue is there."""
    taken = []
    eye = Eye(page.shelf.list.viewport())
    for word in WORDS:
        turn = page.queue._turn
        painted = eye.wait(lambda turn=turn: page.queue._turn > turn and not page.queue._fetching)
        began = time.perf_counter()
        page.shelf.search.setText(word)
        taken.append((await asyncio.wait_for(painted, 30) - began) * 1000 - PAUSE_MS)
        await quiet(page)
    page.shelf.search.clear()
    await asyncio.sleep(0.3)
    await quiet(page)
    return taken


async def scrolled(page: ReviewPage, heart: Heart) -> dict[str, Any]:
    """All of the queue, page by page."""
    bar, rows = page.shelf.list.verticalScrollBar(), page.queue.rows
    heart.begin()
    for _ in range(SCROLLED):
        bar.setValue(bar.value() + bar.pageStep())
        await asyncio.sleep(0.002)
        if bar.value() == bar.maximum() and not rows.goes_on:
            break
    while rows.goes_on:
        bar.setValue(bar.maximum())
        page.queue.more()
        await asyncio.sleep(0.01)
    return {"scroll": told(heart.late), "grown": rows.rowCount(), "grow": round(max(heart.late), 1)}


def memory() -> float:
    return round(psutil.Process().memory_info().rss / 2**20, 1)


async def live(house: House, given: argparse.Namespace) -> dict[str, Any]:
    from zishu_app.ui.window import Window

    window = Window(house, lambda: None)
    window.resize(1200, 800)
    began = time.perf_counter()
    window.go("review")
    window.show()
    window.activateWindow()
    page = window._pages["review"]
    assert isinstance(page, ReviewPage)
    while page.stage.opened is None or not window.isActiveWindow():  # noqa: ASYNC110 - asked from outside
        await asyncio.sleep(0.005)
    found: dict[str, Any] = {"open_ms": round((time.perf_counter() - began) * 1000)}
    await quiet(page)
    found["memory_mib"] = memory()
    heart, eye = Heart(), Eye(page.reader.sample.view.viewport())
    page.reader.take_keys()
    found["step"] = told(await keyed(page, eye, Qt.Key.Key_J, given.verdicts, given.pause))
    written: list[float] = []
    pressed: list[float] = []
    page.hand.acted.connect(lambda _: written.append(time.perf_counter()))
    page.installEventFilter(eye)
    decide = page.deciding.decide
    page._commands["accept"] = lambda: (pressed.append(time.perf_counter()), decide("accepted"))
    heart.begin()
    found["next"] = told(await keyed(page, eye, Qt.Key.Key_A, given.verdicts, given.pause))
    found["next"]["aim"] = AIM_MS
    await quiet(page)
    found["disk"] = told([(end - start) * 1000 for start, end in zip(pressed, written, strict=True)])
    found["held_up"] = told(heart.late)
    found["search"] = told(await searched(page))
    found |= await scrolled(page, heart)
    found["memory_scrolled_mib"] = memory()
    await window.tasks.end()
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--samples", type=int, default=20_000)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--verdicts", type=int, default=200)
    parser.add_argument("--pause", type=float, default=0.12)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = open_home((given.folder or Path(folder)) / f"review-{given.samples}")
        if not home.samples.exists():
            home.samples.parent.mkdir(parents=True, exist_ok=True)
            build(home.samples, given.samples)
        settings = load_settings(home)
        application(home, settings)

        async def run() -> dict[str, Any]:
            async with House(home, settings, Keys(home.keys)) as house:
                return await live(house, given)

        found = qasync.run(run())
    print(json.dumps({"bench": "review", "samples": given.samples, **found, "aim_mib": AIM_MIB}))
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
