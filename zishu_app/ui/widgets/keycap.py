"""Keys as they are shown: the names people know them by, and buttons that carry theirs."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QStyle, QStyleOptionButton, QStylePainter

from zishu_app.core.texts import t
from zishu_app.ui.follow import LOOK, say
from zishu_app.ui.theme import look
from zishu_app.ui.theme.drawings import pixmap
from zishu_app.ui.theme.fonts import font
from zishu_app.ui.theme.tokens import BODY, NEAR, SMALL
from zishu_app.ui.widgets.buttons import Do
from zishu_app.ui.widgets.labels import Say

#: height of a key, and the room beside its letters
TALL, PAD = 18, 5
ICON = 16


def key_name(keys: str) -> str:
    """A shortcut as it is read on this system; Qt's own names would be in the language of the system."""
    names = {
        "Right": "→", "Left": "←", "Up": "↑", "Down": "↓", "Return": "Enter", "Escape": "Esc", "Esc": "Esc",
        "Space": t("空格", "Space"), "Delete": "Del",
    }  # fmt: skip
    native = QKeySequence(keys).toString(QKeySequence.SequenceFormat.PortableText) or keys
    if native == "+":
        return native
    return "+".join(names.get(part, part) for part in native.split("+"))


def key_width(name: str) -> int:
    """Room for a key."""
    return max(QFontMetrics(font(SMALL)).horizontalAdvance(name) + 2 * PAD, TALL)


def paint_key(painter: QPainter, place: QRect, name: str, *, on_violet: bool = False) -> None:
    """A small key in `place`, which is as wide as `key_width` says."""
    worn = look.now()
    ink = QColor(worn.on_violet if on_violet else worn.soft)
    box = QRectF(place.left(), place.center().y() - TALL / 2 + 0.5, place.width(), TALL)
    edge = QColor(ink)
    edge.setAlpha(110)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(edge)
    painter.setBrush(Qt.BrushStyle.NoBrush if on_violet else QColor(worn.raised))
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
    painter.setPen(ink)
    painter.setFont(font(SMALL))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, name)


class KeyButton(QPushButton):
    """A button that shows its key. `narrow()` leaves its word out where it has an icon."""

    def __init__(self, text: Say, keys: str, do: Do, *, icon: str = "", kind: str = "quiet") -> None:
        super().__init__()
        self._keys, self._icon, self._kind, self._says = keys, icon, kind, text
        self._narrow = False
        self.setProperty("kind", kind)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(lambda *_: do())
        say(self, self.speak)
        LOOK.follow(self, self.update)

    def narrow(self, narrow: bool) -> None:
        """Whether only its icon is shown."""
        if narrow != self._narrow:
            self._narrow = narrow
            self.speak()

    def speak(self) -> None:
        """Say again what it says."""
        self.setText("" if self._narrow and self._icon else self._says())
        self.setAccessibleName(self._says())
        name = key_name(self._keys) if self._keys else ""
        self.setToolTip(t(f"{self._says()}（{name}）", f"{self._says()} ({name})") if name else self._says())
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """See QPushButton."""
        return QSize(self.wide(narrow=self._narrow), 36 if self._kind in ("primary", "") else 30)

    def wide(self, *, narrow: bool) -> int:
        """The width it needs, with or without its word."""
        side = 14 if self._kind in ("primary", "") else NEAR
        text = "" if narrow and self._icon else self._says()
        parts = [ICON] if self._icon else []
        parts += [self._text_width(text)] if text else []
        key = self._key(narrow=narrow)
        parts += [key_width(key)] if key else []
        return 2 * side + sum(parts) + NEAR * (len(parts) - 1)

    def _key(self, *, narrow: bool) -> str:
        """The key as it is shown; beside an icon alone there is no room for a long one."""
        name = key_name(self._keys) if self._keys else ""
        return "" if narrow and self._icon and len(name) > 2 else name

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """See QPushButton."""
        return self.sizeHint()

    def _text_width(self, text: str) -> int:
        return QFontMetrics(font(BODY)).horizontalAdvance(text) + 2

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Enter presses it too."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The ground as the style has it; icon, word and key on it."""
        painter, option = QStylePainter(self), QStyleOptionButton()
        self.initStyleOption(option)
        painter.drawControl(QStyle.ControlElement.CE_PushButtonBevel, option)
        worn, primary = look.now(), self._kind == "primary"
        ink = worn.faint if not self.isEnabled() else worn.on_violet if primary else worn.ink
        used = self.sizeHint().width()
        x = (self.width() - used) // 2 + (14 if self._kind in ("primary", "") else NEAR)
        if self._icon:
            drawn = pixmap(self._icon, ink if primary else worn.soft, ICON, self.devicePixelRatioF())
            painter.drawPixmap(x, (self.height() - ICON) // 2, drawn)
            x += ICON + NEAR
        if self.text():
            painter.setPen(QColor(ink))
            painter.setFont(font(BODY))
            room = QRect(x, 0, self._text_width(self.text()), self.height())
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text())
            x += self._text_width(self.text()) + NEAR
        if name := self._key(narrow=self._narrow):
            paint_key(painter, QRect(x, 0, key_width(name), self.height()), name, on_violet=primary)
