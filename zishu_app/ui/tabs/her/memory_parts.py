"""Parts of the sheet of a memory: its facts, why it came to mind, and what it said before."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from zishu_app.core.texts import t
from zishu_app.memory.recollect import Recollection
from zishu_app.memory.store import Memory
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.her.words import at_word, why_word
from zishu_app.ui.theme.tokens import GAP, NEAR, TIGHT
from zishu_app.ui.told import when
from zishu_app.ui.widgets.bar import Bar
from zishu_app.ui.widgets.cards import boxed, card, column, row
from zishu_app.ui.widgets.labels import label

#: pixels of the names before what is said
NAME = 96


class Fact(QWidget):
    """A name and what there is to say."""

    def __init__(self) -> None:
        super().__init__()
        self._name, self._said = label("small"), label("", wrap=True)
        self._name.setFixedWidth(NAME)
        line = row(self._name, gap=NEAR)
        line.addWidget(self._said, 1)
        line.setAlignment(self._name, Qt.AlignmentFlag.AlignTop)
        self.setLayout(line)
        line.setContentsMargins(0, 0, 0, 0)

    def show_fact(self, name: str, said: str) -> None:
        """Show this."""
        self._name.setText(name)
        self._said.setText(said)


class WhyPart(QWidget):
    """Why it came to mind: what was said then, and the four figures it was weighed by."""

    def __init__(self) -> None:
        super().__init__()
        self._said = label("soft", wrap=True)
        self._bars: list[tuple[QLabel, Bar, QLabel]] = []
        lines = column(gap=TIGHT)
        for _ in range(4):
            name, bar, figure = label("small"), Bar(), label("small")
            name.setFixedWidth(NAME)
            figure.setFixedWidth(44)
            figure.setAlignment(Qt.AlignmentFlag.AlignRight)
            line = row(name, gap=NEAR)
            line.addWidget(bar, 1)
            line.addWidget(figure)
            lines.addLayout(line)
            self._bars.append((name, bar, figure))
        self._figures = boxed(lines)
        head = label("field", lambda: t("上次为什么想起", "Why it came to mind last"))
        inside = column(head, self._said, self._figures, gap=NEAR)
        inside.setContentsMargins(0, 0, 0, 0)
        self.setLayout(inside)
        self._found: Recollection | None = None
        self._memory: Memory | None = None
        say(self, self._speak)

    def show_why(self, found: Recollection | None, memory: Memory) -> None:
        """Show this; None: it was never recalled in a talk that is still there."""
        self._found, self._memory = found, memory
        self._speak()

    def _speak(self) -> None:
        found = self._found
        self._figures.setVisible(found is not None)
        if found is None:
            pinned = self._memory is not None and self._memory.pinned
            self._said.setText(
                t("置顶的记忆每次都在。", "What is pinned is there every time.")
                if pinned
                else t("还没有在回答时想起过。", "It has not come to mind in an answer yet.")
            )
            return
        heard = " ".join(found.heard.split())
        heard = heard[:160] + "…" * (len(heard) > 160)
        self._said.setText(t(f"{when(found.at)}，你说：“{heard}”", f'{when(found.at)}, you said: "{heard}"'))
        why = found.why
        words = t("、", ", ").join(why.found)
        figures = [
            (t("意思相近", "Meaning"), why.meaning, ""),
            (t("词语相同", "Words"), why.words, words),
            (t("还新鲜", "Recency"), why.recency, ""),
            (t("分量", "Weight"), why.weight, ""),
        ]
        for (name, bar, figure), (said, share, tip) in zip(self._bars, figures, strict=True):
            name.setText(said)
            bar.set_share(share)
            figure.setText(f"{share:.0%}")
            bar.setToolTip(tip)


class BeforePart(QWidget):
    """What it said before, the latest first."""

    def __init__(self) -> None:
        super().__init__()
        self._head = label("field", lambda: t("以前的说法", "What it said before"))
        self._list = column(gap=NEAR)
        inside = column(self._head, self._list, gap=NEAR)
        inside.setContentsMargins(0, 0, 0, 0)
        self.setLayout(inside)

    def show_before(self, before: Sequence[tuple[int, str, str]]) -> None:
        """Show these."""
        while (item := self._list.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._head.setVisible(bool(before))
        for at, text, why in reversed(before):
            said, about = label("", wrap=True), label("faint")
            said.setText(text)
            said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            about.setText(
                t(f"从 {at_word(at)} 起 · {why_word(why)}", f"since {at_word(at)} · {why_word(why)}")
            )
            self._list.addWidget(card(said, about, kind="well", margin=GAP))
