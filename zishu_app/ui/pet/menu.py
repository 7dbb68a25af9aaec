"""Her menu: the same over her and on her icon in the tray. It is filled anew each time it opens, so that it speaks the
language of the moment and shows how things stand.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import QAction, QIcon, QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QMenu

from zishu_app.character.pack import Accessory
from zishu_app.core.texts import t
from zishu_app.ui.pet.corners import Corners
from zishu_app.ui.pet.parts import filled
from zishu_app.ui.theme import look
from zishu_app.ui.theme.drawings import icon

#: pixels of the pictures in it; they are drawn larger, for screens that are scaled
PICTURE, DRAWN = 18, 64
#: how large she can be made from here
SIZES = (0.35, 0.5, 0.7, 1.0)


@dataclass(frozen=True, slots=True)
class Brain:
    """A brain as the menu shows it. `why_not`: why it cannot be hers now."""

    spec: str
    name: str
    current: bool = False
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Stand:
    """How things stand when the menu opens."""

    shown: bool = True
    disturb_not: bool = False
    through: bool = False
    size: float = 0.5
    talks_first: str = "rare"
    #: what she wears; "" or "none": nothing
    worn: str = ""
    #: a feeling of hers in words, and her face with it
    mood: str = ""
    face: QPixmap | None = None


@dataclass(frozen=True)
class Wishes:
    """What can be wished for; and what the menu asks for itself."""

    talk: Callable[[], object]
    wear: Callable[[str], object]
    mood: Callable[[], object]
    disturb_not: Callable[[bool], object]
    through: Callable[[bool], object]
    show: Callable[[bool], object]
    size: Callable[[float], object]
    talks_first: Callable[[str], object]
    brain: Callable[[str], object]
    other_brain: Callable[[], object]
    history: Callable[[], object]
    studio: Callable[[], object]
    settings: Callable[[], object]
    quit: Callable[[], object]
    stand: Callable[[], Stand]
    #: all she could wear: id -> accessory and picture
    wardrobe: Callable[[], dict[str, tuple[Accessory, Path]]]
    #: asks for the brains there are; they are handed to what is given, at once or later
    brains: Callable[[Callable[[Sequence[Brain]], None]], object]


class Menu:
    """Fills `menu` whenever it opens. `solid`: there is no compositor."""

    def __init__(self, menu: QMenu, wishes: Wishes, *, solid: bool = False) -> None:
        self.menu, self._wishes, self._solid = menu, wishes, solid
        #: as they were known last; None: they were never asked for
        self._known: Sequence[Brain] | None = None
        self._brains: QMenu | None = None
        self._parts: list[QMenu] = []
        #: its own, and those of its parts
        self._corners = [_dressed(menu, solid)]
        menu.aboutToShow.connect(self.fill)
        menu.aboutToShow.connect(lambda: wishes.brains(self._take))
        self.fill()

    def fill(self) -> None:
        """What can be done now."""
        menu, wishes, stand = self.menu, self._wishes, self._wishes.stand()
        menu.clear()
        for part in self._parts:  # clearing takes their entries away, and not them
            part.deleteLater()
        self._parts = []
        del self._corners[1:]
        self._act(t("跟她说话", "Talk with her"), "chat-user", wishes.talk)
        self._act(t("聊天记录", "What was said"), "history", wishes.history)
        menu.addSeparator()
        self._accessories(stand)
        self._mood(stand)
        self._brains = self._part(t("大脑", "Brain"), "model")
        self._show_brains()
        self._talkative(stand)
        self._sizes(stand)
        menu.addSeparator()
        self._switch(t("勿扰", "Do not disturb"), stand.disturb_not, wishes.disturb_not)
        self._switch(t("鼠标穿过她", "Let the mouse through her"), stand.through, wishes.through)
        self._switch(t("在桌面上", "On the desktop"), stand.shown, wishes.show)
        menu.addSeparator()
        self._act(t("工作室", "Studio"), "spark", wishes.studio)
        self._act(t("设置", "Settings"), "settings", wishes.settings)
        self._act(t("退出", "Quit"), "power", wishes.quit)

    def set_solid(self, solid: bool) -> None:
        """The compositor has gone, or one has come."""
        self._solid = solid
        for one in self._corners:
            one.set_solid(solid)

    def _act(self, text: str, mark: str, do: Callable[[], object]) -> QAction:
        action = self.menu.addAction(icon(mark, look.now().soft, PICTURE), text)
        action.triggered.connect(lambda *_: do())
        return action

    def _switch(self, text: str, on: bool, turn: Callable[[bool], object]) -> None:
        action = self.menu.addAction(text)
        action.setCheckable(True)
        action.setChecked(on)
        action.triggered.connect(lambda checked: turn(bool(checked)))

    def _part(self, text: str, mark: str) -> QMenu:
        part = self.menu.addMenu(icon(mark, look.now().soft, PICTURE), text)
        self._corners.append(_dressed(part, self._solid))
        self._parts.append(part)
        return part

    def _accessories(self, stand: Stand) -> None:
        """Small pictures of all that can be worn."""
        part = self._part(t("换配件", "Wear"), "star")
        wardrobe = self._wishes.wardrobe()
        for name, (accessory, picture) in wardrobe.items():
            action = _choice(part, str(accessory.name), name == stand.worn)
            action.setIcon(small(picture))
            action.triggered.connect(lambda *_, name=name: self._wishes.wear(name))
        part.addSeparator()
        action = _choice(part, t("什么都不戴", "Nothing"), stand.worn not in wardrobe)
        action.triggered.connect(lambda *_: self._wishes.wear("none"))

    def _mood(self, stand: Stand) -> None:
        if stand.mood:
            words = t(f"今天的心情：{stand.mood}", f"Mood of the day: {stand.mood}")
            action = self._act(words, "pending", self._wishes.mood)
            if stand.face is not None:
                action.setIcon(QIcon(stand.face))

    def _take(self, brains: Sequence[Brain]) -> None:
        """Which brains there are takes a moment to find out; what is open is not changed under the pointer."""
        self._known = brains
        if self._brains is not None and not self._brains.isVisible():
            self._show_brains()

    def _show_brains(self) -> None:
        part = self._brains
        assert part is not None
        part.clear()
        if self._known is None:
            part.addAction(t("看一下……", "Looking …")).setEnabled(False)
            return
        for brain in self._known:
            if brain.current or not brain.why_not:
                action = _choice(part, brain.name, brain.current)
                action.setEnabled(not brain.why_not)
                action.setToolTip(brain.why_not)
                action.triggered.connect(lambda *_, spec=brain.spec: self._wishes.brain(spec))
        part.addSeparator()
        part.addAction(t("给她别的大脑……", "Give her another …")).triggered.connect(
            lambda *_: self._wishes.other_brain()
        )

    def _talkative(self, stand: Stand) -> None:
        part = self._part(t("主动说话", "Talks first"), "chat-assistant")
        for level, words in (
            ("off", t("从不", "Never")),
            ("rare", t("偶尔", "Now and then")),
            ("normal", t("常常", "Often")),
            ("lively", t("很活泼", "Very often")),
        ):
            action = _choice(part, words, level == stand.talks_first)
            action.triggered.connect(lambda *_, level=level: self._wishes.talks_first(level))

    def _sizes(self, stand: Stand) -> None:
        part = self._part(t("大小", "Size"), "person")
        for size in sorted({*SIZES, stand.size}):
            action = _choice(part, f"{size * 100:.0f} %", size == stand.size)
            action.triggered.connect(lambda *_, size=size: self._wishes.size(size))


def _dressed(menu: QMenu, solid: bool) -> Corners:
    menu.setToolTipsVisible(True)
    return Corners(menu, solid=solid)


def _choice(part: QMenu, text: str, chosen: bool) -> QAction:
    """One of several. The tick stands where a shortcut would: in front there may be a picture."""
    action = part.addAction(f"{text}\t✓" if chosen else text)
    action.setProperty("chosen", chosen)
    return action


def small(picture: Path) -> QIcon:
    """A picture without its empty border."""
    image = QImage(DRAWN * 2, DRAWN * 2, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    if picture.suffix == ".svg":
        renderer = QSvgRenderer(str(picture))
        size = QSizeF(renderer.defaultSize())
        renderer.render(painter, _fitted(size))
    else:
        whole = QImage(str(picture))
        painter.drawImage(_fitted(QSizeF(whole.size())), whole)
    painter.end()
    part = image.copy(filled(image)) if not filled(image).isEmpty() else image
    side = max(part.width(), part.height())
    square = part.copy((part.width() - side) // 2, (part.height() - side) // 2, side, side)
    return QIcon(
        QPixmap.fromImage(square.scaled(DRAWN, DRAWN, mode=Qt.TransformationMode.SmoothTransformation))
    )


def _fitted(size: QSizeF) -> QRectF:
    """As large as possible in the middle of the square that is drawn."""
    side = DRAWN * 2.0
    fitted = size.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio)
    return QRectF((side - fitted.width()) / 2, (side - fitted.height()) / 2, fitted.width(), fitted.height())
