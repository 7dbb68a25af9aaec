"""The foot of the form: what it will take, or what is in the way, beside the one button that starts."""

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QLabel, QStackedWidget, QWidget

from zishu_app.core.texts import t
from zishu_app.ui.tabs.make import figures
from zishu_app.ui.tabs.make.estimate import Outlook, Problem
from zishu_app.ui.theme.icons import put_picture
from zishu_app.ui.theme.tokens import GAP, NEAR, ROOM
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import boxed, column, row
from zishu_app.ui.widgets.labels import Say, label

NAMES: dict[str, Say] = {
    "calls": lambda: t("调用", "Calls"),
    "tokens": lambda: t("Token 用量", "Tokens"),
    "money": lambda: t("费用", "Money"),
    "time": lambda: t("用时", "Time"),
}


class Foot(QFrame):
    """`go` brings a page forward; `start` begins."""

    def __init__(self, go: Callable[[str, str], object], start: Callable[[], object]) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._go = go
        self._place = ("", "")
        self.figures: dict[str, QLabel] = {key: label("lead") for key in NAMES}
        self.message = label("", wrap=True)
        self.hint = label("small", wrap=True)
        self.lead = button(lambda: "", self._leave, kind="link")
        self.start = button(
            lambda: t("开始生成", "Start"),
            start,
            icon="play",
            kind="primary",
            hint=lambda: t("Ctrl+回车", "Ctrl+Enter"),
        )
        self._stack = QStackedWidget()
        self._stack.addWidget(self._figures())
        self._stack.addWidget(self._trouble())
        line = row(gap=ROOM)
        line.setContentsMargins(ROOM, GAP, ROOM, GAP)
        line.addWidget(self._stack, 1)
        line.addWidget(self.start)
        self.setLayout(line)
        self.setMinimumHeight(76)
        self.wait()

    def _figures(self) -> QWidget:
        line = row(gap=ROOM)
        for key, name in NAMES.items():
            line.addWidget(boxed(column(label("faint", name), self.figures[key], gap=2)), 1)
            self.figures[key].setText("…")
        return boxed(column(None, line, None, gap=0))

    def _trouble(self) -> QWidget:
        mark = QLabel()
        put_picture(mark, "warning", 20, "warn")
        words = column(None, self.message, self.hint, None, gap=2)
        line = row(mark, gap=GAP)
        line.addLayout(words, 1)
        line.addWidget(self.lead)
        line.setSpacing(NEAR + 4)
        return boxed(line)

    def wait(self) -> None:
        """Nothing is known yet."""
        self.start.setEnabled(False)

    def show_outlook(self, outlook: Outlook) -> None:
        """What lies ahead; nothing can be started where something is in the way."""
        if outlook.problem is not None:
            self._show_problem(outlook.problem)
        elif outlook.range is not None:
            found = outlook.range
            texts = (
                figures.calls(found),
                figures.tokens(found),
                figures.money(found, outlook.currency),
                figures.time(found),
            )
            for shown, text in zip(self.figures.values(), texts, strict=True):
                shown.setText(text)
            for key, text in zip(("calls", "tokens"), figures.exact(found), strict=True):
                self.figures[key].setToolTip(text)
            self._stack.setCurrentIndex(0)
        self.start.setEnabled(outlook.range is not None)

    def _show_problem(self, problem: Problem) -> None:
        self.message.setText(problem.message)
        self.hint.setText(problem.hint)
        self.hint.setVisible(bool(problem.hint))
        self.lead.setVisible(problem.place is not None)
        self.lead.setText(problem.lead)
        self._place = problem.place or ("", "")
        self._stack.setCurrentIndex(1)

    def _leave(self) -> None:
        self._go(*self._place)
