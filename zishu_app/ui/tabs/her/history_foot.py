"""What can be done with the turn that is picked: copied, rated, corrected, asked about; the last one, said once more."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QFrame, QPushButton, QWidget

from zishu_app.core.texts import t
from zishu_app.ledger.chats import PARTIAL, Said
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.her.history_rows import is_hers, rating_of, text_of
from zishu_app.ui.theme.tokens import GAP, NEAR, TIGHT
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import boxed, column, row
from zishu_app.ui.widgets.flow import Flow
from zishu_app.ui.widgets.labels import Say, label
from zishu_app.ui.widgets.writing import WritingField


@dataclass(frozen=True)
class Deeds:
    """What the foot asks for, of the turn that is picked."""

    copy: Callable[[], object]
    #: 1 good, -1 bad, 0 neither
    rate: Callable[[int], object]
    #: what she should have said; empty: what she did say was right
    correct: Callable[[str], object]
    #: what stands beside the talk: "seen", "why", or nothing
    beside: Callable[[str], object]
    #: another answer to what was said last; and no further word of it
    again: Callable[[], object]
    hush: Callable[[], object]


class HistoryFoot(QFrame):
    """Buttons, and a field for "you should have said"."""

    def __init__(self, deeds: Deeds) -> None:
        super().__init__()
        self._deeds = deeds
        self._turn: Said | None = None
        self.setProperty("kind", "well")
        self.copy = button(lambda: t("复制", "Copy"), deeds.copy, icon="copy", kind="quiet")
        self.good = button(lambda: t("说得好", "Good"), lambda: self._rate(1), icon="thumb-up", kind="quiet")
        self.bad = button(
            lambda: t("不好", "Not good"), lambda: self._rate(-1), icon="thumb-down", kind="quiet"
        )
        self.better = button(
            lambda: t("应该这样说……", "You should have said …"), self.write, icon="edit", kind="quiet"
        )
        self.again = button(
            lambda: t("再说一次", "Once more"), deeds.again, icon="retry", kind="quiet", hint=_where
        )
        self.hush = button(lambda: t("停下", "Stop"), deeds.hush, icon="stop", kind="quiet")
        self.hush.hide()
        self.seen = self._side("seen", "eye", lambda: t("她看到了什么？", "What did she see?"))
        self.why = self._side("why", "why", lambda: t("为什么这样说？", "Why does she say that?"))
        for one in (self.good, self.bad, self.seen, self.why):
            one.setCheckable(True)
        self._buttons = QWidget()
        every = (self.copy, self.good, self.bad, self.better, self.again, self.hush, self.seen, self.why)
        self._buttons.setLayout(Flow(*every, gap=TIGHT))
        self.field = _Field(self._keep, self.stop_writing)
        keep = button(lambda: t("改正", "Correct"), self._keep, kind="primary")
        give_up = button(lambda: t("取消", "Cancel"), self.stop_writing, kind="quiet")
        hint = label("faint", lambda: t("Ctrl+Enter 改正，Esc 取消", "Ctrl+Enter corrects, Esc does not"))
        head = label("field", lambda: t("她应该这样说", "She should have said"))
        self._editor = boxed(column(head, self.field, row(hint, None, give_up, keep), gap=NEAR))
        self._editor.hide()
        inside = column(self._editor, self._buttons, gap=NEAR)
        inside.setContentsMargins(GAP, NEAR, GAP, NEAR)
        self.setLayout(inside)
        self.show_turn(None)

    def _side(self, name: str, icon: str, text: Say) -> QPushButton:
        """Has something stand beside the talk, or no longer."""
        made = button(
            text, lambda: self._deeds.beside(name if made.isChecked() else ""), icon=icon, kind="quiet"
        )
        return made

    @property
    def writing(self) -> bool:
        """Whether somebody writes what she should have said."""
        return not self._editor.isHidden()

    def show_turn(self, turn: Said | None, *, last: bool = False) -> None:
        """The turn that is picked; None: none is. `last`: nothing was said since."""
        same = (
            turn is not None
            and self._turn is not None
            and (turn.talk, turn.step) == (self._turn.talk, self._turn.step)
        )
        self._turn = turn
        if not same:
            self._editor.hide()
        hers = turn is not None and is_hers(turn)
        self.setEnabled(turn is not None)
        for one in (self.good, self.bad, self.better, self.seen, self.why):
            one.setEnabled(hers)
        # a greeting answers nothing
        self.again.setEnabled(turn is not None and last and (hers or turn.kind in ("user", PARTIAL)))
        rating = rating_of(turn) if turn is not None else 0
        self.good.setChecked(rating > 0)
        self.bad.setChecked(rating < 0)

    def show_beside(self, name: str) -> None:
        """What stands beside the talk now."""
        self.seen.setChecked(name == "seen")
        self.why.setChecked(name == "why")

    def show_answering(self, on: bool) -> None:  # noqa: FBT001 - as it is told
        """She is answering: she can be stopped."""
        before, after = (self.again, self.hush) if on else (self.hush, self.again)
        after.show()
        if before.hasFocus():  # the keyboard stays where it was
            after.setFocus()
        before.hide()

    def write(self) -> None:
        """Write what she should have said, beginning with what she did."""
        if self._turn is not None:
            self.field.setPlainText(text_of(self._turn))
            self._editor.show()
            self.field.setFocus()
            self.field.selectAll()

    def stop_writing(self) -> None:
        """What is being written is given up."""
        self._editor.hide()

    def _rate(self, mark: int) -> None:
        chosen, other = (self.good, self.bad) if mark > 0 else (self.bad, self.good)
        other.setChecked(False)
        self._deeds.rate(mark if chosen.isChecked() else 0)

    def _keep(self) -> None:
        self._editor.hide()
        self._deeds.correct(self.field.toPlainText().strip())


def _where() -> str:
    return t("在桌面上，她重新回答最后一句", "On the desktop she answers anew what you said last")


class _Field(WritingField):
    """Its size and its name."""

    def __init__(self, keep: Callable[[], object], leave: Callable[[], object]) -> None:
        super().__init__(keep, leave)
        self.setTabChangesFocus(True)
        self.setFixedHeight(110)
        say(self, lambda: self.setAccessibleName(t("她应该这样说", "She should have said")))
