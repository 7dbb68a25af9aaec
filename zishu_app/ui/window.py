"""The window: a side bar in the order of the loop, the pages, and banners over them."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QKeySequence, QPaintEvent, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from zishu_app.core.errors import ZishuError
from zishu_app.core.texts import t
from zishu_app.desktop.base import Desktop
from zishu_app.house import House
from zishu_app.ui.errors import Told, told
from zishu_app.ui.follow import say
from zishu_app.ui.foothold import Foothold
from zishu_app.ui.remembered import Remembered
from zishu_app.ui.tasks import Tasks
from zishu_app.ui.widgets.banner import Banners
from zishu_app.ui.widgets.side import Entry, Side
from zishu_app.ui.widgets.toast import Toast
from zishu_app.ui.workbench import News, Workbench

#: what the frame of a window takes of the screen, width and height
FRAME = (8, 40)
#: seconds a run may take to come to the end of its turn when the window closes
GRACE = 4.0


def _make(bench: Workbench) -> QWidget:
    from zishu_app.ui.tabs.make.page import MakePage

    return MakePage(bench)


def _distill(bench: Workbench) -> QWidget:
    from zishu_app.ui.tabs.distill.page import DistillPage

    return DistillPage(bench)


def _dataset(bench: Workbench) -> QWidget:
    from zishu_app.ui.tabs.dataset.page import DatasetPage

    return DatasetPage(bench)


def _review(bench: Workbench) -> QWidget:
    from zishu_app.ui.tabs.review.page import ReviewPage

    return ReviewPage(bench)


def _training(bench: Workbench) -> QWidget:
    from zishu_app.ui.tabs.training.page import TrainingPage

    return TrainingPage(bench)


def _her(bench: Workbench) -> QWidget:
    from zishu_app.ui.tabs.her.page import HerPage

    return HerPage(bench)


def _settings(bench: Workbench) -> QWidget:
    from zishu_app.ui.tabs.settings.page import SettingsPage

    return SettingsPage(bench)


def _welcome(bench: Workbench) -> QWidget:
    from zishu_app.ui.tabs.welcome.page import WelcomePage

    return WelcomePage(bench)


#: pages by name, each built when it is first shown; those in the side bar in the order of the loop
PAGES: dict[str, Callable[[Workbench], QWidget]] = {
    "make": _make,
    "distill": _distill,
    "review": _review,
    "dataset": _dataset,
    "training": _training,
    "her": _her,
    "settings": _settings,
    "welcome": _welcome,
}
ENTRIES = (
    Entry("make", "make", lambda: t("生成", "Make")),
    Entry("distill", "distill", lambda: t("蒸馏", "Distil")),
    Entry("review", "review", lambda: t("审阅", "Review")),
    Entry("dataset", "dataset", lambda: t("数据集", "Data set")),
    Entry("training", "train", lambda: t("训练", "Train")),
    Entry("her", "her", lambda: t("她", "Her")),
    Entry("settings", "settings", lambda: t("设置", "Settings"), below=True),
)


@dataclass(frozen=True)
class Outer:
    """What the window is given of the program around it."""

    news: News = field(default_factory=News)
    desktop: Desktop | None = None
    #: whether the program goes on without the window: closing it only hides it then
    stays: Callable[[], bool] = lambda: False
    #: the window was hidden, and what goes on in it does so
    hidden: Callable[[], object] = lambda: None


class Window(QMainWindow):
    """The one window of a home. `closed` is called when it may go."""

    def __init__(self, house: House, closed: Callable[[], object], outer: Outer | None = None) -> None:
        super().__init__()
        self._closed, self._outer = closed, outer or Outer()
        self._leaving = False
        #: the page that comes after the frame
        self._awaited = ""
        self.tasks = Tasks(self.tell)
        self.bench = Workbench(
            house,
            self.tasks,
            Remembered(house.home.root / "window.json"),
            self.tell,
            self.go,
            self._outer.news,
            self._outer.desktop,
        )
        self._pages: dict[str, QWidget] = {}
        self._foothold = Foothold(self)
        self._build()
        say(self, lambda: self.setWindowTitle(t("紫舒老师", "Zishu")))
        for number, entry in enumerate(ENTRIES, 1):
            shortcut = QShortcut(QKeySequence(f"Ctrl+{number}"), self)
            shortcut.activated.connect(lambda name=entry.name: self.go(name))

    def _build(self) -> None:
        whole = QWidget()
        whole.setProperty("kind", "page")
        row = QHBoxLayout(whole)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.side = Side(ENTRIES, self.go)
        row.addWidget(self.side)
        column = QVBoxLayout()
        column.setSpacing(0)
        self._banners = Banners()
        self._stack = QStackedWidget()
        self._toast = Toast(self._stack)
        column.addWidget(self._banners)
        column.addWidget(self._stack, 1)
        row.addLayout(column, 1)
        self.setCentralWidget(whole)
        self.setMinimumSize(860, 560)

    def open(self) -> None:
        """Show it where it was, with the page that was open; the first time, with the welcome."""
        room = self.screen().availableGeometry().size() - QSize(*FRAME)
        self.setMinimumSize(self.minimumSize().boundedTo(room))
        if not self.bench.remembered.restore_place(self):
            self.resize(1200, 800)
        if not self.isMaximized():
            self.resize(self.size().boundedTo(room))  # a place from a larger screen, or large letters
        page = self.bench.remembered.get("page", "")
        self._awaited = page if page in PAGES else "welcome"
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The frame is painted first: what a page needs to be read and built comes right after it."""
        super().paintEvent(event)
        if self._awaited:
            page, self._awaited = self._awaited, ""
            QTimer.singleShot(0, self, lambda: self._first(page))

    def _first(self, page: str) -> None:
        if not self._pages:  # somebody may have asked for another one meanwhile
            self.go(page)
        self._stack.setFocus()  # the ring of the keyboard shows when the keyboard is used

    def go(self, name: str, what: Any = None) -> None:
        """Bring a page to the front; `what` is handed to its `receive`."""
        if name not in self._pages:
            try:
                self._pages[name] = PAGES[name](self.bench)
            except ZishuError as error:  # a ledger or a card that cannot be read
                self.tell(told(error))
                return
            self._stack.addWidget(self._pages[name])
        page = self._pages[name]
        self._stack.setCurrentWidget(page)
        self.side.mark(name)
        self.bench.remembered.put("page", name)
        if what is not None and hasattr(page, "receive"):
            page.receive(what)

    def tell(self, said: Told) -> None:
        """Bad news stands over the page until it is closed; good news lies over its foot for a while, so that
        nothing on the page moves when it comes and goes.
        """
        if said.tone in ("good", "info"):
            self._toast.offer(lambda: f"{said.message} {said.hint}".strip(), None)
        else:
            self._banners.show_told(said)

    def come_forward(self) -> None:
        """Somebody started the program again."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def focusNextPrevChild(self, forward: bool) -> bool:  # noqa: FBT001, N802 - Qt's name
        """Tab; and Qt, where what has the keyboard is disabled or hidden: then it stays where it is."""
        kept = self._foothold.keeps(forward=forward)
        return super().focusNextPrevChild(forward) if kept is None else kept

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """The side bar takes the room that can be spared."""
        super().resizeEvent(event)
        self.side.fit(self.width())

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Remember everything. While she is there the window only hides, and what goes on in it goes on."""
        event.ignore()
        if self._leaving:
            return
        if not self._outer.stays():
            self.leave()
            return
        self._remember()
        self.hide()
        self._outer.hidden()

    def leave(self) -> None:
        """Go for good; what is going on is brought to the end of its turn first."""
        if not self._leaving:
            self._leaving = True
            self._remember()
            self.tasks.start(self, self._leave())

    def _remember(self) -> None:
        self.bench.remembered.keep_place(self)
        self.bench.remembered.write()

    async def _leave(self) -> None:
        going = [page.stop_softly() for page in self._pages.values() if hasattr(page, "stop_softly")]
        ending = [one for one in going if one is not None]
        if ending:
            self.tell(Told("info", t("正在收尾……", "Coming to the end of the turn …")))
            await asyncio.wait(ending, timeout=GRACE)
        self.hide()
        self._closed()
