"""The foot of the form: what it will take, or why it cannot start, and the button."""

import asyncio
from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLabel, QWidget

from zishu_app.core.errors import KeyMissing, ZishuError
from zishu_app.core.texts import t
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.distill.forecast import Forecast, fitted_note, forecast
from zishu_app.ui.tabs.distill.sources import Sources
from zishu_app.ui.tabs.distill.wishes import Wishes
from zishu_app.ui.theme.tokens import GAP, ROOM, TIGHT
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import boxed, column, row
from zishu_app.ui.widgets.labels import label, rule
from zishu_app.ui.workbench import Workbench

#: milliseconds after the last change
PAUSE = 250


class StartBar(QWidget):
    """`known` hears of each estimate, or None where there is none."""

    def __init__(
        self, bench: Workbench, start: Callable[[], object], known: Callable[[Forecast | None], object]
    ) -> None:
        super().__init__()
        self._bench, self._known = bench, known
        self._asked: tuple[Wishes, Sources] | None = None
        self.forecast: Forecast | None = None
        self._wrong: ZishuError | None = None
        self._busy = False
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self._pause.timeout.connect(lambda: bench.tasks.start(self, self._reckon(), replaces="reckon"))
        self._build(start)
        say(self, self._draw)

    def _build(self, start: Callable[[], object]) -> None:
        self.button = button(lambda: t("开始蒸馏", "Start"), start, icon="play", kind="primary")
        self._pairs: list[tuple[QLabel, QLabel]] = [(label("field"), label("")) for _ in range(4)]
        self._figures = boxed(row(*(column(*pair, gap=0) for pair in self._pairs), None, gap=ROOM))
        self._said = label("soft", wrap=True)
        self._note = label("small", wrap=True)
        self._mend = button(
            lambda: t("去设置", "To the settings"), lambda: self._bench.go("settings", "models"), kind="link"
        )
        words = column(self._figures, self._said, self._note, gap=TIGHT)
        line = row(gap=GAP)
        line.addLayout(words, 1)
        line.addWidget(self._mend)
        line.addWidget(self.button)
        line.setContentsMargins(0, GAP, 0, GAP)
        whole = column(rule(), line, gap=0)
        self.setLayout(whole)

    def follow(self, wishes: Wishes, sources: Sources) -> None:
        """The choices or the talks are others."""
        self._asked = (wishes, sources)
        self._pause.start()
        self._draw()

    def set_busy(self, busy: bool) -> None:
        """Whether a run goes on already."""
        self._busy = busy
        self._draw()

    async def _reckon(self) -> None:
        if self._asked is None or self._asked[0].fault or not self._asked[1].talks:
            return
        wishes, sources = self._asked
        self.forecast, self._wrong = None, None
        try:
            self.forecast = await forecast(self._bench.house, wishes, sources.talks)
        except ZishuError as error:
            self._wrong = error
        await asyncio.sleep(0)
        self._known(self.forecast)
        self._draw()

    @property
    def may_start(self) -> bool:
        """Whether there is something to distil, and nothing against it."""
        if self._asked is None or self._busy or self._wrong is not None:
            return False
        wishes, sources = self._asked
        return bool(sources.talks) and not sources.waiting and not wishes.fault

    def _draw(self) -> None:
        talks = bool(self._asked and self._asked[1].talks)
        fault = bool(self._asked and self._asked[0].fault)
        shown = self.forecast is not None and talks and self._wrong is None and not fault and not self._busy
        told = self.forecast.told() if self.forecast and shown else []
        for (name, figure), (said, value) in zip(self._pairs, told, strict=False):
            name.setText(said)
            figure.setText(value)
        self._figures.setVisible(bool(told))
        self._said.setText(self._sentence(talks))
        self._said.setVisible(bool(self._said.text()))
        note = (
            fitted_note(self._asked[0], self.forecast.ways) if told and self.forecast and self._asked else ""
        )
        self._note.setText(note)
        self._note.setVisible(bool(note))
        self._mend.setVisible(isinstance(self._wrong, KeyMissing))
        self.button.setEnabled(self.may_start)

    def _sentence(self, talks: bool) -> str:
        if self._busy:
            return t(
                "一次蒸馏正在进行，结束后可以再开始。", "A distillation is going on; start when it has ended."
            )
        if self._wrong is not None:
            return f"{self._wrong.message} {'' if isinstance(self._wrong, KeyMissing) else self._wrong.hint}".strip()
        if talks and self._asked is not None and self._asked[0].fault:
            return t("先改正标出的地方。", "Correct what is marked first.")
        if not talks:
            return t("先添加要蒸馏的对话。", "Add the talks to distil first.")
        return "" if self.forecast else t("正在估算……", "Estimating …")
