"""The window in tests: Qt without a screen, one event loop for all of them, and open ears for Qt's warnings.

Tests of the window are plain functions; what needs the loop is handed to `run`:

- `app`: the dressed QApplication.
- `run(coroutine)`: runs it on the one loop that Qt and asyncio share.
- `bench`: a Workbench with a real House on this test's home.
- `heard`: what the window would have been told: `heard.told` (banners) and `heard.gone` (pages brought forward).
- `settle(condition)`: a coroutine that waits until a condition holds.
"""

import asyncio
import gc
import os
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# before qasync: it takes whichever binding it finds first
os.environ["QT_API"] = "pyside6"

import qasync
from PySide6.QtCore import QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from zishu_app.core.keys import Keys
from zishu_app.core.paths import Home, open_home
from zishu_app.core.settings import load_settings
from zishu_app.core.texts import set_language
from zishu_app.house import House
from zishu_app.ui import main
from zishu_app.ui.errors import Told
from zishu_app.ui.follow import LANGUAGE
from zishu_app.ui.imports import take_out_hook
from zishu_app.ui.remembered import Remembered
from zishu_app.ui.tasks import Tasks
from zishu_app.ui.theme import look
from zishu_app.ui.workbench import Workbench

# at once: tests of the rooms run before the first window is opened
take_out_hook()

T = TypeVar("T")

#: said by the platform without a screen, whatever is done
USUAL = (
    "This plugin does not support propagateSizeHints",
    "This plugin does not support raise",
    "This plugin does not support setting window masks",
    "QObject::connect: No such signal QPlatformNativeInterface::systemTrayWindowChanged",
)


@dataclass
class Heard:
    """What pages asked of the window."""

    told: list[Told] = field(default_factory=list)
    gone: list[tuple[str, Any]] = field(default_factory=list)


@pytest.fixture(scope="session")
def loop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[qasync.QEventLoop]:
    home = open_home(tmp_path_factory.mktemp("looks"))
    app = main.application(home, load_settings(home, {"window.theme": "light"}, environment={}))
    with qasync.QEventLoop(app) as made:
        yield made
    gc.collect()  # before the application goes, and in its thread


@pytest.fixture
def app(loop: qasync.QEventLoop) -> QApplication:
    # what a widget starts while it is built goes there, whichever loop a test before this one had
    asyncio.set_event_loop(loop)
    made = QApplication.instance()
    assert isinstance(made, QApplication)
    return made


Run = Callable[[Coroutine[Any, Any, T]], T]


@pytest.fixture
def run(loop: qasync.QEventLoop) -> Run[Any]:
    def on_the_loop(work: Coroutine[Any, Any, Any]) -> Any:
        # not run_until_complete: it lets Qt go on for a moment when the loop has stopped, and tasks that are under
        # way would find none
        task = loop.create_task(asyncio.wait_for(work, 60))
        task.add_done_callback(lambda _: loop.stop())
        loop.run_forever()
        return task.result()

    return on_the_loop


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def bench(app: QApplication, run: Run[Any], home: Home, heard: Heard) -> Iterator[Workbench]:
    house = House(home, load_settings(home, environment={}), Keys(home.keys))
    run(house.__aenter__())
    made = Workbench(
        house,
        Tasks(heard.told.append),
        Remembered(home.root / "window.json"),
        heard.told.append,
        lambda name, what=None: heard.gone.append((name, what)),
    )
    yield made
    run(made.tasks.end())
    run(house.__aexit__())


@pytest.fixture(autouse=True)
def qt_warnings_fail(app: QApplication) -> Iterator[None]:
    """What Qt complains about is a defect of ours."""
    complaints: list[str] = []

    def hear(kind: QtMsgType, _context: object, text: str) -> None:
        if kind != QtMsgType.QtDebugMsg and not text.startswith(USUAL):
            complaints.append(text)

    before = qInstallMessageHandler(hear)
    yield
    qInstallMessageHandler(before)
    assert complaints == []


@pytest.fixture(autouse=True)
def swept(app: QApplication) -> Iterator[None]:
    """Widgets a test forgets are destroyed in the thread they belong to: the collector is off, see ui/garbage."""
    yield
    gc.collect(1)


@pytest.fixture(autouse=True)
def day_and_english(app: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A test that changes the look or the language leaves neither behind."""
    yield
    set_language("en")
    LANGUAGE.changed()
    if look.now().dark:
        look.put_on(app, "light", tmp_path_factory.mktemp("looks"))


Settle = Callable[[Callable[[], object]], Coroutine[Any, Any, None]]


@pytest.fixture
def settle() -> Settle:
    async def until(holds: Callable[[], object]) -> None:
        while not holds():  # noqa: ASYNC110 - what the window does is heard by nobody else
            await asyncio.sleep(0.01)

    return until
