"""What the judges' marks of a sample come to: its score, how far the judges are apart, and its place in the queue.

All three follow from the marks of the version in force, the weights they were given with and the verdict, and from
nothing else: they are reckoned again whenever one of these changes, also when a change is undone.

- score: the weighted median, over the judging models, of the mean of each model's marks. A median, so that one model
  gone astray moves little.
- spread: the largest mean less the smallest. With one model there is none: how far criteria are apart is no
  disagreement.
- priority: disagreement x information, both from 0 to 1. Disagreement is the spread, with half a mark of doubt added
  that no agreement takes away; where there is only one judge, one mark is assumed. Information is how open the decision
  is: with the chance of acceptance rising from 0 to 1 around ACCEPT_FROM, 4p(1 - p). What a person has decided has
  nothing left to tell, and what was not judged at all comes after what was.
"""

import json
import math
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from zishu_app.dataset.sample import VERDICTS, Verdict

#: from this score on a sample is worth accepting
ACCEPT_FROM = 4.0
#: how quickly the chance of acceptance rises around it, in marks
SLOPE = 0.5
#: from 1 to 5
WIDEST = 4.0
#: marks that judges who agree may be off all the same
DOUBT = 0.5
#: how far a second judge is assumed to be from the only one
ALONE = 1.0
#: how a reviewer's name begins where it is no person
BY_JUDGE = "judge: "


@dataclass(frozen=True, slots=True)
class Mark:
    """What a judge gave for a criterion, 1 to 5, and what it rests on."""

    criterion: str
    score: int
    evidence: str


@dataclass(frozen=True, slots=True)
class Marked:
    """All marks one judge gave to one version of a sample."""

    who: str
    weight: float
    version: int
    marks: tuple[Mark, ...]

    @property
    def mean(self) -> float:
        """Over the criteria."""
        return sum(one.score for one in self.marks) / len(self.marks)


@dataclass(frozen=True, slots=True)
class Score:
    """What the marks come to. `score` is None where nobody judged, `spread` where fewer than two did."""

    score: float | None
    spread: float | None


def weighted_median(values: Iterable[tuple[float, float]]) -> float:
    """Of (value, weight) pairs, at least one; between two values where exactly half the weight lies on each side."""
    ordered = sorted(values)
    half, so_far = math.fsum(weight for _, weight in ordered) / 2, 0.0
    for place, (value, weight) in enumerate(ordered):
        so_far += weight
        if math.isclose(so_far, half, rel_tol=1e-9) and place + 1 < len(ordered):
            return (value + ordered[place + 1][0]) / 2
        if so_far > half:
            return value
    return ordered[-1][0]


def score_of(means: Sequence[tuple[float, float]]) -> Score:
    """Out of each judge's mean and weight."""
    if not means:
        return Score(None, None)
    given = [mean for mean, _ in means]
    return Score(weighted_median(means), max(given) - min(given) if len(given) > 1 else None)


def disagreement(spread: float | None) -> float:
    """0 to 1; never quite 0."""
    return ((ALONE if spread is None else spread) + DOUBT) / (WIDEST + DOUBT)


def information(score: float) -> float:
    """0 to 1: how much a decision would tell, 1 at ACCEPT_FROM."""
    chance = 1 / (1 + math.exp((ACCEPT_FROM - score) / SLOPE))
    return 4 * chance * (1 - chance)


def priority(judged: Score, *, decided: bool) -> float:
    """Where a sample stands in the queue, the highest first. `decided`: by a person."""
    if judged.score is None or decided:
        return 0.0
    return disagreement(judged.spread) * information(judged.score)


def by_person(verdict: Verdict, reviewer: str) -> bool:
    """Whether a person has decided."""
    return verdict != "pending" and not reviewer.startswith(BY_JUDGE)


