"""A foreign card at the door: who it is, and whether she comes as a character of her own or in the place of this one."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame

from zishu_app.character.card import Card
from zishu_app.core.texts import counted, t
from zishu_app.ui.follow import say
from zishu_app.ui.theme.tokens import GAP, NEAR
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import column, row
from zishu_app.ui.widgets.elided import Elided
from zishu_app.ui.widgets.labels import label


class CardDoor(QFrame):
    """Hidden while nobody is at the door. `settle`: as a character of her own; `replace`: in place of this card."""

    def __init__(self, settle: Callable[[Card, Path], object], replace: Callable[[Card], object]) -> None:
        super().__init__()
        self.setProperty("kind", "banner")
        self.setProperty("tone", "info")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._settle, self._replace = settle, replace
        self._card: Card | None = None
        self._path = Path()
        self._name, self._about, self._text = (
            label("lead", wrap=True),
            label("small", wrap=True),
            Elided("soft"),
        )
        self.new = button(
            lambda: t("作为新角色", "As a new character"), lambda: self._do(new=True), kind="primary",
            hint=lambda: t("先用现在的形象，记忆从头开始", "With the looks of now, and a memory of her own"),
        )  # fmt: skip
        self.here = button(
            lambda: t("换掉现在的卡", "In place of this card"), lambda: self._do(new=False),
            hint=lambda: t("形象和记忆不变，随时可以撤销", "Her looks and her memory stay; it can be undone"),
        )  # fmt: skip
        out = button(lambda: t("取消", "Cancel"), self.leave, kind="quiet")
        words = column(self._name, self._about, self._text, gap=2)
        inside = column(words, row(None, out, self.here, self.new), gap=NEAR)
        inside.setContentsMargins(GAP, GAP, GAP, GAP)
        self.setLayout(inside)
        say(self, self._speak)
        self.hide()

    def ask(self, card: Card, path: Path) -> None:
        """Somebody is at the door."""
        self._card, self._path = card, path
        self._speak()
        self.show()
        self.new.setFocus(Qt.FocusReason.OtherFocusReason)

    def leave(self) -> None:
        """Nobody comes."""
        self._card = None
        self.hide()

    def _do(self, *, new: bool) -> None:
        card, path = self._card, self._path
        self.leave()
        if card is not None and new:
            self._settle(card, path)
        elif card is not None:
            self._replace(card)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Escape: nobody comes."""
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)

    def _speak(self) -> None:
        card = self._card
        if card is None:
            return
        by = t(f"，作者 {card.creator}", f", by {card.creator}") if card.creator else ""
        entries = len(card.knowledge.entries)
        self._name.setText(card.name + by)
        self._about.setText(
            t(
                f"{len(card.greetings)} 句问候，{len(card.examples)} 个例子，{entries} 条知识",
                f"{counted(len(card.greetings), 'greeting')}, {counted(len(card.examples), 'example')},"
                f" {entries} pieces of knowledge",
            )
        )
        self._text.setText(card.description or card.personality)
