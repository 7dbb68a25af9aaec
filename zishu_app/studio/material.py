"""What joins the version or file that is learnt: what was learnt before, and general talks against forgetting."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Literal

from zishu_app.brains.learnt import Learnt
from zishu_app.core.errors import AnswerCut
from zishu_app.core.messages import Message
from zishu_app.core.streams import closing
from zishu_app.core.texts import Language
from zishu_app.dataset import find
from zishu_app.dataset.rows import row_of
from zishu_app.dataset.store import get_many
from zishu_app.dataset.wanted import Filter
from zishu_app.house import House
from zishu_app.ledger.budget import Caps
from zishu_app.ledger.calls import Asker, Question
from zishu_app.ledger.runs import end_run, start_run
from zishu_app.llm.base import Options, Text
from zishu_app.studio.bases import Ground
from zishu_app.training.general import Answered, Ask, answer_own, ended, wanted_general
from zishu_app.training.material import Material, Row, keep_own_words, mix_in, read_written, repeat, replay
from zishu_app.training.recipe import Recipe
from zishu_app.training.runs import MATERIAL

#: tokens of an answer of the base to a general question
ANSWER_TOKENS = 160
#: samples looked through for general ones
MOST_GENERAL = 20_000

Step = Literal["base", "material", "general", "count"]


@dataclass(frozen=True, slots=True)
class Preparing:
    """What is being done, and how far it is; `total` 0: not known."""

    step: Step
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class Gathering:
    """What there is already, and what decides the rest."""

    #: the version or file that was asked for
    material: Material
    recipe: Recipe
    base: Ground
    #: the brain she goes on from
    brain: Learnt | None


async def gather(house: House, wanted: Gathering) -> AsyncIterator[Preparing | Material]:
    """What was learnt before and general talks join it; ends with all of it. Raises what a model raises."""
    material, recipe = wanted.material, wanted.recipe
    if wanted.base.spec:
        speaker = (await asyncio.to_thread(house.choose, wanted.base.spec)).name
        material = keep_own_words(material, speaker)
    if wanted.brain:
        earlier = await asyncio.to_thread(_earlier, house, wanted.brain.run)
        material = replay(material, earlier, recipe.replay, recipe.seed)
    missing = wanted_general(material.train, recipe.general)
    if missing:
        general: Sequence[Row] = await asyncio.to_thread(_accepted, house, material)
        if len(general) < missing and wanted.base.spec:
            async with closing(_own(house, wanted.base, missing - len(general))) as events:
                async for event in events:
                    if isinstance(event, Answered):
                        general = [*general, *event.rows]
                    else:
                        yield event
        material = mix_in(material, general, missing / (len(material.train) + missing), recipe.seed)
    yield repeat(material, recipe.emphasis)


async def _own(house: House, base: Ground, most: int) -> AsyncIterator[Preparing | Answered]:
    """General questions answered by the base itself."""
    ask = await asker(house, base)
    async with closing(answer_own(base.folder, _spoken(base), most, ask)) as events:
        async for event in events:
            yield event if isinstance(event, Answered) else Preparing("general", event.done, event.total)


def _earlier(house: House, run: str) -> list[Row]:
    """What was learnt in an earlier training; nothing where it is gone."""
    folder = house.home.trainings / run / MATERIAL
    return read_written(folder)[0] if folder.is_dir() else []


def _accepted(house: House, material: Material) -> list[Row]:
    """Accepted samples that are not about her, and do not stand in the material."""
    there = {row.get("key") for row in (*material.train, *material.evaluation)}
    with house.samples.reading() as connection:
        numbers = find.ids_of(connection, Filter(kinds=("dialogue", "imported"), verdicts=("accepted",)))
        samples = get_many(connection, list(numbers)[:MOST_GENERAL])
    return [row_of(one, "") for one in samples if one.key not in there]


async def asker(house: House, base: Ground) -> Ask:
    """The base, asked in its own voice; on the books like every call."""
    speaker = await house.speaker(await asyncio.to_thread(house.choose, base.spec))
    run = await start_run(house.store, "general", {"model": base.spec}, house.clock)
    await end_run(house.store, run, "done", "", house.clock)
    accounts, _ = await house.accounts(run.id, Caps())

    async def ask(text: str) -> str:
        messages = [Message("user", text)]
        question = Question(messages, Options(0.7, ANSWER_TOKENS, 1), speaker.count(messages))
        asked, heard = Asker(run.id, "general", "general", 0), []
        try:
            async for delta in accounts.ask(asked, speaker, question, lambda *_: ()):
                if isinstance(delta, Text):
                    heard.append(delta.text)
        except AnswerCut:  # a small model does not always come to an end; what it has ended is its answer
            return ended("".join(heard))
        return "".join(heard)

    return ask


def _spoken(base: Ground) -> list[Language]:
    """Of the two languages those the base speaks; both where it is not known."""
    both: list[Language] = ["zh", "en"]
    return [one for one in both if not base.languages or one in base.languages]
