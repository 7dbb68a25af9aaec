"""The window: how soon it is there, what it weighs, and whether it ever stalls. Prints one JSON line.

    python tests/bench/bench_window.py [--dialogues 16] [--rounds 12]

- First paint: from the start of Python to the first drawn frame, and to the page within it, beside a bare Qt window
  (aim: 4 times that for the frame). Both in processes of their own, median of several.
- Memory: resident, when the first page stands and nothing was begun (aim: 120 MiB).
- Heartbeat: while dialogues stream from a teacher on this machine (a process of its own), a timer beats every
  10 ms; how late each beat comes is how long a click would have waited (aims: 99 of 100 within 16 ms, none above 50).
  Counted from when the first words stream: the tables of mistakes and tokens are read before that, once.
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

RUNS = 5
AIMS = {"first_paint_ratio": 4.0, "memory_mib": 120.0, "p99_ms": 16.0, "worst_ms": 50.0}
BEAT_MS = 10

BARE = """
import sys, time
from PySide6.QtWidgets import QApplication, QMainWindow, QLabel
class Window(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event); print(time.time()); sys.stdout.flush(); QApplication.instance().exit()
app = QApplication([])
window = Window(); window.setCentralWidget(QLabel("Zishu")); window.resize(1200, 800); window.show()
app.exec()
"""

OURS = """
import asyncio, os, sys, time
from pathlib import Path
import psutil, qasync
from PySide6.QtCore import QEvent, QObject
from zishu_app.core.keys import Keys
from zishu_app.core.paths import open_home
from zishu_app.core.settings import load_settings
from zishu_app.house import House
from zishu_app.ui.main import application
home = open_home(sys.argv[1])
settings = load_settings(home)
app = application(home, settings)
async def live():
    from zishu_app.ui.window import Window
    async with House(home, settings, Keys(home.keys)) as house:
        window = Window(house, lambda: None)
        window.bench.remembered.put("page", "make")
        class Eye(QObject):
            def eventFilter(self, watched, event):
                if event.type() == QEvent.Type.Paint and not painted.done():
                    painted.set_result(time.time())
                return False
        painted = asyncio.get_running_loop().create_future()
        eye = Eye(); window.installEventFilter(eye)
        window.open()
        print(await painted)
        while window._stack.count() == 0:
            await asyncio.sleep(0)
        print(time.time())
        await asyncio.sleep(float(sys.argv[2]))
        print(psutil.Process().memory_info().rss / 2**20)
        await window.tasks.end()
        sys.stdout.flush(); os._exit(0)
qasync.run(live())
"""


def first_paint(code: str, *arguments: str) -> list[float]:
    """Medians of the seconds from the start to what the code prints the times of; last its memory, in MiB."""
    taken: list[list[float]] = []
    for _ in range(RUNS + 1):
        began = time.time()
        ended = subprocess.run(
            [sys.executable, "-c", code, *arguments], cwd=ROOT, capture_output=True, text=True, check=True
        )
        lines = [float(line) for line in ended.stdout.split()]
        taken.append([line - began if line > 1e6 else line for line in lines])
    return [statistics.median(one) for one in zip(*taken[1:], strict=True)]


def beats(given: argparse.Namespace, home: str) -> dict[str, Any]:
    """Open the window, make dialogues in it, and listen to its heart."""
    command = [sys.executable, "tests/teacher.py", "--latency", "0.05", "--token-latency", "0.01"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as teacher:
        assert teacher.stdout is not None
        try:
            return _listen(given, home, teacher.stdout.readline().strip())
        finally:
            teacher.terminate()


def _listen(given: argparse.Namespace, home_folder: str, url: str) -> dict[str, Any]:
    import qasync

    from zishu_app.core.keys import Keys
    from zishu_app.core.paths import open_home
    from zishu_app.core.settings import load_settings
    from zishu_app.house import House
    from zishu_app.studio.runs import order
    from zishu_app.ui.main import application

    home = open_home(home_folder)
    flags = {
        "teacher.model": "loopback",
        "teacher.base_url": url,
        "dialogue.num_conversations": given.dialogues,
        "dialogue.concurrency": given.dialogues,
        "dialogue.min_rounds": given.rounds,
        "dialogue.max_rounds": given.rounds,
        "dialogue.noise_rate": 0.3,
    }
    settings = load_settings(home, flags)
    app = application(home, settings)
    recipe = {
        "language": "zh",
        "scenarios": [],
        "seed": 7,
        "persona": {},
        "conversation_dir": str(home.root / "c"),
        "distilled_dir": str(home.root / "d"),
        "distil": True,
        "max_cost": None,
        "max_total_tokens": None,
    }

    async def live() -> dict[str, Any]:
        from zishu_app.ui.window import Window

        async with House(home, settings, Keys(home.keys)) as house:
            window = Window(house, lambda: None)
            window.resize(1200, 800)
            window.go("make")
            window.show()
            ended = asyncio.get_running_loop().create_future()
            maker = window._pages["make"]._maker  # type: ignore[attr-defined]
            maker.ended.connect(ended.set_result)
            maker.begin(order(settings, recipe))
            while maker.live is None or not any(  # noqa: ASYNC110 - asked of the window from outside
                one.writing[1] for one in maker.live.state.dialogues.values()
            ):
                await asyncio.sleep(0.01)
            late = _heart(app)
            await ended
            found = sorted(late())
            await window.tasks.end()
            return {
                "beats": len(found),
                "p50_ms": round(found[len(found) // 2], 2),
                "p99_ms": round(found[int(len(found) * 0.99)], 2),
                "worst_ms": round(found[-1], 1),
                "above_50_ms": sum(one > 50 for one in found),
            }

    return qasync.run(live())


def _heart(app: Any) -> Any:
    from PySide6.QtCore import Qt, QTimer

    late: list[float] = []
    timer = QTimer(app)
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.setInterval(BEAT_MS)
    last = [time.perf_counter()]

    def beat() -> None:
        now = time.perf_counter()
        late.append(max((now - last[0]) * 1000 - BEAT_MS, 0.0))
        last[0] = now

    timer.timeout.connect(beat)
    timer.start()

    def stop() -> list[float]:
        timer.stop()
        return late

    return stop


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--dialogues", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--beats-only", action="store_true")
    given = parser.parse_args()
    figures: dict[str, Any] = {"bench": "window"}
    with tempfile.TemporaryDirectory() as folder:
        if not given.beats_only:
            (bare,) = first_paint(BARE)
            frame, page, memory = first_paint(OURS, folder, "2.0")
            figures |= {
                "first_paint_s": round(frame, 3),
                "page_s": round(page, 3),
                "bare_s": round(bare, 3),
                "first_paint_ratio": round(frame / bare, 2),
                "page_ratio": round(page / bare, 2),
                "memory_mib": round(memory, 1),
            }
        figures |= beats(given, folder)
    print(json.dumps(figures | {"aims": AIMS}))


if __name__ == "__main__":
    main()
