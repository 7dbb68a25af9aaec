"""The foot of the form for judging: what it will take, or how far it is; start, stop, go on."""

from collections.abc import Callable

from PySide6.QtWidgets import QFrame

from zishu_app.core.errors import KeyMissing
from zishu_app.core.texts import counted, t
from zishu_app.dataset.words import samples_word
from zishu_app.ui.tabs.make import figures
from zishu_app.ui.tabs.review.judge_outlook import Outlook
from zishu_app.ui.tabs.review.judge_run import Judging
from zishu_app.ui.theme.tokens import GAP, TIGHT
from zishu_app.ui.told import money
from zishu_app.ui.widgets.bar import Bar
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import column, row
from zishu_app.ui.widgets.keycap import KeyButton
from zishu_app.ui.widgets.labels import label


class JudgeFoot(QFrame):
    """`begin`, `stop` and `resume` are called by its buttons."""

    def __init__(
        self, begin: Callable[[], object], stop: Callable[[], object], resume: Callable[[], object]
    ) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._said, self._note = label("", wrap=True), label("small", wrap=True)
        self._bar = Bar()
        self.start = KeyButton(
            lambda: t("开始评审", "Start"), "Ctrl+Return", begin, icon="play", kind="primary"
        )
        self.halt = button(lambda: t("停下", "Stop"), stop, icon="stop")
        self.go_on = button(lambda: t("继续上次的", "Go on with the last one"), resume, icon="continue")
        line = row(gap=GAP)
        line.addLayout(column(self._said, self._bar, self._note, gap=TIGHT), 1)
        line.addLayout(row(self.go_on, self.halt, self.start))
        line.setContentsMargins(GAP, GAP, GAP, GAP)
        self.setLayout(line)

    def draw(self, found: Outlook | None, live: Judging | None, *, busy: bool, unfinished: bool) -> None:
        """`live`: the run that goes on, once it is made ready; `unfinished`: one before it was stopped."""
        self._bar.setVisible(busy)
        self.halt.setVisible(busy)
        self.start.setVisible(not busy)
        self.go_on.setVisible(not busy and unfinished)
        ready = found is not None and found.wrong is None and bool(found.judges and found.numbers)
        self.start.setEnabled(ready)
        if busy:
            self._draw_going(live)
        else:
            self._draw_ahead(found)

    def _draw_going(self, live: Judging | None) -> None:
        if live is None:
            self._said.setText(t("正在准备……", "Getting ready …"))
            self._note.setText(" ")
            return
        self._bar.set_share((live.done + live.failed) / live.total if live.total else 0.0)
        ending = t("，正在收尾", ", coming to an end") if live.stopping else ""
        self._said.setText(
            t(
                f"评了 {live.done:,} / {live.total:,}{ending}",
                f"{live.done:,} of {live.total:,} judged{ending}",
            )
        )
        spent = live.spent()
        parts = [f"{spent.tokens:,} tokens", money(spent.micros, live.currency)]
        if live.refined:
            parts.append(t(f"改写 {live.refined}", f"{live.refined} written anew"))
        if live.failed:
            parts.append(t(f"{live.failed} 个没评成", f"{live.failed} could not be"))
        self._note.setText(" · ".join(parts + list(live.troubles[-1:])))

    def _draw_ahead(self, found: Outlook | None) -> None:
        if found is None:
            self._said.setText(t("正在估算……", "Estimating …"))
            self._note.setText(" ")
        elif found.wrong is not None:
            self._said.setText(found.wrong.message)
            hint = "" if isinstance(found.wrong, KeyMissing) else found.wrong.hint
            self._note.setText(
                hint or t("在设置的“模型与密钥”里存入。", "Store it in Settings › Models and keys.")
            )
        elif not found.numbers:
            self._said.setText(t("没有要评的样本。", "There is nothing to judge."))
            self._note.setText(" ")
        elif not found.judges:
            self._said.setText(t("先选评审模型。", "Choose a judging model first."))
            self._note.setText(" ")
        else:
            self._said.setText(
                t(
                    f"将评 {samples_word(len(found.numbers))}",
                    f"{counted(len(found.numbers), 'sample')} will be judged",
                )
            )
            self._note.setText(_ahead_word(found))


def _ahead_word(found: Outlook) -> str:
    if found.range is None:
        return " "
    calls, tokens = figures.calls(found.range), figures.tokens(found.range)
    parts = [
        t(f"{calls} 次调用", f"{calls} calls"),
        f"{tokens} tokens",
        _money_word(found),
        figures.time(found.range),
    ]
    return " · ".join(parts)


def _money_word(found: Outlook) -> str:
    if found.range is None or found.range[1].amount.micros is None:
        return t("价格未知", "price unknown")
    return figures.money(found.range, found.currency)
