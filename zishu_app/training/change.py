"""What has changed between two exams, and how sure that is; and whether a new brain may be offered.

The same items are held against each other, and drawn anew from themselves ten thousand times (the paired bootstrap,
percentile interval). An interval holds nine of ten draws: what is worse than its lower end comes up once in twenty.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from zishu_app.core.texts import counted, t
from zishu_app.training.marks import MOST, Report, Scored, marks, perplexity

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

DRAWS, SEED, LEVEL = 10_000, 20_240_501, 0.9
#: by how much what is general may get worse, as a share of items
DELTA = 0.03
#: what a base must be above chance, to be said to know a language
KNOWS = 0.1
#: numbers drawn at the same time
_AT_ONCE = 2_000_000


@dataclass(frozen=True, slots=True)
class Change:
    """Before and after, over the same things; `low` and `high`: where the change lies, nine times out of ten."""

    #: "" for all
    name: str
    n: int
    before: float
    after: float
    low: float
    high: float

    @property
    def change(self) -> float:
        """After less before."""
        return self.after - self.before

    @property
    def sure(self) -> bool:
        """Whether it is more than chance would do."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, slots=True)
class Gate:
    """Whether a brain may be offered as hers. "unsure": nothing general could be examined, or the base knows nothing of it."""

    state: Literal["open", "shut", "unsure"]
    #: over the guard items of the languages that the base knows
    change: Change | None
    delta: float
    #: languages in which the guard says nothing, because the base does not know them
    unknown: tuple[str, ...] = ()
    reason: str = ""

    @property
    def offered(self) -> bool:
        """Without an explicit word."""
        return self.state != "shut"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two exams held against each other."""

    before: Report
    after: Report
    #: by the short name of a set, and by ability of a set ("set/ability"), as shares of right answers
    sets: tuple[Change, ...]
    abilities: tuple[Change, ...]
    #: of the files of rows that both have read, as perplexity
    texts: tuple[Change, ...]
    gate: Gate
    #: items that only one of them has, or that were changed meanwhile
    left_out: int = 0
    remarks: tuple[str, ...] = field(default_factory=tuple)


def compare(before: Report, after: Report, delta: float = DELTA) -> Comparison:
    """Hold two exams against each other, over what is the same in both. Takes a moment: for a thread."""
    pairs = _pairs(before, after)
    texts = [
        change
        for name in before.texts
        if name in after.texts and (change := perplexity_change(name, before.texts[name], after.texts[name]))
    ]
    left_out = len(before.items) + len(after.items) - 2 * len(pairs)
    return Comparison(
        before,
        after,
        tuple(_changes(pairs, lambda one: one.set)),
        tuple(_changes(pairs, lambda one: f"{one.set}/{one.ability}")),
        tuple(texts),
        gate(pairs, delta),
        left_out,
        tuple(_remarks(before, after, left_out)),
    )


Pair = tuple[Scored, Scored]


def _pairs(before: Report, after: Report) -> list[Pair]:
    there = {(one.id, one.mark): one for one in before.items}
    return [(there[one.id, one.mark], one) for one in after.items if (one.id, one.mark) in there]


def _changes(pairs: Sequence[Pair], by: Callable[[Scored], str]) -> list[Change]:
    groups: dict[str, list[Pair]] = {}
    for pair in pairs:
        groups.setdefault(by(pair[1]), []).append(pair)
    return [right_change(name, group) for name, group in groups.items()]


def right_change(name: str, pairs: Sequence[Pair]) -> Change:
    """How the share of right answers has changed."""
    n = len(pairs)
    before, after = (sum(pair[side].right for pair in pairs) / n for side in (0, 1))
    apart = [float(later.right) - float(earlier.right) for earlier, later in pairs]
    low, high = interval(lambda drawn: drawn[0], [apart])
    return Change(name, n, before, after, low, high)


def perplexity_change(
    name: str, before: Sequence[tuple[float, int]], after: Sequence[tuple[float, int]]
) -> Change | None:
    """How the perplexity of a file has changed; None where the two did not read the same."""
    counts = [count for _, count in before]
    was, now = perplexity(before), perplexity(after)
    if was is None or now is None or counts != [count for _, count in after]:
        return None
    columns = [[one for one, _ in before], [one for one, _ in after], [float(count) for count in counts]]

    def apart(drawn: "NDArray[float64]") -> "NDArray[float64]":
        import numpy as np

        earlier, later, tokens = drawn
        # a sample without a token weighs nothing, and may be all that is drawn
        tokens = np.maximum(tokens, 1e-9)
        found: NDArray[float64] = np.exp(np.minimum(later / tokens, MOST)) - np.exp(
            np.minimum(earlier / tokens, MOST)
        )
        return found

    low, high = interval(apart, columns)
    return Change(name, len(counts), was, now, low, high)


def interval(
    of: "Callable[[NDArray[float64]], NDArray[float64]]", columns: Sequence[Sequence[float]]
) -> tuple[float, float]:
    """Where a figure of several columns lies, nine times out of ten, when their rows are drawn anew.

    `of` is given the means of the columns, one row a column and one column a draw.
    """
    import numpy as np  # comes with chromadb; 0.1 s that only a comparison pays

    values = np.array(columns, dtype=np.float64)
    n = values.shape[1]
    numbers = np.random.Generator(np.random.PCG64(SEED))
    found, left = [], DRAWS
    while left:
        some = min(left, max(_AT_ONCE // n, 1))
        drawn = values[:, numbers.integers(0, n, (some, n))].mean(axis=2)
        found.append(of(drawn))
        left -= some
    low, high = np.quantile(np.concatenate(found), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def unknown_languages(items: Sequence[Scored]) -> tuple[str, ...]:
    """The languages whose general items a brain answers hardly better than chance."""
    likely = [one for one in items if one.kind == "guard" and one.margin is not None]
    return tuple(
        one.name for one in marks(likely, lambda one: one.language) if one.right < one.chance + KNOWS
    )


def gate(pairs: Sequence[Pair], delta: float = DELTA) -> Gate:
    """Whether the brain examined later may be offered: what is general must not have got worse by more than `delta`."""
    unknown = unknown_languages([earlier for earlier, _ in pairs])
    guard = [pair for pair in pairs if pair[0].kind == "guard" and pair[0].language not in unknown]
    if not guard:
        return Gate("unsure", None, delta, unknown, _unsure(unknown))
    change = right_change("guard", guard)
    if change.low < -delta:
        return Gate("shut", change, delta, unknown, _shut(change, delta))
    return Gate("open", change, delta, unknown, _open(change, unknown))


def _unsure(unknown: Sequence[str]) -> str:
    if not unknown:
        return t(
            "没有考常识题，说不出别的本事有没有变差。",
            "Nothing general was examined, so nothing is known of what was lost.",
        )
    return t(
        f"这个底座本来就不懂{_languages(unknown)}，常识题说明不了什么。",
        f"The base does not know {_languages(unknown)} to begin with, so the general items say nothing.",
    )


def _shut(change: Change, delta: float) -> str:
    return t(
        f"常识与听指令的成绩变化 {_points(change.change)}，最坏可能 {_points(change.low)}，超过了允许的 {_points(-delta)}。",
        f"General items changed by {_points(change.change)}, at worst {_points(change.low)}; "
        f"allowed are {_points(-delta)}.",
    )


def _open(change: Change, unknown: Sequence[str]) -> str:
    told = t(
        f"常识与听指令的成绩变化 {_points(change.change)}，最坏可能 {_points(change.low)}，在允许之内。",
        f"General items changed by {_points(change.change)}, at worst {_points(change.low)}, which is allowed.",
    )
    if not unknown:
        return told
    return told + t(
        f"底座不懂{_languages(unknown)}，那部分没有算。",
        f" The base does not know {_languages(unknown)}; that part was left out.",
    )


def _points(share: float) -> str:
    """A share as percentage points, with its sign."""
    return t(f"{100 * share:+.1f} 分", f"{100 * share:+.1f} points")


def _languages(names: Sequence[str]) -> str:
    words = {"zh": t("中文", "Chinese"), "en": t("英文", "English")}
    return t("和", " and ").join(words.get(one, one) for one in names)


def _remarks(before: Report, after: Report, left_out: int) -> list[str]:
    """What makes the two hard to compare."""
    found = []
    if left_out:
        found.append(
            t(
                f"有 {left_out} 题只有一边考过，没有算；题目不同时，相同的题也会有一点舍入误差。",
                f"{counted(left_out, 'item')} stood in one of them only and were left out; with other items beside them, "
                "even the same ones come out with small errors of rounding.",
            )
        )
    if before.template_sha256 != after.template_sha256:
        found.append(t("两次的对话模板不同。", "Their chat templates differ."))
    was, now = (dict(part.split(":", 1) for part in one.persona.split()) for one in (before, after))
    if any(was[name] != now[name] for name in was.keys() & now.keys()):
        found.append(t("两次之间她的人设改过。", "Her persona was changed between them."))
    if before.base_sha256 != after.base_sha256:
        found.append(t("两次用的底座不同。", "Their bases differ."))
    return found
