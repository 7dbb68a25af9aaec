"""Why a run stands still, and what going on needs: another limit, or none, where the budget may be the reason."""

from dataclasses import dataclass

from PySide6.QtWidgets import QFrame, QLabel

from zishu_app.core.texts import t
from zishu_app.ledger.budget import Amount
from zishu_app.ui.theme.icons import put_picture
from zishu_app.ui.theme.tokens import GAP, NEAR
from zishu_app.ui.widgets.buttons import Do, button
from zishu_app.ui.widgets.cards import boxed, column, row
from zishu_app.ui.widgets.field import Field
from zishu_app.ui.widgets.labels import label
from zishu_app.ui.widgets.numbers import MOST, Bounds, Money, Number


@dataclass(frozen=True, slots=True)
class Stand:
    """A run that stands still with something left to do."""

    run_id: str
    message: str
    #: the limits it may have reached; None: there is none
    tokens: int | None = None
    money: float | None = None
    spent: Amount = Amount()  # noqa: RUF009 - a frozen value


class Halt(QFrame):
    """A banner in the page; whoever hears `resume` asks for the `limits` that are to count from now on."""

    def __init__(self, resume: Do) -> None:
        super().__init__()
        self.setProperty("kind", "banner")
        self.setProperty("tone", "warn")
        self._id = ""
        mark = QLabel()
        put_picture(mark, "warning", 20, "warn")
        self._message, self._hint = label("", wrap=True), label("small", wrap=True)
        most = Bounds(0, MOST, least=_none)
        self._tokens = Number(lambda: t("token 上限", "Limit in tokens"), most, lambda: None)
        self._money = Money(lambda: t("费用上限", "Limit in money"), _none, lambda: None)
        self._fields = (
            Field(lambda: t("新的 token 上限", "New limit in tokens"), self._tokens),
            Field(lambda: t("新的费用上限", "New limit in money"), self._money),
        )
        self._limits = boxed(row(*self._fields, None, gap=GAP))
        self.button = button(lambda: t("继续", "Go on"), resume, icon="continue")
        line = row(mark, gap=GAP)
        line.addLayout(column(self._message, self._hint, self._limits, gap=4), 1)
        line.addWidget(self.button)
        line.setContentsMargins(GAP, NEAR, GAP, NEAR)
        self.setLayout(line)
        self.hide()

    def show_stand(self, stand: Stand | None, *, busy: bool = False) -> None:
        """Say how it stands; None: it does not stand still."""
        self.setVisible(stand is not None)
        if stand is None:
            return
        self._message.setText(stand.message)
        kept = t("做好的都在，继续时不会重做。", "What is done is kept and not done again.")
        limits = (stand.tokens, stand.money)
        lifted = t("上限填 0 就是不限。", " A limit of 0 is none.") if any(limits) else ""
        self._hint.setText(kept + lifted)
        self.button.setEnabled(not busy)
        self._limits.setVisible(any(limits))
        for field, limit in zip(self._fields, limits, strict=True):
            field.setVisible(bool(limit))
        if self._id != stand.run_id:
            self._id = stand.run_id
            # twice as much as was allowed or spent: less would stop it at once
            paid = stand.spent
            self._tokens.setValue(min(2 * max(stand.tokens, paid.tokens), MOST) if stand.tokens else 0)
            self._money.setValue(2 * max(stand.money, (paid.micros or 0) / 1e6) if stand.money else 0)

    def limits(self) -> dict[str, int | float | None]:
        """Those that were offered, as a recipe has them; None: no limit any more."""
        if self.isHidden():
            return {}
        offered = {"max_total_tokens": self._fields[0], "max_cost": self._fields[1]}
        chosen = {"max_total_tokens": self._tokens.value() or None, "max_cost": self._money.value() or None}
        return {name: chosen[name] for name, field in offered.items() if not field.isHidden()}

    def forget(self) -> None:
        """Another run may come with other limits."""
        self._id = ""


def _none() -> str:
    return t("不限", "no limit")
