"""How far something slow is: a sentence, a bar, how long it will take, and the way to stop it."""

import shiboken6
from PySide6.QtWidgets import QWidget

from zishu_app.core.texts import t
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.dataset.words import time_left
from zishu_app.ui.tabs.dataset.work import Work
from zishu_app.ui.theme.tokens import GAP, TIGHT
from zishu_app.ui.widgets.bar import Bar
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import column, row
from zishu_app.ui.widgets.labels import Say, label


class Progress(QWidget):
    """It is there while its work goes on. Where that takes away what had the keyboard, it is the way to stop that has
    it meanwhile, and it goes back afterwards.
    """

    def __init__(self, work: Work) -> None:
        super().__init__()
        self._work = work
        self._said, self._left = label("", wrap=True), label("small")
        self._bar = Bar()
        self._words: Say = lambda: ""
        self._count = (0, 0)
        #: the part that is being done, and how long the parts before it took
        self._step, self._before = "", 0.0
        self.stop = button(self._verb, work.stop, icon="stop")
        told = row()
        told.addWidget(self._said, 1)
        told.addWidget(self._left)
        words = column(told, self._bar, gap=TIGHT)
        line = row(gap=GAP)
        line.addLayout(words, 1)
        line.addWidget(self.stop)
        self.setLayout(line)
        self.hide()
        say(self, self._show)

    def show_stand(self, words: Say, done: int, total: int, step: str = "") -> None:
        """What is being done, and how much of it is. `step`: which part of a work that counts each part anew."""
        if step != self._step or not self._work.busy:
            self._step, self._before = step, self._work.seconds if self._work.busy else 0.0
        self._words, self._count = words, (done, total)
        self._show()

    def _show(self) -> None:
        done, total = self._count
        self._appear()
        self._said.setText(self._words())
        self.setAccessibleName(self._words())
        left = time_left(done, total, self._work.seconds - self._before)
        self._left.setText(t("正在停下……", "stopping …") if self._work.stopping else left)
        self._bar.set_share(done / total if total else 0.0)
        self.stop.setText(self._verb())

    def _appear(self) -> None:
        """Come or go, with the keyboard."""
        keys, comes, had = self._work.keys, self._work.busy and self.isHidden(), self.stop.hasFocus()
        self.setVisible(self._work.busy)
        there = keys is not None and shiboken6.isValid(keys) and keys.isVisible() and keys.isEnabled()
        if comes and keys is not None and not there:
            self.stop.setFocus()
        elif had and self.isHidden() and keys is not None and there:
            keys.setFocus()

    def _verb(self) -> str:
        return t("立即停止", "Stop now") if self._work.stopping else t("停止", "Stop")
