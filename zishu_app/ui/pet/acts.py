"""What can be done with what she said: the row of small buttons at the foot of her bubble, beside the brain's name."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from zishu_app.core.texts import t
from zishu_app.llm.names import model_name
from zishu_app.ui.widgets.buttons import icon_button
from zishu_app.ui.widgets.cards import row
from zishu_app.ui.widgets.elided import Elided
from zishu_app.ui.widgets.labels import plain, set_kind

#: pixels that the name of her brain has at least
LEAST = 72


class Acts(QWidget):
    """The signals tell what is wanted."""

    #: 1 good, -1 bad, 0 neither
    rated = Signal(int)
    corrected = Signal()
    asked_why = Signal()
    again = Signal()
    copied = Signal()
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.foot = Elided("faint", tip=False)
        # it makes no bubble wider, and is never left out for the buttons
        self.foot.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.foot.setMinimumWidth(LEAST)
        self.good = icon_button("thumb-up", lambda: t("说得好", "Good"), lambda: self._rate(1), size=16)
        self.bad = icon_button("thumb-down", lambda: t("不好", "Not good"), lambda: self._rate(-1), size=16)
        self.good.setCheckable(True)
        self.bad.setCheckable(True)
        wrong = lambda: t("应该这样说……", "You should have said …")  # noqa: E731 - a text, said again in another language
        edit = icon_button("edit", wrong, self.corrected.emit, size=16)
        from_where = lambda: t("为什么这样说？", "Why does she say that?")  # noqa: E731 - a text, said again in another language
        why = icon_button("why", from_where, self.asked_why.emit, size=16)
        again = icon_button("retry", lambda: t("再说一次", "Once more"), self.again.emit, size=16)
        copy = icon_button("copy", lambda: t("复制", "Copy"), self.copied.emit, size=16)
        close = icon_button("close", lambda: t("关闭", "Close"), self.closed.emit, size=16)
        every = (self.good, self.bad, edit, why, again, copy, close)
        self._of_answers, self._of_stopped = (self.good, self.bad, edit, why), (again, copy)
        self.setLayout(row(self.foot, *every, gap=0))
        for one in every:
            set_kind(one, "small")
            one.setFixedSize(26, 26)

    def show_answer(self, brain: str) -> None:
        """An answer of this brain, which nobody has rated yet."""
        for one in (self.good, self.bad):
            one.setChecked(False)
        brain = model_name(brain) if brain else ""
        self.foot.setToolTip(plain(t(f"回答来自 {brain}", f"Answered by {brain}")) if brain else "")
        self._show(brain, rated=True, again=True)

    def show_stopped(self) -> None:
        """An answer that came to no end: it can be asked for once more, and is not hers to be rated."""
        self.foot.setToolTip("")
        self._show(t("停下了", "stopped"), rated=False, again=True)

    def show_close(self) -> None:
        """Something that is no answer, and stays."""
        self.foot.setToolTip("")
        self._show("", rated=False, again=False)

    def _show(self, foot: str, *, rated: bool, again: bool) -> None:
        self.foot.setText(foot)
        for some, shown in ((self._of_answers, rated), (self._of_stopped, again)):
            for one in some:
                one.setVisible(shown)
        self.show()

    def _rate(self, mark: int) -> None:
        chosen, other = (self.good, self.bad) if mark > 0 else (self.bad, self.good)
        other.setChecked(False)
        self.rated.emit(mark if chosen.isChecked() else 0)
