"""Judging samples, from what was asked for to a stream of events; the command line and the window begin here.

What a recipe holds beside the settings: filter (of samples, as a dict) or ids (numbers of samples), refine (whether what
is found wanting goes back to the teacher), max_cost, max_total_tokens. Judges, criteria and rounds are settings.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zishu_app.core.errors import UsageError
from zishu_app.core.settings import Settings
from zishu_app.core.streams import closing
from zishu_app.core.texts import t
from zishu_app.dataset.checking.findings import Limits
from zishu_app.dataset.checking.words import title
from zishu_app.dataset.checks import findings_of
from zishu_app.dataset.find import filter_from_dict, ids_of
from zishu_app.dataset.sample import Sample
from zishu_app.dataset.scores import judged_by_all
from zishu_app.dataset.store import Samples, get_many, source_of
from zishu_app.house import House
from zishu_app.ledger.calls import Speaker
from zishu_app.ledger.forecast import Estimate, Range, add, spread
from zishu_app.ledger.runs import Run, answered_by, parts_of
from zishu_app.llm.catalog import Chosen
from zishu_app.review.asking import Asked, Judge, Tools
from zishu_app.review.batch import Batch
from zishu_app.review.bench import Bench
from zishu_app.review.estimate import estimate
from zishu_app.review.events import JudgeEvent
from zishu_app.review.material import case_of
from zishu_app.review.panel import Suggestion, favouring, parse_panel, suggest
from zishu_app.review.refine import Passes, Teacher
from zishu_app.review.rubric import criteria
from zishu_app.studio import distill
from zishu_app.studio.runs import Order, Outcome, open_books, order

KIND = "judge"
#: settings that a run needs to go on as it began
PARTS = ("teacher", "dialogue", "distill", "dataset", "review")
#: samples that are read for an estimate; the others are taken to be like them
MEASURED = 200


@dataclass(frozen=True)
class Sides:
    """Who judges, and who refines; None: nobody."""

    judges: tuple[Judge, ...]
    teacher: Speaker | None

    @property
    def speakers(self) -> list[Speaker]:
        """All that are asked."""
        return [*(one.speaker for one in self.judges), *([self.teacher] if self.teacher else [])]


@dataclass(frozen=True)
class Going:
    """A run that is made ready."""

    run: Run
    order: Order
    #: samples that are left to be judged
    numbers: list[int]
    batch: Batch
    outcome: Outcome

    async def events(self) -> AsyncIterator[JudgeEvent]:
        """Judge everything. `outcome` is whole at the end."""
        async with closing(self.batch.run(self.numbers)) as events:
            async for event in events:
                self.outcome.hear(event)
                yield event


def judging(settings: Settings, wanted: Mapping[str, Any]) -> Order:
    """The order for what is wanted, see above."""
    return order(settings, wanted, PARTS)


def chosen_of(house: House, settings: Settings) -> list[tuple[Chosen, float]]:
    """The judging models of the settings and their weights.

    Raises UsageError where there are none or one is named twice, SettingsError for what cannot be understood.
    """
    found = [(house.choose(seat.spec), seat.weight) for seat in parse_panel(settings.review.judges).seats]
    if not found:
        raise UsageError(
            t("还没有选评审模型。", "No judging model is chosen."),
            t(
                "在设置的“审阅”里填上，最好和老师模型不是一家。",
                "Name one in the settings under Review, best of another family than the teacher.",
            ),
        )
    names = [chosen.name for chosen, _ in found]
    twice = next((name for name in names if names.count(name) > 1), "")
    if twice:
        raise UsageError(
            t(f"评审模型 {twice} 写了两次。", f"The judging model {twice} is named twice."),
            t("每个模型只写一次，用 =2 增加它的权重。", "Name each once; =2 gives it more weight."),
        )
    return found


async def sides_of(house: House, asked: Order) -> Sides:
    """All models, ready to be asked. Raises as `chosen_of`, and KeyMissing or DataError when one cannot be."""
    judges = [
        Judge(await house.speaker(chosen), weight) for chosen, weight in chosen_of(house, asked.settings)
    ]
    refines = asked.recipe["refine"] and asked.settings.review.refine_rounds
    teacher = await distill.speaker_of(house, asked.settings) if refines else None
    return Sides(tuple(judges), teacher)


def numbers_of(samples: Samples, recipe: Mapping[str, Any]) -> list[int]:
    """The samples that are asked for, in the order of their numbers. Reads: for a thread."""
    if recipe.get("ids") is not None:
        return sorted(set(recipe["ids"]))
    with samples.reading() as connection:
        return ids_of(connection, filter_from_dict(recipe["filter"]))


def forecast(house: House, asked: Order, numbers: Sequence[int], sides: Sides) -> Range:
    """What all of it will take, from some of the samples where there are many. Reads: for a thread."""
    step = max(len(numbers) / MEASURED, 1.0)
    measured = [numbers[int(place * step)] for place in range(int(len(numbers) / step))]
    work: Range = (Estimate(), Estimate())
    teacher, chosen = _teacher(asked.settings, sides.teacher), criteria(asked.settings.review.criteria)

    def known(what: Asked) -> bool:
        return bool(parts_of(house.store, what.item))

    with house.samples.reading() as connection:
        for sample in get_many(connection, measured):
            source = source_of(connection, sample.source) if sample.source else None
            work = add(work, estimate(case_of(sample, source, chosen), sides.judges, teacher, known))
    low, high = (_times(end, len(numbers) / max(len(measured), 1)) for end in work)
    rounds = teacher.rounds if teacher else 0
    longest = len(sides.judges) + rounds * (1 + 3 * len(sides.judges)) if numbers else 0
    return spread((low, high), at_once(house, asked.settings), longest if high.calls else 0)


async def ready(house: House, run: Run, asked: Order, stop: asyncio.Event) -> Going:
    """Everything a run needs to be worked on."""
    sides = await sides_of(house, asked)
    accounts, repeated = await open_books(house, run, asked, sides.speakers)
    tools = Tools(run.id, accounts, sides.judges)
    settings = asked.settings
    bench = Bench(house.samples, house.clock, criteria(settings.review.criteria), tools, stop)
    teacher = _teacher(settings, sides.teacher)
    numbers = await asyncio.to_thread(numbers_of, house.samples, asked.recipe)
    enough = teacher.enough if teacher else None
    before = await asyncio.to_thread(_done_before, house, run.id, tools.names, enough)
    left = [number for number in numbers if number not in before]
    batch = Batch(bench, at_once(house, settings), teacher, done=len(numbers) - len(left))
    return Going(run, asked, left, batch, Outcome(accounts, repeated, stop))


def _done_before(house: House, run_id: str, panel: Sequence[str], enough: float | None) -> set[int]:
    """The samples a run has done before it was stopped: they need not even be read again."""
    answered = answered_by(house.store, run_id, "judge")
    numbers = [int(item.partition(" ")[2]) for item, models in answered.items() if models >= len(panel)]
    with house.samples.reading() as connection:
        return judged_by_all(connection, numbers, panel, enough)


def at_once(house: House, settings: Settings) -> int:
    """Samples at once: as set, else as many as the busiest judge's endpoint takes calls."""
    most = [
        settings.worker.slots if chosen.kind == "local" else chosen.concurrency
        for chosen, _ in chosen_of(house, settings)
    ]
    return settings.dialogue.concurrency or max(most)


