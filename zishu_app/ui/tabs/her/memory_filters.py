"""What of her memories is shown, and in which order: a search, the kinds, pinned ones only, what is so no longer as well."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QSizePolicy, QWidget

from zishu_app.core.texts import t
from zishu_app.memory.look import Order, Sought
from zishu_app.memory.store import KINDS
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.her.words import ORDERS, kind_word
from zishu_app.ui.theme.tokens import NEAR
from zishu_app.ui.widgets.cards import column, row
from zishu_app.ui.widgets.chips import Chooser, Option
from zishu_app.ui.widgets.search import Search

_MORE = ("pinned", "past")


class MemoryFilters(QWidget):
    """`asked` hears what is to be shown whenever that changes."""

    def __init__(self, sought: Sought, asked: Callable[[Sought], object]) -> None:
        super().__init__()
        self.sought, self._asked = sought, asked
        self.search = Search(
            lambda: t("搜索她的记忆", "Search what she remembers"), lambda text: self._ask(text=text)
        )
        self.chips = Chooser(self._turned)
        self.order = QComboBox()
        self.order.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.order.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        say(self, self._speak)
        self.order.activated.connect(lambda at: self._ask(order=list(ORDERS)[at]))
        line = row(gap=NEAR)
        line.addWidget(self.search, 1)
        line.addWidget(self.order)
        inside = column(line, self.chips, gap=NEAR)
        inside.setContentsMargins(0, 0, 0, 0)
        self.setLayout(inside)
        shortcut = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        shortcut.activated.connect(self.look_for)

    def look_for(self) -> None:
        """The keyboard goes to the search."""
        self.search.setFocus()
        self.search.selectAll()

    def clear(self) -> None:
        """Show everything."""
        self.search.blockSignals(True)
        self.search.clear()
        self.search.blockSignals(False)
        self.sought = Sought(order=self.sought.order)
        self._speak()
        self._asked(self.sought)

    def _turned(self, key: Hashable, on: bool) -> None:
        if key == "pinned":
            self._ask(pinned_only=on)
        elif key == "past":
            self._ask(past=on)
        else:
            kinds = [kind for kind in KINDS if (on if kind == key else kind in self.sought.kinds)]
            self._ask(kinds=tuple(kinds))

    def _ask(self, **more: object) -> None:
        self.sought = replace(self.sought, **more)  # type: ignore[arg-type]
        self._speak()
        self._asked(self.sought)

    def _options(self) -> Sequence[Option]:
        sought = self.sought
        kinds = [Option(kind, kind_word(kind), on=kind in sought.kinds) for kind in KINDS]
        return [
            *kinds,
            Option("pinned", t("只看置顶", "Pinned only"), on=sought.pinned_only),
            Option("past", t("也看过去的", "What was so too"), on=sought.past),
        ]

    def _speak(self) -> None:
        self.chips.show_options(self._options())
        self.order.blockSignals(True)
        self.order.clear()
        self.order.addItems([text() for text in ORDERS.values()])
        self.order.setCurrentIndex(list(ORDERS).index(self.sought.order))
        self.order.setAccessibleName(t("顺序", "Order"))
        self.order.blockSignals(False)


def order_from(name: str) -> Order:
    """The order of that name; the usual one for what is none."""
    return next((order for order in ORDERS if order == name), "changed")
