"""A message is written anew where it stands. Escape leaves the editor, and what was written stays as a draft."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QFrame, QLabel, QPlainTextEdit

from zishu_app.core.texts import t
from zishu_app.ui.follow import say
from zishu_app.ui.remembered import Remembered
from zishu_app.ui.theme.tokens import NEAR, ROOM, TIGHT
from zishu_app.ui.widgets.cards import column, row
from zishu_app.ui.widgets.keycap import KeyButton
from zishu_app.ui.widgets.talk_view import TalkView

#: drafts kept at most; the oldest goes first
DRAFTS = 100
#: milliseconds without a letter after which a draft is kept
PAUSE = 400
#: the least height of the field
LEAST = 72


class Drafts:
    """What was written and not saved, by sample and message; kept over a restart. `changed`: it is to be put on the
    disk.
    """

    def __init__(self, remembered: Remembered, changed: Callable[[], object]) -> None:
        self._remembered, self._changed = remembered, changed
        self._kept: dict[str, str] = {
            str(key): str(text) for key, text in remembered.get("review.drafts", {}).items()
        }

    def get(self, sample: int, message: int) -> str | None:
        """What was left of a message."""
        return self._kept.get(f"{sample}/{message}")

    def of(self, sample: int) -> list[int]:
        """The messages of a sample that have one."""
        begins = f"{sample}/"
        return sorted(int(key.removeprefix(begins)) for key in self._kept if key.startswith(begins))

    def put(self, sample: int, message: int, text: str | None) -> None:
        """Keep it; None: it is not needed any more."""
        if self._kept.get(f"{sample}/{message}") == text:
            return
        self._kept.pop(f"{sample}/{message}", None)
        if text is not None:
            self._kept[f"{sample}/{message}"] = text
        while len(self._kept) > DRAFTS:
            del self._kept[next(iter(self._kept))]
        self._remembered.put("review.drafts", dict(self._kept))
        self._changed()


class Editor(QFrame):
    """`saved` hears sample, message and text; `left` is called when it has gone."""

    def __init__(
        self,
        view: TalkView,
        drafts: Drafts,
        saved: Callable[[int, int, str], object],
        left: Callable[[], object],
    ) -> None:
        super().__init__(view.viewport())
        self._view, self._drafts, self._saved, self._left = view, drafts, saved, left
        self._sample, self._message, self._before = 0, 0, ""
        self.setProperty("kind", "editor")
        self.field = _Field(self.save, self.discard)
        self._hint = QLabel()
        self._hint.setProperty("kind", "faint")
        self._hint.setTextFormat(Qt.TextFormat.PlainText)
        keep = KeyButton(lambda: t("保存", "Save"), "Ctrl+Return", self.save)
        leave = KeyButton(lambda: t("先放着", "Leave"), "Escape", self.leave)
        self._discard = KeyButton(lambda: t("丢掉修改", "Discard"), "Shift+Escape", self.discard)
        foot = row(keep, leave, self._discard, None, self._hint, gap=TIGHT)
        inside = column(self.field, gap=TIGHT)
        inside.addLayout(foot)
        inside.setContentsMargins(NEAR, 0, NEAR, TIGHT)
        self.setLayout(inside)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self._pause.timeout.connect(self._keep)
        self.field.textChanged.connect(self._written)
        view.verticalScrollBar().valueChanged.connect(lambda _: self.place())
        view.drawn.connect(self._drawn_anew)
        view.viewport().installEventFilter(self)
        say(self, self._speak)
        self.hide()

    @property
    def open_(self) -> bool:
        """Whether something is being written."""
        return not self.isHidden()

    def open(self, sample: int, message: int, text: str, at: int | None = None) -> None:
        """Write this message anew, or go on with what was left of it. `at`: the character to begin at."""
        self._sample, self._message, self._before = sample, message, text
        draft = self._drafts.get(sample, message)
        self.field.blockSignals(True)
        self.field.setPlainText(text if draft is None else draft)
        self.field.blockSignals(False)
        cursor = self.field.textCursor()
        cursor.movePosition(QTextCursor.MoveOperation.Start)
        if at is None:
            cursor.movePosition(QTextCursor.MoveOperation.End)
        else:
            # by steps, for Qt counts letters otherwise than Python
            cursor.setPosition(len(text[:at].encode("utf-16-le")) // 2)
        self.field.setTextCursor(cursor)
        self._speak()
        self.show()
        self._make_room()
        self.place()
        self.field.setFocus()
        self.field.ensureCursorVisible()

    def save(self) -> None:
        """The message says this from now on. What was written is a draft until it is on the disk."""
        text = self.field.toPlainText()
        self._keep()
        self._gone()
        if text != self._before:
            self._saved(self._sample, self._message, text)

    def leave(self) -> None:
        """Go away; what was written stays."""
        if self.open_:
            self._keep()
            self._gone()

    def discard(self) -> None:
        """Go away, and forget what was written."""
        self._drafts.put(self._sample, self._message, None)
        self._gone()

    def _keep(self) -> None:
        self._pause.stop()
        text = self.field.toPlainText()
        self._drafts.put(self._sample, self._message, None if text == self._before else text)

    def _gone(self) -> None:
        self._pause.stop()
        self.hide()
        self._view.setFocus()
        self._left()

    def _written(self) -> None:
        self._pause.start()
        self._make_room()
        self.place()
        self._speak()

    def _speak(self) -> None:
        changed = self.field.toPlainText() != self._before
        self._hint.setText(t("离开时会留作草稿", "kept as a draft when you leave") if changed else "")
        self._discard.setVisible(changed)
        self.field.setAccessibleName(t(f"修改消息 {self._message + 1}", f"Edit message {self._message + 1}"))

    def _tall(self) -> int:
        """What the text needs, and no more than there is to see."""
        lines = self.field.document().size().height()
        needed = int(lines * self.field.fontMetrics().lineSpacing()) + 2 * NEAR + TIGHT
        most = max(self._view.viewport().height() - 96, LEAST)
        return min(max(needed, LEAST), most) + 52

    def _make_room(self) -> None:
        """The messages below move down by as much as the editor is taller than what it stands for."""
        text = self._view.text
        group = next((one for one in text.groups if one.said.number == self._message), None)
        if group is None:
            return
        block = text.document.findBlockByNumber(group.last)
        form = block.blockFormat()
        has = text.ground(group).height() + form.bottomMargin() - ROOM
        form.setBottomMargin(max(form.bottomMargin() + self._tall() - has, ROOM))
        QTextCursor(block).setBlockFormat(form)

    def place(self) -> None:
        """Over the message, wherever it was scrolled to."""
        if not self.open_:
            return
        text = self._view.text
        group = next((one for one in text.groups if one.said.number == self._message), None)
        if group is None:
            return
        ground = text.ground(group).translated(0, -self._view.verticalScrollBar().value())
        self.setGeometry(0, int(ground.top()) - 2, self._view.viewport().width(), self._tall() + 4)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """It is as wide as the talk."""
        if event.type() == QEvent.Type.Resize:
            self._drawn_anew()
        return super().eventFilter(watched, event)

    def _drawn_anew(self) -> None:
        if self.open_:
            self._make_room()
            self.place()


class _Field(QPlainTextEdit):
    """Ctrl+Enter saves, Shift+Escape discards."""

    def __init__(self, save: Callable[[], object], discard: Callable[[], object]) -> None:
        super().__init__()
        self._save, self._discard = save, discard
        self.setTabChangesFocus(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """See QPlainTextEdit."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._save()
        elif event.key() == Qt.Key.Key_Escape and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._discard()
        else:
            super().keyPressEvent(event)
