"""Opens the window: home, settings, look, and the one event loop that Qt and asyncio share."""

import argparse
import asyncio
import sys
from typing import Any

import qasync
from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication

from zishu_app.core.errors import SettingsError
from zishu_app.core.keys import Keys
from zishu_app.core.log import start_log
from zishu_app.core.paths import Home, open_home
from zishu_app.core.settings import Settings, defaults, load_settings
from zishu_app.core.texts import language, t
from zishu_app.house import House
from zishu_app.ui.errors import Told, told
from zishu_app.ui.follow import LANGUAGE, speak
from zishu_app.ui.garbage import Sweeper
from zishu_app.ui.imports import take_out_hook
from zishu_app.ui.single import Single
from zishu_app.ui.theme import look
from zishu_app.ui.theme.drawings import FOLDER


def run(given: argparse.Namespace) -> int:
    """Show the window until it is closed; the exit code."""
    home = open_home(given.home)
    settings, fault = settings_of(home)
    speak(settings.language)
    start_log(home.logs)
    app = application(home, settings)
    single = Single(home)
    if not single.take():
        return _brought_to_front(single)
    house = House(home, settings, Keys(home.keys))
    qasync.run(_live(house, single, fault))
    app.quit()
    return 0


def settings_of(home: Home) -> tuple[Settings, SettingsError | None]:
    """The settings, and what is wrong with them: a slip in a file must not keep the window shut."""
    try:
        return load_settings(home), None
    except SettingsError as fault:
        return defaults(), fault


def application(home: Home, settings: Settings) -> QApplication:
    """The Qt application, dressed and speaking the user's language."""
    take_out_hook()
    QGuiApplication.setDesktopFileName("zishu")
    app = QApplication.instance() or QApplication([sys.argv[0]])
    assert isinstance(app, QApplication)
    app.setApplicationName("Zishu")
    Sweeper(app)
    app.setWindowIcon(QIcon(str(FOLDER / "zishu.svg")))
    app.setQuitOnLastWindowClosed(False)  # the loop ends when all that was going on has ended
    look.put_on(app, settings.window.theme, home.root / "cache" / "icons")
    translator = QTranslator(app)
    LANGUAGE.follow(app, lambda: _translate_qt(app, translator))
    return app


def _translate_qt(app: QApplication, translator: QTranslator) -> None:
    """Qt's own words: the menus of text fields, the buttons of dialogs."""
    app.removeTranslator(translator)
    where = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    wanted = QLocale("zh_CN" if language() == "zh" else "en")
    QLocale.setDefault(wanted)
    if translator.load(wanted, "qtbase", "_", where):
        app.installTranslator(translator)


def _brought_to_front(single: Single) -> int:
    if single.ring():
        return 0
    print(  # noqa: T201 - there is no window to say it in
        t(
            "紫舒已经打开，但没有回应。结束那个进程后再试。",
            "Zishu is open already but does not answer. End that process and try again.",
        ),
        file=sys.stderr,
    )
    return 1


async def _live(house: House, single: Single, fault: SettingsError | None) -> None:
    from zishu_app.ui.window import Window

    async with house:
        closed: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        window = Window(house, lambda: None if closed.done() else closed.set_result(None))
        # what goes wrong in a slot is no task's failure: Qt hands it to this hook and goes on
        sys.excepthook = lambda _kind, error, _trace: window.tell(told(error))
        single.on_ring(window.come_forward)
        window.open()
        if fault is not None:
            shipped = t("现在用的是默认设置。", "The shipped settings hold for now.")
            window.tell(Told("warn", fault.message, f"{fault.hint} {shipped}"))
        await closed
        await window.tasks.end()
    sys.excepthook = sys.__excepthook__
    window.deleteLater()
    single.leave()
