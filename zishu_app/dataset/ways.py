"""The ways to samples in the file: with which table and index a search begins, and what it asks of each sample.

Each way names them both, so that SQLite, which does not know what lies in the file, has nothing to guess.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from zishu_app.core.terms import query
from zishu_app.dataset.sample import KINDS, LANGUAGES, VERDICTS
from zishu_app.dataset.wanted import Filter, Order

#: what is sorted by, larger first
KEYS: dict[Order, str] = {
    "newest": "s.id",
    "oldest": "-s.id",
    "priority": "s.priority",
    "best": "IFNULL(s.score, -9)",
    "worst": "IFNULL(-s.score, -9)",
}
#: the keys of best and worst of what was not judged: it comes last
UNJUDGED = (-9.0, -9.0)


@dataclass(frozen=True, slots=True)
class Start:
    """A table to begin with, and all of it that can be found."""

    table: str
    condition: str = "1"
    values: tuple[Any, ...] = ()
    #: how the samples follow
    then: str = ""
    #: their numbers as the table knows them; where that is another name, it holds them in their order
    id: str = "s.id"
    #: how dear a sample is: those in the order of their numbers lie close to each other
    price: float = 2
    #: the same where an index holds all that a filter asks for (see `is_covered`); 0: none does
    within: float = 0
    #: the query for how many samples it finds, where the file keeps that
    known: str = ""

    def each(self, *, covered: bool) -> float:
        """The price of a sample; `covered`: all that a filter asks for lies in those indexes."""
        return self.within if covered and self.within else self.price


#: conditions and the values of their marks
Parts = Iterable[tuple[str, tuple[Any, ...]]]


def starts(wanted: Filter) -> Iterator[Start]:
    """Where a search can begin, besides the groups; those first that hold the samples in the order of their numbers."""
    if asked := text_of(wanted):
        then = "CROSS JOIN samples s ON s.id = words.rowid"
        yield Start("words", "words MATCH ?", (asked,), then, "words.rowid", 1)
    for tag in wanted.tags:
        then = "CROSS JOIN samples s ON s.id = t.sample"
        known = f"SELECT n FROM tag_counts WHERE tag = {_NAMED}"
        yield Start("tags t", f"t.tag = {_NAMED}", (tag,), then, "t.sample", 1, known=known)
    if wanted.created is not None:
        yield by_time(wanted.created)
    if wanted.flagged:
        yield Start("samples s INDEXED BY samples_flagged", "s.flagged = 1", price=1)
    if wanted.spread is not None:
        yield Start("samples s INDEXED BY samples_by_spread", "s.spread >= ?", (wanted.spread,))
    if span := _span(wanted):
        yield Start(
            "samples s INDEXED BY samples_by_best", f"{KEYS['best']} BETWEEN ? AND ?", span, within=0.1
        )


def is_covered(wanted: Filter) -> bool:
    """Whether all that is asked of a sample stands in the indexes of the groups and of the orders."""
    return not (wanted.tags or wanted.judged_by or wanted.text.strip())


def _span(wanted: Filter) -> tuple[float, float] | None:
    """Between which ends the key of `best` can lie."""
    if wanted.judged is False:
        return UNJUDGED
    judged = wanted.judged or wanted.spread is not None  # where judges are apart, there is a score
    return wanted.score or ((0.0, 9.0) if judged else None)


def by_groups(wanted: Filter) -> Start:
    """Kind, language, scenario and verdict: what the file counts by itself."""
    where, values = _joined(_of_group(wanted, "f"))
    then = (
        "CROSS JOIN samples s INDEXED BY samples_by_facet ON s.kind = f.kind"
        " AND s.language = f.language AND s.scenario = f.scenario AND s.verdict = f.verdict"
    )
    return Start("facets f", f"f.n > 0 AND {where}", values, then, within=0.1)


def by_time(created: tuple[int, int]) -> Start:
    """What came between two times: the samples lie beside each other in their table."""
    return Start("samples s INDEXED BY samples_by_created", *_created(created), price=1, within=0.15)


def walk(order: Order, wanted: Filter) -> Start:
    """From the first that can be found to the last, until enough are."""
    span = _span(wanted)
    if order in ("newest", "oldest"):
        return Start("samples s NOT INDEXED")
    table = f"samples s INDEXED BY samples_by_{order}"
    if span is None or order == "priority":
        return Start(table)
    if order == "worst" and span != UNJUDGED:
        span = -span[1], -span[0]
    return Start(table, f"{KEYS[order]} BETWEEN ? AND ?", span)


def select(what: str, start: Start, parts: Parts) -> tuple[str, tuple[Any, ...]]:
    """The query that goes this way, and its values."""
    where, values = _joined(parts)
    return f"SELECT {what} FROM {start.table} {start.then} WHERE {where}", values  # noqa: S608


def _joined(parts: Parts) -> tuple[str, tuple[Any, ...]]:
    parts = list(parts)
    return " AND ".join(sql for sql, _ in parts), tuple(value for _, values in parts for value in values)


def text_of(wanted: Filter) -> str:
    """The query for the search index; empty where nothing is searched for."""
    return query(wanted.text) if wanted.text.strip() else ""


def is_void(wanted: Filter) -> bool:
    """Whether nothing can be found: a search for punctuation only, scores of what was not judged."""
    scored = wanted.score is not None or wanted.spread is not None
    return bool(wanted.text.strip() and not text_of(wanted)) or (wanted.judged is False and scored)


def conditions(wanted: Filter, start: Start) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """All that a filter asks, beyond what `start` sees to; what is quickly seen comes first."""
    if start.table != "facets f":
        yield from _of_group(wanted, "s")
    yield from _of_columns(wanted)
    for tag in wanted.tags:
        if (start.table, start.values) != ("tags t", (tag,)):
            yield f"EXISTS (SELECT 1 FROM tags WHERE tag = {_NAMED} AND sample = s.id)", (tag,)
    asked = text_of(wanted)
    if asked and start.table != "words":
        # the plus: looked up for each sample, and not the other way round
        yield "+s.id IN (SELECT rowid FROM words WHERE words MATCH ?)", (asked,)
    if wanted.judged_by:
        marks = ", ".join("?" * len(wanted.judged_by))
        yield (
            "s.score IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ratings r WHERE r.sample = s.id"  # noqa: S608
            f" AND r.version = s.version AND r.weight > 0 AND r.who NOT IN ('', {marks}))",
            wanted.judged_by,
        )


def _of_columns(wanted: Filter) -> Iterator[tuple[str, tuple[Any, ...]]]:
    if wanted.flagged is not None:
        yield "s.flagged = ?", (int(wanted.flagged),)
    if wanted.score is not None:
        yield "s.score BETWEEN ? AND ?", wanted.score
    if wanted.spread is not None:
        yield "s.spread >= ?", (wanted.spread,)
    if wanted.judged is not None:
        yield ("s.score IS NOT NULL" if wanted.judged else "s.score IS NULL"), ()
    if wanted.created is not None:
        yield _created(wanted.created)


#: the number of a name
_NAMED = "(SELECT id FROM names WHERE text = ?)"


def _of_group(wanted: Filter, table: str) -> Iterator[tuple[str, tuple[Any, ...]]]:
    verdicts = wanted.verdicts or VERDICTS[:-1]
    yield _one_of(f"{table}.verdict", [VERDICTS.index(one) for one in verdicts])
    if wanted.kinds:
        yield _one_of(f"{table}.kind", [KINDS.index(one) for one in wanted.kinds])
    if wanted.languages:
        yield _one_of(f"{table}.language", [LANGUAGES.index(one) for one in wanted.languages])
    if wanted.scenarios:
        marks = ", ".join("?" * len(wanted.scenarios))
        yield f"{table}.scenario IN (SELECT id FROM names WHERE text IN ({marks}))", tuple(wanted.scenarios)  # noqa: S608


def _created(span: tuple[int, int]) -> tuple[str, tuple[int, int]]:
    return "s.created >= ? AND s.created < ?", span


def _one_of(column: str, numbers: Sequence[int]) -> tuple[str, tuple[int, ...]]:
    return f"{column} IN ({', '.join('?' * len(numbers))})", tuple(numbers)
