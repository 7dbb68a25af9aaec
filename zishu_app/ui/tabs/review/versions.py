"""The versions of a sample: who made each and when; one is compared word by word, and can be put in force again."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QPushButton

from zishu_app.core.texts import counted, t
from zishu_app.dataset.sample import SampleMessage
from zishu_app.dataset.versions import Version
from zishu_app.review.difference import Changed, amount
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.review.words import at_word, day_word, version_word
from zishu_app.ui.theme.tokens import GAP, NEAR, TIGHT
from zishu_app.ui.widgets.cards import column
from zishu_app.ui.widgets.elided import Elided
from zishu_app.ui.widgets.flow import Flow, emptied
from zishu_app.ui.widgets.keycap import KeyButton
from zishu_app.ui.widgets.talk_text import Manner, Said, Span

#: key of the place where two versions begin to differ
FIRST = "first"


class VersionsStrip(QFrame):
    """`looked` hears the places of two versions to be compared; `restored` the number of one; `left` closes it."""

    def __init__(
        self,
        looked: Callable[[int, int], object],
        restored: Callable[[int], object],
        left: Callable[[], object],
    ) -> None:
        super().__init__()
        self._looked, self._restored = looked, restored
        self._versions: Sequence[Version] = ()
        self._force, self.at, self._first = 0, 0, True
        self._changed: Sequence[Changed] | None = None
        self.setProperty("kind", "banner")
        self.setProperty("tone", "info")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._flow = Flow(gap=TIGHT + 2)
        self._told = Elided("small")
        self._base = KeyButton(self._base_word, "B", self._turn_base)
        self._restore = KeyButton(lambda: t("回到这一版", "Back to this one"), "Return", self._back)
        leave = KeyButton(lambda: t("关闭", "Close"), "Escape", left)
        inside = column(self._flow, Flow(self._told, self._base, self._restore, leave, gap=TIGHT), gap=NEAR)
        inside.setContentsMargins(GAP, NEAR, GAP, NEAR)
        self.setLayout(inside)
        say(self, self._speak)

    def show_versions(self, versions: Sequence[Version], force: int) -> None:
        """`force`: the number of the one that holds."""
        self._versions, self._force = versions, force
        self.at = next((place for place, one in enumerate(versions) if one.number == force), 0)
        self._first, self._changed = True, None
        self._speak()
        self._look()

    def show_changed(self, changed: Sequence[Changed]) -> None:
        """What differs between the two that are compared."""
        self._changed = changed
        self._speak()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Arrows go from one to the other, Enter puts one in force, B compares with another one."""
        key = event.key()
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._go(self.at + (1 if key == Qt.Key.Key_Right else -1))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._back()
        elif key == Qt.Key.Key_B:
            self._turn_base()
        else:
            super().keyPressEvent(event)

    def _go(self, place: int) -> None:
        if 0 <= place < len(self._versions) and place != self.at:
            self.at, self._changed = place, None
            self._speak()
            self._look()

    def _look(self) -> None:
        self._looked(0 if self._first else max(self.at - 1, 0), self.at)

    def _turn_base(self) -> None:
        self._first = not self._first
        self._speak()
        self._look()

    def _back(self) -> None:
        number = self._versions[self.at].number
        if number != self._force:
            self._restored(number)

    def _base_word(self) -> str:
        return (
            t("与最初的比", "Against the first") if self._first else t("与前一版比", "Against the one before")
        )

    def _speak(self) -> None:
        emptied(self._flow)
        for place, one in enumerate(self._versions):
            self._flow.addWidget(self._chip(place, one))
        self._base.speak()
        if not self._versions:
            return
        here = self._versions[self.at]
        self._restore.setEnabled(here.number != self._force)
        came, went = amount(self._changed) if self._changed is not None else (0, 0)
        parts = [_whole_word(here)]
        if here.number == self._force:
            parts.append(t("现在用的就是这一版", "this one holds"))
        if self._changed is not None:
            parts.append(
                t(f"多了 {came:,} 字，少了 {went:,} 字", f"{counted(came, 'character')} came, {went:,} went")
            )
        self._told.setText(" · ".join(parts))
        self.setAccessibleName(self._told.text())

    def _chip(self, place: int, one: Version) -> QPushButton:
        made = QPushButton(f"{one.number}  {version_word(one.why, one.number)}  {day_word(one.at)}")
        made.setProperty("kind", "chip")
        made.setCheckable(True)
        made.setChecked(place == self.at)
        made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        made.clicked.connect(lambda *_: self._go(place))
        return made


def _whole_word(one: Version) -> str:
    """What made it, who and when."""
    parts = [version_word(one.why, one.number), one.who, at_word(one.at)]
    return " · ".join(part for part in parts if part)


def compared(
    changed: Sequence[Changed], before: Sequence[SampleMessage], after: Sequence[SampleMessage]
) -> list[Said]:
    """Two versions as one talk: what went is struck out, what came is underlined."""
    said: list[Said] = []
    key = FIRST
    for number, one in enumerate(changed):
        message = after[one.after] if one.after is not None else before[one.before or 0]
        spans, text = [], ""
        for piece in one.pieces:
            manner: Manner = "" if piece.how == "same" else piece.how
            if manner:
                spans.append(Span(len(text), len(text) + len(piece.text), manner, key=key))
                key = ""
            text += piece.text
        notes = []
        if one.after is None:
            notes.append(t("去掉了", "dropped"))
        if one.before is None:
            notes.append(t("新来的", "new"))
        if one.learning:
            notes.append(
                t("改为要学", "now learnt from") if message.loss else t("改为不学", "no longer learnt from")
            )
        faded = message.role == "assistant" and not message.loss
        if not spans:
            spans.append(Span(0, len(text), key=key if notes else ""))
            key = "" if notes else key
        said.append(Said(number, message.role, text, note=" · ".join(notes), spans=tuple(spans), faded=faded))
    return said
