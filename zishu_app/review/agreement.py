"""How far a judge agrees with the person, over the marks both gave to the same version of the same sample.

The measure is Cohen's kappa with quadratic weights (Cohen 1968): 1 for always the same mark, 0 for what chance alone
would give, and a difference of two marks weighs four times as much as one of one. A judge that has not shown in 50
marks that it agrees well enough decides nothing by itself.
"""

import json
import math
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from zishu_app.core.texts import counted, t
from zishu_app.dataset.scores import weighted_median

#: marks in common, and kappa, from which a judge is calibrated
COMMON, KAPPA = 50, 0.6
#: how the judges together are called
PANEL = "panel"
#: all criteria together
ALL = ""

#: how often the person gave a mark (row, 1 to 5) and the judge another (column, 1 to 5)
Matrix = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """The person and a judge over one criterion, or over all of them."""

    #: a model, or PANEL
    who: str
    #: a criterion, or ALL
    criterion: str
    matrix: Matrix

    @property
    def common(self) -> int:
        """Marks that both gave."""
        return sum(map(sum, self.matrix))

    @property
    def kappa(self) -> float | None:
        """See `kappa`."""
        return kappa(self.matrix)

    @property
    def difference(self) -> float:
        """By how much the judge's marks are above the person's, on average; 0 where there are none."""
        apart = sum((column - row) * n for row, column, n in _cells(self.matrix))
        return apart / self.common if self.common else 0.0

    @property
    def same(self) -> float:
        """Share of marks that are the same; 0 where there are none."""
        return sum(self.matrix[i][i] for i in range(5)) / self.common if self.common else 0.0

    @property
    def spearman(self) -> float | None:
        """See `spearman`."""
        return spearman(self.matrix)


@dataclass(frozen=True, slots=True)
class Calibration:
    """Whether a judge may accept by itself, and why (not), in the language spoken now."""

    who: str
    common: int
    kappa: float | None
    calibrated: bool
    reason: str


def kappa(matrix: Matrix) -> float | None:
    """Cohen's kappa with quadratic weights; None where chance alone would agree too: one side knows one mark only,
    and the other the same one, or there are no marks.
    """
    n = sum(map(sum, matrix))
    if not n:
        return None
    rows = [sum(row) for row in matrix]
    columns = [sum(column) for column in zip(*matrix, strict=True)]
    apart = sum((i - j) ** 2 * matrix[i][j] for i in range(5) for j in range(5))
    by_chance = sum((i - j) ** 2 * rows[i] * columns[j] for i in range(5) for j in range(5)) / n
    return 1 - apart / by_chance if by_chance else None


def spearman(matrix: Matrix) -> float | None:
    """Correlation of the ranks, those with equal marks sharing theirs; None where one side gave one mark only."""
    n = sum(map(sum, matrix))
    rows = _ranks([sum(row) for row in matrix])
    columns = _ranks([sum(column) for column in zip(*matrix, strict=True)])
    mean = (n + 1) / 2
    cells = [(rows[i - 1] - mean, columns[j - 1] - mean, count) for i, j, count in _cells(matrix)]
    apart = math.sqrt(sum(x * x * c for x, _, c in cells) * sum(y * y * c for _, y, c in cells))
    return sum(x * y * c for x, y, c in cells) / apart if apart else None


def agreements(connection: sqlite3.Connection, judges: Sequence[str] = ()) -> list[Agreement]:
    """Of every judge and of all together, over every criterion and over all. `judges`: only these; none: all.

    For all together the weighted median of their marks counts, rounded to the worse where it lies between two.
    """
    matrices: dict[tuple[str, str], list[list[int]]] = {}
    for criterion, person, marks, n in _common(connection, judges):
        for who, score in [*((who, score) for who, score, _ in marks), (PANEL, _together(marks))]:
            for name in (criterion, ALL):
                found = matrices.setdefault((who, name), [[0] * 5 for _ in range(5)])
                found[person - 1][score - 1] += n
    return [Agreement(who, name, tuple(map(tuple, found))) for (who, name), found in sorted(matrices.items())]


def calibration(found: Iterable[Agreement], who: str = PANEL) -> Calibration:
    """Whether a judge has shown that it judges as the person does. `found`: see `agreements`."""
    nothing = Agreement(who, ALL, ((0,) * 5,) * 5)
    over_all = next((one for one in found if (one.who, one.criterion) == (who, ALL)), nothing)
    common, reached = over_all.common, over_all.kappa
    return Calibration(who, common, reached, _calibrated(common, reached), _reason(common, reached))


def may_accept(connection: sqlite3.Connection, judges: Sequence[str]) -> Calibration:
    """Whether these judges together may accept by themselves. Reads all common marks: for a thread."""
    return calibration(agreements(connection, judges))


def _calibrated(common: int, reached: float | None) -> bool:
    return common >= COMMON and reached is not None and reached >= KAPPA


def _reason(common: int, reached: float | None) -> str:
    if common < COMMON:
        return t(
            f"你和评审共同评过 {common} 次，至少要 {COMMON} 次才看得出是否一致。",
            f"You and the judge have {counted(common, 'mark')} in common; it takes {COMMON} to tell.",
        )
    if reached is None:
        return t(
            "所有评分都一样，看不出是否一致。",
            "All marks are the same one: nothing can be told from them.",
        )
    if reached < KAPPA:
        return t(
            f"你和评审的一致程度（kappa）是 {reached:.2f}，低于 {KAPPA}。",
            f"You and the judge agree too little: kappa is {reached:.2f}, below {KAPPA}.",
        )
    return t(
        f"共同评过 {common} 次，一致程度（kappa）是 {reached:.2f}。",
        f"{counted(common, 'mark')} in common, and kappa is {reached:.2f}.",
    )


#: (model, mark, weight)
_Marks = list[tuple[str, int, float]]


def _common(connection: sqlite3.Connection, judges: Sequence[str]) -> Iterator[tuple[str, int, _Marks, int]]:
    """Criterion, the person's mark, the judges' marks for the same, and how often it came out just so.

    Marks that count no more are left out. There are few such combinations, and SQLite counts them.
    """
    only = f"j.who IN ({', '.join('?' * len(judges))})" if judges else "j.who != ''"
    rows = connection.execute(
        "SELECT criterion, person, marks, COUNT(*) AS n FROM ("  # noqa: S608
        " SELECT p.criterion, p.score AS person, json_group_array(json_array(j.who, j.score, j.weight)) AS marks"
        " FROM ratings p CROSS JOIN ratings j"
        " ON j.sample = p.sample AND j.criterion = p.criterion AND j.version = p.version"
        f" WHERE p.who = '' AND j.weight > 0 AND {only} GROUP BY p.criterion, p.sample, p.version"
        ") GROUP BY criterion, person, marks",
        tuple(judges),
    )
    for row in rows:
        marks = [(str(who), int(score), float(weight)) for who, score, weight in json.loads(row["marks"])]
        yield row["criterion"], row["person"], marks, row["n"]


def _together(marks: _Marks) -> int:
    return math.floor(weighted_median((score, weight) for _, score, weight in marks))


def _cells(matrix: Matrix) -> list[tuple[int, int, int]]:
    """The person's mark, the judge's, how often."""
    return [(i + 1, j + 1, matrix[i][j]) for i in range(5) for j in range(5) if matrix[i][j]]


def _ranks(counts: Sequence[int]) -> list[float]:
    """The rank each mark has, in the middle of all that have it."""
    ranks, before = [], 0
    for count in counts:
        ranks.append(before + (count + 1) / 2)
        before += count
    return ranks
