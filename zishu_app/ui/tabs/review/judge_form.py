"""The form for judging by models: what, by whom, within which limits; what it will take; and how far it is."""

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QCheckBox, QWidget

from zishu_app.core.texts import t
from zishu_app.ledger.overview import RunRow
from zishu_app.llm.names import model_name
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.review.judge_foot import JudgeFoot
from zishu_app.ui.tabs.review.judge_outlook import Outlook, Wanted, look
from zishu_app.ui.tabs.review.judge_run import JudgeRun
from zishu_app.ui.tabs.review.queue import Queue
from zishu_app.ui.tabs.review.wish import chips
from zishu_app.ui.tabs.welcome.brain import save
from zishu_app.ui.theme.tokens import GAP, NEAR, ROOM
from zishu_app.ui.widgets.buttons import button, icon_button
from zishu_app.ui.widgets.cards import boxed, card, column, row, scrolled
from zishu_app.ui.widgets.field import Field
from zishu_app.ui.widgets.labels import label
from zishu_app.ui.widgets.numbers import MOST, Bounds, Money, Number
from zishu_app.ui.workbench import Workbench

#: milliseconds after the last change
PAUSE = 250


class JudgeForm(QWidget):
    """`left` closes it; what goes on goes on."""

    def __init__(self, bench: Workbench, queue: Queue, run: JudgeRun, left: Callable[[], object]) -> None:
        super().__init__()
        self._bench, self._queue, self._run = bench, queue, run
        self._outlook: Outlook | None = None
        self._unfinished: RunRow | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self._pause.timeout.connect(lambda: bench.tasks.start(self, self._reckon(), replaces="reckon"))
        self.foot = JudgeFoot(self.begin, run.stop, self._resume)
        self._build(left)
        QShortcut(QKeySequence("Ctrl+Return"), self).activated.connect(self.begin)
        run.changed.connect(self._changed)
        bench.news.settings_changed.connect(lambda: self._ask() if self.isVisible() else None)
        say(self, self._draw)

    def _build(self, left: Callable[[], object]) -> None:
        back = icon_button("chevron-left", lambda: t("返回（Esc）", "Back (Esc)"), left)
        head = row(back, label("title", lambda: t("让评审模型打分", "Have models judge")), None, gap=NEAR)
        inside = column(self._what(), self._who(), self._limits(), None, gap=GAP)
        whole = column(head, gap=GAP)
        whole.addWidget(scrolled(inside), 1)
        whole.addWidget(self.foot)
        whole.setContentsMargins(GAP, GAP, ROOM, GAP)
        self.setLayout(whole)

    def _what(self) -> QWidget:
        self._filter = label("soft", wrap=True)
        self.unseen = _check(lambda: t("只评还没评过的", "Only what no model has judged"), self._ask, on=True)
        bounds = Bounds(0, 1_000_000, least=lambda: t("全部", "all"))
        self.most = Number(lambda: t("最多评几个", "Samples at most"), bounds, self._ask)
        self.most.setValue(50)
        field = Field(
            lambda: t("最多评几个", "Samples at most"),
            self.most,
            help_=lambda: t(
                "按队列的顺序取；和你共同评过 50 次，才看得出它靠不靠得住。",
                "The first of the queue; after 50 marks in common it shows whether it can be relied on.",
            ),
        )
        return card(self._filter, self.unseen, field, title=lambda: t("评哪些", "What"))

    def _who(self) -> QWidget:
        self._judges = label("", wrap=True)
        self._judges.setProperty("foreign", True)
        self._warnings = label("fault", wrap=True)
        self._suggested = label("soft", wrap=True)
        self._take = button(lambda: t("用它", "Use it"), self._use, kind="")
        settings = button(
            lambda: t("在设置里改", "Change in the settings"),
            lambda: self._bench.go("settings", "review"),
            kind="link",
        )
        suggestion = row(gap=GAP)
        suggestion.addWidget(self._suggested, 1)
        suggestion.addWidget(self._take)
        self._suggestion = boxed(suggestion)
        self.refine = _check(self._refine_word, self._ask, on=False)
        kept = label(
            "small",
            lambda: t(
                "分数提高、检查也通过，才用改写的；原来的都留着。",
                "What it writes is taken if the mark rises and the checks pass; what was there before is kept.",
            ),
            wrap=True,
        )
        return card(
            self._judges,
            self._warnings,
            self._suggestion,
            boxed(column(self.refine, kept, gap=2)),
            row(settings, None),
            title=lambda: t("谁来评", "By whom"),
        )

    def _limits(self) -> QWidget:
        self.money = Money(
            lambda: t("最多花多少钱", "Money at most"), lambda: t("不限", "no limit"), self._ask
        )
        bounds = Bounds(0, MOST, least=lambda: t("不限", "no limit"))
        self.tokens = Number(lambda: t("最多多少 tokens", "Tokens at most"), bounds, self._ask)
        fields = row(gap=ROOM)
        fields.addWidget(Field(lambda: t("最多花多少钱", "Money at most"), self.money), 1)
        fields.addWidget(Field(lambda: t("最多多少 tokens", "Tokens at most"), self.tokens), 1)
        return card(boxed(fields), title=lambda: t("上限", "Limits"))

    def open(self) -> None:
        """For what the queue finds now."""
        self._outlook = None
        self.most.setFocus()
        self._ask()
        self._bench.tasks.start(self, self._find_left(), replaces="left")

    async def _find_left(self) -> None:
        self._unfinished = None if self._run.busy else await self._run.left()
        self._draw()

    def begin(self) -> None:
        """Start, where nothing stands in the way."""
        if self.foot.start.isEnabled() and self._outlook is not None and self._outlook.asked is not None:
            self._bench.remembered.put("review.judge", self.most.value())
            self._run.begin(self._outlook.asked)

    def _resume(self) -> None:
        if self._unfinished is not None:
            self._run.resume(self._unfinished.id)

    def _use(self) -> None:
        suggestion = self._outlook.suggestion if self._outlook is not None else None
        if suggestion is not None:
            self._bench.tasks.start(self, save(self._bench, {"review.judges": suggestion.model}))

    def _ask(self) -> None:
        self._pause.start()

    async def _reckon(self) -> None:
        queue = self._queue
        wanted = Wanted(
            queue.asked,
            queue.wish.order,
            self.unseen.isChecked(),
            self.most.value(),
            self.refine.isChecked(),
            self.money.value() or None,
            self.tokens.value() or None,
        )
        self._outlook = await look(self._bench.house, wanted)
        self._draw()

    def _changed(self) -> None:
        if not self._run.busy and self.isVisible():
            self._bench.tasks.start(self, self._find_left(), replaces="left")
            self._ask()
        self._draw()

    def _refine_word(self) -> str:
        review = self._bench.house.settings.review
        return t(
            f"低于 {review.refine_below:g} 分的交给老师改写",
            f"What gets less than {review.refine_below:g} goes back to the teacher",
        )

    def _draw(self) -> None:
        told = " · ".join(chip.text for chip in chips(self._queue.wish))
        text = self._queue.wish.filter.text
        told = " · ".join(part for part in (told, f"“{text}”" if text else "") if part)
        self._filter.setText(
            t(f"队列里的样本：{told}", f"Samples of the queue: {told}")
            if told
            else t("队列里的全部样本", "All samples of the queue")
        )
        self.refine.setText(self._refine_word())
        self._draw_judges(self._outlook)
        may_go_on = self._unfinished is not None
        self.foot.draw(self._outlook, self._run.live, busy=self._run.busy, unfinished=may_go_on)

    def _draw_judges(self, found: Outlook | None) -> None:
        judges = found.judges if found is not None else ()
        lines = [model_name(name) + (f"  ×{weight:g}" if weight != 1 else "") for name, weight in judges]
        self._judges.setText("\n".join(lines))
        self._judges.setVisible(bool(lines))
        self._warnings.setText("\n".join(found.warnings) if found is not None else "")
        self._warnings.setVisible(bool(self._warnings.text()))
        suggestion = found.suggestion if found is not None else None
        shown = suggestion is not None and not judges
        self._suggestion.setVisible(shown or not lines)
        self._take.setVisible(shown)
        if suggestion is not None and shown:
            self._suggested.setText(
                t(
                    f"建议用 {model_name(suggestion.model)}：{suggestion.reason}",
                    f"Suggested: {model_name(suggestion.model)}. {suggestion.reason}",
                )
            )
        else:
            self._suggested.setText(
                t("还没有选评审模型。", "No judging model is chosen.") if not lines else ""
            )


def _check(text: Callable[[], str], changed: Callable[[], object], *, on: bool) -> QCheckBox:
    made = QCheckBox()
    made.setChecked(on)
    say(made, lambda: made.setText(text()))
    made.toggled.connect(lambda _: changed())
    return made
