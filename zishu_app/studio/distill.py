"""Distilling talks, from what was asked for to a stream of events; the command line and the window begin here.

What a recipe holds beside the settings: inputs (files and folders; or `input`, one of them), output (a folder, or
one .json file; "": ./distilled), batch, language (None: each talk's own), max_cost, max_total_tokens.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zishu_app.core.errors import DataError
from zishu_app.core.setting_parts import Distill
from zishu_app.core.settings import Settings
from zishu_app.core.streams import closing
from zishu_app.core.texts import Language
from zishu_app.dataset.importers import read_talks_partly
from zishu_app.distill import estimate as distill_estimate
from zishu_app.distill.batch import Batch, find_sources
from zishu_app.distill.distil import Tools, Way, fitted
from zishu_app.house import House
from zishu_app.ledger.calls import Speaker
from zishu_app.ledger.forecast import Estimate, Range, spread
from zishu_app.ledger.runs import Run
from zishu_app.studio.places import place_of
from zishu_app.studio.runs import Order, Outcome, at_once, open_books
from zishu_app.studio.samples import hear

KIND = "distill"


@dataclass(frozen=True)
class Going:
    """A run that is made ready."""

    house: House
    run: Run
    order: Order
    sources: list[Path]
    batch: Batch
    outcome: Outcome

    async def events(self) -> AsyncIterator[Any]:
        """Distil everything. `outcome` is whole at the end, and what is written is in the data set when its event
        comes.
        """
        async with closing(self.batch.run(self.sources)) as events:
            async for event in events:
                await hear(self.house, self.run.id, event)
                self.outcome.hear(event)
                yield event


def way_of(wanted: Distill, language: Language | None = None) -> Way:
    """How talks are distilled, by the settings; `language` of the result, else each talk's own."""
    return Way(
        max_tokens=wanted.max_tokens,
        overlap_tokens=wanted.overlap_tokens,
        max_turns=wanted.max_turns,
        split_method=wanted.split_method,
        temperature=wanted.temperature,
        max_output_tokens=wanted.max_output_tokens,
        language=language,
    )


def sources_of(recipe: Mapping[str, Any]) -> list[Path]:
    """The files to distil, each once. Raises DataError where the one `input` of a command is not there; of many
    `inputs`, a missing one is told when its turn to be read comes.
    """
    if "inputs" not in recipe:
        return find_sources(Path(recipe["input"]), batch=recipe["batch"])
    found: list[Path] = []
    for path in map(Path, recipe["inputs"]):
        found += find_sources(path, batch=True) if path.is_dir() else [path]
    return list(dict.fromkeys(found))


async def speaker_of(house: House, settings: Settings) -> Speaker:
    """The model that distils. Raises KeyMissing or DataError when it cannot be used."""
    teacher = settings.teacher
    chosen = house.choose(teacher.model, teacher.base_url)
    return await house.speaker(chosen, settings.dialogue.concurrency)


def forecast(house: House, asked: Order, sources: Sequence[Path], speaker: Speaker) -> Range:
    """What all of it will take; files that cannot be read count as nothing. Reads all files: for a thread."""
    low, high, longest = Estimate(), Estimate(), 0
    for source in sources:
        try:
            talks, _ = read_talks_partly(source)
        except DataError:
            continue
        for talk in talks:
            way = fitted(way_of(asked.settings.distill), speaker, talk.language)
            tokens = sum(speaker.counter.count_many([message.content for message in talk.messages]))
            least, most = (distill_estimate.estimate(tokens, way, speaker, end) for end in (0, 1))
            low, high, longest = low + least, high + most, max(longest, 2)
    return spread((low, high), at_once(house, asked.settings), longest)


async def ready(house: House, run: Run, asked: Order, stop: asyncio.Event) -> Going:
    """Everything a run needs to be worked on."""
    recipe = asked.recipe
    speaker = await speaker_of(house, asked.settings)
    accounts, repeated = await open_books(house, run, asked, [speaker])
    batch = _batch(house, asked, Tools(run.id, speaker, accounts), stop)
    sources = await asyncio.to_thread(sources_of, recipe)
    return Going(house, run, asked, sources, batch, Outcome(accounts, repeated, stop))


def _batch(house: House, asked: Order, tools: Tools, stop: asyncio.Event) -> Batch:
    """Where the results go: a folder, or the one file that was named."""
    recipe = asked.recipe
    folder, one_file = place_of(recipe)
    way = way_of(asked.settings.distill, recipe["language"])
    together = at_once(house, asked.settings)
    return Batch(way, tools, folder, at_once=together, stop=stop, output=one_file)
