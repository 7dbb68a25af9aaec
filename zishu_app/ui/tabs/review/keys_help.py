"""All keys on one sheet, in two columns where there is room."""

from collections.abc import Callable

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QWidget

from zishu_app.core.texts import t
from zishu_app.ui.follow import LOOK, say
from zishu_app.ui.tabs.review.commands import COMMANDS, Command, Group, group_name
from zishu_app.ui.theme.tokens import GAP, NEAR, ROOM, TIGHT
from zishu_app.ui.widgets.cards import column, row, scrolled
from zishu_app.ui.widgets.keycap import KeyButton, key_name, key_width, paint_key
from zishu_app.ui.widgets.labels import label
from zishu_app.ui.widgets.overlay import Overlay

SIZE = QSize(920, 744)
#: which groups stand in which column
COLUMNS: tuple[tuple[Group, ...], ...] = (("decide", "mark", "all", "more"), ("move", "edit", "queue"))
#: width of the keys of a command
CAPS = 146
#: the digits are one line
DIGITS = ("rate_2", "rate_3", "rate_4", "rate_5")


class KeysHelp:
    """The sheet; Escape, ? or a click beside it takes it away."""

    def __init__(self, page: QWidget) -> None:
        card = _Sheet(lambda: self.overlay.close_())
        self._card = card
        self.overlay = Overlay(page, card, SIZE)

    def open(self) -> None:
        """Show it."""
        self.overlay.open(self._card)


class _Sheet(QFrame):
    """What is written on it."""

    def __init__(self, leave: Callable[[], object]) -> None:
        super().__init__()
        self._leave = leave
        self.setProperty("kind", "card")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        title = label("title", lambda: t("所有按键", "All keys"))
        note = label(
            "small",
            lambda: t(
                "正在输入文字时，单个字母不会触发命令。", "While you write, single letters are just letters."
            ),
            wrap=True,
        )
        head = row(gap=NEAR)
        head.addLayout(column(title, note, gap=2), 1)
        head.addWidget(KeyButton(lambda: t("关闭", "Close"), "Escape", leave))
        sides = row(gap=ROOM + GAP)
        for groups in COLUMNS:
            side = column(gap=GAP)
            for group in groups:
                side.addLayout(_group(group))
            side.addStretch(1)
            sides.addLayout(side, 1)
        self._area: QScrollArea = scrolled(sides)
        inside = column(head, gap=GAP)
        inside.addWidget(self._area, 1)
        inside.setContentsMargins(ROOM, ROOM, GAP, GAP)
        self.setLayout(inside)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """The question mark closes it again; arrows scroll."""
        bar = self._area.verticalScrollBar()
        steps = {
            Qt.Key.Key_Down: 48,
            Qt.Key.Key_Up: -48,
            Qt.Key.Key_Space: 300,
            Qt.Key.Key_PageDown: 300,
            Qt.Key.Key_PageUp: -300,
        }
        step = next((by for key, by in steps.items() if key == event.key()), None)
        if step is not None:
            bar.setValue(bar.value() + step)
        elif event.text() == "?":
            self._leave()
        else:
            super().keyPressEvent(event)


def _group(group: Group) -> QGridLayout:
    made = QGridLayout()
    made.setHorizontalSpacing(GAP)
    made.setVerticalSpacing(2)
    made.setColumnStretch(1, 1)
    made.addWidget(label("field", lambda: group_name(group)), 0, 0, 1, 2)
    shown = [one for one in COMMANDS if one.group == group and one.keys and one.name not in DIGITS]
    for line, command in enumerate(shown, 1):
        made.addWidget(_Caps(command), line, 0)
        made.addWidget(label("", lambda command=command: _said(command), wrap=True), line, 1)  # type: ignore[misc]
    return made


def _said(command: Command) -> str:
    if command.name == "rate_1":
        return t("打 1–5 分，并转到下一项标准", "Rate 1 to 5, and on to the next criterion")
    return command.said


class _Caps(QWidget):
    """The keys of a command."""

    def __init__(self, command: Command) -> None:
        super().__init__()
        self._keys = ("1", "…", "5") if command.name == "rate_1" else command.keys
        self.setFixedWidth(CAPS)
        LOOK.follow(self, self.update)
        say(self, self.update)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """See QWidget."""
        return QSize(CAPS, 22)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """One beside the other."""
        painter, x = QPainter(self), 0
        for keys in self._keys:
            name = key_name(keys) if keys != "…" else keys
            wide = key_width(name)
            if x + wide <= self.width():
                paint_key(painter, QRect(x, 0, wide, self.height()), name)
            x += wide + TIGHT
