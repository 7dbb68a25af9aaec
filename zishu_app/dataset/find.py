"""Finding samples: filter, full-text search, order and pages, quick with a million of them.

Two ways to a page. Where few samples can match, they are gathered and sorted; where many can, the order is walked until
the page is full. Which is quicker is known beforehand: kinds, languages, scenarios and verdicts are counted by the file
itself, the rest is counted up to a limit. A page begins after the last row of the page before, not at an offset.
"""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace

from zishu_app.core.texts import Language
from zishu_app.dataset.sample import KINDS, LANGUAGES, VERDICTS, Kind, Verdict

# what is looked for is asked of this module by everybody
from zishu_app.dataset.wanted import Filter as Filter
from zishu_app.dataset.wanted import Order as Order
from zishu_app.dataset.wanted import filter_from_dict as filter_from_dict
from zishu_app.dataset.ways import (
    KEYS,
    Start,
    by_groups,
    by_time,
    conditions,
    is_covered,
    is_void,
    select,
    starts,
    walk,
)

#: most samples that are gathered and sorted for a page: from here on it takes longer than people wait
FEW = 20_000
#: samples that are passed in the time one is gathered; that are counted in the time one is looked up, and where all
#: that is asked lies in an index
PASSED, COUNTED, READ = 30, 16, 64
#: a time in which less than this part of all samples came is a short one
SHORT = 4
#: where a filter asks for one thing only, so many times fewer: a walk surely meets enough of them
ALONE = 4
#: rows of a page
PAGE = 200


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
    ids = places(connection, wanted, order, None if after is None else (after.place, after.id), size)
    return rows_of(connection, ids)


