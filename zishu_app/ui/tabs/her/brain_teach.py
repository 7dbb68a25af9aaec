"""What to teach her next: what her owner was not content with and what she missed in her last exam, each with the way there."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from PySide6.QtWidgets import QFrame, QWidget

from zishu_app.core.texts import counted, t
from zishu_app.training.weak import Weakness
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.her.brain_marks import set_word
from zishu_app.ui.theme.tokens import GAP, NEAR, ROOM
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import boxed, clear, column, row
from zishu_app.ui.widgets.fold import Fold
from zishu_app.ui.widgets.labels import label
from zishu_app.ui.workbench import Workbench

#: of an exam, the weakest are shown
MOST = 5


class TeachCard(QFrame):
    """Hidden while nothing is known of her."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._bench = bench
        self.found: Sequence[Weakness] = ()
        self._prompts: Mapping[str, str] = {}
        self.list = column(gap=GAP)
        self._rest = label("faint", wrap=True)
        head = label("lead", lambda: t("接下来教什么", "What to teach next"))
        self.setLayout(column(head, boxed(self.list), self._rest, gap=GAP, margin=ROOM))
        self.hide()
        say(self, self._speak)

    def show_found(self, found: Sequence[Weakness], prompts: Mapping[str, str]) -> None:
        """What she is weak in, the first the most urgent; `prompts`: what the items of exams ask, by their numbers."""
        self.found, self._prompts = found, prompts
        self.setVisible(bool(found))
        self._speak()

    def _speak(self) -> None:
        clear(self.list)
        by_exam = [one for one in self.found if one.source == "exam"]
        rest = len(by_exam) - MOST
        for one in [*(one for one in self.found if one.source != "exam"), *by_exam[:MOST]]:
            self.list.addWidget(_Row(one, self._act(one)))
        self._rest.setText(t(f"考试里还有 {rest} 项。", f"And {counted(rest, 'thing')} more in the exam."))
        self._rest.setVisible(rest > 0)

    def _act(self, one: Weakness) -> QWidget:
        """What can be done about it."""
        bench = self._bench
        if one.source == "corrected":
            return button(
                lambda: t("冻结成一个版本", "Freeze them"),
                lambda: bench.go("dataset", one.wanted),
                icon="freeze",
            )
        if one.source == "disliked":
            return button(
                lambda: t("看看是哪些", "Look at them"),
                lambda: bench.go("her", {"disliked": True}),
                icon="thumb-down",
            )
        return _missed([self._prompts.get(number, number) for number in one.missed])


class _Row(QWidget):
    """What it is, and below it what can be done."""

    def __init__(self, one: Weakness, act: QWidget) -> None:
        super().__init__()
        told = label("", wrap=True)
        told.setText(replace(one, name=set_word(one.name)).told)
        told.setProperty("foreign", True)
        line = act if isinstance(act, Fold) else boxed(row(act, None))
        inside = column(told, line, gap=NEAR)
        inside.setContentsMargins(0, 0, 0, 0)
        self.setLayout(inside)


def _missed(prompts: Sequence[str]) -> Fold:
    """Items she missed, under a line that is opened."""
    told = label("small", wrap=True)
    told.setText("\n".join(f"· {' '.join(one.split())}" for one in prompts))
    told.setProperty("foreign", True)
    return Fold(lambda: t("她没答对的题", "What she missed"), column(told), lambda _: None)
