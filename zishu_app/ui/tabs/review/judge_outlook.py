"""What judging will take, and what stands in its way: worked out beside the loop before anything is paid."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from zishu_app.core.errors import ZishuError
from zishu_app.dataset import find
from zishu_app.dataset.find import Filter, Order
from zishu_app.house import House
from zishu_app.ledger.caps import caps_for

if TYPE_CHECKING:
    from zishu_app.ledger.forecast import Range
    from zishu_app.review.panel import Suggestion
    from zishu_app.studio.runs import Order as Asked


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be judged, and within which limits; None: no limit."""

    filter: Filter
    order: Order
    #: only what no judge has seen
    unseen: bool = True
    #: the first so many of the queue; 0: all
    most: int = 50
    refine: bool = False
    money: float | None = None
    tokens: int | None = None


@dataclass(frozen=True)
class Outlook:
    """What lies ahead. `wrong`: why it cannot be begun."""

    judges: Sequence[tuple[str, float]] = ()
    warnings: Sequence[str] = ()
    suggestion: "Suggestion | None" = None
    numbers: Sequence[int] = ()
    range: "Range | None" = None
    currency: str = ""
    asked: "Asked | None" = None
    wrong: ZishuError | None = None


async def look(house: House, wanted: Wanted) -> Outlook:
    """Everything the form wants to know."""
    found = await asyncio.to_thread(_first, house, wanted)
    if found.wrong is not None or found.asked is None or not found.judges:
        return found
    from zishu_app.studio.judge import forecast, sides_of

    try:
        sides = await sides_of(house, found.asked)
        caps = caps_for(wanted.tokens, wanted.money, sides.speakers)
        ahead = await asyncio.to_thread(forecast, house, found.asked, found.numbers, sides)
    except ZishuError as error:
        return replace(found, wrong=error)
    currency = caps.currency or next((one.price.currency for one in sides.speakers if one.price), "")
    return replace(found, range=ahead, currency=currency)


def _first(house: House, wanted: Wanted) -> Outlook:
    """What needs no model: who judges, and what. Reads keys and the data set."""
    from zishu_app.studio import judge

    try:
        suggestion = judge.suggestion(house)
        numbers = _numbers(house, wanted)
        recipe = {
            "ids": numbers,
            "refine": wanted.refine,
            "max_cost": wanted.money,
            "max_total_tokens": wanted.tokens,
        }
        asked = judge.judging(house.settings, recipe)
        if not house.settings.review.judges.strip():
            return Outlook(suggestion=suggestion, numbers=numbers, asked=asked)
        judges = [(chosen.name, weight) for chosen, weight in judge.chosen_of(house, house.settings)]
        return Outlook(judges, judge.warnings(house), suggestion, numbers, asked=asked)
    except ZishuError as error:
        return Outlook(wrong=error)


def _numbers(house: House, wanted: Wanted) -> list[int]:
    """The samples that are meant, those first that come first in the queue."""
    which = replace(wanted.filter, judged=False) if wanted.unseen else wanted.filter
    with house.samples.reading() as connection:
        if not wanted.most:
            return find.ids_of(connection, which)
        places = find.places(connection, which, wanted.order, None, wanted.most)
    return [number for _, number in places]
