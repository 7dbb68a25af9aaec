"""Two frozen versions side by side: what came, what went, what says something else now, and what changed sides.

Rows lie in the order of their keys, so both versions are read once from the front to the end, however large they are.
"""

import difflib
import heapq
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from zishu_app.dataset.frozen import Frozen, read_rows
from zishu_app.dataset.rows import messages_of
from zishu_app.dataset.sample import SampleMessage
from zishu_app.dataset.split import SPLITS, Split

#: "marked": its messages are the same, but not what was noted beside them (tags, scores, verdict ...)
What = Literal["added", "removed", "changed", "marked", "moved"]
#: what counts are told by
Property = Literal["kinds", "languages", "scenarios"]


@dataclass(frozen=True, slots=True)
class MessageChange:
    """One message of a sample that is not as it was."""

    #: its place in the sample (from 0) before and after; None: it was not there, or is there no more
    was: int | None
    now: int | None
    before: SampleMessage | None
    after: SampleMessage | None


@dataclass(frozen=True, slots=True)
class Difference:
    """A sample that is not the same in both versions."""

    key: str
    title: str
    kind: str
    #: the side it stood on and stands on; None: it was not there, or is there no more
    before: Split | None
    after: Split | None
    messages: tuple[MessageChange, ...]
    #: other tags, scores, verdict ...
    marked: bool

    @property
    def what(self) -> tuple[What, ...]:
        """All that is to be said of it: a sample can be changed and moved at once."""
        if self.before is None:
            return ("added",)
        if self.after is None:
            return ("removed",)
        said: list[What] = ["changed"] if self.messages else ["marked"] if self.marked else []
        return (*said, "moved") if self.before != self.after else tuple(said)


@dataclass(frozen=True, slots=True)
class Comparison:
    """How much two versions differ."""

    before: Frozen
    after: Frozen
    #: samples; one that is changed and moved counts in both
    differences: Mapping[What, int]
    #: samples that are in both, to the last mark
    same: int

    def counts(self, of: Property) -> list[tuple[str, int, int]]:
        """Samples by kind, language or scenario: before and after, the most frequent first."""
        before, after = _merged(self.before, of), _merged(self.after, of)
        told = [(name, before.get(name, 0), after.get(name, 0)) for name in before.keys() | after.keys()]
        return sorted(told, key=lambda one: (-max(one[1:]), one[0]))


def compare(before: Frozen, after: Frozen) -> Comparison:
    """How many samples differ, and in what. Reads both versions: for a thread."""
    found: dict[What, int] = dict.fromkeys(("added", "removed", "changed", "marked", "moved"), 0)
    same = after.samples
    for one in differences(before, after):
        same -= one.after is not None
        for what in one.what:
            found[what] += 1
    return Comparison(before, after, found, same)


def differences(before: Frozen, after: Frozen) -> Iterator[Difference]:
    """The samples that differ, in the order of their keys. Raises DataError where a version cannot be read."""
    rows = heapq.merge(
        ((row["key"], 0, split, row) for split, row in _rows(before)),
        ((row["key"], 1, split, row) for split, row in _rows(after)),
        key=lambda one: one[:2],
    )
    for key, group in itertools.groupby(rows, key=lambda one: one[0]):
        sides: list[tuple[Split, Mapping[str, Any]] | None] = [None, None]
        for _, version, split, row in group:
            sides[version] = (split, row)
        one = _difference(key, *sides)
        if one.what:
            yield one


def _rows(frozen: Frozen) -> Iterator[tuple[Split, dict[str, Any]]]:
    """All rows of a version in the order of their keys, each with its side."""
    sides = [zip(itertools.repeat(split), read_rows(frozen, split)) for split in SPLITS]
    return heapq.merge(*sides, key=lambda one: one[1]["key"])


def _difference(
    key: str,
    before: tuple[Split, Mapping[str, Any]] | None,
    after: tuple[Split, Mapping[str, Any]] | None,
) -> Difference:
    row = (after or before or ("", {}))[1]
    changes: tuple[MessageChange, ...] = ()
    if before and after:
        changes = tuple(_changes(messages_of(before[1]), messages_of(after[1])))
    return Difference(
        key=key,
        title=row["title"],
        kind=row["kind"],
        before=before[0] if before else None,
        after=after[0] if after else None,
        messages=changes,
        marked=bool(before and after and before[1] != after[1]),
    )


def _changes(before: tuple[SampleMessage, ...], after: tuple[SampleMessage, ...]) -> Iterator[MessageChange]:
    """Messages that are not in both, those that took each other's place side by side."""
    if before == after:
        return
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for kind, was, was_end, now, now_end in matcher.get_opcodes():
        if kind == "equal":
            continue
        for old, new in itertools.zip_longest(range(was, was_end), range(now, now_end)):
            yield MessageChange(
                old, new, None if old is None else before[old], None if new is None else after[new]
            )


def _merged(frozen: Frozen, of: Property) -> dict[str, int]:
    merged: dict[str, int] = {}
    for split in SPLITS:
        for name, samples in frozen.counts[split][of].items():
            merged[name] = merged.get(name, 0) + samples
    return merged
