"""Why a run stands still, and what going on needs: another limit where the budget was reached."""

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtWidgets import QFrame, QLabel

from zishu_app.core.texts import t
from zishu_app.ui.tabs.distill.distiller import Opened
from zishu_app.ui.tabs.distill.words import reason_word
from zishu_app.ui.theme.icons import put_picture
from zishu_app.ui.theme.tokens import GAP, NEAR
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import boxed, column, row
from zishu_app.ui.widgets.field import Field
from zishu_app.ui.widgets.labels import label
from zishu_app.ui.widgets.numbers import Bounds, Money, Number


class Halt(QFrame):
    """A banner in the page; `resume` hears the limits that are to count from now on."""

    def __init__(self, resume: Callable[[Mapping[str, Any]], object]) -> None:
        super().__init__()
        self.setProperty("kind", "banner")
        self.setProperty("tone", "warn")
        self._resume = resume
        self._id = ""
        mark = QLabel()
        put_picture(mark, "warning", 20, "warn")
        self._message, self._hint = label("", wrap=True), label("small", wrap=True)
        # a limit can be raised, not lifted: nothing said means the one there was
        most = Bounds(0, 2_000_000_000, least=lambda: t("不变", "as it was"))
        self._tokens = Number(lambda: t("token 上限", "Limit in tokens"), most, lambda: None)
        self._money = Money(
            lambda: t("费用上限", "Limit in money"), lambda: t("不变", "as it was"), lambda: None
        )
        self._fields = (
            Field(lambda: t("新的 token 上限", "New limit in tokens"), self._tokens),
            Field(lambda: t("新的费用上限", "New limit in money"), self._money),
        )
        self._limits = boxed(row(*self._fields, None, gap=GAP))
        self.button = button(lambda: t("继续", "Go on"), self._go_on, icon="continue")
        line = row(mark, gap=GAP)
        line.addLayout(column(self._message, self._hint, self._limits, gap=4), 1)
        line.addWidget(self.button)
        line.setContentsMargins(GAP, NEAR, GAP, NEAR)
        self.setLayout(line)
        self.hide()

    def show_run(self, opened: Opened, *, busy: bool) -> None:
        """Say how it stands, where it stands still with something left to do."""
        state, row_ = opened.row.state, opened.row
        halted = not opened.live and state in ("stopped", "failed", "interrupted")
        self.setVisible(halted)
        if not halted:
            return
        self._message.setText(message(opened))
        self._hint.setText(t("做好的都在，继续时不会重做。", "What is done is kept and not done again."))
        self.button.setEnabled(not busy)
        tokens, cost = row_.recipe.get("max_total_tokens"), row_.recipe.get("max_cost")
        self._limits.setVisible(bool(reason_word(row_.reason)) and bool(tokens or cost))
        for field, limit in zip(self._fields, (tokens, cost), strict=True):
            field.setVisible(bool(limit))
        if self._id != row_.id:
            self._id = row_.id
            # twice as much as was allowed or spent: less would stop it at once
            paid = opened.spent()
            self._tokens.setValue(min(2 * max(int(tokens), paid.tokens), 2_000_000_000) if tokens else 0)
            self._money.setValue(2 * max(float(cost), (paid.micros or 0) / 1e6) if cost else 0)

    def forget(self) -> None:
        """Another run may come with other limits."""
        self._id = ""

    def _go_on(self) -> None:
        limits: dict[str, Any] = {}
        if not self._limits.isHidden():
            limits = {
                "max_total_tokens": self._tokens.value() or None,
                "max_cost": self._money.value() or None,
            }
        self._resume(limits)


def message(opened: Opened) -> str:
    """Why it stands still."""
    left = opened.state.count("left", "waiting", "working")
    rest = t(f"还有 {left} 段没做", f"{left} still to do")
    if opened.row.state == "interrupted":
        return t(f"上次被中断了，{rest}。", f"It was interrupted: {rest}.")
    if reason := reason_word(opened.row.reason):
        return t(f"已停下：{reason}", f"Stopped: {reason}")
    return t(f"已停下，{rest}。", f"Stopped: {rest}.")
