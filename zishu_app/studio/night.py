"""Night school as the program does it: what was newly accepted is frozen, learnt, kept as a brain, and examined.

Nothing of it is put on by itself: in the morning she tells, and her owner decides. See training/night for when.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

from zishu_app.brains.hers import read_hers
from zishu_app.brains.learnt import PREFIX, Learnt, list_learnt, open_learnt
from zishu_app.core.errors import DataError, ZishuError
from zishu_app.core.setting_training import Training
from zishu_app.core.streams import closing
from zishu_app.dataset.find import accepted_since
from zishu_app.dataset.freeze import Froze, freeze
from zishu_app.dataset.making import Options
from zishu_app.house import House
from zishu_app.studio.companion_state import StateFile
from zishu_app.studio.exam import Compared, examine
from zishu_app.studio.exam import Wish as Asked
from zishu_app.studio.freeze import agreed
from zishu_app.studio.learnt import adopt
from zishu_app.studio.training import Prepared, Wish, all_runs, begin, find_run, prepare
from zishu_app.training.night import Night, Wanted, begun, ended, night_from
from zishu_app.training.run import Stepped, Trained
from zishu_app.training.runs import TrainingRun

#: of the file of her state
PART = "night"


@dataclass(frozen=True, slots=True)
class Learning:
    """She is at it."""

    night: Night
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class Back:
    """The ending: how the night was."""

    night: Night


def wanted_of(settings: Training) -> Wanted:
    """What the settings say of it."""
    return Wanted(
        settings.night,
        settings.night_from,
        settings.night_to,
        settings.night_idle_min,
        settings.night_samples,
    )


async def read_night(house: House) -> Night:
    """What is remembered of the last one."""
    return night_from(await asyncio.to_thread(StateFile(house.home.companion).read, PART))


async def keep_night(house: House, night: Night) -> Night:
    """Remember it."""
    await asyncio.to_thread(StateFile(house.home.companion).write, PART, night.as_dict())
    return night


async def name_of(house: House, night: Night) -> str:
    """What the brain is called with which she came back; "": none, or it is gone."""

    def find() -> str:
        try:
            return open_learnt(house.home.brains, night.brain).name if night.brain else ""
        except DataError:
            return ""

    return await asyncio.to_thread(find)


async def fresh(house: House) -> int:
    """Accepted samples that came after what she has learnt last."""

    def count() -> int:
        learnt = list_learnt(house.home.brains)
        since = int(datetime.fromisoformat(learnt[0].created).timestamp()) if learnt else 0
        with house.samples.reading() as connection:
            return accepted_since(connection, since)

    return await asyncio.to_thread(count)


async def go(house: House, night: Night, stop: asyncio.Event) -> AsyncIterator[Learning | Back]:
    """A night of it, from the beginning or from where she was called away. Ends with Back, soon after `stop` is set.

    What goes wrong is written in the run and told in the morning; nothing is raised but what the disk refuses.
    """
    try:
        async with closing(_learn(house, night, stop)) as events:
            async for event in events:
                night = event.night
                yield event
    except ZishuError:
        night = ended(night, "failed")
        yield Back(await keep_night(house, night))


async def _learn(house: House, night: Night, stop: asyncio.Event) -> AsyncIterator[Learning | Back]:
    run = await _left(house, night) or await _made_ready(house, stop)
    if run is None:
        yield Back(await keep_night(house, ended(night, "stopped")))
        return
    night = await keep_night(house, begun(night, run.id, house.clock.now()))
    yield Learning(night)
    done: TrainingRun | None = None
    async with closing(begin(house, run, stop)) as events:
        async for event in events:
            if isinstance(event, Stepped):
                yield Learning(night, event.done, event.total)
            elif isinstance(event, Trained):
                done = event.run
    if done is None:
        yield Back(await keep_night(house, ended(night, "stopped")))
        return
    brain = await _kept(house, done)
    worse = await _is_worse(house, brain, stop)
    yield Back(await keep_night(house, ended(night, "worse" if worse else "learnt", brain.spec)))


async def _left(house: House, night: Night) -> TrainingRun | None:
    """The training from which she was called away, if it is still there."""
    if not night.run:
        return None
    try:
        run = await find_run(house, night.run)
    except DataError:
        return None
    return run if run.can_go_on else None


async def _made_ready(house: House, stop: asyncio.Event) -> TrainingRun | None:
    """What is accepted now, as a version and a training. None: she is called back. Raises DataError where it cannot be."""
    version = await _frozen(house, stop)
    if version is None:
        return None
    wish = Wish(version, house.settings.training.base, brain=await _goes_on_from(house))
    async with closing(prepare(house, wish)) as events:
        async for event in events:
            if stop.is_set():
                return None
            if isinstance(event, Prepared):
                if not event.may_start:
                    first = next(one for one in event.findings if one.level == "stop")
                    raise DataError(first.what, first.hint)
                return event.run
    return None


async def _frozen(house: House, stop: asyncio.Event) -> str | None:
    wanted, now = house.settings.dataset, house.clock.now()
    options = Options(
        now=now,
        eval_share=wanted.eval_share,
        threshold=wanted.near_duplicates,
        licence=wanted.licence,
        agreed=agreed,
    )
    name = f"night-{now:%Y-%m-%d-%H%M}"
    async with closing(freeze(house.samples, house.home.datasets, name, options, stop)) as events:
        async for event in events:
            if isinstance(event, Froze):
                return event.frozen.name
    return None


async def _goes_on_from(house: House) -> str:
    """Her brain, where she has learnt it on the base that is asked for; "": she begins anew."""

    def find() -> str:
        spec = read_hers(house.home.her_brains).current(house.settings.companion.brain)
        if not spec.startswith(PREFIX):
            return ""
        try:
            hers = open_learnt(house.home.brains, spec)
        except DataError:
            return ""
        base = house.settings.training.base
        return spec if base in ("", hers.base) else ""

    return await asyncio.to_thread(find)


async def _kept(house: House, run: TrainingRun) -> Learnt:
    async with closing(adopt(house, run, f"{run.created[5:10]} ☾")) as events:
        async for event in events:
            if isinstance(event, Learnt):
                return event
    raise AssertionError("the stream ends with it")


async def _is_worse(house: House, brain: Learnt, stop: asyncio.Event) -> bool:
    """Whether what is general has suffered; an exam that was cut short says nothing."""
    asked = Asked(brain.spec, delta=house.settings.training.delta)
    async with closing(examine(house, asked, stop)) as events:
        async for event in events:
            if isinstance(event, Compared):
                return not event.comparison.gate.offered
    return False


async def is_training(house: House) -> bool:
    """Whether something is being trained now, by whomever."""
    return any(one.state == "running" for one in await all_runs(house))
