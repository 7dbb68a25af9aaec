"""Acts of all kinds by chance, and everything that acts change of samples, to be compared."""

import random
import sqlite3
from typing import Any

from tests.dataset.made import CLAUSES, SCENARIOS, TAGS
from zishu_app.core.errors import DataError
from zishu_app.dataset.acts import Part
from zishu_app.dataset.find import Filter
from zishu_app.dataset.sample import KINDS, VERDICTS
from zishu_app.dataset.store import Samples, get_many
from zishu_app.review.desk import Desk

CRITERIA = ("faithful", "clear")


async def through(parts: Any) -> list[Part]:
    """All parts of an act."""
    return [part async for part in parts]


def state(samples: Samples, most: int | None = None) -> dict[str, Any]:
    """What acts change, of the samples up to a number: fields, marks and what they are found by."""
    with samples.reading() as connection:
        last = most or connection.execute("SELECT MAX(id) FROM samples").fetchone()[0]
        return {
            "samples": get_many(connection, range(last + 1)),
            "priority": rows(connection, "SELECT id, priority FROM samples WHERE id <= ?", last),
            "marks": rows(
                connection,
                "SELECT sample, who, criterion, version, score FROM ratings WHERE sample <= ? ORDER BY 1, 2, 3, 4",
                last,
            ),
            "words": [row for row in words(connection) if row[1] <= last],
        }


def rows(connection: sqlite3.Connection, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in connection.execute(sql, values)]


def words(connection: sqlite3.Connection) -> list[tuple[Any, ...]]:
    """The search index, term by term: in which samples and where."""
    connection.execute("PRAGMA query_only = OFF")
    connection.execute("CREATE VIRTUAL TABLE temp.terms_of USING fts5vocab('main', 'words', 'instance')")
    return rows(connection, "SELECT term, doc, offset FROM terms_of ORDER BY 1, 2, 3")


async def act(desk: Desk, dice: random.Random, many: int) -> str:
    """One act by chance on one of the first `many` samples, or on all that a filter finds; what it was."""
    number, at, text = dice.randint(1, many), dice.randrange(4), dice.choice(CLAUSES)
    deeds = {
        "decide": lambda: desk.decide(number, dice.choice(VERDICTS), dice.choice(("", "太短"))),
        "rate": lambda: desk.rate(number, dice.choice(CRITERIA), dice.choice((None, 1, 3, 5))),
        "flag": lambda: desk.flag(number, on=dice.random() < 0.5),
        "tag": lambda: desk.tag(number, dice.sample(TAGS, dice.randrange(3))),
        "rewrite": lambda: desk.rewrite(number, at, text),
        "learn": lambda: desk.learn(number, at, learnt=dice.random() < 0.5),
        "drop": lambda: desk.drop_from(number, at),
        "split": lambda: desk.split(number, at),
        "restore": lambda: desk.restore(number, dice.randrange(3)),
        "bulk": lambda: through(desk.decide_all(some(dice), dice.choice(VERDICTS), "bulk")),
    }
    what = dice.choice(list(deeds))
    try:
        await deeds[what]()
    except (DataError, IndexError, TypeError):  # such a message or version is not there: nothing was done
        return ""
    return what


def some(dice: random.Random) -> Filter:
    """A filter that finds some samples."""
    fields: dict[str, Any] = {
        "kinds": tuple(dice.sample(KINDS, 2)),
        "verdicts": (dice.choice(VERDICTS),),
        "tags": (dice.choice(TAGS),),
        "scenarios": (dice.choice(SCENARIOS),),
        "text": "学习",
    }
    return Filter(**{name: fields[name] for name in dice.sample(list(fields), 2)})
