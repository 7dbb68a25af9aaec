"""Finding samples: filter, full-text search, order and pages, quick with a million of them.

Two ways to a page. Where few samples can match, they are gathered and sorted; where many can, the order is walked until
the page is full. Which is quicker is known beforehand: kinds, languages, scenarios and verdicts are counted by the file
itself, the rest is counted up to a limit. A page begins after the last row of the page before, not at an offset.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Literal

from zishu_app.core.texts import Language
from zishu_app.dataset.sample import KINDS, LANGUAGES, VERDICTS, Kind, Verdict
from zishu_app.dataset.terms import query

#: what lists are sorted by; the newer sample comes first where two are equal
Order = Literal["newest", "oldest", "priority", "best", "worst"]

#: most samples that are gathered and sorted for a page
FEW = 20_000
#: rows of a page
PAGE = 200
#: filters of more groups than this are walked: each group is a query of its own
GROUPS = 60

#: what is sorted by, larger first
_KEYS: dict[Order, str] = {
    "newest": "s.id",
    "oldest": "-s.id",
    "priority": "s.priority",
    "best": "IFNULL(s.score, -9)",
    "worst": "IFNULL(-s.score, -9)",
}


@dataclass(frozen=True, slots=True)
class Filter:
    """What is looked for; an empty field asks for nothing. Samples in the bin are found only where asked for."""

    kinds: tuple[Kind, ...] = ()
    languages: tuple[Language, ...] = ()
    scenarios: tuple[str, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    #: all of these
    tags: tuple[str, ...] = ()
    flagged: bool | None = None
    #: of the judges, 1 to 5, both ends included
    score: tuple[float, float] | None = None
    #: how far the judges are apart at least
    spread: float | None = None
    #: judged or not
    judged: bool | None = None
    #: when it came, seconds since 1970: from, up to but not including
    created: tuple[int, int] | None = None
    #: full-text search, see dataset/terms
    text: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Only what is asked for, for JSON."""
        return {
            one.name: getattr(self, one.name)
            for one in fields(self)
            if getattr(self, one.name) not in ((), None, "")
        }


def filter_from_dict(value: Mapping[str, Any]) -> Filter:
    """The opposite of `Filter.as_dict`, also after JSON has made lists of tuples."""
    asked: dict[str, Any] = {
        key: tuple(item) if isinstance(item, list) else item for key, item in value.items()
    }
    return Filter(**asked)


@dataclass(frozen=True, slots=True)
class Row:
    """A sample as a list shows it."""

    id: int
    kind: Kind
    language: Language
    scenario: str
    title: str
    #: how the first message begins that is no system message
    lead: str
    verdict: Verdict
    flagged: bool
    score: float | None
    spread: float | None
    stars: float | None
    created: int
    length: int
    turns: int
    version: int
    #: where it stands in its order, to go on from
    place: float


@dataclass(frozen=True, slots=True)
class Count:
    """How many samples a filter finds. `exact` is false where counting stopped at a limit: there are more."""

    n: int
    exact: bool = True


def page(
    connection: sqlite3.Connection,
    wanted: Filter,
    order: Order = "newest",
    after: Row | None = None,
    size: int = PAGE,
) -> list[Row]:
    """The first rows, or those that come after `after`."""
    ids = _ids(connection, wanted, order, None if after is None else (after.place, after.id), size)
    return rows_of(connection, ids)


def rows_of(connection: sqlite3.Connection, ids: Sequence[tuple[float, int]]) -> list[Row]:
    """Rows for samples in this order, each with its place."""
    found = {
        row["id"]: row
        for row in connection.execute(
            "SELECT s.*, b.title, b.lead, names.text AS scenario_name"
            " FROM samples s JOIN bodies b ON b.id = s.id JOIN names ON names.id = s.scenario"
            " WHERE s.id IN (SELECT value FROM json_each(?))",
            (json.dumps([number for _, number in ids]),),
        )
    }
    return [_row(found[number], place) for place, number in ids if number in found]


def count(connection: sqlite3.Connection, wanted: Filter, most: int | None = None) -> Count:
    """How many there are; counting stops above `most`, unless the file knows anyway."""
    groups = _groups(connection, wanted)
    if _only_groups(wanted):
        return Count(sum(n for _, n in groups))
    where, values = _where(wanted)
    limit = "" if most is None else f" LIMIT {most + 1}"
    sql = f"SELECT COUNT(*) AS n FROM (SELECT 1 {_from(wanted)} WHERE {where}{limit})"  # noqa: S608
    n = int(connection.execute(sql, values).fetchone()["n"])
    return Count(n) if most is None or n <= most else Count(most, exact=False)


