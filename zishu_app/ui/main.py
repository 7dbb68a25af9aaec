"""Opens what the program shows: she first, so that she is seen at once; then the house, the look, and the one event loop
that Qt and asyncio share.

What is imported before she is painted is what she is painted with. The studio comes when it is asked for.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication

from zishu_app.core import qt_libraries
from zishu_app.core.errors import SettingsError
from zishu_app.core.log import start_log
from zishu_app.core.paths import Home, open_home
from zishu_app.core.settings import Settings, defaults, load_settings
from zishu_app.core.texts import t
from zishu_app.ui.follow import speak
from zishu_app.ui.imports import take_out_hook
from zishu_app.ui.single import Single, Start, start_of

if TYPE_CHECKING:
    from zishu_app.house import House
    from zishu_app.ui.first import First


def run(given: argparse.Namespace) -> int:
    """Show her, or the studio, until the program is ended; the exit code."""
    home = open_home(given.home)
    settings, fault = settings_of(home)
    speak(settings.language)
    start_log(home.logs)
    start = started_for(given)
    if start.mode == "desktop" or settings.companion.shown:
        draw_by_x(os.environ)
    app = bare_application()
    single = Single(home)
    if not single.take():
        return _rung(single, start)
    from zishu_app.ui.first import appear

    first = appear(home, settings.companion, start)
    dress(app, home, settings)
    _stay(home, settings, fault, (single, first, start))
    app.quit()
    return 0


def started_for(given: argparse.Namespace) -> Start:
    """What was asked for on the command line."""
    asked = vars(given)
    mode = "studio" if asked.get("command") == "studio" else asked.get("mode")
    return Start(mode or "", asked.get("accessory") or "")


def draw_by_x(environment: MutableMapping[str, str]) -> None:
    """Wayland lets no window choose its place, so where there is an X server in it, she is drawn by that.

    Whoever says otherwise by QT_QPA_PLATFORM is obeyed.
    """
    wayland = environment.get("WAYLAND_DISPLAY") and environment.get("DISPLAY")
    if not wayland or environment.get("QT_QPA_PLATFORM"):
        return
    asked = {"DISPLAY": environment["DISPLAY"], "QT_QPA_PLATFORM": "xcb"}
    if qt_libraries.x_server_answers(asked) and not qt_libraries.missing_for_window(asked):
        environment["QT_QPA_PLATFORM"] = "xcb"


def settings_of(home: Home) -> tuple[Settings, SettingsError | None]:
    """The settings, and what is wrong with them: a slip in a file must not keep the window shut."""
    try:
        return load_settings(home), None
    except SettingsError as fault:
        return defaults(), fault


def bare_application() -> QApplication:
    """The Qt application with nothing that costs time."""
    take_out_hook()
    QGuiApplication.setDesktopFileName("zishu")
    app = QApplication.instance() or QApplication([sys.argv[0]])
    assert isinstance(app, QApplication)
    app.setApplicationName("Zishu")
    app.setQuitOnLastWindowClosed(False)  # the loop ends when all that was going on has ended
    return app


def dress(app: QApplication, home: Home, settings: Settings) -> None:
    """Its look, its icon, and Qt's own words in the user's language."""
    from zishu_app.ui.garbage import Sweeper
    from zishu_app.ui.qt_words import translate_qt
    from zishu_app.ui.theme import look
    from zishu_app.ui.theme.drawings import FOLDER

    Sweeper(app)
    app.setWindowIcon(QIcon(str(FOLDER / "zishu.svg")))
    look.put_on(app, settings.window.theme, home.root / "cache" / "icons")
    translate_qt(app)


def application(home: Home, settings: Settings) -> QApplication:
    """The Qt application, dressed and speaking the user's language."""
    app = bare_application()
    dress(app, home, settings)
    return app


def _rung(single: Single, start: Start) -> int:
    if single.ring(start.wish()):
        return 0
    print(  # noqa: T201 - there is no window to say it in
        t(
            "紫舒已经打开，但没有回应。结束那个进程后再试。",
            "Zishu is open already but does not answer. End that process and try again.",
        ),
        file=sys.stderr,
    )
    return 1


def _stay(
    home: Home, settings: Settings, fault: SettingsError | None, opened: tuple[Single, "First", Start]
) -> None:
    """The house and the loop come, and are there until the program is ended."""
    import qasync

    from zishu_app.core.keys import Keys
    from zishu_app.house import House

    qasync.run(_live(House(home, settings, Keys(home.keys)), fault, *opened))


async def _live(
    house: "House", fault: SettingsError | None, single: Single, first: "First", start: Start
) -> None:
    from zishu_app.ui.ending import ends_softly
    from zishu_app.ui.errors import told
    from zishu_app.ui.program import Program

    async with house:
        ended: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        program = Program(house, first, lambda: None if ended.done() else ended.set_result(None))
        # what goes wrong in a slot is no task's failure: Qt hands it to this hook and goes on
        sys.excepthook = lambda _kind, error, _trace: program.tell(told(error))
        single.on_ring(lambda wish: program.come(start_of(wish)))
        with ends_softly(program.quit):
            program.open(start, fault)
            await ended
            await program.close()
    sys.excepthook = sys.__excepthook__
    program.deleteLater()
    single.leave()
