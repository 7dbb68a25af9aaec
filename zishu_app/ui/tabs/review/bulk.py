"""A verdict on everything the filter finds: asked with the exact number, shown while it goes, stopped, taken back."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame

from zishu_app.core.texts import duration, t
from zishu_app.dataset.acts import Act
from zishu_app.dataset.sample import Verdict
from zishu_app.dataset.words import samples_word
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.review.hand import Going
from zishu_app.ui.tabs.review.words import act_word
from zishu_app.ui.theme.tokens import GAP, NEAR
from zishu_app.ui.widgets.bar import Bar
from zishu_app.ui.widgets.cards import column, row
from zishu_app.ui.widgets.keycap import KeyButton
from zishu_app.ui.widgets.labels import label, set_kind

#: which tone a question has
TONES: dict[Verdict, str] = {"accepted": "good", "rejected": "bad", "pending": "info", "removed": "warn"}


class BulkStrip(QFrame):
    """`sure` is called when it is to be done; `left` when not."""

    def __init__(self, sure: Callable[[], object], left: Callable[[], object]) -> None:
        super().__init__()
        self._sure = sure
        self.verdict: Verdict = "accepted"
        #: None while it is being counted
        self.count: int | None = None
        self.setProperty("kind", "banner")
        self.setProperty("lasts", True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._asked = label("", wrap=True)
        self._about = label("small", wrap=True)
        self._yes = KeyButton(lambda: t("全部处理", "Do it"), "Return", self._answered, kind="primary")
        no = KeyButton(lambda: t("取消", "Cancel"), "Escape", left)
        line = row(gap=GAP)
        line.addLayout(column(self._asked, self._about, gap=2), 1)
        line.addWidget(self._yes)
        line.addWidget(no)
        line.setContentsMargins(GAP, NEAR, GAP, NEAR)
        self.setLayout(line)
        say(self, self._speak)

    def ask(self, verdict: Verdict, count: int | None) -> None:
        """How many will it be: None while nobody knows."""
        self.verdict, self.count = verdict, count
        set_kind(self, "banner", tone=TONES[verdict])
        self._speak()

    def _speak(self) -> None:
        self._yes.setEnabled(bool(self.count))
        if self.count is None:
            self._asked.setText(t("正在数……", "Counting …"))
            self._about.setText(" ")
            return
        many = samples_word(self.count)
        self._asked.setText(
            {
                "accepted": t(f"采纳筛选出的全部 {many}？", f"Accept all {many} that the filter finds?"),
                "rejected": t(f"退回筛选出的全部 {many}？", f"Reject all {many} that the filter finds?"),
                "pending": t(f"把筛选出的全部 {many}改回待审阅？", f"Put all {many} back to undecided?"),
                "removed": t(f"把筛选出的全部 {many}移到回收站？", f"Put all {many} into the bin?"),
            }[self.verdict]
            if self.count
            else t("筛选没有找到样本。", "The filter finds no sample.")
        )
        self._about.setText(
            t("算一次操作，随时可以撤销。", "It is one act, and can be undone at any time.")
            if self.count
            else " "
        )
        self.setAccessibleName(f"{self._asked.text()} {self._about.text()}")

    def _answered(self) -> None:
        if self.count:
            self._sure()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Enter answers."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._answered()
        else:
            super().keyPressEvent(event)


class GoingStrip(QFrame):
    """How far something is that takes a while; and, where it was stopped, what is to become of it."""

    def __init__(
        self, stop: Callable[[], object], go_on: Callable[[], object], back: Callable[[], object]
    ) -> None:
        super().__init__()
        self.setProperty("kind", "banner")
        self.setProperty("lasts", True)
        self.setProperty("tone", "info")
        self._going: Going | None = None
        self._left: Act | None = None
        self._told = label("", wrap=True)
        self._bar = Bar()
        self._stop = KeyButton(lambda: t("停下", "Stop"), "Escape", stop)
        self._go_on = KeyButton(lambda: t("做完", "Finish it"), "", go_on, kind="primary")
        self._back = KeyButton(lambda: t("全部撤回", "Take it all back"), "", back, kind="")
        line = row(gap=GAP)
        line.addLayout(column(self._told, self._bar, gap=2), 1)
        line.addLayout(row(self._stop, self._go_on, self._back))
        line.setContentsMargins(GAP, NEAR, GAP, NEAR)
        self.setLayout(line)
        say(self, self._speak)

    def show_going(self, going: Going) -> None:
        """So far."""
        self._going, self._left = going, None
        self._speak()

    def offer(self, left: Act) -> None:
        """It was stopped, or the program was ended in the middle of it."""
        self._going, self._left = None, left
        self._speak()

    @property
    def focus(self) -> KeyButton:
        """What Enter presses."""
        return self._go_on if self._left is not None else self._stop

    def _speak(self) -> None:
        self._stop.setVisible(self._left is None)
        self._go_on.setVisible(self._left is not None)
        # where it is being taken back already, finishing does just that
        self._back.setVisible(self._left is not None and self._left.state != "undoing")
        self._bar.setVisible(self._left is None)
        if self._left is not None:
            self._told.setText(_left_word(self._left))
        elif self._going is not None:
            going = self._going
            self._bar.set_share(going.done / going.total if going.total else 0)
            left = going.remaining
            rest = "" if left is None else t(f" · 约 {duration(left)}", f" · about {duration(left)} left")
            self._told.setText(
                t(
                    f"正在处理：{going.done:,} / {going.total:,}{rest}",
                    f"Working: {going.done:,} of {going.total:,}{rest}",
                )
            )
        self.setAccessibleName(self._told.text())


def _left_word(act: Act) -> str:
    """What stopped half way: an act, taking it back, or doing it again; and how far it is."""
    word, done = act_word(act), int(act.detail.get("turned", 0))
    if act.state == "going":
        expected = max(int(act.detail.get("expected") or act.total), act.total)
        return t(
            f"“{word}”停在半路：一共约 {expected:,} 个。",
            f"“{word}” stopped half way: there are about {expected:,}.",
        )
    if act.state == "undoing":
        return t(
            f"撤销“{word}”停在半路：撤销了 {done:,} 个。",
            f"Undoing “{word}” stopped half way: {done:,} are undone.",
        )
    return t(
        f"重做“{word}”停在半路：重做了 {done:,} 个。",
        f"Doing “{word}” again stopped half way: {done:,} are done.",
    )
