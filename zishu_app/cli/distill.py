"""`zishu distill`: talks that are already there become short."""

import argparse
import asyncio
from pathlib import Path
from typing import Any

from zishu_app.cli.ask import ask_to_start
from zishu_app.cli.closing import Outcome, close_run
from zishu_app.cli.live import LiveView
from zishu_app.cli.session import keeping, model_flags, only_given, open_house, run_stoppable
from zishu_app.cli.view import open_view
from zishu_app.core.errors import DataError, UsageError
from zishu_app.core.settings import Settings, load_settings
from zishu_app.core.texts import t
from zishu_app.dataset.importers import read_talks_partly
from zishu_app.distill import estimate as distill_estimate
from zishu_app.distill.batch import Batch, find_sources
from zishu_app.distill.distil import Tools, fitted
from zishu_app.distill.events import BatchEnded
from zishu_app.house import House
from zishu_app.ledger.calls import Speaker
from zishu_app.ledger.caps import caps_for
from zishu_app.ledger.forecast import Estimate, Range, spread
from zishu_app.ledger.runs import Run, continue_run, start_run

KIND = "distill"


def run(given: argparse.Namespace) -> int:
    """Distil one file or a folder, or go on distilling."""
    if given.continue_run is None and not given.input:
        raise UsageError(
            t("缺少 -i。", "-i is missing."),
            t("例如：zishu distill -i talk.json", "E.g. zishu distill -i talk.json"),
        )
    house = open_house(given, flags_of(given))
    return run_stoppable(lambda stop: make(house, given, stop))


def flags_of(given: argparse.Namespace) -> dict[str, Any]:
    """The flags that are settings; None where one was not given."""
    return model_flags(given) | {"distill.split_method": given.split_method}


async def make(house: House, given: argparse.Namespace, stop: asyncio.Event) -> int:
    """A fresh run after the estimate was agreed to, or an old one taken up."""
    async with house:
        if given.continue_run is not None:
            run = await continue_run(house.store, KIND, given.continue_run)
            house.settings = load_settings(house.home, run.recipe["settings"] | only_given(flags_of(given)))
            limits = only_given({"max_cost": given.max_cost, "max_total_tokens": given.max_total_tokens})
            return await _work(house, given, run, {**run.recipe, **limits}, stop)
        sources = find_sources(Path(given.input), batch=given.batch)
        recipe = recipe_of(given, house.settings)
        speaker = await speaker_of(house)
        caps_for(given.max_total_tokens, given.max_cost, [speaker])
        low, high = await asyncio.to_thread(forecast, house, sources, speaker, at_once(house))
        if not ask_to_start(low, high, speaker.price, yes=given.yes, as_json=given.json):
            return 0
        run = await start_run(house.store, KIND, recipe, house.clock)
        return await _work(house, given, run, recipe, stop)


def recipe_of(given: argparse.Namespace, settings: Settings) -> dict[str, Any]:
    """Everything needed to go on after a stop."""
    parts = settings.model_dump(include={"teacher", "dialogue", "distill"})
    return {
        "settings": {
            f"{part}.{key}": value for part, values in parts.items() for key, value in values.items()
        },
        "input": str(Path(given.input).absolute()),
        "output": str(Path(given.output).absolute()) if given.output else "",
        "batch": given.batch,
        "language": given.lang,
        "max_cost": given.max_cost,
        "max_total_tokens": given.max_total_tokens,
    }


async def speaker_of(house: House) -> Speaker:
    """The model that distils."""
    teacher = house.settings.teacher
    return await house.speaker(house.choose(teacher.model, teacher.base_url))


def at_once(house: House) -> int:
    """Talks at once."""
    teacher = house.settings.teacher
    chosen = house.choose(teacher.model, teacher.base_url)
    most = house.settings.worker.slots if chosen.kind == "local" else chosen.concurrency
    return house.settings.dialogue.concurrency or most


def forecast(house: House, sources: list[Path], speaker: Speaker, together: int) -> Range:
    """What all of it will take; files that cannot be read count as nothing."""
    low, high, longest = Estimate(), Estimate(), 0
    for source in sources:
        try:
            talks, _ = read_talks_partly(source)
        except DataError:
            continue
        for talk in talks:
            way = fitted(house.way(), speaker, talk.language)
            tokens = sum(speaker.counter.count_many([message.content for message in talk.messages]))
            least, most = (distill_estimate.estimate(tokens, way, speaker, end) for end in (0, 1))
            low, high, longest = low + least, high + most, max(longest, 2)
    return spread((low, high), together, longest)


async def _work(
    house: House, given: argparse.Namespace, run: Run, recipe: dict[str, Any], stop: asyncio.Event
) -> int:
    async with keeping(house, run) as closing:
        speaker = await speaker_of(house)
        caps = caps_for(recipe["max_total_tokens"], recipe["max_cost"], [speaker])
        accounts, repeated = await house.accounts(run.id, caps)
        batch = batch_of(house, recipe, Tools(run.id, speaker, accounts), stop)
        view = open_view(as_json=given.json, live=lambda: LiveView(lambda: accounts.budget.spent, caps))
        outcome = Outcome(accounts, repeated, stop)
        try:
            async for event in batch.run(find_sources(Path(recipe["input"]), batch=recipe["batch"])):
                view.show(event)
                if isinstance(event, BatchEnded):
                    outcome.done, outcome.skipped = event.written, event.skipped
                    outcome.add(event.failed, event.left, event.stopped, event.hint)
        finally:
            view.close()
        return close_run(house, run, closing, outcome, as_json=given.json)


def batch_of(house: House, recipe: dict[str, Any], tools: Tools, stop: asyncio.Event) -> Batch:
    """Where the results go: a folder, or the one file that was named."""
    given = Path(recipe["output"]) if recipe["output"] else None
    one_file = given is not None and not recipe["batch"] and not given.is_dir() and given.suffix == ".json"
    folder = (given.parent if one_file else given) if given else Path("distilled").absolute()
    way = house.way(recipe["language"])
    return Batch(way, tools, folder, at_once=at_once(house), stop=stop, output=given if one_file else None)