def suggestion(house: House) -> Suggestion | None:
    """A judge of another family than the teacher; endpoints that can be asked now come first. Reads keys: for a thread."""
    usable = [
        name
        for name, record in house.catalog.endpoints.items()
        if record.kind == "openai"
        and record.needs_key
        and house.keys.find(name, tuple(record.key_env)) is not None
    ]
    return suggest([_teacher_name(house)], house.catalog, usable)


def warnings(house: House) -> list[str]:
    """What is to be said of judges that are too small, or too close to the teacher."""
    seats = parse_panel(house.settings.review.judges).seats
    judges = [house.choose(seat.spec) for seat in seats]
    small = [
        t(
            f"{one.name} 太小，当不了评审：它写得出评分，但分数没有意义。",
            f"{one.name} is too small to judge: it gives marks, but they mean nothing.",
        )
        for one in judges
        if one.limits.terse
    ]
    return small + favouring([one.name for one in judges], [_teacher_name(house)])


def _teacher_name(house: House) -> str:
    teacher = house.settings.teacher
    return house.choose(teacher.model, teacher.base_url).name


def _teacher(settings: Settings, speaker: Speaker | None) -> Teacher | None:
    if speaker is None:
        return None
    review, limits = settings.review, Limits(settings.dataset.shortest, settings.dataset.longest)
    return Teacher(
        speaker, review.refine_below, review.refine_rounds, settings.distill.temperature, _passes(limits)
    )


def _passes(limits: Limits) -> Passes:
    def passes(sample: Sample) -> list[str]:
        return [title(one.check) for one in findings_of(sample, limits)]

    return passes


def _times(one: Estimate, factor: float) -> Estimate:
    micros = None if one.amount.micros is None else round(one.amount.micros * factor)
    amount = type(one.amount)(round(one.amount.tokens * factor), micros)
    return Estimate(round(one.calls * factor), amount)
