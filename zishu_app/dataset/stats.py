"""What the data set looks like in numbers: how much, how long, of what kind, how good. No drawing.

What lists are filtered by lies in one narrow table and is summed up there, all of it. Tokens and mistakes lie in the
texts: up to `COUNTED` samples they are counted in each, of more in some that lie evenly among them, and reckoned from
those; `Statistics.counted` says in how many.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from zishu_app.core.tokens import FALLBACK, open_counter
from zishu_app.dataset.find import ids_of
from zishu_app.dataset.sample import CHECK_TAG, KINDS, LANGUAGES, VERDICTS
from zishu_app.dataset.store import messages_from_text
from zishu_app.dataset.wanted import Filter
from zishu_app.dataset.ways import Start, conditions, is_void, select, starts, walk

#: samples whose tokens are all counted, and how many are looked at where there are more
COUNTED, SOME = 20_000, 4_000
#: samples read at once
STEP = 400
#: tags that are told
TAGS = 30

#: where the bins of characters, rounds and marks begin
LENGTHS = (0, *(2**power for power in range(4, 18)))
ROUNDS = (0, 1, 2, 3, 4, 6, 8, 11, 16, 21, 31, 41, 61, 81, 101)
MARKS = (1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0)


@dataclass(frozen=True, slots=True)
class Bin:
    """So many samples from one value up to, but not including, another; None: without an upper end."""

    begin: float
    end: float | None
    n: int


@dataclass(frozen=True, slots=True)
class Marks:
    """How marks from 1 to 5 are spread. A bin holds the marks nearest to where it begins."""

    n: int
    mean: float | None
    bins: tuple[Bin, ...]


@dataclass(frozen=True, slots=True)
class Statistics:
    """What a filter finds, in numbers. Counts by name: the most frequent first."""

    samples: int
    messages: int
    #: half of the messages of each sample, rounded down
    rounds: int
    characters: int
    #: as o200k_base counts them
    tokens: int
    #: samples whose texts were read for tokens and mistakes; less than `samples`: the rest is reckoned from them
    counted: int
    kinds: Mapping[str, int]
    languages: Mapping[str, int]
    #: without the empty one
    scenarios: Mapping[str, int]
    verdicts: Mapping[str, int]
    lengths: tuple[Bin, ...]
    rounds_bins: tuple[Bin, ...]
    #: of the judges, and of the person
    scores: Marks
    stars: Marks
    #: changed by hand
    edited: int
    flagged: int
    #: of typing mistakes made by rule: how many of each kind
    mistakes: Mapping[str, int]
    #: of people
    tags: Mapping[str, int]
    #: of checks: samples in which each has found something, without `check:`
    checks: Mapping[str, int]


def statistics(connection: sqlite3.Connection, wanted: Filter) -> Statistics:
    """Sum up all that a filter finds. With a million samples it takes some seconds: in a thread."""
    sums = _sums(connection, wanted)
    tokens, mistakes, counted = _of_texts(connection, wanted, sums)
    tags = _tags(connection, wanted)
    return Statistics(
        samples=sums["samples"],
        messages=sums["messages"],
        rounds=sums["rounds"],
        characters=sums["characters"],
        tokens=tokens,
        counted=counted,
        **_facets(connection, wanted),
        lengths=_bins(sums, "length", LENGTHS),
        rounds_bins=_bins(sums, "rounds", ROUNDS),
        scores=_marks(sums, "score"),
        stars=_marks(sums, "stars"),
        edited=sums["edited"],
        flagged=sums["flagged"],
        mistakes=mistakes,
        tags=dict([pair for pair in tags.items() if not pair[0].startswith(CHECK_TAG)][:TAGS]),
        checks={tag.removeprefix(CHECK_TAG): n for tag, n in tags.items() if tag.startswith(CHECK_TAG)},
    )


#: column of the sums -> what is summed up, and from which values on it is counted
_COUNTED: Mapping[str, tuple[str, Sequence[float]]] = {
    "length": ("s.length", LENGTHS),
    "rounds": ("s.turns / 2", ROUNDS),
    # a mark belongs to the half it is nearest to
    "score": ("s.score", [mark - 0.25 for mark in MARKS]),
    "stars": ("s.stars", [mark - 0.25 for mark in MARKS]),
}


def _sums(connection: sqlite3.Connection, wanted: Filter) -> dict[str, Any]:
    """All sums in one walk: how many samples reach each edge of the bins, too."""
    reached = (
        f"IFNULL(SUM({value} >= {edge}), 0) AS {name}_{number}"
        for name, (value, edges) in _COUNTED.items()
        for number, edge in enumerate(edges)
    )
    what = (
        "COUNT(*) AS samples, IFNULL(SUM(s.turns), 0) AS messages, IFNULL(SUM(s.turns / 2), 0) AS rounds,"
        " IFNULL(SUM(s.length), 0) AS characters, IFNULL(SUM(s.version > 0), 0) AS edited,"
        " IFNULL(SUM(s.flagged), 0) AS flagged, COUNT(s.score) AS score_n, AVG(s.score) AS score_mean,"
        f" COUNT(s.stars) AS stars_n, AVG(s.stars) AS stars_mean, {', '.join(reached)}"
    )
    return dict(_found(connection, what, wanted).fetchone())


def _found(connection: sqlite3.Connection, what: str, wanted: Filter, then: str = "") -> sqlite3.Cursor:
    """A query over all that a filter finds, as samples `s`."""
    start = next(starts(wanted), walk("oldest", wanted))
    if is_void(wanted):
        start = Start("samples s", "0")
    sql, values = select(what, start, [(start.condition, start.values), *conditions(wanted, start)])
    return connection.execute(f"{sql} {then}", values)


def _bins(sums: Mapping[str, Any], name: str, edges: Sequence[float]) -> tuple[Bin, ...]:
    """Bins out of how many samples reach each edge; empty ones at the end are left out."""
    reached = [sums[f"{name}_{number}"] for number in range(len(edges))]
    counts = [here - beyond for here, beyond in pairwise([*reached, 0])]
    bins = [Bin(begin, end, n) for (begin, end), n in zip(pairwise([*edges, None]), counts, strict=True)]  # type: ignore[arg-type]
    while bins and not bins[-1].n:
        bins.pop()
    return tuple(bins)


def _marks(sums: Mapping[str, Any], name: str) -> Marks:
    reached = [sums[f"{name}_{number}"] for number in range(len(MARKS))]
    counts = [here - beyond for here, beyond in pairwise([*reached, 0])]
    bins = tuple(Bin(mark, mark + 0.5, n) for mark, n in zip(MARKS, counts, strict=True))
    return Marks(sums[f"{name}_n"], sums[f"{name}_mean"], bins)


_GROUPS = "GROUP BY s.kind, s.language, s.scenario, s.verdict"


def _facets(connection: sqlite3.Connection, wanted: Filter) -> dict[str, dict[str, int]]:
    kinds, languages, scenarios, verdicts = Counter[str](), Counter[str](), Counter[int](), Counter[str]()
    for row in _found(
        connection, "s.kind, s.language, s.scenario, s.verdict, COUNT(*) AS n", wanted, _GROUPS
    ):
        kinds[KINDS[row["kind"]]] += row["n"]
        languages[LANGUAGES[row["language"]]] += row["n"]
        verdicts[VERDICTS[row["verdict"]]] += row["n"]
        scenarios[row["scenario"]] += row["n"]
    names = {row["id"]: row["text"] for row in connection.execute("SELECT id, text FROM names")}
    named = Counter({names[number]: n for number, n in scenarios.items() if names[number]})
    return {
        "kinds": _most_first(kinds),
        "languages": _most_first(languages),
        "scenarios": _most_first(named),
        "verdicts": _most_first(verdicts),
    }


def _tags(connection: sqlite3.Connection, wanted: Filter) -> dict[str, int]:
    """Every tag among what is found, and how many samples have it."""
    if is_void(wanted):
        return {}
    start = Start("tags t", then="CROSS JOIN samples s ON s.id = t.sample")
    sql, values = select("t.tag, COUNT(*) AS n", start, conditions(wanted, start))
    rows = connection.execute(
        f"SELECT names.text, n FROM ({sql} GROUP BY t.tag) JOIN names ON names.id = tag ORDER BY n DESC, text",  # noqa: S608
        values,
    )
    return {row["text"]: row["n"] for row in rows}


def _of_texts(
    connection: sqlite3.Connection, wanted: Filter, sums: Mapping[str, Any]
) -> tuple[int, dict[str, int], int]:
    """Tokens, mistakes by kind, and in how many samples they were counted."""
    ids = ids_of(connection, wanted)
    read = ids if len(ids) <= COUNTED else ids[:: -(-len(ids) // SOME)]
    counter, tokens, characters, mistakes = open_counter(FALLBACK), 0, 0, Counter[str]()
    for begin in range(0, len(read), STEP):
        rows = connection.execute(
            "SELECT messages, json_extract(provenance, '$.mistakes') AS mistakes FROM bodies"
            " WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(read[begin : begin + STEP]),),
        )
        for row in rows:
            texts = [one.content for one in messages_from_text(row["messages"])]
            tokens += sum(counter.count_many(texts))
            characters += sum(map(len, texts))
            mistakes.update(_kinds_of(row["mistakes"]))
    if len(read) < len(ids):
        tokens = round(tokens * sums["characters"] / max(characters, 1))
        mistakes = Counter({kind: round(n * len(ids) / len(read)) for kind, n in mistakes.items()})
    return tokens, _most_first(mistakes), len(read)


def _kinds_of(mistakes: str | None) -> list[str]:
    """The kinds in a list of mistakes, as it stands in provenance; nothing where it is no such list."""
    found = json.loads(mistakes) if isinstance(mistakes, str) and mistakes.startswith("[") else []
    return [str(one["kind"]) for one in found if isinstance(one, Mapping) and "kind" in one]


def _most_first(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
