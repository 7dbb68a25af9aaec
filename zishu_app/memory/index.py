"""The opening to what finds neighbours among vectors, one shelf a character. It holds numbers and vectors, never a text.

Nothing in it is the truth: it says at which change of the truth it stands (`Mark`), and is brought in line, or made anew,
by memory/follow. `LaneIndex` is chromadb in the quick lane, which alone reads and writes the files: another process would
not see what was written last. `ScriptedIndex` compares with everything, in memory.
"""

import asyncio
import base64
import operator
import shutil
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from zishu_app.core.errors import JobError
from zishu_app.jobs.base import JobLane, result_of
from zishu_app.jobs.specs import IndexSpec, shelf_of
from zishu_app.memory.vectors import packed, unpacked

Vector = array

#: most vectors of one `add`: a question that comes meanwhile waits for no more than that
PART = 200


@dataclass(frozen=True, slots=True)
class Mark:
    """Where an index stands: whose vectors it holds, and up to which change."""

    embedder: str
    changes: int


#: of an index that is not there, or is of no use
NOWHERE = Mark("", -1)


@dataclass(frozen=True, slots=True)
class Near:
    """What lies near a vector: number and cosine, the nearest first; and where the index stands."""

    found: list[tuple[int, float]]
    mark: Mark


class Index(Protocol):
    """Neighbours among vectors. Every call may raise JobError where the index is out of reach."""

    async def mark(self, character: str) -> Mark:
        """Where the shelf of a character stands; `NOWHERE` where it is lost or damaged."""

    async def add(
        self, character: str, numbers: Sequence[int], vectors: "Sequence[Vector[float]]", mark: Mark
    ) -> None:
        """Put vectors (at most `PART`) in, in the place of those of the same numbers; the shelf stands at `mark` then."""

    async def remove(self, character: str, numbers: Sequence[int], mark: Mark) -> None:
        """Take vectors out; the shelf stands at `mark` then."""

    async def near(self, character: str, vector: "Vector[float]", embedder: str, most: int) -> Near:
        """The `most` nearest; none where the shelf holds another model's vectors."""

    async def forget_all(self, character: str) -> None:
        """Remove the shelf with every file of it."""


class LaneIndex:
    """Implements `Index`: chromadb in the quick lane, in a folder of its own for each character."""

    def __init__(self, folder: Path, lane: JobLane) -> None:
        self._folder, self._lane = folder, lane

    async def mark(self, character: str) -> Mark:
        """See `Index`."""
        return _mark(await self._do("mark", character))

    async def add(
        self, character: str, numbers: Sequence[int], vectors: "Sequence[Vector[float]]", mark: Mark
    ) -> None:
        """See `Index`."""
        await self._do("add", character, tuple(numbers), _joined(vectors), mark)

    async def remove(self, character: str, numbers: Sequence[int], mark: Mark) -> None:
        """See `Index`."""
        await self._do("remove", character, tuple(numbers), "", mark)

    async def near(self, character: str, vector: "Vector[float]", embedder: str, most: int) -> Near:
        """See `Index`."""
        asked = _joined([vector])
        spec = IndexSpec(str(self._folder), character, "near", vectors=asked, embedder=embedder, most=most)
        told = await result_of(await self._lane.submit(spec))
        cosines = unpacked(base64.b64decode(told["cosines"]))
        return Near(list(zip(told["numbers"], cosines, strict=True)), _mark(told))

    async def forget_all(self, character: str) -> None:
        """See `Index`. Where the lane is out of reach nobody has the files open, and they are removed from here."""
        try:
            await self._do("forget", character)
        except JobError:
            await asyncio.to_thread(shutil.rmtree, self._folder / shelf_of(character), ignore_errors=True)

    async def _do(
        self,
        act: str,
        character: str,
        numbers: tuple[int, ...] = (),
        vectors: str = "",
        mark: Mark = NOWHERE,
    ) -> dict[str, Any]:
        spec = IndexSpec(str(self._folder), character, act, numbers, vectors, mark.embedder, mark.changes)
        return await result_of(await self._lane.submit(spec))


class ScriptedIndex:
    """Implements `Index` in memory, by comparing with everything. `broken`: what it raises instead."""

    def __init__(self) -> None:
        self.shelves: dict[str, dict[int, array[float]]] = {}
        self.marks: dict[str, Mark] = {}
        self.broken: Exception | None = None

    async def mark(self, character: str) -> Mark:
        """See `Index`."""
        self._fail()
        return self.marks.get(character, NOWHERE)

    async def add(
        self, character: str, numbers: Sequence[int], vectors: "Sequence[Vector[float]]", mark: Mark
    ) -> None:
        """See `Index`."""
        self._fail()
        self.shelves.setdefault(character, {}).update(zip(numbers, vectors, strict=True))
        self.marks[character] = mark

    async def remove(self, character: str, numbers: Sequence[int], mark: Mark) -> None:
        """See `Index`."""
        self._fail()
        for number in numbers:
            self.shelves.get(character, {}).pop(number, None)
        self.marks[character] = mark

    async def near(self, character: str, vector: "Vector[float]", embedder: str, most: int) -> Near:
        """See `Index`."""
        self._fail()
        mark = self.marks.get(character, NOWHERE)
        shelf = self.shelves.get(character, {}) if mark.embedder == embedder else {}
        found = sorted(((number, cosine(vector, one)) for number, one in shelf.items()), key=_farther)
        return Near(found[:most], mark)

    async def forget_all(self, character: str) -> None:
        """See `Index`."""
        self._fail()
        self.shelves.pop(character, None)
        self.marks.pop(character, None)

    def _fail(self) -> None:
        if self.broken is not None:
            raise self.broken


def cosine(one: "Vector[float]", other: "Vector[float]") -> float:
    """Of two vectors of length 1 and of one model."""
    return float(sum(map(operator.mul, one, other)))


def _farther(found: tuple[int, float]) -> tuple[float, int]:
    return -found[1], found[0]


def _joined(vectors: "Sequence[Vector[float]]") -> str:
    return base64.b64encode(b"".join(map(packed, vectors))).decode("ascii")


def _mark(told: dict[str, Any]) -> Mark:
    return Mark(told["embedder"], told["changes"])