def keep_marks(
    connection: sqlite3.Connection, number: int, given: Marked, panel: Sequence[str], now: int
) -> Score:
    """Store what a judge gave in place of what it gave before, within a transaction of the writing thread.

    `panel`: the models that judge now; what others gave to this version stays to be read and counts no more. The
    score is that of the version that was judged, which need not be in force.
    """
    connection.execute(
        "DELETE FROM ratings WHERE sample = ? AND who = ? AND version = ?", (number, given.who, given.version)
    )
    connection.executemany(
        "INSERT INTO ratings VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (number, given.who, one.criterion, given.version, one.score, one.evidence, given.weight, now)
            for one in given.marks
        ],
    )
    names = ("", *panel)
    connection.execute(
        "UPDATE ratings SET weight = 0 WHERE sample = ? AND version = ?"  # noqa: S608
        f" AND who NOT IN ({', '.join('?' * len(names))})",
        (number, given.version, *names),
    )
    rescore(connection, number)
    return score_at(connection, number, given.version)


def score_at(connection: sqlite3.Connection, number: int, version: int) -> Score:
    """The score of one version."""
    rows = connection.execute(
        "SELECT AVG(score) AS mean, MAX(weight) AS weight FROM ratings"
        " WHERE sample = ? AND version = ? AND who != '' AND weight > 0 GROUP BY who",
        (number, version),
    )
    return score_of([(row["mean"], row["weight"]) for row in rows])


def rescore(connection: sqlite3.Connection, number: int) -> None:
    """Reckon a sample's score, spread and priority again, for the version in force."""
    row = connection.execute("SELECT version FROM samples WHERE id = ?", (number,)).fetchone()
    found = score_at(connection, number, row["version"])
    connection.execute(
        "UPDATE samples SET score = ?, spread = ? WHERE id = ?", (found.score, found.spread, number)
    )
    rank(connection, [number])


def rank(connection: sqlite3.Connection, numbers: Sequence[int]) -> None:
    """Reckon the priority of these samples again."""
    rows = connection.execute(
        "SELECT s.id, score, spread, priority, verdict, names.text AS reviewer"
        " FROM samples s JOIN names ON names.id = reviewer"
        " WHERE s.id IN (SELECT value FROM json_each(?)) AND (score IS NOT NULL OR priority != 0)",
        (json.dumps(list(numbers)),),
    )
    places = []
    for row in rows:
        decided = by_person(VERDICTS[row["verdict"]], row["reviewer"])
        place = priority(Score(row["score"], row["spread"]), decided=decided)
        if place != row["priority"]:
            places.append((place, row["id"]))
    connection.executemany("UPDATE samples SET priority = ? WHERE id = ?", places)


def judged_by_all(
    connection: sqlite3.Connection, numbers: Sequence[int], panel: Sequence[str], enough: float | None = None
) -> set[int]:
    """Those of these samples whose version in force all of the panel have judged.

    `enough`: only those that have this score, or are decided: there is nothing left to be made better.
    """
    names = ", ".join("?" * len(panel))
    rows = connection.execute(
        "SELECT id FROM samples WHERE id IN (SELECT value FROM json_each(?))"  # noqa: S608
        " AND (? IS NULL OR score >= ? OR verdict != 0)"
        " AND (SELECT COUNT(DISTINCT who) FROM ratings WHERE sample = samples.id AND version = samples.version"
        f" AND weight > 0 AND who IN ({names})) = ?",
        (json.dumps(list(numbers)), enough, enough, *panel, len(panel)),
    )
    return {row["id"] for row in rows}


def marks_of(connection: sqlite3.Connection, number: int, version: int) -> list[Marked]:
    """What each judge gave to a version, also what no longer counts (weight 0)."""
    rows = connection.execute(
        "SELECT * FROM ratings WHERE sample = ? AND version = ? AND who != '' ORDER BY who, criterion",
        (number, version),
    )
    found: dict[str, list[sqlite3.Row]] = {}
    for row in rows:
        found.setdefault(row["who"], []).append(row)
    return [
        Marked(
            who,
            rows[0]["weight"],
            version,
            tuple(Mark(row["criterion"], row["score"], row["evidence"]) for row in rows),
        )
        for who, rows in found.items()
    ]
