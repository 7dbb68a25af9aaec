"""What was learnt becomes a brain of hers: kept, made hers, named, put aside. Giving it away is in studio/giving."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from zishu_app.brains.hers import Change, choose, read_hers
from zishu_app.brains.keeping import shelve, shelve_model
from zishu_app.brains.learnt import (
    Learnt,
    free_name,
    keep,
    list_learnt,
    open_learnt,
)
from zishu_app.core.aside import bring_back, name_of
from zishu_app.core.aside import put_aside as out_of_the_way
from zishu_app.core.errors import DataError
from zishu_app.core.texts import t
from zishu_app.house import House
from zishu_app.jobs.base import result_of
from zishu_app.jobs.specs import ExportSpec
from zishu_app.studio.bases import ground_of
from zishu_app.training.runs import TrainingRun

log = logging.getLogger("zishu.studio")

#: a run's, until it is in the brain
LORA = "lora.gguf"


@dataclass(frozen=True, slots=True)
class Adopting:
    """What is being done: written for llama.cpp, or put on its shelf."""

    step: Literal["gguf", "keep"]


async def adopt(
    house: House, run: TrainingRun, name: str, marks: Mapping[str, Any] | None = None
) -> AsyncIterator[Adopting | Learnt]:
    """What a training came to becomes a brain; one that is one already is told again. Ends with the Learnt.

    Raises DataError: the training is not done, or its adapter cannot be spoken with; JobFailed, JobLost.
    """
    if run.state != "done":
        raise DataError(
            t(f"训练 {run.id} 还没有完成。", f"The training {run.id} is not done."),
            t(f"`zishu runs resume {run.id}` 接着练。", f"`zishu runs resume {run.id}` goes on with it."),
        )
    there = [one for one in await asyncio.to_thread(list_learnt, house.home.brains) if one.run == run.id]
    if there:
        yield there[0]
        return
    brain = await asyncio.to_thread(_about, house, run, name.strip() or run.id)
    if run.whole:
        yield Adopting("keep")
        brain = replace(brain, base_gguf="", marks=marks or {})
        yield await asyncio.to_thread(shelve_model, brain, run.adapter)
        return
    lora: Path | None = None
    template: Mapping[str, str] = {}
    if brain.base_gguf:
        yield Adopting("gguf")
        lora = run.folder / LORA
        result = await write_gguf(house, brain, run.adapter, lora)
        template = {"template": result["template_sha256"]}
        if "why_not" in result:  # then she speaks with it through torch
            brain, lora = replace(brain, base_gguf="", base_spec=""), None
    yield Adopting("keep")
    brain = replace(brain, hashes=template, marks=marks or {})
    try:
        yield await asyncio.to_thread(shelve, brain, run.adapter, lora)
    finally:
        if lora is not None:
            await asyncio.to_thread(lora.unlink, missing_ok=True)


async def write_gguf(house: House, brain: Learnt, adapter: Path, target: Path) -> dict[str, Any]:
    """The adapter as llama.cpp reads it; with `why_not` in it where it has no such form. Raises JobFailed, JobLost."""
    spec = ExportSpec("gguf", brain.base_folder, str(adapter), str(target), gguf_base=brain.base_gguf)
    return await result_of(await house.lane("quick").submit(spec))


async def make_hers(house: House, brain: Learnt) -> None:
    """From now on she speaks with it; `HerBrain.roll_back` goes back."""
    setting, at = house.settings.companion.brain, house.clock.now().isoformat()
    change = Change(brain.spec, at, "trained", setting)
    await asyncio.to_thread(choose, house.home.her_brains, change)


async def find(house: House, name: str) -> Learnt:
    """By its id or its name. Raises DataError."""
    return await asyncio.to_thread(open_learnt, house.home.brains, name)


async def rename(brain: Learnt, name: str) -> Learnt:
    """Another name; what it is asked for by stays. Raises DataError for none, and for one that is taken."""
    name = name.strip()
    if not name:
        raise DataError(t("名字是空的。", "The name is empty."))
    if name == brain.name:
        return brain
    if await asyncio.to_thread(free_name, brain.folder.parent, name) != name:
        raise DataError(t(f"已经有一个大脑叫“{name}”。", f'Another brain is called "{name}".'))
    return await asyncio.to_thread(lambda: keep(brain, name=name))


async def note(brain: Learnt, text: str) -> Learnt:
    """What the person wants to remember of it."""
    return await asyncio.to_thread(lambda: keep(brain, note=text.strip()))


async def put_aside(house: House, brain: Learnt) -> Path:
    """Removed, until `put_back` or until its days are over. Raises DataError for the one she speaks with."""
    hers = await asyncio.to_thread(read_hers, house.home.her_brains)
    if hers.current(house.settings.companion.brain) == brain.spec:
        raise DataError(
            t(f"她现在用的就是“{brain.name}”。", f'"{brain.name}" is what she speaks with now.'),
            t(
                "先用 `zishu brains rollback` 换回上一个。",
                "`zishu brains rollback` goes back to the one before.",
            ),
        )
    return await asyncio.to_thread(out_of_the_way, brain.folder, house.clock.now())


async def put_back(house: House, aside: Path) -> Learnt:
    """It was not meant. Where another brain has its name by now, it gets a number. Raises DataError."""
    told = await asyncio.to_thread(list_learnt, house.home.brains)
    await asyncio.to_thread(bring_back, aside)
    brain = await find(house, name_of(aside))
    if brain.name not in {one.name for one in told}:
        return brain
    name = await asyncio.to_thread(free_name, house.home.brains, brain.name)
    return await asyncio.to_thread(lambda: keep(brain, name=name))


def _about(house: House, run: TrainingRun, name: str) -> Learnt:
    """All that is known before it is kept; its folder only says where."""
    ground = ground_of(house, run.base, Path(run.base_folder))
    began = Path(run.adapter_from or run.base_folder).parent
    parent = began.name if began.parent == house.home.brains else ""
    return Learnt(
        id="",
        folder=house.home.brains / "-",
        name=name,
        created=house.clock.now().isoformat(),
        run=run.id,
        parent=parent,
        base=run.base,
        base_folder=run.base_folder,
        base_gguf=str(ground.gguf or ""),
        base_spec=ground.spec,
        hashes={},
        languages=ground.languages,
    )
