"""`zishu generate`: two AIs hold long dialogues, each is distilled as soon as it is written."""

import argparse
import asyncio
import secrets
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zishu_app.cli.ask import ask_to_start
from zishu_app.cli.closing import Outcome, close_run
from zishu_app.cli.live import LiveView
from zishu_app.cli.session import keeping, model_flags, only_given, open_house, run_stoppable
from zishu_app.cli.view import open_view
from zishu_app.core.paths import RESOURCES
from zishu_app.core.settings import Settings, load_settings
from zishu_app.core.texts import Language, language, t
from zishu_app.dialogue import estimate as dialogue_estimate
from zishu_app.dialogue.events import Ended
from zishu_app.dialogue.generate import Work, generate, write_plans
from zishu_app.dialogue.plan import Plan, Wishes, draw_plans
from zishu_app.dialogue.scenarios import Scenario, choose, load_scenarios
from zishu_app.dialogue.speak import Sides
from zishu_app.distill import estimate as distill_estimate
from zishu_app.distill.batch import Batch
from zishu_app.distill.distil import Tools, fitted
from zishu_app.house import House, distil_each
from zishu_app.ledger.caps import caps_for
from zishu_app.ledger.forecast import Range, add, spread
from zishu_app.ledger.runs import PlannedTalk, Run, continue_run, start_run, talks_of

KIND = "generate"


@dataclass(frozen=True)
class Going:
    """A run that is made ready."""

    run: Run
    recipe: dict[str, Any]
    talks: list[PlannedTalk]
    sides: Sides


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
        recipe = recipe_of(given, house.settings)
        sides = await sides_for(house)
        plans = plans_of(house, recipe, load_chosen(house, recipe["language"], recipe["scenarios"]))
        caps_for(given.max_total_tokens, given.max_cost, [sides.user, sides.assistant])
        low, high = forecast(house, plans, sides, recipe)
        if not ask_to_start(low, high, sides.assistant.price, yes=given.yes, as_json=given.json):
            return 0
        run = await start_run(house.store, KIND, recipe, house.clock)
        async with keeping(house, run) as closing:
            talks = await write_plans(house.store, run.id, plans, Path(recipe["conversation_dir"]))
            outcome = await follow(house, given, Going(run, recipe, talks, sides), stop)
            return close_run(house, run, closing, outcome, as_json=given.json)


async def _continue(house: House, given: argparse.Namespace, stop: asyncio.Event) -> int:
    """What the run was started with counts again, unless a flag says otherwise now."""
    run = await continue_run(house.store, KIND, given.continue_run)
    async with keeping(house, run) as closing:
        fresh = only_given(flags_of(given))
        house.settings = load_settings(house.home, run.recipe["settings"] | fresh)
        limits = {"max_cost": given.max_cost, "max_total_tokens": given.max_total_tokens}
        recipe = {**run.recipe, **only_given(limits)}
        going = Going(run, recipe, talks_of(house.store, run.id), await sides_for(house))
        outcome = await follow(house, given, going, stop)
        return close_run(house, run, closing, outcome, as_json=given.json)


def recipe_of(given: argparse.Namespace, settings: Settings) -> dict[str, Any]:
    """Everything needed to go on after a stop, with every choice made."""
    parts = settings.model_dump(include={"teacher", "dialogue", "distill"})
    return {
        "settings": {
            f"{part}.{key}": value for part, values in parts.items() for key, value in values.items()
        },
        "language": given.lang or language(),
        "scenarios": given.scenario or [],
        "seed": secrets.randbelow(2**31) if given.seed is None else given.seed,
        "conversation_dir": str(Path(given.conversation_dir or "conversations").absolute()),
        "distilled_dir": str(Path(given.distilled_dir or "distilled").absolute()),
        "distil": not given.no_distill,
        "max_cost": given.max_cost,
        "max_total_tokens": given.max_total_tokens,
    }


