"""The queue at the left of the page: search, conditions, order, how many there are, and the list."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtWidgets import QStackedWidget, QWidget

from zishu_app.core.texts import t
from zishu_app.dataset.find import Order
from zishu_app.dataset.words import samples_word
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.review.commands import key_of
from zishu_app.ui.tabs.review.filters import Filters
from zishu_app.ui.tabs.review.queue import Queue
from zishu_app.ui.tabs.review.queue_list import QueueList
from zishu_app.ui.tabs.review.wish import ORDERS, Wish, chips, order_word
from zishu_app.ui.theme.tokens import GAP, NEAR, ROOM, TIGHT
from zishu_app.ui.widgets.buttons import icon_button
from zishu_app.ui.widgets.cards import column, row
from zishu_app.ui.widgets.chips import Removable
from zishu_app.ui.widgets.elided import Elided
from zishu_app.ui.widgets.keycap import KeyButton, key_name
from zishu_app.ui.widgets.menu import Offer, open_menu
from zishu_app.ui.widgets.search import Search
from zishu_app.ui.workbench import Workbench


class Shelf(QWidget):
    """`chosen` hears the sample that is chosen; `hidden` that the queue is to be hidden."""

    def __init__(
        self, bench: Workbench, queue: Queue, chosen: Callable[[int], object], hidden: Callable[[], object]
    ) -> None:
        super().__init__()
        self._bench, self._queue = bench, queue
        self.list = QueueList(queue, chosen)
        self.search = Search(lambda: t("搜索（两个字就够）", "Search"), self._searched)
        self.filters = Filters(queue.ask, self.close_filters)
        self.chips = Removable(self._remove)
        self._count = Elided("small")
        self._order = KeyButton(lambda: order_word(queue.wish.order), "", self._offer_orders, icon="sort")
        self._filter = KeyButton(
            lambda: t("筛选", "Filter"), key_of("filters"), self.turn_filters, icon="filter"
        )
        self._anew = KeyButton(
            lambda: t("队列有变，重新取", "It has changed: look again"), key_of("refresh"), queue.ask
        )
        self._anew.hide()
        queue.answered.connect(self._anew.hide)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._listed())
        self._stack.addWidget(self.filters)
        hide = icon_button(
            "panel-left",
            lambda: t(f"隐藏队列（{key_name('Q')}）", f"Hide the queue ({key_name('Q')})"),
            hidden,
        )
        head = row(gap=NEAR)
        head.addWidget(self.search, 1)
        head.addWidget(hide)
        inside = column(head, self.chips, gap=NEAR)
        inside.addWidget(self._stack, 1)
        inside.setContentsMargins(ROOM, GAP, 0, GAP)
        self.setLayout(inside)
        self.setMinimumWidth(230)
        queue.answered.connect(self.draw)
        queue.counted.connect(self._speak_count)
        say(self, self.draw)

    def _listed(self) -> QWidget:
        made = QWidget()
        inside = column(row(self._filter, self._order, None, gap=TIGHT), self._count, gap=TIGHT)
        inside.addWidget(self._anew)
        inside.addWidget(self.list, 1)
        made.setLayout(inside)
        return made

    def look_for(self) -> None:
        """Look for words."""
        self.search.setFocus()
        self.search.selectAll()

    def stale(self) -> None:
        """Samples came or changed by another hand: the queue is only asked anew when somebody wants it."""
        self._anew.show()

    @property
    def filtering(self) -> bool:
        """Whether the filters are open."""
        return self._stack.currentWidget() is self.filters

    def turn_filters(self) -> None:
        """Open or close the filters."""
        if self.filtering:
            self.close_filters()
        else:
            self._bench.tasks.start(self, self._open_filters(), replaces="filters")

    async def _open_filters(self) -> None:
        choices = await self._queue.choices()
        self.filters.show_wish(self._queue.wish, choices)
        self._stack.setCurrentWidget(self.filters)
        self.filters.take_keys()

    def close_filters(self) -> None:
        """Back to the list."""
        if self.filtering:
            self._stack.setCurrentIndex(0)
            self.list.setFocus()

    def order(self, order: Order) -> "asyncio.Task[None]":
        """Sort otherwise."""
        return self._queue.ask(replace(self._queue.wish, order=order))

    def clear(self) -> "asyncio.Task[None]":
        """Without any condition."""
        self.search.clear()
        return self._queue.ask(Wish(replace(Wish().filter, verdicts=()), self._queue.wish.order))

    def draw(self) -> None:
        """What is in force, and what it finds."""
        wish = self._queue.wish
        self.chips.show_texts([chip.text for chip in chips(wish)])
        if self.filtering:
            self.filters.show_wish(wish)
        self._order.speak()
        if self.search.text().strip() != wish.filter.text and not self.search.hasFocus():
            self.search.blockSignals(True)
            self.search.setText(wish.filter.text)
            self.search.blockSignals(False)
        self._speak_count()

    def _speak_count(self) -> None:
        count, rows = self._queue.count, self._queue.rows.rowCount()
        if count is None:
            self._count.setText(t("……", "…") if self._queue.whole is None else " ")
        else:
            more = "" if count.exact else "+"
            self._count.setText(samples_word(count.n) + more if count.n or rows else " ")

    def _searched(self, words: str) -> None:
        if words != self._queue.wish.filter.text:
            self._queue.ask(replace(self._queue.wish, filter=replace(self._queue.wish.filter, text=words)))

    def _remove(self, number: int) -> None:
        self._queue.ask(chips(self._queue.wish)[number].without)

    def _offer_orders(self) -> None:
        offers = [
            Offer(
                order_word(order),
                lambda order=order: self.order(order),  # type: ignore[misc]
                "check" if order == self._queue.wish.order else "",
            )
            for order in ORDERS
        ]
        open_menu(self._order, offers)
