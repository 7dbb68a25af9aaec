"""She on the desktop: how soon she is seen, what her process weighs, and what it costs to have her there. One JSON line.

    python tests/bench/bench_pet.py [--seconds 60]

- Seen: from the start of Python to the first time she is painted, beside a bare Qt window of her size; processes of their
  own, median of several (aims: 0.6 s, and 4 times the bare one).
- Memory: resident, of the whole program with her, the tray and her talk opened, before the first word is said (aim: 120 MiB).
- At rest: share of a core over a minute with breath, blink and everything that looks now and then (aim: 0.3 %).
- Talking: the same while a sound is measured thirty times a second and her mouth follows it (aim: 2 %).

An X server of its own is started, with openbox and picom where they are there; what they take is not counted.
"""

import argparse
import contextlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

RUNS = 7
AIMS = {"seen_s": 0.6, "seen_ratio": 4.0, "memory_mib": 120.0, "rest_percent": 0.3, "talk_percent": 2.0}

BARE = """
import sys, time
from PySide6.QtWidgets import QApplication, QWidget
class Window(QWidget):
    def paintEvent(self, event):
        super().paintEvent(event); print(time.time()); sys.stdout.flush(); QApplication.instance().exit()
app = QApplication([])
window = Window(); window.resize(230, 290); window.show()
app.exec()
"""

#: the program as it is started, with a line when she has been painted
FIRST = """
import os, sys, time
from zishu_app.ui.imports import take_out_hook
take_out_hook()
from zishu_app.ui import first
wait = first._wait_until
def told(body):
    wait(body); print(time.time(), body.window.painted); sys.stdout.flush(); os._exit(0)
first._wait_until = told
sys.argv = ["zishu", "--mode", "desktop", "--home", sys.argv[1]]
from zishu_app.__main__ import main
main()
"""

#: the program as it is started, which measures itself once her talk has come
WHOLE = """
import math, os, sys, time
home, seconds = sys.argv[1], float(sys.argv[2])
sys.argv = ["zishu", "--mode", "desktop", "--home", home]
from zishu_app.ui.imports import take_out_hook
take_out_hook()
import psutil
from PySide6.QtCore import QTimer
from zishu_app.ui import program
opened = program.Program.open
def measure(her):
    window = her.body.window
    while True:
        memory = psutil.Process().memory_info().rss / 2**20
        her.talks.stage.bubble.leave()
        yield 4.0                       # the greeting has gone, her face is at rest
        window.move_on(activity="")
        her.talks.stage.presence._idle.stop() # what she does by herself is measured by nobody
        rest = yield from percent(seconds)
        beat = QTimer(her)
        beat.setInterval(33)
        def speak():                    # four and a half syllables a second, each of another loudness
            now = time.monotonic() * 4.5
            loud = 0.45 + 0.55 * (int(now) * 0.618 % 1)
            window.speak(loud * math.sin(math.pi * (now % 1)))
        beat.timeout.connect(speak)
        beat.start()
        yield 2.0
        talk = yield from percent(seconds / 2)
        print(memory, rest, talk); sys.stdout.flush(); os._exit(0)
def percent(seconds):
    cpu, began = time.process_time(), time.perf_counter()
    yield seconds
    return 100 * (time.process_time() - cpu) / (time.perf_counter() - began)
def open_(self, *given):
    opened(self, *given)
    steps = measure(self.her)
    def step():
        QTimer.singleShot(round(next(steps) * 1000), self, step)
    self.her.talks.met.connect(lambda: QTimer.singleShot(6000, self, step))
program.Program.open = open_
from zishu_app.__main__ import main
main()
"""


@contextlib.contextmanager
def display() -> Iterator[list[str]]:
    """An X server of our own with what a desktop has; the names of what was found."""
    end, write = os.pipe()
    command = [
        "Xvfb",
        "-displayfd",
        str(write),
        "-screen",
        "0",
        "1280x800x24",
        "-nolisten",
        "tcp",
        "-noreset",
    ]
    server = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(end) as told:
        os.environ["DISPLAY"] = f":{told.readline().strip()}"
    for name in ("WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        os.environ.pop(name, None)
    around: list[subprocess.Popen[bytes]] = []
    found = ["Xvfb"]
    for command in (["openbox"], ["picom", "--backend", "xrender"], ["trayer", "--SetDockType", "true"]):
        if shutil.which(command[0]):
            around.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
            found.append(command[0])
    time.sleep(1.5)
    try:
        yield found
    finally:
        for process in (*around, server):
            process.terminate()
            process.wait(5)


def printed(code: str, *arguments: str) -> tuple[float, list[str]]:
    """When a fresh Python was started with this, and what it printed last."""
    began = time.time()
    ended = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return began, ended.stdout.split()


def seen(code: str, *arguments: str) -> float:
    """Median of the seconds until something was painted, after a run that fills the caches."""
    taken = []
    for _ in range(RUNS + 1):
        began, (when, *painted) = printed(code, *arguments)
        assert painted in ([], ["True"]), "she was not painted in time"
        taken.append(float(when) - began)
    return statistics.median(taken[1:])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=60)
    given = parser.parse_args()
    figures: dict[str, Any] = {"bench": "pet"}
    with display() as found, tempfile.TemporaryDirectory() as folder:
        bare, ours = seen(BARE), seen(FIRST, folder)
        _, (memory, rest, talk) = printed(WHOLE, folder, str(given.seconds))
    figures |= {
        "seen_s": round(ours, 3),
        "bare_s": round(bare, 3),
        "seen_ratio": round(ours / bare, 2),
        "memory_mib": round(float(memory), 1),
        "rest_percent": round(float(rest), 3),
        "talk_percent": round(float(talk), 3),
        "with": found,
    }
    print(json.dumps(figures | {"aims": AIMS}))


if __name__ == "__main__":
    main()
