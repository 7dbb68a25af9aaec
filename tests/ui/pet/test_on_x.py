"""Her window on a real X server: cut to her outline without a compositor, and with one whole, taking clicks where she is."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from tests.desktop.xserver import x_server
from tests.house.source import ROOT
from zishu_app.core.paths import Home

WINDOW = """
import json, os, struct, sys, time
from pathlib import Path
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from tests.desktop.xserver import Manager
from zishu_app.core.paths import open_home
from zishu_app.core.settings import load_settings
from zishu_app.desktop.here import open_desktop
from zishu_app.ui.first import embody
app = QApplication([])
home = open_home(sys.argv[1])
desktop, manager = open_desktop(home.root), Manager(os.environ["DISPLAY"])
body = embody(home, load_settings(home, environment={}).companion, desktop)
window = body.window
def settle():
    end = time.monotonic() + 0.3
    while time.monotonic() < end:
        app.processEvents()
def shapes():
    settle()
    counts = []
    for kind in (0, 2):
        reply = manager.server.ask(8, struct.pack("=IB3x", int(window.winId()), kind), extension="SHAPE")
        counts.append(struct.unpack_from("=I", reply, 8)[0])
    return counts
told = {"compositor": [desktop.has_compositor()]}
window.show()
told["cut"] = shapes()
manager.compose()
told["compositor"].append(desktop.has_compositor())
window.set_solid(False)
told["whole"] = shapes()
window.set_flag(Qt.WindowType.WindowTransparentForInput, True)
told["through"] = shapes()
window.set_flag(Qt.WindowType.WindowTransparentForInput, False)
told["back"] = shapes()
told["window"] = int(window.winId())
body.follow(load_settings(home, {"companion.size": 0.3}, environment={}).companion)
told["smaller"] = shapes()
told["shadow"] = manager.server.words(int(window.winId()), "_COMPTON_SHADOW")
print(json.dumps(told)); sys.stdout.flush()
os._exit(0)
"""


@pytest.mark.skipif(shutil.which("Xvfb") is None, reason="there is no X server to ask")
def test_her_outline(home: Home) -> None:
    with x_server() as display:
        ended = subprocess.run(
            [sys.executable, "-c", WINDOW, str(home.root)],
            cwd=ROOT,
            env=os.environ | {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"},
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert ended.returncode == 0, ended.stderr
    told = json.loads(ended.stdout)
    assert told["compositor"] == [False, True]
    assert told["cut"][0] > 50, "a mask"
    assert told["whole"][0] == 1, "no mask"
    assert told["whole"][1] > 50, "and clicks beside her go by"
    assert told["through"][1] <= 1, "now all of them do"
    assert told["back"] == told["whole"]
    assert told["smaller"][1] > 50
    assert told["shadow"] == [0]
