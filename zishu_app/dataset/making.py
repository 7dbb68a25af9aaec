"""The folder of a version is filled: what goes where, what is left out, the rows, the card, the manifest."""

import hashlib
import json
import sqlite3
from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Literal, TypeVar

from zishu_app import __version__
from zishu_app.core.errors import DataError
from zishu_app.core.texts import t
from zishu_app.dataset.card import Agreed, write_card
from zishu_app.dataset.find import count, ids_of
from zishu_app.dataset.frozen import (
    CARD,
    FORMAT,
    LEFT_OUT,
    MANIFEST,
    PREFERENCES,
    ROWS,
    Frozen,
    mark_of,
    read_rows,
    seal,
)
from zishu_app.dataset.leaks import Leak, find_leaks
from zishu_app.dataset.preferences import preference_of
from zishu_app.dataset.rows import rest_of, row_of
from zishu_app.dataset.split import SPLITS, Rule, Sides, Split, conversations, sides
from zishu_app.dataset.store import as_text, get_many
from zishu_app.dataset.tally import Tally
from zishu_app.dataset.wanted import Filter

T = TypeVar("T")

#: samples of one step: some tens of milliseconds
PART = 500


@dataclass(frozen=True, slots=True)
class Options:
    """What is frozen, and how."""

    #: when: it stands in the card
    now: datetime
    wanted: Filter = field(default_factory=lambda: Filter(verdicts=("accepted",)))
    #: of whole conversations, kept for evaluation
    eval_share: float = 0.1
    #: another seed is another choice of conversations; versions that are to be compared have the same one
    seed: int = 0
    #: share of text from which two samples are near duplicates; 1: only those that are the same word for word
    threshold: float = 0.8
    #: of the whole set, as people write it ("CC-BY-4.0"); empty: not stated
    licence: str = ""
    #: how far judges agree with the person, for the card: see studio/freeze
    agreed: Callable[[sqlite3.Connection], Sequence[Agreed]] = lambda _: ()


@dataclass(frozen=True, slots=True)
class Freezing:
    """So many of so many samples are done in a step."""

    step: Literal["read", "compare", "write"]
    done: int
    total: int


