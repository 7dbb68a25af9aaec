"""Tags of a sample in one line, with commas between them; what is begun is completed from the tags there are."""

import re
from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QPushButton

from zishu_app.core.texts import t
from zishu_app.dataset.checks import TAG
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.review.fuzzy import best
from zishu_app.ui.theme.tokens import GAP, NEAR, TIGHT
from zishu_app.ui.widgets.cards import column, row
from zishu_app.ui.widgets.flow import Flow, emptied
from zishu_app.ui.widgets.keycap import KeyButton
from zishu_app.ui.widgets.labels import label

#: tags that are offered
MOST = 8
_COMMA = re.compile("[,，、;；]")


class TagStrip(QFrame):
    """`tagged` hears the tags; `left` that they stay as they are."""

    def __init__(self, tagged: Callable[[list[str]], object], left: Callable[[], object]) -> None:
        super().__init__()
        self._tagged = tagged
        self._known: Sequence[str] = ()
        self._offered: list[str] = []
        self.setProperty("kind", "banner")
        self.setProperty("tone", "info")
        self._flow = Flow(gap=TIGHT + 2)
        self.field = _Line(self._complete, self._sent)
        self.field.textEdited.connect(lambda _: self._offer())
        line = row(label("field", lambda: t("标签", "Tags")), gap=NEAR)
        line.addWidget(self.field, 1)
        line.addWidget(KeyButton(lambda: t("好了", "Done"), "Return", self._sent))
        line.addWidget(KeyButton(lambda: t("取消", "Cancel"), "Escape", left))
        inside = column(self._flow, line, gap=NEAR)
        inside.setContentsMargins(GAP, NEAR, GAP, NEAR)
        self.setLayout(inside)
        say(self, self._speak)

    def ask(self, tags: Sequence[str], known: Mapping[str, int]) -> None:
        """Begin with the tags it has. `known`: all there are, and how often."""
        self._known = sorted((tag for tag in known if not tag.startswith(TAG)), key=lambda tag: -known[tag])
        mine = [tag for tag in tags if not tag.startswith(TAG)]
        self.field.setText("".join(f"{tag}, " for tag in mine))
        self._offer()

    def _speak(self) -> None:
        self.field.setPlaceholderText(
            t("用逗号分开；Tab 补全第一个", "With commas between them; Tab completes the first one")
        )
        self.field.setAccessibleName(t("标签", "Tags"))

    def _parts(self) -> list[str]:
        return [part.strip() for part in _COMMA.split(self.field.text())]

    def _offer(self) -> None:
        """What may be meant by what is begun."""
        *before, begun = self._parts()
        free = [tag for tag in self._known if tag not in before]
        self._offered = best(begun, [(tag, (tag,)) for tag in free])[:MOST]
        emptied(self._flow)
        for tag in self._offered:
            chip = QPushButton(tag)
            chip.setProperty("kind", "chip")
            chip.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            chip.clicked.connect(lambda *_, tag=tag: self._take(tag))
            self._flow.addWidget(chip)

    def _take(self, tag: str) -> None:
        before = [part for part in self._parts()[:-1] if part]
        self.field.setText("".join(f"{one}, " for one in [*before, tag]))
        self.field.setFocus()
        self._offer()

    def _complete(self) -> bool:
        """Complete what is begun; says whether there was anything."""
        if not self._parts()[-1] or not self._offered:
            return False
        self._take(self._offered[0])
        return True

    def _sent(self) -> None:
        self._tagged(list(dict.fromkeys(part for part in self._parts() if part)))


class _Line(QLineEdit):
    """Tab completes, Enter sends."""

    def __init__(self, complete: Callable[[], bool], sent: Callable[[], object]) -> None:
        super().__init__()
        self._complete, self._sent = complete, sent

    def event(self, event: QEvent) -> bool:
        """Tab would go to the next field."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Tab and self._complete():
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._sent()
                return True
        return super().event(event)