def places(
    connection: sqlite3.Connection,
    wanted: Filter,
    order: Order = "newest",
    after: tuple[float, int] | None = None,
    size: int = PAGE,
) -> list[tuple[float, int]]:
    """As `page`, but only where each sample stands, and its number: a long list is read when it is looked at."""
    if is_void(wanted):
        return []
    whole = _whole(connection)
    alone = len(list(starts(wanted))) + (_of_groups(connection, wanted) < whole // 2) < 2
    few, start = _narrowest(connection, wanted, min(FEW, whole // PASSED) // (ALONE if alone else 1))
    # what was not judged is equal to all orders but that of coming
    by_id = order in ("newest", "oldest") or wanted.judged is False
    if not few and not (by_id and start.id != "s.id"):
        start = walk("newest" if by_id else order, wanted)
    key, way = KEYS[order], "ASC" if order == "oldest" else "DESC"
    parts = [(start.condition, start.values), *conditions(wanted, start)]
    if by_id and not few and wanted.created is not None:
        parts.append((f"{start.id} BETWEEN ? AND ?", _numbers(connection, wanted.created)))
    if after is not None and by_id:
        parts.append((f"{start.id} {'>' if order == 'oldest' else '<'} ?", after[1:]))
    elif after is not None:
        # SQLite finds the place in its index by the former, and the row by the latter
        parts.append((f"{key} <= ? AND ({key}, s.id) < (?, ?)", (after[0], *after)))
    # a unary plus keeps SQLite from walking the order where gathering is quicker
    sort = f"{start.id} {way}" if by_id else f"{'+' if few else ''}{key} DESC, s.id DESC"
    sql, values = select(f"{key} AS place, s.id", start, parts)
    rows = connection.execute(f"{sql} ORDER BY {sort} LIMIT ?", (*values, size))
    return [(row["place"], row["id"]) for row in rows]


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
    if _only_groups(wanted):
        return Count(_of_groups(connection, wanted))
    if is_void(wanted):
        return Count(0)
    covered = is_covered(wanted)
    bound = _whole(connection) // (READ if covered else COUNTED)
    few, start = _narrowest(connection, wanted, bound, covered=covered)
    if not few and start.id == "s.id":
        start = by_time(wanted.created) if wanted.created is not None else walk("best", wanted)
    parts, span = [(start.condition, start.values), *conditions(wanted, start)], wanted.created
    if not few and start.id != "s.id" and span is not None and _is_short(connection, span):
        parts.append((f"{start.id} BETWEEN ? AND ?", _numbers(connection, span)))
    sql, values = select("1", start, parts)
    limit = "" if most is None else f" LIMIT {most + 1}"
    n = int(connection.execute(f"SELECT COUNT(*) FROM ({sql}{limit})", values).fetchone()[0])  # noqa: S608
    return Count(n) if most is None or n <= most else Count(most, exact=False)


def accepted_since(connection: sqlite3.Connection, second: int, kind: Kind | None = None) -> int:
    """How many samples, of one kind or of all, were accepted after a moment (seconds since 1970) and are so still."""
    row = connection.execute(
        "SELECT COUNT(*) FROM samples WHERE decided > ? AND verdict = ? AND (? IS NULL OR kind = ?)",
        (second, VERDICTS.index("accepted"), kind, KINDS.index(kind) if kind else -1),
    ).fetchone()
    return int(row[0])


def ids_of(
    connection: sqlite3.Connection, wanted: Filter, above: int = 0, most: int | None = None
) -> list[int]:
    """The numbers of all that are found, in rising order; `above` and `most` for going through them in parts."""
    if is_void(wanted):
        return []
    start = next((one for one in starts(wanted) if one.id != "s.id"), walk("oldest", wanted))
    parts = [(start.condition, start.values), (f"{start.id} > ?", (above,)), *conditions(wanted, start)]
    sql, values = select("s.id", start, parts)
    limit = "" if most is None else f" LIMIT {most}"
    return [row["id"] for row in connection.execute(f"{sql} ORDER BY {start.id}{limit}", values)]


def place_of(
    connection: sqlite3.Connection, number: int, order: Order = "newest"
) -> tuple[float, int] | None:
    """Where a sample stands in an order."""
    row = connection.execute(
        f"SELECT {KEYS[order]} AS place FROM samples s WHERE s.id = ?",  # noqa: S608
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
    rows = connection.execute(
        "SELECT text, n FROM tag_counts JOIN names ON names.id = tag WHERE n > 0 ORDER BY text"
    )
    return {row["text"]: row["n"] for row in rows}


def warm(connection: sqlite3.Connection) -> None:
    """Read once what filters look at, so that the system remembers it: a search here and there in a file that was just
    opened waits for the disk, and reading on is quicker than the first search by hand."""
    for index in (
        "NOT INDEXED",
        *(f"INDEXED BY samples_by_{one}" for one in ("facet", "priority", "best", "worst")),
    ):
        connection.execute(
            f"SELECT SUM({'turns' if index == 'NOT INDEXED' else 'kind'}) FROM samples {index}"
        )  # noqa: S608
    connection.execute("SELECT COUNT(*) FROM tags")


def _narrowest(
    connection: sqlite3.Connection, wanted: Filter, few: int, *, covered: bool = False
) -> tuple[bool, Start]:
    """Where to begin so that looking at all samples costs least, and whether that is worth it: `few`, at their price.

    `covered`: they are only counted, and an index holds all that is asked.
    """
    best = by_groups(wanted)
    least = _of_groups(connection, wanted) * best.each(covered=covered)
    for start in starts(wanted):
        each = start.each(covered=covered)
        price = _found(connection, start, int(min(few, least) / each) + 1) * each
        # of those that are too many, the first that holds the samples in the order of their numbers
        if price <= min(least, few) or (min(price, least) > few and best.id == "s.id"):
            least, best = price, start
    return least <= few, best


def _found(connection: sqlite3.Connection, start: Start, most: int) -> int:
    """How many samples a start finds; counting stops at `most`."""
    counting = f"SELECT COUNT(*) FROM (SELECT 1 FROM {start.table} WHERE {start.condition} LIMIT {most})"  # noqa: S608
    row = connection.execute(start.known or counting, start.values).fetchone()
    return int(row[0]) if row else 0


def _whole(connection: sqlite3.Connection) -> int:
    return _of_groups(connection, Filter(verdicts=VERDICTS))


def _numbers(connection: sqlite3.Connection, created: tuple[int, int]) -> tuple[int, int]:
    """The lowest and the highest number of what came in a time: a walk need not look before or after."""
    sql, values = select("MIN(s.id), MAX(s.id)", span := by_time(created), [(span.condition, span.values)])
    return tuple(connection.execute(sql, values).fetchone())


def _is_short(connection: sqlite3.Connection, created: tuple[int, int]) -> bool:
    """Whether so little came in a time that finding its lowest and highest number is soon done."""
    most = _whole(connection) // SHORT
    return _found(connection, by_time(created), most) < most


def _of_groups(connection: sqlite3.Connection, wanted: Filter) -> int:
    start = by_groups(wanted)
    sql = f"SELECT IFNULL(SUM(f.n), 0) FROM {start.table} WHERE {start.condition}"  # noqa: S608
    return int(connection.execute(sql, start.values).fetchone()[0])


def _only_groups(wanted: Filter) -> bool:
    return replace(wanted, kinds=(), languages=(), scenarios=(), verdicts=()) == Filter()


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