async def follow(house: House, given: argparse.Namespace, going: Going, stop: asyncio.Event) -> Outcome:
    """Make the dialogues of a run and show what happens."""
    recipe, sides = going.recipe, going.sides
    caps = caps_for(recipe["max_total_tokens"], recipe["max_cost"], [sides.user, sides.assistant])
    accounts, repeated = await house.accounts(going.run.id, caps)
    tools = Tools(going.run.id, sides.assistant, accounts)
    batch = Batch(house.way(), tools, Path(recipe["distilled_dir"]), stop=stop) if recipe["distil"] else None
    after = distil_each(batch) if batch else None
    at_once = concurrency_of(house)
    work = Work(going.run.id, house.store, accounts, sides, at_once, after, stop)
    total = sum(int(talk.plan["rounds"]) for talk in going.talks if talk.state != "done")
    view = open_view(as_json=given.json, live=lambda: LiveView(lambda: accounts.budget.spent, caps, total))
    outcome = Outcome(accounts, repeated, stop=stop)
    try:
        async for event in generate(work, going.talks):
            view.show(event)
            if isinstance(event, Ended):
                outcome.done = event.done
                outcome.add(event.failed, event.left, event.stopped, event.hint)
    finally:
        view.close()
    if batch:
        outcome.add(batch.failed, batch.left, batch.stopped, batch.hint)
    return outcome


def load_chosen(house: House, wanted: Language, names: Sequence[str]) -> list[Scenario]:
    """The scenarios of a run; a bad file of the user's is told and left out."""
    scenarios, bad = load_scenarios(wanted, RESOURCES / "scenarios", house.home.scenarios)
    for one in bad:
        where = f"{one.path}:{one.line}" if one.line else str(one.path)
        print(
            t(f"跳过场景 {where}：{one.reason}", f"Scenario left out: {where}: {one.reason}"), file=sys.stderr
        )
    return choose(scenarios, names) if names else scenarios


async def sides_for(house: House) -> Sides:
    """Both models of the settings, ready to be asked."""
    teacher, wanted = house.settings.teacher, house.settings.dialogue
    assistant = await house.speaker(house.choose(teacher.model, teacher.base_url))
    user = assistant
    if teacher.user_model and teacher.user_model != teacher.model:
        user = await house.speaker(house.choose(teacher.user_model, teacher.base_url))
    return Sides(
        user=user,
        assistant=assistant,
        user_temperature=wanted.user_temperature,
        assistant_temperature=wanted.assistant_temperature,
        user_max_tokens=wanted.user_max_tokens,
        assistant_max_tokens=wanted.assistant_max_tokens,
        history_tokens=wanted.history_tokens,
    )


def plans_of(house: House, recipe: dict[str, Any], scenarios: Sequence[Scenario]) -> list[Plan]:
    """All dialogues of a run, by its seed."""
    wanted = house.settings.dialogue
    wishes = Wishes(
        wanted.num_conversations, wanted.min_rounds, wanted.max_rounds, wanted.noise_rate, recipe["seed"]
    )
    return list(draw_plans(wishes, scenarios, house.clock.now().isoformat()))


def concurrency_of(house: House) -> int:
    """Dialogues at once: as set, else as many as the endpoint takes calls."""
    teacher = house.settings.teacher
    chosen = house.choose(teacher.model, teacher.base_url)
    most = house.settings.worker.slots if chosen.kind == "local" else chosen.concurrency
    return house.settings.dialogue.concurrency or most


def forecast(house: House, plans: Sequence[Plan], sides: Sides, recipe: dict[str, Any]) -> Range:
    """What all of it will take."""
    work = dialogue_estimate.estimate(plans, sides)
    if recipe["distil"]:
        way = fitted(house.way(), sides.assistant, recipe["language"])
        for plan in plans:
            low, high = (
                distill_estimate.estimate(tokens, way, sides.assistant, end)
                for end, tokens in enumerate(dialogue_estimate.length(plan, sides))
            )
            work = add(work, (low, high))
    longest = max((2 * plan.rounds for plan in plans), default=0)
    return spread(work, min(concurrency_of(house), max(len(plans), 1)), longest)
