"""The figures of a run: talks, tokens, money, time."""

from PySide6.QtWidgets import QWidget

from zishu_app.core.texts import duration, t
from zishu_app.ui.tabs.distill.distiller import Opened
from zishu_app.ui.theme.tokens import ROOM
from zishu_app.ui.told import money, when
from zishu_app.ui.widgets.cards import row
from zishu_app.ui.widgets.gauge import Gauge


class Figures(QWidget):
    """Four gauges side by side."""

    def __init__(self) -> None:
        super().__init__()
        self._talks = Gauge(lambda: t("对话", "Talks"), bar=True)
        self._tokens = Gauge(lambda: "Tokens")
        self._money = Gauge(lambda: t("费用", "Money"))
        self._left = Gauge(lambda: t("剩余时间", "Time left"))
        self._ended = Gauge(lambda: t("结束", "Ended"))
        line = row(gap=ROOM)
        for one in (self._talks, self._tokens, self._money, self._left, self._ended):
            line.addWidget(one, 1)
        self.setLayout(line)

    def show_run(self, opened: Opened) -> None:
        """Show how it stands."""
        state, caps, spent = opened.state, opened.caps, opened.spent()
        self._talks.show_figure(
            f"{state.count('done', 'before')} / {state.talks}", self._noted(opened), state.share
        )
        most = caps.tokens or 0
        self._tokens.keep_bar(most > 0)
        note = t(f"上限 {most:,}", f"of {most:,}") if most else ""
        self._tokens.show_figure(f"{spent.tokens:,}", note, spent.tokens / most if most else 0.0)
        currency, limit = caps.currency or opened.row.currency, caps.micros or 0
        self._money.keep_bar(limit > 0)
        note = t(f"上限 {money(limit, currency)}", f"of {money(limit, currency)}") if limit else ""
        shown = money(spent.micros, currency) if spent.tokens else "–"
        self._money.show_figure(shown, note, (spent.micros or 0) / limit if limit else 0.0)
        self._left.setVisible(opened.live)
        self._ended.setVisible(not opened.live)
        seconds = state.seconds_left()
        self._left.show_figure("…" if seconds is None else duration(seconds), "")
        self._ended.show_figure(when(opened.row.ended or opened.row.created))

    @staticmethod
    def _noted(opened: Opened) -> str:
        state = opened.state
        parts = []
        if bad := state.unreadable:
            parts.append(t(f"{bad} 个读不了", f"{bad} unreadable"))
        if failed := state.count("failed") - bad:
            parts.append(t(f"{failed} 段失败", f"{failed} failed"))
        if state.retries:
            parts.append(t(f"重试 {state.retries} 次", f"{state.retries} tried again"))
        return " · ".join(parts)
