"""Samples that are there twice: the same, nearly the same, or the same in other words; and what becomes of them.

What of a sample is compared, and when two are nearly the same: likeness/compared. Nothing is thrown away: whoever keeps
the best of each group rejects the others in one act, which can be taken back; so can the word that a group is none.
"""

import asyncio
import functools
import json
import sqlite3
from collections.abc import AsyncIterator, Collection, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product

from zishu_app.core.clock import Clock
from zishu_app.core.streams import aside, closing
from zishu_app.core.texts import t
from zishu_app.dataset import acts
from zishu_app.dataset.acts import Act
from zishu_app.dataset.fields import Change
from zishu_app.dataset.likeness.alike import Alike, Embed, alike
from zishu_app.dataset.likeness.groups import Group, Like
from zishu_app.dataset.likeness.search import Result, Search, Searching
from zishu_app.dataset.likeness.sketches import Sketches, grams, jaccard, squeezed
from zishu_app.dataset.sample import VERDICTS
from zishu_app.dataset.store import Samples
from zishu_app.dataset.wanted import Filter

__all__ = [
    "Duplicates", "Embed", "Group", "How", "Like", "Searching", "dismiss", "find_duplicates", "keep_best", "near_pairs",
]  # fmt: skip

#: texts sketched at once, and sets of grams kept at hand
TOGETHER, KEPT = 400, 300
#: what the act is called that says of a group that it is none
APART = "apart"


@dataclass(frozen=True, slots=True)
class How:
    """From where on two samples count as duplicates."""

    #: share of text they have in common; 1: only what is the same
    near: float = 0.8
    #: cosine of their meanings; asked only where `embed` is there
    alike: float = 0.93
    embed: Embed | None = None


@dataclass(frozen=True, slots=True)
class Duplicates:
    """The end of a search: first what is the same, then the near, then the alike, large groups before small ones."""

    groups: tuple[Group, ...]
    #: samples that were looked at
    read: int
    #: samples that were not compared by meaning because there are too many; see likeness/meanings
    left_out: int
    #: false where it was stopped: there may be more
    finished: bool


async def find_duplicates(
    samples: Samples, wanted: Filter, how: How, stop: asyncio.Event
) -> AsyncIterator[Searching | Duplicates]:
    """Groups among all that a filter finds; what is rejected is left out unless the filter asks for it.

    Groups of which somebody said that they are none (see `dismiss`) do not come up again, unless another sample has
    joined them.
    """
    result, by_meaning = Result([], 0, []), Alike([], 0)
    async with closing(aside(_by_text(samples, wanted, how, stop))) as events:
        async for event in events:
            if isinstance(event, Searching):
                yield event
            else:
                result = event
    if how.embed is not None and not stop.is_set():
        worse = {one for group in result.groups for one in group.ids[1:]}
        best = {group.best for group in result.groups}
        ids = sorted({*result.texts, *best} - worse)
        async with closing(alike(samples, ids, how.alike, how.embed, stop)) as stream:
            async for step in stream:
                if isinstance(step, Searching):
                    yield step
                else:
                    by_meaning = step
    apart = await asyncio.to_thread(_apart, samples)
    groups = [group for group in (*result.groups, *by_meaning.groups) if not _is_apart(group, apart)]
    yield Duplicates(tuple(sorted(groups, key=_order)), result.read, by_meaning.left_out, not stop.is_set())


async def keep_best(samples: Samples, groups: Sequence[Group], who: str, clock: Clock) -> Act:
    """Reject all but the best of each group, as one act. What was decided against before stays as it is."""
    now = int(clock.now().timestamp())
    best = {one: group.best for group in reversed(groups) for one in group.ids[1:]}

    def do(connection: sqlite3.Connection) -> Act:
        against = [VERDICTS.index("rejected"), VERDICTS.index("removed")]
        rows = connection.execute(
            "SELECT id FROM samples WHERE id IN (SELECT value FROM json_each(?))"
            " AND verdict NOT IN (SELECT value FROM json_each(?))",
            (json.dumps(list(best)), json.dumps(against)),
        ).fetchall()
        changes = [_rejected(row["id"], best[row["id"]], (who, now)) for row in rows]
        return acts.record(connection, "duplicates", changes, (who, now), {"groups": len(groups)})

    return await samples.change(do)


async def dismiss(samples: Samples, group: Group, who: str, clock: Clock) -> Act:
    """These are no duplicates: remembered as an act that changes no sample, and can be taken back like any other."""
    return await acts.do(samples, APART, [], who, clock, ids=sorted(group.ids))


def near_pairs(
    texts: Sequence[tuple[int, str]], threshold: float, across: Collection[int] = ()
) -> Iterator[tuple[int, int, float]]:
    """All pairs of texts that have at least so much in common (Jaccard of their character 5-grams), each once.

    `texts`: number and text; a text without a word is like nothing. `across`: only pairs of which one is among these
    numbers and the other is not, which is quicker. One in a hundred pairs that lie right at the threshold is missed.
    Many texts that are all alike make very many pairs.
    """
    known = [(number, place) for place, (number, text) in enumerate(texts) if text.strip()]
    sketches = Sketches(threshold)
    for begin in range(0, len(known), TOGETHER):
        part = known[begin : begin + TOGETHER]
        sketches.add([squeezed(texts[place][1]) for _, place in part])
    grams_of = functools.lru_cache(KEPT)(lambda at: grams(squeezed(texts[known[at][1]][1])))
    there = frozenset(across)
    for band in range(sketches.bands):
        for bucket in sketches.buckets(band):
            for one, other in _pairs(bucket, known, there):
                if sketches.met(one, other, band):
                    continue
                share = jaccard(grams_of(one), grams_of(other))
                if share >= threshold:
                    yield known[one][0], known[other][0], share


def _pairs(
    bucket: Sequence[int], known: Sequence[tuple[int, int]], across: frozenset[int]
) -> Iterator[tuple[int, int]]:
    if not across:
        return combinations(bucket, 2)
    sides: tuple[list[int], list[int]] = ([], [])
    for at in bucket:
        sides[known[at][0] in across].append(at)
    return ((min(pair), max(pair)) for pair in product(*sides))


def _by_text(
    samples: Samples, wanted: Filter, how: How, stop: asyncio.Event
) -> Generator[Searching | Result]:
    if not wanted.verdicts:
        wanted = replace(wanted, verdicts=("pending", "accepted"))
    with samples.reading() as connection:
        yield from Search(connection, wanted, how.near, stop).run()


def _rejected(number: int, best: int, by: tuple[str, int]) -> Change:
    reason = t(f"与样本 {best} 重复", f"duplicate of {best}")
    return acts.verdict(number, "rejected", reason, by)


def _order(group: Group) -> tuple[int, int, int]:
    return ("exact", "near", "alike").index(group.how), -len(group.ids), group.best


def _apart(samples: Samples) -> dict[int, list[frozenset[int]]]:
    """Of which samples somebody said that they are no duplicates, by each of them."""
    found: dict[int, list[frozenset[int]]] = {}
    with samples.reading() as connection:
        rows = connection.execute("SELECT detail FROM acts WHERE what = ? AND state = 'done'", (APART,))
        for row in rows:
            ids = frozenset(json.loads(row["detail"])["ids"])
            for one in ids:
                found.setdefault(one, []).append(ids)
    return found


def _is_apart(group: Group, apart: Mapping[int, Sequence[frozenset[int]]]) -> bool:
    return any(one.issuperset(group.ids) for one in apart.get(group.best, ()))