class Making:
    """One version on its way into a folder. Its steps are called in the order they stand in; all of them block."""

    def __init__(self, connection: sqlite3.Connection, folder: Path, options: Options) -> None:
        self._connection, self._folder, self._options = connection, folder, options
        self._sides = Sides(Rule(options.seed, options.eval_share), {})
        #: key and number of each sample, see _place: sorted, they lie in the order of their keys
        self._places: dict[Split, list[bytes]] = {split: [] for split in SPLITS}
        #: conversations of each side
        self._talks: dict[Split, set[str]] = {split: set() for split in SPLITS}
        self._leaks: list[Leak] = []
        self._tally = Tally()
        self._content = hashlib.sha256()
        self._preferences = 0

    def read(self, earlier: Sequence[Frozen]) -> Generator[Freezing]:
        """Which samples there are, and on which side each of them stands. Raises DataError where there are none.

        `earlier`: versions that were divided by the same seed.
        """
        total, done = count(self._connection, self._options.wanted).n, 0
        places: list[bytes] = []
        belongs: list[str] = []
        seen: dict[str, str] = {}  # each conversation once in memory, however many samples it has
        for part in self._parts():
            found = conversations(self._connection, part)
            keys = _keys(self._connection, part)
            places += [_place(keys[number], number) for number in part]
            belongs += [seen.setdefault(found[number], found[number]) for number in part]
            done += len(part)
            yield Freezing("read", done, max(total, done))
        if not places:
            raise _nothing()
        self._sides = _divided(seen, self._sides.rule, earlier)
        for place, conversation in zip(places, belongs, strict=True):
            self._places[self._sides.side(conversation)].append(place)
        for side in self._places.values():
            side.sort()

    def compare(self) -> Generator[Freezing]:
        """Training samples that are, or nearly are, kept for evaluation are taken out. Raises DataError where none is left."""
        train, kept = (list(map(_number, self._places[split])) for split in SPLITS)
        if not kept:
            return
        for done, leaks in find_leaks(self._connection, train, kept, self._options.threshold):
            self._leaks += leaks
            yield Freezing("compare", done, len(train))
        out = {leak.sample for leak in self._leaks}
        self._places["train"] = [one for one in self._places["train"] if _number(one) not in out]
        if not self._places["train"]:
            raise _all_leaks()

    def expected(self) -> tuple[dict[Split, int], dict[str, int]]:
        """After these two steps: how many samples each side will have, and how many were left out ("exact", "near")."""
        exact = sum(leak.how == "exact" for leak in self._leaks)
        left_out = {"exact": exact, "near": len(self._leaks) - exact}
        return {split: len(self._places[split]) for split in SPLITS}, left_out

    def write(self) -> Generator[Freezing]:
        """The rows of both sides, and the preferences among those for training."""
        total, done = sum(map(len, self._places.values())), 0
        for split in SPLITS:
            if not self._places[split]:
                continue
            with self._open(ROWS[split]) as file, self._open(PREFERENCES, "a") as preferences:
                for part in _cut(self._places[split]):
                    self._write_part(split, list(map(_number, part)), file, preferences)
                    done += len(part)
                    yield Freezing("write", done, total)
        if not self._preferences:
            (self._folder / PREFERENCES).unlink()

    def finish(self, name: str) -> None:
        """What was left out, the manifest, and the card that tells of it."""
        if self._leaks:
            with self._open(LEFT_OUT) as file:
                for leak in self._told_leaks():
                    file.write(as_text(leak) + "\n")
        manifest = self._manifest(name)
        write_card(self._folder / CARD, manifest, self._options.agreed(self._connection))
        files = {path.name: mark_of(path) for path in sorted(self._folder.iterdir())}
        marks = {one: {"sha256": mark.sha256, "bytes": mark.bytes} for one, mark in files.items()}
        with self._open(MANIFEST) as file:
            file.write(seal({**manifest, "files": marks}))

    def _write_part(self, split: Split, numbers: Sequence[int], file: IO[str], preferences: IO[str]) -> None:
        belongs = conversations(self._connection, numbers)
        self._talks[split].update(belongs.values())
        for sample in get_many(self._connection, numbers):
            line = as_text(row_of(sample, belongs[sample.id])) + "\n"
            file.write(line)
            self._content.update(f"{split}\0{line}".encode())
            self._tally.add(sample, split)
            preferred = preference_of(sample) if split == "train" else None
            if preferred is not None:
                preferences.write(as_text(preferred) + "\n")
                self._preferences += 1

    def _manifest(self, name: str) -> dict[str, Any]:
        options, rule = self._options, self._sides.rule
        counts = {"train": self._tally.train, "eval": self._tally.eval}
        return {
            "format": FORMAT,
            "name": name,
            "created": options.now.isoformat(timespec="seconds"),
            "program": f"zishu {__version__}",
            "content": self._content.hexdigest(),
            "licence": options.licence,
            "filter": options.wanted.as_dict(),
            "counts": {
                split: {**counts[split].as_dict(), "conversations": len(self._talks[split])}
                for split in SPLITS
            },
            "split": {
                "seed": rule.seed,
                "eval_share": rule.share,
                "settled": dict(sorted(self._sides.settled.items())),
            },
            "leakage": {
                "threshold": options.threshold,
                "left_out": self.expected()[1],
            },
            "preferences": self._preferences,
            "about": self._tally.as_dict(),
        }

    def _told_leaks(self) -> Iterator[Mapping[str, Any]]:
        """Each leak with the keys of both samples."""
        for leaks in _cut(self._leaks):
            numbers = {number for leak in leaks for number in (leak.sample, leak.like)}
            found = {sample.id: sample for sample in get_many(self._connection, sorted(numbers))}
            for leak in leaks:
                mine, like = found[leak.sample], found[leak.like]
                yield {
                    "key": mine.key,
                    "title": mine.title,
                    "like": like.key,
                    "like_title": like.title,
                    "how": leak.how,
                    "alike": round(leak.alike, 4),
                }

    def _parts(self) -> Iterator[list[int]]:
        last = 0
        while part := ids_of(self._connection, self._options.wanted, last, PART):
            yield part
            last = part[-1]

    def _open(self, name: str, mode: Literal["w", "a"] = "w") -> IO[str]:
        return (self._folder / name).open(mode, encoding="utf-8", newline="\n")


def _divided(conversations: Collection[str], rule: Rule, earlier: Sequence[Frozen]) -> Sides:
    """The sides of a set. What was learnt before is looked up only where the draw leaves one side empty."""
    settled = {one: side for version in reversed(earlier) for one, side in version.settled.items()}
    told = sides(conversations, replace(rule, settled=settled))
    if told.settled == told.rule.settled:
        return told
    learnt = {rest_of(row)["conversation"] for version in earlier for row in read_rows(version, "train")}
    return sides(conversations, replace(rule, settled=settled, learnt=frozenset(learnt)))


def _place(key: bytes, number: int) -> bytes:
    """Key and number in one: little memory for very many, and sorted by key."""
    return key + number.to_bytes(8, "big")


def _number(place: bytes) -> int:
    return int.from_bytes(place[-8:], "big")


def _keys(connection: sqlite3.Connection, numbers: Sequence[int]) -> dict[int, bytes]:
    rows = connection.execute(
        "SELECT id, key FROM samples WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(numbers),)
    )
    return {row["id"]: row["key"] for row in rows}


def _cut(whole: Sequence[T]) -> Iterator[Sequence[T]]:
    return (whole[begin : begin + PART] for begin in range(0, len(whole), PART))


def _nothing() -> DataError:
    return DataError(
        t("没有可以冻结的样本。", "There is nothing to freeze."),
        t(
            "先在审阅页采纳一些样本，或换一个筛选条件。",
            "Accept some samples on the Review page first, or choose another filter.",
        ),
    )


def _all_leaks() -> DataError:
    return DataError(
        t(
            "训练部分的样本全都和留作评估的样本重复，去掉后就什么也不剩了。",
            "Every sample for training is also kept for evaluation: without them nothing is left.",
        ),
        t(
            "先用 `zishu dataset duplicates` 清理重复，或把评估比例设为 0。",
            "Clean up with `zishu dataset duplicates` first, or keep nothing for evaluation.",
        ),
    )
