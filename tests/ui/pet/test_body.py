"""Her body: another size, another screen, another character; and a broken one is no reason to stay away."""

import json
import os
import shutil
import subprocess
import sys

from tests.house.source import ROOT
from zishu_app.core.paths import RESOURCES, Home
from zishu_app.core.settings import load_settings
from zishu_app.ui.pet.body import Body
from zishu_app.ui.pet.place import Place


def test_she_wears_what_there_is(body: Body) -> None:
    assert body.wear("turtle") == "turtle"
    assert body.window.motion.accessory == "turtle"
    assert body.wear("a hat nobody made") == ""
    assert body.wear("none") == ""
    assert (body.window.motion.accessory, body.window.figure.worn) == ("", None)
    assert {"turtle", "ribbon", "flower"} <= body.wardrobe().keys()


def test_another_size_keeps_her_feet_and_what_she_wears(body: Body, home: Home) -> None:
    body.wear("ribbon")
    window = body.window
    before = window.frameGeometry()
    body.follow(load_settings(home, {"companion.size": 0.45}, environment={}).companion)
    after = window.frameGeometry()
    assert after.height() > before.height()
    assert abs(after.bottom() - before.bottom()) <= 1
    assert window.figure.worn is not None
    figure = window.figure
    body.fit()
    assert window.figure is figure, "nothing has changed"


def test_she_is_not_taller_than_the_screen(body: Body, home: Home) -> None:
    body.follow(load_settings(home, {"companion.size": 2}, environment={}).companion)
    assert body.window.height() <= body.window.screen().availableGeometry().height()


def test_a_character_of_ones_own_and_one_that_is_broken(body: Body, home: Home) -> None:
    shutil.copytree(RESOURCES / "characters" / "zishu", home.characters / "anna")
    settings = load_settings(home, {"companion.character": "anna", "companion.size": 0.3}, environment={})
    body.follow(settings.companion)
    assert (body.pack.folder, body.fault) == (home.characters / "anna", None)
    (home.characters / "anna" / "character.toml").write_text("format = 7")
    other = Body(home, settings.companion, Place())
    assert other.pack.folder == RESOURCES / "characters" / "zishu"
    assert other.fault is not None


SCREENS = {
    "screens": [
        {"name": "A", "x": 0, "y": 0, "width": 1280, "height": 800, "logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1},
        {"name": "B", "x": 1280, "y": 0, "width": 2560, "height": 1440, "logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 2},
    ]
}  # fmt: skip

TWO = """
import json, sys
from PySide6.QtWidgets import QApplication
app = QApplication([])
from zishu_app.core.paths import open_home
from zishu_app.core.settings import load_settings
from zishu_app.desktop.scripted import ScriptedDesktop
from zishu_app.ui.pet.body import Body
from zishu_app.ui.pet.manners import Manners, System
from zishu_app.ui.pet.screens import native
from zishu_app.ui.pet.place import Place
home = open_home(sys.argv[1])
settings = load_settings(home, environment={}).companion
body = Body(home, settings, Place("B", 0.5, 1.0))
desktop = ScriptedDesktop()
manners = Manners(body, System(desktop, lambda: settings, lambda *_: None))
window = body.window
window.show()
def told():
    app.processEvents()
    return [window.carrier.place.screen, window.figure.ratio, window.x(), window.figure.still(window._moving._shown).width()]
first = told()
manners._look()
window.carrier.place = Place("A", 0.5, 1.0)
body.fit()
second = told()
window.carrier.place = Place("gone", 0.5, 1.0)
body.fit()
print(json.dumps([first, second, told(), desktop.asked, native(window.geometry().center(), window.screen()).toTuple()]))
"""


def test_two_screens_of_different_scaling(home: Home) -> None:
    screens = home.root / "screens.json"
    screens.write_text(json.dumps(SCREENS))
    ended = subprocess.run(
        [sys.executable, "-c", TWO, str(home.root)],
        cwd=ROOT,
        env=os.environ | {"QT_QPA_PLATFORM": f"offscreen:configfile={screens}"},
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stderr
    sharp, plain, gone, asked, at = json.loads(ended.stdout)
    assert sharp[:2] == ["B", 2.0]
    assert sharp[2] >= 1280
    assert sharp[3] == 460, "as many pixels as the screen has"
    assert plain == ["A", 1.0, 525, 230]
    assert gone[1:] == plain[1:], "a screen that has gone is the first one"
    assert asked == [[asked[0][0], asked[0][1]]]
    assert asked[0][0] > 1280
    assert at[0] < 1280