def ids_of(
    connection: sqlite3.Connection, wanted: Filter, above: int = 0, most: int | None = None
) -> list[int]:
    """The numbers of all that are found, in rising order; `above` and `most` for going through them in parts."""
    where, values = _where(wanted)
    limit = "" if most is None else f" LIMIT {most}"
    sql = f"SELECT s.id {_from(wanted)} WHERE s.id > ? AND {where} ORDER BY s.id{limit}"  # noqa: S608
    return [row["id"] for row in connection.execute(sql, (above, *values))]


def place_of(
    connection: sqlite3.Connection, number: int, order: Order = "newest"
) -> tuple[float, int] | None:
    """Where a sample stands in an order."""
    row = connection.execute(
        f"SELECT {_KEYS[order]} AS place FROM samples s WHERE s.id = ?",  # noqa: S608
        (number,),
    ).fetchone()
    return None if row is None else (row["place"], number)


@dataclass(frozen=True, slots=True)
class Group:
    """Samples alike in kind, language, scenario and verdict, and how many there are."""

    kind: Kind
    language: Language
    scenario: str
    verdict: Verdict
    n: int


def groups(connection: sqlite3.Connection) -> list[Group]:
    """What there is, for the choices of a filter and for statistics."""
    return [
        Group(KINDS[row["kind"]], LANGUAGES[row["language"]], row["text"], VERDICTS[row["verdict"]], row["n"])
        for row in connection.execute(
            "SELECT f.*, names.text FROM facets f JOIN names ON names.id = f.scenario WHERE f.n > 0"
        )
    ]


def tag_counts(connection: sqlite3.Connection) -> dict[str, int]:
    """Every tag and how many samples have it, those in the bin included."""
    return {
        row["text"]: row["n"]
        for row in connection.execute(
            "SELECT text, COUNT(*) AS n FROM tags JOIN names ON names.id = tag GROUP BY tag ORDER BY text"
        )
    }


def _ids(
    connection: sqlite3.Connection,
    wanted: Filter,
    order: Order,
    after: tuple[float, int] | None,
    size: int,
) -> list[tuple[float, int]]:
    """Place and number of a page's samples."""
    found = _groups(connection, wanted)
    most, whole = sum(n for _, n in found), _whole(connection)
    if not most:
        return []
    few = min(most, _rest(connection, wanted)) <= FEW
    by_id = order in ("newest", "oldest")
    if not few and by_id and not wanted.text and most * 4 < whole and len(found) <= GROUPS:
        return _merged(connection, wanted, order, after, size)
    key, where, values = _KEYS[order], *_where(wanted)
    if after is not None:
        where, values = f"({_later(order)}) AND {where}", (*_mark(order, after), *values)
    # a unary plus keeps SQLite from walking the order where gathering is quicker
    sort = f"+({key}) DESC, +s.id DESC" if few and not by_id else _sort(order)
    sql = f"SELECT {key} AS place, s.id {_from(wanted)} WHERE {where} ORDER BY {sort} LIMIT ?"  # noqa: S608
    return [(row["place"], row["id"]) for row in connection.execute(sql, (*values, size))]


def _merged(
    connection: sqlite3.Connection,
    wanted: Filter,
    order: Order,
    after: tuple[float, int] | None,
    size: int,
) -> list[tuple[float, int]]:
    """A page out of some groups among many: each group lies in the order of the numbers already."""
    where, values = _where(replace(wanted, kinds=(), languages=(), scenarios=(), verdicts=VERDICTS))
    if after is not None:
        where, values = f"({_later(order)}) AND {where}", (*_mark(order, after), *values)
    one = (
        f"SELECT * FROM (SELECT {_KEYS[order]} AS place, s.id AS id FROM samples s"  # noqa: S608
        " WHERE s.kind = ? AND s.language = ? AND s.scenario = ? AND s.verdict = ?"
        f" AND {where} ORDER BY {_sort(order)} LIMIT ?)"
    )
    rows: list[tuple[float, int]] = []
    for group, _ in _groups(connection, wanted):
        rows += [(row["place"], row["id"]) for row in connection.execute(one, (*group, *values, size))]
    return sorted(rows, reverse=True)[:size]


def _sort(order: Order) -> str:
    if order == "oldest":
        return "s.id ASC"
    return "s.id DESC" if order == "newest" else f"{_KEYS[order]} DESC, s.id DESC"


def _later(order: Order) -> str:
    """What holds for samples that come after a mark."""
    if order == "oldest":
        return "s.id > ?"
    return "s.id < ?" if order == "newest" else f"({_KEYS[order]}, s.id) < (?, ?)"


def _mark(order: Order, after: tuple[float, int]) -> tuple[Any, ...]:
    return (after[1],) if order in ("newest", "oldest") else after


def _from(wanted: Filter) -> str:
    # the search comes first: it finds its samples in the order of their numbers, and stops when enough are found
    return "FROM words CROSS JOIN samples s ON s.id = words.rowid" if _text(wanted) else "FROM samples s"


