"""The rows of the queue: a place and a number for each sample, and texts only of those that are looked at.

A million rows are 16 MB: what is drawn of a row is read for the pages in sight, and let go again.
"""

from array import array
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QWidget

from zishu_app.core.texts import t
from zishu_app.dataset.find import Row
from zishu_app.dataset.words import kind_word, verdict_word

Index = QModelIndex | QPersistentModelIndex

#: rows whose texts are read together, and how many such pages are kept
PAGE, KEPT = 100, 40


#: numbers of samples and their places in an order, as they are kept: 16 bytes a row
Places = tuple["array[int]", "array[float]"]


def kept(places: Sequence[tuple[float, int]]) -> Places:
    """Places as they are kept; of very many it takes a while: in a thread."""
    return array("q", [number for _, number in places]), array("d", [place for place, _ in places])


class QueueRows(QAbstractListModel):
    """`more` is called when the list has come near the end of what it knows."""

    def __init__(self, parent: QWidget, more: Callable[[], object]) -> None:
        super().__init__(parent)
        self._more = more
        self._ids, self._places = kept(())
        self._texts: OrderedDict[int, dict[int, Row]] = OrderedDict()
        #: there is more than is known
        self.goes_on = False

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's form
        """See QAbstractItemModel."""
        return 0 if parent.isValid() else len(self._ids)

    def canFetchMore(self, parent: Index) -> bool:  # noqa: N802 - Qt's name
        """See QAbstractItemModel."""
        return not parent.isValid() and self.goes_on

    def fetchMore(self, _parent: Index) -> None:  # noqa: N802 - Qt's name
        """It is asked for, and comes a moment later."""
        self._more()

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The row itself under UserRole, None while it is being read; what a screen reader says under the others."""
        if not index.isValid():
            return None
        row = self.row_at(index.row())
        if role == Qt.ItemDataRole.UserRole:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return spoken(row) if row is not None else "…"
        return None

    def begin(self, places: Places, texts: Iterable[Row], *, goes_on: bool) -> None:
        """Another queue, from its first places; with the texts of the first page."""
        self.beginResetModel()
        self._ids, self._places = places
        self._texts.clear()
        self._texts[0] = {row.id: row for row in texts}
        self.goes_on = goes_on
        self.endResetModel()

    def append(self, places: Places, *, goes_on: bool) -> None:
        """What comes after the last one."""
        self.goes_on = goes_on
        first, count = len(self._ids), len(places[0])
        if not count:
            return
        self.beginInsertRows(QModelIndex(), first, first + count - 1)
        self._ids.extend(places[0])
        self._places.extend(places[1])
        self._texts.pop(first // PAGE, None)  # it was not full
        self.endInsertRows()

    def put_texts(self, texts: Mapping[int, Sequence[Row]]) -> None:
        """The texts of whole pages have been read."""
        for page, rows in texts.items():
            self._texts[page] = {row.id: row for row in rows}
            self._texts.move_to_end(page)
            last = min((page + 1) * PAGE, len(self._ids)) - 1
            if page * PAGE <= last:
                self.dataChanged.emit(self.index(page * PAGE), self.index(last))
        while len(self._texts) > KEPT:
            self._texts.popitem(last=False)

    def put(self, row: Row) -> None:
        """One sample has changed; it stays where it is."""
        number = self.find(row.id)
        page = self._texts.get(number // PAGE) if number >= 0 else None
        if page is not None:
            page[row.id] = row
            self.dataChanged.emit(self.index(number), self.index(number))

    def missing(self, first: int, last: int) -> dict[int, list[tuple[float, int]]]:
        """Pages between two rows whose texts are not here, each with its places."""
        pages = range(max(first, 0) // PAGE, min(last, len(self._ids) - 1) // PAGE + 1)
        return {
            page: self.places(page * PAGE, (page + 1) * PAGE) for page in pages if page not in self._texts
        }

    def places(self, start: int, end: int) -> list[tuple[float, int]]:
        """Places and numbers of some rows."""
        return list(zip(self._places[start:end], self._ids[start:end], strict=True))

    def row_at(self, number: int) -> Row | None:
        """A row as it is known; None where it has to be read."""
        page = self._texts.get(number // PAGE)
        return page.get(self._ids[number]) if page is not None else None

    def known(self) -> Iterator[Row]:
        """The rows whose texts are here."""
        for page in self._texts.values():
            yield from page.values()

    def id_at(self, number: int) -> int | None:
        """The number of the sample in a row."""
        return self._ids[number] if 0 <= number < len(self._ids) else None

    def find(self, sample: int, near: int = 0) -> int:
        """The row of a sample, or -1; sought around `near` first."""
        for number in range(max(near - 2, 0), min(near + 3, len(self._ids))):
            if self._ids[number] == sample:
                return number
        try:
            return self._ids.index(sample)
        except ValueError:
            return -1


def spoken(row: Row) -> str:
    """A row for a screen reader."""
    parts = [row.title or row.lead, verdict_word(row.verdict), kind_word(row.kind), row.scenario]
    return ", ".join(part for part in [*parts, t("有旗", "flagged") if row.flagged else ""] if part)
