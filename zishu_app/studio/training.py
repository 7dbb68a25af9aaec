"""She learns, from what was asked for to a stream of events; the command line and the window begin here.

`prepare` makes a run ready: base, material, general talks against forgetting, tokens counted, estimate, and everything
that could go wrong, at once. `measure` takes two steps of it to correct the estimate. `begin` trains, `go_on` takes up
what was stopped. What came out becomes a brain in studio/learnt.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from zishu_app.brains.learnt import Learnt, open_learnt
from zishu_app.character.cast import card_of
from zishu_app.character.prompt import in_short
from zishu_app.core.errors import DataError
from zishu_app.core.streams import closing
from zishu_app.core.texts import Language, language
from zishu_app.house import House
from zishu_app.jobs.base import result_of
from zishu_app.jobs.specs import CountSpec
from zishu_app.studio.bases import Ground, base_of
from zishu_app.studio.material import Gathering, Preparing, gather
from zishu_app.training import estimate as estimates
from zishu_app.training.estimate import Estimate, Load
from zishu_app.training.machine import Machine, look
from zishu_app.training.material import (
    Material,
    read_material,
    write_material,
)
from zishu_app.training.preflight import (
    Finding,
    Seen,
    counted_of,
    load_of,
    of_machine,
    of_material,
    patience_for,
)
from zishu_app.training.recipe import Recipe, Size, derive, size_for
from zishu_app.training.run import (
    Asking,
    Going,
    Trained,
    TrainingEvent,
    follow,
    halt,
    settled,
    spec_of,
    train,
)
from zishu_app.training.runs import MATERIAL, TrainingRun, list_runs, name_for, new_run, open_run, save
from zishu_app.training.shape import read_shape

#: what was measured on this machine, beside the runs
KNOWN = "measured.json"
#: of trying it out, see worker/training/dry
DRY_STEPS = 2


@dataclass(frozen=True)
class Wish:
    """What is asked for."""

    #: a frozen version, or a file
    dataset: str
    #: a base's id or folder; "": that of the brain it goes on from, else that of the settings
    base: str = ""
    #: None: as the settings say
    size: Size | None = None
    #: of the recipe, over what follows from the size
    given: Mapping[str, Any] = field(default_factory=dict)
    #: a brain she has learnt, to go on from; "": a new adapter
    brain: str = ""


@dataclass(frozen=True)
class Prepared:
    """The ending: a run that can begin, unless a finding says "stop"."""

    run: TrainingRun
    base: Ground
    seen: Seen
    load: Load
    estimate: Estimate
    machine: Machine

    @property
    def findings(self) -> list[Finding]:
        """Everything that was looked at, said in the language of now."""
        recipe = self.run.recipe
        return [
            *of_machine(self.seen.shape, recipe, self.machine, self.estimate),
            *of_material(self.seen, recipe),
        ]

    @property
    def may_start(self) -> bool:
        """Nothing stands against it."""
        return all(one.level != "stop" for one in self.findings)


async def prepare(house: House, wish: Wish) -> AsyncIterator[Preparing | Prepared]:
    """Make a training ready. Raises SettingsError for a wrong recipe, DataError for material or base."""
    machine = await asyncio.to_thread(look, house.home.trainings)
    usual = house.settings.training
    chosen = wish.size or (size_for(machine.card_gb) if usual.size == "auto" else usual.size)
    recipe = derive(chosen, wish.given)
    brain = await asyncio.to_thread(open_learnt, house.home.brains, wish.brain) if wish.brain else None
    ground: _Gathered | None = None
    async with closing(_gathered(house, wish, recipe, brain)) as events:
        async for event in events:
            if isinstance(event, Preparing):
                yield event
            else:
                ground = event
    assert ground is not None, "the stream ends with it"
    base, material = ground.base, ground.material
    recipe = patience_for(material, recipe)
    yield Preparing("count")
    created = house.clock.now().isoformat()
    name = await asyncio.to_thread(name_for, house.home.trainings, created, base.id)
    run = TrainingRun(
        name,
        house.home.trainings / name,
        created,
        material.source,
        material.content,
        base.id,
        str(base.folder),
        recipe,
        adapter_from=str(brain.adapter) if brain and not brain.whole else "",
        counts=_counts(material),
    )
    yield await _looked_at(house, run, material, base, machine)


@dataclass(frozen=True)
class _Gathered:
    """What it stands on."""

    base: Ground
    material: Material


async def _gathered(
    house: House, wish: Wish, recipe: Recipe, brain: Learnt | None
) -> AsyncIterator[Preparing | _Gathered]:
    """Base and material; ends with both. What costs nothing to find wrong is looked at first."""
    yield Preparing("material")
    share = house.settings.dataset.eval_share
    material = await asyncio.to_thread(read_material, wish.dataset, house.home.datasets, share, recipe.seed)
    yield Preparing("base")
    began = (str(brain.loaded[0]) if brain.whole else brain.base) if brain else house.settings.training.base
    name = wish.base or began
    base = None
    async with closing(base_of(house, name)) as making:
        async for made in making:
            if isinstance(made, Ground):
                base = made
            else:
                yield Preparing("base", round(made.done), round(made.total))
    assert base is not None, "the stream ends with it"
    async with closing(gather(house, Gathering(material, recipe, base, brain))) as gathering:
        async for event in gathering:
            yield event if isinstance(event, Preparing) else _Gathered(base, event)


async def measure(house: House, prepared: Prepared) -> Prepared:
    """Two steps on the longest samples: the estimate is corrected, and what was measured is kept for later ones.

    Raises JobFailed where even that does not go.
    """
    lane = house.lane("long")
    result = await result_of(
        await lane.submit(await asyncio.to_thread(lambda: spec_of(prepared.run, Asking(), dry=True)))
    )
    shape, recipe, load = prepared.seen.shape, prepared.run.recipe, prepared.load
    flops = (
        estimates.flops_of_epoch(shape, recipe, load) / max(load.tokens, 1) * float(result["tokens_per_s"])
    )
    known = await asyncio.to_thread(
        estimates.learn,
        house.home.trainings / KNOWN,
        prepared.machine,
        recipe,
        estimates.within(prepared.estimate, DRY_STEPS, load.steps),
        {"memory_mb": float(result["peak_memory_mb"]), "flops": flops},
    )
    corrected = estimates.estimate(shape, recipe, load, prepared.machine, known)
    run = await asyncio.to_thread(lambda: save(prepared.run, estimate=_told(corrected)))
    return replace(prepared, run=run, estimate=corrected)


async def begin(
    house: House, run: TrainingRun, stop: asyncio.Event | None = None
) -> AsyncIterator[TrainingEvent]:
    """Train, or go on from the last checkpoint, see training/run. When `stop` is set it ends with Halted, soon."""
    lane, going = house.lane("long"), asyncio.Event()

    async def halt_when_asked() -> None:
        if stop is not None:
            await stop.wait()
            await going.wait()
            await halt(lane, await find_run(house, run.id))

    halting = asyncio.create_task(halt_when_asked())
    try:
        async with closing(train(lane, run, await asking_of(house))) as events:
            async for event in events:
                if isinstance(event, Going):
                    going.set()
                elif isinstance(event, Trained):
                    await asyncio.to_thread(_learn_from, house, event.run)
                yield event
    finally:
        halting.cancel()


def _learn_from(house: House, run: TrainingRun) -> None:
    """What a whole training took corrects the estimates of later ones on this machine."""
    result, known = run.result, {one.name for one in fields(Estimate)}
    try:
        foreseen = Estimate(**{name: value for name, value in run.estimate.items() if name in known})
        shape = read_shape(Path(run.base_folder))
        load = Load(run.counts["tokens"], run.counts["learnt"], run.counts["steps"], run.recipe.longest)
        each = estimates.flops_of_epoch(shape, run.recipe, load) / max(load.tokens, 1)
        measured = {"memory_mb": result["peak_memory_mb"], "flops": each * result["tokens_per_s"]}
    except (KeyError, TypeError, DataError):  # of another version, or its base has gone
        return
    machine = look(house.home.trainings)
    estimates.learn(house.home.trainings / KNOWN, machine, run.recipe, foreseen, measured)


async def watch(house: House, run: TrainingRun) -> AsyncIterator[TrainingEvent]:
    """One that is under way, begun by this program or another."""
    async with closing(follow(house.lane("long"), run)) as events:
        async for event in events:
            yield event


async def find_run(house: House, name: str) -> TrainingRun:
    """By its id, its beginning, or "last"; as it really stands. Raises DataError."""
    return await asyncio.to_thread(lambda: settled(open_run(house.home.trainings, name), house.home.runs))


async def all_runs(house: House) -> list[TrainingRun]:
    """The newest first, as they really stand."""
    return await asyncio.to_thread(
        lambda: [settled(one, house.home.runs) for one in list_runs(house.home.trainings)]
    )


async def asking_of(house: House) -> Asking:
    """Five questions that show how she changes, and who she is while she answers them."""
    speaks = _language(house)
    return Asking(_PROMPTS[speaks], await persona_of(house, speaks))


async def persona_of(house: House, speaks: Language) -> str:
    """Who she is, in the words that stand above her samples."""
    wanted = house.settings.companion
    card = await asyncio.to_thread(card_of, house.home, wanted.character, speaks)
    return in_short(card, speaks, wanted.user_name.strip() or ("对方" if speaks == "zh" else "the user"))


async def _looked_at(
    house: House, run: TrainingRun, material: Material, base: Ground, machine: Machine
) -> Prepared:
    """Everything that could go wrong."""
    shape = await asyncio.to_thread(read_shape, base.folder)
    await asyncio.to_thread(new_run, house.home.trainings, run)
    await asyncio.to_thread(write_material, run.folder / MATERIAL, material)
    spec = await asyncio.to_thread(spec_of, run, Asking())
    files = tuple(path for path in (spec.train, spec.evaluation) if path)
    job = await house.lane("quick").submit(CountSpec(str(base.folder), files, run.recipe.longest))
    counted, faults = counted_of(await result_of(job))
    load = load_of(counted, run.recipe)
    known = await asyncio.to_thread(
        estimates.read_known, house.home.trainings / KNOWN, machine.device, run.recipe.precision
    )
    worked_out = estimates.estimate(shape, run.recipe, load, machine, known)
    counts = {**run.counts, "tokens": load.tokens, "learnt": load.learnt, "steps": load.steps}
    run = await asyncio.to_thread(lambda: save(run, counts=counts, estimate=_told(worked_out)))
    seen = Seen(shape, counted, faults, len(material.evaluation), material.own_words)
    return Prepared(run, base, seen, load, worked_out, machine)


def _told(worked_out: Estimate) -> dict[str, Any]:
    return {**asdict(worked_out), "memory_mb": worked_out.memory_mb, "light": worked_out.light}


def _counts(material: Material) -> dict[str, int]:
    return {
        "train": len(material.train),
        "eval": len(material.evaluation),
        "general": material.general,
        "replayed": material.replayed,
    }


def _language(house: House) -> Language:
    wanted = house.settings.companion.language
    return language() if wanted == "auto" else wanted


_PROMPTS: dict[Language, tuple[str, ...]] = {
    "zh": (
        "你是谁？",
        "今天有点累，不想学习。",
        "怎样记住英语单词？",
        "你喜欢什么颜色？",
        "给我讲个笑话吧。",
    ),
    "en": (
        "Who are you?",
        "I am tired today and do not feel like studying.",
        "How can I remember new words?",
        "What is your favourite colour?",
        "Tell me a joke.",
    ),
}
