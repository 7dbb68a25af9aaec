"""Verdicts, and taking back whatever was done."""

from collections.abc import Callable, Mapping

from zishu_app.core.texts import t
from zishu_app.dataset.acts import Act
from zishu_app.dataset.find import Row
from zishu_app.dataset.sample import Verdict
from zishu_app.review.rubric import reasons
from zishu_app.ui.tabs.review.evening import Evening
from zishu_app.ui.tabs.review.reject import RejectStrip
from zishu_app.ui.tabs.review.stage import Stage
from zishu_app.ui.tabs.review.strips import Strips
from zishu_app.ui.tabs.review.words import act_word
from zishu_app.ui.workbench import Workbench

Commands = Mapping[str, Callable[[], object]]


class Deciding:
    """`say` shows a line over the foot for a while."""

    def __init__(
        self, bench: Workbench, stage: Stage, strips: Strips, evening: Evening, say: Callable[[str], object]
    ) -> None:
        self._bench, self._stage, self._strips = bench, stage, strips
        self._evening, self._say = evening, say
        self.reject = RejectStrip(self._rejected, lambda: strips.close_(self.reject))
        stage.hand.turned.connect(self._turned)

    def commands(self) -> Commands:
        """What it does, by name."""
        return {
            "accept": lambda: self.decide("accepted"),
            "reject": self._ask,
            "reopen": lambda: self.decide("pending"),
            "remove": lambda: self.decide("removed"),
            "undo": lambda: self._stage.hand.turn(back=True),
            "redo": lambda: self._stage.hand.turn(back=False),
        }

    def decide(self, verdict: Verdict, reason: str = "") -> None:
        """On the sample that is read."""
        opened = self._stage.opened
        if opened is None or opened.sample.id != self._stage.number:
            return
        fresh = opened.sample.verdict == "pending" and verdict != "pending"
        self._stage.decide(verdict, reason)
        if fresh:
            self._evening.decided()

    def _ask(self) -> None:
        if self._stage.opened is not None:
            self.reject.ask(reasons(self._bench.house.settings.review.reasons))
            self._strips.open(self.reject, self.reject.field)

    def _rejected(self, reason: str) -> None:
        self._strips.close_(self.reject)
        self.decide("rejected", reason)

    def _turned(self, act: Act | None, back: bool) -> None:
        self._evening.look()
        if act is None:
            self._say(t("没有可撤销的了。", "Nothing is left to undo.") if back else _nothing_to_redo())
            return
        word, name = act_word(act), self._name(act)
        self._say(
            t(f"已撤销：{word}{name}", f"Undone: {word}{name}")
            if back
            else t(f"已重做：{word}{name}", f"Done again: {word}{name}")
        )

    def _name(self, act: Act) -> str:
        """Which sample it was."""
        if act.sample is None or act.total > 1 and act.what != "split":
            return ""
        row = self._stage.queue.rows.find(act.sample, self._stage.row)
        known: Row | None = self._stage.queue.rows.row_at(row) if row >= 0 else None
        title = (known.title or known.lead) if known is not None else ""
        short = title if len(title) <= 24 else title[:23] + "…"
        return (
            t(f"（{short}）", f" ({short})")
            if short
            else t(f"（样本 {act.sample}）", f" (sample {act.sample})")
        )


def _nothing_to_redo() -> str:
    return t("没有可重做的了。", "Nothing is left to be done again.")
