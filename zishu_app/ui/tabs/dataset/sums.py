"""All samples taken together: messages, rounds, characters, tokens."""

from PySide6.QtWidgets import QFrame

from zishu_app.core.texts import counted, t
from zishu_app.dataset.stats import Statistics
from zishu_app.ui.follow import say
from zishu_app.ui.theme.tokens import GAP, ROOM
from zishu_app.ui.widgets.cards import row
from zishu_app.ui.widgets.gauge import Gauge


class Sums(QFrame):
    """Dashes until they are counted."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._found: Statistics | None = None
        self.gauges = {
            "messages": Gauge(lambda: t("消息", "Messages")),
            "characters": Gauge(lambda: t("字", "Characters")),
            "tokens": Gauge(lambda: "Tokens"),
            "edited": Gauge(lambda: t("改过", "Edited")),
        }
        line = row(gap=GAP)
        for one in self.gauges.values():
            line.addWidget(one, 1)
        line.setContentsMargins(ROOM + GAP, GAP, ROOM, GAP)
        self.setLayout(line)
        say(self, lambda: self.show_found(self._found))

    def show_found(self, found: Statistics | None) -> None:
        """Show them; None: they are being counted."""
        self._found = found
        if found is None:
            for one in self.gauges.values():
                one.show_figure("–", t("正在数……", "counting …"))
            return
        rounds = t(f"{found.rounds:,} 轮", counted(found.rounds, "round"))
        self.gauges["messages"].show_figure(f"{found.messages:,}", rounds)
        self.gauges["characters"].show_figure(f"{found.characters:,}", _each(found.characters, found.samples))
        about = "≈ " if found.counted < found.samples else ""
        self.gauges["tokens"].show_figure(f"{about}{found.tokens:,}", _each(found.tokens, found.samples))
        flagged = t(f"插旗 {found.flagged:,}", f"{found.flagged:,} flagged")
        self.gauges["edited"].show_figure(f"{found.edited:,}", flagged)


def _each(whole: int, samples: int) -> str:
    each = round(whole / max(samples, 1))
    return t(f"平均 {each:,}", f"{each:,} a sample")
