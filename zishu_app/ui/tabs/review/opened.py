"""A sample with all that is read beside it, fetched before it is asked for: the next one is there at once."""

import sqlite3
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from zishu_app.dataset.checking.findings import Limits
from zishu_app.dataset.fields import read
from zishu_app.dataset.sample import Sample, Source
from zishu_app.dataset.scores import Marked, marks_of
from zishu_app.dataset.store import get, source_of
from zishu_app.dataset.versions import Version, versions_of
from zishu_app.ui.tabs.review.findings import Found, found_in
from zishu_app.ui.workbench import Workbench

#: samples kept open, and long talks they rest on
KEPT, SOURCES = 24, 6


@dataclass(frozen=True, slots=True)
class Opened:
    """One sample to be reviewed."""

    sample: Sample
    source: Source | None
    #: what the person gave, by criterion
    marks: Mapping[str, int]
    #: what the judges gave to the version in force
    judged: Sequence[Marked]
    #: none where it was never edited
    versions: Sequence[Version]
    found: Sequence[Found]


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the settings decides on how samples are opened."""

    #: names of what is rated
    criteria: tuple[str, ...] = ()
    limits: Limits = Limits()  # noqa: RUF009 - a frozen value


def open_sample(
    connection: sqlite3.Connection, number: int, asked: "Asked", sources: Mapping[int, Source]
) -> Opened | None:
    """Read it; None where there is none of that number. `sources`: those that are known."""
    sample = get(connection, number)
    if sample is None:
        return None
    source = None
    if sample.source is not None:
        source = sources.get(sample.source) or source_of(connection, sample.source)
    given = {name: read(connection, number, f"rating:{name}") for name in asked.criteria}
    return Opened(
        sample,
        source,
        {name: score for name, score in given.items() if score is not None},
        marks_of(connection, number, sample.version),
        versions_of(connection, number),
        found_in(sample, asked.limits),
    )


class Ahead(QObject):
    """`came` tells the number of a sample that has been fetched."""

    came = Signal(int)

    def __init__(self, parent: QObject, bench: Workbench) -> None:
        super().__init__(parent)
        self._bench = bench
        self.asked = Asked()
        self._kept: OrderedDict[int, Opened] = OrderedDict()
        self._sources: OrderedDict[int, Source] = OrderedDict()
        #: who fetches it: an older answer is void
        self._coming: dict[int, object] = {}

    def get(self, number: int) -> Opened | None:
        """A sample, if it has been fetched."""
        found = self._kept.get(number)
        if found is not None:
            self._kept.move_to_end(number)
        return found

    def want(self, numbers: Sequence[int]) -> None:
        """These will be asked for; those that are not here are fetched in one go."""
        wanted = [one for one in numbers if one not in self._kept and one not in self._coming]
        if wanted:
            self._bench.tasks.start(self, self._fetch(wanted))

    def forget(self, number: int | None = None) -> None:
        """It has changed, or (None) anything may have; what is being read of it now is void."""
        if number is None:
            self._coming.clear()
            self._kept.clear()
        else:
            self._coming.pop(number, None)
            self._kept.pop(number, None)

    async def fetch(self, number: int) -> Opened | None:
        """Read one anew."""
        self.forget(number)
        return next(iter(await self._fetch([number])), None)

    async def _fetch(self, numbers: Sequence[int]) -> list[Opened]:
        mine, asked, sources = object(), self.asked, dict(self._sources)
        self._coming.update(dict.fromkeys(numbers, mine))

        def read_all(connection: sqlite3.Connection) -> list[Opened]:
            found = (open_sample(connection, number, asked, sources) for number in numbers)
            return [one for one in found if one is not None]

        try:
            opened = await self._bench.house.samples.ask(read_all)
        finally:
            still = [number for number in numbers if self._coming.get(number) is mine]
            for number in still:
                del self._coming[number]
        for one in opened:
            if one.sample.id in still:
                self._keep(one)
        for number in still:
            self.came.emit(number)
        return opened

    def _keep(self, one: Opened) -> None:
        self._kept[one.sample.id] = one
        self._kept.move_to_end(one.sample.id)
        if one.source is not None and one.sample.source is not None:
            self._sources[one.sample.source] = one.source
            self._sources.move_to_end(one.sample.source)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        while len(self._sources) > SOURCES:
            self._sources.popitem(last=False)
