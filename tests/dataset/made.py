"""Samples for tests of the data set: a few dozen, all kinds mixed, and the file as plain values to compare."""

import random
import sqlite3
from typing import Any

from zishu_app.dataset.sample import KINDS, LANGUAGES, VERDICTS, Draft, Source, fingerprint, message
from zishu_app.dataset.scores import Mark, Marked, keep_marks
from zishu_app.dataset.store import Samples, add

NOW = 1_780_000_000
SCENARIOS = ("机器学习", "旅行", "")
TAGS = ("好例子", "口语", "check:short", "a b")
#: their marks are what scores, spreads and places in the queue come from
JUDGES = ("one/judge", "another/judge")
CLAUSES = (
    "我想学习机器学习，从哪里开始？", "学习机器", "今天天气不错。", "用GPT写代码", "ＡＩ 和 ＧＰＴ", "Café au lait",
    "the music is loud", "go to 2024", "カタカナ", "好", "I'm OK", "机器 学习", "——！？",
)  # fmt: skip


def draft(number: int, dice: random.Random | None = None, **fields: Any) -> Draft:
    """A sample of its own for each number; everything else by chance, or the plainest there is."""
    dice = dice or random.Random(number)
    texts = [dice.choice(CLAUSES) + dice.choice(CLAUSES) for _ in range(dice.choice((2, 2, 4)))]
    source = Source(fingerprint("talk", number % 5), f"talk-{number % 5}", (message("user", "长"),))
    given: dict[str, Any] = {
        "key": fingerprint("test", number),
        "kind": dice.choice(KINDS),
        "language": dice.choice(LANGUAGES),
        "title": dice.choice(CLAUSES),
        "messages": tuple(message("assistant" if n % 2 else "user", text) for n, text in enumerate(texts)),
        "scenario": dice.choice(SCENARIOS),
        "tags": tuple(tag for tag in TAGS if dice.random() < 0.3),
        "provenance": {"number": number},
        "source": source if dice.random() < 0.3 else None,
        "verdict": dice.choices(VERDICTS, [5, 2, 2, 1])[0],
    }
    return Draft(**(given | fields))


async def fill(samples: Samples, many: int, seed: int = 1) -> list[int]:
    """So many samples, some of them judged and flagged; their numbers."""
    dice = random.Random(seed)
    numbers: list[int] = []
    for number in range(many):
        numbers += [
            one or 0 for one in await add(samples, [draft(number, dice)], NOW + 60 * dice.randrange(many))
        ]

    def judge(connection: sqlite3.Connection) -> None:
        for number in numbers:
            if dice.random() < 0.5:
                for who in JUDGES[: dice.choice((1, 2))]:
                    marks = tuple(Mark(name, dice.choice((1, 4, 5)), "“…”") for name in ("clear", "faithful"))
                    keep_marks(connection, number, Marked(who, 1.0, 0, marks), JUDGES, NOW)
                flagged = dice.random() < 0.3
                connection.execute("UPDATE samples SET flagged = ? WHERE id = ?", (flagged, number))

    await samples.change(judge)
    return numbers


def everything(connection: sqlite3.Connection, *besides: str) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables, texts in place of the numbers of names; `besides` these tables."""
    names = dict(map(tuple, connection.execute("SELECT id, text FROM names")))
    found = {}
    tables = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"
    ).fetchall()
    for (table,) in tables:
        if not table.startswith("words") and table not in ("names", *besides):
            cursor = connection.execute(f"SELECT * FROM {table}")
            named = [column[0] in ("scenario", "reason", "reviewer", "tag") for column in cursor.description]
            rows = [
                tuple(names[value] if is_name else value for value, is_name in zip(row, named, strict=True))
                for row in cursor
            ]
            found[table] = sorted(rows, key=repr)
    found["facets"] = [row for row in found["facets"] if row[-1]]
    return found


def words_found(connection: sqlite3.Connection) -> list[tuple[Any, ...]]:
    """The search index, term by term: in which samples and where."""
    connection.execute(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.terms_of USING fts5vocab('main', 'words', 'instance')"
    )
    return [
        tuple(row) for row in connection.execute("SELECT term, doc, offset FROM terms_of ORDER BY 1, 2, 3")
    ]
