"""The search for samples that are the same or nearly, by their text: read once, sketched, compared, grouped.

Memory: a sketch and some dozens of bytes a sample; texts are taken out of the file again when two are compared.
"""

import asyncio
import sqlite3
from array import array
from collections import deque
from collections.abc import Generator
from dataclasses import dataclass
from typing import Literal

from zishu_app.dataset.find import count, ids_of
from zishu_app.dataset.likeness.compared import Shelf, compared, may_be_alike
from zishu_app.dataset.likeness.groups import Group, Parts, around_the_best, best_first
from zishu_app.dataset.likeness.sketches import Sketches
from zishu_app.dataset.wanted import Filter

#: samples read at once
STEP = 400
#: of texts that come together in a band, each is compared with so many others at most
MOST = 64
#: texts compared, and parts grouped, between two events
COMPARED, GROUPED = 1_000, 50


@dataclass(frozen=True, slots=True)
class Searching:
    """How far a search is: samples read, bands compared, groups made, texts embedded, meanings compared."""

    stage: Literal["read", "compare", "group", "embed", "meanings"]
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Result:
    """What a search by text comes to."""

    groups: list[Group]
    #: samples that were read
    read: int
    #: one sample for each text there is
    texts: list[int]


class Search:
    """A search over what a filter finds, on a connection of its own."""

    def __init__(
        self, connection: sqlite3.Connection, wanted: Filter, threshold: float, stop: asyncio.Event
    ) -> None:
        self._connection = connection
        self._wanted = wanted
        self._stop = stop
        self._shelf = Shelf(connection, threshold)
        self._sketches = Sketches(threshold)
        #: the sample behind each sketch
        self._sketched = array("q")
        #: sample -> an earlier one that is the same
        self._same: dict[int, int] = {}
        self._texts: list[int] = []
        self._parts = Parts()
        self._compared = 0

    def run(self) -> Generator[Searching | Result]:
        """Step by step, some tenths of a second each. The last one is the result; stopped, it is what was found so far."""
        read = yield from self._read()
        yield from self._bring_together()
        groups: list[Group] = []
        hanging = self._parts.all()
        for number, part in enumerate(hanging, 1):
            ids = best_first(self._connection, part)
            groups += around_the_best(ids, self._same, self._shelf.likeness, "near")
            if number % GROUPED == 0:
                yield Searching("group", number, len(hanging))
        yield Result(groups, read, self._texts)

    def _read(self) -> Generator[Searching, None, int]:
        total, done, last = count(self._connection, self._wanted).n, 0, 0
        digests: dict[bytes, int] = {}
        while not self._stop.is_set() and (ids := ids_of(self._connection, self._wanted, last, STEP)):
            new = []
            for one in compared(self._connection, ids):
                known = digests.setdefault(one.digest, one.id)
                if known != one.id:
                    self._same[one.id] = known
                    self._parts.join(one.id, known)
                    continue
                self._texts.append(one.id)
                if may_be_alike(one):
                    new.append(one)
            self._sketches.add([one.answer for one in new])
            self._sketched.extend(one.id for one in new)
            done, last = done + len(ids), ids[-1]
            yield Searching("read", done, max(total, done))
        return done

    def _bring_together(self) -> Generator[Searching]:
        for band in range(self._sketches.bands):
            for bucket in self._sketches.buckets(band):
                if self._stop.is_set():
                    return
                self._compare(bucket, band)
                if self._compared > COMPARED:
                    self._compared = 0
                    yield Searching("compare", band, self._sketches.bands)
            yield Searching("compare", band + 1, self._sketches.bands)

    def _compare(self, bucket: list[int], band: int) -> None:
        """Join what is alike. What hangs together already is not compared again."""
        others: deque[int] = deque(maxlen=MOST)
        for place in bucket:
            one, is_joined = self._sketched[place], False
            for other in others:
                is_joined |= self._join(one, self._sketched[other], self._sketches.met(place, other, band))
            if not is_joined or len(others) < MOST:
                others.append(place)

    def _join(self, one: int, other: int, was_compared: bool) -> bool:  # noqa: FBT001 - private
        if self._parts.top(one) == self._parts.top(other):
            return True
        if was_compared:
            return False
        self._compared += 1
        if self._shelf.likeness(one, other) <= 0:
            return False
        self._parts.join(one, other)
        return True
