"""How an evening of reviewing goes: done, left, how fast, how long still. Pure, over the times of decisions."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

#: seconds that are looked back for the pace
LOOK_BACK = 15 * 60
#: seconds between two decisions from which somebody was away
AWAY = 120
#: decisions in a row before a pace is told
ENOUGH = 4


@dataclass(frozen=True, slots=True)
class Pace:
    """How it goes."""

    #: samples decided today, one by one
    done: int
    #: samples the filter still finds undecided
    left: int
    #: decisions an hour at the present pace; None: too few to tell
    per_hour: float | None
    #: seconds until all are decided at this pace; None where no pace is known
    remaining: float | None
    #: samples decided today in bulk: they were not read, and say nothing of the pace
    bulk: int = 0


def pace(decided: Sequence[int], now: int, *, done: int, left: int, bulk: int = 0) -> Pace:
    """`decided`: when single samples were decided, in rising order, seconds since 1970, what a bulk act decided left out.

    The pace is that of the last quarter of an hour; whoever goes away for a while is not slower for it.
    """
    late = [at for at in decided if now - LOOK_BACK <= at <= now]
    gaps = [after - before for before, after in pairwise(late) if after - before <= AWAY]
    # the one that is being read counts too, as soon as it takes longer than the others did
    reading = now - late[-1] if late else 0
    if gaps and sum(gaps) / len(gaps) < reading <= AWAY:
        gaps.append(reading)
    if len(gaps) < ENOUGH or not sum(gaps):
        return Pace(done, left, None, None, bulk)
    each = sum(gaps) / len(gaps)
    return Pace(done, left, 3600 / each, left * each, bulk)


def midnight(now: int, offset: int) -> int:
    """When today began. `offset`: seconds the clock on the wall is ahead of UTC."""
    return (now + offset) // 86_400 * 86_400 - offset
