"""What came of looking a training over: everything that could go wrong at once, memory and time, and what can be done."""

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from zishu_app.core.texts import t
from zishu_app.studio.training import Prepared
from zishu_app.training.preflight import Finding
from zishu_app.ui.errors import in_window
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.training.memory_bar import LIGHTS, MemoryBar
from zishu_app.ui.tabs.training.words import gigabytes, long_time
from zishu_app.ui.theme.icons import put_picture
from zishu_app.ui.theme.tokens import GAP, NEAR, ROOM, TIGHT
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import column, row
from zishu_app.ui.widgets.labels import label, rule, set_kind

ICONS = {"stop": ("error", "bad"), "warn": ("warning", "warn"), "fine": ("check-circle", "good")}
ORDER = {"stop": 0, "warn": 1, "fine": 2}


class Outlook(QFrame):
    """`measure` takes two steps to correct the estimate; `xray` shows the samples token by token."""

    def __init__(self, measure: Callable[[], object], xray: Callable[[], object]) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.prepared: Prepared | None = None
        self._measuring = False
        self._verdict = label("chip")
        self._time, self._about = label("lead"), label("small", wrap=True)
        self._light = label("chip")
        self.memory = MemoryBar()
        self.measure = button(
            lambda: t("实测两步", "Measure two steps"),
            measure,
            icon="gauge",
            hint=lambda: t(
                "用最长的样本真的走两步，按测得的改正估计",
                "Takes two real steps on the longest samples and corrects the estimate",
            ),
        )
        self.xray = button(
            lambda: t("逐个 token 看样本", "X-ray of the samples"),
            xray,
            icon="eye",
            hint=lambda: t("每个 token 学不学", "Which tokens are learnt"),
        )
        self._findings = QVBoxLayout()
        self._findings.setSpacing(NEAR)
        self._build()
        say(self, self._draw)
        self.hide()

    def _build(self) -> None:
        head = row(label("lead", lambda: t("检查结果", "What was found")), self._verdict, None, gap=GAP)
        head_of = row(self._time, self._light, None, gap=GAP)
        estimate = column(head_of, self._about, self.memory, gap=TIGHT)
        tools = row(self.measure, self.xray, None, gap=GAP)
        inside = column(head, self._findings, rule(), estimate, tools, gap=GAP)
        inside.setContentsMargins(ROOM, ROOM, ROOM, ROOM)
        self.setLayout(inside)

    def show_prepared(self, prepared: Prepared | None) -> None:
        """Show what was found; None: it counts no more."""
        self.prepared = prepared
        self.setVisible(prepared is not None)
        self._draw()

    def set_measuring(self, measuring: bool) -> None:
        """Whether the two steps are being taken."""
        self._measuring = measuring
        self.measure.setEnabled(not measuring)
        self._draw()

    def _draw(self) -> None:
        prepared = self.prepared
        if prepared is None:
            return
        while (item := self._findings.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for finding in sorted(prepared.findings, key=lambda one: ORDER[one.level]):
            self._findings.addWidget(finding_row(finding))
        worst = min((ORDER[one.level] for one in prepared.findings), default=2)
        words = (
            t("不能开始", "cannot begin"),
            t("可以开始，请留意", "can begin, with warnings"),
            t("可以开始", "can begin"),
        )
        self._verdict.setText(words[worst])
        set_kind(self._verdict, "chip", tone=("bad", "warn", "good")[worst])
        self._estimate(prepared)
        self.measure.setEnabled(not self._measuring and prepared.may_start)

    def _estimate(self, prepared: Prepared) -> None:
        worked_out = prepared.estimate
        need, free = gigabytes(worked_out.memory_mb), gigabytes(worked_out.free_mb)
        self._time.setText(
            t(
                f"{long_time(worked_out.seconds)}，{need} / 空着 {free}",
                f"{long_time(worked_out.seconds)}, {need} of {free} free",
            )
        )
        words = {
            "green": t("内存够用", "fits well"),
            "yellow": t("内存很紧", "a tight fit"),
            "red": t("内存不够", "too little memory"),
        }
        self._light.setText(words[worked_out.light])
        set_kind(self._light, "chip", tone=LIGHTS[worked_out.light])
        steps = t(f"{prepared.load.steps:,} 步", f"{prepared.load.steps:,} steps")
        trained = t(
            f"训练 {worked_out.trained_parameters:,} 个参数",
            f"{worked_out.trained_parameters:,} parameters are trained",
        )
        self._about.setText(f"{steps} · {trained} · {self._measured(prepared)}")
        self.memory.show_estimate(worked_out)

    def _measured(self, prepared: Prepared) -> str:
        if self._measuring:
            return t("正在实测两步……", "taking two steps …")
        if prepared.estimate.measured:
            return t("按这台电脑测过的速度", "by what was measured on this computer")
        return t("速度还没有测过，只是大概", "nothing was measured here yet: a rough guess")


def finding_row(finding: Finding) -> QWidget:
    """One of them, with what to do."""
    icon, colour = ICONS[finding.level]
    mark = QLabel()
    put_picture(mark, icon, 18, colour)
    said = label("", wrap=True)
    said.setText(finding.what)
    words = column(said, gap=2)
    if finding.hint and finding.level != "fine":
        hint = label("small", wrap=True)
        hint.setText(in_window(finding.hint))
        words.addWidget(hint)
    line = row(gap=NEAR)
    line.addWidget(mark)
    line.addLayout(words, 1)
    made = QWidget()
    line.setContentsMargins(0, 0, 0, 0)
    made.setLayout(line)
    made.setAccessibleName(f"{finding.what} {finding.hint}".strip())
    return made
