"""`zishu generate`: two AIs hold long dialogues, each is distilled as soon as it is written."""

import argparse
import asyncio
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from zishu_app.cli.ask import ask_to_start
from zishu_app.cli.closing import close_run
from zishu_app.cli.live import LiveView
from zishu_app.cli.session import limits_of, model_flags, open_house, run_stoppable
from zishu_app.cli.view import open_view
from zishu_app.core.texts import Language, language, t
from zishu_app.dialogue.scenarios import Scenario
from zishu_app.house import House
from zishu_app.ledger.caps import caps_for
from zishu_app.studio.generate import (
    KIND,
    Going,
    chosen_of,
    forecast,
    plans_of,
    ready,
    scenarios_of,
    sides_of,
)
from zishu_app.studio.runs import keeping, order, start, take_up


def run(given: argparse.Namespace) -> int:
    """Make dialogues, or go on making them."""
    house = open_house(given, flags_of(given))
    return run_stoppable(lambda stop: make(house, given, stop))


def flags_of(given: argparse.Namespace) -> dict[str, Any]:
    """The flags that are settings; None where one was not given."""
    return model_flags(given) | {
        "teacher.user_model": given.user_model,
        "dialogue.num_conversations": given.num_conversations,
        "dialogue.min_rounds": given.min_rounds,
        "dialogue.max_rounds": given.max_rounds,
        "dialogue.noise_rate": given.noise_rate,
    }


async def make(house: House, given: argparse.Namespace, stop: asyncio.Event) -> int:
    """A fresh run after the estimate was agreed to, or an old one taken up."""
    async with house:
        if given.continue_run is not None:
            return await _continue(house, given, stop)
        asked = order(house.settings, wanted(given))
        sides = await sides_of(house, asked.settings)
        plans = plans_of(
            house, asked, load_chosen(house, asked.recipe["language"], asked.recipe["scenarios"])
        )
        caps_for(given.max_total_tokens, given.max_cost, [sides.user, sides.assistant])
        low, high = forecast(house, asked, plans, sides)
        if not ask_to_start(low, high, sides.assistant.price, yes=given.yes, as_json=given.json):
            return 0
        run = await start(house, KIND, asked)
        async with keeping(house, run) as closing:
            going = await ready(house, run, asked, plans, stop)
            await follow(going, given)
            return close_run(house, run, closing, going.outcome, as_json=given.json)


async def _continue(house: House, given: argparse.Namespace, stop: asyncio.Event) -> int:
    """What the run was started with counts again, unless a flag says otherwise now."""
    run, asked = await take_up(house, KIND, given.continue_run, flags_of(given), limits_of(given))
    async with keeping(house, run) as closing:
        going = await ready(house, run, asked, None, stop)
        await follow(going, given)
        return close_run(house, run, closing, going.outcome, as_json=given.json)


def wanted(given: argparse.Namespace) -> dict[str, Any]:
    """What is no setting, with every choice made."""
    return {
        "language": given.lang or language(),
        "scenarios": given.scenario or [],
        "seed": secrets.randbelow(2**31) if given.seed is None else given.seed,
        "conversation_dir": str(Path(given.conversation_dir or "conversations").absolute()),
        "distilled_dir": str(Path(given.distilled_dir or "distilled").absolute()),
        "distil": not given.no_distill,
        "max_cost": given.max_cost,
        "max_total_tokens": given.max_total_tokens,
    }


async def follow(going: Going, given: argparse.Namespace) -> None:
    """Make the dialogues of a run and show what happens."""
    budget = going.work.accounts.budget
    total = sum(int(talk.plan["rounds"]) for talk in going.talks if talk.state != "done")
    view = open_view(as_json=given.json, live=lambda: LiveView(lambda: budget.spent, budget.caps, total))
    try:
        async for event in going.events():
            view.show(event)
    finally:
        view.close()


def load_chosen(house: House, wanted: Language, names: Sequence[str]) -> list[Scenario]:
    """The scenarios of a run; a bad file of the user's is told and left out."""
    scenarios, bad = scenarios_of(house, wanted)
    for one in bad:
        where = f"{one.path}:{one.line}" if one.line else str(one.path)
        print(
            t(f"跳过场景 {where}：{one.reason}", f"Scenario left out: {where}: {one.reason}"), file=sys.stderr
        )
    return chosen_of(scenarios, names)
