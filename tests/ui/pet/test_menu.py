"""Her menu, over her and in the tray: what it offers, in both languages, and what it does; and where there is no tray."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import QEvent, QObject, QPoint, QSize
from PySide6.QtGui import QAction, QIcon, QPixmap, QResizeEvent
from PySide6.QtWidgets import QApplication, QMenu, QSystemTrayIcon

from tests.ui.conftest import Run, Settle
from zishu_app.character.emotion_words import emotion_word
from zishu_app.character.pack import accessories_in
from zishu_app.character.pose import Pose
from zishu_app.core.paths import RESOURCES
from zishu_app.core.texts import set_language
from zishu_app.ui.follow import LANGUAGE
from zishu_app.ui.pet import tray as tray_module
from zishu_app.ui.pet.body import Body
from zishu_app.ui.pet.faces import SIZES, face, face_icon
from zishu_app.ui.pet.menu import Brain, Menu, Stand, Wishes, small
from zishu_app.ui.pet.tray import Tray, no_tray

BRAINS = (
    Brain("", "By itself", current=True),
    Brain("a/b", "A B"),
    Brain("c/d", "C D", why_not="no key"),
)


class Asked:
    """What was wished for, and how things stand."""

    def __init__(self) -> None:
        self.made: list[tuple[str, Any]] = []
        self.stand = Stand()
        self.brains: Sequence[Brain] | None = BRAINS
        self.show: Callable[[Sequence[Brain]], None] = lambda _: None

    def wishes(self) -> Wishes:
        def noted(name: str) -> Callable[..., object]:
            return lambda *given: self.made.append((name, given[0] if given else None))

        names = (
            "talk", "wear", "mood", "disturb_not", "through", "show", "size", "talks_first", "brain",
            "other_brain", "history", "studio", "settings", "quit",
        )  # fmt: skip
        return Wishes(
            **{name: noted(name) for name in names},
            stand=lambda: self.stand,
            wardrobe=lambda: accessories_in([RESOURCES / "accessories"])[0],
            brains=self._find,
        )

    def _find(self, show: Callable[[Sequence[Brain]], None]) -> None:
        self.show = show
        if self.brains is not None:
            show(self.brains)


@pytest.fixture
def asked() -> Asked:
    return Asked()


@pytest.fixture
def menu(app: QApplication, asked: Asked) -> Iterator[Menu]:
    made = Menu(QMenu(), asked.wishes())
    made.menu.aboutToShow.emit()
    yield made
    shiboken6.delete(made.menu)


def texts(menu: QMenu) -> list[str]:
    return [one.text() for one in menu.actions() if not one.isSeparator()]


def part(menu: QMenu, text: str) -> QMenu:
    found = action(menu, text).menu()
    assert isinstance(found, QMenu)
    return found


def action(menu: QMenu, text: str) -> QAction:
    return next(one for one in menu.actions() if one.text().partition("\t")[0] == text)


def test_what_it_offers(menu: Menu, asked: Asked) -> None:
    assert texts(menu.menu) == [
        "Talk with her", "What was said", "Wear", "Brain", "Talks first", "Size", "Do not disturb",
        "Let the mouse through her", "On the desktop", "Studio", "Settings", "Quit",
    ]  # fmt: skip
    set_language("zh")
    menu.menu.aboutToShow.emit()
    assert texts(menu.menu)[:3] == ["跟她说话", "聊天记录", "换配件"]
    assert texts(part(menu.menu, "换配件")) == ["花朵", "蝴蝶结", "小乌龟", "什么都不戴\t✓"]


def test_what_is_chosen_is_ticked(menu: Menu, asked: Asked) -> None:
    asked.stand = Stand(
        shown=False, disturb_not=True, worn="turtle", size=0.42, talks_first="lively", mood="proud"
    )
    menu.menu.aboutToShow.emit()
    assert "Mood of the day: proud" in texts(menu.menu)
    assert texts(part(menu.menu, "Wear"))[2:] == ["Turtle\t✓", "Nothing"]
    assert texts(part(menu.menu, "Size")) == ["35 %", "42 %\t✓", "50 %", "70 %", "100 %"]
    assert texts(part(menu.menu, "Talks first"))[-1] == "Very often\t✓"
    ticks = {name: action(menu.menu, name).isChecked() for name in ("Do not disturb", "On the desktop")}
    assert ticks == {"Do not disturb": True, "On the desktop": False}


@pytest.mark.parametrize(
    ("path", "wish"),
    [
        (("Talk with her",), ("talk", None)),
        (("What was said",), ("history", None)),
        (("Wear", "Turtle"), ("wear", "turtle")),
        (("Wear", "Nothing"), ("wear", "none")),
        (("Mood of the day: shy",), ("mood", None)),
        (("Brain", "A B"), ("brain", "a/b")),
        (("Brain", "Give her another …"), ("other_brain", None)),
        (("Talks first", "Never"), ("talks_first", "off")),
        (("Size", "70 %"), ("size", 0.7)),
        (("Do not disturb",), ("disturb_not", True)),
        (("Let the mouse through her",), ("through", True)),
        (("On the desktop",), ("show", False)),
        (("Studio",), ("studio", None)),
        (("Settings",), ("settings", None)),
        (("Quit",), ("quit", None)),
    ],
)
def test_what_it_does(menu: Menu, asked: Asked, path: tuple[str, ...], wish: tuple[str, Any]) -> None:
    asked.stand = Stand(mood="shy")
    menu.menu.aboutToShow.emit()
    where = menu.menu
    for name in path[:-1]:
        where = part(where, name)
    action(where, path[-1]).trigger()
    assert asked.made == [wish]


def test_brains_come_when_they_are_known(app: QApplication, asked: Asked) -> None:
    asked.brains = None
    menu = Menu(QMenu(), asked.wishes())
    menu.menu.aboutToShow.emit()
    assert texts(part(menu.menu, "Brain")) == ["Looking …"]
    asked.show(BRAINS)
    brains = part(menu.menu, "Brain")
    assert texts(brains) == ["By itself\t✓", "A B", "Give her another …"], (
        "those that cannot be used are left out"
    )
    asked.show([Brain("c/d", "C D", current=True, why_not="no key")])
    broken = action(part(menu.menu, "Brain"), "C D")
    assert (broken.isEnabled(), broken.toolTip()) == (False, "no key"), "unless she has it"
    shiboken6.delete(menu.menu)


def test_pictures_fill_their_square(app: QApplication) -> None:
    for name in ("turtle", "ribbon", "flower"):
        image = small(RESOURCES / "accessories" / f"{name}.svg").pixmap(32, 32).toImage()
        full = [
            (x, y)
            for x in range(image.width())
            for y in range(image.height())
            if image.pixelColor(x, y).alpha()
        ]
        wide, high = (max(one[n] for one in full) - min(one[n] for one in full) for n in (0, 1))
        assert max(wide, high) >= image.width() - 3


def test_her_face(body: Body) -> None:
    figure = body.window.figure
    calm, happy = face(figure, Pose(), 48), face(figure, Pose("laughing"), 48)
    assert calm.size().toTuple() == (48, 48)
    assert calm.toImage() != happy.toImage()
    assert [one.width() for one in face_icon(figure, Pose()).availableSizes()] == list(SIZES)
    set_language("zh")
    assert emotion_word("shy") == "害羞"


class Host:
    """A tray that comes, or does not."""

    def __init__(self) -> None:
        self.there = False
        self.missed = 0

    def __call__(self) -> bool:
        return self.there

    def miss(self) -> None:
        self.missed += 1


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Host:
    monkeypatch.setattr(tray_module, "AGAIN", (0, 0))
    return Host()


def icon() -> QIcon:
    made = QPixmap(22, 22)
    made.fill("violet")
    return QIcon(made)


def test_a_tray_that_comes_late(
    app: QApplication, host: Host, asked: Asked, run: Run[Any], settle: Settle
) -> None:
    tray = Tray(icon(), asked.wishes(), host.miss, available=host)
    assert not tray.there
    host.there = True
    run(settle(lambda: tray.there))
    assert host.missed == 0
    shown = tray.findChild(QSystemTrayIcon)
    assert shown is not None
    assert shown.toolTip() == "Zishu"
    menu = shown.contextMenu()
    assert "Quit" in texts(menu)
    for reason in ("Trigger", "DoubleClick", "Context"):
        shown.activated.emit(getattr(QSystemTrayIcon.ActivationReason, reason))
    assert [name for name, _ in asked.made] == ["talk", "studio"]
    set_language("zh")
    LANGUAGE.changed()
    assert (shown.toolTip(), texts(menu)[-1]) == ("紫舒老师", "退出"), "also where the desktop keeps a copy"
    asked.stand = Stand(disturb_not=True)
    tray.refresh()
    assert action(menu, "勿扰").isChecked()
    tray.wear(icon())
    tray.close()
    assert not tray.there
    shiboken6.delete(tray)


def test_where_there_is_no_tray_it_is_told_once(
    app: QApplication, host: Host, asked: Asked, run: Run[Any], settle: Settle
) -> None:
    tray = Tray(icon(), asked.wishes(), host.miss, available=host)
    run(settle(lambda: host.missed))
    tray.look()
    tray.look()
    assert (host.missed, tray.there) == (1, False)
    assert "Right-click me" in no_tray()
    host.there = True
    tray.look()
    assert tray.there, "later it may come all the same"
    tray.close()
    shiboken6.delete(tray)


def test_nothing_of_the_menu_is_left_behind(app: QApplication, asked: Asked) -> None:
    menu = Menu(QMenu(), asked.wishes(), solid=True)
    found = []
    for _ in range(5):
        menu.menu.aboutToShow.emit()
        app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        found.append(len(menu.menu.findChildren(QObject)))
    assert found == found[:1] * 5
    shiboken6.delete(menu.menu)


def opened(menu: QMenu) -> None:
    """As large as it is when it opens; really opened, it would take the keyboard."""
    menu.resize(menu.sizeHint())
    QApplication.sendEvent(menu, QResizeEvent(menu.size(), QSize()))


def test_its_corners_are_cut_where_there_is_no_compositor(app: QApplication, asked: Asked) -> None:
    menu = Menu(QMenu(), asked.wishes(), solid=True)
    opened(menu.menu)
    whole, corner = menu.menu.rect(), QPoint(0, 0)
    assert menu.menu.mask().boundingRect().size() == whole.size()
    assert not menu.menu.mask().contains(corner)
    wear = part(menu.menu, "Wear")
    opened(wear)
    assert not wear.mask().isEmpty()
    menu.set_solid(False)
    assert menu.menu.mask().isEmpty(), "a compositor has come"
    assert wear.mask().isEmpty()
    menu.set_solid(True)
    assert not menu.menu.mask().contains(corner), "and has gone"
    shiboken6.delete(menu.menu)


def test_the_tray_knows_when_a_compositor_comes(app: QApplication, host: Host, asked: Asked) -> None:
    tray = Tray(icon(), asked.wishes(), host.miss, solid=True, available=host)
    tray.set_solid(False)
    host.there = True
    tray.look()
    shown = tray.findChild(QSystemTrayIcon)
    assert shown is not None
    menu = shown.contextMenu()
    opened(menu)
    assert menu.mask().isEmpty(), "its menu came after the compositor"
    tray.set_solid(True)
    assert not menu.mask().isEmpty()
    tray.close()
    shiboken6.delete(tray)
