"""Making dialogues, from what was asked for to a stream of events; the command line and the window begin here.

What a recipe holds beside the settings: language, scenarios (names; none: all), seed, persona (what of it is not
left to chance), conversation_dir, distilled_dir, distil, max_cost, max_total_tokens.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zishu_app.core.errors import DataError
from zishu_app.core.paths import RESOURCES
from zishu_app.core.settings import Settings
from zishu_app.core.streams import closing
from zishu_app.core.texts import Language, t
from zishu_app.dialogue import estimate as dialogue_estimate
from zishu_app.dialogue.generate import Work, generate, write_plans
from zishu_app.dialogue.plan import Plan, Wishes, draw_plans
from zishu_app.dialogue.scenarios import BadScenario, Scenario, choose, load_scenarios
from zishu_app.dialogue.speak import Sides
from zishu_app.distill import estimate as distill_estimate
from zishu_app.distill.batch import Batch
from zishu_app.distill.distil import Tools, fitted
from zishu_app.house import House, distil_each
from zishu_app.ledger.forecast import Range, add, spread
from zishu_app.ledger.runs import PlannedTalk, Run, talks_of
from zishu_app.studio.distill import way_of
from zishu_app.studio.runs import Order, Outcome, at_once, open_books
from zishu_app.studio.samples import hear, make_up

KIND = "generate"


@dataclass(frozen=True)
class Going:
    """A run that is made ready."""

    house: House
    run: Run
    order: Order
    talks: list[PlannedTalk]
    work: Work
    outcome: Outcome
    batch: Batch | None

    async def events(self) -> AsyncIterator[Any]:
        """Make the dialogues, and distil each; the events of both rooms. `outcome` is whole at the end.

        What an event says is on disk is in the data set when the event comes.
        """
        await make_up(self.house, self.run.id)
        async with closing(generate(self.work, self.talks)) as events:
            async for event in events:
                await hear(self.house, self.run.id, event)
                self.outcome.hear(event)
                yield event
        if self.batch:
            self.outcome.add(self.batch.failed, self.batch.left, self.batch.stopped, self.batch.hint)


def scenarios_of(house: House, language: Language) -> tuple[list[Scenario], list[BadScenario]]:
    """All scenarios of a language, the user's own among them, and what is wrong with those left out."""
    return load_scenarios(language, RESOURCES / "scenarios", house.home.scenarios)


def chosen_of(scenarios: Sequence[Scenario], names: Sequence[str]) -> list[Scenario]:
    """Those named, or all. Raises DataError where there are none at all."""
    if not scenarios:
        raise DataError(t("没有可用的场景。", "There is no scenario to talk about."))
    return choose(scenarios, names) if names else list(scenarios)


async def sides_of(house: House, settings: Settings) -> Sides:
    """Both models, ready to be asked. Raises KeyMissing or DataError when one cannot be."""
    teacher, wanted = settings.teacher, settings.dialogue
    assistant = await house.speaker(house.choose(teacher.model, teacher.base_url), wanted.concurrency)
    user = assistant
    if teacher.user_model and teacher.user_model != teacher.model:
        user = await house.speaker(house.choose(teacher.user_model, teacher.base_url), wanted.concurrency)
    return Sides(
        user=user,
        assistant=assistant,
        user_temperature=wanted.user_temperature,
        assistant_temperature=wanted.assistant_temperature,
        user_max_tokens=wanted.user_max_tokens,
        assistant_max_tokens=wanted.assistant_max_tokens,
        history_tokens=wanted.history_tokens,
    )


def plans_of(house: House, asked: Order, scenarios: Sequence[Scenario]) -> list[Plan]:
    """All dialogues of a run, by its seed. Raises SettingsError for a persona that cannot be."""
    wanted = asked.settings.dialogue
    wishes = Wishes(
        wanted.num_conversations,
        wanted.min_rounds,
        wanted.max_rounds,
        wanted.noise_rate,
        asked.recipe["seed"],
        asked.recipe.get("persona") or {},
    )
    return list(draw_plans(wishes, scenarios, house.clock.now().isoformat()))


def forecast(house: House, asked: Order, plans: Sequence[Plan], sides: Sides) -> Range:
    """What all of it will take."""
    work = dialogue_estimate.estimate(plans, sides)
    if asked.recipe["distil"]:
        way = fitted(way_of(asked.settings.distill), sides.assistant, asked.recipe["language"])
        for plan in plans:
            low, high = (
                distill_estimate.estimate(tokens, way, sides.assistant, end)
                for end, tokens in enumerate(dialogue_estimate.length(plan, sides))
            )
            work = add(work, (low, high))
    longest = max((2 * plan.rounds for plan in plans), default=0)
    return spread(work, min(at_once(house, asked.settings), max(len(plans), 1)), longest)


async def ready(
    house: House, run: Run, asked: Order, plans: Sequence[Plan] | None, stop: asyncio.Event
) -> Going:
    """Everything a run needs to be made. `plans` of a new run; None: those the ledger holds."""
    recipe = asked.recipe
    talks = talks_of(house.store, run.id)
    if plans is not None:
        talks = await write_plans(house.store, run.id, plans, Path(recipe["conversation_dir"]))
    sides = await sides_of(house, asked.settings)
    accounts, repeated = await open_books(house, run, asked, [sides.user, sides.assistant])
    tools, way = Tools(run.id, sides.assistant, accounts), way_of(asked.settings.distill)
    batch = Batch(way, tools, Path(recipe["distilled_dir"]), stop=stop) if recipe["distil"] else None
    after = distil_each(batch) if batch else None
    work = Work(run.id, house.store, accounts, sides, at_once(house, asked.settings), after, stop)
    return Going(house, run, asked, talks, work, Outcome(accounts, repeated, stop), batch)
