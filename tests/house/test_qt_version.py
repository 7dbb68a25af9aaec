"""The Qt that is installed counts its references: why PySide6 is kept below 6.12.

On Python 3.11, where None and True are counted like any other object, PySide6 6.12.0 gives back a reference to None with
every void method, and one to True with every `emit(True)`, that it never took. After some thousands of calls, two or
three seconds of a small animation, Python ends with "Fatal Python error: none_dealloc". Nothing fails before that, so it
is measured here, in a fresh process with references to spare: 6.12.0 loses 6,000 of None and 2,000 of True, 6.11.3 none.
Whoever raises the bound in pyproject.toml reads this first.
"""

import json
import os
import subprocess
import sys

from tests.house.source import ROOT

TIMES = 2_000

CODE = f"""
import json, os, sys
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QLabel

class Source(QObject):
    told = Signal(bool)

to_spare = [None] * 100_000 + [True] * 100_000
heard = []
app = QApplication([])
source, label = Source(), QLabel()
source.told.connect(heard.append)

def call():
    source.told.emit(True)
    label.setEnabled(True)
    label.setText("x")
    label.update()
    heard.clear()

call()
before = sys.getrefcount(None), sys.getrefcount(True)
for _ in range({TIMES}):
    call()
after = sys.getrefcount(None), sys.getrefcount(True)
print(json.dumps([after[0] - before[0], after[1] - before[1]]), flush=True)
os._exit(0)  # tidying up is where too few references end a process
"""


def test_qt_takes_no_reference_that_is_not_its_own() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", CODE],
        cwd=ROOT,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
    )
    assert ended.returncode == 0, ended.stderr
    none, true = json.loads(ended.stdout)
    # a reference a round would be 2,000; a few come and go by themselves
    assert none > -TIMES / 20, f"None lost {-none} references in {TIMES} rounds"
    assert true > -TIMES / 20, f"True lost {-true} references in {TIMES} rounds"