def _text(wanted: Filter) -> str:
    return query(wanted.text) if wanted.text.strip() else ""


def _where(wanted: Filter) -> tuple[str, tuple[Any, ...]]:
    """The conditions, and their values in the same order."""
    parts = list(_conditions(wanted))
    return " AND ".join(sql for sql, _ in parts), tuple(value for _, values in parts for value in values)


def _conditions(wanted: Filter) -> Iterator[tuple[str, tuple[Any, ...]]]:
    asked = _text(wanted)
    if asked:
        yield "words MATCH ?", (asked,)
    elif wanted.text.strip():
        yield "0", ()  # nothing that could be looked for: punctuation only
    verdicts = wanted.verdicts or VERDICTS[:-1]
    yield _one_of("s.verdict", [VERDICTS.index(one) for one in verdicts])
    if wanted.kinds:
        yield _one_of("s.kind", [KINDS.index(one) for one in wanted.kinds])
    if wanted.languages:
        yield _one_of("s.language", [LANGUAGES.index(one) for one in wanted.languages])
    if wanted.scenarios:
        marks = ", ".join("?" * len(wanted.scenarios))
        yield f"s.scenario IN (SELECT id FROM names WHERE text IN ({marks}))", tuple(wanted.scenarios)  # noqa: S608
    for tag in wanted.tags:
        yield (
            "s.id IN (SELECT sample FROM tags WHERE tag = (SELECT id FROM names WHERE text = ?))",
            (tag,),
        )
    yield from _of_numbers(wanted)


def _of_numbers(wanted: Filter) -> Iterator[tuple[str, tuple[Any, ...]]]:
    if wanted.flagged is not None:
        yield "s.flagged = ?", (int(wanted.flagged),)
    if wanted.score is not None:
        yield "s.score BETWEEN ? AND ?", wanted.score
    if wanted.spread is not None:
        yield "s.spread >= ?", (wanted.spread,)
    if wanted.judged is not None:
        yield ("s.score IS NOT NULL" if wanted.judged else "s.score IS NULL"), ()
    if wanted.created is not None:
        yield "s.created >= ? AND s.created < ?", wanted.created


def _one_of(column: str, numbers: Sequence[int]) -> tuple[str, tuple[int, ...]]:
    return f"{column} IN ({', '.join('?' * len(numbers))})", tuple(numbers)


def _groups(connection: sqlite3.Connection, wanted: Filter) -> list[tuple[tuple[int, ...], int]]:
    """The groups a filter can find anything in, and their sizes."""
    only = Filter(
        kinds=wanted.kinds,
        languages=wanted.languages,
        scenarios=wanted.scenarios,
        verdicts=wanted.verdicts,
    )
    where, values = _where(only)
    rows = connection.execute(f"SELECT s.* FROM facets s WHERE s.n > 0 AND {where}", values)  # noqa: S608
    return [((row["kind"], row["language"], row["scenario"], row["verdict"]), row["n"]) for row in rows]


def _only_groups(wanted: Filter) -> bool:
    return replace(wanted, kinds=(), languages=(), scenarios=(), verdicts=()) == Filter()


def _whole(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT IFNULL(SUM(n), 0) FROM facets").fetchone()[0])


def _rest(connection: sqlite3.Connection, wanted: Filter) -> int:
    """How many the part of a filter finds that no group knows of, counted a little further than FEW."""
    tests: list[tuple[str, tuple[Any, ...]]] = []
    if asked := _text(wanted):
        tests.append(("SELECT 1 FROM words WHERE words MATCH ?", (asked,)))
    for tag in wanted.tags:
        tests.append(("SELECT 1 FROM tags WHERE tag = (SELECT id FROM names WHERE text = ?)", (tag,)))
    if wanted.created is not None:
        tests.append(("SELECT 1 FROM samples WHERE created >= ? AND created < ?", wanted.created))
    counts = [
        int(connection.execute(f"SELECT COUNT(*) FROM ({sql} LIMIT {FEW + 1})", values).fetchone()[0])  # noqa: S608
        for sql, values in tests
    ]
    return min(counts, default=FEW + 1)


def _row(row: sqlite3.Row, place: float) -> Row:
    return Row(
        id=row["id"],
        kind=KINDS[row["kind"]],
        language=LANGUAGES[row["language"]],
        scenario=row["scenario_name"],
        title=row["title"],
        lead=row["lead"],
        verdict=VERDICTS[row["verdict"]],
        flagged=bool(row["flagged"]),
        score=row["score"],
        spread=row["spread"],
        stars=row["stars"],
        created=row["created"],
        length=row["length"],
        turns=row["turns"],
        version=row["version"],
        place=place,
    )
