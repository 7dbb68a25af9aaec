"""The queue: asked in threads, told in parts. A newer question interrupts an older one."""

import asyncio
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from zishu_app.dataset import find
from zishu_app.dataset.find import Count, Filter, Group, Row
from zishu_app.dataset.store import Samples
from zishu_app.ui.tabs.review.queue_rows import PAGE, Places, QueueRows, kept
from zishu_app.ui.tabs.review.wish import Wish, wish_from_dict
from zishu_app.ui.workbench import Workbench

#: places fetched at first; later as many again as are known, so that a long list grows in few steps
FIRST, MOST = 400, 50_000
#: counting one by one stops here: a number of six digits is not read to its last one
COUNTED = 100_000


@dataclass(frozen=True, slots=True)
class Choices:
    """What a filter can choose from, and how many samples there are of each."""

    groups: Sequence[Group] = ()
    tags: Mapping[str, int] = field(default_factory=dict)


class Queue(QObject):
    """`answered`: the queue that was asked for is there; `counted`: how many it finds is known."""

    answered = Signal()
    counted = Signal()

    def __init__(self, owner: QWidget, bench: Workbench) -> None:
        super().__init__(owner)
        self._bench = bench
        self.rows = QueueRows(owner, self.more)
        self.wish = wish_from_dict(bench.remembered.get("review.wish", {}))
        self.count: Count | None = None
        #: how many it found when it was asked: what was decided since then still stands in it
        self.found: Count | None = None
        #: samples in the whole data set, those in the bin left out; None: not known yet
        self.whole: int | None = None
        #: the filter as it was asked, which is that of today
        self.asked = Filter()
        self._fetching = False
        self._warm = False
        #: counts the questions: an answer to an older one is void
        self._turn = 0

    @property
    def samples(self) -> Samples:
        """The data set."""
        return self._bench.house.samples

    def ask(self, wish: Wish | None = None) -> "asyncio.Task[None]":
        """Ask anew, with another wish or with the same."""
        if wish is not None:
            self.wish = wish
            without = replace(wish, filter=replace(wish.filter, text=""))  # a search is not for another day
            self._bench.remembered.put("review.wish", without.as_dict())
        return self._bench.tasks.start(self, self._ask(), replaces="ask")

    async def _ask(self) -> None:
        self._fetching, self._turn = True, self._turn + 1
        asked = self.wish.asked(date.today())  # noqa: DTZ011 - the day on the wall

        def first(connection: sqlite3.Connection) -> tuple[Places, list[Row], int]:
            places = find.places(connection, asked, self.wish.order, None, FIRST)
            rows = find.rows_of(connection, places[:PAGE])
            return kept(places), rows, find.count(connection, Filter()).n

        places, rows, self.whole = await self.samples.ask(first)
        self.asked, self.count, self.found, self._fetching = asked, None, None, False
        self.rows.begin(places, rows, goes_on=len(places[0]) == FIRST)
        self.answered.emit()
        await self._recount()
        if not self._warm:
            self._warm = True
            self._bench.tasks.start(self, self.samples.ask(find.warm), replaces="warm")

    def recount(self) -> None:
        """How many does it find now."""
        self._bench.tasks.start(self, self._recount(), replaces="count")

    async def _recount(self) -> None:
        asked, turn = self.asked, self._turn
        found = await self.samples.ask(lambda connection: find.count(connection, asked, COUNTED))
        if turn == self._turn:
            self.count, self.found = found, self.found or found
            self.counted.emit()

    async def exact(self, wanted: Filter) -> int:
        """How many a filter finds, to the last one."""
        return (await self.samples.ask(lambda connection: find.count(connection, wanted))).n

    def left(self) -> bool:
        """Whether a row that is known was not decided since the queue was asked."""
        wanted = self.wish.filter.verdicts
        return any(not wanted or row.verdict in wanted for row in self.rows.known())

    def more(self) -> None:
        """What comes after the last row."""
        if not self._fetching and self.rows.goes_on:
            self._fetching = True
            self._bench.tasks.start(self, self._more(), replaces="ask")

    async def _more(self) -> None:
        known = self.rows.rowCount()
        size = min(max(known, FIRST), MOST)
        after, asked, order = self.rows.places(known - 1, known)[0], self.asked, self.wish.order
        try:
            places = await self.samples.ask(
                lambda connection: kept(find.places(connection, asked, order, after, size))
            )
        finally:
            self._fetching = False
        self.rows.append(places, goes_on=len(places[0]) == size)

    def look_at(self, first: int, last: int) -> None:
        """These rows are in sight: their texts are read, and the end is fetched before it is reached."""
        if last + PAGE > self.rows.rowCount():
            self.more()
        wanted = self.rows.missing(first, last)
        if wanted:
            self._bench.tasks.start(self, self._read(wanted), replaces="read")

    async def _read(self, wanted: Mapping[int, Sequence[tuple[float, int]]]) -> None:
        def read(connection: sqlite3.Connection) -> dict[int, list[Row]]:
            return {page: find.rows_of(connection, places) for page, places in wanted.items()}

        turn = self._turn
        texts = await self.samples.ask(read)
        if turn == self._turn:
            self.rows.put_texts(texts)

    async def renew(self, sample: int) -> Row | None:
        """One row has changed: it is read again, and stays where it is."""

        def read(connection: sqlite3.Connection) -> Row | None:
            place = find.place_of(connection, sample, self.wish.order)
            return next(iter(find.rows_of(connection, [place])), None) if place else None

        row = await self.samples.ask(read)
        if row is not None:
            self.rows.put(row)
        return row

    async def choices(self) -> Choices:
        """What filters can be made of."""
        return await self.samples.ask(
            lambda connection: Choices(find.groups(connection), find.tag_counts(connection))
        )
