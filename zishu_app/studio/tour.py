"""The tour: with no key and no network, one short dialogue is made and distilled before one's eyes.

Command line and window show the same one: which brain, which settings, which recipe, and what happens.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from zishu_app.core.paths import Home
from zishu_app.core.settings import load_settings
from zishu_app.core.streams import closing
from zishu_app.core.texts import Language
from zishu_app.house import House
from zishu_app.ledger.runs import Run
from zishu_app.studio.generate import KIND, chosen_of, forecast, plans_of, ready, scenarios_of, sides_of
from zishu_app.studio.guide import Guide
from zishu_app.studio.runs import Order, Outcome, keeping, order, start

#: one that even a very small model has read about
SCENARIO = "machine_learning"
#: so that a short talk shows a mistake too
NOISE_RATE = 0.34
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Begun:
    """The tour's run is in the ledger. `seconds`: what it will take, at best and at worst."""

    run: Run
    seconds: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Over:
    """The one ending of a tour that did not fail. `unfinished`: it can be gone on with."""

    run: Run
    outcome: Outcome
    unfinished: bool


def flags(by: Guide, rounds: int = ROUNDS) -> dict[str, object]:
    """Settings of the tour."""
    return {
        "teacher.model": by.model,
        "teacher.user_model": "",
        "teacher.base_url": by.base_url,
        "dialogue.num_conversations": 1,
        "dialogue.min_rounds": rounds,
        "dialogue.max_rounds": rounds,
        "dialogue.noise_rate": NOISE_RATE,
    }


def recipe(home: Home, language: Language) -> dict[str, Any]:
    """What is no setting, see studio/generate."""
    return {
        "language": language,
        "scenarios": [SCENARIO],
        "seed": secrets.randbelow(2**31),
        "conversation_dir": str(home.tour / "conversations"),
        "distilled_dir": str(home.tour / "distilled"),
        "distil": True,
        "max_cost": None,
        "max_total_tokens": None,
    }


async def play(house: House, by: Guide, stop: asyncio.Event) -> AsyncIterator[Any]:
    """The tour as a stream: `Begun`, the events of dialogue and distilling, `Over`.

    Raises what its models raise; whatever happens, the run can be gone on with.
    """
    asked = await asyncio.to_thread(_ordered, house, by)
    sides = await sides_of(house, asked.settings)
    plans = await asyncio.to_thread(_plans, house, asked)
    low, high = forecast(house, asked, plans, sides)
    run = await start(house, KIND, asked)
    async with keeping(house, run) as ending:
        yield Begun(run, (low.seconds, high.seconds))
        going = await ready(house, run, asked, plans, stop)
        async with closing(going.events()) as events:
            async for event in events:
                yield event
        unfinished = going.outcome.close(run, ending)
    yield Over(run, going.outcome, unfinished)


def _ordered(house: House, by: Guide) -> Order:
    """Reads settings and catalog. Raises SettingsError for a model nobody knows."""
    house.choose(by.model, by.base_url)
    return order(load_settings(house.home, flags(by)), recipe(house.home, by.language))


def _plans(house: House, asked: Order) -> list[Any]:
    scenarios, _ = scenarios_of(house, asked.recipe["language"])
    return plans_of(house, asked, chosen_of(scenarios, asked.recipe["scenarios"]))
