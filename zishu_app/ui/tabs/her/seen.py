"""What she saw before an answer: how many tokens each part of the prompt took, and the memories she had in mind."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtWidgets import QFrame, QVBoxLayout

from zishu_app.core.texts import t
from zishu_app.ledger.chats import Said
from zishu_app.memory.store import Memory
from zishu_app.studio.her_talks import seen_of
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.her.words import kind_word
from zishu_app.ui.theme.tokens import GAP, NEAR, ROOM
from zishu_app.ui.widgets.bar import Bar
from zishu_app.ui.widgets.bars import Bars, Tally
from zishu_app.ui.widgets.buttons import icon_button
from zishu_app.ui.widgets.cards import boxed, column, row, scrolled
from zishu_app.ui.widgets.labels import label
from zishu_app.ui.widgets.rows import Row, RowList

#: pixels of a row of the list of memories
ROW = 58


class SeenPanel(QFrame):
    """`opened` hears the number of a memory that is chosen; `closed` that nobody wants to know any more."""

    def __init__(self, opened: Callable[[Any], object], closed: Callable[[], object]) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._said: Said | None = None
        self._memories: Sequence[Memory] = ()
        head = label("lead", lambda: t("她看到了什么", "What did she see?"))
        close = icon_button("close", lambda: t("关闭", "Close"), closed, size=16)
        self._whole, self._share = label("small", wrap=True), Bar()
        self.bars = Bars()
        self._remembered = label("field", lambda: t("她想起的记忆", "Memories she had in mind"))
        self.memories = RowList(opened)
        self._unknown = label(
            "soft",
            lambda: t("这条回答没有留下记录。", "Nothing was noted beside this answer."),
            wrap=True,
        )
        self._known = boxed(
            column(self._share, self._whole, self.bars, self._remembered, self.memories, None, gap=NEAR)
        )
        inside = column(row(head, None, close), self._unknown, self._known, None, gap=GAP, margin=ROOM)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scrolled(inside))
        say(self, self._speak)

    def show_answer(self, said: Said, memories: Sequence[Memory]) -> None:
        """Show what is known of an answer; `memories`: those it was given with that are still there."""
        self._said, self._memories = said, memories
        self._speak()

    def _speak(self) -> None:
        room, parts = seen_of(self._said) if self._said is not None else (0, {})
        self._unknown.setVisible(not parts)
        self._known.setVisible(bool(parts))
        if not parts:
            return
        whole = sum(parts.values())
        self._share.set_share(whole / room if room else 0)
        self._whole.setText(
            t(f"能读 {room:,} tokens，用了 {whole:,}", f"{whole:,} of {room:,} tokens were used")
        )
        self.bars.show_tallies(
            [
                Tally(name, part_word(name), tokens, _hint(name, tokens))
                for name, tokens in _in_order(parts.items())
            ]
        )
        self._remembered.setVisible(bool(self._memories))
        self.memories.setVisible(bool(self._memories))
        self.memories.show_rows(
            [Row(one.id, one.text, kind_word(one.kind), hint=one.text) for one in self._memories]
        )
        self.memories.setFixedHeight(ROW * len(self._memories) + 4)


def part_word(part: str) -> str:
    """A part of the prompt."""
    return {
        "persona": t("她是谁", "Who she is"),
        "knowledge": t("知识", "Knowledge"),
        "summary": t("更早的摘要", "Earlier, in short"),
        "memories": t("记忆", "Memories"),
        "moment": t("此刻", "The moment"),
        "talk": t("最近的对话", "The latest talk"),
    }.get(part, part)


def _hint(part: str, tokens: int) -> str:
    return f"{part_word(part)}: {tokens:,} tokens"


def _in_order(parts: Any) -> list[tuple[str, int]]:
    order = ("persona", "knowledge", "summary", "memories", "moment", "talk")
    return sorted(parts, key=lambda one: order.index(one[0]) if one[0] in order else len(order))
